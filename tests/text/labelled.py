"""Texts with the labels that a person gave them, to measure a classifier by.

All texts are invented. Rules may be written with the open part in sight. The held-back part tells how well they do on
texts that nobody fitted them to, so its texts stay unread by those who write rules.
"""

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

PATH = Path(__file__).with_suffix(".csv")
Part = Literal["open", "held_back"]
Manner = Literal["typical", "elaborate"]


@dataclass(frozen=True)
class Labelled:
    """A text and what it says by the codes of `methodology/dictionaries.yml`.

    The tone is negative, positive, neutral or unknown; unknown is irony, and praise and blame in equal parts. Typical
    texts are plain, as most that people write; elaborate ones are wittier than life, and often name nothing.
    """

    text: str
    touchpoint: str | None
    reasons: frozenset[str]
    tone: str
    source: str
    manner: Manner


def labelled(part: Part, manner: Manner | None = None) -> list[Labelled]:
    """The texts of a part, of one manner or of both. The part hangs on the text alone: one more text moves no other."""
    with PATH.open(encoding="utf-8", newline="") as lines:
        return [
            Labelled(
                text=row["text"],
                touchpoint=row["touchpoint"] or None,
                reasons=frozenset(row["reasons"].split(";")) - {""},
                tone=row["tone"],
                source=row["source"],
                manner=row["manner"],  # type: ignore[arg-type]
            )
            for row in csv.DictReader(lines)
            if _held_back(row["text"]) == (part == "held_back") and manner in (None, row["manner"])
        ]


def _held_back(text: str) -> bool:
    return int(sha256(text.encode()).hexdigest(), 16) % 3 == 0
