"""The list of Chatwoot's conversations, read by pages while people write in them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ingestion.asked import days_asked
from ingestion.extract import Context, SourceError
from ingestion.sources.contact_centre.desk import MOST_REQUESTS, id_of, listed

if TYPE_CHECKING:
    from ingestion.http import Server
    from ingestion.sources.contact_centre.desk import Row

_READINGS = 5  # of a list that does not come whole
_DAY = timedelta(days=1)


def conversations(source: Server, context: Context) -> list[Any]:
    """Conversations that somebody wrote in since the week began and that were begun before it ended, by number.

    The newest activity stands first, so whoever writes moves conversations between pages while they are read. A reading
    is whole where every page told the same number of conversations, and as many different ones came.

    Raises:
        SourceError: no reading is whole.
    """
    first, last = (date.fromisoformat(day) for day in days_asked(context))
    # the server compares days of a zone of its own
    conditions = [
        _condition("last_activity_at", "is_greater_than", (first - 2 * _DAY).isoformat(), "and"),
        _condition("created_at", "is_less_than", (last + 2 * _DAY).isoformat()),
    ]
    for _ in range(_READINGS):
        found, told = _read_through(source, conditions)
        if told == {len(found)}:
            return [found[key] for key in sorted(found, key=lambda key: (len(key), key))]
    raise SourceError(f"{source.host}: обращения меняются, пока их читают, или страницы приходят не целиком; повторите")


def is_listed(source: Server, number: str) -> bool:
    """Whether there is still a conversation of this number."""
    return bool(_page(source, [_condition("display_id", "equal_to", number)], 1)[0])


def _condition(attribute: str, operator: str, value: str, joined_by: str | None = None) -> Row:
    return {"attribute_key": attribute, "filter_operator": operator, "values": [value], "query_operator": joined_by}


def _read_through(source: Server, conditions: list[Row]) -> tuple[dict[str, Any], set[int]]:
    """Conversations by number until a page brings none that is new, and how many there are by each of the pages."""
    found: dict[str, Any] = {}
    told: set[int] = set()
    for number in range(1, MOST_REQUESTS):
        page, count = _page(source, conditions, number)
        before = len(found)
        found.update(page)
        told.add(count)
        if len(found) in (before, count):
            break
    return found, told


def _page(source: Server, conditions: list[Row], number: int) -> tuple[dict[str, Any], int]:
    """Conversations of a page by number, or by content where they have none; and how many there are in all."""
    answer = source.post(f"conversations/filter?page={number}", {"payload": conditions})
    # the reference of the API shows «data» around both, its code does not
    held = answer.get("data", answer) if isinstance(answer, dict) else None
    meta, payload = (held.get(name) if isinstance(held, dict) else None for name in ("meta", "payload"))
    items = listed(payload, source, "conversations/filter: payload")
    count = meta.get("all_count") if isinstance(meta, dict) else None
    if not isinstance(count, int):
        raise SourceError(f"{source.host}: не сказано, сколько обращений (meta.all_count); проверьте версию Chatwoot")
    numbers = [id_of(item.get("id")) if isinstance(item, dict) else None for item in items]
    keys = [key or f"? {json.dumps(item, sort_keys=True)}" for key, item in zip(numbers, items, strict=True)]
    return dict(zip(keys, items, strict=True)), count
