"""Many weeks in one process: the start is paid once, a week costs only its work.

What does not belong here: what a step does (``assets/``) and how lines look (``progress.py``).
"""

from __future__ import annotations

import gc
import logging
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestration.lock import home_lock
from orchestration.progress import Report, make_console
from orchestration.steps import WeekLog, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import dagster as dg

    from orchestration.settings import Settings

FAILED = 1
JOBS = {"source": "issue", "text": "issue_from_text", "landing": "issue_from_landing"}  # by where a week starts


@contextmanager
def library_logs(folder: Path) -> Iterator[Path]:
    """Send what libraries say to a file: the screen is for people.

    Args:
        folder: where the log is kept.

    Yields:
        The log file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cx.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = [handler]
    logging.captureWarnings(True)
    try:
        yield path
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = before
        handler.close()


class Machine:
    """The definitions and their instance, opened once for all the weeks of a process.

    Args:
        settings: the home and the region.
    """

    def __init__(self, settings: Settings) -> None:
        from orchestration.build import build_defs  # Dagster and dbt: 5 s, only when weeks are really run
        from orchestration.instance import open_instance

        self._defs = build_defs(settings, console_logs=False)
        self._instance = open_instance(settings.dagster_home)

    def job(self, name: str) -> dg.JobDefinition:
        """A job of the definitions."""
        return self._defs.resolve_job_def(name)

    def run(self, job: dg.JobDefinition, log: WeekLog, week: str | None = None) -> dg.ExecuteInProcessResult:
        """Run a job here and now.

        Args:
            job: what to run.
            log: hears of each step as it starts and ends.
            week: partition of the run; none for the publication.
        """
        run_id = str(uuid.uuid4())
        self._instance.add_event_listener(run_id, log.hear)
        return job.execute_in_process(
            # without a word on loggers Dagster ignores those of the definitions and writes to the console
            run_config={"loggers": {"console": {}}},
            instance=self._instance,
            partition_key=week,
            raise_on_error=False,
            run_id=run_id,
        )

    def close(self) -> None:
        """Let go of the instance."""
        self._instance.dispose()


def run_weeks(settings: Settings, weeks: Sequence[str], *, start: str) -> int:
    """Make the issues of some weeks, ascending, then the published copy and the site once.

    Args:
        settings: the home and the region.
        weeks: ISO weeks, ascending.
        start: ``source``: read the sources; ``text``: label anew the texts that have landed; ``landing``: use what
            has landed as it is.

    Returns:
        The exit code: 0 when every week was released.
    """
    console = make_console()
    with home_lock(settings.home), library_logs(settings.logs) as log_file, Report(console) as report:
        with report.step("Подготовка"):
            machine = Machine(settings)
        job = machine.job(JOBS[start])
        report.total(len(weeks) * len(job.nodes) + 2)
        released: list[str] = []
        problems: list[str] = []
        for week in weeks:
            log = WeekLog(report, week, each_step=len(weeks) == 1)
            problems = problems_of(machine.run(job, log, week), log_file)
            if problems:
                break
            log.finish()
            released.append(week)
            gc.freeze()  # libraries keep millions of objects for good: without this each full collection takes 0.5 s
        if released:
            log = WeekLog(report, "Публикация и сайт", each_step=False)
            late_problems = problems_of(machine.run(machine.job("publish"), log), log_file)
            problems += late_problems
            if not late_problems:
                log.finish()
        machine.close()
        for problem in problems:
            report.failed(problem)
        elapsed = report.elapsed
    from orchestration.summary import show_summary

    show_summary(console, settings, released, elapsed)
    return FAILED if problems else 0
