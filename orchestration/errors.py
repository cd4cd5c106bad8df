"""Errors that people can mend: one line each, and the exit code.

What does not belong here: where they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from orchestration.arguments import WrongArgumentError
from orchestration.progress import make_console

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED, WRONG_ARGUMENTS, INTERRUPTED = 1, 2, 130


class UserError(RuntimeError):
    """The command cannot go on; the message is one line for the user: what, where, what to do."""


def describe_usage(error: typer.TyperException) -> str:
    """A usage error of the command line in Russian.

    Args:
        error: what the parser raised.
    """
    option = getattr(error, "option_name", None)
    if isinstance(error, typer.BadParameter):
        name = error.param.opts[0] if error.param else "параметр"
        return f"{name}: значение не подходит ({error.message})" if error.message else f"{name}: параметр обязателен"
    if hasattr(error, "possibilities"):
        return f"{option}: такого параметра нет; список: --help"
    return f"{option or 'Команда'}: не понято ({error.format_message()}); список: --help"


def run_command(command: Callable[..., int | None]) -> int:
    """Run the command line and turn what people can mend into one line.

    Args:
        command: the typer application.

    Returns:
        The exit code.
    """
    console = make_console(stderr=True)
    try:
        return command(standalone_mode=False) or 0
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help itself, not an error
            make_console().print(error.message)
            return WRONG_ARGUMENTS
        message, code = describe_usage(error), WRONG_ARGUMENTS
    except WrongArgumentError as error:
        message, code = str(error), WRONG_ARGUMENTS
    except UserError as error:
        message, code = str(error), FAILED
    except KeyboardInterrupt:
        message, code = (
            "Остановлено. Последний выпуск остался прежним; повторите команду, чтобы продолжить",
            INTERRUPTED,
        )
    console.print(f"[red]✗[/red] {message}", soft_wrap=True, markup=True)
    return code
