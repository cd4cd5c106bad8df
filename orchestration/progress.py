"""What a person sees while weeks are being made: finished lines, the step at work, one bar for the whole.

What does not belong here: what the steps do (``runner.py``).
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

PLAIN_WIDTH = 200  # a file or a pipe has no width: origins and paths must not be cut there


def make_console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal; wide enough for whole paths elsewhere."""
    # bound to the stream as it is now: dbt wraps sys.stdout when it is imported, and the bar could not erase itself
    stream = sys.stderr if stderr else sys.stdout
    console = Console(file=stream, highlight=False)
    if not console.is_terminal:
        console = Console(file=stream, highlight=False, width=PLAIN_WIDTH, soft_wrap=True)
    return console


def seconds(value: float) -> str:
    """A duration as people read it.

    Args:
        value: seconds.

    Returns:
        For example ``0,8 с`` or ``2 мин 05 с``.
    """
    if value < 60:
        return f"{value:.1f} с".replace(".", ",")
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} мин {rest:02d} с"


class Report:
    """Lines with durations and a total bar; plain lines where there is no terminal.

    Args:
        console: where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.perf_counter()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    @property
    def elapsed(self) -> float:
        """Seconds since the report was made."""
        return time.perf_counter() - self._started

    def total(self, steps: int) -> None:
        """Say how many steps the bar counts."""
        self._bar.update(self._task, total=steps)

    def working(self, what: str) -> None:
        """Name the step at work, next to the bar."""
        self._bar.update(self._task, description=what)

    def advance(self) -> None:
        """Count one step as done."""
        self._bar.advance(self._task)

    def line(self, what: str, duration: float | None = None, note: str = "") -> None:
        """Write a finished line.

        Args:
            what: what is done.
            duration: how long it took.
            note: more, in a quiet colour.
        """
        took = f"  [cyan]{seconds(duration):>7}[/cyan]" if duration is not None else ""
        self._console.print(f"[green]✓[/green] {what:<32}{took}" + (f"  [dim]{note}[/dim]" if note else ""))

    def failed(self, what: str) -> None:
        """Write a line about what stopped the work."""
        self._console.print(f"[red]✗[/red] {what}")

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Time one step: named while it works, a line when it is done.

        Args:
            what: name of the step.

        Yields:
            A function that takes the note of the finished line.
        """
        notes: list[str] = []
        self.working(what)
        started = time.perf_counter()
        yield notes.append
        self.line(what, time.perf_counter() - started, " ".join(notes))
        self.advance()
