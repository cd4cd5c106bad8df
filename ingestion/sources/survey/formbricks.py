"""Formbricks' management API: pages of responses, newest first, read until they are older than the week."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ingestion.asked import day_of, days_asked, is_asked, note_input
from ingestion.extract import Broken, Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.quarantine import REASONS
from ingestion.sources.survey.records import (
    Fields,
    Record,
    WrongValueError,
    text_of,
    wide_of_records,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.sources.survey.config import Formbricks
    from ingestion.sources.survey.wide import Wide

_READINGS = 3  # of a list, or of a page, that changes under the reader
Row = dict[str, Any]


def read(config: Formbricks, context: Context, extract: Extract) -> Iterator[Wide]:
    """Responses of the week."""
    headers = {"x-api-key": context.secret(config.token)}
    first, _ = days_asked(context)
    url = f"{config.url.rstrip('/')}/api/v1/management/responses"
    with server(url, {}, headers) as source:
        found = _found(source, config, first)
    rows = [item for item in found if not isinstance(item, dict) or is_asked(item.get("createdAt"), context)]
    note_input(extract, f"{source.host}/survey-{config.survey_id}", rows)
    misshapen = [item for item in rows if not isinstance(item, dict)]
    extract.broken += [Broken("responses", "wrong_shape", REASONS["wrong_shape"], source.host) for _ in misshapen]
    records = [_record(item, config, source.host) for item in rows if isinstance(item, dict)]
    yield wide_of_records(records, config, (), f"{source.host}: опрос {config.survey_id}")


def _found(source: Server, config: Formbricks, first: str) -> list[Any]:
    for _ in range(_READINGS):
        found = _read_through(source, config, first)
        if found is not None:
            return list(found.values())
    raise SourceError(f"{source.host}: ответы меняются, пока их читают; повторите позже")


def _read_through(source: Server, config: Formbricks, first: str) -> dict[str, Any] | None:
    """Responses from the newest to the first that is older than a day; None where some were deleted meanwhile.

    Each page begins with the last response of the one before: where that is not there, the list has shrunk and
    a response may have slipped past.
    """
    found = _keyed(_page(source, config, 0))
    before, skip, repeats = found, len(found) - 1, 0
    while before and not all(_is_older(item, first) for item in before.values()):
        page = _keyed(_page(source, config, skip))
        if list(before)[-1] not in page:
            return None
        # one that repeats may have been pushed back by new responses, but not time and again
        repeats += page == before
        if repeats == _READINGS:
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        if len(page) == 1:
            # the end, unless the page was cut short
            return found if not _page(source, config, skip + 1) else None
        found.update(page)
        before, skip = page, skip + len(page) - 1
    return found


def _page(source: Server, config: Formbricks, skip: int) -> list[Any]:
    answer = source.get("", {"surveyId": config.survey_id, "limit": config.page, "skip": skip})
    items = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{source.host}: нет списка ответов (data); проверьте url и survey_id")
    return items


def _keyed(items: list[Any]) -> dict[str, Any]:
    """Items by id, or by their content where they have none."""
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    return {
        number if isinstance(number, str) and number else json.dumps(item, sort_keys=True): item
        for number, item in zip(ids, items, strict=True)
    }


def _is_older(item: Any, first: str) -> bool:
    day = day_of(item.get("createdAt")) if isinstance(item, dict) else None
    return day is not None and day < first


def _record(item: Row, config: Formbricks, host: str) -> Record:
    number, moment = item.get("id"), item.get("createdAt")
    problem = None
    try:
        fields = _fields(item, config)
    except WrongValueError:
        fields, problem = {}, "wrong_shape"
    return Record(
        id=number if isinstance(number, str) and number else None,
        submitted_at=moment if isinstance(moment, str) else None,
        is_complete=item.get("finished") is True,
        fields=fields,
        origin=f"{host}#{number}",
        problem=problem,
    )


def _fields(item: Row, config: Formbricks) -> Fields:
    """Answers by the id of the question (of a matrix by its row too), and what the region names of the rest."""
    data = item.get("data") or {}
    if not isinstance(data, dict):
        raise WrongValueError
    fields: Fields = {}
    for name, value in data.items():
        if isinstance(value, dict):
            fields.update({f"{name} / {row}": text_of(chosen) for row, chosen in value.items()})
        else:
            fields[name] = text_of(value)
    named = {*config.columns.values(), *(question.name for question in config.questions.values())}
    for name in sorted(named - fields.keys()):
        fields[name] = text_of(_at(item, name))
    return fields


def _at(item: Row, name: str) -> Any:
    """A field by its path, such as ``contactAttributes.userId``; None where there is none."""
    found: Any = item
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
