"""``cx dev`` as people use it: the UI answers on loopback alone, runs a week, and stops with all its services."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
import stamina

from ingestion.demo import write_region

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEK = "2026-W46"
LAUNCH = """
mutation($week: String!) {
  launchRun(executionParams: {
    selector: {repositoryLocationName: "orchestration.definitions", repositoryName: "__repository__",
               jobName: "weekly_issue"},
    runConfigData: {}, mode: "default",
    executionMetadata: {tags: [{key: "dagster/partition", value: $week}]}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
ASSETS = "{ assetNodes { assetKey { path } groupName owners { __typename } description isPartitioned } }"


class NotYetError(Exception):
    """The service is still at work."""


class Ui:
    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = (home / "ui.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "dev", "--port", str(self.port)],
            env={**os.environ, "CX_HOME": str(home)},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def wait_until_it_answers(self) -> None:
        for attempt in stamina.retry_context(on=httpx.TransportError, attempts=None, timeout=120, wait_max=0.5):
            with attempt:
                httpx.get(f"{self.url}/server_info")

    def wait_for_run(self, run_id: str) -> str:
        for attempt in stamina.retry_context(on=NotYetError, attempts=None, timeout=240, wait_max=1):
            with attempt:
                status = self.ask(STATUS, id=run_id)["runOrError"]["status"]
                if status not in ("SUCCESS", "FAILURE", "CANCELED"):
                    raise NotYetError
        return status


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ui")
    write_region(folder / "demo", first_week=WEEK, last_week=WEEK, factor=0.05, faults=False)
    return folder


@pytest.fixture(scope="module")
def ui(home: Path) -> Iterator[Ui]:
    running = Ui(home)
    try:
        running.wait_until_it_answers()
        yield running
    finally:
        running.process.kill()
        running.log.close()


def test_assets_are_described_grouped_and_owned(ui: Ui) -> None:
    nodes = {"/".join(node["assetKey"]["path"]): node for node in ui.ask(ASSETS)["assetNodes"]}
    assert {"landing/ais", "marts/fct_interactions", "metrics/metric_values", "release/issue"} <= set(nodes)
    for name, node in nodes.items():
        assert node["description"], name
        assert node["owners"], name
        assert node["groupName"] != "default", name
    by_week = {name for name, node in nodes.items() if node["isPartitioned"]}
    assert {"landing/ais", "marts/fct_interactions", "metrics/metric_estimates", "release/issue"} <= by_week
    assert not {"release/published", "dashboards/site", "staging/stg_ais__interactions"} & by_week


def test_a_week_can_be_run_from_the_ui(ui: Ui, home: Path) -> None:
    launched = ui.ask(LAUNCH, week=WEEK)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    assert ui.wait_for_run(launched["run"]["runId"]) == "SUCCESS"
    assert (home / "issues" / WEEK / "r1" / "manifest.json").exists()
    assert (home / "site" / "index.html").exists()


def test_it_listens_on_loopback_alone(ui: Ui) -> None:
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == ui.port
    ]
    assert listening == [f"0100007F:{ui.port:04X}"]


def test_it_stops_with_all_its_services(ui: Ui, home: Path) -> None:
    ui.process.send_signal(signal.SIGTERM)
    assert ui.process.wait(timeout=60) == 0
    # the servers of its code leave when they hear no heartbeat any more
    for attempt in stamina.retry_context(on=NotYetError, attempts=None, timeout=90, wait_max=1):
        with attempt:
            if left := processes_of(home):
                raise NotYetError(left)


def processes_of(home: Path) -> list[str]:
    """Command lines of other processes that name the home."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(home) in line and process.info["pid"] != os.getpid():
            found.append(line)
    return found
