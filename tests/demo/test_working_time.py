"""Working minutes of the demo centres: vectors by hand, and a clock that ticks every minute."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ingestion.demo.geography import plan_offices, plan_schedules
from ingestion.demo.shape import Shape, parse_week, weeks_between
from ingestion.demo.working_time import WorkingTime, plan_working_time

C01, C02, C03, C04, C05 = range(5)  # 9–18; 8–17, later 9–17; 10–19 and Saturdays; 9–17 with a break; 9–18 and evenings


def seconds(text: str) -> int:
    """Local wall-clock seconds, as the generator has them."""
    return int((dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1)).total_seconds())


def time_of(first: str, last: str) -> WorkingTime:
    shape = Shape(weeks_between(first, last), 1, 12, 1, 1, faults=False)
    offices = plan_offices(shape)
    return plan_working_time(shape, offices, plan_schedules(offices, parse_week(first)))


@pytest.fixture(scope="module")
def autumn() -> WorkingTime:
    return time_of("2026-W35", "2026-W46")


def minutes(time: WorkingTime, office: int, start: str, finish: str) -> float:
    return float(time.minutes(np.array([office]), np.array([seconds(start)]), np.array([seconds(finish)]))[0])


@pytest.mark.parametrize(
    ("office", "start", "finish", "expected"),
    [
        (C01, "2026-11-06 17:30", "2026-11-09 09:45", 75),  # V13: over the weekend
        (C01, "2026-11-07 10:00", "2026-11-07 11:00", 0),  # V15: closed on Saturday
        (C03, "2026-11-07 15:00", "2026-11-07 19:00", 60),  # Saturday until 16
        (C01, "2026-11-03 16:30", "2026-11-05 09:30", 60),  # until 17 before the holiday, closed on it
        (C01, "2026-11-02 16:30", "2026-11-03 09:30", 120),  # an ordinary Monday
        (C04, "2026-11-02 12:30", "2026-11-02 14:30", 60),  # the break from 13 to 14
        (C04, "2026-11-03 12:30", "2026-11-03 17:00", 150),  # the last hour goes, the morning stays
        (C05, "2026-11-05 14:00", "2026-11-05 21:00", 360),  # 9–18 and 15–20 at once: once
        (C05, "2026-11-03 14:00", "2026-11-03 21:00", 300),  # … and the later of both closes earlier
        (C02, "2026-09-18 08:00", "2026-09-18 10:00", 120),  # the hours of before the change
        (C02, "2026-09-21 08:00", "2026-09-21 10:00", 60),
        (C01, "2026-11-05 10:00:00", "2026-11-05 10:00:30", 0.5),
        (C01, "2026-11-02 00:00", "2026-11-08 23:59", 4 * 9 * 60 - 60),
    ],
)
def test_working_minutes_equal_those_counted_by_hand_when_days_differ(
    autumn: WorkingTime, office: int, start: str, finish: str, expected: float
) -> None:
    assert minutes(autumn, office, start, finish) == expected


def test_working_minutes_equal_a_ticking_clock_when_moments_are_any(autumn: WorkingTime) -> None:
    rng = np.random.default_rng(7)
    start = seconds("2026-10-26 00:00") + rng.integers(0, 9 * 1440, 60) * 60
    finish = start + rng.integers(0, 7 * 1440, 60) * 60
    office = rng.integers(0, 12, 60)
    counted = [
        sum(autumn.is_open(np.full(len(ticks), centre), ticks).sum() for ticks in [np.arange(begin, end, 60)])
        for centre, begin, end in zip(office, start, finish, strict=True)
    ]
    assert autumn.minutes(office, start, finish).tolist() == counted


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-02 08:59:59", False),
        ("2026-11-02 09:00", True),
        ("2026-11-02 17:59:59", True),
        ("2026-11-02 18:00", False),
        ("2026-11-03 17:00", False),
        ("2026-11-04 12:00", False),
        ("2026-11-08 12:00", False),
    ],
)
def test_centre_is_open_from_the_first_to_before_the_last_second(
    autumn: WorkingTime, moment: str, is_open: bool
) -> None:
    assert autumn.is_open(np.array([C01]), np.array([seconds(moment)])).tolist() == [is_open]


def test_moved_days_follow_the_federal_calendar_when_a_saturday_works() -> None:
    """1 November 2025 works in place of Monday the 3rd; 31 December 2026 is off in place of a Sunday."""
    time = time_of("2025-W44", "2025-W45")
    empty = time_of("2026-W53", "2026-W53")
    assert minutes(time, C01, "2025-11-01 00:00", "2025-11-01 23:00") == 0  # no schedule was valid before 2026
    assert minutes(empty, C01, "2026-12-30 00:00", "2026-12-30 23:00") == 540  # before a day off that was only moved
    assert minutes(empty, C01, "2026-12-31 00:00", "2027-01-03 23:00") == 0
    saturday = time_of("2027-W07", "2027-W08")
    assert minutes(saturday, C01, "2027-02-20 00:00", "2027-02-20 23:00") == 540
    assert minutes(saturday, C03, "2027-02-20 00:00", "2027-02-20 23:00") == 360  # its own Saturday
    assert minutes(saturday, C01, "2027-02-22 00:00", "2027-02-23 23:00") == 0
