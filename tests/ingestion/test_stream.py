"""A source that hands over a stream: landed as a frame would be, in bounded memory, whole or not at all."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from ingestion import run, staging
from ingestion.contract import ENTITIES
from ingestion.errors import IngestionError
from ingestion.extract import Extract, SourceError
from ingestion.run import land
from tests.ingestion.home import WEEK, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_landing import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 3000
MESSAGES = next(entity for entity in ENTITIES if entity.name == "messages")


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few rows are held that a test of some thousand makes many runs."""
    for name, rows in (("HELD", 200), ("_STEP", 10), ("_ROW_GROUP", 20)):
        monkeypatch.setattr(staging, name, rows)


def messages(*numbers: int, **columns: Any) -> pl.DataFrame:
    """Messages as a source hands them over, some of them wrong, some of another week."""
    frame = pl.DataFrame({"number": numbers}, schema={"number": pl.Int64})
    at = pl.when(pl.col("number") % 11 == 0).then(pl.datetime(2026, 10, 1)).otherwise(pl.datetime(2026, 11, 10))
    wrong = pl.when(pl.col("number") % 7 == 0).then(pl.lit("unknown_code"))
    return frame.select(
        record_id=pl.lit("contact_centre:message:") + pl.col("number").cast(pl.String),
        origin=pl.lit("chats.jsonl#") + pl.col("number").cast(pl.String),
        interaction_id=pl.lit("contact_centre:K1"),
        author_type=pl.lit("client"),
        author_key=pl.lit(None, pl.String),
        is_public=pl.lit(value=True),
        sent_at=at.cast(pl.Datetime("us")),
        text=pl.lit("Звоните 8 914 123 45 67, это номер ") + pl.col("number").cast(pl.String),
        observed_at=at.cast(pl.Datetime("us")),
        _zone=pl.lit("Asia/Yakutsk"),
        problem=wrong,
        **columns,
    )


def chunks(frame: pl.DataFrame, rows: int = 70) -> Iterator[pl.DataFrame]:
    yield from frame.iter_slices(rows)


def source_of(monkeypatch: pytest.MonkeyPatch, home: Home, make: Callable[[], Any]) -> None:
    """Let the contact centre hand over what a test makes."""
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    extract = {"messages": make, "inputs": {"chats.jsonl": "hash"}}
    monkeypatch.setitem(
        run.EXTRACTORS,
        "contact_centre",
        lambda _: Extract(frames={"messages": extract["messages"]()}, inputs=extract["inputs"]),
    )


def shuffled() -> pl.DataFrame:
    numbers = list(range(ROWS))
    random.Random(7).shuffle(numbers)
    return messages(*numbers, *numbers[:40])  # forty of them again, far from their first


def test_stream_lands_what_a_frame_lands(home: Home, monkeypatch: pytest.MonkeyPatch, small_memory: None) -> None:
    source_of(monkeypatch, home, shuffled)
    whole = home.land("contact_centre")
    source_of(monkeypatch, home, lambda: chunks(shuffled()))
    streamed = home.land("contact_centre")
    assert streamed.frames["messages"].height > 2000
    assert streamed.frames["messages"].equals(whole.frames["messages"])
    assert streamed.frames["messages"]["record_id"].is_sorted()
    assert streamed.frames["messages"]["text"].str.contains("[ТЕЛЕФОН]", literal=True).all()
    assert streamed.quarantine.sort("origin", "reason").equals(whole.quarantine.sort("origin", "reason"))
    assert dict(streamed.result.quarantined) == dict(whole.result.quarantined)
    assert set(streamed.result.quarantined) == {"messages: duplicate", "messages: unknown_code"}
    assert streamed.result.messages == whole.result.messages
    assert streamed.loads.equals(whole.loads)


def test_stream_of_the_same_rows_gives_the_same_bytes(
    home: Home, monkeypatch: pytest.MonkeyPatch, small_memory: None
) -> None:
    found = []
    for _ in range(2):
        source_of(monkeypatch, home, lambda: chunks(shuffled()))
        home.land("contact_centre")
        found.append(files_of(home.path))
    assert found[0] == found[1]
    assert not [name for name in found[0] if "/." in name]


def test_stream_that_fits_into_memory_gives_the_bytes_of_a_frame(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for make in (shuffled, lambda: chunks(shuffled())):
        source_of(monkeypatch, home, make)
        home.land("contact_centre")
        found.append((home.settings.landing / f"contact_centre/messages/week={WEEK}/data.parquet").read_bytes())
    assert found[0] == found[1]


def test_stream_without_a_row_is_a_true_zero(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    source_of(monkeypatch, home, lambda: iter([messages()]))
    assert home.land("contact_centre").counts("messages") == (0, 0, 0, 0)
    source_of(monkeypatch, home, lambda: iter(()))
    landed = home.land("contact_centre")
    assert (landed.result.status, landed.counts("messages")) == ("loaded", (0, 0, 0, 0))


def test_ids_that_only_seem_equal_are_told_apart(
    home: Home, monkeypatch: pytest.MonkeyPatch, small_memory: None
) -> None:
    monkeypatch.setattr(pl.Series, "hash", lambda series: pl.repeat(1, len(series), dtype=pl.UInt64, eager=True))
    source_of(monkeypatch, home, lambda: chunks(messages(*range(1, 400), 5)))
    landed = home.land("contact_centre")
    assert landed.result.quarantined["messages: duplicate"] == 1
    assert landed.counts("messages")[0] == 400


def _fails_after(rows: int, error: Exception) -> Iterator[pl.DataFrame]:
    yield from chunks(messages(*range(rows)))
    raise error


def test_source_that_goes_away_in_the_middle_leaves_an_empty_week_and_nothing_half_written(
    home: Home, monkeypatch: pytest.MonkeyPatch, small_memory: None
) -> None:
    source_of(monkeypatch, home, lambda: chunks(messages(*range(100))))
    home.land("contact_centre")
    source_of(monkeypatch, home, lambda: _fails_after(1500, SourceError("узел: связь\nпрервалась")))
    landed = home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert landed.result.messages == [f"{WEEK}: узел: связь прервалась"]
    assert landed.frames["messages"].is_empty()
    assert landed.quarantine.is_empty()
    assert not [name for name in files_of(home.path) if "/." in name]
    source_of(monkeypatch, home, lambda: chunks(messages(*range(1500))))
    assert home.land("contact_centre").counts("messages")[0] == 1500


@pytest.mark.parametrize("fails", [False, True])
def test_resources_of_a_stream_are_closed_whatever_happens(
    home: Home, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    closed: list[int] = []

    def extract(_: Any) -> Extract:
        frames = _fails_after(1, SourceError("нет")) if fails else chunks(messages(1))
        found = Extract(frames={"messages": frames})
        found.resources.callback(closed.append, 1)
        return found

    monkeypatch.setitem(run.EXTRACTORS, "contact_centre", extract)
    assert home.land("contact_centre").result.status == ("no_source" if fails else "loaded")
    assert closed == [1]


@pytest.mark.parametrize("where", ["interactions/", "interaction_events/", "loads/", "manifest/"])
def test_full_disk_ends_in_a_line_and_leaves_the_whole_week_as_it_was(empty_home: Home, where: str) -> None:
    empty_home.ais(appeals=[appeal(1)])
    empty_home.land("ais")
    old = files_of(empty_home.path)
    (target,) = [name for name in old if f"ais/{where}" in name]
    beside = (empty_home.path / target).with_name(f".{(empty_home.path / target).name}.tmp")
    beside.symlink_to("/dev/full")  # writes of the system to it fail for want of space
    empty_home.ais(appeals=[appeal(1, topic="иное"), appeal(3)])
    with pytest.raises(IngestionError, match=r"запись не удалась \(.*нет места.*\); проверьте место и права") as told:
        land("ais", WEEK, empty_home.settings)
    assert "\n" not in str(told.value)
    assert files_of(empty_home.path) == old
    assert empty_home.land("ais").ids("interactions") == ["ais:1", "ais:3"]


def test_disk_that_fills_while_rows_stream_ends_in_a_line_and_leaves_the_week_as_it_was(
    home: Home, monkeypatch: pytest.MonkeyPatch, small_memory: None
) -> None:
    source_of(monkeypatch, home, lambda: chunks(messages(*range(100))))
    home.land("contact_centre")
    old = files_of(home.path)
    run_of_rows = home.settings.landing / "contact_centre" / f".staged-{WEEK}" / ".messages-1.parquet"

    def filling() -> Iterator[pl.DataFrame]:
        for number, chunk in enumerate(chunks(messages(*range(ROWS)))):
            if number == 2:  # the folder is made anew by each load, and the first run stands by now
                run_of_rows.parent.mkdir(parents=True, exist_ok=True)
                run_of_rows.symlink_to("/dev/full")
            yield chunk

    source_of(monkeypatch, home, filling)
    with pytest.raises(IngestionError, match="нет места"):
        land("contact_centre", WEEK, home.settings)
    assert files_of(home.path) == old
    assert not run_of_rows.parent.exists()


def test_runs_that_a_crash_has_left_are_removed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    left = home.settings.landing / "contact_centre" / f".staged-{WEEK}" / ".messages-0.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a run")
    source_of(monkeypatch, home, lambda: chunks(messages(1)))
    home.land("contact_centre")
    assert not left.parent.exists()
