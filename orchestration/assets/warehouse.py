"""The dbt project as Dagster assets: one asset per model, dbt tests as asset checks.

What does not belong here: how dbt is run (``dbt_runner.py``) and any SQL (``dbt_project/``).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dbt.artifacts.schemas.run import RunResult

from orchestration.dbt_runner import Warehouse, WarehouseError
from orchestration.partitions import WEEKS
from release.models import is_released

OWNERS = ("team:analytics",)
PASSED = ("success", "pass")
BY_RUN = "by_run"  # tag of the models that every run makes anew
UNIQUE_ID = "dagster_dbt/unique_id"  # where dagster-dbt notes the dbt node of an asset or check
POOL = "warehouse"  # one process at a time holds the DuckDB file


class Translator(DagsterDbtTranslator):
    """Names, groups and owners of models, from their folder and their YAML alone."""

    def __init__(self) -> None:
        # the entities of a source land together, so they are one asset
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: the first folder under ``models/``."""
        return super().get_group_name(dbt_resource_props) or dbt_resource_props["fqn"][1]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone: the SQL that dagster-dbt would add buries it in lists."""
        return dbt_resource_props["description"]

    def get_partitions_def(self, dbt_resource_props: Mapping[str, Any]) -> dg.PartitionsDefinition | None:
        """Weeks for what every run makes anew or every issue holds; other views say the same in every week."""
        by_week = BY_RUN in dbt_resource_props["tags"] or is_released(dbt_resource_props)
        return WEEKS if by_week else None

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        """Owners in the model's ``meta``, or the team of the warehouse."""
        return super().get_owners(dbt_resource_props) or OWNERS

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """A check for each dbt test; a singular test over many models belongs to the first that it names."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        test = manifest["nodes"][unique_id]
        upstream = test["depends_on"]["nodes"]
        if spec or test.get("attached_node") or len(upstream) < 2:
            return spec
        if self.get_asset_spec(manifest, upstream[0], project).key != asset_spec.key:
            return None
        return dg.AssetCheckSpec(
            name=test["name"],
            asset=asset_spec.key,
            blocking=True,
            metadata={UNIQUE_ID: unique_id},
        )


def _seconds(result: RunResult) -> dict[str, float]:
    return {"seconds": round(result.execution_time, 3)}


def _event(result: RunResult | None, spec: dg.AssetSpec) -> dg.MaterializeResult:
    """A released view that the run left alone still says the same: it counts as made, for the draft waits for it."""
    return dg.MaterializeResult(asset_key=spec.key, metadata=_seconds(result) if result else {"unchanged": True})


def upstream_first(specs: Iterable[dg.AssetSpec]) -> list[dg.AssetSpec]:
    """The same specs, each after those it needs: the order in which Dagster takes results.

    Args:
        specs: assets of one project.
    """
    by_key = {spec.key: spec for spec in specs}
    needs = {key: [dep.asset_key for dep in spec.deps] for key, spec in by_key.items()}
    return [by_key[key] for key in TopologicalSorter(needs).static_order() if key in by_key]


def events_of(
    results: Sequence[RunResult], specs: Sequence[dg.AssetSpec], checks: Sequence[dg.AssetCheckSpec]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Dagster events for the results of one dbt build.

    Args:
        results: what dbt returned for models and tests.
        specs: assets of the run, upstream first.
        checks: checks of the run.

    Yields:
        A materialisation for each model that stands, a check result for each test that ran.
    """
    by_id = {result.node.unique_id: result for result in results}
    for spec in specs:
        result = by_id.get(spec.metadata[UNIQUE_ID])
        stands = spec.partitions_def is not None if result is None else result.status in PASSED
        if stands:
            yield _event(result, spec)
    for check in checks:
        result = by_id.get((check.metadata or {})[UNIQUE_ID])
        if result is not None and result.status != "skipped":
            severity = dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=result.status == "pass",
                severity=severity,
                metadata={**_seconds(result), "message": result.message or "", "failures": result.failures or 0},
            )


def explain(results: Sequence[RunResult]) -> str | None:
    """One line on what failed in a build, or None.

    Args:
        results: what dbt returned for models and tests.
    """
    failed = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if not failed:
        return None
    first = failed[0]
    said = " ".join((first.message or "").split())[:300]
    rest = f" (и ещё {len(failed) - 1})" if len(failed) > 1 else ""
    return f"Хранилище: {first.node.resource_type} {first.node.name}{rest}: {said}"


def warehouse_assets(warehouse: Warehouse, translator: Translator) -> tuple[dg.AssetsDefinition, dict[str, Any]]:
    """All models of the dbt project as one multi-asset.

    Args:
        warehouse: the dbt project; it is parsed here, from its cache where no file has changed.
        translator: names and groups of models.

    Returns:
        The assets and the manifest that they were made from.
    """
    warehouse.parse()
    manifest = json.loads(warehouse.manifest_path.read_text(encoding="utf-8"))

    @cache  # once a process, not once a week
    def ordered(assets: dg.AssetsDefinition) -> list[dg.AssetSpec]:
        return upstream_first(assets.specs)

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        dagster_dbt_translator=translator,
        pool=POOL,
    )
    def build(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
        specs = [spec for spec in ordered(context.assets_def) if spec.key in context.selected_asset_keys]
        checks = [spec for spec in context.assets_def.check_specs if spec.key in context.selected_asset_check_keys]
        nodes = [manifest["nodes"][spec.metadata[UNIQUE_ID]] for spec in specs]
        chosen = ["--select", *(".".join(node["fqn"]) for node in nodes)] if context.is_subset else []
        results = warehouse.build(context.partition_key, arguments=chosen)
        yield from events_of(results, specs, checks)
        if problem := explain(results):
            raise WarehouseError(problem)

    return build, manifest
