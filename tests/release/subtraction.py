"""An attack on the published cells of a survey: everything that can be learnt of hidden ones by adding and subtracting.

The reader knows every cut: a cell is the sum of its parts along any dimension and of a rest, the answers whose value
of it is unknown. He knows the maps too: a stage of a journey is the sum of its touchpoints, of which no cut shows how
many answers each journey has. Written as equations over all numbers, published or not, none of them negative, a hidden
number is found when it is the same in every solution.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import linprog

from release.trace import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

Cell = tuple[str | None, ...]
Stages = dict[tuple[str, str], str]  # of a journey and a touchpoint: the stage in which it stands
Name = tuple[str, Cell, int]  # a cell, or the rest of a cell along a dimension
Equation = tuple[Name, list[Name]]  # a total and its parts
_NEGLIGIBLE = 1e-9
_JOURNEY, _STAGE, _TOUCHPOINT = (DIMENSIONS.index(name) for name in ("journey", "stage", "touchpoint"))
_WHOLE: Cell = (None,) * len(DIMENSIONS)


def found_by_subtraction(published: pl.DataFrame, stages: Stages) -> dict[tuple[str, str, str], set[Cell]]:
    """Hidden cells whose numbers can be found, by week, region and metric; only what is published is looked at.

    Args:
        published: rows of ``metric_values`` of survey metrics.
        stages: the maps of the journeys; none: he does not know them.
    """
    tables: dict[tuple[str, str, str], dict[Cell, float | None]] = defaultdict(dict)
    for week, region, metric, n, *cell in published.select("week", "region", "metric", "n", *DIMENSIONS).iter_rows():
        if n != 0:
            tables[week, region, metric][tuple(cell)] = n
    found = {key: found_in_table(cells, stages) | few_together(cells) for key, cells in tables.items()}
    return {key: cells for key, cells in found.items() if cells}


def found_in_table(cells: Mapping[Cell, float | None], stages: Stages) -> set[Cell]:
    """Hidden cells that have the same number in every solution.

    Args:
        cells: published n of each cell that has answers; None where it is hidden.
        stages: the maps of the journeys; none: he does not know them.
    """
    equations = [*_equations(cells), *_equations_of_maps(cells, stages)]
    names = {name: None for total, parts in equations for name in (total, *parts)}
    names |= {("cell", cell, 0): None for cell in cells}
    known = {("cell", cell, 0): n for cell, n in cells.items() if n is not None}
    free = [name for name in names if name not in known]
    if not free:
        return set()
    place = {name: number for number, name in enumerate(free)}
    matrix, sums = np.zeros((len(equations), len(free))), np.zeros(len(equations))
    for row, (total, parts) in enumerate(equations):
        for name, sign in ((total, 1), *((part, -1) for part in parts)):
            if name in known:
                sums[row] -= sign * known[name]
            else:
                matrix[row, place[name]] += sign
    live = _can_be_positive(matrix, sums)
    moves = null_space(matrix[:, live])
    fixed = np.abs(moves).max(axis=1, initial=0) < _NEGLIGIBLE
    names_found = [free[number] for number in [*np.flatnonzero(~live), *np.flatnonzero(live)[fixed]]]
    return {cell for kind, cell, _ in names_found if kind == "cell"}


def few_together(cells: Mapping[Cell, float | None], few: int = 10) -> set[Cell]:
    """Hidden parts of a published total that hold together, with what is unknown, fewer answers than may be shown."""
    found = set()
    for (_, total, _), parts in _equations(cells):
        hidden = [cell for kind, cell, _ in parts if kind == "cell" and cells[cell] is None]
        whole = cells.get(total)
        if hidden and whole is not None:
            rest = whole - sum(cells[cell] or 0 for kind, cell, _ in parts if kind == "cell")
            found |= set(hidden) if rest < few else set()
    return found


def _equations(cells: Mapping[Cell, float | None]) -> Iterator[Equation]:
    """Each published total and its parts along a dimension, with the rest; and what the rests are the parts of."""
    lines: dict[tuple[Cell, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        for along, value in enumerate(cell):
            if value is not None and _without(cell, along) in cells:
                lines[_without(cell, along), along].append(cell)
    for (total, along), parts in lines.items():
        yield ("cell", total, 0), [*(("cell", part, 0) for part in parts), ("rest", total, along)]
    crossed = {tuple(n for n, value in enumerate(cell) if value is not None) for cell in cells}
    for cut in crossed:
        for along, other in (cut, cut[::-1]) if len(cut) == 2 else ():
            # answers whose value of one dimension is unknown, by the other, which may be unknown too
            rests = [
                ("rest", total, along)
                for total, dimension in lines
                if dimension == along and total[other] is not None and total == _only(total, other)
            ]
            yield ("rest", _WHOLE, along), [*rests, ("both", (), min(cut) * 10 + max(cut))]


def _equations_of_maps(cells: Mapping[Cell, float | None], stages: Stages) -> Iterator[Equation]:
    """Journeys, their stages and touchpoints as sums of what no cut shows: the answers of a journey at a touchpoint."""
    journeys = {cell[_JOURNEY] for cell in cells if cell == _only(cell, _JOURNEY) != _WHOLE}
    touchpoints = {cell[_TOUCHPOINT] for cell in cells if cell == _only(cell, _TOUCHPOINT) != _WHOLE}
    if not stages:
        return
    parts: dict[Name, list[Name]] = defaultdict(list)
    for journey, touchpoint in product((*journeys, None), (*touchpoints, None)):
        here = _placed({_JOURNEY: journey, _TOUCHPOINT: touchpoint})
        stage = stages.get((str(journey), str(touchpoint)))
        if stage is not None and _placed({_JOURNEY: journey, _STAGE: stage}) not in cells:
            continue  # nobody answered at this stage
        for place, value in ((_JOURNEY, journey), (_TOUCHPOINT, touchpoint)):
            name: Name = ("rest", _WHOLE, place) if value is None else ("cell", _placed({place: value}), 0)
            parts[name].append(("inner", here, 0))
        if journey is not None:
            whole = _placed({_JOURNEY: journey, _STAGE: stage})
            parts[("cell", whole, 0) if stage else ("rest", whole, _STAGE)].append(("inner", here, 0))
    yield from parts.items()


def _placed(values: dict[int, str | None]) -> Cell:
    return tuple(values.get(place) for place in range(len(DIMENSIONS)))


def _without(cell: Cell, along: int) -> Cell:
    return (*cell[:along], None, *cell[along + 1 :])


def _only(cell: Cell, dimension: int) -> Cell:
    return tuple(value if place == dimension else None for place, value in enumerate(cell))


def _can_be_positive(matrix: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Which numbers are not zero in every solution: the solution, scaled at will, in which the most are at least 1."""
    rows, size = matrix.shape
    one = np.eye(size)
    solution = linprog(
        np.concatenate([np.zeros(size), -np.ones(size), [0]]),
        A_ub=np.hstack([-one, one, np.zeros((size, 1))]),
        b_ub=np.zeros(size),
        A_eq=np.hstack([matrix, np.zeros((rows, size)), -sums[:, None]]),
        b_eq=np.zeros(rows),
        bounds=[(0, None)] * size + [(0, 1)] * size + [(1, None)],
    )
    assert solution.status == 0, solution.message
    return solution.x[size : 2 * size] > 0.5
