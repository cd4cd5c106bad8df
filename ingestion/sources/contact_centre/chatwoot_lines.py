"""Messages of a Chatwoot conversation: what was said, and what its lines of activity tell that happened.

Chatwoot tells what happened to a conversation only as lines of text among its messages, in the language of the account.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingestion.markup import text_of_html
from ingestion.sources.contact_centre.desk import Row, WrongShapeError, event, field_of, id_of, text_of
from ingestion.sources.letters.message import MAX_TEXT, without_history

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.sources.contact_centre.config import Chatwoot

_INCOMING, _OUTGOING, _ACTIVITY, _TEMPLATE = range(4)  # kinds of messages
_BOTS = ("agent_bot", "captain_assistant")
_OF_RULES = ("content_attributes.automation_rule_id", "additional_attributes.campaign_id")
_OF_LETTERS = "content_attributes.email"


def seconds_of(item: Any, name: str) -> float | None:
    """Seconds since 1970 of a field, None where it holds no such number."""
    value = item.get(name) if isinstance(item, dict) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def moment_of(item: Row, name: str = "created_at") -> str | None:
    """A moment of ``TALK``; what is no moment stays as it is, and is told as unreadable."""
    seconds = seconds_of(item, name)
    try:
        return text_of(item.get(name)) if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return text_of(item.get(name))


def account_of(item: Row, path: str) -> str | None:
    """The account at a path, with its kind: clients, employees and bots are numbered apart."""
    number = id_of(field_of(item, f"{path}.id"))
    return number and f"{field_of(item, f'{path}.type') or 'contact'}-{number}"


def said_in(messages: list[Row], client: tuple[str | None, str | None], config: Chatwoot) -> list[Row]:
    """Messages of ``TALK``, without the lines of activity.

    Args:
        messages: as Chatwoot gives them, the oldest first.
        client: account of the client of the conversation, and the id by which the region knows the client.
        config: the description of the source.

    Raises:
        WrongShapeError: a message of an unknown kind.
    """
    return [_said(message, client, config) for message in messages if message.get("message_type") != _ACTIVITY]


def events_of(messages: list[Row], said: list[Row], config: Chatwoot, teams: Collection[str]) -> list[Row]:
    """What the lines of activity tell, and the moment when a person takes over from a bot, in order.

    Args:
        messages: as Chatwoot gives them, the oldest first.
        said: the same as :func:`said_in` gives them.
        config: the description of the source.
        teams: names of the teams of the account.
    """
    lines = [message for message in messages if message.get("message_type") == _ACTIVITY]
    return sorted(
        [*_solved(lines, config), *_handed_over(lines, config, teams), *_takeover(said)],
        key=lambda one: one["at"] or "",
    )


def _said(message: Row, client: tuple[str | None, str | None], config: Chatwoot) -> Row:
    author, author_id = _author(message, config), account_of(message, "sender")
    if author == "client" and author_id in (None, client[0]):
        author_id = client[1]
    return {
        "id": text_of(message.get("id")),
        "author": author,
        "author_id": author_id,
        "public": message.get("private") is not True,
        "at": moment_of(message),
        "text": None if field_of(message, "content_attributes.deleted") == "true" else _text(message),
    }


def _author(message: Row, config: Chatwoot) -> str:
    """Who wrote: what a rule or a campaign sends is automatic, and what was sent from a telephone has no sender."""
    kind, sender = message.get("message_type"), field_of(message, "sender.type")
    if kind not in (_INCOMING, _OUTGOING, _TEMPLATE):
        raise WrongShapeError
    if kind == _INCOMING:
        return "client"
    if sender in _BOTS or field_of(message, "sender.id") in config.bots:
        return "bot"
    if kind == _TEMPLATE or any(field_of(message, path) for path in _OF_RULES):
        return "auto"
    return "staff" if sender or field_of(message, "content_attributes.external_echo") == "true" else "auto"


def _text(message: Row) -> str | None:
    """What the author wrote; a letter without its markup and the letters that it quotes."""
    content = text_of(message.get("content"))
    reply = field_of(message, f"{_OF_LETTERS}.text_content.reply")
    html = field_of(message, f"{_OF_LETTERS}.html_content.reply")
    if not reply and not html:
        return content
    text = reply or text_of_html(html or "")
    return without_history(text.replace("\r\n", "\n")[:MAX_TEXT]) or content


def _solved(lines: list[Row], config: Chatwoot) -> list[Row]:
    """Solved, and reopened after it: what is opened after a pause was not solved, and what is solved is no more so."""
    events: list[Row] = []
    is_solved = False
    for line in lines:
        content = text_of(line.get("content")) or ""
        for kind, before in (("solved", False), ("reopened", True)):
            if is_solved == before and _told(config.activity[kind], content):  # type: ignore[index]
                events.append(event(f"activity-{text_of(line.get('id'))}", kind, moment_of(line)))
                is_solved = not before
                break
    return events


def _handed_over(lines: list[Row], config: Chatwoot, teams: Collection[str]) -> list[Row]:
    """From one person to another, or to another team. Who takes a conversation that no person had takes it from nobody.

    A team has it until somebody of it takes it; who is in a team, Chatwoot does not tell.
    """
    events: list[Row] = []
    person: str | None = None
    team: str | None = None
    for line in lines:
        content = text_of(line.get("content")) or ""
        holder = _told(config.activity["transferred"], content)
        if holder is None:
            continue
        had = (person or team) if holder in teams else person
        if had is not None and holder not in (person, team):
            direction = "up" if holder in config.higher else "side"
            by_itself = bool(_told(config.activity["automatic"], content))
            number = f"activity-{text_of(line.get('id'))}"
            events.append(event(number, "transferred", moment_of(line), direction=direction, automatic=by_itself))
        person, team = (None, holder) if holder in teams else (holder, team)
    return events


def _takeover(said: list[Row]) -> list[Row]:
    """The event of the first public word of a person after those of a bot."""
    bots = [place for place, one in enumerate(said) if one["author"] == "bot"]
    people = [one for one in said[bots[0] :] if one["author"] == "staff" and one["public"]] if bots else []
    return [
        event(f"takeover-{one['id']}", "transferred", one["at"], direction="side", automatic=True) for one in people[:1]
    ]


def _told(patterns: list[str], content: str) -> str | None:
    """What the first of the patterns that fits finds: its group, or all of it."""
    found = next((hit for pattern in patterns if (hit := re.search(pattern, content))), None)
    return found and found[found.lastindex or 0]
