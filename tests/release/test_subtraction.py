"""Nothing hidden can be found by subtraction: the attack finds what it should, and nothing behind the rule."""

from __future__ import annotations

import pytest

from ingestion.demo.truth_hidden import hidden_cells
from tests.release.regions import region, small
from tests.release.subtraction import Cell, few_together, found_in_table

WHOLE: Cell = (None, None, None, None, None)


def office(code: str) -> Cell:
    return (code, None, None, None, None)


def shown(counts: dict[Cell, float], hidden: set[Cell]) -> dict[Cell, float | None]:
    return {cell: None if cell in hidden else n for cell, n in counts.items()}


def found(counts: dict[Cell, float], hidden: set[Cell]) -> set[Cell]:
    table = shown(counts, hidden)
    return found_in_table(table) | few_together(table)


def test_the_next_smallest_is_hidden_when_one_centre_is_small() -> None:
    """V28: 4, 25 and 60, total shown."""
    counts = {WHOLE: 89.0, office("A"): 4.0, office("B"): 25.0, office("C"): 60.0}
    assert found(counts, {office("A")}) == {office("A")}
    assert hidden_cells(counts, small(counts)) == {office("A"), office("B")}
    assert found(counts, {office("A"), office("B")}) == set()


def test_the_attack_finds_few_together_when_their_sum_is_small() -> None:
    counts = {WHOLE: 57.0, office("A"): 3.0, office("B"): 4.0, office("C"): 50.0}
    assert found(counts, {office("A"), office("B")}) == {office("A"), office("B")}
    assert found(counts, hidden_cells(counts, small(counts))) == set()


def test_the_attack_finds_a_cell_when_only_sums_of_several_lines_give_it() -> None:
    """Two blocks of hidden cells, each closed in itself, and one cell between them: no line alone gives it."""
    rows, columns = "ABCD", "pqrs"
    counts = {(row, None, column, None, None): 20.0 for row in rows for column in columns}
    counts |= {(row, None, None, None, None): 80.0 for row in rows}
    counts |= {(None, None, column, None, None): 80.0 for column in columns}
    counts[WHOLE] = 320.0
    blocks = {(row, None, column, None, None) for pair in ("AB", "CD") for row in pair for column in pair}
    hidden = {(row, None, columns[rows.index(str(column))], None, None) for row, _, column, _, _ in blocks}
    between = ("A", None, "r", None, None)
    assert found(counts, hidden) == set()
    assert found(counts, hidden | {between}) == {between}
    closed = hidden_cells(counts, hidden | {between})
    assert len(closed) == len(hidden) + 2
    assert found(counts, closed) == set()


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_found_when_regions_are_small(seed: int) -> None:
    counts = region(seed)
    assert found(counts, hidden_cells(counts, small(counts))) == set()


def test_much_is_found_when_only_small_cells_are_hidden() -> None:
    counts = [region(seed) for seed in range(60)]
    assert sum(bool(found(each, small(each))) for each in counts) > 40
