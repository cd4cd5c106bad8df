"""The Dagster instance under CX_HOME: no telemetry, no dialogs, one run at a time.

What does not belong here: definitions (``build.py``) and how weeks are run (``runner.py``).
"""

from __future__ import annotations

import runpy
import signal
import sys
from pathlib import Path

import dagster as dg

from orchestration.settings import Settings, set_dagster_environment

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_home(dagster_home: Path) -> Path:
    """Make the instance folder with its ``dagster.yaml``.

    Args:
        dagster_home: folder of the instance.

    Returns:
        The same folder, absolute, as ``DAGSTER_HOME`` must be.
    """
    folder = dagster_home.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.read_text(encoding="utf-8").replace("{home}", str(folder))
    (folder / "dagster.yaml").write_text(text, encoding="utf-8")
    return folder


def open_instance(dagster_home: Path) -> dg.DagsterInstance:
    """The instance of a home, made when missing.

    Args:
        dagster_home: folder of the instance.
    """
    return dg.DagsterInstance.from_config(str(prepare_home(dagster_home)))


def serve(settings: Settings, port: int) -> None:
    """Become ``dagster dev`` on this machine alone.

    Args:
        settings: the home.
        port: port of the UI.
    """
    folder = prepare_home(settings.dagster_home)
    # a shell that starts a command in the background leaves SIGINT ignored, and Dagster would never stop its
    # services; SIGTERM follows SIGINT there
    signal.signal(signal.SIGINT, signal.default_int_handler)
    set_dagster_environment(folder, settings.home)
    sys.argv = ["dagster", "dev", "-h", "127.0.0.1", "-p", str(port), "-m", "orchestration.definitions"]
    runpy.run_module("dagster", run_name="__main__")
