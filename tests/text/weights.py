"""Fit the weights of touchpoints' words to the open labelled texts, and write them into the methodology.

A text scores for each touchpoint what its words weigh, and for none of them the least weight that names one. The
weights are those under which the labels are likeliest (a multinomial logit in which a word speaks for its own
touchpoint only), each drawn to the weight that it has, so that a word of few texts moves little. A word that says
nothing is taken out.

Run once after texts or words are added: ``.venv/bin/python -m tests.text.weights``. Fitted twice to the same texts,
weights follow them too closely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy import optimize, sparse

from ingestion.methodology.check import check_methodology
from ingestion.privacy import redact
from ingestion.text.classify import Rules, read
from tests.methodology.edited import METHODOLOGY
from tests.text.labelled import Labelled, labelled, plain
from tests.text.measure import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]

FILE = METHODOLOGY / "text_touchpoints.yml"
_DEVIATION = 1.0  # of a weight from the one that it has, before texts are seen
_MOST = 9  # the largest weight that the methodology allows


@dataclass(frozen=True)
class Told:
    """What texts say.

    Attributes:
        words: texts x words, 1 where a text holds a word.
        weights: of each word, as they are.
        touchpoints: of each word.
        reasons: texts x touchpoints, the weight that reasons add.
        labels: of each text its touchpoint, or the number of touchpoints for none.
        none: score of no touchpoint.
    """

    words: Any
    weights: Numbers
    touchpoints: Places
    reasons: Numbers
    labels: Places
    none: float


def fitted(told: Told) -> Numbers:
    """The likeliest weight of each word."""
    texts, touchpoints = told.reasons.shape
    words = np.arange(told.words.shape[1])
    speaks_for: Any = sparse.csr_array(
        (np.ones(len(words)), (words, told.touchpoints)), shape=(len(words), touchpoints)
    )
    place = np.arange(texts)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = (told.words * weights @ speaks_for).toarray() + told.reasons
        scores = np.column_stack([scores, np.full(texts, told.none)])
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        surprise = -np.log(chances[place, told.labels]).sum()
        away = weights - told.weights
        chances[place, told.labels] -= 1
        slope = (told.words.T @ chances)[words, told.touchpoints]
        return surprise + (away**2).sum() / (2 * _DEVIATION**2), slope + away / _DEVIATION**2

    bounds = [(-_MOST, _MOST)] * len(words)
    return optimize.minimize(loss, told.weights, jac=True, method="L-BFGS-B", bounds=bounds).x


def told_by(texts: list[Labelled], rules: Rules) -> tuple[Told, list[int]]:
    """What texts say, and the entry of the rules that each word is."""
    codes = sorted({target for kind, target, _, _ in rules.phrases.entries if kind == "touchpoint"})
    number = {code: place for place, code in enumerate(codes)}
    found = read(redact(pl.Series([each.text for each in texts])), rules).touchpoints
    said = found.filter(pl.col("rule").is_not_null())
    entries = said["rule"].unique().sort().to_list()
    column = {entry: place for place, entry in enumerate(entries)}
    words: Any = sparse.csr_array(
        (np.ones(len(said)), (said["row"].to_numpy(), [column[entry] for entry in said["rule"].to_list()])),
        shape=(len(texts), len(entries)),
    )
    reasons = np.zeros((len(texts), len(codes)))
    for row, target, weight in found.filter(pl.col("rule").is_null()).select("row", "target", "weight").rows():
        reasons[row, number[target]] += weight
    touchpoints = np.array([number[rules.phrases.entries[entry][1]] for entry in entries])
    labels = np.array([number.get(each.touchpoint or "", len(codes)) for each in texts])
    weights = np.array([rules.phrases.entries[entry][3] for entry in entries], dtype=float)
    return Told(words, weights, touchpoints, reasons, labels, rules.limits["text_touchpoint_weight"]), entries


def written(text: str, weights: dict[tuple[str, str], int]) -> str:
    """The file of the methodology with new weights, by touchpoint and phrase; what weighs nothing is left out."""
    lines: list[str] = []
    touchpoint = ""
    for line in text.splitlines():
        phrase = line.strip().rsplit(":", 1)[0]
        if line.startswith("  ") and not line.startswith("   "):
            touchpoint = phrase
        weight = weights.get((touchpoint, phrase)) if line.startswith("    ") else None
        if weight is None:
            lines.append(line)
        elif weight:
            lines.append(f"    {phrase}: {weight}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fit, write, and tell what it did to the texts that it was fitted to."""
    texts = [*labelled("open"), *labelled("open", "typical"), *plain()]
    rules = Rules.of(check_methodology(METHODOLOGY, None))
    before = measure(texts).touchpoint_accuracy
    told, entries = told_by(texts, rules)
    weights = {
        (rules.phrases.entries[entry][1], rules.phrases.entries[entry][2]): round(weight)
        for entry, weight in zip(entries, fitted(told), strict=True)
    }
    FILE.write_text(written(FILE.read_text(encoding="utf-8"), weights), encoding="utf-8")
    print(f"{len(weights)} words of {len(texts)} texts; right {before:.3f} -> {measure(texts).touchpoint_accuracy:.3f}")


if __name__ == "__main__":
    main()
