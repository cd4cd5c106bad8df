"""Every number of the site is a published one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dashboards import russian
from tests.dashboards import expected, region
from tests.dashboards.expected import NEWEST, STATUS, Cut, Row
from tests.dashboards.markup import Node, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

Rows = dict[tuple[str, Cut, str], Row]
DIMENSION = {
    "touchpoints": "touchpoint",
    "offices": "office_id",
    "channels": "channel",
    "journeys": "journey",
    "groups": "client_group",
}


@pytest.fixture(scope="module")
def rows(database: duckdb.DuckDBPyConnection) -> Rows:
    return expected.rows(database)


@pytest.fixture(scope="module")
def trees(site: Path, pages: list[Path]) -> dict[str, Node]:
    return {page.relative_to(site).as_posix(): parse(page) for page in pages}


def place_of(path: str) -> Cut:
    folder, _, name = path.rpartition("/")
    code = name.removesuffix(".html")
    return {"office": Cut(office_id=code), "touchpoint": Cut(touchpoint=code)}.get(folder, Cut())


def table_cells(trees: dict[str, Node]) -> Iterator[tuple[str, Cut, str, Node]]:
    """Each cell of the tables of places: page, cut, metric, element."""
    for path, tree in trees.items():
        for section in tree.find("section", class_="block"):
            dimension = DIMENSION.get(section.attributes["aria-labelledby"])
            for cell in section.find("td") if dimension else []:
                row = cell.above("tr")
                assert row
                if "data-metric" in cell.attributes:
                    cut = place_of(path)._replace(**{str(dimension): row.attributes["data-code"]})
                    yield path, cut, cell.attributes["data-metric"], cell


def test_cells_hold_the_published_value_when_it_may_be_shown(trees: dict[str, Node], rows: Rows) -> None:
    checked = 0
    for path, cut, metric, cell in table_cells(trees):
        row = rows.get((NEWEST, cut, metric))
        if not row or not row.is_shown:
            continue
        where = f"{path} {cut} {metric}"
        assert cell.one("span", class_="value").text == row.value_text, where
        if cell.find("small"):
            counts = [small.text for small in cell.find("small") if row.kind != "count"]
            assert not counts or counts[0].endswith(row.n_text), where
            assert ("мало данных" in cell.text) == (row.status == "weak"), where
            assert "".join(node.text for node in cell.find("span", class_="change")) == row.change_text, where
        checked += 1
    assert checked > 1500


def test_cells_hold_the_status_alone_when_there_is_no_value(trees: dict[str, Node], rows: Rows) -> None:
    checked = set()
    for path, cut, metric, cell in table_cells(trees):
        row = rows.get((NEWEST, cut, metric))
        if row and row.is_shown:
            continue
        status = row.status if row else "absent"
        assert cell.text == STATUS[status], f"{path} {cut} {metric}"
        checked.add(status)
    assert checked == {"hidden", "no_source", "no_data", "absent"}


def test_tables_hold_every_place_when_they_are_of_the_region(
    trees: dict[str, Node], database: duckdb.DuckDBPyConnection
) -> None:
    for anchor, code in {**DIMENSION, "groups": "client_group"}.items():
        table = "office" if code == "office_id" else code
        known = {name for (name,) in database.execute(f"select {code} from dim_{table}").fetchall()}
        section = trees["index.html"].one("section", class_="block", aria_labelledby=anchor)
        assert {row.attributes["data-code"] for row in section.find("tr") if "data-code" in row.attributes} == known


def cards(trees: dict[str, Node]) -> Iterator[tuple[str, Cut, str, Node]]:
    for path, tree in trees.items():
        for card in tree.find("section", class_="card"):
            if metric := card.attributes.get("data-metric"):
                yield path, place_of(path), metric, card


def test_cards_hold_value_n_interval_and_change_when_published(trees: dict[str, Node], rows: Rows) -> None:
    shown = 0
    for path, cut, metric, card in cards(trees):
        row, where = rows[NEWEST, cut, metric], f"{path} {metric}"
        figure, change, base = (card.one("p", class_=name) for name in ("figure", "change-line", "base"))
        if not row.is_shown:
            assert (figure.text, change.text) == (STATUS[row.status], ""), where
            continue
        unit = "".join(node.text for node in figure.find("span", class_="unit"))
        assert figure.one("strong").text + (unit and f"\u202f{unit}") == row.value_text, where
        assert bool(figure.find("span", class_="chip")) == (row.maturity == "provisional"), where
        assert change.text == change_line(row), where
        if row.kind == "count":
            assert base.text == "число за неделю", where
            continue
        weak = f"{STATUS['weak']} · " if row.status == "weak" else ""
        assert base.text == f"{weak}{row.n_text} · интервал {row.interval_text}", where
        shown += 1
    assert shown > 100


def change_line(row: Row) -> str:
    if row.change is None:
        return "сравнить не с чем"
    if row.is_signal is None:
        return "изменения не проверяются"
    return (
        f"{row.change_text} {expected.VERDICT[row.verdict]} {row.rule_text}"
        if row.is_signal
        else "без значимых изменений"
    )


def test_cards_show_every_metric_that_has_a_value_in_twelve_weeks(trees: dict[str, Node], rows: Rows) -> None:
    drawn = {(cut, metric) for _, cut, metric, _ in cards({k: v for k, v in trees.items() if k != "sources.html"})}
    places = {place_of(path) for path in trees}
    assert drawn == {
        (cut, metric) for (_, cut, metric), row in rows.items() if row.is_lead and row.is_shown and cut in places
    }


def test_metrics_without_any_value_stand_in_a_line_with_their_status(trees: dict[str, Node], rows: Rows) -> None:
    listed = 0
    for path, tree in trees.items():
        for item in [item for line in tree.find("ul", class_="silent") for item in line.find("li")]:
            metric = item.one("a").attributes["href"].partition("#")[2]
            assert item.text.endswith(STATUS[rows[NEWEST, place_of(path), metric].status]), path
            listed += 1
    assert listed > 10


def test_history_holds_each_week_when_published_or_not(trees: dict[str, Node], rows: Rows) -> None:
    statuses = set()
    for path, cut, metric, card in cards(trees):
        lines = [line for line in card.find("tr") if "data-week" in line.attributes]
        assert [line.attributes["data-week"] for line in lines] == region.WEEKS[::-1]
        for line in lines:
            week = line.attributes["data-week"]
            row, where = rows.get((week, cut, metric)), f"{path} {metric} {week}"
            cells = [cell.text for cell in line.find("td")]
            if row and row.is_shown:
                sample = [] if row.kind == "count" else [row.interval_text, expected.russian(row.n)]
                assert cells[:-1] == [row.value_text, *sample], where
                assert ("мало данных" in cells[-1], "предварительно" in cells[-1]) == (
                    row.status == "weak",
                    row.maturity == "provisional",
                ), where
            else:
                status = row.status if row else "missing"
                assert set(cells[:-1]) == {"—"}, where
                assert cells[-1] == STATUS[status], where
                statuses.add(status)
    assert statuses == {"missing", "no_source", "hidden"}


def test_charts_hold_the_published_numbers_and_gaps(trees: dict[str, Node], rows: Rows) -> None:
    for path, cut, metric, card in cards(trees):
        drawn = json.loads(card.one("script", type="application/json").raw)
        for week, point in zip(region.WEEKS, drawn, strict=True):
            row, where = rows.get((week, cut, metric)), f"{path} {metric} {week}"
            if row and row.is_shown:
                assert (point["v"], point["lo"], point["hi"]) == (row.value, row.ci_low, row.ci_high), where
                assert (point["value"], point["n"]) == (row.value_text, expected.russian(row.n)), where
            else:
                assert (point["v"], point["lo"], point["hi"], point["gap"]) == (None, None, None, True), where
                assert (point["value"], point["n"]) == ("—", "—"), where


def test_ranking_puts_the_hardest_first_and_those_without_a_value_last(trees: dict[str, Node], rows: Rows) -> None:
    for anchor in ("touchpoints", "offices"):
        section = trees["index.html"].one("section", class_="block", aria_labelledby=anchor)
        codes = [row.attributes["data-code"] for row in section.find("tr") if "data-code" in row.attributes]
        found = [rows[NEWEST, Cut(**{DIMENSION[anchor]: code}), "ces"] for code in codes]
        values = [row.value if row.is_shown else 1e9 for row in found]
        assert values == sorted(values)


def test_brief_names_the_hardest_place_with_enough_data(trees: dict[str, Node], rows: Rows) -> None:
    brief = trees["index.html"].one("section", class_="brief")
    for dimension, folder in (("touchpoint", "touchpoint"), ("office_id", "office")):
        firm = {
            cut: row
            for (week, cut, metric), row in rows.items()
            if (week, metric, row.status) == (NEWEST, "ces", "ok")
            and cut == Cut(**{dimension: getattr(cut, dimension)})
            if getattr(cut, dimension)
        }
        hardest = min(firm, key=lambda cut: firm[cut].value)
        link = brief.one("a", href=f"{folder}/{getattr(hardest, dimension)}.html")
        assert link.parent
        assert link.parent.one("b").text == firm[hardest].value_text


def test_signals_are_listed_when_and_only_when_published_as_signals(trees: dict[str, Node], rows: Rows) -> None:
    listed = {}
    for group in trees["index.html"].find("div", class_="signal-list"):
        for line in [row for row in group.find("tr") if "data-code" in row.attributes]:
            cell = line.one("td")
            key = (line.attributes["data-code"], cell.attributes["data-metric"])
            about, _, rule = line.one("th").text.rpartition("; ")
            assert "→" in about
            listed[key] = (group.attributes["class"].split()[-1], cell.text, rule)
    wanted = {
        (cut.touchpoint or cut.office_id or "", metric): (row.verdict, row.change_text, row.rule_text)
        for (week, cut, metric), row in rows.items()
        if week == NEWEST and row.is_lead and row.is_shown and row.is_signal
        if cut in (Cut(), Cut(office_id=cut.office_id), Cut(touchpoint=cut.touchpoint))
    }
    assert listed == wanted
    assert {verdict for verdict, *_ in listed.values()} == {"better", "worse", "changed"}
    assert len({rule for *_, rule in listed.values()}) > 5


def test_sources_hold_the_counts_of_the_week(trees: dict[str, Node], database: duckdb.DuckDBPyConnection) -> None:
    counts = ("rows_read", "rows_landed", "rows_quarantined", "rows_other_week")
    sums = ", ".join(f"sum({name})::bigint" for name in counts)
    wanted = {
        name: [expected.russian(count) for count in found]
        for name, *found in database.execute(
            f"select source_name, {sums} from source_status where week = ? and office_id is null group by all", [NEWEST]
        ).fetchall()
    }
    section = trees["sources.html"].one("section", class_="block", aria_labelledby="received")
    shown = {
        line.one("th").text.replace("\u00a0", " "): [cell.text for cell in line.find("td", class_="num")]
        for line in section.one("tbody").find("tr")
    }
    assert shown == wanted


def test_links_hold_the_counts_of_feedback(trees: dict[str, Node], database: duckdb.DuckDBPyConnection) -> None:
    section = trees["sources.html"].one("section", class_="block", aria_labelledby="links")
    table = section.one("div", aria_label="Таблица: Привязка по источникам")
    wanted = database.execute(
        "select sum(feedback_count)::bigint from feedback_links where week = ?"
        " group by source, link_method, unlinked_reason",
        [NEWEST],
    ).fetchall()
    shown = [cell.text for cell in table.find("td", class_="num")]
    assert sorted(shown) == sorted(expected.russian(count) for (count,) in wanted)


def test_a_hidden_value_is_in_no_byte_of_the_site(site: Path) -> None:
    digits = str(region.HIDDEN_N)
    forms = [digits, *(f"{digits[:3]}{space}{digits[3:]}" for space in (" ", "\u00a0", "\u202f", ",", "&nbsp;"))]
    for path in site.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [form for form in forms if form.encode() in content], path


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1262, 0, "1\u202f262"),
        (1234567.891, 1, "1\u202f234\u202f567,9"),
        (76.85, 1, "76,9"),
        (-3.0, 1, "\u22123,0"),
        (2.5, 0, "3"),
        (-0.04, 1, "0,0"),
        (0, 0, "0"),
        (None, 1, "—"),
    ],
)
def test_a_number_is_written_as_russians_do(value: float | None, decimals: int, text: str) -> None:
    assert russian.number(value, decimals) == text


@pytest.mark.parametrize(
    ("week", "text"),
    [
        ("2026-W46", "9–15 ноября 2026"),
        ("2026-W40", "28 сентября – 4 октября 2026"),
        ("2026-W01", "29 декабря 2025 – 4 января 2026"),
        ("2026-W53", "28 декабря 2026 – 3 января 2027"),
    ],
)
def test_days_of_a_week_are_written_once_when_months_or_years_differ(week: str, text: str) -> None:
    assert russian.week_dates(week).replace("\u00a0", " ") == text
