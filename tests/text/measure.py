"""How well the text stage reads the labelled texts: figures and tables, for the test and for docs/text.md.

Run as a module it prints the tables: ``.venv/bin/python -m tests.text.measure``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from ingestion.methodology.check import check_methodology
from ingestion.privacy import redact
from ingestion.text.classify import Rules, classify
from tests.methodology.edited import METHODOLOGY
from tests.text.labelled import Labelled, labelled, plain, unseen

NONE = "—"


@dataclass
class Measured:
    """What was found in one part of the labelled texts.

    Attributes:
        touchpoints: pairs of label and finding, counted.
        tones: the same of tones.
        reasons: by reason, how often it was found rightly, labelled, found.
    """

    texts: int
    touchpoints: Counter[tuple[str, str]]
    tones: Counter[tuple[str, str]]
    reasons: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def touchpoint_accuracy(self) -> float:
        return _accuracy(self.touchpoints)

    @property
    def tone_accuracy(self) -> float:
        return _accuracy(self.tones)

    @property
    def named_touchpoints(self) -> tuple[float, float]:
        """Share of texts whose touchpoint is named, and how many of those are right."""
        named = Counter({pair: count for pair, count in self.touchpoints.items() if pair[1] != NONE})
        return named.total() / self.texts, _accuracy(named)

    @property
    def reason_f1(self) -> float:
        """Mean over the reasons of 2 · right / (labelled + found)."""
        return sum(2 * right / (labels + found) for right, labels, found in self.reasons.values()) / len(self.reasons)


def _accuracy(pairs: Counter[tuple[str, str]]) -> float:
    return sum(count for (label, found), count in pairs.items() if label == found) / pairs.total()


def measure(texts: list[Labelled]) -> Measured:
    """Read labelled texts by the rules of the methodology, without stars."""
    rules = Rules.of(check_methodology(METHODOLOGY, None))
    redacted = redact(pl.Series([each.text for each in texts]))
    found = classify(redacted, pl.Series([None] * len(texts), dtype=pl.Float64), rules)
    named = [frozenset((codes or "").split(";")) - {""} for codes in found["reasons"].to_list()]
    reasons = {
        reason: (
            sum(reason in one and reason in each.reasons for one, each in zip(named, texts, strict=True)),
            sum(reason in each.reasons for each in texts),
            sum(reason in one for one in named),
        )
        for reason in sorted({reason for each in texts for reason in each.reasons})
    }
    pairs = zip(texts, found["touchpoint"].to_list(), found["tone"].to_list(), strict=True)
    touchpoints, tones = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each, touchpoint, tone in pairs:
        touchpoints[each.touchpoint or NONE, touchpoint or NONE] += 1
        tones[each.tone, tone or NONE] += 1
    return Measured(len(texts), touchpoints, tones, reasons)


def table(pairs: Counter[tuple[str, str]]) -> str:
    """Confusions as a table of Markdown: a row for each label, its texts, those found right, and what else was found."""
    lines = ["| Label | Texts | Right | Found instead |", "|---|---|---|---|"]
    for label in sorted({label for label, _ in pairs}):
        row = Counter({found: count for (one, found), count in pairs.items() if one == label})
        wrong = [f"{found} {count}" for found, count in row.most_common() if found != label]
        lines.append(f"| {label} | {row.total()} | {row[label]} | {', '.join(wrong) or NONE} |")
    return "\n".join(lines)


def main() -> None:
    """Print the figures of all texts, and the tables of those that are held back."""
    parts = {
        "plain": plain(),
        "typical, open": labelled("open", "typical"),
        "typical, held back": labelled("held_back", "typical"),
        "typical, of a new writer": unseen(),
        "open": labelled("open"),
        "held back": labelled("held_back"),
    }
    measured = {part: measure(texts) for part, texts in parts.items()}
    for part, found in measured.items():
        share, right = found.named_touchpoints
        print(
            f"{part}: {found.texts} texts; touchpoint {found.touchpoint_accuracy:.3f} "
            f"(named in {share:.0%}, right in {right:.0%} of these); tone {found.tone_accuracy:.3f}; "
            f"reasons, macro F1 {found.reason_f1:.3f}"
        )
    for part in ("typical, held back", "held back"):
        found = measured[part]
        print(f"\n{part}\n", table(found.touchpoints), table(found.tones), sep="\n\n")
        print("\n| Reason | Labelled | Found | Right |\n|---|---|---|---|")
        for reason, (right, labels, named) in found.reasons.items():
            print(f"| {reason} | {labels} | {named} | {right} |")


if __name__ == "__main__":
    main()
