"""Texts with the labels that a person gave them, to measure a classifier by.

All texts are invented. Rules may be written with the open part in sight. The held-back part tells how well they do on
texts that nobody fitted them to, so its texts stay unread by those who write rules.
"""

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
Part = Literal["open", "held_back"]
Kind = Literal["labelled", "typical"]


@dataclass(frozen=True)
class Labelled:
    """A text and what it says by the codes of `methodology/dictionaries.yml`.

    The tone is negative, positive, neutral or unknown; unknown is irony, and praise and blame in equal parts.
    """

    text: str
    touchpoint: str | None
    reasons: frozenset[str]
    tone: str
    source: str


def labelled(part: Part, kind: Kind = "labelled") -> list[Labelled]:
    """The texts of a part. The part hangs on the text alone, so a text that is added moves no other.

    Args:
        part: open, or held back from those who write rules.
        kind: ``labelled`` are wittier than most that people write, ``typical`` as people write.
    """
    return [each for each in _read(kind) if _held_back(each.text) == (part == "held_back")]


def plain() -> list[Labelled]:
    """Plain texts, written and used by who wrote the rules: what must not get worse when a rule is changed."""
    return _read("plain")


def unseen() -> list[Labelled]:
    """Typical texts of a writer of whom nothing is open: what the rules are worth with somebody new."""
    return _read("unseen")


def _read(name: str) -> list[Labelled]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Labelled(
                text=row["text"],
                touchpoint=row["touchpoint"] or None,
                reasons=frozenset(row["reasons"].split(";")) - {""},
                tone=row["tone"],
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        ]


def _held_back(text: str) -> bool:
    return int(sha256(text.encode()).hexdigest(), 16) % 3 == 0
