"""LimeSurvey's RemoteControl 2: only the responses of the week are asked for, in windows of their numbers.

Numbers rise with the moment at which a response was begun, so the end of the week is found by halving, and from
there windows are read backwards until all of them are older than the week.
"""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ingestion.asked import day_of, days_asked, is_asked, note_input
from ingestion.extract import Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.sources.survey.records import (
    Record,
    WrongValueError,
    text_of,
    wide_of_records,
)
from ingestion.weeks import monday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.sources.survey.config import LimeSurveyApi
    from ingestion.sources.survey.wide import Wide

WINDOW = 200
Row = dict[str, Any]
# what LimeSurvey adds to the answers; some of it is personal
_SYSTEM_FIELDS = {
    *("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"),
    *("interviewtime", "quota_exit", "firstname", "lastname", "email"),
}
_EXPIRED = "Invalid session key"
_EMPTY = "No Data, could not get max id."
_NO_DATE = "1980-01-01"  # the moment of every response of a survey that keeps none
_MEANINGS = {
    "No permission": "нет права выгружать ответы; дайте учётной записи право «Ответы: экспорт»",
    "No Data, survey table does not exist.": "опрос не запущен или удалён; проверьте survey_id",
    "Error: Invalid survey ID": "такого опроса нет; проверьте survey_id",
    _EXPIRED: "сеанс истёк дважды; повторите позже",
}


class _Session:
    """A session of an account; one that expires is renewed once."""

    def __init__(self, source: Server, config: LimeSurveyApi, password: str) -> None:
        self._source, self._config, self._password = source, config, password
        self._renewals = 1
        self.key = self._opened()

    def ask(self, method: str, *arguments: Any) -> Any:
        """Result of a method; a status where LimeSurvey refuses."""
        result = self._called(method, self.key, *arguments)
        if _status(result) == _EXPIRED and self._renewals:
            self._renewals -= 1
            self.key = self._opened()
            result = self._called(method, self.key, *arguments)
        return result

    def release(self) -> None:
        """End the session on the server; one that does not end there expires."""
        with suppress(SourceError):
            self._called("release_session_key", self.key)

    def _opened(self) -> str:
        key = self._called("get_session_key", self._config.user, self._password)
        if isinstance(key, str) and key:
            return key
        if "attempts" in (_status(key) or ""):
            reason = "слишком много неудачных попыток входа; повторите через 10 минут"
        else:
            reason = f"вход не удался; проверьте user и пароль в CX_SECRET_{self._config.password}"
        raise SourceError(f"{self._source.host}: {reason}")

    def _called(self, method: str, *arguments: Any) -> Any:
        answer = self._source.post("", {"method": method, "params": list(arguments), "id": 1})
        if not isinstance(answer, dict) or "result" not in answer:
            raise SourceError(f"{self._source.host}: это не ответ RemoteControl 2; проверьте url и включите JSON-RPC")
        if answer.get("error"):
            raise SourceError(
                f"{self._source.host}: LimeSurvey не выполнил {method}; проверьте версию и журнал сервера"
            )
        return answer["result"]


class _Export:
    """Responses of one survey by their numbers."""

    def __init__(self, session: _Session, config: LimeSurveyApi, host: str) -> None:
        self._session, self._survey = session, config.survey_id
        self.where = f"{host}: опрос {config.survey_id}"

    def count(self) -> int:
        """How many responses there are; 0 where the account may not know."""
        summary = self._session.ask("get_summary", self._survey, "all")
        return _whole(summary.get("full_responses")) or 0 if isinstance(summary, dict) else 0

    def rows(self, first: int, last: int | None, fields: list[str] | None = None) -> list[Row]:
        """Responses with numbers from the first to the last one, both included, in order."""
        result = self._session.ask(
            "export_responses", self._survey, "json", None, "all", "code", "short", first, last, fields
        )
        status = _status(result)
        if status == _EMPTY:
            return []
        if status is not None:
            raise SourceError(
                f"{self.where}: {_MEANINGS.get(status, 'LimeSurvey отказал; проверьте survey_id и права')}"
            )
        # of no responses LimeSurvey makes one whose every field is empty
        rows = [row for row in self._decoded(result) if any(value not in ("", None) for value in row.values())]
        numbers = [_number(row) for row in rows]
        if any(number is None or number < first or (last is not None and number > last) for number in numbers):
            raise SourceError(f"{self.where}: пришли не те ответы, что запрошены (повтор); проверьте сервер")
        return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0] or 0)]

    def _decoded(self, result: Any) -> list[Row]:
        try:
            content = json.loads(base64.b64decode(result, validate=True))
        except (TypeError, ValueError, RecursionError):
            raise SourceError(f"{self.where}: выгрузка не читается (base64 или JSON); повторите позже") from None
        found = content.get("responses") if isinstance(content, dict) else None
        rows = [_unwrapped(item) for item in found] if isinstance(found, list) else [None]
        if any(not isinstance(row, dict) for row in rows):
            raise SourceError(f"{self.where}: в выгрузке нет списка ответов; проверьте версию LimeSurvey")
        return [row for row in rows if row is not None]


def read(config: LimeSurveyApi, context: Context, extract: Extract) -> Iterator[Wide]:
    """Responses of the week."""
    password = context.secret(config.password)
    with server(config.url, {}) as source, _opened(source, config, password) as session:
        export = _Export(session, config, source.host)
        rows = [row for row in _found(export, config, context) if is_asked(_counted_at(row), context)]
    note_input(extract, f"{source.host}/survey-{config.survey_id}", rows)
    if missing := _missing(rows, config):
        raise SourceError(f"{export.where}: нет полей {', '.join(missing)}; проверьте коды вопросов в описании региона")
    yield wide_of_records([_record(row, source.host) for row in rows], config, _SYSTEM_FIELDS, export.where)


@contextmanager
def _opened(source: Server, config: LimeSurveyApi, password: str) -> Iterator[_Session]:
    session = _Session(source, config, password)
    try:
        yield session
    finally:
        session.release()


def _found(export: _Export, config: LimeSurveyApi, context: Context) -> list[Row]:
    """Responses that can belong to the week, and their neighbours."""
    oldest = (monday(context.week) - timedelta(days=1 + config.begun_within_days)).isoformat()
    _, last = days_asked(context)
    top, size = _first_after(export, last) - 1, WINDOW
    found: list[Row] = []
    while top >= 1:
        bottom = max(1, top - size + 1)
        rows = export.rows(bottom, top)
        if any(day_of(row.get("submitdate")) == _NO_DATE for row in rows):
            raise SourceError(f"{export.where}: опрос не хранит дат ответов; включите в нём «Сохранять дату ответа»")
        found = [*rows, *found]
        if rows and all(max(_days(row), default="9") < oldest for row in rows):
            break
        # a gap in the numbers is crossed in steps that grow
        top, size = bottom - 1, WINDOW if rows else size * 2
    return found


def _first_after(export: _Export, last: str) -> int:
    """A number from which on all responses were begun after a day, at most a window above the first such number."""
    low, high = 0, max(export.count(), WINDOW)
    while not _is_after(export, high, last):
        low, high = high, high * 2
    while high - low > WINDOW:
        middle = (low + high) // 2
        if _is_after(export, middle, last):
            high = middle
        else:
            low = middle
    return high


def _is_after(export: _Export, number: int, last: str) -> bool:
    """Whether the responses from a number on were begun after a day; so they are where there are none."""
    rows = export.rows(number, number + WINDOW - 1)
    if not rows:
        numbers = export.rows(number, None, ["id"])
        if not numbers:
            return True
        first = _number(numbers[0]) or number
        rows = export.rows(first, first + WINDOW - 1)
    days = [min(_days(row)) for row in rows if _days(row)]
    return bool(days) and min(days) > last


def _missing(rows: list[Row], config: LimeSurveyApi) -> list[str]:
    names = [*config.columns.values(), *(entry.name for entry in config.questions.values() if not entry.optional)]
    return [name for name in names if rows and not any(name in row for row in rows)]


def _record(row: Row, host: str) -> Record:
    problem = None
    try:
        fields = {name: text_of(value) for name, value in row.items()}
    except WrongValueError:
        fields, problem = {}, "wrong_shape"
    # unfinished ones may be finished in a later week, and land there again: under an id of its own neither is doubled
    unfinished = "" if row.get("submitdate") else "-unfinished"
    return Record(
        id=f"{_number(row)}{unfinished}",
        submitted_at=_counted_at(row),
        is_complete=not unfinished,
        fields=fields,
        origin=f"{host}#{_number(row)}",
        problem=problem,
    )


def _counted_at(row: Row) -> str | None:
    """When a response was sent; of one that was not, when it was begun, which does not change any more."""
    moments = [row.get(name) for name in ("submitdate", "startdate", "datestamp")]
    return next((moment for moment in moments if isinstance(moment, str) and moment), None)


def _days(row: Row) -> list[str]:
    days = (day_of(row.get(name)) for name in ("submitdate", "datestamp", "startdate"))
    return [day for day in days if day]


def _unwrapped(item: Any) -> Any:
    """A response; before version 5 it stands under its number."""
    if isinstance(item, dict) and len(item) == 1 and isinstance(inner := next(iter(item.values())), dict):
        return inner
    return item


def _number(row: Row) -> int | None:
    return _whole(row.get("id"))


def _whole(written: Any) -> int | None:
    """A number of a response, or of responses; JSON has them as texts and as numbers."""
    digits = str(written) if isinstance(written, str | int) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 13 else None


def _status(result: Any) -> str | None:
    """The status in which LimeSurvey wraps a refusal."""
    status = result.get("status") if isinstance(result, dict) else None
    return status if isinstance(status, str) else None
