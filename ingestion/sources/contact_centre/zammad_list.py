"""The list of Zammad's tickets, read by pages while people work on them.

Tickets are asked for by conditions, which Zammad answers from its database. A query goes to the search index, which
lags behind, ends at ten thousand tickets, and gives an empty list where there is no index or it fails.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ingestion.asked import day_of, days_asked
from ingestion.extract import Context, SourceError
from ingestion.sources.contact_centre.desk import id_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ingestion.http import Server
    from ingestion.sources.contact_centre.desk import Row

PAGE = 200  # tickets: Zammad gives no more at once
_READINGS = 3  # of a list, or of a page, that changes under the reader
_STEP = timedelta(milliseconds=1)  # of the clock of Zammad's database


def tickets(source: Server, context: Context) -> Iterator[Any]:
    """Each ticket that changed since the week began once, in the order in which they were created."""
    seen: set[str] = set()
    for _ in range(_READINGS):
        is_whole = yield from _read_through(source, context, seen)
        if is_whole:
            return
    raise SourceError(f"{source.host}: обращения меняются, пока их читают; повторите позже")


def is_listed(source: Server, number: str) -> bool:
    """Whether there is still a ticket of this id."""
    return bool(_search(source, {**_condition("id", "is", number), "expand": "true"}))


def _read_through(source: Server, context: Context, seen: set[str]) -> Generator[Any, None, bool]:
    """Tickets that were not seen before; false where one was deleted under the reader.

    A page begins where the one before ended, by the moment of creation, which never changes: new tickets and new
    changes move nothing. It holds the last ticket of the one before, or something was deleted or left out.
    """
    first, last = days_asked(context)
    since: datetime | None = None
    number, known, idle = 1, None, 0
    while idle < _READINGS:
        page = _page(source, first, since, number)
        if known is not None and known not in page:
            return False
        fresh = [item for key, item in page.items() if key not in seen]
        seen.update(page)
        yield from fresh
        newest, key = _newest(page)
        if newest is not None and newest.date().isoformat() > last:
            return True
        is_next = newest is not None and (since is None or newest > since)
        idle = 0 if fresh or is_next else idle + 1
        is_full = len(page) >= PAGE
        if idle == _READINGS - 1 and not is_full:
            return True  # the end, unless the page was cut short: it was asked for twice
        if is_next:
            since, number, known = newest, 1, key
        elif is_full:  # more of one moment than a page holds
            number, known = number + 1, None
    raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")


def _page(source: Server, first: str, since: datetime | None, number: int) -> dict[str, Any]:
    after = (since or datetime(1970, 1, 1, tzinfo=UTC)) - _STEP
    params = {
        **_condition("updated_at", "after (absolute)", f"{first}T00:00:00.000Z"),
        **_condition("created_at", "after (absolute)", f"{after:%Y-%m-%dT%H:%M:%S}.{after.microsecond // 1000:03d}Z"),
        "sort_by": "created_at,id",
        "order_by": "asc,asc",
        "expand": "true",
        "per_page": PAGE,
        "page": number,
    }
    for _ in range(_READINGS):
        items = _search(source, params)
        if _is_as_asked(items, first, after):
            return _keyed(items)
    raise SourceError(f"{source.host}: поиск не соблюдает условий или страницы повторяются; проверьте источник")


def _condition(field: str, operator: str, value: str) -> dict[str, str]:
    return {f"condition[ticket.{field}][operator]": operator, f"condition[ticket.{field}][value]": value}


def _search(source: Server, params: Row) -> list[Any]:
    items = source.get("tickets/search", params)
    if not isinstance(items, list):
        raise SourceError(f"{source.host}: нет списка обращений (tickets/search); проверьте url")
    return items


def _is_as_asked(items: list[Any], first: str, after: datetime) -> bool:
    tickets = [item for item in items if isinstance(item, dict)]
    updated = [day for item in tickets if (day := day_of(item.get("updated_at"))) is not None]
    created = [moment for item in tickets if (moment := _moment(item.get("created_at"))) is not None]
    return all(day >= first for day in updated) and created == sorted(created) and all(at >= after for at in created)


def _newest(page: dict[str, Any]) -> tuple[datetime | None, str | None]:
    """The newest moment of creation of a page, and the key of the ticket that has it."""
    read = ((_moment(item.get("created_at")), key) for key, item in page.items() if isinstance(item, dict))
    return max(((moment, key) for moment, key in read if moment is not None), default=(None, None))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _keyed(items: list[Any]) -> dict[str, Any]:
    """Items by id, or by their content where they have none."""
    numbers = [id_of(item.get("id")) if isinstance(item, dict) else None for item in items]
    return {
        number or f"? {json.dumps(item, sort_keys=True)}": item for number, item in zip(numbers, items, strict=True)
    }
