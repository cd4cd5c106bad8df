"""Each suite of landing: green over a sound week, red over each way to spoil it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.contract import MENTION_SOURCES
from quality.gate import GateResult, check_landing
from tests.quality.conftest import WEEK, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Tables of each source, with their columns that hold codes.
CODED = {
    "ais": {
        "offices": [],
        "schedules": [],
        "interactions": ["channel", "service", "touchpoint", "client_group", "segment", "initiated_by"],
        "interaction_events": ["event_type"],
    },
    "complaints_book": {"entries": ["touchpoint"]},
    "survey": {"responses": ["touchpoint", "client_group", "feedback_channel"], "answers": []},
    "contact_centre": {
        "conversations": ["channel", "service", "touchpoint", "client_group", "initiated_by"],
        "conversation_events": ["event_type"],
        "messages": ["author_type"],
    },
    "two_gis": {"mentions": ["platform", "kind"]},
    "vk": {"mentions": ["platform", "kind"]},
    "evaluations": {"evaluations": ["touchpoint"], "evaluation_scores": []},
}
# Columns, nulls, repeats, codes, rows of a source that failed, two of counts; in AIS the least rows of a register.
EVALUATED = {
    "reference": 2,  # columns and the least rows of our own lists
    "ais": 8,
    "complaints_book": 7,
    "survey": 7,
    "contact_centre": 7,
    "two_gis": 7,
    "vk": 7,
    "evaluations": 7,
}
COLUMNS, NULLS, UNIQUE, CODES, ROWS, EMPTY = (
    "wrong_columns",
    "nulls",
    "repeats",
    "unknown_codes",
    "too_few_rows",
    "rows_without_source",
)


def file_of(home: Path, source: str, table: str) -> Path:
    return home / "landing" / source / table / f"week={WEEK}" / "data.parquet"


def spoil(home: Path, source: str, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    path = file_of(home, source, table)
    change(pl.read_parquet(path)).write_parquet(path)


def first(column: str, value: object) -> pl.Expr:
    """The column with another value in its first row."""
    return pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)


def check(home: Path, source: str) -> GateResult:
    return check_landing(source, WEEK, settings_of(home))


def failures_of(result: GateResult) -> dict[tuple[str, str, str | None], list[str]]:
    """Keys of what was found by table, finding and column; the counts, which a spoiled file also breaks, aside."""
    return {
        (failure["table"], failure["finding"], failure["column"]): failure["keys"]
        for failure in result.failures
        if failure["finding"] != "wrong_counts"
    }


def kept(home: Path, source: str) -> dict[str, object]:
    return json.loads((home / "gate" / f"week={WEEK}" / f"{source}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", EVALUATED)
def test_suite_is_green_and_whole_when_the_week_is_sound(home: Path, source: str) -> None:
    result = check(home, source)
    assert (result.passed, result.evaluated, result.failures) == (True, EVALUATED[source], [])
    assert result.summary == f"Проверка загрузки {source}, {WEEK}: {EVALUATED[source]} проверок пройдено"
    assert kept(home, source)["passed"] is True


@pytest.mark.parametrize("source", sorted({*MENTION_SOURCES} - {*CODED}))
def test_suite_is_green_when_the_region_has_no_such_source(home: Path, source: str) -> None:
    assert check(home, source).failures == []


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_when_a_column_is_missing(home: Path, source: str) -> None:
    for table in CODED[source]:
        spoil(home, source, table, lambda frame: frame.drop("record_hash"))
    result = check(home, source)
    assert not result.passed
    assert failures_of(result) == {(table, COLUMNS, None): ["record_hash"] for table in CODED[source]}


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_when_a_column_is_extra(home: Path, source: str) -> None:
    for table in CODED[source]:
        spoil(home, source, table, lambda frame: frame.with_columns(surprise=pl.lit("?")))
    result = check(home, source)
    assert not result.passed
    assert failures_of(result) == {(table, COLUMNS, None): ["surprise"] for table in CODED[source]}


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_and_names_the_place_when_a_key_is_null(home: Path, source: str) -> None:
    origins = {}
    for table in CODED[source]:
        origins[table] = pl.read_parquet(file_of(home, source, table))["origin"][0]
        spoil(home, source, table, lambda frame: frame.with_columns(first("record_id", None)))
    assert failures_of(check(home, source)) == {
        (table, NULLS, "record_id"): [origin] for table, origin in origins.items()
    }


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_and_keeps_the_key_when_a_key_is_doubled(home: Path, source: str) -> None:
    keys = {}
    for table in CODED[source]:
        keys[table] = pl.read_parquet(file_of(home, source, table))["record_id"][0]
        spoil(home, source, table, lambda frame: pl.concat([frame, frame.head(1)]))
    result = check(home, source)
    assert failures_of(result) == {(table, UNIQUE, "record_id"): [key, key] for table, key in keys.items()}
    assert kept(home, source)["failures"] == result.failures


@pytest.mark.parametrize("source", [source for source, tables in CODED.items() if any(tables.values())])
def test_suite_is_red_and_keeps_the_key_when_a_code_is_unknown(home: Path, source: str) -> None:
    expected = {}
    for table, columns in CODED[source].items():
        key = pl.read_parquet(file_of(home, source, table))["record_id"][0]
        spoil(
            home, source, table, lambda frame, columns=columns: frame.with_columns(first(c, "чужой") for c in columns)
        )
        expected |= {(table, CODES, column): [key] for column in columns}
    assert failures_of(check(home, source)) == expected


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_when_a_row_has_no_place_in_time_or_origin(home: Path, source: str) -> None:
    expected = set()
    for table in CODED[source]:
        moment = "office_id" if table in ("offices", "schedules") else "observed_at"
        names = ["origin"] if source == "survey" else ["origin", moment]
        spoil(home, source, table, lambda frame, names=names: frame.with_columns(first(name, None) for name in names))
        expected |= {(table, NULLS, name) for name in names}
    assert set(failures_of(check(home, source))) == expected


@pytest.mark.parametrize(
    ("source", "table"),
    [("ais", "offices"), ("ais", "interactions"), ("reference", "metrics"), ("reference", "codes")],
)
def test_suite_is_red_when_a_register_is_empty(home: Path, source: str, table: str) -> None:
    spoil(home, source, table, lambda frame: frame.clear())
    assert set(failures_of(check(home, source))) == {(table, ROWS, None)}


@pytest.mark.parametrize("source", EVALUATED)
@pytest.mark.parametrize("damage", ["missing", "text", "cut"])
def test_suite_is_red_when_a_file_cannot_be_read(home: Path, source: str, damage: str) -> None:
    path = file_of(home, source, "codes" if source == "reference" else list(CODED[source])[-1])
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"id;text\n1;2\n" if damage == "text" else path.read_bytes()[:-20])
    result = check(home, source)
    assert (result.passed, result.evaluated) == (False, 0)
    assert [failure["finding"] for failure in result.failures] == ["unreadable"]
    assert str(path.parent.name) in result.summary
    assert "\n" not in result.summary
    assert kept(home, source)["passed"] is False


@pytest.mark.parametrize("source", CODED)
@pytest.mark.parametrize("damage", ["missing", "text", "column"])
def test_suite_is_red_when_the_counts_cannot_be_read(home: Path, source: str, damage: str) -> None:
    path = file_of(home, source, "loads")
    if damage == "missing":
        path.unlink()
    elif damage == "text":
        path.write_bytes(b"no Parquet")
    else:
        pl.read_parquet(path).drop("status").write_parquet(path)
    result = check(home, source)
    assert (result.passed, result.evaluated) == (False, 0)
    assert kept(home, source)["passed"] is False


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_and_keeps_the_rows_when_a_failed_source_has_rows(home: Path, source: str) -> None:
    spoil(home, source, "loads", lambda frame: frame.with_columns(status=pl.lit("no_source")))
    expected = {
        (table, EMPTY, None): sorted(pl.read_parquet(file_of(home, source, table))["record_id"])
        for table in CODED[source]
    }
    found = failures_of(check(home, source))
    assert {place: sorted(keys) for place, keys in found.items()} == expected


@pytest.mark.parametrize("source", CODED)
def test_suite_is_green_when_a_failed_source_is_empty(home: Path, source: str) -> None:
    for table in CODED[source]:
        spoil(home, source, table, lambda frame: frame.clear())
    spoil(home, source, "loads", lambda frame: frame.with_columns(status=pl.lit("no_source"), rows_landed=pl.lit(0)))
    result = check(home, source)
    assert (result.passed, result.evaluated) == (True, EVALUATED[source])


@pytest.mark.parametrize("source", CODED)
def test_suite_is_red_when_a_failed_source_lost_a_column(home: Path, source: str) -> None:
    table = next(iter(CODED[source]))
    for each in CODED[source]:
        spoil(home, source, each, lambda frame: frame.clear())
    spoil(home, source, table, lambda frame: frame.drop("origin"))
    spoil(home, source, "loads", lambda frame: frame.with_columns(status=pl.lit("no_source"), rows_landed=pl.lit(0)))
    assert set(failures_of(check(home, source))) == {(table, COLUMNS, None)}


@pytest.mark.parametrize(
    "change",
    [
        lambda loads: loads.clear(),
        lambda loads: loads.with_columns(pl.col("rows_landed") + 1),
        lambda loads: loads.with_columns(status=pl.lit("half")),
        lambda loads: loads.with_columns(status=pl.lit(None, pl.String)),
        lambda loads: pl.concat([loads, loads.with_columns(pl.col("rows_landed") + 1)]),
    ],
    ids=["no rows", "another number", "unknown status", "no status", "two numbers"],
)
def test_suite_is_red_when_the_counts_are_not_those_of_the_files(
    home: Path, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    spoil(home, "evaluations", "loads", change)
    result = check(home, "evaluations")
    assert not result.passed
    wrong = {key for failure in result.failures for key in failure["keys"] if failure["finding"] == "wrong_counts"}
    assert wrong == {"evaluations", "evaluation_scores"}


@pytest.mark.parametrize(("read", "refused", "passes"), [(30, 16, False), (30, 15, True), (29, 29, True)])
def test_suite_watches_the_quarantine_when_enough_was_read(home: Path, read: int, refused: int, passes: bool) -> None:
    spoil(
        home,
        "vk",
        "loads",
        lambda loads: loads.with_columns(rows_read=pl.lit(read), rows_quarantined=pl.lit(refused)),
    )
    result = check(home, "vk")
    assert result.passed is passes
    assert [failure["keys"] for failure in result.failures] == ([] if passes else [["mentions"]])


def test_unknown_suite_is_an_error_when_asked_for(home: Path) -> None:
    with pytest.raises(KeyError, match="telepathy"):
        check(home, "telepathy")
    assert not (home / "gate").exists()


def test_summary_says_what_where_and_what_remained_when_red(home: Path) -> None:
    key = pl.read_parquet(file_of(home, "vk", "mentions"))["record_id"][0]
    spoil(home, "vk", "mentions", lambda frame: frame.with_columns(first("kind", "чужой"), first("platform", "чужая")))
    assert check(home, "vk").summary == (
        f"Проверка загрузки vk, {WEEK}: mentions.kind: неизвестные коды (первая строка: {key}) и ещё 1; "
        f"строки — в gate/week={WEEK}/vk.json, прежний выпуск остался"
    )
