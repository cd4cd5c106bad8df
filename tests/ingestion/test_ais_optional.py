"""What an AIS need not have: the queue, the survey after a contact, the direction of a hand-over, a break at noon."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.home import AIS_CODES
from tests.ingestion.test_ais import appeal

if TYPE_CHECKING:
    from tests.ingestion.home import Home

OPTIONAL = ("segment", "called_at", "is_no_show", "survey_sent_at", "survey_delivered")


def test_segment_queue_and_survey_of_an_appeal_land_when_the_ais_has_them(empty_home: Home) -> None:
    written = [
        (" Молодёжь", "2026-11-10 01:09:30", 0, "2026-11-10T03:00:00", 1),
        (None, None, None, None, None),
        ("", "", "Да", None, "false"),
    ]
    empty_home.ais(appeals=[(*appeal(number), *values) for number, values in enumerate(written, start=1)])
    landed = empty_home.land("ais")
    assert landed.rows("interactions", *OPTIONAL) == [
        ("youth", datetime(2026, 11, 10, 1, 9, 30), False, datetime(2026, 11, 10, 3), True),
        (None, None, None, None, None),
        (None, None, True, None, False),
    ]
    assert landed.refused == []


def test_segment_queue_and_survey_of_an_appeal_land_null_when_the_ais_has_no_such_columns(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal()], appeal_events=[(1, 1, "Передано", "2026-11-10 02:00:00")])
    landed = empty_home.land("ais")
    assert landed.rows("interactions", *OPTIONAL) == [(None,) * len(OPTIONAL)]
    assert landed.rows("interaction_events", "direction", "is_automatic") == [(None, None)]
    assert landed.refused == []


@pytest.mark.parametrize(
    ("column", "written", "reason"),
    [
        ("segment", "Никто", "unknown_code"),
        ("called_at", "скоро", "unreadable_date"),
        ("survey_sent_at", "32.13.2026", "unreadable_date"),
        ("is_no_show", "может быть", "unknown_code"),
        ("survey_delivered", 2, "unknown_code"),
    ],
)
def test_appeal_is_quarantined_when_an_optional_column_cannot_be_read(
    empty_home: Home, column: str, written: Any, reason: str
) -> None:
    nothing = dict.fromkeys(OPTIONAL)
    empty_home.ais(appeals=[appeal(1, **nothing), appeal(2, **{**nothing, column: written})])
    landed = empty_home.land("ais")
    assert landed.ids("interactions") == ["ais:1"]
    assert landed.refused == [("interactions", reason, "ais.db#appeals/2")]


def test_segment_lands_null_when_the_region_gives_no_codes_of_it(empty_home: Home) -> None:
    empty_home.describe(
        ais={
            "url": "sqlite:///{home}/ais.db",
            "codes": {name: words for name, words in AIS_CODES.items() if name != "segment"},
        }
    )
    empty_home.ais(appeals=[(*appeal(), "3-Б", None, None, None, None)])
    landed = empty_home.land("ais")
    assert landed.rows("interactions", "segment") == [(None,)]
    assert landed.refused == []


def test_hand_over_lands_with_its_direction_and_is_quarantined_when_it_cannot_be_read(empty_home: Home) -> None:
    moment = "2026-11-11 01:00:00"
    empty_home.ais(
        appeals=[appeal()],
        appeal_events=[
            (1, 1, "Передано", moment, "Вышестоящим", 0),
            (2, 1, "Передано", moment, None, 1),
            (3, 1, "Решено", moment, None, None),
            (4, 1, "Передано", moment, "Никуда", 0),
            (5, 1, "Передано", moment, None, "иногда"),
        ],
    )
    landed = empty_home.land("ais")
    assert landed.rows("interaction_events", "event_type", "direction", "is_automatic") == [
        ("transferred", "up", False),
        ("transferred", None, True),
        ("solved", None, None),
    ]
    assert landed.refused == [
        ("interaction_events", "unknown_code", "ais.db#appeal_events/4"),
        ("interaction_events", "unknown_code", "ais.db#appeal_events/5"),
    ]


def test_both_intervals_of_a_day_land_when_the_centre_has_a_break(empty_home: Home) -> None:
    hours = [("09:00", "13:00"), ("14:00", "18:00"), (None, "18:00")]
    empty_home.ais(schedules=[("C01", 1, opens, closes, "2026-01-01", None) for opens, closes in hours])
    landed = empty_home.land("ais")
    assert landed.rows("schedules", "opens_at", "closes_at") == [("09:00", "13:00"), ("14:00", "18:00")]
    assert landed.refused == [("schedules", "unreadable_date", "ais.db#schedules/C01")]
