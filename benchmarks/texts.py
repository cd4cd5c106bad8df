"""The text stage (redaction, then tone, touchpoint and reasons) on texts of 300 characters.

Texts are cut from the labelled ones of the tests in ever new order, with rare words of the dictionary among them, as a
real week has them: each word is looked up once, so a new word costs more than a text. The floor is what nobody can do
without: cutting the texts into words and counting each word, in polars.
"""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from pymorphy3 import MorphAnalyzer

from ingestion.privacy import redact
from ingestion.settings import Settings
from ingestion.text.classify import classify
from ingestion.text.labels import rules_of

if TYPE_CHECKING:
    from rich.console import Console

LEAST_A_SECOND = 3_000
_LABELLED = Path(__file__).parents[1] / "tests" / "text" / "labelled.csv"
_TEXTS, _SIZE, _RARE_WORDS, _RARE_SHARE = 30_000, 300, 20_000, 0.03


def texts() -> pl.Series:
    """Texts of a week, the same in every run."""
    chance = random.Random(46)  # noqa: S311
    with _LABELLED.open(encoding="utf-8", newline="") as file:
        sentences = [row["text"].replace("\n", " ") for row in csv.DictReader(file)]
    forms = [word for word, *_ in MorphAnalyzer(lang="ru").dictionary.iter_known_words()]
    rare = chance.sample(forms, _RARE_WORDS)
    found = []
    for _ in range(_TEXTS):
        text = ""
        while len(text) < _SIZE:
            words = chance.choice(sentences).split()
            text += " ".join(chance.choice(rare) if chance.random() < _RARE_SHARE else word for word in words) + " "
        found.append(text[: text.rindex(" ", 0, _SIZE)])
    return pl.Series(found)


def measure(console: Console) -> bool:
    """Read the texts in this process, the dictionary not yet loaded, and print the speed.

    Returns:
        Whether it is as fast as it must be.
    """
    given = texts()
    started = time.perf_counter()
    counted = given.str.to_lowercase().str.extract_all(r"\p{L}+").explode().value_counts()
    floor = time.perf_counter() - started
    started = time.perf_counter()
    redacted = redact(given)
    redaction = time.perf_counter() - started
    rules, _ = rules_of(Settings(), "demo")
    labels = classify(redacted, pl.Series([None] * given.len(), dtype=pl.Float64), rules)
    seconds = time.perf_counter() - started
    speed = given.len() / seconds
    console.print(
        f"Texts: {given.len():,} of {_SIZE} characters, {counted.height:,} words; {seconds:.1f} s "
        f"(redaction {redaction:.1f}), {speed:,.0f} a second (at least {LEAST_A_SECOND:,}); to the floor "
        f"{seconds / floor:.0f}; touchpoint named in {labels['touchpoint'].count() / given.len():.0%}"
    )
    return speed >= LEAST_A_SECOND
