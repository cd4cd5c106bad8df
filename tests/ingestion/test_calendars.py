"""Production calendars, against the published ones of 2025 and 2026, typed by hand."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from ingestion.calendars import calendar_rows
from ingestion.errors import IngestionError
from ingestion.reference import reference_tables
from ingestion.reference_contract import REFERENCE
from ingestion.run import land
from ingestion.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

METHODOLOGY = Settings().methodology
SHORTENED = {2025: ["03-07", "04-30", "06-11", "11-01"], 2026: ["04-30", "05-08", "06-11", "11-03"]}
WORKDAYS_OFF = {  # Monday to Friday
    2025: "01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04 12-31",
    2026: "01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31",
}


def days(year: int, file: dict[str, Any] | None = None, **regions: dict[str, Any]) -> pl.DataFrame:
    files = {"federal": ("federal.yml", file or {})} | {code: (code, content) for code, content in regions.items()}
    rows = calendar_rows(files, date(year, 1, 1), date(year, 12, 31))
    return pl.DataFrame(rows, schema=REFERENCE["calendar_days"], orient="row")


def of_day(frame: pl.DataFrame, day: str, calendar: str = "federal") -> tuple[Any, ...]:
    row = frame.filter(pl.col("day") == date.fromisoformat(day), pl.col("calendar") == calendar)
    return row.select("day_kind", "weekday", "closes_earlier_minutes", "is_official").row(0)


def listed(frame: pl.DataFrame, *conditions: pl.Expr) -> list[str]:
    return frame.filter(*conditions)["day"].dt.strftime("%m-%d").to_list()


@pytest.mark.parametrize("year", [2025, 2026])
def test_federal_calendar_is_the_published_one(year: int) -> None:
    found = days(year)
    kind = pl.col("day_kind")
    assert found.height == 365
    assert found.filter(kind.is_in(["working", "shortened"])).height == 247
    assert listed(found, kind == "shortened") == SHORTENED[year]
    assert listed(found, kind == "off", pl.col("day").dt.weekday() <= 5) == WORKDAYS_OFF[year].split()
    assert set(found["is_official"]) == {True}
    assert found.filter(kind == "shortened")["closes_earlier_minutes"].to_list() == [60] * 4
    assert found.filter(kind == "working")["closes_earlier_minutes"].sum() == 0


def test_working_saturday_has_the_hours_of_the_monday_that_it_stands_for() -> None:
    assert of_day(days(2025), "2025-11-01") == ("shortened", 1, 60, True)
    assert of_day(days(2024), "2024-04-27") == ("working", 1, 0, True)  # for 29 April, on the eve of nothing
    assert of_day(days(2024), "2024-11-02") == ("shortened", 2, 60, True)  # for 30 April, the eve of 1 May


def test_weekend_before_a_holiday_ends_earlier_where_a_centre_works_on_it() -> None:
    found = days(2026)
    assert of_day(found, "2026-03-07") == ("weekend", 6, 60, True)
    assert of_day(found, "2026-03-08") == ("off", 7, 0, True)
    assert of_day(found, "2026-03-14") == ("weekend", 6, 0, True)
    assert of_day(found, "2026-12-30") == ("working", 3, 0, True)  # 31 December is a day off that was moved


def test_year_that_is_not_published_follows_the_law_and_says_so() -> None:
    found = days(2028)
    assert set(found["is_official"]) == {False}
    assert of_day(found, "2028-11-04") == ("off", 6, 0, False)
    assert of_day(found, "2028-11-06") == ("off", 1, 0, False)  # a holiday on a Saturday moves to Monday
    assert of_day(found, "2028-11-03") == ("shortened", 5, 60, False)
    assert of_day(found, "2028-01-10") == ("working", 1, 0, False)  # days of January move by decree alone


def test_data_completes_a_year_that_the_library_does_not_know() -> None:
    moved = {"kind": "off", "act": "Постановление"}
    works = {"kind": "working", "act": "Постановление", "instead_of": "2028-02-22"}
    shorter = {"kind": "shortened", "act": "Приказ"}
    file = {"years": {2028: "Постановление"}, "days": {"2028-02-22": moved, "2028-02-19": works, "2028-03-01": shorter}}
    found = days(2028, file)
    assert set(found["is_official"]) == {True}
    assert of_day(found, "2028-02-22") == ("off", 2, 0, True)
    assert of_day(found, "2028-02-19") == ("working", 2, 0, True)
    assert of_day(found, "2028-03-01") == ("shortened", 3, 60, True)


def test_region_has_its_holidays_over_the_federal_ones() -> None:
    holiday = {"kind": "holiday", "act": "Указ"}
    found = days(2026, north={"years": {2026: "Указ"}, "days": {"2026-05-27": holiday}}, south={})
    assert of_day(found, "2026-05-26", "north") == ("shortened", 2, 60, True)
    assert of_day(found, "2026-05-27", "north") == ("off", 3, 0, True)
    assert of_day(found, "2026-06-11", "north") == ("shortened", 4, 60, True)
    assert of_day(found, "2026-05-27") == ("working", 3, 0, True)
    assert of_day(found, "2026-05-27", "south") == ("working", 3, 0, False)  # its own days of 2026 are not known


def test_bashkortostan_rests_on_its_holidays_and_on_the_days_to_which_they_move() -> None:
    found = reference_tables(METHODOLOGY, "demo", "2026-W42")["calendar_days"].filter(
        pl.col("calendar") == "bashkortostan"
    )
    assert listed(found, pl.col("day_kind") == "off") == ["10-11", "10-12"]


def test_calendar_lands_for_the_weeks_around_a_run_only(tmp_path: Path) -> None:
    result = land("reference", "2026-W46", Settings(home=tmp_path))
    landed = pl.read_parquet(tmp_path / "landing/reference/calendar_days/week=2026-W46/data.parquet")
    federal = landed.filter(pl.col("calendar") == "federal")["day"]
    assert (federal.min(), federal.max(), federal.len()) == (date(2026, 9, 21), date(2026, 11, 22), 63)
    assert result.messages == []


def test_run_near_a_year_that_is_not_published_is_told(tmp_path: Path) -> None:
    messages = land("reference", "2027-W52", Settings(home=tmp_path)).messages
    assert messages[-1] == (
        "2027-W52: календарь federal: 2028 год не опубликован, дни взяты по статье 112 ТК РФ; "
        "внесите их в methodology/calendars/federal.yml"
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "days: {2026-12-01: {kind: rest, act: Указ}}",
            "«days.2026-12-01.kind»: разрешено: holiday, off, working, sho",
        ),
        ("days: {2026-12-01: {kind: off}}", "«days.2026-12-01.act»: не указано"),
        ("days: {2026-12-01: off}", "«days.2026-12-01»: нужен список полей; разрешены kind, act, instead_of"),
        ("days: {декабрь: {kind: off, act: Указ}}", "«days.декабрь»: нужна дата вида 2028-02-22"),
        ("days: {2026-12-01: {kind: working, act: У, instead_of: x}}", "instead_of»: нужна дата"),
        ("holidays: {}", "«holidays»: такого поля нет; разрешены years и days"),
        ("years: {скоро: Указ}", "«years.скоро»: нужен год, например 2028"),
        ("years: {2028: 5}", "«years.2028»: нужен текст"),
        ("days: [2026-12-01]", "«days»: нужен список со значениями"),
        ("days: {2026-02-30: {kind: off, act: Указ}}", "north.yml не читается"),
    ],
)
def test_wrong_calendar_is_refused_with_one_line(tmp_path: Path, text: str, part: str) -> None:
    folder = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    (folder / "calendars" / "north.yml").write_text(text, encoding="utf-8")
    with pytest.raises(IngestionError) as error:
        reference_tables(folder, "demo", "2026-W46")
    assert "north.yml" in str(error.value)
    assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_methodology_without_the_federal_calendar_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    (folder / "calendars" / "federal.yml").unlink()
    with pytest.raises(IngestionError, match=r"federal\.yml не читается"):
        reference_tables(folder, "demo", "2026-W46")
