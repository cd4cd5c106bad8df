"""The whole region, from sources to site: what readers find equals what was planted."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from ingestion.methodology.check import check_methodology
from orchestration.cli import run_command
from release.trace import DIMENSIONS, trace
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from tests.e2e.conftest import DemoRun

KEYS = ["week", "metric", "region", *DIMENSIONS]
NUMBERS = ["value", "numerator", "denominator", "n", "ci_low", "ci_high"]
ORDER_OF_ADDITIONS = 1e-9  # both ways are exact but for the order in which doubles are added
MARKS = (
    *("[ТЕЛЕФОН]", "[ПОЧТА]", "[СНИЛС]", "[ИНН]", "[ПАСПОРТ]", "[ИМЯ]", "[АДРЕС]", "[ДАТА РОЖДЕНИЯ]"),
    *("[КАРТА]", "[СЧЁТ]", "[НОМЕР МАШИНЫ]", "[ПРОФИЛЬ]"),
)


def published(home: Path, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        return connection.execute(sql).pl()


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def planted(home: Path) -> pl.DataFrame:
    """The right cells of the metrics that the registry has."""
    registry = check_methodology(METHODOLOGY, "demo").metrics
    truth = pl.read_parquet(home / "demo" / "truth" / "metric_values.parquet")
    return truth.filter(pl.col("metric").is_in(list(registry)))


def test_run_succeeds_and_says_where_the_results_are(demo_run: DemoRun) -> None:
    assert demo_run.exit_code == 0, demo_run.output
    for place in ("issues/2026-W46/r1", "published/cx.duckdb", "site/index.html"):
        assert str(demo_run.home / place) in demo_run.output
        assert (demo_run.home / place).exists()


def test_every_planted_truth_equals_the_published_value(demo_run: DemoRun) -> None:
    truth = planted(demo_run.home)
    found = published(demo_run.home, "select * from metric_values")
    both = truth.join(found, on=KEYS, how="full", nulls_equal=True, suffix="_found", coalesce=True)
    assert truth.height == found.height == both.height > 15_000
    same = pl.all_horizontal(
        *(pl.col(name).eq_missing(pl.col(f"{name}_found")) for name in ("status", "maturity")),
        *(
            pl.col(name).is_null() & pl.col(f"{name}_found").is_null()
            | (
                (pl.col(name) - pl.col(f"{name}_found")).abs() <= ORDER_OF_ADDITIONS * pl.col(name).abs().clip(1)
            ).fill_null(value=False)
            for name in NUMBERS
        ),
    )
    assert both.filter(~same).to_dicts()[:5] == []
    assert set(truth["status"].unique()) == {"ok", "weak", "hidden", "no_data", "no_source"}


def test_planted_weights_of_reasons_equal_the_published_ones(demo_run: DemoRun) -> None:
    truth = pl.read_parquet(demo_run.home / "demo" / "truth" / "reason_weights.parquet")
    found = published(demo_run.home, "select * from reason_weights")
    both = truth.join(found, on=["week", "region", "reason"], how="left", suffix="_found")
    same = pl.all_horizontal(
        *(pl.col(name).eq_missing(pl.col(f"{name}_found")) for name in truth.columns[3:] if name != "reason_weight"),
        (pl.col("reason_weight") - pl.col("reason_weight_found")).abs().fill_null(0) <= ORDER_OF_ADDITIONS,
        pl.col("reason_weight").is_null() == pl.col("reason_weight_found").is_null(),
    )
    assert both.filter(~same).to_dicts()[:5] == []
    assert set(truth["status"]) == {"ok", "no_source"}  # above the limit: a unit test of the model
    # the reasons that no book and no text of the demo region names have a weight of nothing
    others = found.join(truth, on=["week", "region", "reason"], how="anti")
    assert others.select("volume", "reason_weight").drop_nulls().unique().rows() == [(0, 0.0)]
    assert others["reason"].n_unique() == 21 - 14


def test_every_planted_row_lands_or_is_set_aside(demo_run: DemoRun) -> None:
    truth = pl.read_parquet(demo_run.home / "demo" / "truth" / "loads.parquet")
    sound = truth.filter(pl.col("fault").is_null())
    for source, entity, week, rows in sound.select("source", "entity", "week", "rows").iter_rows():
        landed = pl.read_parquet(demo_run.home / "landing" / source / entity / f"week={week}" / "data.parquet")
        assert landed.height == rows, (source, entity, week)
    for source, entity, week, fault, rows in truth.filter(pl.col("fault").is_not_null()).iter_rows():
        aside = pl.read_parquet(demo_run.home / "quarantine" / source / f"week={week}" / "data.parquet")
        found = aside.filter((pl.col("entity") == entity) & (pl.col("reason") == fault))
        assert found.height == rows, (source, entity, week, fault)


def test_no_row_is_lost_between_source_and_landing(demo_run: DemoRun) -> None:
    loads = published(demo_run.home, "select * from source_status")
    parts = pl.sum_horizontal("rows_landed", "rows_quarantined", "rows_other_week")
    assert loads.filter(pl.col("rows_read") != parts).is_empty()
    assert loads.height > 12 * 13  # every entity, every week, and the books by centre


def test_published_values_follow_from_their_traces(demo_run: DemoRun) -> None:
    """Every value of the wide cuts, and every hundredth of the narrow ones, from rows that only the trace holds."""
    values = published(demo_run.home, "select * from metric_values order by all")
    wide = pl.sum_horizontal(pl.col(name).is_not_null() for name in DIMENSIONS) == 0
    chosen = pl.concat([values.filter(wide), values.filter(~wide).gather_every(100)])
    assert chosen["metric"].n_unique() == published(demo_run.home, "select * from dim_metric").height > 50
    for row in chosen.iter_rows(named=True):
        cut = {name: row[name] for name in DIMENSIONS if row[name] is not None}
        found = trace(demo_run.settings, row["week"], row["metric"], cut)
        assert found.is_equal, row
        if row["status"] in ("ok", "weak"):
            assert found.published["value"] == row["value"]
            assert found.recomputed == pytest.approx(row["value"], abs=ORDER_OF_ADDITIONS)


def test_trace_of_a_touchpoint_lists_its_rows_with_their_origin(
    demo_run: DemoRun, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    csv = tmp_path / "rows.csv"
    command = ["trace", "--week", "2026-W46", "--metric", "ces", "--touchpoint", "specialist", "--csv", str(csv)]
    assert run_command(command) == 0
    output = capsys.readouterr().out
    assert "равно" in output
    for part in ("Числитель", "Знаменатель", "Исключено", "survey/2026-W46.csv#"):
        assert part in output
    rows = pl.read_csv(csv)
    counted = rows.filter(pl.col("exclusion_reason").is_null())
    value = published(
        demo_run.home,
        "select value from metric_values where week = '2026-W46' and metric = 'ces' and touchpoint = 'specialist' "
        "and office_id is null",
    ).item()
    assert 100 * counted["numerator"].sum() / counted.height == pytest.approx(value, abs=ORDER_OF_ADDITIONS)
    assert rows["origin"].str.contains(r"survey/2026-W4[67]\.csv#\d+").all()
    assert {"late", "incomplete", "no_answer"} <= set(rows["exclusion_reason"].drop_nulls())


def test_no_personal_datum_is_kept_anywhere(demo_run: DemoRun) -> None:
    planted = json.loads((demo_run.home / "demo" / "truth" / "personal_data.json").read_text(encoding="utf-8"))
    marks = set()
    for path in demo_run.home.rglob("*"):
        if not path.is_file() or path.is_relative_to(demo_run.home / "demo"):
            continue
        text = _texts(path)
        assert not [datum for datum in planted if datum in text], path
        marks |= {mark for mark in MARKS if mark in text}
    assert marks == set(MARKS)  # what was planted did pass through, and was redacted


def _texts(path: Path) -> str:
    """Every text of a file, as people would read it."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path).select(pl.selectors.string())
        return "\n".join(text for column in frame for text in column.drop_nulls().unique())
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute(
                "select table_schema, table_name, column_name from information_schema.columns c "
                "join information_schema.tables t using (table_schema, table_name) "
                "where data_type = 'VARCHAR' and table_type = 'BASE TABLE'"
            ).fetchall()
            queries = [f'select distinct "{column}" from "{schema}"."{table}"' for schema, table, column in found]
            return "\n".join(str(text) for query in queries for (text,) in connection.execute(query).fetchall())
    return path.read_bytes().decode("utf-8", errors="replace")


def test_running_again_changes_no_released_byte(demo_run: DemoRun) -> None:
    before = {name: hashes(demo_run.home / name) for name in ("issues", "published", "site")}
    assert run_command(["run", "--weeks", "2026-W43..2026-W46"]) == 0
    assert {name: hashes(demo_run.home / name) for name in before} == before


def test_broken_landing_file_stops_the_run_and_leaves_the_last_release(
    demo_run: DemoRun, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: hashes(demo_run.home / name) for name in ("issues", "published", "site")}
    landed = demo_run.home / "landing" / "survey" / "responses" / "week=2026-W46" / "data.parquet"
    kept = shutil.copy(landed, demo_run.home / "kept.parquet")
    try:
        landed.write_bytes(landed.read_bytes()[:1000])
        assert run_command(["run", "--week", "2026-W46", "--from", "landing"]) == 1
        output = capsys.readouterr().out
        assert "Проверка загрузки survey, 2026-W46" in output
        assert "Traceback" not in output
        doubled = pl.read_parquet(kept)
        pl.concat([doubled, doubled.head(2)]).write_parquet(landed)
        assert run_command(["run", "--week", "2026-W46", "--from", "landing"]) == 1
        verdict = json.loads((demo_run.home / "gate" / "week=2026-W46" / "survey.json").read_text(encoding="utf-8"))
        assert set(verdict["failures"][0]["keys"]) == set(doubled.head(2)["record_id"])
    finally:
        shutil.move(kept, landed)
    assert {name: hashes(demo_run.home / name) for name in before} == before
    assert run_command(["run", "--week", "2026-W46", "--from", "landing"]) == 0
    assert {name: hashes(demo_run.home / name) for name in before} == before


def test_status_lists_the_weeks_and_what_was_missing(demo_run: DemoRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status"]) == 0
    output = capsys.readouterr().out
    lines = {line.split()[0]: line for line in output.splitlines() if line.startswith("2026-W")}
    assert len(lines) == 12
    assert "survey" in lines["2026-W37"]
    assert "vk" in lines["2026-W39"]
    assert "complaints_book C04" in lines["2026-W40"]


def test_published_tables_and_columns_are_those_that_the_architecture_page_names(demo_run: DemoRun) -> None:
    page = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \| (`[^|]+) \|$", page.split("## 7.")[1], flags=re.MULTILINE)
    named = {}
    for tables, columns in rows:
        for table in re.findall(r"`(\w+)`", tables):
            names = re.findall(r"<?\w+>?", re.findall(r"`(.*?)`", columns)[0])
            named[table] = [table.removeprefix("dim_") if name == "<code>" else name.strip("<>") for name in names]
    described = published(
        demo_run.home,
        "select table_name, column_name, comment from duckdb_columns() where not internal order by column_index",
    )
    found = {table: part["column_name"].to_list() for (table,), part in described.group_by("table_name")}
    assert {table: sorted(columns) for table, columns in named.items()} == {
        table: sorted(columns) for table, columns in found.items()
    }
    assert described.filter((pl.col("table_name") != "issues") & pl.col("comment").is_null()).is_empty()
