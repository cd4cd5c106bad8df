"""What holds for every source: equal bytes, whole files, a net under what nobody foresaw."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from ingestion import landing, run
from ingestion.demo import write_region
from ingestion.errors import IngestionError
from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from tests.ingestion.home import WEEK, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_contact_centre import lines, talk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def files_of(home: Path) -> dict[str, bytes]:
    """Everything that landing made, by its path."""
    folders = [home / name for name in ("landing", "quarantine")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(home)): path.read_bytes() for path in paths}


def test_same_week_lands_as_the_same_bytes_in_any_home(tmp_path: Path) -> None:
    homes = [tmp_path / "first", tmp_path / "second"]
    for home in homes:
        write_region(home / "demo", first_week="2026-W45", last_week=WEEK, factor=0.05, with_truth=False)
    settings = [Settings(home=home) for home in homes]
    landed = []
    for one in (settings[0], settings[1], settings[0]):
        results = [land(source, WEEK, one) for source in SOURCES]
        has_rows = {result.source: bool(result.rows_landed) for result in results if result.status == "loaded"}
        lacking = {result.source for result in results if result.status == "not_configured"}
        assert lacking == {"letters", "google_reviews", "yandex_maps", "telegram", "media"}
        assert has_rows == dict.fromkeys({*SOURCES} - lacking, True)
        landed.append(files_of(one.home))
    assert len(landed[0]) > 30
    assert landed[0] == landed[1] == landed[2]


class Crash(BaseException):
    """The plug is pulled."""


def _crash_after(monkeypatch: pytest.MonkeyPatch, name: str, calls: int) -> None:
    """Let a function of ``os`` that landing calls work some times, and crash before the next."""
    real: Callable[..., Any] = getattr(landing.os, name)
    left = iter(range(calls))

    def step(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise Crash
        return real(*arguments)

    monkeypatch.setattr(landing.os, name, step)


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_crash_leaves_each_file_old_or_new_and_the_next_run_mends_it(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    empty_home.ais(appeals=[appeal(1), appeal(2, channel="Голубь")])
    empty_home.land("ais")
    old = files_of(empty_home.path)
    empty_home.ais(appeals=[appeal(1, topic="иное"), appeal(3)], offices=[("C01", "south", "a", "b", "Asia/Yakutsk")])
    other = Home(empty_home.path.parent / "other")
    other.describe()
    other.file("ais.db", (empty_home.path / "ais.db").read_bytes())
    other.land("ais")
    new = files_of(other.path)
    assert old.keys() == new.keys()
    assert len(new) == 7
    replaced = []
    for calls in range(len(new)):
        with monkeypatch.context() as patch:
            _crash_after(patch, step, calls)
            with pytest.raises(Crash):
                land("ais", WEEK, empty_home.settings)
        found = files_of(empty_home.path)
        visible = {name: content for name, content in found.items() if not name.split("/")[-1].startswith(".")}
        assert visible.keys() == new.keys()
        assert all(visible[name] in (old[name], new[name]) for name in new)
        replaced.append(sum(visible[name] == new[name] != old[name] for name in new))
        for name, content in old.items():
            (empty_home.path / name).write_bytes(content)
    assert replaced[0] == 0
    assert replaced == sorted(replaced)
    assert replaced[-1] >= 4
    empty_home.land("ais")
    assert files_of(empty_home.path) == new


@pytest.mark.parametrize(
    "error",
    [
        pl.exceptions.ComputeError("внутри\nполярс"),
        pl.exceptions.PanicException("a panic"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
        RecursionError("deep"),
        OSError(5, "Input/output error"),
        IsADirectoryError(21, "Is a directory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_error_that_no_reader_foresaw_fails_its_source_with_a_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: Any) -> None:
        raise error

    home.describe(vk={"url": "http://127.0.0.1"})
    monkeypatch.setitem(run.EXTRACTORS, "vk", fail)
    landed = home.land("vk")
    kind = type(error).__name__
    assert landed.result.messages == [
        f"2026-W46: данные не читаются ({kind}); выгрузите их заново или сообщите разработчикам"
    ]


def test_error_while_rows_are_settled_fails_the_source_and_leaves_nothing_half_written(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    home.file("chats.jsonl", lines(talk()))
    assert home.land("contact_centre").ids("messages") == ["contact_centre:message:K1-1"]

    def fail(*_: Any) -> None:
        raise pl.exceptions.ComputeError("settle")

    monkeypatch.setattr(run, "settle", fail)
    landed = home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert all(frame.is_empty() for frame in landed.frames.values())


@pytest.mark.parametrize(
    "error",
    [
        KeyError("column"),
        AttributeError("x"),
        TypeError("y"),
        AssertionError(),
        pl.exceptions.ColumnNotFoundError("column"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_error_of_our_own_code_is_not_hidden(home: Home, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    home.describe(vk={"url": "http://127.0.0.1"})
    monkeypatch.setitem(run.EXTRACTORS, "vk", fail)
    with pytest.raises(type(error)):
        home.land("vk")


def test_home_that_cannot_be_written_is_told_in_a_line(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    home.file("chats.jsonl", lines(talk()))
    home.file("landing/contact_centre", "a file where a folder must be")
    with pytest.raises(IngestionError, match=r"запись не удалась .*; проверьте место и права"):
        land("contact_centre", WEEK, home.settings)


def test_source_that_failed_replaces_what_had_landed(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    path = home.file("chats.jsonl", lines(talk(), talk("K2", channel="голубь", messages=[], events=[])))
    assert home.land("contact_centre").quarantine.height == 1
    path.unlink()
    landed = home.land("contact_centre")
    assert landed.result.rows_landed == 0
    assert landed.quarantine.is_empty()


def test_manifest_names_inputs_code_and_reasons(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    content = lines(talk(), talk(channel="голубь"), talk(channel="голубь"))
    path = home.file("chats.jsonl", content)
    manifest = home.land("contact_centre").manifest
    assert manifest["inputs"] == {f"{path.parent.name}/chats.jsonl": hashlib.sha256(content).hexdigest()}
    assert manifest["code_version"] == landing.CODE_VERSION
    assert manifest["quarantined"]["conversations: unknown_code"] == 2
    loads = pl.read_parquet(home.settings.landing / f"contact_centre/messages/week={WEEK}/data.parquet")["load_id"]
    assert loads.unique().to_list() == [manifest["load_id"]]


def test_register_of_an_earlier_week_serves_a_week_without_one(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"}, ais={"url": "sqlite:///{home}/none.db"})
    at = "2026-11-17T09:00:00+09:00"
    home.file("chats.jsonl", lines(talk(created_at=at), talk("K2", office_id="C99", created_at=at)))
    assert home.land("ais", "2026-W47").result.status == "no_source"
    landed = home.land("contact_centre", "2026-W47")
    assert landed.rows("conversations", "record_id", "office_id", "region") == [("contact_centre:K1", "C01", "north")]
    assert ("conversations", "unknown_office") in landed.quarantine.select("entity", "reason").rows()


def test_record_hash_tells_a_changed_row(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    hashes = []
    for topic in ("справка", "жалоба", None, "справка"):
        home.file("chats.jsonl", lines(talk(topic=topic)))
        hashes.append(home.land("contact_centre").rows("conversations", "record_hash")[0])
    assert hashes[0] == hashes[3]
    assert len(set(hashes)) == 3


def test_raw_of_the_quarantine_is_json_of_the_row(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats.jsonl"})
    home.file("chats.jsonl", lines(talk(channel='го"лубь', events=[], messages=[])))
    raw = json.loads(home.land("contact_centre").quarantine["raw"][0])
    assert (raw["channel"], raw["id"], raw["problem"]) == ('го"лубь', "K1", "unknown_code")
