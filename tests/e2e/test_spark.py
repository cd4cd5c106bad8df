"""The same dbt project on Spark: it gives the metric values that DuckDB gives, from the same landed files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.demo import write_region
from ingestion.methodology.check import check_methodology
from orchestration.dbt_runner import INSTALL_JAVA, Warehouse, WarehouseError
from tests.e2e.engine_weeks import REPORTS, ROOT, STEPS, WEEKS, WORKING_TIME, land_weeks, settings_of

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ["week", "region", "office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment", "metric"]
NUMBERS = ["value", "numerator", "denominator", "n", "ci_low", "ci_high"]
WORDS = ["status", "maturity", "definition_id", "definition_version", "as_of"]
ORDER_OF_ADDITIONS = 1e-9  # both engines are exact but for the order in which doubles are added
# a JVM of some minutes: one compiler, with room for all that Spark generates; the metastore need not outlive a power cut
SHORT_LIFE = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC -Dderby.system.durability=test"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The current, home and temporary folder of the engines: whatever they write outside ``CX_HOME`` comes here."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory, elsewhere: Path) -> dict[str, Path]:
    """The same landed weeks, built on each engine; a whole source and the file of a centre are missing."""
    landed = tmp_path_factory.mktemp("landed")
    write_region(landed / "demo", first_week=WEEKS[0], last_week=WEEKS[-1], factor=0.3, faults=True)
    shutil.rmtree(landed / "demo" / "vk" / WEEKS[1])
    (landed / "demo" / "complaints_book" / WEEKS[2] / "C08.xlsx").unlink()
    land_weeks(landed)
    homes = {}
    for target in ("duckdb", "spark"):
        homes[target] = shutil.copytree(landed, tmp_path_factory.mktemp("engine") / target)
        run = subprocess.run(
            [sys.executable, "-m", "tests.e2e.engine_weeks", str(homes[target]), target],
            cwd=elsewhere,
            env={
                **os.environ,
                "HOME": str(elsewhere),
                "TMPDIR": str(elsewhere),
                "PYTHONPATH": str(ROOT),
                "JAVA_TOOL_OPTIONS": f"{SHORT_LIFE} -Duser.home={elsewhere} -Djava.io.tmpdir={elsewhere}",
            },
            capture_output=True,
            text=True,
        )
        if run.returncode:
            pytest.fail(f"{target}: {run.stdout[-2000:]}{run.stderr[-2000:]}", pytrace=False)
    return homes


def values(home: Path, step: str) -> pl.DataFrame:
    return pl.read_parquet(home / f"{step}.parquet").sort(KEYS)


def report(home: Path) -> dict[str, list[str]]:
    return json.loads((home / "report.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("step", STEPS)
def test_metric_values_equal_those_of_duckdb_when_spark_builds_the_same_weeks(
    homes: dict[str, Path], step: str
) -> None:
    expected, found = values(homes["duckdb"], step), values(homes["spark"], step)
    both = expected.join(found, on=KEYS, how="full", nulls_equal=True, suffix="_found", coalesce=True)
    assert expected.height == found.height == both.height > 2_000
    same = pl.all_horizontal(
        *(pl.col(name).eq_missing(pl.col(f"{name}_found")) for name in WORDS),
        *(
            pl.col(name).is_null() & pl.col(f"{name}_found").is_null()
            | ((pl.col(name) - pl.col(f"{name}_found")).abs() <= ORDER_OF_ADDITIONS).fill_null(value=False)
            for name in NUMBERS
        ),
    )
    assert both.filter(~same).to_dicts()[:5] == []


@pytest.mark.parametrize("table", WORKING_TIME)
def test_working_time_equals_that_of_duckdb_when_spark_builds_the_same_weeks(
    homes: dict[str, Path], table: str
) -> None:
    expected, found = (pl.read_parquet(homes[target] / f"{table}.parquet") for target in ("duckdb", "spark"))
    key = expected.columns[:2]
    assert expected.height == found.height > 10
    assert expected.sort(key).rows() == found.sort(key).rows()


@pytest.mark.parametrize("table", REPORTS)
def test_reports_equal_those_of_duckdb_when_spark_builds_the_same_weeks(homes: dict[str, Path], table: str) -> None:
    expected, found = (pl.read_parquet(homes[target] / f"{table}.parquet") for target in ("duckdb", "spark"))
    assert set(expected.columns) == set(found.columns)
    key = list(REPORTS[table])
    both = expected.join(found, on=key, how="full", nulls_equal=True, suffix="_found", coalesce=True)
    assert expected.height == found.height == both.height > 4
    told = [name for name in expected.columns if name not in key]
    same = pl.all_horizontal(
        (
            pl.col(name).is_null() & pl.col(f"{name}_found").is_null()
            | ((pl.col(name) - pl.col(f"{name}_found")).abs() <= ORDER_OF_ADDITIONS).fill_null(value=False)
            if expected.schema[name].is_numeric()
            else pl.col(name).eq_missing(pl.col(f"{name}_found"))
        )
        for name in told
    )
    assert both.filter(~same).to_dicts()[:5] == []


def test_every_week_metric_and_status_is_compared(homes: dict[str, Path]) -> None:
    compared = values(homes["spark"], "built")
    assert set(compared["week"]) == set(WEEKS)
    assert set(compared["metric"]) == set(check_methodology(ROOT / "methodology", "demo").metrics)
    assert set(compared["status"]) == {"ok", "weak", "hidden", "no_data", "no_source"}


def test_rows_stay_the_same_when_spark_builds_a_week_twice(homes: dict[str, Path]) -> None:
    assert values(homes["spark"], "again").equals(values(homes["spark"], "built"))


def test_answers_go_when_spark_rebuilds_a_week_whose_survey_became_empty(homes: dict[str, Path]) -> None:
    answers = pl.col("metric").is_in(["ces", "nps"]) & (pl.col("week") == WEEKS[-1])
    before, after = (values(homes["spark"], step).filter(answers) for step in ("built", "emptied"))
    assert before["numerator"].null_count() < before.height
    assert set(after["status"]) == {"no_source"}
    assert (after["n"].sum(), after["denominator"].sum()) == (0, 0)


def test_data_and_unit_tests_pass_when_they_run_on_spark(homes: dict[str, Path]) -> None:
    found, expected = report(homes["spark"]), report(homes["duckdb"])
    assert found["failed"] == {}
    assert {"model", "test", "unit_test"} <= set(found["passed"])
    assert sorted(found["passed"]) == sorted(expected["passed"])


def test_nothing_is_written_outside_the_home(homes: dict[str, Path], elsewhere: Path) -> None:
    assert (homes["spark"] / "spark" / "warehouse").is_dir()
    assert sorted(elsewhere.rglob("*")) == []


def test_spark_listens_on_this_machine_only(homes: dict[str, Path]) -> None:
    addresses = report(homes["spark"])["listening"]
    assert addresses
    assert {address.removeprefix("::ffff:") for address in addresses} <= {"127.0.0.1", "::1"}


def test_the_missing_command_is_named_when_there_is_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WarehouseError, match=INSTALL_JAVA):
        Warehouse(settings_of(tmp_path), target="spark").build(WEEKS[-1])
