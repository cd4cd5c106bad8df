"""From the warehouse to what readers open: draft, issue, published copy.

What does not belong here: how an issue is written and hashed (``release/``), what it must satisfy (``quality/``).
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.assets.warehouse import Translator
from orchestration.checks import check_result
from orchestration.partitions import WEEKS
from orchestration.settings import Settings
from quality.gate import check_release
from release import issue as issues
from release.models import released_nodes
from release.publish import publish

GROUP, OWNERS = "release", ["team:release"]
DRAFT, ISSUE, PUBLISHED = (dg.AssetKey(["release", name]) for name in ("draft", "issue", "published"))


def draft_asset(manifest: Mapping[str, Any], translator: Translator) -> dg.AssetsDefinition:
    """The draft of an issue: it needs the models that declare themselves released.

    Args:
        manifest: manifest of the dbt project.
        translator: names of the assets of models.
    """
    models = [translator.get_asset_key(node) for node in released_nodes(manifest)]

    @dg.asset(
        key=DRAFT,
        deps=models,
        group_name=GROUP,
        owners=OWNERS,
        description="Черновик выпуска недели: выпускаемые таблицы хранилища, ещё не проверенные.",
        partitions_def=WEEKS,
        kinds={"parquet", "duckdb"},
    )
    def draft(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        folder = issues.draft(context.partition_key, settings.ingestion, manifest)
        return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(str(folder))})

    return draft


@dg.asset_check(
    asset=DRAFT,
    name="release",
    blocking=True,
    description="Черновик годится для выпуска: границы, полнота, скачки.",
)
def release_check(context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    """The release suite over the draft; a draft that it refuses is kept apart with the reasons."""
    week = context.partition_key
    draft = issues.draft_folder(settings.ingestion, week)
    result = check_release(draft, week)
    if not result.passed:
        issues.reject(draft, week, settings.ingestion, [result.summary])
    return check_result(result)


@dg.asset(
    key=ISSUE,
    deps=[DRAFT],
    group_name=GROUP,
    owners=OWNERS,
    description="Выпуск недели: неизменяемая папка с манифестом и хешами; то же содержание не даёт новой редакции.",
    partitions_def=WEEKS,
    kinds={"parquet"},
)
def issue(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Release the audited draft."""
    week = context.partition_key
    released = issues.release(issues.draft_folder(settings.ingestion, week), week, settings.ingestion)
    folder = dg.MetadataValue.path(str(released.folder))
    return dg.MaterializeResult(metadata={"revision": released.revision, "is_new": released.is_new, "folder": folder})


# No partitions: the file holds the newest issue of every week, so many weeks need it once.
@dg.asset(
    key=PUBLISHED,
    deps=[ISSUE],
    group_name=GROUP,
    owners=OWNERS,
    description="Опубликованный файл SQL: таблицы для читателей из новейших выпусков.",
    kinds={"duckdb"},
)
def published(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Rebuild the published copy from the released issues."""
    publish(settings.ingestion)
    return dg.MaterializeResult(metadata={"file": dg.MetadataValue.path(str(settings.published))})
