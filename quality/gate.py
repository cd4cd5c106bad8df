"""The gate: each suite gives a verdict; what fails is kept with the keys of its rows.

What does not belong here: rules (``suites/``) and what a red verdict stops (``orchestration/``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from quality.engine import UnreadableError, columns_of, described, evaluate
from quality.suites import landing as landing_suite
from quality.suites import release as release_suite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingestion.settings import Settings
    from quality.engine import Finding

_MEANINGS = {**landing_suite.MEANINGS, **release_suite.MEANINGS, "unreadable": "файл не читается"}


@dataclass
class GateResult:
    """The verdict of one suite for a week.

    Attributes:
        failures: what failed, with ``finding``, ``table``, ``column``, ``rows``, ``error``, ``keys``.
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
    files = {table: _parquet(folder / table / f"week={week}" / "data.parquet") for table in wanted}
    # our own lists are not counted
    loads = None if source == "reference" else _parquet(folder / "loads" / f"week={week}" / "data.parquet")
    codes = landing_suite.allowed_values(settings.methodology)

    def findings() -> list[Finding]:
        columns = {table: columns_of(file) for table, file in files.items()}
        return landing_suite.findings(source, files, columns, loads, codes)

    return _verdict(source, week, settings.home, findings)


def check_release(draft: Path, week: str) -> GateResult:
    """Check a draft; its home is three folders above it."""
    values, metrics, offices = (_parquet(draft / f"{name}.parquet") for name in release_suite.TABLES)
    return _verdict("release", week, draft.parents[2], lambda: release_suite.findings(values, metrics, offices, week))


def _parquet(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', hive_partitioning = false)"


def _verdict(suite: str, week: str, home: Path, findings: Callable[[], list[Finding]]) -> GateResult:
    try:
        evaluated, failures = evaluate(suite, findings())
    except UnreadableError as error:
        evaluated, failures = 0, [described("unreadable", table=suite, error=str(error))]
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
    what = _MEANINGS[first["finding"]]
    if first["error"]:
        what = f"не удалось проверить: {what} ({first['error']})"
    place = ".".join(part for part in (first["table"], first["column"]) if part) or suite
    example = f" (первая строка: {first['keys'][0]})" if first["keys"] else ""
    rest = f" и ещё {len(failures) - 1}" if len(failures) > 1 else ""
    kept = f"gate/week={week}/{suite}.json"
    return f"{where}, {week}: {place}: {what}{example}{rest}; строки — в {kept}, прежний выпуск остался"
