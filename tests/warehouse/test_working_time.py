"""Working minutes of the models, against minutes counted one by one on the wall clock of each centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
MODELS = ("int_office_hours", "int_office_hours_utc", "int_working_intervals", "int_working_time", "fct_interactions")
ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk"),
    *("Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "Europe/Berlin"),
)
CLOCK_CHANGES = (date(2026, 3, 24), date(2026, 10, 20))  # of Berlin: on the sixth day of the calendar
COLUMNS = {
    "staging.stg_ais__offices": "office_id varchar, region varchar, time_zone varchar, week varchar",
    "staging.stg_ais__schedules": """
        office_id varchar, weekday int, opens_at varchar, closes_at varchar, valid_from date, valid_to date,
        week varchar""",
    "staging.stg_reference__calendar_days": """
        calendar varchar, day date, day_kind varchar, weekday int, closes_earlier_minutes int, week varchar""",
    "intermediate.int_interaction_outcomes": """
        interaction_id int, office_id varchar, received_at timestamp, first_reply_at timestamp, solved_at timestamp,
        source int, region int, journey int, stage int, service int, touchpoint int, channel int, client_group int, segment int, client_key int,
        topic int, ended_at int, contact_week int, reopened_at int, is_conversation int, is_bot_only int,
        is_first_contact int, is_handed_over int, is_handed_up int, is_handed_aside int, staff_turns int,
        staff_messages int, client_turns int, called_at int, is_no_show int, survey_sent_at int, survey_delivered int,
        exclusion_reason int, origin int, week int""",
}
DAYS = 11
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """A day of a calendar."""

    kind: str
    weekday: int
    earlier: int = 0


@dataclass(frozen=True)
class Hours:
    """A row of a schedule; minutes since midnight."""

    weekday: int
    opens: int
    closes: int
    since: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Office:
    """A centre and its schedules."""

    zone: str
    region: str
    hours: tuple[Hours, ...]


Calendar = dict[date, Day]
Moments = tuple[datetime, datetime]
Found = tuple[float | None, bool | None]  # minutes to the reply, received out of hours


def hh_mm(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Models:
    """The compiled models over tables of our own."""

    def __init__(self, warehouse: Warehouse) -> None:
        results = warehouse.invoke("compile", WEEK, arguments=["--select", *MODELS])
        self.sql = {str(result.node.name): str(result.node.compiled_code) for result in results}

    def minutes(self, offices: list[Office], calendars: dict[str, Calendar], asked: list[list[Moments]]) -> list[Any]:
        """For each centre, for each pair of moments: working minutes, and whether the first is out of hours."""
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as cx; create schema cx.staging; create schema cx.intermediate")
            self._fill(connection, offices, calendars, asked)
            for name in MODELS[:-1]:
                connection.execute(f"create view cx.intermediate.{name} as {self.sql[name]}")
            found = connection.execute(
                "select office_id, first_reply_working_minutes, solved_working_minutes, is_out_of_hours "
                f"from ({self.sql['fct_interactions']}) order by interaction_id"
            ).fetchall()
        answers: list[list[Found]] = [[] for _ in offices]
        for office, reply, solved, out in found:
            assert solved == reply
            answers[int(office)].append((reply, out))
        return answers

    @staticmethod
    def _fill(
        connection: duckdb.DuckDBPyConnection,
        offices: list[Office],
        calendars: dict[str, Calendar],
        asked: list[list[Moments]],
    ) -> None:
        tables: dict[str, list[tuple[Any, ...]]] = {
            "staging.stg_ais__offices": [
                (str(place), office.region, office.zone, WEEK) for place, office in enumerate(offices)
            ],
            "staging.stg_ais__schedules": [
                (str(place), row.weekday, hh_mm(row.opens), hh_mm(row.closes), row.since, row.until, WEEK)
                for place, office in enumerate(offices)
                for row in office.hours
            ],
            "staging.stg_reference__calendar_days": [
                (code, day, what.kind, what.weekday, what.earlier, WEEK)
                for code, calendar in calendars.items()
                for day, what in calendar.items()
            ],
            "intermediate.int_interaction_outcomes": [
                (place * 1000 + number, str(place), start, finish, finish, *[None] * 30)
                for place, pairs in enumerate(asked)
                for number, (start, finish) in enumerate(pairs)
            ],
        }
        for name, rows in tables.items():
            connection.execute(f"create table cx.{name} ({COLUMNS[name]})")
            if rows:
                holes = ", ".join("?" * len(rows[0]))
                connection.executemany(f"insert into cx.{name} values ({holes})", rows)


@pytest.fixture(scope="module")
def compiled(empty_warehouse: Warehouse) -> Models:
    return Models(empty_warehouse)


def is_open(office: Office, calendar: Calendar, local: datetime) -> bool:
    """The rule itself, for one minute on the wall clock."""
    day = calendar.get(local.date())
    if day is None or day.kind == "off":
        return False
    rows = [row for row in office.hours if row.weekday == day.weekday and row.in_force(local.date())]
    last = max((row.closes for row in rows), default=0) - day.earlier
    minute = local.hour * 60 + local.minute
    return any(row.opens <= minute < min(row.closes, last) for row in rows)


def counted(office: Office, calendar: Calendar, start: datetime, pairs: list[Moments]) -> list[Found]:
    """Minutes counted one by one over all days of the calendar; a centre that is open in none has no schedule."""
    zone = ZoneInfo(office.zone)
    origin = start - 2 * DAY  # the first day of the calendar begins before its UTC day
    opened = [
        is_open(office, calendar, (origin + MINUTE * number).replace(tzinfo=UTC).astimezone(zone))
        for number in range((DAYS + 1) * 1440)
    ]
    if not any(opened):
        return [(None, None)] * len(pairs)
    places = [((first - origin) // MINUTE, (last - origin) // MINUTE) for first, last in pairs]
    return [(float(sum(opened[first:last])), not opened[first]) for first, last in places]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Office], dict[str, Calendar], list[list[Moments]], datetime]:
    """A centre in each zone with any schedules, two calendars with any days off, and pairs of moments."""
    first = draw(st.sampled_from(CLOCK_CHANGES))
    dates = [first + DAY * number for number in range(DAYS)]
    start = datetime(first.year, first.month, first.day) + DAY  # UTC without a zone, as in the models

    def day(of: date) -> Day:
        kind = draw(st.sampled_from(["working", "working", "shortened", "weekend", "off"]))
        weekday = draw(st.sampled_from([of.isoweekday(), of.isoweekday(), 1]))
        return Day(kind, weekday, 60 if kind == "shortened" else 0)

    def hours() -> Hours:
        # not between the hours that a clock change skips or repeats; the night as a whole may be worked
        opens = draw(st.one_of(st.just(0), st.integers(4 * 60, 22 * 60)))
        closes = draw(st.integers(max(opens + 1, 5 * 60), 24 * 60))
        since, until = (draw(st.one_of(st.none(), st.none(), st.sampled_from(dates))) for _ in range(2))
        return Hours(draw(st.integers(1, 7)), opens, closes, since, until)

    offices = [
        Office(zone, draw(st.sampled_from(["north", "south"])), tuple(hours() for _ in range(draw(st.integers(0, 9)))))
        for zone in ZONES
    ]
    minutes = st.integers(0, (DAYS - 2) * 1440 - 1)
    asked = [
        [tuple(sorted((start + MINUTE * draw(minutes), start + MINUTE * draw(minutes)))) for _ in range(6)]
        for _ in offices
    ]
    calendars = {"federal": {of: day(of) for of in dates}, "north": {of: day(of) for of in dates}}
    return offices, calendars, asked, start


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(world=worlds())
def test_working_minutes_are_those_counted_one_by_one(compiled: Models, world: Any) -> None:
    offices, calendars, asked, start = world
    expected = [
        counted(office, calendars["north" if office.region == "north" else "federal"], start, pairs)
        for office, pairs in zip(offices, asked, strict=True)
    ]
    assert compiled.minutes(offices, calendars, asked) == expected


NINE_TO_SIX = tuple(Hours(weekday, 9 * 60, 18 * 60) for weekday in range(1, 6))
CHICAGO = tuple(Hours(weekday, 7 * 60, 21 * 60) for weekday in range(1, 8))
SAN_FRANCISCO = tuple(Hours(weekday, 10 * 60, 19 * 60 + 30, since=date(2020, 9, 30)) for weekday in range(1, 6))
NINE_TO_FIVE = tuple(Hours(weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
EIGHT_TO_SIX = tuple(Hours(weekday, 8 * 60, 18 * 60) for weekday in range(1, 6))
WITH_BREAK = tuple(Hours(weekday, opens, opens + 240) for weekday in range(1, 6) for opens in (9 * 60, 14 * 60))


@pytest.mark.parametrize(
    ("zone", "hours", "received", "replied", "calendar_minutes", "expected"),
    [
        ("UTC", NINE_TO_SIX, "2026-11-06 17:30:00", "2026-11-09 09:45:00", 3855, (75, False)),  # V13
        (
            "America/Chicago",
            CHICAGO + SAN_FRANCISCO,
            "2020-09-29 17:02:00",
            "2020-09-30 19:01:27.6",
            1559.46,
            (959.46, False),
        ),
        ("UTC", NINE_TO_SIX, "2026-11-07 10:00:00", "2026-11-07 11:00:00", 60, (0, True)),  # V15
        ("Asia/Kamchatka", NINE_TO_SIX, "2026-11-06 05:30:00", "2026-11-08 21:45:00", 3855, (75, False)),  # V13 there
        ("UTC", WITH_BREAK, "2026-11-06 12:30:00", "2026-11-06 14:30:00", 120, (60, False)),
        ("UTC", WITH_BREAK, "2026-11-06 13:30:00", "2026-11-06 14:30:00", 60, (30, True)),
        ("UTC", NINE_TO_FIVE, "2022-03-20 00:00:00", "2022-03-26 23:59:00", 10079, (144000 / 60, True)),
        ("Europe/Berlin", EIGHT_TO_SIX, "2013-03-21 09:30:00", "2013-03-21 10:00:00", 30, (60 - 30, False)),
        ("Europe/Berlin", EIGHT_TO_SIX, "2013-03-21 09:30:00", "2013-03-21 14:00:00", 270, (60 + 210, False)),
        ("Europe/Berlin", EIGHT_TO_SIX, "2013-03-21 09:30:00", "2013-03-21 11:30:00", 120, (180 - 60, False)),
        ("Europe/Berlin", EIGHT_TO_SIX, "2013-03-21 09:30:00", "2013-03-21 13:00:00", 210, (180 + 30, False)),
        ("Europe/Berlin", EIGHT_TO_SIX, "2013-03-21 09:30:00", "2013-03-21 11:00:00", 90, (120 - 30, False)),
    ],
    ids=[
        *("V13", "V14", "V15", "V13-in-Kamchatka", "over-a-break", "in-a-break", "chatwoot cw-business-hours"),
        *(f"zammad z{case}, its target less its difference" for case in range(1, 6)),
    ],
)
def test_working_minutes_are_those_of_the_vector(
    compiled: Models,
    zone: str,
    hours: tuple[Hours, ...],
    received: str,
    replied: str,
    calendar_minutes: float,
    expected: Found,
) -> None:
    start, finish = datetime.fromisoformat(received), datetime.fromisoformat(replied)
    assert (finish - start) / MINUTE == pytest.approx(calendar_minutes)
    dates = [start.date() + DAY * number for number in range(-3, 8)]
    calendar = {day: Day("weekend" if day.isoweekday() > 5 else "working", day.isoweekday()) for day in dates}
    [[(minutes, is_out)]] = compiled.minutes([Office(zone, "north", hours)], {"federal": calendar}, [[(start, finish)]])
    assert (pytest.approx(minutes), is_out) == expected
