"""The Dagster instance, its log of events, its schedule and its UI: small, silent, on this machine alone."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import yaml

from ingestion.settings import Settings as IngestionSettings
from orchestration import instance as instances
from orchestration.event_log import PooledEventLog
from orchestration.schedule import previous_week_key, weekly_schedule
from orchestration.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dagster import EventLogEntry


@dg.asset
def landed() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 7})


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    opened = instances.open_instance(tmp_path / "dagster")
    yield opened
    opened.dispose()


def test_instance_is_silent_and_runs_one_at_a_time(tmp_path: Path) -> None:
    folder = instances.prepare_home(tmp_path / "dagster")
    found = yaml.safe_load((folder / "dagster.yaml").read_text(encoding="utf-8"))
    assert found["telemetry"] == {"enabled": False}
    assert found["nux"] == {"enabled": False}
    assert found["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert found["event_log_storage"]["config"]["base_dir"] == f"{folder}/history"
    assert folder.is_absolute()


def test_opened_instance_sends_nothing_and_uses_our_log(instance: dg.DagsterInstance) -> None:
    assert instance.telemetry_enabled is False
    assert instance.nux_enabled is False
    assert isinstance(instance.event_log_storage, PooledEventLog)


def test_log_keeps_events_of_runs_and_tells_listeners(instance: dg.DagsterInstance) -> None:
    heard: list[EventLogEntry] = []
    kind = dg.DagsterEventType
    run_id = "11111111-1111-1111-1111-111111111111"
    instance.add_event_listener(run_id, heard.append)
    first = dg.materialize([landed], instance=instance, run_config=None)
    job = dg.Definitions(assets=[landed], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    second = job.execute_in_process(instance=instance, run_id=run_id)
    assert (first.success, second.success, second.run_id) == (True, True, run_id)
    for result in (first, second):
        kinds = {entry.dagster_event.event_type for entry in instance.all_logs(result.run_id) if entry.dagster_event}
        assert {kind.RUN_START, kind.STEP_START, kind.ASSET_MATERIALIZATION, kind.RUN_SUCCESS} <= kinds
    assert {entry.run_id for entry in heard} == {run_id}
    event = instance.get_latest_materialization_event(dg.AssetKey("landed"))
    assert event is not None
    assert event.run_id == run_id
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["rows"].value == 7
    assert len(instance.fetch_materializations(dg.AssetKey("landed"), limit=10).records) == 2


def test_log_is_read_by_another_instance_when_the_first_is_closed(tmp_path: Path) -> None:
    first = instances.open_instance(tmp_path / "dagster")
    run_id = dg.materialize([landed], instance=first).run_id
    count = len(first.all_logs(run_id))
    first.dispose()
    second = instances.open_instance(tmp_path / "dagster")
    try:
        assert len(second.all_logs(run_id)) == count > 5
    finally:
        second.dispose()
    assert sorted(path.name for path in (tmp_path / "dagster" / "history").glob("event_log*")) == ["event_log.db"]


def served(monkeypatch: pytest.MonkeyPatch, home: Path) -> dict[str, Any]:
    """What ``cx dev`` would become, and in which environment."""
    seen: dict[str, Any] = {}
    monkeypatch.setattr(
        instances.runpy, "run_module", lambda name, run_name: seen.update(module=name, argv=sys.argv[:])
    )
    monkeypatch.setattr(sys, "argv", ["cx", "dev"])
    for name in ("DAGSTER_HOME", "CX_HOME"):
        monkeypatch.setenv(name, "before")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        instances.serve(Settings(IngestionSettings(home=home)), 4567)
        seen |= {name: os.environ[name] for name in ("DAGSTER_HOME", "CX_HOME")}
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return seen


def test_ui_listens_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = served(monkeypatch, tmp_path)
    assert seen["module"] == "dagster"
    arguments = seen["argv"]
    assert arguments[arguments.index("-h") + 1] == "127.0.0.1"
    assert arguments[arguments.index("-p") + 1] == "4567"
    assert (seen["DAGSTER_HOME"], seen["CX_HOME"]) == (str(tmp_path / "dagster"), str(tmp_path))
    assert (tmp_path / "dagster" / "dagster.yaml").exists()


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2026, 11, 16, 6), "2026-W46"),
        (datetime(2026, 11, 22, 23, 59), "2026-W46"),
        (datetime(2027, 1, 4, 6), "2026-W53"),
        (datetime(2026, 1, 5, 6), "2026-W01"),
    ],
)
def test_week_before_a_moment_is_the_one_that_has_ended(moment: datetime, week: str) -> None:
    assert previous_week_key(moment) == week


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 16, 6, tzinfo=ZoneInfo("Asia/Yakutsk")),
        datetime(2026, 11, 15, 21, tzinfo=UTC),  # the same moment: still Sunday there
    ],
)
def test_schedule_asks_for_the_week_that_has_ended_in_the_region(moment: datetime) -> None:
    job = dg.define_asset_job("weekly_issue")
    schedule = weekly_schedule(job, "Asia/Yakutsk")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * 1", "Asia/Yakutsk")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    request = schedule(dg.build_schedule_context(scheduled_execution_time=moment))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == "2026-W46"
