"""Nothing hidden can be found by subtraction: the attack finds what it should, and nothing behind the rule."""

from __future__ import annotations

import pytest

from ingestion.demo.truth_hidden import hidden_cells
from tests.release.regions import cell_of, maps, region, small
from tests.release.subtraction import Cell, Stages, few_together, found_in_table

WHOLE = cell_of()


def office(code: str) -> Cell:
    return cell_of(office_id=code)


def shown(counts: dict[Cell, float], hidden: set[Cell]) -> dict[Cell, float | None]:
    return {cell: None if cell in hidden else n for cell, n in counts.items()}


def found(counts: dict[Cell, float], hidden: set[Cell], stages: Stages | None = None) -> set[Cell]:
    table = shown(counts, hidden)
    return found_in_table(table, stages or {}) | few_together(table)


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
    counts = {cell_of(office_id=row, touchpoint=column): 20.0 for row in rows for column in columns}
    counts |= {office(row): 80.0 for row in rows}
    counts |= {cell_of(touchpoint=column): 80.0 for column in columns}
    counts[WHOLE] = 320.0
    blocks = [(row, column) for pair in ("AB", "CD") for row in pair for column in pair]
    hidden = {cell_of(office_id=row, touchpoint=columns[rows.index(column)]) for row, column in blocks}
    between = cell_of(office_id="A", touchpoint="r")
    assert found(counts, hidden) == set()
    assert found(counts, hidden | {between}) == {between}
    closed = hidden_cells(counts, hidden | {between})
    assert len(closed) == len(hidden) + 2
    assert found(counts, closed) == set()


STAGES: Stages = {(journey, touchpoint): touchpoint for journey in "AB" for touchpoint in "st"}


def by_stages(of_no_journey: float) -> dict[Cell, float]:
    """Two journeys of two stages, each a touchpoint; some answers at the first touchpoint are of no known journey."""
    counts = {("A", "s"): 4.0, ("A", "t"): 26.0, ("B", "s"): 30.0, ("B", "t"): 40.0}
    cells = {cell_of(journey=journey, stage=stage): n for (journey, stage), n in counts.items()}
    cells |= {cell_of(journey="A"): 30.0, cell_of(journey="B"): 70.0, WHOLE: 100.0 + of_no_journey}
    return cells | {cell_of(touchpoint="s"): 34.0 + of_no_journey, cell_of(touchpoint="t"): 66.0}


def test_a_stage_is_found_from_its_touchpoint_when_every_answer_has_a_journey() -> None:
    counts = by_stages(of_no_journey=0)
    in_lines = {cell_of(journey="A", stage=stage) for stage in "st"}
    assert found(counts, in_lines) == set()
    assert found(counts, in_lines, STAGES) == in_lines
    closed = hidden_cells(counts, small(counts))
    assert closed >= {cell_of(journey=journey, stage=stage) for journey in "AB" for stage in "st"}
    assert found(counts, closed, STAGES) == set()


def test_other_stages_are_shown_when_enough_answers_are_of_no_journey() -> None:
    counts = by_stages(of_no_journey=10)
    closed = hidden_cells(counts, small(counts))
    assert closed == {cell_of(journey="A", stage=stage) for stage in "st"}
    assert found(counts, closed, STAGES) == set()


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_found_when_regions_are_small(seed: int) -> None:
    counts = region(seed)
    assert found(counts, hidden_cells(counts, small(counts)), maps(seed)) == set()


def test_much_is_found_when_only_small_cells_are_hidden() -> None:
    counts = [region(seed) for seed in range(60)]
    assert sum(bool(found(each, small(each), maps(seed))) for seed, each in enumerate(counts)) > 40
