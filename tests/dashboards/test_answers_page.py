"""The page of answers: how often each was given, as published, for the whole and for each aspect that is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboards.answers import Asked, Topic, tone
from dashboards.records import ABSENT, Answer, Metric
from dashboards.site import build
from tests.dashboards import expected, published
from tests.dashboards.expected import NEWEST
from tests.dashboards.markup import Node, parse
from tests.dashboards.published import HIDDEN_QUESTION, HOSTILE_LABEL
from tests.dashboards.region import HIDDEN_N

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.fixture(scope="module")
def page(site: Path) -> Node:
    return parse(site / "answers.html")


def said(node: Node) -> str:
    return " ".join(node.text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_each_answer_stands_with_its_published_count_and_share(page: Node, database: duckdb.DuckDBPyConnection) -> None:
    found = {cell.attributes["data-answer"]: said(cell) for cell in page.find("td") if "data-answer" in cell.attributes}
    rows = database.execute(
        "select question, answer_position, answer_count, answer_share from answer_distribution "
        "where week = ? and coalesce(office_id, touchpoint, channel) is null and status = 'ok'",
        [NEWEST],
    ).fetchall()
    assert len(rows) == 11 + 5 * (3 + 2)
    for question, position, count, share in rows:
        text = f"{expected.russian(count, 0)}{expected.russian(share, 1)} %"
        assert found.pop(f"{question} {position}") == text, (question, position)
    assert set(found.values()) == {expected.STATUS["hidden"]}
    assert {key.split()[0] for key in found} == {HIDDEN_QUESTION}


def test_aspects_stand_under_the_question_about_the_whole(page: Node) -> None:
    asked = [row.attributes["data-asked"] for row in page.find("tr") if "data-asked" in row.attributes]
    assert asked == [
        *("ces", "expectation_met", "expectation_information_met", "expectation_premises_met"),
        *("satisfaction_met", "satisfaction_specialist_met"),
    ]


def test_each_centre_has_the_value_of_each_aspect(page: Node, database: duckdb.DuckDBPyConnection) -> None:
    rows = [row for row in page.find("tr") if "data-code" in row.attributes]
    assert len(rows) == 12
    for row in rows:
        cells = {cell.attributes["data-metric"]: said(cell) for cell in row.find("td")}
        assert len(cells) == 3
        for metric, text in cells.items():
            value, status = database.execute(
                "select value, status from metric_values where week = ? and metric = ? and office_id = ? "
                "and coalesce(touchpoint, channel) is null",
                [NEWEST, metric, row.attributes["data-code"]],
            ).fetchall()[0]
            shown = status in ("ok", "weak")
            assert text.startswith(f"{expected.russian(value, 1)} %" if shown else expected.STATUS[status])


def test_hidden_answers_are_in_no_byte_and_a_label_is_text(site: Path, page: Node) -> None:
    text = (site / "answers.html").read_text("utf-8")
    assert str(HIDDEN_N) not in text.replace("\u202f", "")
    assert HOSTILE_LABEL not in text
    assert HOSTILE_LABEL in page.text


def test_page_says_so_when_no_answer_was_published(tmp_path: Path) -> None:
    copy = published.write(tmp_path / "cx.duckdb")
    import duckdb

    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from answer_distribution")
    build(copy, tmp_path / "site")
    text = parse(tmp_path / "site" / "answers.html").text
    assert "За эту неделю ответов на опрос нет." in text
    assert "по центрам" not in text


def topic(kind: str, positions: range) -> Topic:
    lead = Metric("m", "М", "percent", "higher", kind, None, 1, "m.met", "1", "п", "о", None, True)
    answers = [Answer("m", position, None, 1, 1.0, "ok") for position in positions]
    return Topic(lead, [Asked("В целом", lead, ABSENT, answers)])


@pytest.mark.parametrize(
    ("kind", "positions", "tones"),
    [
        ("net", range(1, 6), "bad poor middle fair best"),
        ("share", range(1, 6), "bad poor fair good best"),
        ("net", range(1, 3), "bad best"),
        ("net", range(1, 8), "bad poor poor middle fair fair best"),
        ("net", range(11), "poor " * 7 + "middle middle good good"),
    ],
)
def test_answers_look_as_they_are_meant(kind: str, positions: range, tones: str) -> None:
    """The middle label of expectations is a success; of ten points 0–6 are detractors and 9–10 promoters."""
    asked = topic(kind, positions)
    assert [tone(asked, position) for position in positions] == tones.split()
