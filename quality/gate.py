"""The gate: each suite gives a verdict; what fails is kept with the keys of its rows.

What does not belong here: rules (``suites/``) and what a red verdict stops (``orchestration/``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from quality.engine import evaluate
from quality.suites import landing as landing_suite
from quality.suites import release as release_suite

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings


@dataclass
class GateResult:
    """The verdict of one suite for a week.

    Attributes:
        failures: what failed, with ``table``, ``expectation``, ``column``, ``observed``, ``error``, ``keys``.
        summary: one line in Russian.
    """

    suite: str
    week: str
    passed: bool
    evaluated: int
    summary: str
    failures: list[dict[str, Any]] = field(default_factory=list)


def check_landing(source: str, week: str, settings: Settings) -> GateResult:
    """Check what landed for a source and a week.

    Raises:
        KeyError: no such source: an unknown suite is an error, never a pass.
    """
    wanted = landing_suite.tables(source)
    if not wanted:
        raise KeyError(source)
    folder = settings.landing / source
    files = {table: folder / table / f"week={week}" / "data.parquet" for table in wanted}
    views = {table: f"select * from read_parquet('{file}', hive_partitioning = false)" for table, file in files.items()}
    codes = landing_suite.known_codes(settings.methodology)
    loaded = _is_loaded(folder, source, week)

    def expectations(table: str) -> list[Any]:
        return landing_suite.expectations(source, table, wanted[table], codes, loaded=loaded)

    return _verdict(source, week, settings.home, views, expectations)


def check_release(draft: Path, week: str) -> GateResult:
    """Check a draft; its home is three folders above it."""
    values = f"read_parquet('{draft / 'metric_values.parquet'}')"
    metrics = f"read_parquet('{draft / 'dim_metric.parquet'}')"
    views = {name: sql.format(values=values, metrics=metrics) for name, sql in release_suite.VIEWS.items()}
    return _verdict("release", week, draft.parents[2], views, release_suite.expectations)


def _is_loaded(folder: Path, source: str, week: str) -> bool:
    if source == "reference":
        return True
    loads = folder / "loads" / f"week={week}" / "data.parquet"
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select count(*) from read_parquet('{loads}') where status = 'no_source' and office_id is null"
        ).fetchone()
    return found is not None and found[0] == 0


def _verdict(suite: str, week: str, home: Path, views: dict[str, str], expectations: Any) -> GateResult:
    try:
        evaluated, failures = evaluate(suite, views, expectations)
    except duckdb.Error as error:
        line = " ".join(str(error).split())
        evaluated, failures = 0, [{"table": suite, "expectation": "readable", "error": line, "keys": []}]
    passed = evaluated > 0 and not failures  # a suite that evaluated nothing is no pass
    result = GateResult(suite, week, passed, evaluated, _summary(suite, week, evaluated, failures), failures)
    path = home / "gate" / f"week={week}" / f"{suite}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return result


def _summary(suite: str, week: str, evaluated: int, failures: list[dict[str, Any]]) -> str:
    where = "Проверка выпуска" if suite == "release" else f"Проверка загрузки {suite}"
    if not failures:
        return f"{where}, {week}: {evaluated} проверок пройдено"
    first = failures[0]
    what = first.get("error") or f"{first['expectation']}, получено {first.get('observed')}"
    place = ".".join(str(part) for part in (first["table"], first.get("column")) if part)
    rest = f" и ещё {len(failures) - 1}" if len(failures) > 1 else ""
    return f"{where}, {week}: {place}: {what}{rest}; строки — в gate/week={week}/{suite}.json, прежний выпуск остался"
