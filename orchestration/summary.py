"""What a run ends with: what each source gave, what is missing, and where the results are.

What does not belong here: running (``runner.py``); the counts come from the load manifests.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from rich.markup import escape
from rich.table import Table

from ingestion.contract import LOADS, QUARANTINE
from orchestration.progress import seconds
from release.issue import newest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from orchestration.settings import Settings

COUNTS = ("rows_read", "rows_landed", "rows_quarantined", "rows_other_week")
TITLES = ("прочитано", "загружено", "в карантине", "другой недели")


def _weeks_of(folder: Path, weeks: Sequence[str], schema: pl.Schema) -> pl.DataFrame:
    """The landed files of some weeks, with their week."""
    files = {week: folder / f"week={week}" / "data.parquet" for week in weeks}
    frames = [pl.read_parquet(path).with_columns(week=pl.lit(week)) for week, path in files.items() if path.exists()]
    return pl.concat(frames) if frames else pl.DataFrame(schema={**schema, "week": pl.String})


def counts_of(loads: pl.DataFrame) -> list[int]:
    """Sums of a source's rows: read, landed, quarantined, of another week."""
    whole = loads.filter(pl.col("office_id").is_null())  # rows of single centres repeat what the whole row counts
    return [int(whole[count].sum()) for count in COUNTS]


def missing_of(loads: pl.DataFrame) -> list[str]:
    """A line for each week, or centre and week, that a source did not give."""
    place = ("week", "office_id", "message")
    missing = loads.filter(pl.col("status") == "no_source").select(place).unique().sort(place)
    return [" · ".join(part for part in row if part) for row in missing.rows()]


def quarantine_of(quarantine: pl.DataFrame) -> list[str]:
    """A line for each reason: how many rows, and where the first one stands."""
    reasons = quarantine.group_by("message").agg(pl.len(), pl.col("origin").first()).sort("len", descending=True)
    return [f"{number(count)} — {message} (первая: {origin})" for message, count, origin in reasons.rows()]


def number(value: int) -> str:
    """An integer with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def show_sources(console: Console, settings: Settings, weeks: Sequence[str]) -> None:
    """A table of what each source gave, then the quarantine and what is missing, a line each.

    Args:
        console: where to write.
        settings: the home and the region.
        weeks: weeks to sum.
    """
    span = weeks[0] if len(weeks) == 1 else f"{weeks[0]}…{weeks[-1]}"
    table = Table(title=f"Источники, {span}", title_justify="left", box=None, pad_edge=False, header_style="dim")
    table.add_column("источник")
    for title in TITLES:
        table.add_column(title, justify="right")
    notes: list[str] = []
    for source, name in settings.configured_sources.items():
        loads = _weeks_of(settings.ingestion.landing / source / "loads", weeks, LOADS)
        quarantine = _weeks_of(settings.ingestion.quarantine / source, weeks, QUARANTINE)
        table.add_row(name, *map(number, counts_of(loads)))
        notes += [f"[red]нет источника[/red]  {name}: {escape(line)}" for line in missing_of(loads)]
        notes += [f"[yellow]в карантине[/yellow]    {name}: {escape(line)}" for line in quarantine_of(quarantine)]
    console.print(table)
    for note in notes:
        console.print(note)


def show_summary(console: Console, settings: Settings, weeks: Sequence[str], elapsed: float) -> None:
    """The end of a run.

    Args:
        console: where to write.
        settings: the home and the region.
        weeks: released weeks, ascending.
        elapsed: seconds of the whole run.
    """
    if not weeks:
        return
    console.print()
    show_sources(console, settings, weeks)
    console.print()
    issue = newest(settings.ingestion, weeks[-1])
    if issue is not None:
        console.print(f"Выпуск      [bold]{near(issue.folder)}[/bold]")
    for what, path in (("Файл SQL", settings.published), ("Сайт", settings.site / "index.html")):
        console.print(f"{what:<11} [bold]{near(path) if path.exists() else 'не собран'}[/bold]")
    console.print(f"Недель: {len(weeks)}, всего {seconds(elapsed)}")


def near(path: Path) -> str:
    """A path as a person would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
