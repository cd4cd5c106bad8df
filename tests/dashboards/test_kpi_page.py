"""The page of KPIs: each stands with its value, its corridor and its verdict, as published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboards import drawing
from dashboards.records import Kpi
from tests.dashboards import expected, region
from tests.dashboards.expected import NEWEST
from tests.dashboards.markup import Node, parse
from tests.dashboards.published import CORRIDORS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

LOOKS = {"rr": "good", "ces": "lost", "nps": "good", "er_wide": "lost", "fcr": "part", "iqs": "none", "ttfr": "none"}
SAID = {
    "within": "✓ в коридоре",
    "uncertain": "◐ у границы",
    "weak": "– мало данных",
    "no_data": "– нет значения",
}
SAID_OUTSIDE = {
    "ces": "✕ ниже коридораза границей на 44,5",
    "nps": "✓ выше коридораза границей на 71,0",
    "er_wide": "✕ выше коридораза границей на 10,0",
}


@pytest.fixture(scope="module")
def rows(site: Path) -> dict[str, Node]:
    """Rows of the page by metric."""
    found = [row for row in parse(site / "kpi.html").find("tr") if "data-kpi" in row.attributes]
    return {row.attributes["data-kpi"].removeprefix("kpi_"): row for row in found}


def cell(row: Node, at: int) -> str:
    return " ".join(row.find("td")[at].text.replace("\u00a0", " ").split())


def test_each_kpi_stands_with_its_published_value(rows: dict[str, Node], database: duckdb.DuckDBPyConnection) -> None:
    assert set(rows) == set(CORRIDORS)
    published = database.execute("select metric, value, n, status from kpi_status where week = ?", [NEWEST]).fetchall()
    assert len(published) == len(rows)
    for metric, value, n, status in published:
        about, text = region.metrics()[metric], cell(rows[metric], 0)
        if value is None:
            assert text == expected.STATUS[status], metric
        else:
            assert text.startswith(expected.russian(value, about["decimals"])), metric
            assert f"n = {expected.russian(n, 0)}".replace("\u202f", " ") in text, metric


def test_a_verdict_is_said_and_looks_as_it_is_meant(rows: dict[str, Node]) -> None:
    for metric, row in rows.items():
        verdict = CORRIDORS[metric][0]
        assert cell(row, 3) == SAID_OUTSIDE.get(metric, SAID.get(verdict)), metric
        assert row.one("span", class_="state").attributes["class"].split()[1] == LOOKS[metric], metric


def test_bounds_have_a_fraction_only_when_they_are_no_whole_numbers(rows: dict[str, Node]) -> None:
    assert cell(rows["rr"], 2) == "0 … 100 %"
    assert cell(rows["nps"], 2) == "−90 … −40,5"


def test_a_name_is_text_when_it_holds_markup(rows: dict[str, Node]) -> None:
    assert all("<b>клиенту</b>" in row.one("th").text for row in rows.values())


def test_the_picture_shows_value_interval_and_corridor_on_one_scale() -> None:
    plain = dict.fromkeys(Kpi._fields) | {"lower_bound": 60.0, "upper_bound": 80.0, "value": 75.0}
    at_hand = Kpi(**(plain | {"ci_low": 70.0, "ci_high": 85.0}))  # type: ignore[arg-type]
    # the scale is 50…90: half a corridor to each side
    assert drawing.corridor(at_hand) == drawing.Corridor(25.0, 50.0, 50.0, 37.5, 62.5)
    far_off = Kpi(**(plain | {"value": 130.0}))  # type: ignore[arg-type]
    assert drawing.corridor(far_off) == drawing.Corridor(12.5, 25.0, 100.0, 0.0, 100.0)
    assert drawing.corridor(Kpi(**(plain | {"value": None}))) is None  # type: ignore[arg-type]
