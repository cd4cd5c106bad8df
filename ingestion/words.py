"""Russian words: a text as its pieces, and what the dictionary of forms says about each distinct word.

Every distinct word is looked up once a process; what is done with the answers is vectorised.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pymorphy3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymorphy3.tagset import OpencorporaTag

# a text is cut without a rest: words and what stands between them
_PIECE = r"\p{L}+(?:['’-]\p{L}+)*|[^\p{L}]+"
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SHORTEST_PART = 6  # letters: shorter words end others by chance
_LONGEST_WORD = 40  # letters: what is longer is no word, and is not studied
_SHORTEST_TYPO = 5  # letters: every shorter word is one letter away from another
MAX_STUDIED = 20_000  # unknown words of one call that are compared with known ones, at a millisecond each
_RARE = 0.1  # share of a reading
_CACHED = 500_000  # words, 300 bytes each
_CYRILLIC = frozenset(_LETTERS + "-")


class Word(NamedTuple):
    """What the dictionary says about a form, as shares of the weight of its readings (0…1).

    Attributes:
        lemma: normal form of the likeliest reading, with ``е`` for ``ё``.
        lemmas: normal forms of all readings that are not rare, the likeliest first.
        is_known: it stands in the dictionary; else its readings are guessed from its ending.
        given: readings as a given name.
        surname: readings as a surname.
        patronymic: readings as a patronymic, guessed ones too: their endings are unlike all others.
        guessed: readings as any name of a person, where they are guessed.
        toponym: readings as a place, an organisation or an abbreviation.
        adjective: readings as an adjective.
        verb: readings as a verb in the past or the third person, the form that tells what somebody did.
    """

    lemma: str
    lemmas: tuple[str, ...]
    is_known: bool
    given: float
    surname: float
    patronymic: float
    guessed: float
    toponym: float
    adjective: float
    verb: float


_SHARES = [name for name in Word._fields if name not in ("lemma", "lemmas", "is_known")]
WORDS = pl.Schema(
    {
        "word": pl.String,
        "lemma": pl.String,
        "lemmas": pl.List(pl.String),
        "is_known": pl.Boolean,
        **dict.fromkeys(_SHARES, pl.Float64),
    }
)


_TELLING = {  # grammemes of which a word may have one or another
    **{name: (name,) for name in ("Name", "Surn", "Patr", "ADJF")},
    "of a person": ("Name", "Surn", "Patr"),
    "of a thing": ("Geox", "Orgn", "Abbr"),
    "of an act": ("past", "3per"),
}


@cache
def _dictionary() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang="ru")


def is_known(word: str) -> bool:
    """Whether a form in lower case stands in the dictionary."""
    return _dictionary().word_is_known(word)


@lru_cache(maxsize=_CACHED)
def look_up(word: str) -> Word:
    """What the dictionary says about a word in lower case."""
    if len(word) > _LONGEST_WORD:
        return Word(word, (word,), False, *[0.0] * 7)
    readings = _dictionary().parse(word)
    weight = sum(reading.score for reading in readings) or 1.0
    shares = dict.fromkeys(_TELLING, 0.0)
    for reading in readings:
        for sign in _signs_of(reading.tag):
            shares[sign] += reading.score / weight
    forms = [reading.normal_form for reading in readings if reading.score >= _RARE * weight]
    lemmas = tuple(dict.fromkeys(form.replace("ё", "е") for form in forms)) or (word,)
    known = is_known(word)
    return Word(
        lemma=lemmas[0],
        lemmas=lemmas,
        is_known=known,
        given=shares["Name"] if known else 0.0,
        surname=shares["Surn"] if known else 0.0,
        patronymic=shares["Patr"],
        guessed=0.0 if known else shares["of a person"],
        toponym=shares["of a thing"],
        adjective=shares["ADJF"],
        verb=shares["of an act"] if known else 0.0,
    )


@cache
def _signs_of(tag: OpencorporaTag) -> frozenset[str]:
    """Which of :data:`_TELLING` a tag says; there are a few thousand tags, and asking each anew takes long."""
    return frozenset(name for name, grammemes in _TELLING.items() if not tag.grammemes.isdisjoint(grammemes))


def look_up_all(words: pl.Series) -> pl.DataFrame:
    """A row of :data:`WORDS` for each distinct word of a series in lower case."""
    distinct = words.drop_nulls().unique().to_list()
    columns = zip(*(look_up(word) for word in distinct), strict=True)
    return pl.DataFrame([distinct, *columns] if distinct else None, schema=WORDS)


@lru_cache(maxsize=_CACHED)
def meant(word: str) -> str | None:
    """A known word that is one letter away from an unknown one: what was mistyped; None where there is none."""
    if not _SHORTEST_TYPO <= len(word) <= _LONGEST_WORD // 2 or not _CYRILLIC.issuperset(word):
        return None
    return next((near for near in _one_letter_away(word) if near != word and is_known(near)), None)


def is_compound(word: str) -> bool:
    """Whether an unknown word ends with a known one that names nobody: «пуш-уведомление», «вебдизайна»."""
    ends = (word[place:] for place in range(2, len(word) - _SHORTEST_PART + 1) if word[place - 1] != "-")
    after = [word.rpartition("-")[2]] if "-" in word else []
    return any(_names_nothing(end) for end in [*after, *ends])


def _names_nothing(word: str) -> bool:
    if len(word) < _SHORTEST_PART or not is_known(word):
        return False
    known = look_up(word)
    return known.given + known.surname + known.patronymic == 0


def _one_letter_away(word: str) -> Iterator[str]:
    """Words that differ by one letter swapped, left out, changed or put in."""
    for place in range(len(word)):
        before, here, after = word[:place], word[place], word[place + 1 :]
        if after:
            yield before + after[0] + here + after[1:]
        if before:
            yield before + after
    for place in range(len(word)):
        before, rest = word[:place], word[place:]
        for letter in _LETTERS:
            yield before + letter + rest[1:]
            if before:
                yield before + letter + rest


def pieces(texts: pl.Series) -> pl.DataFrame:
    """Texts cut into words and what stands between them.

    Returns:
        ``row`` (place in the series), ``piece``, ``is_word``; the pieces of a row joined give its text.
    """
    cut = pl.DataFrame({"piece": texts.cast(pl.String).str.extract_all(_PIECE)}).with_row_index("row")
    return (
        cut.explode("piece", empty_as_null=False)
        .filter(pl.col("piece").is_not_null())
        .with_columns(is_word=pl.col("piece").str.contains(r"^\p{L}"))
    )
