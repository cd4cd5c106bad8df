"""The labelled texts are enough of each kind to measure by, and their labels are codes that exist."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.text.labelled import Labelled, labelled, unseen

DICTIONARIES = yaml.safe_load(Path("methodology/dictionaries.yml").read_text(encoding="utf-8"))
PARTS = {"open": labelled("open"), "held_back": labelled("held_back")}
TYPICAL = labelled("open", "typical") + labelled("held_back", "typical") + unseen()
ALL = PARTS["open"] + PARTS["held_back"]


def test_there_are_enough_texts():
    assert len(ALL) >= 300


def test_labels_are_codes():
    assert {row.touchpoint for row in ALL + TYPICAL} - {None} <= set(DICTIONARIES["touchpoints"])
    assert {reason for row in ALL + TYPICAL for reason in row.reasons} <= set(DICTIONARIES["reasons"])
    assert {row.tone for row in ALL} == {"negative", "positive", "neutral", "unknown"}
    assert {row.source for row in ALL} == {"complaints_book", "review", "social", "email", "survey", "chat"}


def test_a_text_has_at_most_three_reasons():
    assert [row.text for row in ALL if len(row.reasons) > 3] == []


def test_no_text_is_repeated_or_empty():
    texts = Counter(" ".join(row.text.casefold().split()) for row in ALL + TYPICAL)
    assert [text for text, times in texts.items() if times > 1 or not text] == []


@pytest.mark.parametrize("rows", PARTS.values(), ids=PARTS.keys())
def test_each_code_occurs_in_each_part(rows: list[Labelled]):
    assert {row.touchpoint for row in rows} == {None, *DICTIONARIES["touchpoints"]}
    assert {reason for row in rows for reason in row.reasons} == set(DICTIONARIES["reasons"])
    assert {row.tone for row in rows} == {row.tone for row in ALL}


def test_a_third_is_held_back():
    assert 0.28 <= len(PARTS["held_back"]) / len(ALL) <= 0.39
