"""What has been released, and the rows behind a value, as tables.

What does not belong here: finding and recomputing them (``release/``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from orchestration.errors import UserError
from orchestration.progress import make_console
from orchestration.summary import near, number
from release.status import refusals, status
from release.trace import DIMENSIONS, trace

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from rich.console import Console

    from orchestration.settings import Settings

ROW_COLUMNS = ("record_id", "origin", "numerator", "denominator", "measure")
STATUSES = {
    "ok": "",
    "weak": "мало данных",
    "hidden": "скрыто: мало ответов здесь или рядом",
    "no_data": "нет данных",
    "no_source": "нет источника",
}


def show_status(settings: Settings) -> None:
    """Released weeks with their revision and what was missing, then what the gate refuses.

    Args:
        settings: the home and the region.
    """
    console = make_console()
    weeks = status(settings.ingestion)
    for line in refusals(settings.ingestion):
        console.print(f"[red]не выпущено[/red]  {escape(line)}")
    if not weeks:
        raise UserError(f"{near(settings.home)}: выпусков ещё нет; выполните cx demo, затем cx run.")
    title = f"Выпуски: {settings.region.name}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="dim")
    for column in ("неделя", "редакция", "выпущено (UTC)", "не хватало"):
        table.add_column(column)
    for week in weeks:
        released = week.released_at[:16].replace("T", " ")
        table.add_row(week.week, f"r{week.revision}", released, ", ".join(week.gaps) or "—")
    console.print(table)
    for what, path in (("Файл SQL", settings.published), ("Сайт", settings.site / "index.html")):
        console.print(f"{what:<9} {near(path) if path.exists() else 'ещё не собран'}")


def _text(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:.6g}".replace(".", ",") if isinstance(value, float) else str(value)


def _show_rows(console: Console, title: str, frame: pl.DataFrame, columns: tuple[str, ...], limit: int) -> None:
    shown = f"первые {limit} из {number(frame.height)}" if frame.height > limit else number(frame.height)
    table = Table(title=f"{title}: {shown}", title_justify="left", box=None, header_style="dim")
    present = [column for column in columns if column in frame.columns and frame[column].null_count() < frame.height]
    for column in present:
        numeric = frame[column].dtype.is_numeric()
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in frame.select(present).head(limit).iter_rows():
        table.add_row(*(escape(_text(value)) for value in row))
    console.print(table)
    console.print()


def show_trace(settings: Settings, week: str, metric: str, cut: dict[str, str], *, rows: int, csv: Path | None) -> bool:
    """The rows behind a published value, and the value recomputed from them.

    Args:
        settings: the home and the region.
        week: week of the value.
        metric: code of the metric.
        cut: dimensions of the cut; those not given are "all".
        rows: how many rows of each part to show.
        csv: where to write all rows, if anywhere.

    Returns:
        Whether the published value is the recomputed one.
    """
    console = make_console()
    found = trace(settings.ingestion, week, metric, cut)
    where = ", ".join(f"{name} = {cut[name]}" for name in DIMENSIONS if name in cut) or "весь регион"
    published = found.published
    note = STATUSES.get(str(published["status"]), str(published["status"]))
    console.print(f"[bold]{metric}[/bold] за {week}, {where}; выпуск {found.issue.week} r{found.issue.revision}")
    verdict = "[green]равно[/green]" if found.is_equal else "[red]не равно[/red]"
    console.print(
        f"выпущено [bold]{_text(published['value'])}[/bold]{f' ({note})' if note else ''}, "
        f"пересчитано [bold]{_text(found.recomputed)}[/bold]: {verdict}"
    )
    console.print(
        f"числитель {_text(published['numerator'])}, знаменатель {_text(published['denominator'])}, "
        f"n {_text(published['n'])}, определение {published['definition_id']} {published['definition_version']}\n"
    )
    _show_rows(console, "Числитель", found.numerator, ROW_COLUMNS, rows)
    _show_rows(console, "Знаменатель", found.counted, ROW_COLUMNS, rows)
    _show_rows(console, "Исключено", found.excluded, ("exclusion_reason", *ROW_COLUMNS), rows)
    if csv is not None:
        _write_csv(csv, found.counted.vstack(found.excluded))
        console.print(f"Все строки: {near(csv.resolve())}")
    return found.is_equal


def _write_csv(path: Path, frame: pl.DataFrame) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_csv(path, include_bom=True)  # the mark lets spreadsheets read Russian letters
    except OSError as error:
        raise UserError(f"{path}: не удалось записать ({error.strerror}); проверьте место и права.") from error
