"""The site computes no metric: its queries select and count, its pages and wording do no arithmetic on values."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import dashboards
from dashboards import queries
from dashboards.data import read

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(dashboards.__file__).parent
QUERIES = {
    **{name: text for name, text in vars(queries).items() if name.isupper()},
    **{
        code: queries.dictionary(code)
        for code in ("touchpoint", "channel", "client_group", "segment", "journey", "aspect")
    },
}
SELECTING = {"coalesce", "strftime", "any_value", "bool_or", "count", "count_star"}
ROW_COUNTS = {"rows_read", "rows_landed", "rows_quarantined", "rows_other_week", "feedback_count"}
VALUES = {
    "value",
    "n",
    "given",
    "share",
    "weight",
    "difference",
    "ci_low",
    "ci_high",
    "previous_value",
    "change",
    "numerator",
    "denominator",
}


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(child)


def arithmetic(sql: str) -> list[str]:
    """Functions of a query, by DuckDB's own parser, that do more than select, rename and count rows."""
    serialized = duckdb.execute("select json_serialize_sql(?)", [sql]).fetchone()
    assert serialized
    tree = json.loads(serialized[0])
    assert not tree["error"], tree
    found = []
    for node in nodes(tree):
        name = node.get("function_name")
        is_sum_of_counts = (
            name == "sum"
            and {column for child in node["children"] for column in child.get("column_names", ["?"])} <= ROW_COUNTS
        )
        if name and name not in SELECTING and not is_sum_of_counts:
            found.append(name)
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_only_selects_filters_and_counts_rows(name: str) -> None:
    assert arithmetic(QUERIES[name]) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select 100 * numerator / denominator from metric_values",
        "select value - previous_value from metric_changes",
        "select avg(value) from metric_values",
        "select sum(value) from metric_values",
        "select sum(numerator) from metric_values",
        "select round(value) from metric_values",
    ],
)
def test_a_formula_in_a_query_is_found(sql: str) -> None:
    assert arithmetic(sql) != []


@pytest.mark.parametrize(
    "name", ["answers.py", "data.py", "pages.py", "plan.py", "russian.py", "queries.py", "site.py"]
)
def test_python_does_no_arithmetic_on_values(name: str) -> None:
    """drawing.py is left out: it turns published values into places in a picture."""
    for node in ast.walk(ast.parse((HOME / name).read_text("utf-8"))):
        if isinstance(node, ast.BinOp):
            names = {getattr(side, "attr", getattr(side, "id", "")) for side in (node.left, node.right)}
            assert not names & VALUES, f"{name}:{node.lineno}"


def test_templates_do_no_arithmetic_on_values() -> None:
    for path in (HOME / "templates").iterdir():
        for expression in re.findall(r"{[{%].*?[%}]}", path.read_text("utf-8")):
            assert not re.search(rf"\.({'|'.join(VALUES)})\b\s*[-+*/]", expression), f"{path.name}: {expression}"
            assert not re.search(rf"[-+*/]\s*\w+\.({'|'.join(VALUES)})\b", expression), f"{path.name}: {expression}"


def test_a_number_that_may_not_be_shown_does_not_leave_the_queries(published_copy: Path) -> None:
    cells = [
        cell
        for by_metric in read(published_copy).cells.values()
        for series in by_metric.values()
        for cell in series.values()
        if cell.status not in ("ok", "weak")
    ]
    assert {cell.status for cell in cells} == {"hidden", "no_data", "no_source"}
    assert {cell[2:] for cell in cells} == {(None, None, None, None, None, None, "unknown", None, None)}
