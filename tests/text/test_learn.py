"""What is learnt from labelled texts is what they hold."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from scipy import sparse

from ingestion.methodology.check import check_methodology
from ingestion.text.classify import Rules
from ingestion.text.tone import TONES
from tests.methodology.edited import METHODOLOGY
from tests.text import learn, weights
from tests.text.labelled import labelled, plain


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.of(check_methodology(METHODOLOGY, None))


def test_points_of_the_methodology_are_what_the_labelled_texts_teach(rules: Rules) -> None:
    evidence, words = learn.points_of([*labelled("open"), *labelled("open", "typical"), *plain()], rules)
    written = yaml.safe_load(learn.FILE.read_text(encoding="utf-8"))
    known = {word for word, points in words.items() if max(map(abs, points.values())) > 12}  # not at the edge
    assert known <= set(written["words"])
    for ours, theirs in [
        *((evidence[name], written["evidence"][name]) for name in evidence),
        *((words[word], written["words"][word]) for word in known),
    ]:
        # where the search for the likeliest ends hangs on the machine: by one or two points, of hundreds
        assert all(abs(ours.get(tone, 0) - theirs.get(tone, 0)) <= 3 for tone in TONES)


def test_word_of_one_tone_speaks_for_it_and_a_word_of_all_for_none() -> None:
    said = sparse.csr_array(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]] * 20, dtype=float))
    labels = np.array([0, 0, 1, 1] * 20)
    logits = learn.learnt(said, np.ones(3), labels)
    assert logits[0].argmax() == 0
    assert logits[1].argmax() == 1
    assert logits[2, 0] == pytest.approx(logits[2, 1], abs=1e-3)


def test_weight_goes_where_the_labels_are_and_stays_without_them() -> None:
    words = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0]] * 20 + [[0, 0, 1]], dtype=float))
    told = weights.Told(
        words=words,
        weights=np.array([3.0, 3.0, 3.0]),
        touchpoints=np.array([0, 1, 1]),
        reasons=np.zeros((41, 2)),
        labels=np.array([0] * 40 + [1]),
        none=2.0,
    )
    first, second, third = weights.fitted(told)
    assert first > 3 > second
    assert third == pytest.approx(3, abs=0.5)


def test_weights_are_written_in_their_places_and_nothing_else_changes() -> None:
    text = "# head\ntouchpoints:\n  site:\n    сайт: 5\n    портал: 2 # why\n  hall:\n    сайт: 1\nfrom_reasons:\n  a: hall\n"
    assert weights.written(text, {("site", "сайт"): 4, ("hall", "сайт"): 0}) == text.replace(
        "сайт: 5", "сайт: 4"
    ).replace("    сайт: 1\n", "")


def test_every_word_of_the_texts_is_weighed_for_its_own_touchpoint(rules: Rules) -> None:
    told, entries = weights.told_by(labelled("open", "typical"), rules)
    assert told.words.shape == (len(labelled("open", "typical")), len(entries))
    codes = sorted({target for kind, target, _, _ in rules.phrases.entries if kind == "touchpoint"})
    assert [codes[place] for place in told.touchpoints] == [rules.phrases.entries[entry][1] for entry in entries]
