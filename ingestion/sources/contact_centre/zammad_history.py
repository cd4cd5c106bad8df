"""What Zammad's history of a ticket says: when it was solved, reopened, handed over, merged or set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.sources.contact_centre.desk import Row, id_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingestion.sources.contact_centre.config import Zammad

NOBODY = "1"  # the account of the system: it owns what nobody owns, and does what nobody does
CLOSED, MERGED = "closed", "merged"


@dataclass(frozen=True)
class Ticket:
    """A ticket as the history needs it.

    Attributes:
        created_at: as the system writes it.
        state: id of the present state.
        owner: id of the present owner.
        messages: rows of messages in our form.
    """

    id: str
    created_at: str | None
    state: str | None
    owner: str | None
    messages: Sequence[Row]


@dataclass(frozen=True)
class Entry:
    """One change; ids and values are texts, empty ones null."""

    id: str | None
    type: str | None
    attribute: str | None
    at: str | None
    by: str | None
    id_from: str | None
    id_to: str | None
    value_to: str | None
    is_by_rule: bool

    def event(self, kind: str, **more: Any) -> Row:
        """An event in our form that this change is."""
        return _event(self.id, kind, self.at, **more)


def plain(value: Any) -> str | None:
    """A value as text; null where it is empty, or no value but a structure."""
    return None if isinstance(value, dict | list) else text_of(value) or None


def entry_of(item: Row) -> Entry:
    """An entry of the history as the API gives it."""
    names = ("type", "attribute", "created_at", "created_by_id", "id_from", "id_to", "value_to")
    kind, attribute, at, by, id_from, id_to, value_to = (plain(item.get(name)) for name in names)
    is_by_rule = plain(item.get("sourceable_type")) is not None
    return Entry(id_of(item.get("id")), kind, attribute, at, by, id_from, id_to, value_to, is_by_rule)


def events_of(
    ticket: Ticket, entries: Sequence[Entry], kinds: Mapping[str, str], config: Zammad
) -> tuple[list[Row], str | None]:
    """Events of a ticket, and when it ended.

    Args:
        ticket: the ticket.
        entries: its history, oldest first.
        kinds: by id of a state its type, such as ``closed``.
        config: description of the source.
    """
    states, ended_at = _states(ticket, entries, kinds)
    return [*states, *_hand_overs(ticket, entries, config), *_set_aside(entries, config)], ended_at


def _event(number: str | None, kind: str, at: str | None, **more: Any) -> Row:
    return {"id": number, "type": kind, "at": at, "direction": None, "automatic": None, **more}


def _states(ticket: Ticket, entries: Sequence[Entry], kinds: Mapping[str, str]) -> tuple[list[Row], str | None]:
    changes = [entry for entry in entries if entry.attribute == "state" and entry.type == "updated"]
    events: list[Row] = []
    ended_at = None
    # the history begins with the first change: what a ticket was created as is told by what it was changed from
    before = kinds.get((changes[0].id_from if changes else ticket.state) or "")
    if before == CLOSED:
        ended_at = ticket.created_at
        events.append(_event(f"{ticket.id}-created", "solved", ended_at))
    for change in changes:
        after = kinds.get(change.id_to or "")
        kind = _kind_of_change(before, after)
        if kind is not None:
            events.append(change.event(kind))
        if kind == "reopened":
            ended_at = None
        elif after in (CLOSED, MERGED):
            ended_at = ended_at or change.at
        before = after
    return events, ended_at


def _kind_of_change(before: str | None, after: str | None) -> str | None:
    if before == after:
        return None
    if after == MERGED:
        return "merged"
    if after == CLOSED:
        return "solved"
    return "reopened" if before in (CLOSED, MERGED) else None


def _hand_overs(ticket: Ticket, entries: Sequence[Entry], config: Zammad) -> Iterator[Row]:
    changes = [entry for entry in entries if entry.type == "updated" and entry.attribute in ("group", "owner")]
    owners = [entry for entry in changes if entry.attribute == "owner"]
    # a change of the group and of the owner in one step is one hand-over
    regrouped = {entry.at for entry in changes if entry.attribute == "group"}
    owner_since = {entry.at: _account(entry.id_to) for entry in owners}
    holder = _account(owners[0].id_from if owners else ticket.owner)
    for entry in changes:
        if entry.attribute == "group":
            yield _transferred(entry, config)
            holder = owner_since.get(entry.at)
        elif entry.at not in regrouped and (new := _account(entry.id_to)) is not None:
            holder = holder or _answering_bot(ticket, entry)
            if _is_hand_over(holder, new, entry, config):
                yield _transferred(entry, config)
            holder = new


def _account(number: str | None) -> str | None:
    return None if number == NOBODY else number


def _is_hand_over(holder: str | None, new: str, entry: Entry, config: Zammad) -> bool:
    """Whether an assignment takes a ticket from somebody; one that nobody had is handed over by routing alone."""
    if new in config.bots or new == holder:
        return False
    return holder is not None or _is_automatic(entry, config)


def _answering_bot(ticket: Ticket, entry: Entry) -> str | None:
    """The program that answered a ticket without an owner before any person of the service did."""
    answers = [row for row in ticket.messages if row["author"] in ("bot", "staff") and row["at"] and entry.at]
    before = [row for row in answers if row["at"] <= entry.at]
    is_bot = bool(before) and all(row["author"] == "bot" for row in before)
    return before[0]["author_id"] if is_bot else None


def _is_automatic(entry: Entry, config: Zammad) -> bool:
    return entry.is_by_rule or entry.by == NOBODY or entry.by in config.bots


def _transferred(entry: Entry, config: Zammad) -> Row:
    names = {entry.value_to} if entry.attribute == "group" else {entry.value_to, entry.id_to}
    direction = "up" if names & set(config.higher) else "side"
    return entry.event("transferred", direction=direction, automatic=_is_automatic(entry, config))


def _set_aside(entries: Sequence[Entry], config: Zammad) -> Iterator[Row]:
    """An event for each tag that is still there; the history names a tag that is taken away as it does a new one."""
    tagged: dict[str, Entry] = {}
    for entry in entries:
        if entry.attribute != "tag" or entry.value_to is None:
            continue
        if entry.type == "added":
            tagged[entry.value_to] = entry
        elif entry.type == "removed":
            tagged.pop(entry.value_to, None)
    for kind, tags in config.kept_out.items():
        yield from (entry.event(kind) for tag, entry in tagged.items() if tag in tags)
