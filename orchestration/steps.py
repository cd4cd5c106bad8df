"""Steps of a Dagster run in words: what is at work, what is done, what went wrong.

What does not belong here: running (``runner.py``), colours and bars (``progress.py``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import dagster as dg
    from dagster import EventLogEntry

    from orchestration.progress import Report

LANDING, CONTRACT = "landing__", "_contract"
STAGES = {
    "warehouse": "Хранилище",
    "release__draft": "Черновик",
    "release__draft_release": "Проверка выпуска",
    "release__issue": "Выпуск",
    "release__published": "Публикация",
    "dashboards__site": "Сайт",
}
OUR_PACKAGES = ("ingestion.", "quality.", "release.", "dashboards.", "orchestration.")


def describe_step(step: str) -> tuple[str, str]:
    """The stage of a step and what it is about.

    Args:
        step: key of the step: that of its asset or check, joined by two underscores.

    Returns:
        The stage in Russian and the subject, empty when there is none.
    """
    if not step.startswith(LANDING):
        return STAGES.get(step, step), ""
    source = step.removeprefix(LANDING)
    if source.endswith(CONTRACT):
        return "Проверка загрузки", source.removesuffix(CONTRACT)
    return "Загрузка", source


class WeekLog:
    """Hears the events of a run; writes a line for each step, or one for the week with its stages.

    Args:
        report: where lines go.
        title: the week, or what the run makes.
        each_step: a line for each step.
    """

    def __init__(self, report: Report, title: str, *, each_step: bool) -> None:
        self._report = report
        self._title = title
        self._each_step = each_step
        self._started = time.perf_counter()
        self._step_started: dict[str, float] = {}
        self._stages: dict[str, float] = {}

    def hear(self, entry: EventLogEntry) -> None:
        """Take one event of the run.

        Args:
            entry: the event, as the instance gives it to listeners.
        """
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        stage, subject = describe_step(event.step_key)
        what = f"{stage} · {subject}" if subject else stage
        if event.is_step_start:
            self._step_started[event.step_key] = entry.timestamp
            self._report.working(f"{self._title}  {what}" if what != self._title else what)
        elif event.is_step_success:
            took = entry.timestamp - self._step_started[event.step_key]
            self._stages[stage] = self._stages.get(stage, 0.0) + took
            if self._each_step:
                self._report.line(what, took)
            self._report.advance()

    def finish(self) -> None:
        """Write the line of the whole run."""
        parts = [f"{stage.lower()} {took:.1f}".replace(".", ",") for stage, took in self._stages.items()]
        note = " · ".join(parts) if len(parts) > 1 and not self._each_step else ""
        self._report.line(self._title, time.perf_counter() - self._started, note)


def problems_of(result: dg.ExecuteInProcessResult, log_file: Path) -> list[str]:
    """What went wrong in a run, a line each; nothing when it succeeded.

    Args:
        result: the finished run.
        log_file: where the details of an unexpected error are.
    """
    if result.success:
        # a step that waits for what was not made is skipped, and Dagster calls that a success: no issue, no word
        skipped = [event.step_key for event in result.all_events if event.is_step_skipped]
        return [f"Шаги не выполнены: {', '.join(map(str, skipped))}; подробности: {log_file}"] if skipped else []
    red = [
        str(evaluation.metadata["summary"].value)
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed and "summary" in evaluation.metadata
    ]
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return red or [_describe_error(error, log_file) for error in errors if error is not None]


def _describe_error(error: dg.SerializableErrorInfo, log_file: Path) -> str:
    chain = [error]
    while (cause := chain[-1].cause) is not None:
        chain.append(cause)
    said = [each.message.strip().partition(": ") for each in chain]
    # ours speaks for what caused it: "disk full" says less than "the issue cannot be written: disk full"
    ours = next((text for name, _, text in said if name.startswith(OUR_PACKAGES)), None)
    if ours is not None:
        return ours
    name, _, text = said[-1]
    return f"Непредвиденная ошибка {name}: {text.splitlines()[0] if text else ''}; подробности: {log_file}"
