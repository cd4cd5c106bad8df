"""Learn what single words say for a tone from the open labelled texts, and write it into the methodology.

A text scores for each tone what its words and the evidence of its phrases give together; the points are those under
which the labels are likeliest (a multinomial logit), each drawn to zero, so that a word of few texts says little.

Run after texts or words of tone are added: ``.venv/bin/python -m tests.text.learn``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy import optimize, sparse

from ingestion.methodology.check import check_methodology
from ingestion.privacy import redact
from ingestion.text.classify import Rules, read
from ingestion.text.tone import EVIDENCE, TONES
from tests.methodology.edited import METHODOLOGY
from tests.text.labelled import Labelled, labelled, plain
from tests.text.measure import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FILE = METHODOLOGY / "text_tone_learnt.yml"
HEAD = """\
# What the signs and the single words of a text say for each tone, in hundredths of a logit: learnt by
# tests/text/learn.py from the labelled texts. A word of praise or blame with a weight of its own belongs into
# text_tone.yml; a region takes a word out by points of zero.
"""
_DRAWN_WORDS, _DRAWN_EVIDENCE = 10.0, 0.15  # how strongly points are drawn to zero
_FEWEST_TEXTS = 4  # that hold a word
_LEAST_POINTS = 10  # of a word that is kept


def learnt(features: Any, drawn: Numbers, labels: NDArray[np.int64]) -> Numbers:
    """The likeliest logits.

    Args:
        features: texts x features.
        drawn: of each feature how strongly it is drawn to zero.
        labels: of each text the place of its tone.

    Returns:
        Features x tones.
    """
    texts, count = features.shape
    place = np.arange(texts)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        logits = flat.reshape(count, len(TONES))
        scores = features @ logits
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        surprise = -np.log(chances[place, labels]).sum() + (drawn[:, None] * logits**2).sum() / 2
        chances[place, labels] -= 1
        return surprise, (features.T @ chances + drawn[:, None] * logits).ravel()

    start = np.zeros(count * len(TONES))
    return optimize.minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(count, len(TONES))


def points_of(texts: list[Labelled], rules: Rules) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Points of the evidence and of the words."""
    reading = read(redact(pl.Series([each.text for each in texts])), rules)
    evidence = reading.tone
    words = reading.words.filter(pl.col("row").is_in(evidence["row"].implode())).unique(["row", "lemma"])
    known = words.group_by("lemma").len().filter(pl.col("len") >= _FEWEST_TEXTS)["lemma"].sort().to_list()
    column = {lemma: place for place, lemma in enumerate(known)}
    line = {row: place for place, row in enumerate(evidence["row"].to_list())}
    held = [(line[row], column[lemma]) for row, lemma in words.select("row", "lemma").rows() if lemma in column]
    rows, columns = zip(*held, strict=True)
    shape = (len(line), len(known))
    features = sparse.csr_array(
        sparse.hstack(
            [evidence.select(EVIDENCE).to_numpy(), sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape)]
        )
    )
    drawn = np.array([_DRAWN_EVIDENCE] * len(EVIDENCE) + [_DRAWN_WORDS] * len(known))
    labels = np.array([TONES.index(texts[row].tone) for row in line])
    points = [
        {tone: value for tone, value in zip(TONES, map(round, 100 * logits), strict=True) if value}
        for logits in learnt(features, drawn, labels)
    ]
    said = dict(zip(known, points[len(EVIDENCE) :], strict=True))
    telling = {word: own for word, own in said.items() if max(map(abs, own.values()), default=0) >= _LEAST_POINTS}
    return dict(zip(EVIDENCE, points, strict=False)), telling


def main() -> None:
    """Learn, write, and tell what it did to the texts that it was learnt from."""
    texts = [*labelled("open"), *labelled("open", "typical"), *plain()]
    before = measure(texts).tone_accuracy
    evidence, words = points_of(texts, Rules.of(check_methodology(METHODOLOGY, None)))
    parts = [("evidence", evidence), ("words", words)]
    lines = [
        line
        for name, held in parts
        for line in (
            f"{name}:",
            *(
                f"  {key}: {{{', '.join(f'{tone}: {value}' for tone, value in own.items())}}}"
                for key, own in held.items()
            ),
        )
    ]
    FILE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(words)} words of {len(texts)} texts; right {before:.3f} -> {measure(texts).tone_accuracy:.3f}")


if __name__ == "__main__":
    main()
