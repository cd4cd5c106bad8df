"""From the phrases that a text holds to its tone, its touchpoint and its reasons, each with its confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ingestion.text.phrases import Negation, Phrases, entries_of
from ingestion.text.tone import ToneRules
from ingestion.words import pieces

if TYPE_CHECKING:
    from ingestion.methodology.check import Methodology

# marks of redaction and addresses of pages say nothing, and part what stands around them
_MUTE = r"\[[А-ЯЁ ]+\]|(?i:https?://|www\.)[^\s<>\"'()]+"
LABELS = pl.Schema(
    {
        "language": pl.String,
        "tone": pl.String,
        "tone_confidence": pl.Float64,
        "tone_basis": pl.String,
        "touchpoint": pl.String,
        "touchpoint_confidence": pl.Float64,
        "reasons": pl.String,
        "reasons_confidence": pl.Float64,
        "decided_by": pl.String,
    }
)


@dataclass(frozen=True)
class Rules:
    """The words of the methodology, compiled, and its limits."""

    phrases: Phrases
    tone: ToneRules
    from_reasons: dict[str, str]
    stands_at: dict[str, list[str]]
    limits: dict[str, float]

    @classmethod
    def of(cls, methodology: Methodology) -> Rules:
        """Compile the text files of a methodology."""
        tone = methodology.text_tone
        negation = Negation(
            frozenset(tone.negators), frozenset(tone.absences), frozenset(tone.intensifiers), tuple(tone.denials)
        )
        tones = {
            "positive": tone.positive,
            "negative": tone.negative,
            "irony": tone.irony,
            "asks": dict.fromkeys(tone.asking, 1),
            "contrast": dict.fromkeys(tone.contrasts, 1),
        }
        return cls(
            Phrases(
                [
                    *entries_of("touchpoint", methodology.text_touchpoints.touchpoints),
                    *entries_of("reason", methodology.text_reasons.reasons),
                    *entries_of("tone", tones),
                ],
                negation,
            ),
            ToneRules.of(tone, methodology.text_tone_learnt),
            dict(methodology.text_touchpoints.from_reasons),
            dict(methodology.text_reasons.stands_at),
            {name: value for name, value in methodology.parameters.items() if name.startswith("text_")},
        )


@dataclass(frozen=True)
class Reading:
    """What speaks for the labels of texts.

    Attributes:
        frame: ``row``, ``text``, ``language``, and the touchpoint with its words.
        words: see :meth:`Phrases.words_of`, of texts in Russian.
        touchpoints: ``row``, ``target``, ``said``, ``weight``, and ``rule``, the place of the phrase among the entries
            of the rules; null where a reason tells the touchpoint.
        reasons: ``row``, ``target``, ``weight``, ``words`` of the reasons that texts name.
        tone: see :meth:`ToneRules.evidence`.
    """

    frame: pl.DataFrame
    words: pl.DataFrame
    touchpoints: pl.DataFrame
    reasons: pl.DataFrame
    tone: pl.DataFrame


def read(texts: pl.Series, rules: Rules) -> Reading:
    """Find what speaks for the labels of redacted texts, by the words and limits of the methodology."""
    texts = texts.str.replace_all(_MUTE, ", ")
    languages, words, found = _found(texts, rules)
    frame = pl.DataFrame({"text": texts}).with_row_index("row")
    frame = frame.join(languages, on="row", how="left", maintain_order="left")
    reasons = _reasons(found, rules)
    touchpoints = _touchpoints(found, reasons, rules)
    frame = _with_touchpoint(frame, touchpoints, rules.limits)
    reasons = _possible(reasons, frame, rules)
    tone = rules.tone.evidence(frame, found.filter(kind="tone"), reasons, rules.limits)
    return Reading(frame, words, touchpoints, reasons, tone)


def classify(texts: pl.Series, ratings: pl.Series, rules: Rules) -> pl.DataFrame:
    """Labels of texts, a row of :data:`LABELS` each.

    Args:
        texts: redacted texts; null has no labels.
        ratings: stars (1–5) that came with a text, else null: they tell the tone better than its words.
        rules: the words and limits of the methodology.
    """
    reading = read(texts, rules)
    frame = reading.frame.with_columns(rating=ratings.cast(pl.Float64))
    tones = rules.tone.labels(reading.tone, reading.words)
    frame = _rated(frame.join(tones, on="row", how="left", maintain_order="left"))
    complains = frame.filter(pl.col("tone") != "positive").select("row")
    frame = _with_reasons(frame, reading.reasons.join(complains, on="row", how="semi"), rules.limits)
    decided = pl.concat_str(["tone_words", "touchpoint_words", "reason_words"], separator="; ", ignore_nulls=True)
    return frame.with_columns(decided_by=decided.replace("", None)).select(*LABELS).cast(dict(LABELS))  # type: ignore[arg-type]


def _found(texts: pl.Series, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The language of each text; the words of those in Russian, and their phrases."""
    words = rules.phrases.words_of(pieces(texts))
    languages = _languages(words, rules.limits)
    words = words.join(languages.filter(language="ru"), on="row", how="semi", maintain_order="left")
    return languages, words, rules.phrases.found_in(words)


def _reasons(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    reasons = _sums(found.filter(pl.col("kind") == "reason", ~pl.col("is_denied")))
    return reasons.filter(pl.col("weight") >= rules.limits["text_reason_weight"])


def _touchpoints(found: pl.DataFrame, reasons: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """``row, target, said, weight, rule``: words of touchpoints, and what a reason tells beside them."""
    told = reasons.select(
        "row",
        target=pl.col("target").replace_strict(rules.from_reasons, default=None, return_dtype=pl.String),
        said="target",
        weight=pl.col("weight").clip(upper_bound=rules.limits["text_touchpoint_weight"]),
        rule=pl.lit(None, pl.UInt32),
    ).drop_nulls("target")
    return pl.concat([found.filter(kind="touchpoint").select(told.columns), told])


def _languages(words: pl.DataFrame, limits: dict[str, float]) -> pl.DataFrame:
    """``row, language``: ``ru``, ``other``, or none where there are no words."""
    share = words.group_by("row").agg(pl.col("is_known").mean())
    is_russian = pl.col("is_known") >= limits["text_russian_from"]
    return share.select("row", language=pl.when(is_russian).then(pl.lit("ru")).otherwise(pl.lit("other")))


def _sums(found: pl.DataFrame) -> pl.DataFrame:
    """``row, target, weight, words``: what the phrases of a target weigh together, the weightiest target first."""
    return (
        found.group_by("row", "target", maintain_order=True)
        .agg(pl.col("weight").sum(), words=pl.col("said").unique(maintain_order=True).str.join(", "))
        .sort("row", "weight", "target", descending=[False, True, False])
    )


def _rated(frame: pl.DataFrame) -> pl.DataFrame:
    """Stars tell the tone where there are any."""
    stars = pl.col("rating")
    by_stars = (
        pl.when(stars >= 4)
        .then(pl.lit("positive"))
        .when(stars <= 2)
        .then(pl.lit("negative"))
        .otherwise(pl.lit("neutral"))
    )
    is_rated = stars.is_not_null()
    return frame.with_columns(
        tone=pl.when(is_rated).then(by_stars).otherwise("tone"),
        tone_confidence=pl.when(is_rated).then(1.0).otherwise("tone_confidence"),
        tone_basis=pl.when(is_rated).then(pl.lit("rating")).when(pl.col("tone").is_not_null()).then(pl.lit("words")),
    )


def _possible(reasons: pl.DataFrame, frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Reasons that stand at the touchpoint of their text; at another one few words mean something else."""
    stands_at = pl.DataFrame(
        list(rules.stands_at.items()), {"target": pl.String, "places": pl.List(pl.String)}, orient="row"
    )
    is_plain = pl.col("weight") >= rules.limits["text_reason_elsewhere"]
    fits = pl.col("places").list.contains(pl.col("touchpoint"))  # null where the reason or the text has no place
    return (
        reasons.join(frame.select("row", "touchpoint"), on="row", how="left", maintain_order="left")
        .join(stands_at, on="target", how="left", maintain_order="left")
        .filter(pl.col("touchpoint").is_null() | fits.fill_null(value=True) | is_plain)
        .select(reasons.columns)
    )


def _with_reasons(frame: pl.DataFrame, reasons: pl.DataFrame, limits: dict[str, float]) -> pl.DataFrame:
    best = (
        reasons.group_by("row", maintain_order=True)
        .head(int(limits["text_reasons_most"]))
        .group_by("row", maintain_order=True)
        .agg(
            reasons=pl.col("target").sort().str.join(";"),
            reasons_confidence=(pl.col("weight") / (pl.col("weight") + limits["text_reason_weight"])).max(),
            reason_words=pl.lit("причины: ") + (pl.col("target") + " (" + pl.col("words") + ")").str.join(", "),
        )
    )
    return frame.join(best, on="row", how="left", maintain_order="left")


def _with_touchpoint(frame: pl.DataFrame, found: pl.DataFrame, limits: dict[str, float]) -> pl.DataFrame:
    """The weightiest touchpoint, where it weighs enough and leads enough."""
    sums = _sums(found)
    best = sums.group_by("row", maintain_order=True).agg(
        pl.col("target").first(),
        pl.col("words").first(),
        weight=pl.col("weight").first(),
        next_weight=pl.col("weight").slice(1, 1).first().fill_null(0),
    )
    enough = (pl.col("weight") >= limits["text_touchpoint_weight"]) & (
        pl.col("weight") - pl.col("next_weight") >= limits["text_touchpoint_lead"]
    )
    best = best.select(
        "row",
        touchpoint=pl.when(enough).then("target"),
        touchpoint_confidence=pl.col("weight") / (pl.col("weight") + pl.col("next_weight") + 1),
        touchpoint_words=pl.lit("точка: ") + pl.col("target") + " (" + pl.col("words") + ")",
    )
    return frame.join(best, on="row", how="left", maintain_order="left")
