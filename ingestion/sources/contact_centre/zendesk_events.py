"""What the audits of a Zendesk ticket tell of: when it was solved, reopened, handed over, merged or set aside."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingestion.sources.contact_centre import desk
from ingestion.sources.contact_centre.zendesk_audits import MERGE, is_of_rule, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingestion.sources.contact_centre.config import Zendesk
    from ingestion.sources.contact_centre.desk import Row
    from ingestion.sources.contact_centre.zendesk_audits import Audits, Step

_CLOSED = ("solved", "closed")
_MERGED_TAG = "closed_by_merge"


@dataclass(frozen=True)
class Ticket:
    """A ticket as its audits need it.

    Attributes:
        created_at: as the system writes it.
        tags: those that it has.
        messages: rows of messages in our form.
    """

    id: str | None
    created_at: str | None
    tags: frozenset[str]
    messages: Sequence[Row]


def events_of(
    ticket: Ticket, audits: Audits, roles: Mapping[str, str | None], config: Zendesk
) -> tuple[list[Row], str | None]:
    """Events of a ticket, and when it ended.

    Args:
        ticket: the ticket.
        audits: the steps of each of its audits, oldest first.
        roles: by account its role in the system.
        config: description of the source.
    """
    states, ended_at = _states(audits)
    hand_overs = _HandOvers(ticket.messages, roles, config).of(audits)
    return [*states, *hand_overs, *_set_aside(ticket, audits, config)], ended_at


def _states(audits: Audits) -> tuple[list[Row], str | None]:
    events: list[Row] = []
    state = ended_at = None
    for steps in audits:
        changes = [step for step in steps if step.sets("status")]
        if not changes:
            continue
        last = changes[-1]
        before, after = state or changes[0].value("previous_value"), last.value()
        kind = _kind_of_change(before, after, is_merge=after == "closed" and _is_merge(steps))
        if kind is not None:
            events.append(last.event(kind))
        ended_at = (ended_at or last.at) if after in _CLOSED else None
        state = after
    return events, ended_at


def _kind_of_change(before: str | None, after: str | None, *, is_merge: bool) -> str | None:
    if is_merge:
        return "merged"
    if after in _CLOSED:
        return None if before in _CLOSED else "solved"
    return "reopened" if before in _CLOSED else None


def _is_merge(steps: Sequence[Step]) -> bool:
    """Whether an audit closes a ticket as a part of another."""
    return any(
        step.rel == MERGE
        or step.channel == MERGE
        or (
            step.sets("tags")
            and _MERGED_TAG in tags_of(step.row.get("value")) - tags_of(step.row.get("previous_value"))
        )
        for step in steps
    )


@dataclass
class _HandOvers:
    """Hand-overs of one ticket, audit by audit: a change of the group and of the person in one is one of them."""

    messages: Sequence[Row]
    roles: Mapping[str, str | None]
    config: Zendesk
    group: str | None = None
    holder: str | None = None  # the person or the program that has it, or had it last in this group

    def of(self, audits: Audits) -> Iterator[Row]:
        """Events of the audits, oldest first."""
        for steps in audits:
            for step in steps:
                if step.type == "Create" and step.sets("group_id"):
                    self.group = step.value()
                elif step.type == "Create" and step.sets("assignee_id"):
                    self.holder = step.value()
            groups, people = (
                [step for step in steps if step.type == "Change" and step.sets(name)]
                for name in ("group_id", "assignee_id")
            )
            found = self._regrouped(groups, people) if groups else None
            if people and found is None:
                found = self._reassigned(people)
            if found is not None:
                yield found

    def _regrouped(self, groups: Sequence[Step], people: Sequence[Step]) -> Row | None:
        before, after = self.group or groups[0].value("previous_value"), groups[-1].value()
        self.group = after
        if before is None or after is None or before == after:
            return None
        person = people[-1].value() if people else None
        self.holder = person if people else self.holder
        return self._transferred(groups, {after, person})

    def _reassigned(self, people: Sequence[Step]) -> Row | None:
        last = people[-1]
        after = last.value()
        if after is None:
            return None
        before = self.holder or people[0].value("previous_value") or self._answering_bot(last)
        self.holder = after
        if after in self.config.bots or after == before:
            return None
        # one that nobody had is handed over by routing alone
        is_hand_over = before is not None or all(self._is_automatic(step) for step in people)
        return self._transferred(people, {after}) if is_hand_over else None

    def _answering_bot(self, step: Step) -> str | None:
        """The program that answered a ticket that nobody had, before any person of the service did."""
        answers = [row for row in self.messages if row["author"] in ("bot", "staff") and row["at"] and step.at]
        before = [row for row in answers if row["at"] <= step.at]
        is_bot = bool(before) and all(row["author"] == "bot" for row in before)
        return before[0]["author_id"] or "bot" if is_bot else None

    def _transferred(self, steps: Sequence[Step], to: set[str | None]) -> Row:
        direction = "up" if to & set(self.config.higher) else "side"
        return steps[-1].event(
            "transferred", direction=direction, automatic=all(self._is_automatic(step) for step in steps)
        )

    def _is_automatic(self, step: Step) -> bool:
        """Whether no person of the service did it: what a client sets off is done by the system."""
        by = step.by or ""
        return is_of_rule(step) or by in self.config.bots or self.roles.get(by) == "end-user"


def _set_aside(ticket: Ticket, audits: Audits, config: Zendesk) -> Iterator[Row]:
    """An event for each kind of conversation that a tag, which is still there, keeps out."""
    changes = [step for steps in audits for step in steps if step.sets("tags")]
    states = [tags_of(step.row.get("value")) for step in changes]
    first = tags_of(changes[0].row.get("previous_value")) if changes else ticket.tags
    now = states[-1] if states else ticket.tags
    added = [after - before for before, after in pairwise([first, *states])]
    for kind, tags in config.kept_out.items():
        kept = now & set(tags)
        if not kept:
            continue
        told = next((step for step, new in zip(reversed(changes), reversed(added), strict=True) if new & kept), None)
        if told is None:
            yield desk.event(f"{ticket.id}-{kind}", kind, ticket.created_at)
        else:
            yield desk.event(f"{told.id}-{kind}" if told.id else None, kind, told.at)
