"""The AIS as a database with faults in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.ingestion.home import OFFICES, Home

APPEAL = {
    "id": 1,
    "office_id": "C01",
    "channel": "Телефон",
    "service": "Пособие",
    "stage_code": "01",
    "client_group": "Гражданин",
    "client_id": "112-233-445 95",
    "topic": "справка",
    "initiated_by": "client",
    "received_at": "2026-11-10 01:00:00",
    "ended_at": "2026-11-10 01:30:00",
}


def appeal(number: Any = 1, **changes: Any) -> tuple[Any, ...]:
    return tuple({**APPEAL, "id": number, **changes}.values())


def test_sound_rows_land_in_the_words_of_the_product(empty_home: Home) -> None:
    empty_home.ais(
        appeals=[appeal(), appeal(2, office_id=" C02 ", ended_at=None, service=None)],
        appeal_events=[(7, 1, "Решено", "2026-11-11 01:00:00")],
        schedules=[("C01", 1, "09:00", "18:00", "2026-01-01", None)],
    )
    landed = empty_home.land("ais")
    columns = ("record_id", "office_id", "channel", "service", "touchpoint", "client_group", "ended_at", "contact_week")
    assert landed.rows("interactions", *columns) == [
        ("ais:1", "C01", "phone", "benefit", "site", "job_seeker", datetime(2026, 11, 10, 1, 30), "2026-W46"),
        ("ais:2", "C02", "phone", None, "site", "job_seeker", None, "2026-W46"),
    ]
    assert landed.rows("interaction_events", "record_id", "interaction_id", "event_type", "origin") == [
        ("ais:event:7", "ais:1", "solved", "ais.db#appeal_events/7")
    ]
    assert landed.rows("schedules", "record_id", "weekday") == [("ais:schedule:C01:1:2026-01-01:09:00:18:00", 1)]
    assert landed.refused == []
    assert landed.result.messages == []


def test_week_without_a_row_is_a_true_zero(empty_home: Home) -> None:
    empty_home.ais()
    landed = empty_home.land("ais")
    assert landed.result.status == "loaded"
    assert landed.counts("interactions") == (0, 0, 0, 0)
    assert landed.counts("offices") == (2, 2, 0, 0)


def test_rows_of_another_week_are_only_counted_by_the_zone_of_their_centre(empty_home: Home) -> None:
    empty_home.ais(
        appeals=[
            appeal(1, received_at="2026-11-08 14:30:00"),  # Sunday 23:30 in Yakutsk
            appeal(2, office_id="C02", received_at="2026-11-08 14:30:00"),  # Monday 00:30 in Vladivostok
            appeal(3, received_at="2026-11-15 14:30:00"),  # Sunday 23:30
            appeal(4, office_id="C02", received_at="2026-11-15 14:30:00"),  # Monday 00:30 of the next week
            appeal(5, received_at="2026-11-15 14:30:00", channel="Голубь"),
            appeal(6, received_at="2026-11-08 14:30:00", channel="Голубь"),  # a fault of the week before
            appeal(7, received_at="2025-11-10 01:00:00"),
        ]
    )
    landed = empty_home.land("ais")
    assert landed.ids("interactions") == ["ais:2", "ais:3"]
    assert landed.refused == [("interactions", "unknown_code", "ais.db#appeals/5")]
    assert landed.counts("interactions") == (6, 2, 1, 3)  # the one of last year was not even read


@pytest.mark.parametrize("moment", ["32.13.2026", "10.11.2026 09:00", "20.11.2026", "21.11.2026", "", None, "вчера", 5])
def test_moment_that_cannot_be_read_is_quarantined_whatever_week_is_read(empty_home: Home, moment: Any) -> None:
    empty_home.ais(appeals=[appeal(1), appeal(2, received_at=moment)], appeal_events=[(9, 1, "Решено", moment)])
    landed = empty_home.land("ais")
    assert landed.ids("interactions") == ["ais:1"]
    assert landed.refused == [
        ("interactions", "unreadable_date", "ais.db#appeals/2"),
        ("interaction_events", "unreadable_date", "ais.db#appeal_events/9"),
    ]


@pytest.mark.parametrize("moment", ["2026-11-10 25:99:00", "2026-11-10", "2026-11-10 утром"])
def test_moment_of_the_week_that_cannot_be_read_is_quarantined(empty_home: Home, moment: str) -> None:
    empty_home.ais(appeals=[appeal(1, received_at=moment), appeal(2, ended_at=moment)])
    assert empty_home.land("ais").refused == [
        ("interactions", "unreadable_date", "ais.db#appeals/1"),
        ("interactions", "unreadable_date", "ais.db#appeals/2"),
    ]


@pytest.mark.parametrize(
    "moment",
    ["2026-11-15 14:59:59", "2026-11-15T14:59:59", "2026-11-15T14:59:59Z", "2026-11-15 17:59:59.000+03:00"],
)
def test_moment_of_the_last_second_is_read_however_it_is_written(empty_home: Home, moment: str) -> None:
    empty_home.ais(appeals=[appeal(received_at=moment)])
    assert empty_home.land("ais").rows("interactions", "received_at") == [(datetime(2026, 11, 15, 14, 59, 59),)]


def test_end_beyond_all_years_is_no_date(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal(ended_at="9999-12-31 00:00:00")])
    assert empty_home.land("ais").refused == [("interactions", "unreadable_date", "ais.db#appeals/1")]


@pytest.mark.parametrize("column", ["channel", "service", "client_group", "initiated_by"])
def test_unknown_code_is_quarantined(empty_home: Home, column: str) -> None:
    empty_home.ais(appeals=[appeal(1), appeal(2, **{column: "нечто"})])
    landed = empty_home.land("ais")
    assert landed.ids("interactions") == ["ais:1"]
    assert landed.refused == [("interactions", "unknown_code", "ais.db#appeals/2")]


def test_unknown_touchpoint_lands_with_its_code(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal(stage_code="99")])
    assert empty_home.land("ais").rows("interactions", "touchpoint", "touchpoint_code") == [(None, "99")]


def test_unknown_office_and_the_rows_of_an_office_with_an_unknown_zone_are_quarantined(empty_home: Home) -> None:
    empty_home.ais(
        offices=[
            *OFFICES,
            ("C03", "north", "Третий", "Третье", "Yakutsk"),
            (None, "north", "Без кода", "", "Asia/Chita"),
        ],
        appeals=[appeal(1), appeal(2, office_id="C03"), appeal(3, office_id="../C01"), appeal(4, office_id=None)],
        schedules=[("C99", 1, "09:00", "18:00", "2026-01-01", None)],
    )
    landed = empty_home.land("ais")
    assert landed.ids("offices") == ["ais:office:C01", "ais:office:C02"]
    assert landed.rows("interactions", "record_id", "office_id", "region") == [
        ("ais:1", "C01", "north"),
        ("ais:4", None, "north"),
    ]
    assert landed.refused == [
        ("offices", "missing_id", "ais.db#offices/?"),
        ("offices", "unknown_zone", "ais.db#offices/C03"),
        ("schedules", "unknown_office", "ais.db#schedules/C99"),
        ("interactions", "unknown_office", "ais.db#appeals/2"),
        ("interactions", "unknown_office", "ais.db#appeals/3"),
    ]
    assert "2026-W46: 1 в карантине — часовой пояс центра не из базы IANA; нужен вид Asia/Yakutsk" in "".join(
        landed.result.messages
    )


def test_ids_that_stand_twice_land_once_and_double_nothing(empty_home: Home) -> None:
    empty_home.ais(
        offices=[*OFFICES, OFFICES[0]],
        appeals=[appeal(1), appeal(1), appeal(2), appeal(None)],
        appeal_events=[(9, 1, "Решено", "2026-11-11 01:00:00")] * 2,
    )
    landed = empty_home.land("ais")
    assert landed.counts("offices") == (3, 2, 1, 0)
    assert landed.counts("interactions") == (4, 2, 2, 0)
    assert [reason for _, reason, _ in landed.refused].count("duplicate") == landed.quarantine.height - 1


def test_event_of_no_appeal_or_of_no_known_type_is_quarantined(empty_home: Home) -> None:
    moment = "2026-11-11 01:00:00"
    empty_home.ais(
        appeals=[appeal(1, received_at="2026-10-01 01:00:00")],
        appeal_events=[
            (1, 1, "Решено", moment),
            (2, 404, "Решено", moment),
            (3, 1, "Забыто", moment),
            (4, 1, None, moment),
        ],
    )
    landed = empty_home.land("ais")
    assert landed.ids("interaction_events") == ["ais:event:1"]
    assert landed.refused == [
        ("interaction_events", "unknown_interaction", "ais.db#appeal_events/2"),
        ("interaction_events", "unknown_code", "ais.db#appeal_events/3"),
        ("interaction_events", "unknown_code", "ais.db#appeal_events/4"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({1: "пн"}, "unreadable_number"),
        ({1: 8}, "unreadable_number"),
        ({4: "01.13.2026"}, "unreadable_date"),
        ({5: "никогда"}, "unreadable_date"),
        ({2: "утром"}, "unreadable_date"),
        ({3: "25:00"}, "unreadable_date"),
        ({3: "24:30"}, "unreadable_date"),
        ({2: None}, "unreadable_date"),
        ({2: "18:00", 3: "09:00"}, "wrong_shape"),
    ],
)
def test_schedule_that_cannot_be_read_is_quarantined(empty_home: Home, changes: dict[int, Any], reason: str) -> None:
    row = ["C01", 1, "09:00", "18:00", "2026-01-01", None]
    for place, value in changes.items():
        row[place] = value
    empty_home.ais(schedules=[row])
    assert empty_home.land("ais").refused == [("schedules", reason, "ais.db#schedules/C01")]


def test_day_with_a_break_lands_as_two_intervals(empty_home: Home) -> None:
    hours = [("09:00", "13:00"), ("14:00", "24:00")]
    empty_home.ais(schedules=[("C01", 1, opens, closes, "2026-01-01", None) for opens, closes in hours])
    landed = empty_home.land("ais")
    assert landed.rows("schedules", "opens_at", "closes_at") == hours
    assert landed.refused == []


def test_schedule_without_a_first_day_lands(empty_home: Home) -> None:
    empty_home.ais(schedules=[("C01", 1, "09:00", "18:00", None, None)])
    assert empty_home.land("ais").rows("schedules", "record_id", "valid_from") == [
        ("ais:schedule:C01:1::09:00:18:00", None)
    ]


def test_columns_of_mixed_types_are_read_as_text(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal("А-7", topic=15, stage_code=b"01"), appeal(8, topic=1.5), appeal(9)])
    landed = empty_home.land("ais")
    assert landed.rows("interactions", "record_id", "topic", "touchpoint") == [
        ("ais:8", "1.5", "site"),
        ("ais:9", "справка", "site"),
        ("ais:А-7", "15", "site"),
    ]


def test_hostile_texts_land_as_they_are(empty_home: Home) -> None:
    name = "ЦЗН «Мыс О'Дальний'); DROP TABLE offices; --»"
    topic = "=HYPERLINK(\"http://example.org\")<script>alert('1')</script>\n../../etc/passwd\x00"
    empty_home.ais(offices=[("C01", "north", name, "<b>", "Asia/Yakutsk")], appeals=[appeal(topic=topic)])
    landed = empty_home.land("ais")
    assert landed.rows("offices", "name", "municipality") == [(name, "<b>")]
    assert landed.rows("interactions", "topic") == [(topic,)]


def test_changed_row_changes_the_load_and_equal_rows_do_not(empty_home: Home) -> None:
    loads = []
    for topic in ("справка", "жалоба", "справка"):
        empty_home.ais(appeals=[appeal(topic=topic)])
        loads.append(empty_home.land("ais").rows("interactions", "load_id"))
    assert loads[0] == loads[2] != loads[1]


def test_source_without_a_description_is_not_configured(empty_home: Home) -> None:
    landed = empty_home.land("vk")
    assert landed.result.status == "not_configured"
    assert landed.loads["status"].to_list() == ["not_configured"]
    assert landed.result.messages == ["2026-W46: источник не настроен в описании региона; опишите его там"]
