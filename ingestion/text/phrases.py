"""Find phrases in many texts at once: words in any form and order, near each other or anywhere, and their denials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ingestion.words import look_up, meant

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = 3  # other words that may stand between the words of a phrase
EXACTLY = "="  # before a word that counts in this form only
ANYWHERE = "+"  # between words of a phrase that may stand anywhere in a text
_SENTENCE_END = r"[.!?…\n;]"
_CLAUSE_END = r"[,.!?…\n;:()]"
_DENIED_WORDS = 6  # after «не могу сказать, что»
_SHORTEST_PREFIX, _LONGEST_PREFIX = 2, 14
WORDS = pl.Schema(
    {
        "row": pl.UInt32,
        "at": pl.UInt32,
        "sentence": pl.Int64,
        "word": pl.String,
        "term": pl.UInt32,
        "is_denied": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Negation:
    """Words that turn others into their opposite.

    Attributes:
        negators: stand before: «не», «без».
        absences: stand before or after: «нет».
        intensifiers: may stand between: «не очень долго».
        denials: phrases that deny what follows: «не могу сказать».
    """

    negators: frozenset[str]
    absences: frozenset[str]
    intensifiers: frozenset[str]
    denials: tuple[str, ...]


@dataclass
class Phrases:
    """Phrases, each of a kind, a target and a weight, ready to be found.

    Args:
        entries: kind, target, phrase, weight.
        negation: what denies a word; a phrase that holds such a word itself is never denied.
    """

    entries: list[tuple[str, str, str, int]]
    negation: Negation
    _terms: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        denying = self.negation.negators | self.negation.absences
        self._denials = range(len(self.entries), len(self.entries) + len(self.negation.denials))
        slots: list[tuple[int, int, int]] = []
        rules: list[tuple[int, str, str, int, int, bool, bool]] = []
        every = [*self.entries, *(("", "", phrase, 0) for phrase in self.negation.denials)]
        for rule, (kind, target, phrase, weight) in enumerate(every):
            words = [part for part in phrase.split() if part != ANYWHERE]
            parts = sorted(words, key=lambda part: not denying.isdisjoint(part.split("|")))  # rarer words first
            holds_denying = any(not denying.isdisjoint(part.split("|")) for part in parts)
            rules.append((rule, kind, target, weight, len(parts), holds_denying, ANYWHERE in phrase))
            slots += [(rule, slot, self._term(word)) for slot, part in enumerate(parts) for word in part.split("|")]
        self._rules = pl.DataFrame(
            rules,
            schema={
                "rule": pl.UInt32,
                "kind": pl.String,
                "target": pl.String,
                "weight": pl.Int64,
                "size": pl.Int64,
                "holds_denying": pl.Boolean,
                "is_anywhere": pl.Boolean,
            },
            orient="row",
        )
        self._slots = pl.DataFrame(
            slots, schema={"rule": pl.UInt32, "slot": pl.Int64, "term": pl.UInt32}, orient="row"
        ).unique(maintain_order=True)
        self._prefixes = {term[:-1]: number for term, number in self._terms.items() if term.endswith("*")}

    def _term(self, word: str) -> int:
        plain = word.replace("ё", "е")
        term = plain if plain.endswith("*") or plain.startswith(EXACTLY) else look_up(plain).lemma
        return self._terms.setdefault(term, len(self._terms))

    def _terms_of(self, word: str) -> list[int]:
        """Numbers of the terms that a word in lower case is; what is mistyped is what was meant."""
        if word not in self._seen:
            entry = look_up(word)
            lemmas = set(entry.lemmas)
            if not entry.is_known and (other := meant(word)):
                lemmas |= set(look_up(other).lemmas)
            found = {self._terms[lemma] for lemma in lemmas if lemma in self._terms}
            plain = word.replace("ё", "е")
            found |= {self._terms[EXACTLY + plain]} if EXACTLY + plain in self._terms else set()
            begins = (plain[:end] for end in range(_SHORTEST_PREFIX, min(len(plain), _LONGEST_PREFIX) + 1))
            found |= {self._prefixes[begin] for begin in begins if begin in self._prefixes}
            self._seen[word] = sorted(found)
        return self._seen[word]

    def found_in(self, cut: pl.DataFrame) -> pl.DataFrame:
        """Phrases that texts hold.

        Args:
            cut: texts as :func:`ingestion.words.pieces` gives them.

        Returns:
            ``row``, ``kind``, ``target``, ``said`` (the words of the text), ``weight``, ``is_denied``, in
            order; a phrase counts once for a text, and as not denied where it is so at least once.
        """
        words = self._words(cut)
        hits = self._matches(words, self._rules.filter(pl.col("rule").is_in(list(self._denials))))
        words = _denied_after(words, hits)
        found = self._matches(words, self._rules.filter(~pl.col("rule").is_in(list(self._denials))))
        return (
            found.group_by("row", "rule")
            .agg(pl.col("is_denied").all(), pl.col("said").sort_by("is_denied", "at").first())
            .join(self._rules, on="rule")
            .with_columns(is_denied=pl.col("is_denied") & ~pl.col("holds_denying"))
            .sort("row", "rule")
            .select("row", "kind", "target", "said", "weight", "is_denied")
        )

    def _words(self, cut: pl.DataFrame) -> pl.DataFrame:
        """Words that are terms, with their place, their sentence, and whether a word beside denies them."""
        gap = pl.when(pl.col("row") == pl.col("row").shift(1)).then(pl.col("piece").shift(1)).fill_null("")
        words = cut.with_columns(gap=gap).filter("is_word").with_columns(word=pl.col("piece").str.to_lowercase())
        words = words.select(
            "row",
            "word",
            at=pl.int_range(pl.len(), dtype=pl.UInt32),
            sentence=pl.col("gap").str.contains(_SENTENCE_END).cast(pl.Int64).cum_sum(),
            clause=pl.col("gap").str.contains(_CLAUSE_END).cast(pl.Int64).cum_sum(),
        )
        distinct = words["word"].unique(maintain_order=True)
        terms = pl.DataFrame({"word": distinct, "term": [self._terms_of(word) for word in distinct.to_list()]})
        words = words.with_columns(is_denied=self._is_denied())
        return (
            words.join(terms.cast({"term": pl.List(pl.UInt32)}), on="word", how="left", maintain_order="left")
            .explode("term", empty_as_null=False)
            .select(*WORDS)
        )

    def _is_denied(self) -> pl.Expr:
        """«не долго», «не очень долго», «без очереди», «очереди нет», «нет никакой очереди»; within a clause."""
        word = pl.col("word").str.replace_all("ё", "е")
        is_negator, is_absence, is_intensifier = (
            word.is_in(list(words))
            for words in (self.negation.negators, self.negation.absences, self.negation.intensifiers)
        )

        def beside(condition: pl.Expr, steps: int) -> pl.Expr:
            same = (pl.col("row") == pl.col("row").shift(steps)) & (pl.col("clause") == pl.col("clause").shift(steps))
            return (same & condition.shift(steps)).fill_null(value=False)

        return (
            beside(is_negator | is_absence, 1)
            | (beside(is_negator | is_absence, 2) & beside(is_intensifier, 1))
            | beside(is_absence, -1)
            | (beside(is_absence, -2) & beside(is_intensifier, -1))
        )

    def _matches(self, words: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        """``row, rule, first, at`` (the last word), ``is_denied`` of every occurrence of every rule."""
        slots = self._slots.join(rules.select("rule", "size", "is_anywhere"), on="rule")
        seen = words.join(slots.filter(slot=0), on="term").select(
            *("row", "rule", "size", "is_anywhere", "sentence", "is_denied"), first="at", last="at", said="word"
        )
        found = [seen.filter(size=1)]
        is_one_sentence = pl.col("sentence") == pl.col("sentence_next")
        is_near = pl.col("high") - pl.col("low") < pl.col("size") + _BETWEEN
        for slot in range(1, int(slots["slot"].max() or 0) + 1):  # type: ignore[arg-type]
            wanted = seen.filter(pl.col("size") > slot).join(slots.filter(slot=slot).select("rule", "term"), on="rule")
            seen = (
                wanted.join(words, on=["row", "term"], suffix="_next")
                .with_columns(
                    low=pl.min_horizontal("first", "at"),
                    high=pl.max_horizontal("last", "at"),
                    is_denied=pl.col("is_denied") | pl.col("is_denied_next"),
                    said=pl.when(pl.col("at") > pl.col("last"))
                    .then(pl.col("said") + " " + pl.col("word"))
                    .otherwise(pl.col("word") + " " + pl.col("said")),
                )
                .filter(
                    (pl.col("at") != pl.col("first"))
                    & (pl.col("at") != pl.col("last"))
                    & (pl.col("is_anywhere") | (is_one_sentence & is_near))
                )
                .select("row", "rule", "size", "is_anywhere", "sentence", "is_denied", "said", first="low", last="high")
            )
            found.append(seen.filter(size=slot + 1))
        return pl.concat(found, how="diagonal").select("row", "rule", "first", "is_denied", "said", at="last")


def _denied_after(words: pl.DataFrame, denials: pl.DataFrame) -> pl.DataFrame:
    """Words that follow a denial are denied too; those of the denial itself say nothing else."""
    if denials.is_empty():
        return words
    following = _places(denials, pl.col("at") + 1, pl.col("at") + 1 + _DENIED_WORDS)
    saying = _places(denials, pl.col("first"), pl.col("at") + 1)
    return (
        words.join(saying, on=["row", "at"], how="anti", maintain_order="left")
        .join(following.with_columns(follows=pl.lit(value=True)), on=["row", "at"], how="left", maintain_order="left")
        .with_columns(is_denied=pl.col("is_denied") | pl.col("follows").fill_null(value=False))
        .select(*WORDS)
    )


def _places(hits: pl.DataFrame, start: pl.Expr, end: pl.Expr) -> pl.DataFrame:
    """``row, at`` of the words from a place to before another."""
    return hits.select("row", at=pl.int_ranges(start, end)).explode("at").cast({"at": pl.UInt32}).unique()


def entries_of(kind: str, words: dict[str, dict[str, int]]) -> Iterable[tuple[str, str, str, int]]:
    """Kind, target, phrase and weight of each entry of a file of the methodology; a weight of zero is none."""
    for target, phrases in words.items():
        yield from ((kind, target, phrase, weight) for phrase, weight in phrases.items() if weight)
