"""The one form of a conversation, into which every system's is put."""

from __future__ import annotations

import polars as pl

from ingestion.contract import TEXT

_MESSAGE = pl.Struct({"id": TEXT, "author": TEXT, "author_id": TEXT, "public": pl.Boolean, "at": TEXT, "text": TEXT})
_EVENT = pl.Struct({"id": TEXT, "type": TEXT, "at": TEXT, "direction": TEXT, "automatic": pl.Boolean})
# A conversation a row. Moments are ISO 8601 with an offset; codes are ours: AUTHORS, EVENT_TYPES, DIRECTIONS and
# INITIATORS of ingestion/contract.py, and those of methodology/dictionaries.yml.
TALK = pl.Schema(
    {
        **dict.fromkeys(
            (
                *("id", "office_id", "channel", "service", "touchpoint", "client_group", "client_id", "topic"),
                *("initiated_by", "created_at", "ended_at"),
            ),
            TEXT,
        ),
        "messages": pl.List(_MESSAGE),
        "events": pl.List(_EVENT),
    }
)
