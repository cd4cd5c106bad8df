"""The engine: one desk a process serves every home and week, and nothing is dropped in silence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import yaml

from quality import engine
from quality.gate import check_landing
from quality.suites import landing, release
from tests.quality.conftest import EARLIER, METHODOLOGY, WEEK, settings_of

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def mentions(home: Path, week: str) -> Path:
    return home / "landing" / "vk" / "mentions" / f"week={week}" / "data.parquet"


def change(path: Path, *columns: pl.Expr) -> None:
    pl.read_parquet(path).with_columns(columns).write_parquet(path)


def test_great_expectations_is_not_imported_when_no_check_has_run() -> None:
    code = (
        "import sys, quality.gate, quality.engine, quality.suites.landing, quality.suites.release as r\n"
        "r.findings('v', 'm', 'o', '2026-W46')\n"
        "print('great_expectations' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]


def test_verdict_is_of_the_home_asked_for_when_a_process_checks_two(home: Path, landed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(landed / "landing", other / "landing")
    change(mentions(home, WEEK), pl.lit("чужой").alias("kind"))
    verdicts = [check_landing("vk", WEEK, settings_of(each)).passed for each in (home, other, home, other)]
    assert verdicts == [False, True, False, True]
    assert (home / "gate").is_dir()
    assert (other / "gate").is_dir()


def test_verdict_is_of_the_week_asked_for_when_red_and_green_weeks_alternate(home: Path) -> None:
    change(mentions(home, EARLIER), pl.lit(None, pl.String).alias("origin"))
    settings = settings_of(home)
    found = [check_landing("vk", week, settings) for week in (EARLIER, WEEK, EARLIER, WEEK)]
    assert [result.passed for result in found] == [False, True, False, True]
    assert found[0].failures == found[2].failures
    assert found[1].failures == []


def test_verdict_follows_the_columns_when_they_change_between_weeks(home: Path) -> None:
    settings, path = settings_of(home), mentions(home, WEEK)
    sound = pl.read_parquet(path)
    verdicts = []
    for frame in (
        sound,
        sound.drop("kind"),
        sound,
        sound.rename({"record_id": "id"}),
        sound.select(reversed(sound.columns)),
    ):
        frame.write_parquet(path)
        verdicts.append(check_landing("vk", WEEK, settings).passed)
    assert verdicts == [True, False, True, False, True]  # their order means nothing


def test_verdict_follows_the_type_when_it_changes_between_weeks(home: Path) -> None:
    settings, path = settings_of(home), mentions(home, WEEK)
    sound = pl.read_parquet(path)
    sound.with_columns(kind=pl.lit(7)).write_parquet(path)
    red = check_landing("vk", WEEK, settings)
    sound.write_parquet(path)
    assert (red.passed, check_landing("vk", WEEK, settings).passed) == (False, True)


def test_verdict_is_green_again_when_an_unreadable_file_is_mended(home: Path) -> None:
    settings, path = settings_of(home), mentions(home, WEEK)
    sound = path.read_bytes()
    path.write_bytes(b"no Parquet")
    red = check_landing("vk", WEEK, settings)
    path.write_bytes(sound)
    assert (red.passed, check_landing("vk", WEEK, settings).passed) == (False, True)


def test_verdict_is_right_when_the_home_has_an_apostrophe(landed: Path, tmp_path: Path) -> None:
    home = tmp_path / "l'été"
    shutil.copytree(landed / "landing", home / "landing")
    assert check_landing("vk", WEEK, settings_of(home)).passed


def test_nothing_evaluated_is_no_pass(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quality.suites.landing.findings", lambda *_: [])
    result = check_landing("vk", WEEK, settings_of(home))
    assert (result.passed, result.evaluated, result.failures) == (False, 0, [])
    assert result.summary == f"Проверка загрузки vk, {WEEK}: ничего не проверено"


def test_a_dropped_expectation_is_a_failure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engine._Desk.validate
    monkeypatch.setattr(engine._Desk, "validate", lambda desk, names: whole(desk, names[1:]))
    result = check_landing("vk", WEEK, settings_of(home))
    assert (result.passed, result.evaluated) == (False, 6)
    assert [(failure["finding"], failure["error"]) for failure in result.failures] == [
        ("wrong_columns", "не проверено")
    ]
    assert "не удалось проверить: столбцы не те (не проверено)" in result.summary


def test_an_expectation_that_cannot_be_evaluated_is_a_failure_with_its_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = engine._Desk.gather

    def spoil(desk: engine._Desk, findings: list[engine.Finding]) -> None:
        gather(desk, findings)
        with desk._source.get_engine().connect() as connection:
            connection.exec_driver_sql("alter table findings rename finding to found")

    monkeypatch.setattr(engine._Desk, "gather", spoil)
    result = check_landing("vk", WEEK, settings_of(home))
    assert (result.passed, len(result.failures)) == (False, result.evaluated)
    assert all("finding" in failure["error"] for failure in result.failures)
    assert "\n" not in result.summary


def test_only_a_thousand_keys_are_kept_when_everything_is_wrong() -> None:
    finding = engine.Finding("nulls", "many", "select range as record_id from range(1500)", "value")
    evaluated, failures = engine.evaluate("many", [finding])
    assert (evaluated, len(failures)) == (1, 1)
    assert (failures[0]["rows"], len(set(failures[0]["keys"]))) == (1500, 1000)


def test_every_finding_has_a_meaning(home: Path) -> None:
    folder = home / "landing" / "vk"
    files = {"mentions": f"read_parquet('{folder}/mentions/week={WEEK}/data.parquet')"}
    columns = {"mentions": pl.read_parquet_schema(mentions(home, WEEK)).names()}
    codes = landing.allowed_values(METHODOLOGY)
    found = landing.findings("vk", files, columns, "loads", codes) + landing.findings("ais", {}, {}, "loads", codes)
    assert {finding.name for finding in found} <= set(landing.MEANINGS)
    assert {finding.name for finding in release.findings("v", "m", "o", WEEK)} <= {*landing.MEANINGS, *release.MEANINGS}


def test_every_bound_has_a_reason_and_a_date() -> None:
    bounds = yaml.safe_load((ROOT / "quality" / "bounds.yml").read_text(encoding="utf-8"))
    several = ("least_rows", "jumps")
    leaves = [bound for name, bound in bounds.items() if name not in several]
    leaves += [bound for name in several for bound in bounds[name].values()]
    assert len(leaves) > len(bounds)
    for bound in leaves:
        assert bound["reason"]
        assert bound["since"].year >= 2026
