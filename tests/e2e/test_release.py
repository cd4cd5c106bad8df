"""What a released home promises: a second run changes nothing, a red gate leaves the release, a trace recomputes."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.conftest import run_cx

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings

LAST = "2026-W46"


@pytest.fixture
def home(released_home: Settings, tmp_path: Path) -> Path:
    """A copy of the released home that a test may change."""
    copy = tmp_path / "home"
    shutil.copytree(released_home.home, copy, ignore=shutil.ignore_patterns("spark", "dagster"))
    return copy


def released_bytes(home: Path) -> dict[str, str]:
    """SHA-256 of every released file."""
    files = [*(home / "issues").rglob("*"), home / "published" / "cx.duckdb"]
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    }


def test_second_run_changes_no_released_byte(home: Path) -> None:
    before = released_bytes(home)
    ran = run_cx(home, "run", "--weeks", "2026-W45..2026-W46")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert released_bytes(home) == before


def test_release_stays_when_landing_is_broken(home: Path) -> None:
    before = released_bytes(home)
    landed = home / "landing" / "survey" / "answers" / f"week={LAST}" / "data.parquet"
    landed.write_bytes(landed.read_bytes()[:200])
    ran = run_cx(home, "run", "--week", LAST, "--from", "landing")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "survey" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert released_bytes(home) == before


def test_release_stays_when_a_contract_is_broken(home: Path) -> None:
    before = released_bytes(home)
    landed = home / "landing" / "ais" / "interactions" / f"week={LAST}" / "data.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * replace (null as record_id) from read_parquet('{landed}')")
        landed.unlink()
        connection.execute(f"copy t to '{landed}' (format parquet)")
    ran = run_cx(home, "run", "--week", LAST, "--from", "landing")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert released_bytes(home) == before


def test_trace_lists_the_rows_and_recomputes_the_value(released_home: Settings) -> None:
    ran = run_cx(released_home.home, "trace", "--week", LAST, "--metric", "ces", "--touchpoint", "specialist")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "survey:" in ran.stdout
    assert f"{LAST}.csv" in ran.stdout


def test_every_published_value_is_recomputed_from_its_trace(released_home: Settings) -> None:
    """Sums of the trace, by hand for each cut, equal the published parts."""
    home = released_home.home
    dimensions = ["office_id", "journey", "touchpoint", "channel", "client_group"]
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        trace = sorted((home / "issues" / LAST).glob("r*"))[-1] / "metric_trace.parquet"
        same = " and ".join(f"(v.{d} is null or v.{d} = t.{d})" for d in dimensions)
        wrong = connection.execute(
            f"""
            with recomputed as (
                select v.week, v.metric, v.region, {", ".join("v." + d for d in dimensions)}, v.value, v.n, any_value(m.kind) as kind,
                    sum(t.numerator) as numerator, sum(t.denominator) as denominator, median(t.measure) as median,
                    count(t.measure) as measured
                from metric_values as v
                inner join dim_metric as m on v.metric = m.metric
                inner join read_parquet('{trace}') as t
                    on v.week = t.week and v.metric = t.metric and v.region = t.region and {same}
                where v.week = '{LAST}' and t.exclusion_reason is null and v.status in ('ok', 'weak')
                    and v.touchpoint is null
                group by all
            )
            select count(*), count(*) filter (where
                value is distinct from case kind
                    when 'count' then numerator when 'median' then median else 100 * numerator / denominator end
                or n <> case kind when 'count' then numerator when 'median' then measured else denominator end)
            from recomputed
            """
        ).fetchone()
    assert wrong is not None
    assert wrong[0] > 200
    assert wrong[1] == 0
