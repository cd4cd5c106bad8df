"""The suites of ``quality/`` as asset checks: a red one stops everything after it.

What does not belong here: rules (``quality/``) and the tests of dbt (``assets/warehouse.py``).
"""

from collections.abc import Mapping

import dagster as dg

from ingestion.registry import SOURCES
from orchestration.assets.landing import landing_key
from orchestration.settings import Settings
from quality.gate import GateResult, check_landing


def check_result(result: GateResult) -> dg.AssetCheckResult:
    """What the gate said, for Dagster.

    Args:
        result: the verdict of one suite.
    """
    return dg.AssetCheckResult(
        passed=result.passed,
        metadata={"suite": result.suite, "summary": result.summary, "failures": len(result.failures)},
    )


# No partitions_def on checks: it is a preview in Dagster; the week comes from the run.
def _landing_check(source: str, name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=landing_key(source),
        name="contract",
        blocking=True,
        description=f"{name}: загруженное соответствует договору о данных.",
    )
    def contract(context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
        return check_result(check_landing(source, context.partition_key, settings.ingestion))

    return contract


def landing_checks(names: Mapping[str, str]) -> list[dg.AssetChecksDefinition]:
    """A blocking check for each source of the registry.

    Args:
        names: names of sources by code.
    """
    return [_landing_check(source, names[source]) for source in SOURCES]
