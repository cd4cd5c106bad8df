"""A crash at any moment leaves the last release whole, and the next run mends everything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from release import issue as issues
from release import publish as publishing
from release.errors import ReleaseError
from tests.release.test_issue import contents, halve
from tests.release.world import EARLIER, WEEK, dbt_manifest

if TYPE_CHECKING:
    from tests.release.conftest import Works

ROOT = Path(__file__).parents[2]


def hashes(folder: Path) -> dict[str, str]:
    return {name: digest for name, (digest, _) in contents(folder).items()}


def published(home: Path) -> tuple[int, float]:
    """The revision of the week that the published copy was made from, and the value that differs."""
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        row = connection.execute(
            "select revision, value from issues join metric_values using (week) "
            "where week = ? and metric = 'rr' and office_id is null",
            [WEEK],
        ).fetchone()
    assert row is not None
    return row


def lines(home: Path) -> list[tuple[Any, ...]]:
    text = (home / "issues" / "ledger.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    found = [json.loads(line) for line in text.splitlines()]
    return [(line["week"], line["revision"], line["difference"]) for line in found]


def test_kill_before_each_touch_of_the_disk_leaves_the_release_whole_and_the_next_run_mends_it(
    works: Works, tmp_path: Path
) -> None:
    works.release(EARLIER)
    works.release()
    publishing.publish(works.settings)
    works.change("metrics.metric_values", halve)
    old, old_value = hashes(works.home / "issues"), (1, pytest.approx(200 / 3))
    old_lines = lines(works.home)
    new_lines = [*old_lines, (WEEK, 2, {"added": 0, "removed": 1, "changed": 1})]
    (works.home / "dbt.json").write_text(json.dumps(dbt_manifest(works.content)), encoding="utf-8")
    folder = tmp_path / "crashes"
    done = subprocess.run(
        [sys.executable, "-m", "tests.release.crash", str(works.home), str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    numbers = sorted(path.name for path in folder.iterdir())
    assert len(numbers) > 30  # the draft, the manifest, the files, the ledger, the published copy
    states = set()
    for number in numbers:
        crashed, home = folder / number / "crashed", folder / number / "home"
        left = hashes(crashed / "issues")
        del left["ledger.jsonl"]
        assert {name: left[name] for name in old if name != "ledger.jsonl"} == {
            name: digest for name, digest in old.items() if name != "ledger.jsonl"
        }
        assert lines(crashed) in (old_lines, new_lines)
        assert published(crashed) in (old_value, (2, 33.0))
        states.add((f"{WEEK}/r2/manifest.json" in left, len(lines(crashed)), published(crashed)[0]))
        assert [path.name for path in sorted((home / "issues" / WEEK).iterdir())] == ["r1", "r2"]
        assert [path.name for path in (home / "published").iterdir()] == ["cx.duckdb"]
        assert sorted(path.name for path in (home / "issues").iterdir()) == [EARLIER, WEEK, "ledger.jsonl"]
        assert lines(home) == new_lines
        assert published(home) == (2, 33.0)
        manifest = issues.Issue(WEEK, 2, home / "issues" / WEEK / "r2").manifest
        assert {name: found["sha256"] for name, found in manifest["files"].items()} == {
            name: digest for name, digest in hashes(home / "issues" / WEEK / "r2").items() if name != "manifest.json"
        }
    # kills came before the issue, between the issue and its line, between the line and the copy, and after
    assert states == {(False, 2, 1), (True, 2, 1), (True, 3, 1), (True, 3, 2)}


def test_line_of_the_ledger_is_added_when_another_week_is_released_after_the_crash(works: Works) -> None:
    works.release(EARLIER)
    (works.home / "issues" / "ledger.jsonl").unlink()  # the crash came between the issue and its line
    works.release()
    assert [(week, revision) for week, revision, _ in lines(works.home)] == [(EARLIER, 1), (WEEK, 1)]


def test_rest_of_a_killed_publication_does_not_harm_the_next(works: Works) -> None:
    works.release()
    folder = works.home / "published"
    folder.mkdir()
    (folder / "cx.new").write_bytes(b"half a file")
    with duckdb.connect(str(works.home / "other.duckdb")) as connection:  # a journal of a file that is no more
        connection.execute("create table metric_values as select 1 as stray")
        (folder / "cx.new.wal").write_bytes((works.home / "other.duckdb.wal").read_bytes())
    publishing.publish(works.settings)
    assert [path.name for path in folder.iterdir()] == ["cx.duckdb"]
    assert published(works.home)[0] == 1


@pytest.mark.parametrize("stage", ["draft", "release", "publish"])
def test_full_disk_is_one_line_and_leaves_the_last_release(works: Works, stage: str) -> None:
    works.release()
    publishing.publish(works.settings)
    before = hashes(works.home)
    works.change("metrics.metric_values", halve)
    if stage != "draft":
        works.draft()
    if stage == "publish":
        issues.release(issues.draft_folder(works.settings, WEEK), WEEK, works.settings)
    code = f"""
import resource, signal, sys
from pathlib import Path
from release import issue as issues
from release.errors import ReleaseError
from release.publish import publish
from tests.release.world import WEEK, dbt_manifest, settings_of, tables
settings = settings_of(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))  # no file can grow: as on a full disk
try:
    {{
        "draft": lambda: issues.draft(WEEK, settings, dbt_manifest(tables())),
        "release": lambda: issues.release(issues.draft_folder(settings, WEEK), WEEK, settings),
        "publish": lambda: publish(settings),
    }}["{stage}"]()
except ReleaseError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(works.home)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    title = {"draft": f"Черновик {WEEK}", "release": f"Выпуск {WEEK}", "publish": "Публикация"}[stage]
    assert done.stdout.startswith(f"{title}: файл не читается или не пишется (")
    assert done.stdout.count("\n") == 1
    after = hashes(works.home)
    kept = [name for name in before if name.startswith(("issues/2026-W46/r1/", "published/"))]
    assert len(kept) == 8
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    works.release()
    publishing.publish(works.settings)
    assert published(works.home) == (2, 33.0)
    assert [revision for _, revision, _ in lines(works.home)] == [1, 2]


def test_error_before_the_swap_leaves_the_old_copy(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.release()
    path = publishing.publish(works.settings)
    before = path.read_bytes()
    works.change("metrics.metric_values", halve)
    works.release()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", refuse)
        with pytest.raises(
            ReleaseError, match=r"Публикация: файл не читается или не пишется \(No space left on device\)"
        ):
            publishing.publish(works.settings)
    assert path.read_bytes() == before
    publishing.publish(works.settings)
    assert published(works.home) == (2, 33.0)


def test_value_that_was_hidden_stays_hidden_when_published(works: Works) -> None:
    works.release()
    with duckdb.connect(str(publishing.publish(works.settings)), read_only=True) as connection:
        frame: pl.DataFrame = connection.execute("from metric_values").pl()
    hidden = frame.filter(pl.col("status") == "hidden").select("value", "numerator", "denominator", "n")
    assert hidden.height == 2
    assert hidden.null_count().sum_horizontal().item() == 2 * 4
