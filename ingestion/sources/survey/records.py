"""Surveys as objects of an API: the fields of each response under the names that the system gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.extract import SourceError
from ingestion.sources.survey.wide import Cells, Wide, wide_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.sources.survey.config import Survey

MAX_FIELDS = 2000  # a survey that names more is no survey, and each is a column of all responses
Fields = dict[str, str | None]


@dataclass(frozen=True)
class Record:
    """A response of an API; null in its fields is "not asked"."""

    id: str | None
    submitted_at: str | None
    is_complete: bool
    fields: Fields
    origin: str
    problem: str | None = None


class WrongValueError(ValueError):
    """A value is not built as an answer can be."""


def text_of(value: Any) -> str | None:
    """An answer as text; of several chosen, all of them.

    Raises:
        WrongValueError: an object, or a list of lists.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        if any(isinstance(one, list | dict) for one in value):
            raise WrongValueError
        return "; ".join(text for one in value if (text := text_of(one)))
    if isinstance(value, dict):
        raise WrongValueError
    # half of an emoji is no letter
    return str(value).encode("utf-8", errors="replace").decode().strip()


def wide_of_records(records: list[Record], config: Survey, system_fields: Collection[str], where: str) -> Wide:
    """Make the common form: roles and questions that the region names, and every other field as a question.

    Args:
        records: responses.
        config: description of the survey.
        system_fields: fields that are no questions.
        where: the server, for messages.

    Raises:
        SourceError: too many fields.
    """
    names = dict.fromkeys(name for record in records for name in record.fields)
    if len(names) > MAX_FIELDS:
        raise SourceError(f"{where}: полей в ответах больше {MAX_FIELDS}; проверьте номер опроса")
    columns: dict[str, Cells] = {
        role: [record.fields.get(name) for record in records] for role, name in config.columns.items()
    }
    columns.setdefault("id", [record.id for record in records])
    columns.setdefault("submitted_at", [record.submitted_at for record in records])
    ours = {question.name: (code, question.header) for code, question in config.questions.items()}
    known = {*config.columns.values(), *config.ignore, *system_fields}
    others = {name: (f"c_{name}", name) for name in sorted(names) if name not in known and name not in ours}
    questions: dict[str, tuple[str, str]] = {}
    for position, (name, asked) in enumerate({**ours, **others}.items()):
        columns[f"q_{position}"] = [record.fields.get(name) for record in records]
        questions[f"q_{position}"] = asked
    return wide_of(
        columns,
        questions,
        config,
        [record.origin for record in records],
        [record.problem for record in records],
        [record.is_complete for record in records],
    )
