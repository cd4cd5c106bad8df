"""One asset per source: what the source delivered for a week, landed as Parquet.

What does not belong here: how a source is read (``ingestion/``).
"""

import dagster as dg

from ingestion.registry import SOURCES
from ingestion.run import land
from orchestration.partitions import WEEKS
from orchestration.settings import Settings

OWNERS = ["team:ingestion"]
REGISTER = "ais"  # the zones and regions of the centres of every source come from its register


def landing_key(source: str) -> dg.AssetKey:
    """Key of the asset of a source.

    Args:
        source: code of the source.
    """
    return dg.AssetKey(["landing", source])


def _landing_asset(source: str, name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(source),
        group_name=source,
        owners=OWNERS,
        description=f"{name}: загруженные записи недели; что не прочитано, лежит в карантине с причиной.",
        partitions_def=WEEKS,
        deps=[] if source == REGISTER else [landing_key(REGISTER)],
        required_resource_keys={"lock"},
        kinds={"parquet", "polars"},
    )
    def landing(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        loaded = land(source, context.partition_key, settings.ingestion)
        return dg.MaterializeResult(metadata={"dagster/row_count": loaded.rows_landed})

    return landing


def landing_assets() -> list[dg.AssetsDefinition]:
    """An asset for each source of the registry."""
    return [_landing_asset(source.name, source.title) for source in SOURCES]
