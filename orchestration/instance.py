"""The Dagster instance under CX_HOME: no telemetry, no dialogs, one run at a time.

What does not belong here: definitions (``build.py``) and how weeks are run (``runner.py``).
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_home(dagster_home: Path) -> Path:
    """Make the instance folder with its ``dagster.yaml``.

    Args:
        dagster_home: folder of the instance.

    Returns:
        The same folder, absolute, as ``DAGSTER_HOME`` must be.
    """
    dagster_home.mkdir(parents=True, exist_ok=True)
    (dagster_home / "dagster.yaml").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    return dagster_home.resolve()


def open_instance(dagster_home: Path) -> dg.DagsterInstance:
    """The instance of a home, made when missing.

    Args:
        dagster_home: folder of the instance.
    """
    return dg.DagsterInstance.from_config(str(prepare_home(dagster_home)))
