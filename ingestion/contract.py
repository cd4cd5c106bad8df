"""The schema of every landed entity: the one home of landing column names and types.

What does not belong here: how a source is read (``sources/``) or how files are written (``landing.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

TEXT, INTEGER, NUMBER, FLAG, DATE = pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date
MOMENT = pl.Datetime("us")  # UTC, stored without a zone: the same type on DuckDB and Spark

COMMON = {
    "record_id": TEXT,
    "record_hash": TEXT,
    "load_id": TEXT,
    "origin": TEXT,
    "observed_at": MOMENT,
}

_PLACE = {"region": TEXT, "office_id": TEXT}
_TOUCHPOINT = {"touchpoint": TEXT, "touchpoint_code": TEXT}  # known code; code as the source writes it
_REASONS = {"reasons": TEXT, "reason_text": TEXT}  # known codes, joined by ";"; as the source writes them
_EVENT = {
    "interaction_id": TEXT,  # record_id of the interaction or conversation
    "event_type": TEXT,  # one of EVENT_TYPES
    "occurred_at": MOMENT,
    "direction": TEXT,  # of a hand-over: one of DIRECTIONS
    "is_automatic": FLAG,  # a hand-over that no person made
}
_MENTION = {
    **_PLACE,
    "platform": TEXT,  # code of external_channels
    "kind": TEXT,  # review, post, comment
    "author_key": TEXT,
    "published_at": MOMENT,
    "edited_at": MOMENT,
    "rating": NUMBER,
    "text": TEXT,
    "url": TEXT,
    "is_own": FLAG,
    "is_hidden": FLAG,  # taken down by the platform
    "is_off_topic": FLAG,  # has none of the words by which the region knows what is about the service
    "repost_of": TEXT,  # record_id of the original, when this is a repost
    "replied_at": MOMENT,
    "reply_text": TEXT,
}

_LABELS = {  # of a text, under the id of the feedback that it is
    "language": TEXT,  # ru, other; null where there are no words
    "tone": TEXT,  # one of TONES; null where the text is not read
    "tone_confidence": NUMBER,
    "tone_basis": TEXT,  # rating (stars or the score of a survey), words
    "touchpoint": TEXT,
    "touchpoint_confidence": NUMBER,
    "reasons": TEXT,  # known codes, joined by ";"
    "reasons_confidence": NUMBER,
    "decided_by": TEXT,  # the words of the text that decided
    "rules_version": TEXT,
}
TONES = ["positive", "negative", "neutral", "unknown"]

MENTION_SOURCES = ("two_gis", "google_reviews", "yandex_maps", "vk", "telegram", "media")
INITIATORS = ["client", "service"]
AUTHORS = ["client", "staff", "bot", "auto"]
EVENT_TYPES = ["solved", "reopened", "transferred", "merged", "spam", "test", "duplicate"]
DIRECTIONS = ["up", "side"]  # to a higher line, or to another group of the same

# What people write, or can write, in their own words: it is redacted before it lands.
FREE_TEXT = (
    *("text", "reply_text", "answer_text", "topic", "touchpoint_code", "reason_text"),
    *("scorecard", "scorecard_version", "category"),
)
# Names of things: they may look like names of people («Кировский район») and lose everything but those.
NAMES_OF_THINGS = ("name", "municipality", "url", "question_text")
# Ids of records: they lead to the record, so they stay, unless they are an address or a phone themselves.
IDS = ("record_id", "interaction_id", "response_id", "evaluation_id", "repost_of")


@dataclass(frozen=True)
class Entity:
    """One landed table: its source, its name, and its columns without the common ones."""

    source: str
    name: str
    columns: dict[str, type[pl.DataType] | pl.DataType]

    @property
    def schema(self) -> pl.Schema:
        """Full polars schema, common columns first."""
        return pl.Schema({**COMMON, **self.columns})


ENTITIES: tuple[Entity, ...] = (
    Entity(
        "ais",
        "offices",
        {
            **_PLACE,
            "name": TEXT,
            "municipality": TEXT,
            "time_zone": TEXT,
            "phone": TEXT,  # of the centre, as its address: public, so both stay in texts
            "address": TEXT,
        },
    ),
    Entity(
        "ais",
        "schedules",
        {
            "office_id": TEXT,
            "weekday": INTEGER,  # 1 Monday … 7 Sunday
            "opens_at": TEXT,  # HH:MM, local time of the centre
            "closes_at": TEXT,
            "valid_from": DATE,
            "valid_to": DATE,
        },
    ),
    Entity(
        "ais",
        "interactions",
        {
            **_PLACE,
            "channel": TEXT,
            "service": TEXT,
            **_TOUCHPOINT,
            "client_group": TEXT,
            "segment": TEXT,  # of the client group
            "client_key": TEXT,
            "topic": TEXT,
            "initiated_by": TEXT,  # one of INITIATORS
            "received_at": MOMENT,
            "ended_at": MOMENT,  # end of the contact; null while it lasts
            "contact_week": TEXT,  # week of ended_at, of received_at while it lasts
            "called_at": MOMENT,  # end of the wait in the queue
            "is_no_show": FLAG,  # null: the visit was not booked
            "survey_sent_at": MOMENT,
            "survey_delivered": FLAG,
        },
    ),
    Entity("ais", "interaction_events", dict(_EVENT)),
    Entity(
        "contact_centre",
        "conversations",
        {
            **_PLACE,
            "channel": TEXT,
            "service": TEXT,
            **_TOUCHPOINT,
            "client_group": TEXT,
            "client_key": TEXT,
            "topic": TEXT,
            "initiated_by": TEXT,
            "received_at": MOMENT,
            "ended_at": MOMENT,
            "contact_week": TEXT,
        },
    ),
    Entity("contact_centre", "conversation_events", dict(_EVENT)),
    Entity(
        "contact_centre",
        "messages",
        {
            "interaction_id": TEXT,  # record_id of the conversation
            "author_type": TEXT,  # one of AUTHORS
            "author_key": TEXT,
            "is_public": FLAG,
            "sent_at": MOMENT,
            "text": TEXT,
        },
    ),
    Entity(
        "survey",
        "responses",
        {
            **_PLACE,
            "interaction_id": TEXT,  # record_id of the interaction it followed
            **_TOUCHPOINT,
            "feedback_channel": TEXT,
            "client_group": TEXT,
            "client_key": TEXT,
            "invited_at": MOMENT,
            "submitted_at": MOMENT,
            "is_complete": FLAG,
            "is_incentivised": FLAG,
            "questionnaire": TEXT,
            "questionnaire_version": TEXT,
        },
    ),
    # a question that was not asked has no row
    Entity(
        "survey",
        "answers",
        {
            "response_id": TEXT,  # record_id of the response
            "question": TEXT,  # ces, nps, comment, …, or an unmapped one's column or field
            "question_text": TEXT,
            "answer_text": TEXT,  # null: asked, and left empty
            "answer_position": INTEGER,  # 1…scale_points from worst to best; 0…10 for nps
            "scale_points": INTEGER,
        },
    ),
    Entity(
        "complaints_book",
        "entries",
        {
            **_PLACE,
            **_TOUCHPOINT,
            **_REASONS,
            "entered_at": MOMENT,
            "client_key": TEXT,
            "text": TEXT,
            "answered_at": MOMENT,
            "answer_text": TEXT,
        },
    ),
    Entity(
        "letters",
        "letters",
        {
            **_PLACE,
            **_TOUCHPOINT,
            **_REASONS,
            "feedback_channel": TEXT,
            "entered_at": MOMENT,  # when it was sent
            "client_key": TEXT,
            "text": TEXT,
            "answered_at": MOMENT,
            "answer_text": TEXT,
            "is_automatic": FLAG,  # an answer of a machine, a bounce, a mailing
        },
    ),
    *(Entity(source, "mentions", dict(_MENTION)) for source in MENTION_SOURCES),
    Entity(
        "evaluations",
        "evaluations",
        {
            **_PLACE,
            "employee_key": TEXT,
            "interaction_id": TEXT,
            **_TOUCHPOINT,
            "feedback_channel": TEXT,  # of a mystery shopper; null: the service's own review
            "scorecard": TEXT,
            "scorecard_version": TEXT,
            "reviewed_at": MOMENT,
        },
    ),
    Entity(
        "evaluations",
        "evaluation_scores",
        {
            "evaluation_id": TEXT,
            "category": TEXT,
            "weight": NUMBER,
            "is_critical": FLAG,
            "score": NUMBER,  # 0…1; null: not applicable
        },
    ),
    Entity("text", "labels", dict(_LABELS)),
)

LOADS = pl.Schema(
    {
        "source": TEXT,
        "entity": TEXT,
        "office_id": TEXT,
        "status": TEXT,
        "rows_read": INTEGER,
        "rows_landed": INTEGER,
        "rows_quarantined": INTEGER,
        "rows_other_week": INTEGER,
        "message": TEXT,
    }
)

QUARANTINE = pl.Schema(
    {
        "source": TEXT,
        "entity": TEXT,
        "reason": TEXT,
        "message": TEXT,
        "origin": TEXT,
        "office_id": TEXT,
        "raw": TEXT,
    }
)
