"""Pages of the reports: reasons of dissatisfaction, coverage of the plan, and rules of other products."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest

from dashboards.site import build
from tests.dashboards import expected, published
from tests.dashboards.markup import Node, parse
from tests.dashboards.region import HIDDEN_N, HIDDEN_VALUE, dictionary
from tests.dashboards.reports import HOSTILE_REASON, HOSTILE_STAGE, PLANNED, RULES

if TYPE_CHECKING:
    from pathlib import Path


def said(node: Node) -> str:
    return " ".join(node.text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_reasons_stand_by_weight_with_what_the_release_says_of_them(site: Path) -> None:
    rows = [row for row in parse(site / "reasons.html").find("tr") if "data-reason" in row.attributes]
    names = list(dictionary("reasons").values())
    assert [said(row) for row in rows] == [
        f"{HOSTILE_REASON} 60,3 % 37 ●●●●●5 из 5 1 1",
        f"{names[1]} 35,0 % 27 ●●●●●4 из 5 2 1–2",
        f"{names[2]} 4,8 % 5 ●●●●●3 из 5 3 2–3",
    ]
    text = said(parse(site / "reasons.html").one("main"))
    assert "недовольных отзывов за четыре недели 166" in text
    assert "без известной причины 13, 7,8 %; порядок причин надёжен, пока не больше 20 %" in text
    assert "верить нельзя" not in text


@pytest.mark.parametrize(
    ("change", "expectation"),
    [
        pytest.param(
            "update reason_weights set status = 'unclassified', unclassified_share = 41.2",
            "порядку причин верить нельзя",
            id="too much without a reason",
        ),
        pytest.param(
            "update reason_weights set status = 'no_source', reason_weight = null, reason_rank = null",
            "✕ нет данных источника",
            id="a source is missing",
        ),
        pytest.param(
            "update reason_weights set status = 'no_data', volume = 0, reason_weight = null",
            "– нечего считать",
            id="nobody complained",
        ),
        pytest.param("delete from reason_weights", "В этом выпуске причин нет.", id="no reasons"),
    ],
)
def test_page_of_reasons_says_what_is_missing(tmp_path: Path, change: str, expectation: str) -> None:
    assert expectation in said(changed(tmp_path, change, "reasons.html"))


def changed(folder: Path, change: str, page: str) -> Node:
    """A page of the site of a copy with one change."""
    copy = published.write(folder / "cx.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(change)
    build(copy, folder / "site")
    return parse(folder / "site" / page).one("main")


def test_each_cell_of_the_plan_stands_with_what_came_of_it(site: Path) -> None:
    page = parse(site / "coverage.html")
    found = {cell.attributes["data-cell"]: cell for cell in page.find("li") if "data-cell" in cell.attributes}
    assert len(found) == len(PLANNED) + 1
    verdicts = {"no_data": "○ пробел", "hidden": "◌ скрыто", "no_source": "✕ нет источника"}
    verdicts |= {"not_by_touchpoint": "· не по точкам"}
    for _, touchpoint, metric, verdict, _, n in PLANNED:
        cell = found[f"{touchpoint} {metric}"]
        assert cell.attributes["class"] == f"of-{verdict}"
        assert said(cell).endswith(verdicts.get(verdict, str(n))), said(cell)
    assert said(found["testing nps"]).endswith("+ вне плана, 77")


def test_holes_stand_first_and_verdicts_are_counted(site: Path) -> None:
    page = parse(site / "coverage.html")
    holes = {hole.attributes["data-hole"]: said(hole) for hole in page.find("li") if "data-hole" in hole.attributes}
    assert holes == {
        "status_tracking": f"{dictionary('touchpoints')['status_tracking']} Усилия клиента, CES, Решено вопросов"
    }
    counts = {
        item.attributes["data-coverage"]: int(said(item).split()[-1])
        for item in page.find("li")
        if "data-coverage" in item.attributes
    }
    assert counts == Counter(cell[3] for cell in PLANNED) | {"planned": len(PLANNED)}
    headings = [heading.text for heading in page.find("h2")]
    assert headings.index("Пробелы") < headings.index("Пособие по безработице")


def test_page_of_coverage_says_so_when_there_is_no_hole_or_no_plan(tmp_path: Path) -> None:
    whole = changed(
        tmp_path, "update coverage_matrix set coverage = 'measured' where coverage = 'no_data'", "coverage.html"
    )
    assert "Пробелов нет" in said(whole)
    (tmp_path / "none").mkdir()
    assert "плана измерений нет" in said(changed(tmp_path / "none", "delete from coverage_matrix", "coverage.html"))


def test_rules_of_other_products_stand_beside_ours(site: Path) -> None:
    rows = [row for row in parse(site / "metrics.html").find("tr") if "data-rule" in row.attributes]
    assert [row.attributes["data-rule"] for row in rows] == [rule for _, rule, *_ in RULES]
    assert [said(row.find("td")[0]) for row in rows] == [
        "61,7 %",
        "25,3 %",
        "6,0 раб. мин",
        expected.STATUS["no_source"],
    ]
    assert [said(row.find("td")[1]) for row in rows[:3]] == ["—", "−36,4 п. п.", "—"]
    assert [said(row.find("td")[2]) for row in rows[:3]] == ["2 447", "2 447", "620"]  # of a median: what was answered


def test_names_are_text_and_no_hidden_number_is_in_a_page(site: Path) -> None:
    for name in ("reasons.html", "coverage.html", "metrics.html"):
        text = (site / name).read_text("utf-8").replace("\u202f", "")
        assert str(HIDDEN_N) not in text
        assert str(int(HIDDEN_VALUE)) not in text
        assert "<img src=x>" not in text
        assert HOSTILE_STAGE not in text
    assert HOSTILE_STAGE in parse(site / "coverage.html").text
