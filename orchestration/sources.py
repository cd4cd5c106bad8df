"""What the sources of a region would give, for the people who connect them.

What does not belong here: reading them (``ingestion/trial.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from ingestion.methodology.check import check_methodology
from ingestion.region import load_region
from ingestion.registry import EXTRACTORS
from ingestion.text.labels import SOURCE as TEXT_STAGE
from ingestion.trial import Trial, try_source
from orchestration.errors import WrongArgumentError
from orchestration.progress import make_console
from orchestration.summary import number

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.settings import Settings

_STATUS = {
    "loaded": "[green]читается[/green]",
    "no_source": "[red]не читается[/red]",
    "not_configured": "[dim]не настроен[/dim]",
}
_HIDDEN = ("record_hash", "load_id")  # of no use to a reader
_NO_REGISTER = "реестр центров ещё не загружен, поэтому центр ни у одной записи не известен; начните с АИС"


def check_sources(settings: Settings, sources: list[str], week: str | None) -> bool:
    """Say of each source whether a week of it can be read, and what of it would not land.

    Args:
        settings: home, region, key.
        sources: codes; none means all that the region has.
        week: ISO week; none means the last one of the region.

    Returns:
        Whether all of them can be read.
    """
    console = make_console()
    names, week = _names(settings), week or load_region(settings).last_week
    configured = [source for source in names if getattr(load_region(settings).sources, source) is not None]
    trials = []
    for source in _known(sources, names) or configured:
        with console.status(f"{names[source]}: чтение"):
            trials.append(try_source(source, week, settings))
        _show(console, names[source], trials[-1])
    return all(trial.is_sound for trial in trials)


def preview_source(settings: Settings, source: str, week: str | None, rows: int) -> bool:
    """Show the first rows of a source as they would land: pseudonymised and redacted.

    Args:
        settings: home, region, key.
        source: its code.
        week: ISO week; none means the last one of the region.
        rows: of each entity.

    Returns:
        Whether the source can be read.
    """
    console = make_console()
    names, week = _names(settings), week or load_region(settings).last_week
    (source,) = _known([source], names)
    trial = try_source(source, week, settings, rows=rows)
    _show(console, names[source], trial)
    for entity, sample in trial.samples.items():
        shown = [name for name in sample.columns if name not in _HIDDEN]
        for row in sample.select(shown).iter_rows(named=True):
            console.print(f"\n[bold]{escape(entity)}[/bold]")
            table = Table(box=None, pad_edge=False, show_header=False)
            table.add_column(style="dim")
            table.add_column(overflow="fold")
            for name, value in row.items():
                if value is not None:
                    table.add_row(name, escape(str(value)))
            console.print(table)
    return trial.is_sound


def _names(settings: Settings) -> dict[str, str]:
    """Names of the sources that a region can have, in the order in which they are read."""
    names = check_methodology(settings.methodology, None).dictionaries["sources"]
    return {source: names[source] for source in EXTRACTORS if source != TEXT_STAGE}


def _known(sources: list[str], names: dict[str, str]) -> list[str]:
    for source in sources:
        if source not in names:
            raise WrongArgumentError(f"{source}: такого источника нет; есть {', '.join(names)}")
    return sources


def _show(console: Console, name: str, trial: Trial) -> None:
    status = _STATUS[trial.status] if trial.is_sound or trial.status != "loaded" else _STATUS["no_source"]
    console.print(f"[bold]{escape(name)}[/bold] ({trial.source}), {trial.week}: {status}")
    if trial.inputs:
        more = f" и ещё {len(trial.inputs) - 3}" if len(trial.inputs) > 3 else ""
        console.print(f"  прочитано: {escape(', '.join(trial.inputs[:3]))}{more}")
    for entity, counts in trial.counts.items():
        parts = [f"загрузится {number(counts.landed)}"]
        parts += [f"в карантин {number(counts.quarantined)}"] if counts.quarantined else []
        parts += [f"другой недели {number(counts.other_week)}"] if counts.other_week else []
        console.print(f"  {escape(entity)}: {', '.join(parts)}")
    for line in trial.lines:
        console.print(f"  • {escape(line.removeprefix(f'{trial.week}: '))}")
    if not trial.has_register and trial.status == "loaded":
        console.print(f"  • {_NO_REGISTER}: cx run --week {trial.week}")
