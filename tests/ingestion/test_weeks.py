"""Weeks in the zone of the centre, against the standard library as the other way of computing them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.weeks import as_of, bounds, previous_week, to_utc, week_number, week_of, week_range

ZONES = ["Asia/Yakutsk", "Asia/Vladivostok", "Asia/Srednekolymsk", "Europe/Berlin"]


@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), zone=st.sampled_from(ZONES))
def test_week_is_the_iso_week_of_local_time(moment: datetime, zone: str) -> None:
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    year, number, _ = local.isocalendar()
    frame = pl.DataFrame({"at": [moment], "zone": [zone]})
    assert frame.select(week_of(pl.col("at"), pl.col("zone"), ZONES)).item() == f"{year}-W{number:02d}"


def test_monday_morning_in_the_east_is_sunday_in_utc() -> None:
    frame = pl.DataFrame({"at": [datetime(2026, 11, 8, 13, 30)], "zone": ["Asia/Srednekolymsk"]})
    assert frame.select(week_of(pl.col("at"), pl.col("zone"), ZONES)).item() == "2026-W46"


def test_local_time_goes_to_utc_and_a_time_that_never_was_is_null() -> None:
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 11, 9, 9), datetime(2026, 3, 29, 2, 30)],
            "zone": ["Asia/Yakutsk", "Europe/Berlin"],
        }
    )
    assert frame.select(to_utc(pl.col("at"), pl.col("zone"), ZONES)).to_series().to_list() == [
        datetime(2026, 11, 9),
        None,
    ]


@pytest.mark.parametrize("year", [1, 206, 1899, 2200, 9999])
def test_moment_of_a_slip_of_the_pen_is_null(year: int) -> None:
    frame = pl.DataFrame({"at": [datetime(year, 6, 1)], "zone": ["Asia/Yakutsk"]})
    assert frame.select(to_utc(pl.col("at"), pl.col("zone"), ZONES)).item() is None


def test_no_rows_and_no_zones_give_no_weeks() -> None:
    frame = pl.DataFrame(schema={"at": pl.Datetime("us"), "zone": pl.String})
    at, zone = pl.col("at"), pl.col("zone")
    assert frame.with_columns(week=week_of(at, zone, []), utc=to_utc(at, zone, [])).height == 0


@given(weeks=st.integers(-3000, 3000))
def test_neighbour_weeks_differ_by_one_over_any_new_year(weeks: int) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=weeks)
    year, number, _ = day.isocalendar()
    week = f"{year}-W{number:02d}"
    assert week_number(week) - week_number(previous_week(week)) == 1


def test_week_lasts_from_monday_to_monday_and_as_of_is_its_end() -> None:
    start, finish = bounds("2026-W46", "Asia/Yakutsk")
    assert (start, finish) == (datetime(2026, 11, 8, 15), datetime(2026, 11, 15, 15))
    assert as_of("2026-W46", "Asia/Yakutsk") == finish


def test_range_crosses_the_new_year() -> None:
    assert week_range("2026-W52..2027-W02") == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


@pytest.mark.parametrize("text", ["2026-46", "2026-W54", "W46", "2025-W53", "", "2026-W46..2026-W40", "2026-W1x"])
def test_wrong_weeks_are_refused_with_a_line(text: str) -> None:
    with pytest.raises(IngestionError, match="Недел"):
        week_range(text)
