"""An issue: immutable, hashed, new only when its content is."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from ingestion.settings import Settings
from release import issue as issues
from release.errors import ReleaseError
from release.manifest import versions
from release.models import released_models
from tests.release.world import EARLIER, METHODOLOGY, WEEK, dbt_manifest, write_inputs, write_verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.conftest import Works


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    """Hash and time of every file."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ledger(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "issues" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]


def halve(frame: pl.DataFrame) -> pl.DataFrame:
    """Half of one value, one cell less."""
    one = (pl.col("metric") == "rr") & pl.col("office_id").is_null() & (pl.col("week") == WEEK)
    other = (pl.col("metric") == "ttfr") & (pl.col("office_id") == "C02") & (pl.col("week") == WEEK)
    return frame.with_columns(pl.when(one).then(33.0).otherwise("value").alias("value")).remove(other)


def test_issue_holds_the_released_tables_of_two_weeks_when_released(works: Works) -> None:
    works.fill("2026-W44", EARLIER, WEEK)
    issue = works.release()
    names = {"metric_values", "metric_trace", "source_status", "dim_metric", "dim_office"}
    assert {path.name for path in issue.folder.iterdir()} == {
        *(f"{name}.parquet" for name in names),
        "tables.json",
        "manifest.json",
    }
    values = pl.read_parquet(issue.folder / "metric_values.parquet")
    assert sorted(values["week"].unique()) == [EARLIER, WEEK]
    assert values.height == 2 * 15
    assert issue.weeks() == [EARLIER, WEEK]


def test_nobody_can_write_into_the_files_when_released(works: Works) -> None:
    issue = works.release()
    assert {oct(path.stat().st_mode & 0o777) for path in issue.folder.iterdir()} == {"0o444"}


def test_manifest_holds_the_hash_of_every_file_when_released(works: Works) -> None:
    folder = works.release().folder
    found = {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == found
    assert len(found) == 6


def test_manifest_says_what_the_issue_is_made_of_when_released(works: Works) -> None:
    manifest = works.release().manifest
    assert (manifest["week"], manifest["from_week"], manifest["revision"]) == (WEEK, EARLIER, 1)
    assert (manifest["state"], manifest["as_of"]) == ("released", "2026-11-15 15:00:00")
    assert manifest["inputs"][WEEK]["survey"] == {"survey.csv": f"survey-{WEEK}"}
    assert manifest["inputs"][EARLIER]["ais"] == {"ais.csv": f"ais-{EARLIER}"}
    assert manifest["definitions"]["rr.rule"] == "1"
    assert manifest["checks"]["release"]["passed"] is True
    assert {"week": WEEK, "source": "vk", "office_id": None, "message": "нет файла"} in manifest["known_gaps"]
    assert {"week": EARLIER, "source": "complaints_book", "office_id": "C04", "message": "файл повреждён"} in manifest[
        "known_gaps"
    ]
    assert len(manifest["known_gaps"]) == 4
    assert manifest["versions"]["cx-warehouse"] == version("cx-warehouse")


def test_versions_follow_the_methodology_and_the_region_when_they_change(tmp_path: Path) -> None:
    folder, region = tmp_path / "methodology", tmp_path / "region.yml"
    folder.mkdir()
    for name in ("dictionaries", "metrics", "parameters"):
        (folder / f"{name}.yml").write_bytes((METHODOLOGY / f"{name}.yml").read_bytes())
    region.write_text("region: one\n", encoding="utf-8")
    settings = Settings(home=tmp_path, region=region, methodology=folder)
    first = versions(settings)
    assert first == versions(settings)
    (folder / "metrics.yml").write_text("ces: {}\n", encoding="utf-8")
    second = versions(settings)
    region.write_text("region: two\n", encoding="utf-8")
    third = versions(settings)
    assert {name for name in first if first[name] != second[name]} == {"methodology"}
    assert {name for name in first if second[name] != third[name]} == {"region"}


def test_same_content_changes_no_byte_when_released_again(works: Works) -> None:
    first = works.release()
    before = contents(works.home / "issues")
    again = works.release()
    assert (first.is_new, again.is_new, again.revision, again.folder) == (True, False, 1, first.folder)
    assert contents(works.home / "issues") == before
    assert not issues.draft_folder(works.settings, WEEK).exists()


def test_same_content_gives_no_revision_when_only_the_manifest_would_differ(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.release()
    before = contents(works.home / "issues")
    monkeypatch.setattr("release.manifest.versions", lambda _: {"cx-warehouse": "9", "code": "another"})
    write_inputs(works.home, WEEK, survey="another file, the same rows")
    assert works.release().is_new is False
    assert contents(works.home / "issues") == before


def test_other_content_stands_beside_with_its_difference_when_released(works: Works) -> None:
    first = works.release()
    kept = contents(first.folder)
    works.change("metrics.metric_values", halve)
    write_inputs(works.home, WEEK, survey="corrected")
    second = works.release()
    assert (second.is_new, second.revision, second.folder.name) == (True, 2, "r2")
    assert contents(first.folder) == kept
    lines = ledger(works.home)
    assert [(line["week"], line["revision"], line["cause"]) for line in lines] == [
        (WEEK, 1, "first issue"),
        (WEEK, 2, "sources: survey"),
    ]
    assert [line["difference"] for line in lines] == [None, {"added": 0, "removed": 1, "changed": 1}]
    assert [line["released_at"] for line in lines] == [first.manifest["released_at"], second.manifest["released_at"]]


def test_difference_counts_an_added_cell_when_it_was_not_there(works: Works) -> None:
    works.change("metrics.metric_values", halve)
    works.release()
    works.fill(EARLIER, WEEK)
    works.release()
    assert ledger(works.home)[1]["difference"] == {"added": 1, "removed": 0, "changed": 1}
    assert ledger(works.home)[1]["cause"] == "nothing that the manifests hold"


def test_difference_counts_a_value_that_vanished_when_its_source_failed(works: Works) -> None:
    works.release()
    gone = pl.when((pl.col("metric") == "cv2") & (pl.col("week") == WEEK)).then(None).otherwise("value")
    works.change("metrics.metric_values", lambda frame: frame.with_columns(gone.alias("value")))
    works.release()
    assert ledger(works.home)[1]["difference"] == {"added": 0, "removed": 0, "changed": 3}


@pytest.mark.parametrize("changed", ["methodology", "region", "code"])
def test_cause_names_what_made_the_issue_when_that_changed(
    works: Works, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    works.release()
    usual = versions(works.settings)
    monkeypatch.setattr("release.manifest.versions", lambda _: {**usual, changed: "another"})
    works.change("metrics.metric_values", halve)
    works.release()
    assert ledger(works.home)[1]["cause"] == changed


def test_revisions_are_counted_as_numbers_when_there_are_ten(works: Works) -> None:
    for number in range(11):
        one = pl.when(pl.col("metric") == "cv2").then(float(number)).otherwise("value").alias("value")
        works.change("metrics.metric_values", lambda frame, one=one: frame.with_columns(one))
        works.release()
    found = issues.newest(works.settings, WEEK)
    assert found is not None
    assert found.revision == 11
    assert [line["revision"] for line in ledger(works.home)] == list(range(1, 12))


def test_rejected_draft_is_kept_with_reasons_and_the_release_stays_when_refused(works: Works) -> None:
    works.release()
    before = contents(works.home / "issues")
    works.change("metrics.metric_values", halve)
    for number in (1, 2):
        kept = issues.reject(works.draft(), WEEK, works.settings, ["скачок"])
        assert kept == works.home / "issues" / WEEK / "rejected" / f"r{number}"
        manifest = json.loads((kept / "manifest.json").read_text(encoding="utf-8"))
        assert (manifest["state"], manifest["reasons"], manifest["week"]) == ("rejected", ["скачок"], WEEK)
        assert manifest["files"]["metric_values.parquet"]["sha256"] == (
            hashlib.sha256((kept / "metric_values.parquet").read_bytes()).hexdigest()
        )
    after = {name: found for name, found in contents(works.home / "issues").items() if "rejected" not in name}
    assert after == before
    assert [issue.revision for issue in issues.all_newest(works.settings)] == [1]
    assert not issues.draft_folder(works.settings, WEEK).exists()


def test_draft_is_kept_with_reasons_when_it_cannot_even_be_read(works: Works) -> None:
    folder = works.draft()
    (folder / "metric_values.parquet").write_bytes(b"no Parquet")
    (folder / "source_status.parquet").unlink()
    kept = issues.reject(folder, WEEK, works.settings, ["не читается"])
    assert json.loads((kept / "manifest.json").read_text(encoding="utf-8"))["reasons"] == ["не читается"]


@pytest.mark.parametrize("case", ["no verdict", "red", "another suite is red", "no draft"])
def test_draft_is_not_released_when_it_was_not_let_through(works: Works, case: str) -> None:
    folder = works.draft()
    if case == "no verdict":
        (works.home / "gate" / f"week={WEEK}" / "release.json").unlink()
    elif case == "no draft":
        folder.rename(works.home / "elsewhere")
    else:
        write_verdict(works.home, WEEK, "release" if case == "red" else "ais", passed=False)
    with pytest.raises(
        ReleaseError, match=f"Выпуск {WEEK}: нет проверенного черновика; повторите cx run --week {WEEK}"
    ):
        issues.release(folder, WEEK, works.settings)
    assert issues.newest(works.settings, WEEK) is None
    assert not (works.home / "issues" / "ledger.jsonl").exists()


def test_verdict_of_an_earlier_draft_does_not_let_a_new_one_through(works: Works) -> None:
    works.release()
    works.change("metrics.metric_values", halve)
    folder = issues.draft(WEEK, works.settings, dbt_manifest(works.content))  # nobody has checked it
    with pytest.raises(ReleaseError, match="нет проверенного черновика"):
        issues.release(folder, WEEK, works.settings)


def test_draft_has_the_same_bytes_when_the_rows_stand_in_another_order(works: Works) -> None:
    first = {name: digest for name, (digest, _) in contents(works.draft()).items()}
    for relation in list(works.content):
        works.change(relation, lambda frame: frame.reverse())
    assert {name: digest for name, (digest, _) in contents(works.draft()).items()} == first


def test_what_a_stopped_run_left_is_gone_when_the_next_draft_is_written(works: Works) -> None:
    left = issues.draft_folder(works.settings, WEEK)
    left.mkdir(parents=True)
    (left / "old_table.parquet").write_bytes(b"half")
    (left / "old_table.parquet").chmod(0o444)
    assert "old_table.parquet" not in {path.name for path in works.draft().iterdir()}


def test_draft_is_one_line_when_the_warehouse_is_missing(works: Works) -> None:
    (works.home / "warehouse" / "cx.duckdb").unlink()
    with pytest.raises(ReleaseError, match=f"^Черновик {WEEK}: файл не читается") as raised:
        works.draft()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("release", "message"),
    [
        ({"table": "dim_office", "weekly": False}, "Модель dim_office: meta.release должна содержать"),
        (
            {"table": "dim_office", "weekly": False, "audience": "all"},
            "Модель dim_office: meta.release должна содержать",
        ),
        ({"table": "dim_metric", "weekly": False, "audience": "reader"}, "две модели выпускаются под одним именем"),
    ],
)
def test_declaration_is_refused_when_it_is_wrong(works: Works, release: dict[str, Any], message: str) -> None:
    manifest = dbt_manifest(works.content)
    manifest["nodes"]["model.cx.dim_office"]["config"]["meta"]["release"] = release
    with pytest.raises(ReleaseError, match=message):
        released_models(manifest)


def test_ledger_says_which_line_is_damaged(works: Works) -> None:
    works.release()
    path = works.home / "issues" / "ledger.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"week": "2026-\n', encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"ledger\.jsonl: строка 2 не читается"):
        works.release(EARLIER)


def test_weeks_of_an_issue_are_those_that_had_landed(works: Works) -> None:
    works.fill(WEEK)
    issue = works.release()
    assert issue.weeks() == [WEEK]
    with duckdb.connect() as connection:
        found = connection.execute(f"select count(*) from {issue.table('metric_values')}").fetchone()
    assert found == (15,)
