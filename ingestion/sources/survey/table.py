"""Surveys as files: a table of cells, from a CSV or from a sheet of a workbook, with one or two header rows."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from ingestion.extract import Context, Extract, SourceError
from ingestion.reading import found_files, place, read_rows
from ingestion.sources.survey.config import LimeSurveyExport
from ingestion.sources.survey.wide import Cells, Wide, wide_of
from ingestion.workbook import read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.sources.survey.config import SurveyFiles

_WORKBOOKS = (".xlsx", ".xlsm")
_SHOWN = 12  # columns that a message names
Rows = list[list[str]]


def read(config: SurveyFiles, context: Context, extract: Extract) -> Iterator[Wide]:
    """Responses of each file."""
    extract.other_week_is_wrong = "{week}" in config.files
    for path in found_files(config.files, context, extract):
        yield _wide(_table(path, config), place(path), config)


def _table(path: Path, config: SurveyFiles) -> Rows:
    """Rows of cells; of a workbook the sheet in which most of the named columns stand, of such the widest."""
    if path.suffix.lower() not in _WORKBOOKS:
        tables = [read_rows(path)]
    else:
        tables = [[[cell or "" for cell in row] for row in sheet.rows()] for sheet in read_sheets(path)]

    def fitness(rows: Rows) -> tuple[int, int]:
        if len(rows) < _header_rows(config):
            return (-len(_named(config)) - 1, 0)
        headers = _headers(rows, config)
        return (-len(_missing(headers, config)), sum(bool(wording) for wording in headers))

    return max(tables, key=fitness, default=[])


def _header_rows(config: SurveyFiles) -> int:
    return 2 if isinstance(config, LimeSurveyExport) else 1


def _headers(rows: Rows, config: SurveyFiles) -> list[str]:
    """Wordings of the columns: question and sub-question where there are both."""
    first, second = rows[0], rows[1] if _header_rows(config) == 2 else []
    question, wordings = "", []
    for group, part in zip_longest(first, second, fillvalue=""):
        # a group stands over the first of its parts only
        question = group.strip() or (question if part.strip() else "")
        wordings.append(" / ".join(text for text in (question, part.strip()) if text))
    return wordings


def _named(config: SurveyFiles) -> list[str]:
    return [*config.columns.values(), *(question.header for question in config.questions.values())]


def _missing(headers: list[str], config: SurveyFiles) -> list[str]:
    optional = {question.header for question in config.questions.values() if question.optional}
    named = {question.header: question.name for question in config.questions.values()}
    return [
        name
        for name in _named(config)
        if name not in headers and named.get(name) not in headers and name not in optional
    ]


def _wide(rows: Rows, name: str, config: SurveyFiles) -> Wide:
    top = _header_rows(config)
    if len(rows) < top:
        need = (
            "двух строк заголовка; выгрузите ответы из LimeSurvey" if top == 2 else "строки заголовка; выгрузите файл"
        )
        raise SourceError(f"{name}: нет {need} заново")
    headers = _headers(rows, config)
    if missing := _missing(headers, config):
        raise SourceError(f"{name}: нет столбцов {', '.join(missing)}; проверьте вопросы в описании региона")
    if "submitted_at" not in config.columns and config.period is None:
        shown = ", ".join(f"«{header}»" for header in headers[:_SHOWN] if header)
        raise SourceError(
            f"{name}: не сказано, в каком столбце дата ответа; допишите в описание региона "
            f"columns: {{submitted_at: …}} или одну неделю на все ответы (period); столбцы файла: {shown}"
        )
    # a blank line is not a response
    body = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows[top:], start=top + 1) if row]
    if name.lower().endswith(_WORKBOOKS):  # in which blank lines have cells too
        body = [(number, row) for number, row in body if any(row)]
    columns, questions = _columns([row for _, row in body], headers, config)
    # cells beyond the headers: a separator stands in a text, and every answer after it in a wrong column
    problems = ["wrong_shape" if any(row[len(headers) :]) else None for _, row in body]
    return wide_of(columns, questions, config, [f"{name}#{number}" for number, _ in body], problems)


def _columns(
    body: Rows, headers: list[str], config: SurveyFiles
) -> tuple[dict[str, Cells], dict[str, tuple[str, str]]]:
    """Cells of roles and questions; of two columns of one header the first counts, and the other is a question."""
    role_of = {header: role for role, header in config.columns.items()}
    code_of = {name: code for code, question in config.questions.items() for name in (question.header, question.name)}
    columns: dict[str, Cells] = {}
    questions: dict[str, tuple[str, str]] = {}
    for position, wording in enumerate(headers):
        if wording in config.ignore:
            continue
        # where a row ends early nothing was answered; that it was not asked is not known
        values: Cells = [row[position] if position < len(row) else "" for row in body]
        role = role_of.get(wording)
        if role and role not in columns:
            columns[role] = values
            continue
        code = code_of.get(wording)
        is_ours = code is not None and code not in [taken for taken, _ in questions.values()]
        columns[f"q_{position}"] = values
        questions[f"q_{position}"] = (code if code and is_ours else f"c{position + 1:02d}", wording)
    return columns, questions
