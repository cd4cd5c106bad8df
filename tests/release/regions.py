"""Invented regions for the rule that hides cells: a few answers in all published cuts."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from ingestion.demo.truth import DIMENSIONS
from ingestion.demo.truth_hidden import HIDDEN_BELOW, Cell

if TYPE_CHECKING:
    from tests.release.subtraction import Stages

CUTS = (
    *((), ("office_id",), ("journey",), ("touchpoint",), ("channel",), ("client_group",)),
    *(("office_id", "touchpoint"), ("office_id", "channel"), ("journey", "stage"), ("client_group", "segment")),
)
JOURNEYS, TOUCHPOINTS = 4, 6  # at most


def small(counts: dict[Cell, float]) -> set[Cell]:
    return {cell for cell, n in counts.items() if n < HIDDEN_BELOW}


def cell_of(**values: str) -> Cell:
    """The cell that holds these values of its dimensions."""
    return tuple(values.get(name) for name in DIMENSIONS)


def maps(seed: int) -> Stages:
    """Maps of the journeys of a region: stages of one touchpoint or of some; a touchpoint may stand in none."""
    chance = random.Random(f"maps {seed}")
    found = {}
    for journey in range(JOURNEYS):
        stages = chance.randint(2, TOUCHPOINTS)
        for touchpoint in range(TOUCHPOINTS):
            if chance.random() < chance.choice((0.7, 1)):
                found[f"journey{journey}", f"touchpoint{touchpoint}"] = f"stage{chance.randrange(stages)}"
    return found


def region(seed: int) -> dict[Cell, float]:
    """Answers of a few centres, most combinations small or none; in some regions not every value is known."""
    chance = random.Random(seed)
    sizes = {
        "office_id": chance.randint(1, 8),
        "journey": JOURNEYS,
        "touchpoint": chance.randint(1, TOUCHPOINTS),
        "channel": chance.randint(1, 4),
        "client_group": 3,
    }
    unknown = chance.choice((0, 0, 0.03, 0.2))
    weights = {name: [chance.expovariate(1) + 0.05 for _ in range(size)] for name, size in sizes.items()}
    stages, segments = maps(seed), random.Random(f"segments {seed}")
    counts: Counter[Cell] = Counter()
    for _ in range(chance.choice((8, 15, 30)) * sizes["office_id"] * sizes["touchpoint"]):
        answer = {name: f"{name}{chance.choices(range(len(each)), each)[0]}" for name, each in weights.items()}
        known = {
            name: value
            for name, value in answer.items()
            if chance.random() >= unknown * (0.2 if name == "office_id" else 1)
        }
        if stage := stages.get((known.get("journey", ""), known.get("touchpoint", ""))):
            known["stage"] = stage
        if "client_group" in known and segments.random() < 0.8:
            known["segment"] = f"segment{segments.randrange(3)}"
        for cut in CUTS:
            if known.keys() >= set(cut):
                counts[cell_of(**{name: known[name] for name in cut})] += 1
    return dict(counts)
