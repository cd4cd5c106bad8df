"""From the phrases that a text holds to its tone, its touchpoint and its reasons, each with its confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ingestion.text.phrases import Negation, Phrases, entries_of
from ingestion.words import pieces

if TYPE_CHECKING:
    from ingestion.methodology.check import Methodology

# marks of redaction and addresses of pages say nothing, and part what stands around them
_MUTE = r"\[[А-ЯЁ ]+\]|(?i:https?://|www\.)[^\s<>\"'()]+"
_SHOUTING = r"^[^\p{Ll}]*\p{Lu}{3,}[^\p{Ll}]*(?:\p{Ll}{1,3}[^\p{Ll}]*)?$"  # a slip in small letters does not matter
_MOST_BLAME = 5  # weight of reasons: many words of one reason do not make it worse
_DENIED_BLAME = 1.0  # «не грубили» is praise
_TONES = ("positive", "negative", "irony", "asks", "contrast")
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
    signs: dict[str, dict[str, int]]
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
            {target: dict(signs) for target, signs in tone.signs.items()},
            dict(methodology.text_touchpoints.from_reasons),
            dict(methodology.text_reasons.stands_at),
            {name: value for name, value in methodology.parameters.items() if name.startswith("text_")},
        )


def classify(texts: pl.Series, ratings: pl.Series, rules: Rules) -> pl.DataFrame:
    """Labels of texts, a row of :data:`LABELS` each.

    Args:
        texts: redacted texts; null has no labels.
        ratings: stars (1–5) that came with a text, else null: they tell the tone better than its words.
        rules: the words and limits of the methodology.
    """
    texts = texts.str.replace_all(_MUTE, ", ")
    frame = pl.DataFrame({"text": texts, "rating": ratings.cast(pl.Float64)}).with_row_index("row")
    words = rules.phrases.words_of(pieces(texts))
    languages = _languages(words, rules.limits)
    frame = frame.join(languages, on="row", how="left", maintain_order="left")
    russian = languages.filter(language="ru")
    found = rules.phrases.found_in(words.join(russian, on="row", how="semi", maintain_order="left"))
    reasons = _sums(found.filter(pl.col("kind") == "reason", ~pl.col("is_denied"))).filter(
        pl.col("weight") >= rules.limits["text_reason_weight"]
    )
    frame = _with_touchpoint(frame, found.filter(kind="touchpoint"), reasons, rules)
    reasons = _possible(reasons, frame, rules)
    frame = _with_tone(frame, pl.concat([found.filter(kind="tone"), _signs(frame, rules)]), reasons, rules.limits)
    complains = frame.filter(pl.col("tone") != "positive").select("row")
    frame = _with_reasons(frame, reasons.join(complains, on="row", how="semi"), rules.limits)
    decided = pl.concat_str(["tone_words", "touchpoint_words", "reason_words"], separator="; ", ignore_nulls=True)
    return frame.with_columns(decided_by=decided.replace("", None)).select(*LABELS).cast(dict(LABELS))  # type: ignore[arg-type]


def _languages(words: pl.DataFrame, limits: dict[str, float]) -> pl.DataFrame:
    """``row, language``: ``ru``, ``other``, or none where there are no words."""
    share = words.group_by("row").agg(pl.col("is_known").mean())
    is_russian = pl.col("is_known") >= limits["text_russian_from"]
    return share.select("row", language=pl.when(is_russian).then(pl.lit("ru")).otherwise(pl.lit("other")))


def _signs(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Small pictures of texts in Russian as what :meth:`Phrases.found_in` gives."""
    texts = frame.filter(pl.col("language") == "ru", pl.col("text").str.contains(r"[^\p{L}\p{N}\s.,!?]"))
    found = [
        texts.filter(pl.col("text").str.contains(sign, literal=True)).select(
            *("row", pl.lit("tone").alias("kind"), pl.lit(target).alias("target"), pl.lit(sign).alias("said")),
            weight=pl.lit(weight, pl.Int64),
            is_denied=pl.lit(value=False),
        )
        for target, signs in rules.signs.items()
        for sign, weight in signs.items()
    ]
    return pl.concat(found)


def _sums(found: pl.DataFrame) -> pl.DataFrame:
    """``row, target, weight, words``: what the phrases of a target weigh together, the weightiest target first."""
    return (
        found.group_by("row", "target", maintain_order=True)
        .agg(pl.col("weight").sum(), words=pl.col("said").unique(maintain_order=True).str.join(", "))
        .sort("row", "weight", "target", descending=[False, True, False])
    )


def _with_tone(
    frame: pl.DataFrame, found: pl.DataFrame, reasons: pl.DataFrame, limits: dict[str, float]
) -> pl.DataFrame:
    """Tone by the stars where there are any, else by praise and blame; irony, or both at once, is unknown."""
    turned = (
        pl.when("is_denied")
        .then(pl.col("target").replace({"positive": "negative", "negative": "positive", "irony": "none"}))
        .otherwise("target")
    )
    weight = pl.col("weight") * pl.when(pl.col("is_denied") & (pl.col("target") == "negative")).then(
        _DENIED_BLAME
    ).otherwise(1.0)
    sums = (
        found.with_columns(target=turned, weight=weight)
        .group_by("row")
        .agg(
            *(pl.col("weight").filter(pl.col("target") == tone).sum().alias(tone) for tone in _TONES),
            tone_words=pl.lit("тон: ")
            + pl.col("said")
            .filter(pl.col("target").is_in(["positive", "negative", "irony"]))
            .unique(maintain_order=True)
            .str.join(", "),
        )
    )
    blamed = reasons.group_by("row").agg(blame=pl.col("weight").max())
    frame = frame.join(sums, on="row", how="left", maintain_order="left").join(
        blamed, on="row", how="left", maintain_order="left"
    )
    frame = frame.with_columns(pl.col(*_TONES, "blame").fill_null(0.0))
    shouting = pl.col("text").str.contains(_SHOUTING).fill_null(value=False)
    frame = frame.with_columns(
        negative=pl.col("negative")
        + pl.col("blame").clip(upper_bound=_MOST_BLAME)
        + pl.when(shouting).then(limits["text_tone_shouting"]).otherwise(0.0)
    )
    good, bad, times = pl.col("positive"), pl.col("negative"), limits["text_tone_times"]
    asks = pl.col("text").str.contains("?", literal=True) | (pl.col("asks") > 0)
    is_both = (pl.col("contrast") > 0) & (good >= limits["text_tone_both"]) & (bad >= limits["text_tone_both"])
    least = pl.when(asks).then(limits["text_tone_question"]).otherwise(limits["text_tone_weight"])
    by_words = (
        pl.when((good < least) & (bad < least) & (pl.col("irony") == 0))
        .then(pl.lit("neutral"))
        .when((pl.col("irony") > 0) & (good + pl.col("irony") >= least))
        .then(pl.lit("unknown"))
        .when(is_both)
        .then(pl.lit("unknown"))
        .when(good >= bad * times)
        .then(pl.lit("positive"))
        .when(bad >= good * times)
        .then(pl.lit("negative"))
        .otherwise(pl.lit("unknown"))
    )
    stars = pl.col("rating")
    by_stars = (
        pl.when(stars >= 4)
        .then(pl.lit("positive"))
        .when(stars <= 2)
        .then(pl.lit("negative"))
        .otherwise(pl.lit("neutral"))
    )
    is_rated, is_read = stars.is_not_null(), pl.col("language") == "ru"
    most = pl.max_horizontal(good, bad)
    return frame.with_columns(
        tone=pl.when(is_rated).then(by_stars).when(is_read).then(by_words),
        tone_basis=pl.when(is_rated).then(pl.lit("rating")).when(is_read).then(pl.lit("words")),
        tone_confidence=pl.when(is_rated).then(1.0).when(is_read).then(most / (good + bad + pl.col("irony") + 2)),
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


def _with_touchpoint(frame: pl.DataFrame, found: pl.DataFrame, reasons: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The weightiest touchpoint, where it weighs enough and leads enough; what a reason tells is added to its words."""
    told = reasons.select(
        "row",
        target=pl.col("target").replace_strict(rules.from_reasons, default=None, return_dtype=pl.String),
        said="target",
        weight=pl.col("weight").clip(upper_bound=rules.limits["text_touchpoint_weight"]),
    ).drop_nulls("target")
    sums = _sums(pl.concat([found.select(told.columns), told]))
    best = sums.group_by("row", maintain_order=True).agg(
        pl.col("target").first(),
        pl.col("words").first(),
        weight=pl.col("weight").first(),
        next_weight=pl.col("weight").slice(1, 1).first().fill_null(0),
    )
    enough = (pl.col("weight") >= rules.limits["text_touchpoint_weight"]) & (
        pl.col("weight") - pl.col("next_weight") >= rules.limits["text_touchpoint_lead"]
    )
    best = best.select(
        "row",
        touchpoint=pl.when(enough).then("target"),
        touchpoint_confidence=pl.col("weight") / (pl.col("weight") + pl.col("next_weight") + 1),
        touchpoint_words=pl.lit("точка: ") + pl.col("target") + " (" + pl.col("words") + ")",
    )
    return frame.join(best, on="row", how="left", maintain_order="left")
