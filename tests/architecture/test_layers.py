"""Who may import whom, and who may read the environment: the table of docs/architecture.md §1, with no exceptions."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "ingestion": set(),
    "quality": {"ingestion"},
    "release": {"ingestion", "quality"},
    "dashboards": set(),
    "orchestration": {"ingestion", "quality", "release", "dashboards"},
    "benchmarks": {"ingestion", "orchestration", "release"},
}
ONLY_IN = {  # a library → the only folders that may import it
    "dagster": {"orchestration"},
    "dagster_dbt": {"orchestration"},
    "dbt": {"orchestration"},
    "great_expectations": {"quality"},
    "typer": {"orchestration"},
    "jinja2": {"dashboards"},
}
LONGEST_PYTHON, LONGEST_SQL = 300, 120
PYTHON = [path for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


def imports_of(source: str) -> set[str]:
    """Top-level names of the modules that a file imports, wherever it does."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def wrong_imports(folder: str, names: set[str]) -> set[str]:
    ours = (names & set(MAY_IMPORT)) - MAY_IMPORT[folder] - {folder}
    return ours | {name for name in names & set(ONLY_IN) if folder not in ONLY_IN[name]}


def reads_environment(source: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(ast.parse(source))
    )


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_keeps_to_its_layer(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    source = path.read_text(encoding="utf-8")
    assert wrong_imports(folder, imports_of(source)) == set()
    assert path.name == "settings.py" or not reads_environment(source)
    assert len(source.splitlines()) <= LONGEST_PYTHON


def test_the_rules_turn_red() -> None:
    assert wrong_imports("ingestion", imports_of("def f():\n    import dagster as dg")) == {"dagster"}
    assert wrong_imports("quality", imports_of("from release.issue import draft")) == {"release"}
    assert wrong_imports("dashboards", imports_of("from ingestion import weeks")) == {"ingestion"}
    assert wrong_imports("orchestration", imports_of("import great_expectations")) == {"great_expectations"}
    assert reads_environment("import os\nkey = os.environ['KEY']")


def test_every_folder_of_code_is_under_the_rules() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders == set(MAY_IMPORT)


@pytest.mark.parametrize("path", sorted((ROOT / "dbt_project").rglob("*.sql")), ids=lambda path: path.name)
def test_sql_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_SQL
