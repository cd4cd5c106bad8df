"""Load one source for one week: extract, settle, write. Every failure of a source ends in a clear line."""

from __future__ import annotations

import errno
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import holidays
import polars as pl
from polars.exceptions import ColumnNotFoundError, PanicException, PolarsError

from ingestion.contract import ENTITIES, LOADS, QUARANTINE, TEXT, Entity
from ingestion.extract import Context, Extract, NotConfiguredError, SourceError
from ingestion.landing import (
    Counts,
    Quarantine,
    Replacement,
    load_id,
    partition,
    settle,
    write_landed,
    write_manifest,
    write_parquet,
)
from ingestion.methodology.check import check_methodology
from ingestion.methodology.surveys import check_survey
from ingestion.privacy import Pseudonyms, Public, redact_text
from ingestion.reference import reference_tables
from ingestion.region import Region, load_region
from ingestion.registry import EXTRACTORS
from ingestion.staging import Runs, staged, system_error, write_parts, writing
from ingestion.text.labels import SOURCE as TEXT_STAGE
from ingestion.weeks import monday, previous_week

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.settings import Settings

REGISTER = {"office_id": TEXT, "region": TEXT, "time_zone": TEXT, "phone": TEXT, "address": TEXT}
_WEEKS_BACK = 8  # a register that failed this week is still the one of the last weeks


@dataclass
class LoadResult:
    """What loading a source for a week gave.

    Attributes:
        status: ``loaded``, ``no_source`` or ``not_configured``.
        counts: by entity.
        messages: lines for people: what, where, what to do.
    """

    source: str
    week: str
    status: str = "loaded"
    counts: dict[str, Counts] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    @property
    def rows_landed(self) -> int:
        """Rows landed, all entities together."""
        return sum(counts.landed for counts in self.counts.values())


def land(source: str, week: str, settings: Settings) -> LoadResult:
    """Load a source for a week and replace what had landed for it.

    Args:
        source: code of the registry, or ``reference``.
        week: ISO week.
        settings: home, region, key.

    Returns:
        Status, counts and messages; a source that failed is ``no_source``, with empty files.

    Raises:
        IngestionError: the region or the methodology is wrong, or the home cannot be written: no source can mend that.
    """
    monday(week)
    region = load_region(settings)
    with writing(settings.home):
        if source == "reference":
            return _land_reference(week, settings, region)
        return _land_source(source, week, settings, region)


@dataclass
class Settled:
    """What a source gave, settled: by entity the rows that land, and the counts; and what is quarantined."""

    extract: Extract
    quarantine: Quarantine
    entities: dict[str, tuple[Runs, Counts]] = field(default_factory=dict)


def _land_source(source: str, week: str, settings: Settings, region: Region) -> LoadResult:
    context = context_of(week, settings, region)
    with staged(settings.landing / source / f".staged-{week}") as folder:
        try:
            settled = read_source(source, context, folder)
        except SourceError as error:
            status = "not_configured" if isinstance(error, NotConfiguredError) else "no_source"
            nothing = Settled(Extract(), Quarantine(folder))
            return _write(source, context, nothing, status, failure=" ".join(str(error).split()))
        return _write(source, context, settled, "loaded")


def context_of(week: str, settings: Settings, region: Region) -> Context:
    """What extractors know of a week of a region.

    Raises:
        IngestionError: real people and no key of pseudonyms.
    """
    register = _register(week, settings)
    return Context(
        week=week,
        settings=settings,
        region=region,
        pseudonyms=Pseudonyms.from_settings(settings, invented_people=region.invented_people),
        register=register,
        public=Public.of(register["phone"], register["address"]),
    )


def read_source(source: str, context: Context, folder: Path) -> Settled:
    """Extract and settle a source; nothing is written but runs of rows that may land.

    Args:
        source: code of the registry.
        context: the week.
        folder: for the runs, until they are read.

    Raises:
        SourceError: the source cannot be read, or is not configured.
    """
    return _settled(source, context, _extract(source, context), folder)


def _extract(source: str, context: Context) -> Extract:
    if source != TEXT_STAGE and getattr(context.region.sources, source) is None:
        raise NotConfiguredError("источник не настроен в описании региона; опишите его там")
    with _last_net():
        return EXTRACTORS[source](context)


def _settled(source: str, context: Context, extract: Extract, folder: Path) -> Settled:
    settled = Settled(extract, Quarantine(folder))
    settled.quarantine.add(_broken_rows(source, extract))
    with _last_net(), extract.resources:
        for entity in ENTITIES:
            if entity.source == source and entity.name in extract.frames:
                frames = extract.frames.pop(entity.name)
                settled.entities[entity.name] = settle(frames, entity, context, extract, settled.quarantine, folder)
    return settled


@contextmanager
def _last_net() -> Iterator[None]:
    """What no reader foresaw in its input fails the source, not the run. Errors of our own code are not caught."""
    try:
        yield
    except ColumnNotFoundError:  # columns that a source may lack are checked by its reader
        raise
    except (PolarsError, PanicException, UnicodeError, RecursionError, OSError) as error:
        if system_error(error) == errno.ENOSPC:  # the source is not to blame, and what it gave before stays
            raise
        kind = type(error).__name__
        raise SourceError(f"данные не читаются ({kind}); выгрузите их заново или сообщите разработчикам") from error


def _register(week: str, settings: Settings) -> pl.DataFrame:
    """Centres as they landed this week, or in the last week that has them."""
    for _ in range(_WEEKS_BACK):
        path = partition(settings.landing, "ais", "offices", week)
        if path.exists():
            register = pl.read_parquet(path, columns=list(REGISTER))
            if register.height:
                return register
        week = previous_week(week)
    return pl.DataFrame(schema=REGISTER)


def _land_reference(week: str, settings: Settings, region: Region) -> LoadResult:
    result = LoadResult("reference", week)
    registry = check_methodology(settings.methodology, region.region).questionnaires
    check_survey(settings.region, region.sources.survey, registry)  # else answers that no metric knows would be lost
    tables = reference_tables(settings.methodology, region.region, week)
    for name, table in tables.items():
        write_parquet(table, partition(settings.landing, "reference", name, week))
        result.counts[name] = Counts(landed=table.height)
    guessed = tables["calendar_days"].filter(~pl.col("is_official")).select("calendar", pl.col("day").dt.year())
    result.messages = [
        f"{week}: календарь {calendar}: {year} год не опубликован, дни взяты по статье 112 ТК РФ; "
        f"внесите их в methodology/calendars/{calendar}.yml"
        for calendar, year in guessed.unique(maintain_order=True).rows()
    ]
    own = settings.methodology / "regions"
    files = [path for path in settings.methodology.rglob("*.yml") if own not in path.parents]
    files = sorted([*files, *(own / region.region).rglob("*.yml")])
    inputs = {
        path.relative_to(settings.methodology).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    # the federal calendar of a year changes with the library
    inputs["holidays"] = hashlib.sha256(holidays.__version__.encode()).hexdigest()
    content = {"source": "reference", "week": week, "status": "loaded", "inputs": inputs}
    with Replacement() as files:
        write_manifest(files, settings.landing, "reference", week, content)
    return result


def _write(source: str, context: Context, settled: Settled, status: str, failure: str | None = None) -> LoadResult:
    """Write landing, quarantine, loads and manifest of a source's week."""
    week, settings, extract = context.week, context.settings, settled.extract
    result = LoadResult(source, week, status)
    load = load_id(source, context, extract)
    loads: list[tuple[object, ...]] = []
    with Replacement() as files:
        for entity in (entity for entity in ENTITIES if entity.source == source):
            nothing = (Runs(settings.landing, entity.name), Counts())
            landed, counts = settled.entities.get(entity.name, nothing)
            counts.quarantined += sum(broken.entity == entity.name for broken in extract.broken)
            write_landed(landed, entity, load, files.open(partition(settings.landing, source, entity.name, week)))
            result.counts[entity.name] = counts
            loads += _load_rows(source, entity, counts, extract, (status, failure))
        refused = files.open(settings.quarantine / source / f"week={week}" / "data.parquet")
        write_parts(settled.quarantine.rows, QUARANTINE, refused)
        table = pl.DataFrame(loads, schema=LOADS, orient="row")
        write_parts([table], LOADS, files.open(partition(settings.landing, source, "loads", week)))
        by_reason = settled.quarantine.summary("entity", "reason").sort("entity", "reason")
        result.quarantined = {f"{entity}: {reason}": count for entity, reason, count, _ in by_reason.rows()}
        result.messages = messages_of(week, extract, failure, settled.quarantine)
        write_manifest(files, settings.landing, source, week, _manifest(result, load, extract))
    return result


def _manifest(result: LoadResult, load: str, extract: Extract) -> dict[str, object]:
    return {
        "source": result.source,
        "week": result.week,
        "status": result.status,
        "load_id": load,
        "inputs": extract.inputs,
        "rows": {
            name: {"read": c.read, "landed": c.landed, "quarantined": c.quarantined, "other_week": c.other_week}
            for name, c in result.counts.items()
        },
        "quarantined": result.quarantined,
        "messages": result.messages,
    }


def _broken_rows(source: str, extract: Extract) -> pl.DataFrame:
    rows = [
        (source, b.entity, b.reason, b.message, b.origin, b.office_id, redact_text(b.raw) if b.raw else None)
        for b in extract.broken
    ]
    return pl.DataFrame(rows, schema=QUARANTINE, orient="row")


def _load_rows(
    source: str, entity: Entity, counts: Counts, extract: Extract, outcome: tuple[str, str | None]
) -> list[tuple[object, ...]]:
    """One row of loads; where each centre delivers its own file, one per centre as well."""
    rows = [_load_row(source, entity, None, counts, outcome)]
    for office in sorted({*(extract.delivered_offices or ()), *extract.failed_offices}):
        failure = extract.failed_offices.get(office)
        delivered = counts.by_delivery.get(office, Counts())
        rows.append(_load_row(source, entity, office, delivered, ("no_source" if failure else "loaded", failure)))
    return rows


def _load_row(
    source: str, entity: Entity, office: str | None, counts: Counts, outcome: tuple[str, str | None]
) -> tuple[object, ...]:
    status, message = outcome
    numbers = (counts.read, counts.landed, counts.quarantined, counts.other_week)
    return (source, entity.name, office, status, *numbers, message)


def messages_of(week: str, extract: Extract, failure: str | None, quarantine: Quarantine) -> list[str]:
    """Lines for people: why the source failed, which centres are missing, what is quarantined and why."""
    lines = [f"{week}: {failure}"] if failure else []
    lines += [f"{week}: {message}" for message in extract.failed_offices.values()]
    grouped = quarantine.summary("reason", "message")
    lines += [
        f"{week}: {count} в карантине — {message} (первая: {origin})" for _, message, count, origin in grouped.rows()
    ]
    return [" ".join(line.split()) for line in lines]  # an id of a source may hold a line break
