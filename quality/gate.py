"""The gate: each suite gives a verdict; what fails is kept with the keys of its rows.

What does not belong here: rules (``suites/``) and what a red verdict stops (``orchestration/``).
"""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from quality.engine import FINDINGS, UnreadableError, evaluate, findings_view, read_one
from quality.suites import landing as landing_suite
from quality.suites import release as release_suite

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings

_MEANINGS = {
    **landing_suite.MEANINGS,
    **release_suite.MEANINGS,
    "expect_table_columns_to_match_set": "столбцы не те",
    "expect_table_row_count_to_be_between": "слишком мало строк",
    "expect_table_row_count_to_equal": "строки там, где их быть не должно",
    "expect_column_values_to_not_be_null": "пустые значения",
    "expect_column_values_to_be_unique": "повторы",
    "expect_column_values_to_be_in_set": "неизвестные коды",
    "expect_column_values_to_be_between": "значения вне границ",
}


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
    files = {table: _parquet(settings.landing / source / table / f"week={week}" / "data.parquet") for table in wanted}
    views = {table: f"select * from {file}" for table, file in files.items()}
    loads = None
    if source != "reference":  # our own lists are not counted
        loads = _parquet(settings.landing / source / "loads" / f"week={week}" / "data.parquet")
        views[FINDINGS] = findings_view(landing_suite.findings(loads, files))
    codes = landing_suite.allowed_values(settings.methodology)

    @functools.cache
    def loaded() -> bool:
        missing = f"select count(*) from {loads} where status <> 'loaded' and office_id is null"
        return loads is None or read_one(missing) == 0

    def expectations(table: str) -> list[Any]:
        return landing_suite.expectations(source, table, wanted.get(table, {}), codes, loaded=loaded())

    return _verdict(source, week, settings.home, views, expectations)


def check_release(draft: Path, week: str) -> GateResult:
    """Check a draft; its home is three folders above it."""
    values, metrics, offices = (_parquet(draft / f"{name}.parquet") for name in release_suite.TABLES)
    views = release_suite.views(values, metrics, offices, week)
    return _verdict("release", week, draft.parents[2], views, release_suite.expectations)


def _parquet(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', hive_partitioning = false)"


def _verdict(suite: str, week: str, home: Path, views: dict[str, str], expectations: Any) -> GateResult:
    try:
        evaluated, failures = evaluate(suite, views, expectations)
    except UnreadableError as error:
        evaluated, failures = 0, [{"table": suite, "expectation": "readable", "error": str(error), "keys": []}]
    passed = evaluated > 0 and not failures  # a suite that evaluated nothing is no pass
    result = GateResult(suite, week, passed, evaluated, _summary(suite, week, evaluated, failures), failures)
    path = home / "gate" / f"week={week}" / f"{suite}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(path)
    return result


def _summary(suite: str, week: str, evaluated: int, failures: list[dict[str, Any]]) -> str:
    where = "Проверка выпуска" if suite == "release" else f"Проверка загрузки {suite}"
    if not failures:
        done = f"{evaluated} проверок пройдено" if evaluated else "ничего не проверено"
        return f"{where}, {week}: {done}"
    first = failures[0]
    meaning = _MEANINGS.get(first["table"]) or _MEANINGS.get(first["expectation"], first["expectation"])
    what = f"не удалось проверить ({first['error']})" if first["error"] else meaning
    place = ".".join(str(part) for part in (first["table"], first.get("column")) if part)
    example = f" (первая строка: {first['keys'][0]})" if first["keys"] else ""
    rest = f" и ещё {len(failures) - 1}" if len(failures) > 1 else ""
    kept = f"gate/week={week}/{suite}.json"
    return f"{where}, {week}: {place}: {what}{example}{rest}; строки — в {kept}, прежний выпуск остался"
