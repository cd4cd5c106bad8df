"""Audits of a Zendesk ticket: their steps, and the messages among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.markup import text_of_html
from ingestion.sources.contact_centre.desk import Row, field_of, id_of
from ingestion.sources.contact_centre.desk import event as event_of
from ingestion.sources.letters.message import MAX_TEXT, without_history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingestion.sources.contact_centre.config import Zendesk

_SYSTEM = "-1"  # the account of what nobody does
_RULES = ("rule", "8", "system")  # kinds of channels in which no person acts; 8 is "rule" by its number
_OF_RULES = ("trigger", "automation")
MERGE = "merge"
_CALL = "VoiceComment"
_SPOKEN = ("Comment", "FacebookComment", _CALL)
_AUTHORS = {"end-user": "client", "agent": "staff", "admin": "staff"}  # by role


@dataclass(frozen=True)
class Step:
    """An event of an audit; what it does not say itself is what its audit says.

    Attributes:
        by: account that did it; ``-1`` where nobody did.
        channel: kind of channel, such as ``email`` or ``rule``.
        rel: how it came about, such as ``trigger`` or ``merge``.
    """

    row: Row
    at: str | None
    by: str | None
    channel: str | None
    rel: str | None

    @property
    def id(self) -> str | None:
        """Number of the event."""
        return id_of(self.row.get("id"))

    @property
    def type(self) -> str | None:
        """Kind of the event, such as ``Comment``."""
        return field_of(self.row, "type")

    def sets(self, *names: str) -> bool:
        """Whether it gives one of the fields a value."""
        return self.type in ("Create", "Change") and self.row.get("field_name") in names

    def value(self, name: str = "value") -> str | None:
        """Text of a value; null where it is empty."""
        return field_of(self.row, name) or None

    def event(self, kind: str, **more: Any) -> Row:
        """An event in our form that this step is."""
        return event_of(self.id, kind, self.at, **more)


Audits = list[list[Step]]


def tags_of(value: Any) -> frozenset[str]:
    """Tags as the system writes them: a list, or a text with spaces."""
    found = value.split() if isinstance(value, str) else value
    return frozenset(tag for tag in found if isinstance(tag, str)) if isinstance(found, list) else frozenset()


def steps_of(audit: Row, events: Sequence[Row]) -> list[Step]:
    """Steps of an audit, whose events are these."""
    at, by = field_of(audit, "created_at"), field_of(audit, "author_id")
    steps: list[Step] = []
    for event in events:
        said = event if isinstance(event.get("via"), dict) else audit
        author = field_of(event, "author_id") or by
        steps.append(Step(event, at, author, field_of(said, "via.channel"), field_of(said, "via.source.rel")))
    return steps


def authors_of(audits: Audits) -> set[str]:
    """Accounts that wrote or did something."""
    return {number for steps in audits for step in steps if (number := id_of(step.by)) is not None}


def is_spoken(step: Step) -> bool:
    """Whether a step is a message."""
    return step.type in _SPOKEN


def hidden_later(audits: Audits) -> dict[str, bool]:
    """By id of a message whether it is public, where that was changed after it was written."""
    changes = [step.row for steps in audits for step in steps if step.type == "CommentPrivacyChange"]
    shown = [(id_of(change.get("comment_id")), change.get("public")) for change in changes]
    return {number: public for number, public in shown if number and isinstance(public, bool)}


def message_of(
    step: Step, requester: str | None, roles: Mapping[str, str | None], public: Any, config: Zendesk
) -> Row | None:
    """A message in our form; None where the step has not the shape of one.

    Args:
        step: the message.
        requester: account for which the ticket was opened.
        roles: by account its role in the system.
        public: whether the client can see it.
        config: description of the source.
    """
    bodies = [step.row.get(name) for name in ("html_body", "plain_body", "body")]
    if not isinstance(public, bool) or any(isinstance(body, dict | list) for body in bodies):
        return None
    author = _author(step, requester, roles, config)
    if author is None and not public:
        author = "staff"  # nobody else can write a note; the account is there no more
    return {
        "id": step.id,
        "author": author,
        "author_id": None if author == "auto" else step.by,
        "public": public,
        "at": step.at,
        "text": _text(step),
    }


def _author(step: Step, requester: str | None, roles: Mapping[str, str | None], config: Zendesk) -> str | None:
    by = step.by or ""
    if is_of_rule(step) or step.rel == MERGE or step.type == _CALL:
        return "auto"
    if by in config.bots or (step.channel or "").startswith("answer_bot"):
        return "bot"
    role = roles.get(by)
    if role is None:
        return "client" if by and by == requester else None
    return _AUTHORS.get(role, role)


def is_of_rule(step: Step) -> bool:
    """Whether a rule of the system did it."""
    return step.by == _SYSTEM or step.channel in _RULES or step.rel in _OF_RULES


def _text(step: Step) -> str | None:
    """What the author wrote; a letter without the letters that it quotes."""
    markup = step.value("html_body")
    text = text_of_html(markup) if markup else step.value("plain_body") or step.value("body")
    if text and step.channel == "email":
        text = without_history(text.replace("\r\n", "\n")[:MAX_TEXT])
    return text or None
