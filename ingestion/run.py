"""Load one source for one week: extract, settle, write. Every failure of a source ends in a clear line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import ENTITIES, LOADS, QUARANTINE, TEXT, Entity
from ingestion.extract import Context, Extract, SourceError
from ingestion.landing import Counts, load_id, partition, quarantine_rows, settle, write_manifest, write_parquet
from ingestion.privacy import Pseudonyms, redact_text
from ingestion.reference import reference_tables
from ingestion.region import Region, load_region
from ingestion.registry import EXTRACTORS
from ingestion.weeks import monday, previous_week

if TYPE_CHECKING:
    from ingestion.settings import Settings

REGISTER = {"office_id": TEXT, "region": TEXT, "time_zone": TEXT}
_WEEKS_BACK = 8  # a register that failed this week is still the one of the last weeks


@dataclass
class LoadResult:
    """What loading a source for a week gave.

    Attributes:
        status: ``loaded`` or ``no_source``.
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
        IngestionError: the region or the methodology is wrong, which no source can mend.
    """
    monday(week)
    region = load_region(settings)
    if source == "reference":
        return _land_reference(week, settings)
    context = Context(
        week=week,
        settings=settings,
        region=region,
        pseudonyms=Pseudonyms.from_settings(settings, invented_people=region.invented_people),
        register=_register(week, settings),
    )
    try:
        extract = _extract(source, context, region)
        result = _write(source, context, extract)
    except SourceError as error:
        extract = Extract()
        result = _write(source, context, extract, failure=str(error))
    return result


def _extract(source: str, context: Context, region: Region) -> Extract:
    if getattr(region.sources, source) is None:
        raise SourceError("источник не настроен в описании региона")
    return EXTRACTORS[source](context)


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


def _land_reference(week: str, settings: Settings) -> LoadResult:
    result = LoadResult("reference", week)
    tables = reference_tables(settings.methodology)
    for name, table in tables.items():
        write_parquet(table, partition(settings.landing, "reference", name, week))
        result.counts[name] = Counts(landed=table.height)
    inputs = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(settings.methodology.glob("*.yml"))
    }
    content = {"source": "reference", "week": week, "status": "loaded", "inputs": inputs}
    write_manifest(settings.landing, "reference", week, content)
    return result


def _write(source: str, context: Context, extract: Extract, failure: str | None = None) -> LoadResult:
    """Write landing, quarantine, loads and manifest of a source's week."""
    week, settings = context.week, context.settings
    result = LoadResult(source, week, status="no_source" if failure else "loaded")
    load = load_id(source, context, extract)
    wrong = [_broken_rows(source, extract)]
    loads: list[tuple[object, ...]] = []
    for entity in (entity for entity in ENTITIES if entity.source == source):
        frame = extract.frames.get(entity.name)
        counts = Counts()
        if frame is None:
            landed = pl.DataFrame(schema=entity.schema)
        else:
            landed, refused, counts = settle(frame, entity, context, extract, load)
            wrong.append(quarantine_rows(source, entity.name, refused))
        counts.quarantined += sum(broken.entity == entity.name for broken in extract.broken)
        write_parquet(landed, partition(settings.landing, source, entity.name, week))
        result.counts[entity.name] = counts
        loads += _load_rows(source, entity, counts, extract, failure, landed)
    quarantine = pl.concat(wrong)
    write_parquet(quarantine, settings.quarantine / source / f"week={week}" / "data.parquet")
    write_parquet(pl.DataFrame(loads, schema=LOADS, orient="row"), partition(settings.landing, source, "loads", week))
    by_reason = quarantine.group_by("entity", "reason").len().sort("entity", "reason")
    result.quarantined = {f"{entity}: {reason}": count for entity, reason, count in by_reason.rows()}
    result.messages = _messages(week, extract, failure, quarantine)
    write_manifest(
        settings.landing,
        source,
        week,
        {
            "source": source,
            "week": week,
            "status": result.status,
            "load_id": load,
            "inputs": extract.inputs,
            "rows": {
                name: {"read": c.read, "landed": c.landed, "quarantined": c.quarantined, "other_week": c.other_week}
                for name, c in result.counts.items()
            },
            "quarantined": result.quarantined,
            "messages": result.messages,
        },
    )
    return result


def _broken_rows(source: str, extract: Extract) -> pl.DataFrame:
    rows = [
        (source, b.entity, b.reason, b.message, b.origin, b.office_id, redact_text(b.raw) if b.raw else None)
        for b in extract.broken
    ]
    return pl.DataFrame(rows, schema=QUARANTINE, orient="row")


def _load_rows(
    source: str, entity: Entity, counts: Counts, extract: Extract, failure: str | None, landed: pl.DataFrame
) -> list[tuple[object, ...]]:
    """One row of loads; where each centre delivers its own file, one per centre as well."""
    status = "no_source" if failure else "loaded"
    numbers = (counts.read, counts.landed, counts.quarantined, counts.other_week)
    rows: list[tuple[object, ...]] = [(source, entity.name, None, status, *numbers, failure)]
    if extract.delivered_offices is None:
        return rows
    by_office = dict(landed.group_by("office_id").len().rows())
    for office in sorted({*extract.delivered_offices, *extract.failed_offices}):
        message = extract.failed_offices.get(office)
        count = by_office.get(office, 0)
        rows.append((source, entity.name, office, "no_source" if message else "loaded", count, count, 0, 0, message))
    return rows


def _messages(week: str, extract: Extract, failure: str | None, quarantine: pl.DataFrame) -> list[str]:
    lines = [f"{week}: {failure}"] if failure else []
    lines += [f"{week}: {message}" for message in extract.failed_offices.values()]
    grouped = quarantine.group_by("reason", "message", maintain_order=True).agg(pl.len(), pl.col("origin").first())
    lines += [
        f"{week}: {count} в карантине — {message} (первая: {origin})" for _, message, count, origin in grouped.rows()
    ]
    return lines
