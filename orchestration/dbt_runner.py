"""Run the dbt project in this process: parse once, build many weeks.

What does not belong here: Dagster (``assets/warehouse.py``) and any SQL (``dbt_project/``).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.methodology.check import check_methodology
from ingestion.region import Region, load_region
from ingestion.weeks import as_of, previous_week
from orchestration.errors import UserError
from orchestration.older_home import refuse_older_home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dbt.artifacts.schemas.run import RunResult
    from dbt.contracts.graph.manifest import Manifest

    from ingestion.settings import Settings

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
INSTALL_JAVA = "apt-get install -y --no-install-recommends openjdk-17-jre-headless"


class WarehouseError(UserError):
    """The warehouse could not be built."""


@dataclass
class Warehouse:
    """The dbt project bound to one home, one region and one engine.

    Args:
        settings: CX_HOME, where landing is read and the warehouse is written; the region, whose zone decides ``as_of``
            and whose questionnaires decide which aspects have metrics; the methodology.
        target: ``duckdb`` or ``spark``.
    """

    settings: Settings
    target: str = "duckdb"
    _manifest: Manifest | None = field(default=None, init=False, repr=False)
    _has_views: bool = field(default=False, init=False, repr=False)
    _is_of_this_version: bool = field(default=False, init=False, repr=False)

    @property
    def home(self) -> Path:
        """Where landing is read and the warehouse is written."""
        return self.settings.home

    @property
    def manifest_path(self) -> Path:
        """Where dbt writes ``manifest.json`` of this target."""
        return self._target_folder / "manifest.json"

    @property
    def _target_folder(self) -> Path:
        return self.home / "dbt" / self.target

    def _invoke(
        self, command: str, variables: dict[str, Any], arguments: Sequence[str] = (), manifest: Manifest | None = None
    ) -> Any:
        from dbt.cli.main import dbtRunner  # 3 s: only when dbt is really used

        result = dbtRunner(manifest=manifest).invoke(
            [
                *("--quiet", "--log-level", "none", "--log-level-file", "warn", command, *arguments),
                *("--vars", json.dumps({"home": str(self.home.resolve()), **self._rules, **variables})),
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target", self.target, "--target-path", str(self._target_folder)),
                *("--log-path", str(self.home / "logs")),
            ]
        )
        if result.exception is not None:
            raise WarehouseError(f"Хранилище: dbt остановился: {result.exception}")
        return result

    @cached_property
    def _rules(self) -> dict[str, Any]:
        """What the methodology gives to SQL; formulas are kept with it by the parse, so it is given to that too."""
        found = check_methodology(self.settings.methodology, self._region.region)
        return {
            # a whole number is written as one: an engine takes no interval of 7.0 days
            "parameters": {name: int(x) if x.is_integer() else x for name, x in found.parameters.items()},
            "metrics": {code: metric.model_dump(exclude_none=True) for code, metric in found.metrics.items()},
        }

    @cached_property
    def _region(self) -> Region:
        return load_region(self.settings)

    def parse(self) -> Manifest:
        """Parse the project once a process; the manifest is kept and written to disk."""
        if self._manifest is None:
            self._prepare()
            manifest: Manifest = self._invoke("parse", {}).result
            self._refuse_metric_without_formula(manifest)
            self._manifest = manifest
        return self._manifest

    def _refuse_metric_without_formula(self, manifest: Manifest) -> None:
        """A metric has an entry and a formula: an entry alone would be published as one without data, for ever."""
        metas = [getattr(node.config, "meta", {}) for node in manifest.nodes.values()]
        formulas = {metric for meta in metas for metric in meta.get("family", {}).get("metrics", {})}
        registry = self._rules["metrics"]
        if missing := [metric for metric in registry if metric not in formulas]:
            families = "dbt_project/models/metrics/metrics_*.sql"
            raise WarehouseError(f"Хранилище: у показателя {missing[0]} нет формулы; впишите её в {families}")
        if unknown := sorted(formulas - set(registry)):
            raise WarehouseError(f"Хранилище: показателя {unknown[0]} нет в methodology/metrics.yml; впишите его туда")

    def _prepare(self) -> None:
        """Make the folders of the engine, and say what it lacks."""
        folders = {"duckdb": "warehouse", "spark": "spark/tmp"}
        (self.home / folders[self.target]).mkdir(parents=True, exist_ok=True)
        if self.target == "spark" and shutil.which("java") is None:
            raise WarehouseError(f"Хранилище на Spark: нет Java; выполните: {INSTALL_JAVA}")

    def build(self, week: str, from_week: str | None = None, arguments: Sequence[str] = ()) -> list[RunResult]:
        """Build and test the models of one run; views that no run changes are made once a process.

        Args:
            week: week of the run.
            from_week: first week to rebuild; the week before, unless given.
            arguments: more arguments of ``dbt build``.

        Returns:
            One dbt result per model and test, failed ones too.
        """
        chosen = arguments or (["--select", "tag:by_run", "resource_type:test"] if self._has_views else [])
        results = self.invoke("build", week, from_week, ["--exclude-resource-type", "unit_test", *chosen])
        self._has_views = True
        return results

    def invoke(
        self, command: str, week: str, from_week: str | None = None, arguments: Sequence[str] = ()
    ) -> list[RunResult]:
        """Run a dbt command with the variables of a run; see :meth:`build`."""
        variables = {
            "run_week": week,
            "from_week": from_week or previous_week(week),
            "as_of": as_of(week, self._region.time_zone).strftime("%Y-%m-%d %H:%M:%S"),
        }
        manifest = self.parse()
        if self.target == "duckdb" and not self._is_of_this_version:
            refuse_older_home(self.home, manifest)
            self._is_of_this_version = True
        # the manifest on disk is that of the parse; writing it again would cost a fifth of a second a week
        result = self._invoke(command, variables, ["--no-write-json", *arguments], manifest)
        self.close()
        return list(result.result.results)

    def document(self) -> Path:
        """Write the description of every table and column as one page; see ``cx docs``."""
        self._invoke("docs", {}, ["generate", "--static", "--no-compile"], self.parse())
        self.close()
        return self._target_folder / "static_index.html"

    def close(self) -> None:
        """Let go of the DuckDB file, so that the gate and the release can read it."""
        if self.target == "duckdb":
            from dbt.adapters.duckdb.connections import DuckDBConnectionManager

            DuckDBConnectionManager.close_all_connections()
