"""What becomes of a contact: solved, reopened, solved again, handed over, taken out; with the edges of every window.

All moments are local wall-clock seconds of the centre since 1970.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shape import DAY, HOUR, MINUTE, Shape

NEVER = -1
# To the very second: an hour, a day, and the ends of the windows of 7, 28 and 30 days.
_SOLVED_EDGES = np.array([HOUR, DAY, 7 * DAY, 7 * DAY + 1, 28 * DAY, 28 * DAY + 1, 30 * DAY, 30 * DAY + 1])
# Share of contacts, and their hand-overs: earliest and latest second after receipt, direction, made by a rule.
_HAND_OVERS = (
    (0.050, ((16 * MINUTE, 3 * DAY, "up", False),)),
    (0.040, ((15 * MINUTE + 1, 3 * DAY, "side", False),)),
    (0.025, ((MINUTE, 15 * MINUTE, "side", False),)),  # a misroute, mended
    (0.004, ((15 * MINUTE, 15 * MINUTE, "side", False),)),  # … in the last second in which it is one
    (0.003, ((15 * MINUTE + 1, 15 * MINUTE + 1, "side", False),)),  # … and one later
    (0.005, ((MINUTE, 15 * MINUTE, "side", False), (HOUR, DAY, "side", False))),
    (0.005, ((MINUTE, 15 * MINUTE, "up", False),)),  # soon, but no misroute
    (0.010, ((HOUR, DAY, "up", False), (DAY, 3 * DAY, "side", False))),
    (0.040, ((5, MINUTE, "side", True),)),  # routing by a rule
    (0.010, ((HOUR, 2 * HOUR, "up", True),)),
    (0.005, ((5, MINUTE, "side", True), (HOUR, DAY, "up", False))),
    (0.005, ((MINUTE, 2 * DAY, None, None),)),  # nobody wrote where to
    (0.004, ((7 * DAY + 1, 9 * DAY, "up", False),)),
    (0.002, ((7 * DAY, 7 * DAY, "up", False),)),
)


def plan_outcome(
    shape: Shape,
    base: dict[str, np.ndarray],
    feeling: np.ndarray,
    part: str,
    hours: float,
    *,
    earliest: np.ndarray | None = None,
    hopeless: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """When contacts are solved and reopened, and both once more: better places solve more and sooner.

    Args:
        shape: Size and calendar of the region.
        base: Columns of the contacts.
        feeling: How well each contact goes.
        part: Name of the stream of chance.
        hours: Median time to the solution.
        earliest: No contact is solved before.
        hopeless: Contacts that nobody solves.
    """
    rng = shape.stream(part + "-outcome")
    size, received = len(feeling), base["received"]
    is_solved = rng.random(size) < (0.82 + 0.08 * feeling).clip(0.3, 0.98)
    after = (rng.lognormal(np.log(hours), 1.1, size) * HOUR).astype(np.int64).clip(MINUTE, 33 * DAY)
    at_once = rng.random(size) < 0.25
    after = np.where(at_once, rng.integers(MINUTE, 90 * MINUTE, size), after)
    after = np.where(rng.random(size) < 0.006, rng.choice(_SOLVED_EDGES, size), after)
    solved = received + after if earliest is None else np.maximum(received + after, earliest)
    if hopeless is not None:
        is_solved &= ~hopeless
    is_reopened = is_solved & (rng.random(size) < 0.08)
    soon, late = rng.integers(HOUR, 6 * DAY, size), rng.integers(6 * DAY, 26 * DAY, size)
    reopened = solved + np.where(rng.random(size) < 0.8, soon, late)
    edge = received + 7 * DAY + rng.integers(0, 2, size)
    reopened = np.where((rng.random(size) < 0.05) & (edge > solved), edge, reopened)
    solved_again = reopened + rng.integers(HOUR, 3 * DAY, size)
    is_solved_again = is_reopened & (rng.random(size) < 0.6)
    reopened_again = solved_again + rng.integers(HOUR, 5 * DAY, size)
    return {
        "solved": np.where(is_solved, solved, NEVER),
        "reopened": np.where(is_reopened, reopened, NEVER),
        "solved_again": np.where(is_solved_again, solved_again, NEVER),
        "reopened_again": np.where(is_solved_again & (rng.random(size) < 0.15), reopened_again, NEVER),
    }


def plan_hand_overs(shape: Shape, contacts: pl.DataFrame, part: str) -> pl.DataFrame:
    """Hand-overs of contacts: ``id, office, at, direction, is_automatic``."""
    rng = shape.stream(part + "-hand-overs")
    shares = [share for share, _ in _HAND_OVERS]
    kind = rng.choice(len(shares) + 1, contacts.height, p=[*shares, 1 - sum(shares)])
    parts = []
    for position, (_, steps) in enumerate(_HAND_OVERS):
        handed = contacts.filter(pl.Series(kind == position))
        parts += [
            handed.select(
                "id",
                "office",
                at=pl.col("received") + pl.Series(rng.integers(low, high + 1, handed.height), dtype=pl.Int64),
                direction=pl.lit(direction, pl.String),
                is_automatic=pl.lit(is_automatic, pl.Boolean),
            )
            for low, high, direction, is_automatic in steps
        ]
    return pl.concat(parts).filter(pl.col("at") < shape.end)


def events_of(contacts: pl.DataFrame, hand_overs: pl.DataFrame) -> pl.DataFrame:
    """What became of contacts, in order: ``id`` of the contact, ``office, type, at, direction, is_automatic``."""
    moments = {"solved": "solved", "reopened": "reopened", "solved_again": "solved", "reopened_again": "reopened"}
    parts = [
        *(contacts.select("id", "office", type=pl.lit(kind), at=column) for column, kind in moments.items()),
        contacts.select("id", "office", type="exclusion", at="excluded"),
        hand_overs.with_columns(type=pl.lit("transferred")),
    ]
    return pl.concat(parts, how="diagonal_relaxed").drop_nulls("at").sort("id", "at", "type", maintain_order=True)
