"""The static site as an asset, after the published copy.

What does not belong here: pages and charts (``dashboards/``).
"""

import dagster as dg

from dashboards.site import build
from orchestration.assets.release import PUBLISHED
from orchestration.settings import Settings

SITE = dg.AssetKey(["dashboards", "site"])


# No partitions: the site shows the newest week and its history, so many weeks need it once.
@dg.asset(
    key=SITE,
    group_name="dashboards",
    owners=["team:dashboards"],
    description="Сайт выпуска: сводка, точки контакта, центры, источники; открывается из файла, без сети.",
    deps=[PUBLISHED],
    kinds={"html"},
)
def site(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Build the site from the published copy."""
    region = settings.region
    built = build(
        settings.published, settings.site, progress=context.log.info, region=region.region, region_name=region.name
    )
    return dg.MaterializeResult(metadata={"pages": built.pages, "index": dg.MetadataValue.path(str(built.index_page))})
