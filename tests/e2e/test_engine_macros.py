"""What differs between engines stands in ``macros/engine`` alone, and says it for every engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from orchestration.dbt_runner import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

ENGINES = ("duckdb", "spark")
SQL = sorted(path for path in PROJECT.rglob("*.sql") if "target" not in path.relative_to(PROJECT).parts)
ENGINE_SQL = [path for path in SQL if path.parent == PROJECT / "macros" / "engine"]
NEUTRAL = [*(path for path in SQL if path not in ENGINE_SQL), PROJECT / "dbt_project.yml"]
# ways to ask which engine it is, to speak to it, or to read files past the macro landing()
ENGINE_TALK = re.compile(r"target\.(?!schema\b)|\badapter\b|duckdb|spark|read_parquet|parquet\.", re.IGNORECASE)


def words(pattern: str, paths: list[Path]) -> set[str]:
    return {word for path in paths for word in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_sql_outside_engine_macros_is_the_same_for_every_engine() -> None:
    assert len(NEUTRAL) > 60
    talk = {path.name: ENGINE_TALK.findall(path.read_text(encoding="utf-8")) for path in NEUTRAL}
    assert {name: found for name, found in talk.items() if found} == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_dispatched_macro_is_written_for_the_engine(engine: str) -> None:
    dispatched = words(r"adapter\.dispatch\('(\w+)'", ENGINE_SQL)
    assert {
        "landing",
        "minutes_between",
        "microseconds_between",
        "utc_of_local",
        "sorted_values",
        "value_at",
    } <= dispatched
    assert dispatched == words(rf"macro {engine}__(\w+)", ENGINE_SQL)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_own_materialization_in_use_is_written_for_the_engine(engine: str) -> None:
    used = words(r"config\(\s*materialized='(\w+)'", SQL) - {"view", "table"}  # dbt's own
    assert "weekly" in used
    assert used <= words(rf"materialization (\w+), adapter='{engine}'", ENGINE_SQL)
