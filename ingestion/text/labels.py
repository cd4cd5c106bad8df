"""The text stage: what landed of a week is read, and its texts are labelled. Sources are not asked again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import ENTITIES, MOMENT, NUMBER, TEXT
from ingestion.extract import Context, Extract, sha256_of
from ingestion.landing import partition
from ingestion.methodology.check import check_methodology
from ingestion.text.classify import Rules, classify

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings

SOURCE = "text"
_OPEN_QUESTION = "comment"
_SCORES = ["satisfaction", "ces"]  # questions whose five labels tell the tone, the better one first
_FIVE = 5
_FILES = ("text_touchpoints.yml", "text_reasons.yml", "text_tone.yml", "text_tone_learnt.yml", "parameters.yml")
_FEEDBACK = pl.Schema({"record_id": TEXT, "origin": TEXT, "observed_at": MOMENT, "text": TEXT, "rating": NUMBER})


def extract(context: Context) -> Extract:
    """Label the texts of a week: book entries, letters, mentions, and what respondents of surveys wrote.

    Args:
        context: the week; its landed files are the input.

    Returns:
        One row of ``labels`` for each piece of feedback that has a text, under the id of the feedback.
    """
    extract = Extract()
    rules, version = rules_of(context.settings, context.region.region)
    extract.inputs["methodology"] = version
    frames = [_FEEDBACK.to_frame(), *(_landed(*each, context, extract) for each in _texts()), _survey(context, extract)]
    feedback = pl.concat(frame.select(list(_FEEDBACK)).cast(dict(_FEEDBACK)) for frame in frames)  # type: ignore[arg-type]
    feedback = feedback.filter(pl.col("text").is_not_null())
    labels = classify(feedback["text"], feedback["rating"], rules)
    extract.frames["labels"] = pl.concat([feedback.drop("text", "rating"), labels], how="horizontal").with_columns(
        rules_version=pl.lit(version[:8]), problem=pl.lit(None, TEXT), _week=pl.lit(context.week)
    )
    return extract


def _texts() -> list[tuple[str, str]]:
    """Landed entities whose rows are pieces of feedback with a text."""
    return [(entity.source, entity.name) for entity in ENTITIES if entity.name in ("entries", "letters", "mentions")]


def _landed(source: str, entity: str, context: Context, extract: Extract) -> pl.DataFrame:
    path = partition(context.settings.landing, source, entity, context.week)
    if not path.exists():
        return _FEEDBACK.to_frame()
    extract.inputs[f"{source}/{entity}"] = sha256_of(path)
    frame = pl.read_parquet(path)
    return frame if "rating" in frame.columns else frame.with_columns(rating=pl.lit(None, pl.Float64))


def _survey(context: Context, extract: Extract) -> pl.DataFrame:
    """What each respondent wrote, with the score that he gave."""
    path = partition(context.settings.landing, "survey", "answers", context.week)
    if not path.exists():
        return _FEEDBACK.to_frame()
    extract.inputs["survey/answers"] = sha256_of(path)
    answers = pl.read_parquet(path)
    written = answers.filter(question=_OPEN_QUESTION).select(
        "origin", "observed_at", record_id="response_id", text="answer_text"
    )
    scored = answers.filter(pl.col("question").is_in(_SCORES) & (pl.col("scale_points") == _FIVE))
    scored = scored.with_columns(
        place=pl.col("question").replace_strict(_SCORES, range(len(_SCORES)), return_dtype=pl.Int64)
    )
    scores = (
        scored.filter(pl.col("answer_position").is_not_null())
        .sort("place")
        .unique("response_id", keep="first", maintain_order=True)
        .select(record_id="response_id", rating=pl.col("answer_position").cast(pl.Float64))
    )
    return written.unique("record_id", keep="first", maintain_order=True).join(
        scores, on="record_id", how="left", maintain_order="left"
    )


def rules_of(settings: Settings, region: str) -> tuple[Rules, str]:
    """The compiled rules, and the hash of the files that they stand in."""
    folders = (settings.methodology, settings.methodology / "regions" / region)
    files = [folder / name for folder in folders for name in _FILES if (folder / name).is_file()]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return _compiled(settings.methodology, region, digest), digest


@lru_cache(maxsize=4)
def _compiled(methodology: Path, region: str, _digest: str) -> Rules:
    return Rules.of(check_methodology(methodology, region))
