"""Steps of a run in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from ingestion.registry import SOURCES
from orchestration.lock import BusyError
from orchestration.progress import seconds
from orchestration.steps import WeekLog, describe_step, problems_of
from release.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Lines:
    """Stands for the report: keeps what it is told."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    at_work: list[str] = field(default_factory=list)
    advanced: int = 0

    def line(self, what: str, duration: float, note: str = "") -> None:
        self.lines.append((what, note))

    def working(self, what: str) -> None:
        self.at_work.append(what)

    def advance(self) -> None:
        self.advanced += 1


def event(step: str | None, what: str, at: float = 0.0) -> Any:
    inner = SimpleNamespace(step_key=step, is_step_start=what == "start", is_step_success=what == "success")
    return SimpleNamespace(dagster_event=inner, timestamp=at)


@pytest.mark.parametrize("source", SOURCES)
def test_steps_of_a_source_are_named(source: str) -> None:
    assert describe_step(f"landing__{source}") == ("Загрузка", source)
    assert describe_step(f"landing__{source}_contract") == ("Проверка загрузки", source)


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        ("warehouse", "Хранилище"),
        ("release__draft", "Черновик"),
        ("release__draft_release", "Проверка выпуска"),
        ("release__issue", "Выпуск"),
        ("release__published", "Публикация"),
        ("dashboards__site", "Сайт"),
        ("something_new", "something_new"),
    ],
)
def test_other_steps_are_named(step: str, stage: str) -> None:
    assert describe_step(step) == (stage, "")


def test_one_week_has_a_line_for_each_step() -> None:
    lines = Lines()
    log = WeekLog(lines, "2026-W46", each_step=True)  # type: ignore[arg-type]
    for entry in (
        event(None, "start"),
        SimpleNamespace(dagster_event=None),
        event("landing__ais", "start", 1.0),
        event("landing__ais", "success", 1.5),
        event("release__issue", "start", 2.0),
        event("release__issue", "other", 2.1),
        event("release__issue", "success", 2.2),
    ):
        log.hear(entry)
    log.finish()
    assert lines.lines == [("Загрузка · ais", ""), ("Выпуск", ""), ("2026-W46", "")]
    assert lines.at_work == ["2026-W46  Загрузка · ais", "2026-W46  Выпуск"]
    assert lines.advanced == 2


def test_many_weeks_have_a_line_each_with_the_sums_of_stages() -> None:
    lines = Lines()
    log = WeekLog(lines, "2026-W46", each_step=False)  # type: ignore[arg-type]
    for step, start, end in (("landing__ais", 0.0, 0.5), ("landing__vk", 0.5, 1.2), ("release__issue", 2.0, 2.3)):
        log.hear(event(step, "start", start))
        log.hear(event(step, "success", end))
    log.finish()
    assert lines.lines == [("2026-W46", "загрузка 1,2 · выпуск 0,3")]


@pytest.mark.parametrize(
    ("value", "text"), [(0.04, "0,0 с"), (0.85, "0,8 с"), (59.94, "59,9 с"), (60, "1 мин 00 с"), (125.4, "2 мин 05 с")]
)
def test_durations_are_written_as_people_read_them(value: float, text: str) -> None:
    assert seconds(value) == text


def failing(raised: Exception, cause: Exception | None = None) -> dg.ExecuteInProcessResult:
    @dg.op
    def work() -> None:
        raise raised from cause

    @dg.job
    def only_work() -> None:
        work()

    return only_work.execute_in_process(raise_on_error=False)


@pytest.mark.parametrize(
    ("raised", "cause", "said"),
    [
        (ReleaseError("Выпуск: диск полон."), OSError(28, "No space left on device"), "Выпуск: диск полон."),
        (BusyError("home: занято"), TimeoutError("lock"), "home: занято"),
        (RuntimeError("wrapped"), ReleaseError("Выпуск: нет черновика."), "Выпуск: нет черновика."),
    ],
)
def test_error_of_ours_speaks_for_its_cause(raised: Exception, cause: Exception, said: str, tmp_path: Path) -> None:
    assert problems_of(failing(raised, cause), tmp_path / "cx.log") == [said]


def test_unforeseen_error_is_one_line_that_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "cx.log"
    assert problems_of(failing(ValueError("one\ntwo")), log) == [
        f"Непредвиденная ошибка ValueError: one; подробности: {log}"
    ]


def test_red_check_is_told_by_its_summary(tmp_path: Path) -> None:
    @dg.asset
    def draft() -> None: ...

    @dg.asset_check(asset=draft, blocking=True)
    def release() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False, metadata={"summary": "Проверка выпуска: скачок"})

    job = dg.Definitions(
        assets=[draft], asset_checks=[release], jobs=[dg.define_asset_job("all", dg.AssetSelection.all())]
    ).resolve_job_def("all")
    result = job.execute_in_process(raise_on_error=False)
    assert problems_of(result, tmp_path / "cx.log") == ["Проверка выпуска: скачок"]


def test_good_run_has_no_problems(tmp_path: Path) -> None:
    @dg.job
    def nothing() -> None: ...

    assert problems_of(nothing.execute_in_process(), tmp_path / "cx.log") == []


def test_a_skipped_step_is_a_problem_though_dagster_calls_the_run_a_success(tmp_path: Path) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("made"), dg.AssetSpec("left_alone", skippable=True)], can_subset=True)
    def models():
        yield dg.MaterializeResult(asset_key="made")

    @dg.asset(deps=["left_alone"])
    def issue(): ...

    result = dg.materialize([models, issue])
    assert result.success
    (problem,) = problems_of(result, tmp_path / "cx.log")
    assert "issue" in problem
