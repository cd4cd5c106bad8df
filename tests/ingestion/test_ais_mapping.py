"""A region names its own tables, columns, constants and zones, without a line of SQL."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ingestion.errors import IngestionError
from ingestion.run import land
from tests.ingestion.home import AIS_CODES, OFFICES, WEEK, Home
from tests.ingestion.test_ais import appeal

if TYPE_CHECKING:
    from pathlib import Path

URL = "sqlite:///{home}/own.db"
TABLES = {
    "time_zone": "office",
    "offices": {
        "table": "Справочник ЦЗН",
        "columns": {
            "office_id": "Код",
            "region": {"constant": "north"},
            "name": 'Имя "полное"',
            "municipality": None,
            "time_zone": "100%: пояс?",
        },
    },
    "schedules": {
        "table": "main.Часы",
        "columns": {
            "office_id": "Код",
            "weekday": "День",
            "opens_at": "С",
            "closes_at": "По",
            "valid_from": None,
            "valid_to": None,
        },
    },
    "appeals": {
        "table": "v_обращения",
        "columns": {
            "id": "НОМЕР",
            "office_id": "ЦЗН",
            "channel": "select",
            "service": {"constant": "Пособие"},
            "stage_code": None,
            "client_group": {"constant": "Гражданин"},
            "client_id": "СНИЛС",
            "topic": "order by",
            "initiated_by": {"column": "Вид", "values": {"Вх": "client", "Исх": "service"}},
            "received_at": "Поступило",
            "ended_at": {"column": "Закрыто", "time_zone": "UTC"},
            "called_at": {"column": "Вызвано", "time_zone": "Europe/Moscow"},
        },
    },
    "appeal_events": {
        "table": "События",
        "columns": {"id": "Ид", "appeal_id": "Обращение", "event_type": "Тип", "occurred_at": "Когда"},
    },
}


def own_database(home: Home) -> Path:
    path = home.path / "own.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """
            create table "Справочник ЦЗН" ("Код", [Имя "полное"], "100%: пояс?");
            insert into "Справочник ЦЗН" values ('C01', 'Первый', 'Asia/Yakutsk'), ('C02', 'Второй', 'Asia/Vladivostok');
            create table "Часы" ("Код", "День", "С", "По");
            insert into "Часы" values ('C01', 1, '09:00', '18:00');
            create table "Обращения" ("НОМЕР", "ЦЗН", "select", "СНИЛС", "order by", "Вид", "Поступило", "Закрыто", "Вызвано");
            insert into "Обращения" values
                (1, 'C01', 'Телефон', '112-233-445 95', 'справка', 'Вх', '2026-11-09 00:00:00', '2026-11-09 02:00:00', '2026-11-08 18:10:00'),
                (2, 'C02', 'Портал', null, null, ' Исх', '2026-11-15 23:59:59', null, null),
                (3, 'C02', 'Портал', null, null, 'Вх', '2026-11-16 00:00:00', null, null),
                (4, 'C01', 'Портал', null, null, '?', '2026-11-10 00:00:00', null, null);
            create view "v_обращения" as select * from "Обращения";
            create table "События" ("Ид", "Обращение", "Тип", "Когда");
            insert into "События" values (1, 2, 'Решено', '2026-11-15 23:00:00');
            """
        )
    connection.close()
    return path


def test_tables_of_a_region_land_in_the_words_of_the_product(empty_home: Home) -> None:
    own_database(empty_home)
    empty_home.describe(ais={"url": URL, "codes": AIS_CODES, "tables": TABLES})
    landed = empty_home.land("ais")
    assert landed.result.status == "loaded", landed.result.messages
    assert landed.rows("offices", "office_id", "region", "name", "municipality") == [
        ("C01", "north", "Первый", None),
        ("C02", "north", "Второй", None),
    ]
    assert landed.rows("schedules", "record_id") == [("ais:schedule:C01:1::09:00:18:00",)]
    columns = ("record_id", "channel", "service", "touchpoint", "client_group", "initiated_by")
    assert landed.rows("interactions", *columns) == [
        ("ais:1", "phone", "benefit", None, "job_seeker", "client"),
        ("ais:2", "portal", "benefit", None, "job_seeker", "service"),
    ]
    assert landed.rows("interactions", "received_at", "ended_at", "called_at") == [
        (datetime(2026, 11, 8, 15), datetime(2026, 11, 9, 2), datetime(2026, 11, 8, 15, 10)),
        (datetime(2026, 11, 15, 13, 59, 59), None, None),
    ]
    assert landed.rows("interaction_events", "interaction_id", "occurred_at") == [
        ("ais:2", datetime(2026, 11, 15, 13)),
    ]
    assert landed.refused == [("interactions", "unknown_code", "own.db#appeals/4")]


def test_mapping_in_a_file_is_the_one_in_place(empty_home: Home) -> None:
    own_database(empty_home)
    rows = []
    empty_home.file("maps/own.yml", yaml.safe_dump(TABLES, allow_unicode=True))
    for where in ({"tables": TABLES}, {"mapping": "{home}/maps/own.yml"}):
        empty_home.describe(ais={"url": URL, "codes": AIS_CODES, **where})
        rows.append(empty_home.land("ais").frames["interactions"].rows())
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2


@pytest.mark.parametrize("zone", ["Asia/Yakutsk", "Europe/Moscow", "UTC", "office"])
def test_week_is_read_whole_whatever_the_zone_of_its_moments(empty_home: Home, zone: str) -> None:
    hours = {"Asia/Yakutsk": 9, "Europe/Moscow": 3, "UTC": 0, "office": 9}[zone]
    moments = [datetime(2026, 11, 8, 15), datetime(2026, 11, 15, 14, 59, 59)]
    outside = [datetime(2026, 11, 8, 14, 59, 59), datetime(2026, 11, 15, 15)]
    written = [
        moment.replace(day=moment.day + (moment.hour + hours) // 24, hour=(moment.hour + hours) % 24)
        for moment in (*moments, *outside)
    ]
    empty_home.ais(appeals=[appeal(n, received_at=str(at), ended_at=None) for n, at in enumerate(written)])
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": {"time_zone": zone}})
    landed = empty_home.land("ais")
    assert landed.rows("interactions", "record_id", "received_at") == [("ais:0", moments[0]), ("ais:1", moments[1])]
    assert landed.refused == []


def test_moment_that_says_its_zone_is_not_moved(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal(received_at="2026-11-10T09:00:00+09:00", ended_at=None)])
    empty_home.describe(
        ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": {"time_zone": "Europe/Moscow"}}
    )
    assert empty_home.land("ais").rows("interactions", "received_at") == [(datetime(2026, 11, 10),)]


def test_hour_that_a_clock_change_leaves_out_is_no_moment(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal(1, ended_at="2026-03-29 02:30:00"), appeal(2, ended_at="2026-10-25 02:30:00")])
    empty_home.describe(
        ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": {"time_zone": "Europe/Berlin"}}
    )
    landed = empty_home.land("ais")
    assert landed.refused == [("interactions", "unreadable_date", "ais.db#appeals/1")]
    assert landed.rows("interactions", "ended_at") == [(datetime(2026, 10, 25, 0, 30),)]  # the first of the two


def test_centre_of_an_event_is_its_own_where_the_region_names_the_column(empty_home: Home) -> None:
    with sqlite3.connect(empty_home.ais()) as connection:
        connection.execute("alter table appeal_events add column office")
        connection.execute("insert into appeal_events values (1, 77, 'Решено', '2026-11-11 01:00:00', 'C02')")
        connection.execute("insert into appeal_events values (2, null, 'Решено', '2026-11-11 01:00:00', 'C02')")
    connection.close()
    described = {"appeal_events": {"columns": {"office_id": "office"}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": described})
    landed = empty_home.land("ais")
    assert landed.rows("interaction_events", "record_id", "interaction_id") == [("ais:event:1", "ais:77")]
    assert landed.refused == [("interaction_events", "unknown_interaction", "ais.db#appeal_events/2")]


def test_region_of_one_centre_names_it_once(empty_home: Home) -> None:
    empty_home.ais(
        appeals=[appeal(1, office_id="?")],
        appeal_events=[(1, 1, "Решено", "2026-11-11 01:00:00"), (2, 9, "Решено", "2026-11-11 01:00:00")],
    )
    described = {"appeals": {"columns": {"office_id": {"constant": "C02"}}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": described})
    landed = empty_home.land("ais")
    assert landed.rows("interactions", "office_id") == [("C02",)]
    assert landed.ids("interaction_events") == ["ais:event:1"]


HOSTILE = [
    "appeals; drop table appeals; --",
    'appeals" where 1=1; drop table offices; --',
    "appeals union select * from offices",
    "(select * from appeals)",
    "appeals--",
    "appeals'",
    "%(x)s",
    ":start",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_sql_in_a_name_is_a_name_of_nothing(empty_home: Home, name: str) -> None:
    path = empty_home.ais(appeals=[appeal()])
    before = path.read_bytes()
    for tables in (
        {"appeals": {"table": name}},
        {"appeals": {"columns": {"topic": name}}},
        {"appeals": {"columns": {"received_at": name}}},
    ):
        empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
        landed = empty_home.land("ais")
        assert landed.result.status == "no_source"
        assert "нет столбцов" in landed.result.messages[0] or "no such table" in landed.result.messages[0]
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_column_of_a_hostile_name_is_read_when_it_is_there(empty_home: Home, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    with sqlite3.connect(empty_home.ais(appeals=[appeal()])) as connection:
        connection.execute(f"alter table appeals rename column topic to {quoted}")
        connection.execute(f"alter table appeals rename to {quoted}")
    connection.close()
    tables = {"appeals": {"table": name, "columns": {"topic": name}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
    assert empty_home.land("ais").rows("interactions", "topic") == [("справка",)]


def test_absent_column_is_never_taken_for_a_text(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal()])
    tables = {"appeals": {"columns": {"channel": "Телефон"}}}  # SQLite reads "Телефон" as 'Телефон'
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
    assert empty_home.land("ais").result.messages == [
        f"{WEEK}: база ais.db: в таблице appeals нет столбцов Телефон; проверьте адрес, доступ, таблицы и столбцы"
    ]


WRONG: list[tuple[Any, str]] = [
    ({"appeals": {"columns": {"chanel": "X"}}}, "appeals»: столбец chanel: такого столбца нет; есть id, office_id"),
    ({"appeals": {"columns": {"received_at": None}}}, "столбец received_at: без него нельзя"),
    ({"appeals": {"columns": {"id": {"constant": "1"}}}}, "столбец id: постоянным он быть не может"),
    ({"appeals": {"columns": {"topic": {"time_zone": "UTC"}}}}, "столбец topic: пояс есть только у столбцов с датой"),
    ({"appeals": {"columns": {"topic": {"column": "a", "constant": "b"}}}}, "нужно одно из трёх"),
    ({"appeals": {"columns": {"topic": {"sql": "1; drop"}}}}, "такого поля нет"),
    ({"appeals": {"columns": {"topic": 7}}}, "нужен список полей"),
    ({"appeals": {"where": "1=1"}}, "appeals.where»: такого поля нет"),
    ({"appeals": {"table": ""}}, "имя пустое"),
    ({"appeals": {"table": "a\nb"}}, "управляющие знаки"),
    ({"appeals": {"table": "я" * 200}}, "длиннее 128"),
    ({"time_zone": "Yakutsk"}, "нет такого часового пояса"),
    ({"letters": {}}, "letters»: такого поля нет"),
]


@pytest.mark.parametrize(("tables", "part"), WRONG)
def test_wrong_mapping_is_told_with_its_field(empty_home: Home, tables: Any, part: str) -> None:
    empty_home.describe(ais={"url": URL, "tables": tables})
    with pytest.raises(IngestionError) as told:
        land("ais", WEEK, empty_home.settings)
    assert part in str(told.value)
    empty_home.file("map.yml", yaml.safe_dump(tables, allow_unicode=True))
    empty_home.describe(ais={"url": URL, "mapping": "{home}/map.yml"})
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert "map.yml: поле «" in landed.result.messages[0]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "нет файла"),
        (b"offices: [", "это не YAML"),
        (b"- 1", "поле «весь файл»"),
        ("offices: {table: Центры}".encode("windows-1251"), "не в UTF-8"),
        (b"a: " + b"[" * 5000, "это не YAML"),
    ],
)
def test_file_of_a_mapping_that_cannot_be_read_is_told(empty_home: Home, content: bytes | None, part: str) -> None:
    if content is not None:
        empty_home.file("map.yml", content)
    empty_home.describe(ais={"url": URL, "mapping": "{home}/map.yml"})
    assert part in empty_home.land("ais").result.messages[0]


@pytest.mark.parametrize(
    ("described", "part"),
    [
        ({"url": "sqlite://", "files": "x"}, "sources.ais.url»: указаны и url, и files"),
        ({"url": "sqlite://", "mapping": "x", "tables": {}}, "sources.ais.tables»: указаны и mapping, и tables"),
        ({"url": "sqlite://", "timeout_seconds": 0}, "sources.ais.timeout_seconds"),
    ],
)
def test_description_that_contradicts_itself_is_refused(empty_home: Home, described: dict[str, Any], part: str) -> None:
    empty_home.describe(ais=described)
    with pytest.raises(IngestionError) as told:
        land("ais", WEEK, empty_home.settings)
    assert part in str(told.value)


def test_offices_hold_without_a_mapping(empty_home: Home) -> None:
    empty_home.ais(offices=OFFICES)
    assert empty_home.land("ais").counts("offices") == (2, 2, 0, 0)
