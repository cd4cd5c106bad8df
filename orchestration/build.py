"""Put the assets, checks, jobs and resources together; tests call it with settings of their own.

What does not belong here: what an asset does (``assets/``).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.assets import release
from orchestration.assets.landing import TEXT_STAGE, landing_assets, landing_key
from orchestration.assets.release import PUBLISHED
from orchestration.assets.site import SITE, site
from orchestration.assets.warehouse import Translator, warehouse_assets
from orchestration.checks import landing_checks
from orchestration.dbt_runner import Warehouse
from orchestration.lock import home_lock
from orchestration.schedule import weekly_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from orchestration.settings import Settings


@dg.logger
def _file_logger(_: dg.InitLoggerContext) -> logging.Logger:
    return logging.getLogger("dagster.run")  # its handlers are those of the process: the log file of cx


def _held(home: Path, value: Any) -> dg.ResourceDefinition:
    """A resource that holds the home as long as a run uses it: runs of the UI and of ``cx`` do not collide."""

    @dg.resource
    def held(_: dg.InitResourceContext) -> Iterator[Any]:
        with home_lock(home):
            yield value

    return held


def _jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    everything = dg.AssetSelection.all()
    for_readers = dg.AssetSelection.assets(PUBLISHED, SITE)
    extraction = dg.AssetSelection.key_prefixes("landing").without_checks()
    return [
        dg.define_asset_job("weekly_issue", everything, description="Неделя целиком: от источников до сайта."),
        dg.define_asset_job("issue", everything - for_readers, description="Неделя от источников до выпуска."),
        dg.define_asset_job(
            "issue_from_text",
            everything - for_readers - (extraction - dg.AssetSelection.assets(landing_key(TEXT_STAGE))),
            description="Неделя из уже загруженного с новой разметкой текстов: проверки, хранилище, выпуск.",
        ),
        dg.define_asset_job(
            "issue_from_landing",
            everything - for_readers - extraction,
            description="Неделя из уже загруженного: проверки, хранилище, выпуск.",
        ),
        dg.define_asset_job("publish", for_readers, description="Файл SQL и сайт из выпусков."),
    ]


def build_defs(settings: Settings, *, console_logs: bool = True) -> dg.Definitions:
    """Everything that Dagster runs.

    Args:
        settings: the home and the region.
        console_logs: let Dagster write events to the console; else they go to the log of the process.
    """
    translator = Translator()
    warehouse = Warehouse(settings.ingestion)
    models, manifest = warehouse_assets(warehouse, translator)
    jobs = _jobs()

    return dg.Definitions(
        assets=[
            *landing_assets(settings.source_names),
            models,
            release.draft_asset(manifest, translator),
            release.issue,
            release.published,
            site,
        ],
        asset_checks=[*landing_checks(settings.source_names), release.release_check],
        jobs=jobs,
        schedules=[weekly_schedule(jobs[0], settings.region.time_zone)],
        resources={"settings": _held(settings.home, settings), "warehouse": _held(settings.home, warehouse)},
        executor=dg.in_process_executor,  # a process per step would import everything again: 50 s a week, not 3 s
        loggers=None if console_logs else {"console": _file_logger},
    )
