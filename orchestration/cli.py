"""The ``cx`` command line: what people type. Each command imports its work when it is called, so help is instant.

What does not belong here: the work itself (``runner.py``, ``demo.py``, ``show.py`` and the packages they call).
"""

from __future__ import annotations

import math
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from ingestion.errors import IngestionError
from orchestration.arguments import parse_weeks
from orchestration.errors import UserError, WrongArgumentError
from release.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, WRONG_ARGUMENTS, INTERRUPTED = 1, 2, 130
STOPPED = "Остановлено. Последний выпуск остался прежним; повторите команду, чтобы продолжить."

# typer has no Russian; these are the words of its help
rich_utils.OPTIONS_PANEL_TITLE = "Параметры"
rich_utils.COMMANDS_PANEL_TITLE = "Команды"
rich_utils.DEFAULT_STRING = "[по умолчанию: {}]"
rich_utils.REQUIRED_LONG_STRING = "[обязателен]"


class _RussianHelp:
    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Показать эту справку."
        return option


class _Group(_RussianHelp, TyperGroup):
    """The commands together."""


class _Command(_RussianHelp, TyperCommand):
    """One command."""


app = typer.Typer(
    cls=_Group,
    name="cx",
    help="Недельные выпуски показателей клиентского опыта службы занятости.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Week = Annotated[str | None, typer.Option(help="Неделя ISO, например 2026-W46.", metavar="НЕДЕЛЯ")]
Weeks = Annotated[str | None, typer.Option(help="Недели подряд, например 2026-W35..2026-W46.", metavar="A..B")]
Region = Annotated[Path | None, typer.Option(help="Файл региона; иначе CX_REGION.", metavar="ФАЙЛ")]


@app.command(cls=_Command)
def demo(
    factor: Annotated[float, typer.Option(help="Размер: 1 — около 6 000 обращений в неделю.", metavar="ЧИСЛО")] = 1.0,
    weeks: Weeks = None,
    seed: Annotated[int, typer.Option(help="Зерно: те же числа дают те же файлы.", metavar="ЧИСЛО", min=0)] = 1,
    region: Region = None,
) -> None:
    """Написать источники выдуманного региона."""
    from orchestration.demo import write_demo
    from orchestration.settings import load_settings

    if not 0 < factor < math.inf:
        raise WrongArgumentError(f"--factor {factor}: нужно число больше нуля")
    settings = load_settings(region)
    asked = parse_weeks(None, weeks) or settings.weeks
    write_demo(settings, first_week=asked[0], last_week=asked[-1], factor=factor, seed=seed)


@app.command(cls=_Command)
def run(
    week: Week = None,
    weeks: Weeks = None,
    region: Region = None,
    start: Annotated[
        str,
        typer.Option(
            "--from",
            help="Откуда: source — с источников, text — с разметки текстов, landing — с уже загруженного.",
            metavar="ОТКУДА",
        ),
    ] = "source",
) -> None:
    """Сделать выпуски: загрузить, посчитать, проверить, выпустить, собрать сайт."""
    if start not in ("source", "text", "landing"):
        raise WrongArgumentError(f"--from {start}: можно source, text или landing")
    asked = parse_weeks(week, weeks)
    from orchestration.runner import run_weeks
    from orchestration.settings import load_settings

    settings = load_settings(region)
    raise typer.Exit(run_weeks(settings, asked or settings.weeks, start=start))


@app.command(cls=_Command)
def status(region: Region = None) -> None:
    """Показать, что выпущено, чего не хватало и что не выпущено."""
    from orchestration.settings import load_settings
    from orchestration.show import show_status

    show_status(load_settings(region))


@app.command(cls=_Command)
def trace(
    week: Annotated[str, typer.Option(help="Неделя ISO, например 2026-W46.", metavar="НЕДЕЛЯ")],
    metric: Annotated[str, typer.Option(help="Код показателя, например ces.", metavar="КОД")],
    office: Annotated[str | None, typer.Option(help="Центр, например C05.", metavar="КОД")] = None,
    touchpoint: Annotated[str | None, typer.Option(help="Точка контакта.", metavar="КОД")] = None,
    channel: Annotated[str | None, typer.Option(help="Канал.", metavar="КОД")] = None,
    journey: Annotated[str | None, typer.Option(help="Клиентский путь.", metavar="КОД")] = None,
    stage: Annotated[str | None, typer.Option(help="Стадия пути; вместе с --journey.", metavar="КОД")] = None,
    client_group: Annotated[str | None, typer.Option(help="Группа клиентов.", metavar="КОД")] = None,
    segment: Annotated[str | None, typer.Option(help="Сегмент группы; вместе с --client-group.", metavar="КОД")] = None,
    rows: Annotated[int, typer.Option(help="Сколько строк показать в каждой части.", metavar="ЧИСЛО", min=1)] = 20,
    csv: Annotated[Path | None, typer.Option(help="Записать все строки в этот файл.", metavar="ФАЙЛ")] = None,
    region: Region = None,
) -> None:
    """Показать строки, из которых получено выпущенное значение, и пересчитать его."""
    from orchestration.settings import load_settings
    from orchestration.show import show_trace

    cut = {
        "office_id": office,
        "touchpoint": touchpoint,
        "channel": channel,
        "journey": journey,
        "stage": stage,
        "client_group": client_group,
        "segment": segment,
    }
    chosen = {dimension: code for dimension, code in cut.items() if code is not None}
    equal = show_trace(load_settings(region), parse_weeks(week, None)[0], metric, chosen, rows=rows, csv=csv)
    raise typer.Exit(0 if equal else 1)


source_app = typer.Typer(
    cls=_Group, name="source", help="Проверить источники региона, ничего не загружая.", no_args_is_help=True
)
app.add_typer(source_app)


@source_app.command(cls=_Command)
def check(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Коды источников; иначе все настроенные.", metavar="ИСТОЧНИК")
    ] = None,
    week: Week = None,
    region: Region = None,
) -> None:
    """Сказать, читается ли неделя источников и что не загрузилось бы и почему."""
    from ingestion.settings import Settings
    from orchestration.sources import check_sources

    asked = parse_weeks(week, None)
    sound = check_sources(Settings(region=region) if region else Settings(), sources or [], asked[0] if asked else None)
    raise typer.Exit(0 if sound else 1)


@source_app.command(cls=_Command)
def preview(
    source: Annotated[str, typer.Argument(help="Код источника.", metavar="ИСТОЧНИК")],
    week: Week = None,
    rows: Annotated[int, typer.Option(help="Сколько записей каждого вида показать.", metavar="ЧИСЛО", min=1)] = 3,
    region: Region = None,
) -> None:
    """Показать первые записи так, как они загрузились бы: без имён и других личных данных."""
    from ingestion.settings import Settings
    from orchestration.sources import preview_source

    asked = parse_weeks(week, None)
    settings = Settings(region=region) if region else Settings()
    raise typer.Exit(0 if preview_source(settings, source, asked[0] if asked else None, rows) else 1)


@app.command(cls=_Command)
def methodology(region: Region = None) -> None:
    """Проверить файлы методики: что в них есть и что не так."""
    from ingestion.settings import Settings
    from orchestration.methodology import describe

    for line in describe(Settings(region=region) if region else Settings()):
        typer.echo(line)


@app.command(cls=_Command)
def site(region: Region = None) -> None:
    """Собрать сайт из опубликованного файла."""
    from orchestration.settings import load_settings
    from orchestration.site import build_site

    build_site(load_settings(region))


@app.command(cls=_Command)
def docs(region: Region = None) -> None:
    """Собрать описание таблиц и столбцов хранилища."""
    from orchestration.docs import build_docs
    from orchestration.settings import load_settings

    build_docs(load_settings(region))


@app.command(cls=_Command)
def dev(
    port: Annotated[int, typer.Option(help="Порт на этой машине.", metavar="ЧИСЛО", min=1, max=65535)] = 3000,
) -> None:
    """Открыть интерфейс Dagster на http://127.0.0.1."""
    from orchestration.instance import serve
    from orchestration.settings import load_settings

    serve(load_settings(), port)


def _describe_usage(error: typer.TyperException, arguments: Sequence[str]) -> str:
    option = getattr(error, "option_name", None)
    if isinstance(error, typer.BadParameter):
        name = error.param.opts[0] if error.param else "параметр"
        return f"{name}: {'значение не подходит' if error.message else 'нужен всегда'}; что можно, покажет --help"
    if hasattr(error, "possibilities"):
        return f"{option}: такого параметра нет; список покажет --help"
    if option:
        return f"{option}: нужно значение; какое, покажет --help"
    return f"cx {' '.join(arguments)}: не понято; список покажет --help"


def _describe_unexpected(error: Exception) -> str:
    """One line; the rest goes to the log."""
    from ingestion.settings import Settings

    said = f"Непредвиденная ошибка {type(error).__name__}: {' '.join(str(error).split())}"
    try:
        log = Settings().home / "logs" / "cx.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return said
    return f"{said}; подробности: {log}"


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: errors that people can mend are one line, an interrupt is quiet.

    Args:
        arguments: those of the process unless given.

    Returns:
        The exit code: 1 for an error, 2 for wrong arguments, 130 for an interrupt.
    """
    try:
        code = app(arguments, standalone_mode=False) or 0
        if code != INTERRUPTED:
            return code
        message = STOPPED  # typer has made an exit code of the interrupt
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # it is the help itself, already shown
            return WRONG_ARGUMENTS
        message, code = _describe_usage(error, sys.argv[1:] if arguments is None else arguments), WRONG_ARGUMENTS
    except WrongArgumentError as error:
        message, code = str(error), WRONG_ARGUMENTS
    except (UserError, IngestionError, ReleaseError) as error:
        message, code = str(error), FAILED
    except Exception as error:  # nobody but us can read a traceback
        message, code = _describe_unexpected(error), FAILED
    typer.secho(f"✗ {message}", fg=typer.colors.RED, err=True)
    return code


def main() -> None:
    """Entry point of ``cx``."""
    sys.exit(run_command())


if __name__ == "__main__":
    main()
