"""The tone of a text: praise and blame that its phrases hold, and what its single words say by the labelled texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ingestion.methodology.text_rules import ToneLearnt, ToneWords

TONES = ("positive", "negative", "neutral", "unknown")
EVIDENCE = ("always", "praise", "blame", "asks", "both", "irony")
_SHOUTING = r"^[^\p{Ll}]*\p{Lu}{3,}[^\p{Ll}]*(?:\p{Ll}{1,3}[^\p{Ll}]*)?$"  # a slip in small letters does not matter
_MOST_OF_REASONS = 5  # many words of one reason do not make it worse
_MOST = 6  # of praise and of blame: what is plain does not become plainer
_DENIED_BLAME = 1.0  # «не грубили» is praise
_WORDS_TOLD = 3  # of those that were learnt
_LEAST_TOLD = 30  # points by which a word that is told leads
_POINT = 0.01


@dataclass(frozen=True)
class ToneRules:
    """What the methodology says of tone.

    Attributes:
        signs: small pictures by what they say, with their weight.
        evidence_points: by tone the points of each column of :data:`EVIDENCE`.
        words: ``lemma``, and its points for each tone.
    """

    signs: dict[str, dict[str, int]]
    evidence_points: dict[str, dict[str, int]]
    words: pl.DataFrame

    @classmethod
    def of(cls, words: ToneWords, learnt: ToneLearnt) -> ToneRules:
        """The rules of both files of the methodology."""
        rows = [(lemma, *(points.get(tone, 0) for tone in TONES)) for lemma, points in learnt.words.items()]
        return cls(
            {target: dict(signs) for target, signs in words.signs.items()},
            {tone: {name: points.get(tone, 0) for name, points in learnt.evidence.items()} for tone in TONES},  # type: ignore[call-overload]
            pl.DataFrame(rows, {"lemma": pl.String, **dict.fromkeys(TONES, pl.Int64)}, orient="row"),
        )

    def evidence(
        self, frame: pl.DataFrame, found: pl.DataFrame, reasons: pl.DataFrame, limits: dict[str, float]
    ) -> pl.DataFrame:
        """What speaks for a tone.

        Args:
            frame: ``row``, ``text``, ``language``.
            found: phrases of tone, as they are found in texts.
            reasons: ``row``, ``weight`` of the reasons of texts: who has a reason blames.
            limits: ``text_…`` of the parameters.

        Returns:
            ``row``, :data:`EVIDENCE`, ``said`` (the words that praise and blame) of each text in Russian.
        """
        found = pl.concat([found.drop("rule"), self._signs(frame)]).with_columns(_turned(), _weighed())
        targets = ("positive", "negative", "irony", "asks", "contrast")
        sums = found.group_by("row").agg(
            *(pl.col("weight").filter(pl.col("target") == target).sum().alias(target) for target in targets),
            said=pl.col("said")
            .filter(pl.col("target").is_in(["positive", "negative", "irony"]))
            .unique(maintain_order=True),
        )
        blamed = reasons.group_by("row").agg(blamed=pl.col("weight").max().clip(upper_bound=_MOST_OF_REASONS))
        frame = frame.filter(pl.col("language") == "ru").select("row", "text")
        frame = frame.join(sums, on="row", how="left").join(blamed, on="row", how="left")
        frame = frame.with_columns(pl.col(*targets, "blamed").fill_null(0.0))
        shouting = pl.when(pl.col("text").str.contains(_SHOUTING)).then(limits["text_tone_shouting"]).otherwise(0.0)
        frame = frame.with_columns(negative=pl.col("negative") + pl.col("blamed") + shouting)
        enough = pl.min_horizontal("positive", "negative") >= limits["text_tone_both"]
        return frame.select(
            "row",
            always=pl.lit(1.0),
            praise=pl.col("positive").clip(upper_bound=_MOST),
            blame=pl.col("negative").clip(upper_bound=_MOST),
            asks=((pl.col("asks") > 0) | pl.col("text").str.contains("?", literal=True)).cast(pl.Float64),
            both=((pl.col("contrast") > 0) & enough).cast(pl.Float64),
            irony=(pl.col("irony") > 0).cast(pl.Float64),
            said=pl.col("said").fill_null([]),
        )

    def labels(self, evidence: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
        """``row, tone, tone_confidence, tone_words``: the tone that the evidence and the words make likeliest.

        Irony is left as unknown rather than guessed. Points are whole numbers, so that their sum is the same each time.

        Args:
            evidence: see :meth:`evidence`.
            words: ``row``, ``at``, ``word``, ``lemma`` of the texts.
        """
        learnt = words.unique(["row", "lemma"], keep="first", maintain_order=True).join(self.words, on="lemma")
        sums = learnt.group_by("row").agg(pl.col(*TONES).sum())
        frame = evidence.join(sums, on="row", how="left", maintain_order="left").with_columns(
            pl.col(*TONES).fill_null(0)
        )
        said = {
            tone: pl.sum_horizontal(pl.col(name) * part for name, part in parts.items())
            for tone, parts in self.evidence_points.items()
        }
        frame = frame.with_columns(((pl.col(tone) + points) * _POINT).alias(tone) for tone, points in said.items())
        likeliest = pl.coalesce(pl.when(pl.col(tone) == pl.max_horizontal(*TONES)).then(pl.lit(tone)) for tone in TONES)
        frame = frame.with_columns(tone=pl.when(pl.col("irony") > 0).then(pl.lit("unknown")).otherwise(likeliest))
        chances = pl.sum_horizontal((pl.col(tone) - _own()).exp() for tone in TONES)
        frame = frame.with_columns(tone_confidence=(1 / chances).round(4))
        told = frame.select("row", "tone", "said").join(_telling(learnt, frame), on="row", how="left")
        all_words = pl.col("said").list.concat(pl.col("learnt").fill_null([])).list.unique(maintain_order=True)
        told = told.select("row", tone_words=pl.lit("тон: ") + all_words.list.join(", ").replace("", None))
        return frame.select("row", "tone", "tone_confidence").join(told, on="row", how="left", maintain_order="left")

    def _signs(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Small pictures of texts in Russian, as phrases are found."""
        texts = frame.filter(pl.col("language") == "ru", pl.col("text").str.contains(r"[^\p{L}\p{N}\s.,!?]"))
        found = [
            texts.filter(pl.col("text").str.contains(sign, literal=True)).select(
                *("row", pl.lit("tone").alias("kind"), pl.lit(target).alias("target"), pl.lit(sign).alias("said")),
                weight=pl.lit(weight, pl.Int64),
                is_denied=pl.lit(value=False),
            )
            for target, signs in self.signs.items()
            for sign, weight in signs.items()
        ]
        return pl.concat(found)


def _turned() -> pl.Expr:
    """Denied praise is blame, denied blame is praise, denied irony is nothing."""
    turned = pl.col("target").replace({"positive": "negative", "negative": "positive", "irony": "none"})
    return pl.when("is_denied").then(turned).otherwise("target").alias("target")


def _weighed() -> pl.Expr:
    is_denied_blame = pl.col("is_denied") & (pl.col("target") == "negative")
    return pl.col("weight") * pl.when(is_denied_blame).then(_DENIED_BLAME).otherwise(1.0)


def _own() -> pl.Expr:
    """What is said for the tone that is named."""
    return pl.coalesce(pl.when(pl.col("tone") == tone).then(pl.col(tone)) for tone in TONES)


def _telling(points: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """``row, learnt``: the words that speak most for the tone of their text."""
    other = pl.max_horizontal(pl.when(pl.col("tone") != tone).then(pl.col(tone)) for tone in TONES)
    led = points.join(frame.select("row", "tone"), on="row").with_columns(lead=_own() - other)
    led = led.filter(pl.col("lead") >= _LEAST_TOLD).sort("row", "lead", "at", descending=[False, True, False])
    return led.group_by("row", maintain_order=True).head(_WORDS_TOLD).group_by("row").agg(learnt=pl.col("word"))
