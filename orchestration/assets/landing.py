"""One asset per source: what the source delivered for a week, landed as Parquet.

What does not belong here: how a source is read (``ingestion/``).
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from ingestion.registry import SOURCES
from ingestion.run import LoadResult, land
from orchestration.partitions import WEEKS
from orchestration.settings import Settings

OWNERS = ["team:ingestion"]
REGISTER = "ais"  # the zones and regions of the centres of every source come from its register
METHODOLOGY = "reference"  # the lists of the methodology land like a source, but need nothing
TEXT_STAGE = "text"  # reads what all others landed


def landing_key(source: str) -> dg.AssetKey:
    """Key of the asset of a source.

    Args:
        source: code of the source.
    """
    return dg.AssetKey(["landing", source])


def metadata_of(loaded: LoadResult) -> Mapping[str, Any]:
    """What the Dagster UI shows about a load.

    Args:
        loaded: what loading gave.
    """
    counts = {
        f"{entity}: {what}": value
        for entity, rows in loaded.counts.items()
        for what, value in (("прочитано", rows.read), ("загружено", rows.landed), ("другой недели", rows.other_week))
    }
    quarantined = {f"карантин, {reason}": count for reason, count in loaded.quarantined.items()}
    return {
        "dagster/row_count": loaded.rows_landed,
        "status": loaded.status,
        "messages": dg.MetadataValue.md("\n".join(f"- {line}" for line in loaded.messages)),
        **counts,
        **quarantined,
    }


def _needed_by(source: str) -> list[str]:
    if source in (REGISTER, METHODOLOGY):
        return []
    return [other for other in SOURCES if other != TEXT_STAGE] if source == TEXT_STAGE else [REGISTER]


def _landing_asset(source: str, name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(source),
        group_name=source,
        owners=OWNERS,
        description=f"{name}: загруженные записи недели; что не прочитано, лежит в карантине с причиной.",
        partitions_def=WEEKS,
        deps=[landing_key(other) for other in _needed_by(source)],
        kinds={"parquet", "polars"},
    )
    def landing(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=metadata_of(land(source, context.partition_key, settings.ingestion)))

    return landing


def landing_assets(names: Mapping[str, str]) -> list[dg.AssetsDefinition]:
    """An asset for each source of the registry.

    Args:
        names: names of sources by code.
    """
    return [_landing_asset(source, names[source]) for source in SOURCES]
