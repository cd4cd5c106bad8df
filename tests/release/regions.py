"""Invented regions for the rule that hides cells: a few answers in all published cuts."""

from __future__ import annotations

import random
from collections import Counter

from ingestion.demo.truth_hidden import HIDDEN_BELOW, Cell

CUTS = ((), (0,), (1,), (2,), (3,), (4,), (0, 2), (0, 3))  # the published ones, by place of the dimension


def small(counts: dict[Cell, float]) -> set[Cell]:
    return {cell for cell, n in counts.items() if n < HIDDEN_BELOW}


def region(seed: int) -> dict[Cell, float]:
    """Answers of a few centres, most combinations small or none; in some regions not every value is known."""
    chance = random.Random(seed)
    sizes = (chance.randint(1, 8), 4, chance.randint(1, 6), chance.randint(1, 4), 3)
    unknown = chance.choice((0, 0, 0.03, 0.2))
    weights = [[chance.expovariate(1) + 0.05 for _ in range(size)] for size in sizes]
    counts: Counter[Cell] = Counter()
    for _ in range(chance.choice((8, 15, 30)) * sizes[0] * sizes[2]):
        answer = [f"{place}{chance.choices(range(len(each)), each)[0]}" for place, each in enumerate(weights)]
        known = [chance.random() >= unknown * (0.2 if place == 0 else 1) for place in range(5)]
        for cut in CUTS:
            if all(known[place] for place in cut):
                counts[tuple(value if place in cut else None for place, value in enumerate(answer))] += 1
    return dict(counts)
