"""Which cells of surveys must be hidden, so that no subtraction gives a small one: plain loops over one question.

The rule is that of ``macros/metrics/hiding.sql``, counted another way: cell by cell, until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ingestion.demo import codes
from ingestion.demo.truth import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

Cell = tuple[str | None, ...]  # its values of the dimensions; None is "all"
HIDDEN_BELOW = 10
_CROSSED = ("touchpoint", "channel")  # each with the centres
_OFFICE, _JOURNEY, _STAGE = (DIMENSIONS.index(name) for name in ("office_id", "journey", "stage"))
_WHOLE: Cell = (None,) * len(DIMENSIONS)


def hidden_rows(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    """Rows of ``week, metric, region`` and dimensions that are hidden.

    Args:
        frame: cells of survey metrics, with ``n``.
    """
    questions: dict[tuple[Any, ...], dict[Cell, list[tuple[str, float]]]] = defaultdict(lambda: defaultdict(list))
    for week, metric, region, n, *place in frame.select("week", "metric", "region", "n", *DIMENSIONS).iter_rows():
        if n > 0:
            questions[week, _question(metric), region][tuple(place)].append((metric, n))
    return {
        (week, metric, region, *cell)
        for (week, _, region), cells in questions.items()
        for cell in hidden_cells(
            {cell: max(n for _, n in found) for cell, found in cells.items()},
            {cell for cell, found in cells.items() if min(n for _, n in found) < HIDDEN_BELOW},
        )
        for metric, _ in cells[cell]
    }


def _question(metric: str) -> str:
    """The question whose answers a metric counts; an aspect is a question of its own."""
    return next((aspect for aspect in codes.ASPECTS if metric.startswith(aspect)), metric.split("_")[0])


def hidden_cells(counts: dict[Cell, float], small: set[Cell]) -> set[Cell]:
    """The small cells of a question, and others so that no subtraction gives a small one.

    Args:
        counts: answers of each cell that has any, in one week and region.
        small: cells that are too small to be shown.
    """
    lines = _lines(counts)
    hidden = set(small) | _stages_that_touchpoints_give(counts, lines)
    while True:
        added = {cell for total, parts in lines if (cell := _next_of_line(counts, hidden, total, parts))}
        added = added or {
            cell for crossed in _CROSSED for cell in _corners(counts, hidden, DIMENSIONS.index(crossed), lines)
        }
        if not added:
            return hidden
        hidden |= added


def _lines(counts: dict[Cell, float]) -> list[tuple[Cell, list[Cell]]]:
    """Totals of published cuts, each with its parts along one dimension."""
    lines: dict[tuple[Cell, int], list[Cell]] = defaultdict(list)
    for cell in counts:
        for along, value in enumerate(cell):
            total = (*cell[:along], None, *cell[along + 1 :])
            if value is not None and total in counts:
                lines[total, along].append(cell)
    return [(total, parts) for (total, _), parts in lines.items()]


def _stages_that_touchpoints_give(counts: dict[Cell, float], lines: Iterable[tuple[Cell, list[Cell]]]) -> set[Cell]:
    """All stages, unless enough answers are of no known journey: else they are sums of touchpoints, with no rest."""
    for total, parts in lines:
        if total == _WHOLE and parts[0][_JOURNEY] is not None and _rest(counts, total, parts) >= HIDDEN_BELOW:
            return set()
    return {cell for cell in counts if cell[_STAGE] is not None}


def _rest(counts: dict[Cell, float], total: Cell, parts: list[Cell]) -> float:
    return counts[total] - sum(counts[part] for part in parts)


def _next_of_line(counts: dict[Cell, float], hidden: set[Cell], total: Cell, parts: list[Cell]) -> Cell | None:
    """The next member to hide, where what is hidden of a line could be found."""
    unpublished = [counts[part] for part in parts if part in hidden]
    if not unpublished and total not in hidden:
        return None
    rest = _rest(counts, total, parts)
    if rest >= HIDDEN_BELOW:
        unpublished.append(rest)
    is_safe = unpublished if total in hidden else len(unpublished) > 1 and sum(unpublished) >= HIDDEN_BELOW
    shown = [member for member in (*parts, total) if member not in hidden]
    if is_safe or not shown:
        return None
    return min(shown, key=lambda member: (counts[member], member == total, _order(member)))


def _order(cell: Cell) -> list[str]:
    return [value or "=" for value in cell]


def _corners(
    counts: dict[Cell, float], hidden: set[Cell], across: int, lines: Iterable[tuple[Cell, list[Cell]]]
) -> Iterator[Cell]:
    """For each hidden cell of a table that is at no corner of a rectangle of unpublished ones: a cell to hide."""
    cells = {
        (cell[_OFFICE] or "=", cell[across] or "="): cell
        for cell in counts
        if all(value is None for place, value in enumerate(cell) if place not in (_OFFICE, across))
    }
    unpublished = {place for place, cell in cells.items() if cell in hidden} | set(_rests(counts, across, lines))
    in_row, in_column = defaultdict(set), defaultdict(set)
    for row, column in unpublished:
        in_row[row].add(column)
        in_column[column].add(row)
    for row, column in unpublished:
        if {row, column} & {"=", "?"} or any(len(in_row[row] & in_row[it]) > 1 for it in in_column[column] - {row}):
            continue
        wanted = [(it, beside) for it in in_column[column] - {row} for beside in in_row[row] - {column}]
        for choice in (wanted, [place for place in cells if place[0] == row]):
            shown = [cells[place] for place in choice if place in cells and cells[place] not in hidden]
            if shown:
                yield min(shown, key=lambda cell: (counts[cell], _order(cell)))
                break


def _rests(
    counts: dict[Cell, float], across: int, lines: Iterable[tuple[Cell, list[Cell]]]
) -> Iterator[tuple[str, str]]:
    """Places of a table whose answers have no known value of one of its dimensions."""
    for total, parts in lines:
        known = {place for place, value in enumerate(parts[0]) if value is not None}
        if known <= {_OFFICE, across} and _rest(counts, total, parts) > 0:
            along = next(place for place in known if total[place] is None)
            row, column = (total[place] or "=" for place in (_OFFICE, across))
            yield (row, "?") if along == across else ("?", column)
