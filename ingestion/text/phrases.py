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
            parts = [part for part in phrase.split() if part != ANYWHERE]
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

    def words_of(self, cut: pl.DataFrame) -> pl.DataFrame:
        """The words of texts, and what is known of each.

        Args:
            cut: texts as :func:`ingestion.words.pieces` gives them.

        Returns:
            ``row``, ``at`` (place among all words), ``word`` in lower case, ``lemma``, ``sentence``, ``is_known``,
            ``terms``, ``is_denied`` (by a word beside it).
        """
        gap = pl.when(pl.col("row") == pl.col("row").shift(1)).then(pl.col("piece").shift(1)).fill_null("")
        words = cut.with_columns(gap=gap).filter("is_word")
        words = words.select(
            "row",
            word=pl.col("piece").str.to_lowercase(),
            at=pl.int_range(pl.len(), dtype=pl.UInt32),
            sentence=pl.col("gap").str.contains(_SENTENCE_END).cast(pl.Int64).cum_sum(),
            clause=pl.col("gap").str.contains(_CLAUSE_END).cast(pl.Int64).cum_sum(),
        )
        known = self._known(words["word"].unique(maintain_order=True))
        words = words.join(known, on="word", how="left", maintain_order="left").with_columns(is_denied=_is_denied())
        return words.select("row", "at", "word", "lemma", "sentence", "is_known", "terms", "is_denied")

    def _known(self, words: pl.Series) -> pl.DataFrame:
        """What is known of distinct words: asked once for each, not for each time that it is said."""
        plain = words.str.replace_all("ё", "е")
        sets = {
            "is_negator": self.negation.negators,
            "is_absence": self.negation.absences,
            "is_intensifier": self.negation.intensifiers,
        }
        return pl.DataFrame(
            {
                "word": words,
                "terms": pl.Series([self._terms_of(word) for word in words.to_list()], dtype=pl.List(pl.UInt32)),
                "lemma": pl.Series([look_up(word).lemma for word in words.to_list()], dtype=pl.String),
                "is_known": pl.Series([look_up(word).is_known for word in words.to_list()], dtype=pl.Boolean),
                **{name: plain.is_in(list(members)) for name, members in sets.items()},
            }
        )

    def found_in(self, words: pl.DataFrame) -> pl.DataFrame:
        """Phrases that texts hold.

        Args:
            words: see :meth:`words_of`.

        Returns:
            ``row``, ``rule`` (place among the entries), ``kind``, ``target``, ``said`` (the words of the text),
            ``weight``, ``is_denied``, in order; a phrase counts once for a text, and as not denied where it is so at
            least once.
        """
        terms = (
            words.select("row", "at", "sentence", "is_denied", term="terms")
            .explode("term", empty_as_null=False)
            .filter(pl.col("term").is_not_null())
        )
        hits = self._matches(terms, self._rules.filter(pl.col("rule").is_in(list(self._denials))))
        terms = _denied_after(terms, hits)
        found = self._matches(terms, self._rules.filter(~pl.col("rule").is_in(list(self._denials))))
        once = found.sort("row", "rule", "is_denied", "at").unique(["row", "rule"], keep="first", maintain_order=True)
        return (
            _said(once, words)
            .join(self._rules, on="rule", how="left", maintain_order="left")
            .select(
                "row",
                "rule",
                "kind",
                "target",
                "said",
                "weight",
                is_denied=pl.col("is_denied") & ~pl.col("holds_denying"),
            )
        )

    def _matches(self, words: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        """``row, rule, first, at`` (first and last word), ``said``, ``is_denied`` of every occurrence of every rule."""
        slots = self._rarest_first(words, rules)
        seen = words.join(slots.filter(slot=0), on="term").select(
            *("row", "rule", "size", "is_anywhere", "sentence", "is_denied"),
            first="at",
            last="at",
            places=pl.concat_list("at"),
        )
        found = [seen.filter(size=1)]
        is_one_sentence = pl.col("sentence") == pl.col("sentence_next")
        is_near = pl.col("high") - pl.col("low") < pl.col("size") + _BETWEEN
        for slot in range(1, int(slots["slot"].max() or 0) + 1):  # type: ignore[arg-type]
            wanted = seen.filter(pl.col("size") > slot).join(slots.filter(slot=slot).select("rule", "term"), on="rule")
            seen = (
                wanted.join(words, on=["row", "term"], suffix="_next")
                .with_columns(low=pl.min_horizontal("first", "at"), high=pl.max_horizontal("last", "at"))
                .filter(
                    ~pl.col("places").list.contains(pl.col("at"))
                    & (pl.col("is_anywhere") | (is_one_sentence & is_near))
                )
                .select(
                    *("row", "rule", "size", "is_anywhere", "sentence"),
                    is_denied=pl.col("is_denied") | pl.col("is_denied_next"),
                    first="low",
                    last="high",
                    places=pl.concat_list("places", "at"),
                )
            )
            found.append(seen.filter(size=slot + 1))
        return pl.concat(found, how="diagonal").select("row", "rule", "first", "is_denied", "places", at="last")

    def _rarest_first(self, words: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        """``rule, slot, term, size, is_anywhere``: slots in the order in which texts hold few of their words."""
        slots = self._slots.join(rules.select("rule", "size", "is_anywhere"), on="rule")
        times = slots.join(words.group_by("term").len(), on="term", how="left")
        order = times.group_by("rule", "slot").agg(pl.col("len").sum())
        order = order.with_columns(place=pl.struct("len", "slot").rank("ordinal").over("rule").cast(pl.Int64) - 1)
        return slots.join(order, on=["rule", "slot"]).select("rule", "term", "size", "is_anywhere", slot="place")


def _is_denied() -> pl.Expr:
    """«не долго», «не очень долго», «без очереди», «очереди нет», «нет никакой очереди»; within a clause."""

    def beside(condition: pl.Expr, steps: int) -> pl.Expr:
        same = (pl.col("row") == pl.col("row").shift(steps)) & (pl.col("clause") == pl.col("clause").shift(steps))
        return (same & condition.shift(steps)).fill_null(value=False)

    is_absence, is_intensifier = pl.col("is_absence"), pl.col("is_intensifier")
    denies = pl.col("is_negator") | is_absence
    return (
        beside(denies, 1)
        | (beside(denies, 2) & beside(is_intensifier, 1))
        | beside(is_absence, -1)
        | (beside(is_absence, -2) & beside(is_intensifier, -1))
    )


def _said(found: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """What each finding says: its words as they stand in the text."""

    def word(at: pl.Series) -> pl.Series:
        return words["word"].gather(words["at"].search_sorted(at))

    found = found.with_row_index("finding").with_columns(word=word(found["at"]))
    several = found.filter(pl.col("places").list.len() > 1).select("finding", at="places").explode("at")
    several = several.sort("finding", "at")
    joined = several.with_columns(word=word(several["at"])).group_by("finding", maintain_order=True)
    found = found.join(joined.agg(said=pl.col("word").str.join(" ")), on="finding", how="left", maintain_order="left")
    return found.with_columns(pl.coalesce("said", "word").alias("said"))


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
        .drop("follows")
    )


def _places(hits: pl.DataFrame, start: pl.Expr, end: pl.Expr) -> pl.DataFrame:
    """``row, at`` of the words from a place to before another."""
    return hits.select("row", at=pl.int_ranges(start, end)).explode("at").cast({"at": pl.UInt32}).unique()


def entries_of(kind: str, words: dict[str, dict[str, int]]) -> Iterable[tuple[str, str, str, int]]:
    """Kind, target, phrase and weight of each entry of a file of the methodology; a weight of zero is none."""
    for target, phrases in words.items():
        yield from ((kind, target, phrase, weight) for phrase, weight in phrases.items() if weight)
