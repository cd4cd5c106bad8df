"""Try a source: read a week of it as a load would, and keep nothing."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.extract import NotConfiguredError, SourceError
from ingestion.region import load_region
from ingestion.run import context_of, messages_of, read_source
from ingestion.sources.ais.check import missing_columns
from ingestion.text.classify import classify
from ingestion.text.labels import rules_of
from ingestion.weeks import monday

if TYPE_CHECKING:
    import polars as pl

    from ingestion.landing import Counts
    from ingestion.settings import Settings


@dataclass
class Trial:
    """What a load of the week would give.

    Attributes:
        status: ``loaded``, ``no_source`` or ``not_configured``.
        lines: what is wrong, one line each, in Russian; of the AIS, what stands in its tables too.
        inputs: files or pages that were read.
        counts: by entity.
        samples: by entity, the first rows as they would land: pseudonymised and redacted; ``decided_by`` says what the
            text stage would find in a text, and by which words.
        is_sound: nothing stops the week.
        has_register: the centres are known; without them no record has one.
    """

    source: str
    week: str
    status: str = "loaded"
    lines: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)
    samples: dict[str, pl.DataFrame] = field(default_factory=dict)
    is_sound: bool = True
    has_register: bool = True


def try_source(source: str, week: str, settings: Settings, rows: int = 0) -> Trial:
    """Read a week of a source without landing it.

    Args:
        source: code of the registry.
        week: ISO week.
        settings: home, region, key.
        rows: how many rows of each entity to keep as a sample.

    Raises:
        IngestionError: the region or the methodology is wrong, or there is no key of pseudonyms.
    """
    monday(week)
    context = context_of(week, settings, load_region(settings))
    trial = Trial(source, week, has_register=not context.register.is_empty())
    try:
        if source == "ais" and context.region.sources.ais is not None:
            found = missing_columns(context)
            trial.lines, trial.is_sound, trial.has_register = found.lines(), found.is_sound, True
        if trial.is_sound:
            with tempfile.TemporaryDirectory(prefix="cx-") as folder:
                settled = read_source(source, context, Path(folder))
                trial.inputs = sorted(settled.extract.inputs)
                trial.lines += messages_of(week, settled.extract, None, settled.quarantine)
                for entity, (landed, counts) in settled.entities.items():
                    trial.counts[entity] = counts
                    if rows and (first := list(islice(landed, 1))):
                        trial.samples[entity] = _with_labels(first[0].head(rows), settings, context.region.region)
    except SourceError as error:
        trial.status = "not_configured" if isinstance(error, NotConfiguredError) else "no_source"
        trial.is_sound = trial.status == "not_configured"
        trial.lines.append(" ".join(str(error).split()))
    return trial


def _with_labels(sample: pl.DataFrame, settings: Settings, region: str) -> pl.DataFrame:
    if "text" not in sample.columns:
        return sample
    rules, _ = rules_of(settings, region)
    stars = sample["rating"] if "rating" in sample.columns else sample["text"].clear(sample.height)
    return sample.with_columns(classify(sample["text"], stars, rules)["decided_by"])
