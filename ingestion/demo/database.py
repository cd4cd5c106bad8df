"""The AIS of the demo region: a relational database, SQLite by default, any other by its SQLAlchemy URL."""

from __future__ import annotations

import polars as pl
import sqlalchemy
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text

from ingestion.demo import codes
from ingestion.demo.outcomes import events_of
from ingestion.demo.texts import snils_like

# SQLite has no type for moments: they stand there as text, which sorts as they do
_MOMENT = DateTime().with_variant(Text(), "sqlite")
_DAY = Date().with_variant(Text(), "sqlite")
_TABLES = MetaData()
_OFFICES = Table(
    "offices",
    _TABLES,
    *(Column(name, String) for name in ("office_id", "region", "name", "municipality", "time_zone")),
)
_SCHEDULES = Table(
    "schedules",
    _TABLES,
    Column("office_id", String),
    Column("weekday", Integer),
    Column("opens_at", String),
    Column("closes_at", String),
    Column("valid_from", _DAY),
    Column("valid_to", _DAY),
)
_APPEALS = Table(
    "appeals",
    _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, String) for name in ("office_id", "channel", "service", "stage_code", "client_group")),
    Column("segment", String),
    *(Column(name, String) for name in ("client_id", "topic", "initiated_by")),
    Column("received_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Column("called_at", _MOMENT),
    Column("is_no_show", Boolean),
    Column("survey_sent_at", _MOMENT),
    Column("survey_delivered", Boolean),
    Index("appeals_received", "received_at"),
)
_EVENTS = Table(
    "appeal_events",
    _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("appeal_id", Integer),
    Column("event_type", String),
    Column("occurred_at", _MOMENT),
    Column("direction", String),
    Column("is_automatic", Boolean),
    Index("appeal_events_occurred", "occurred_at"),
)


def _moment(column: str, *, as_text: bool) -> pl.Expr:
    """UTC of local wall-clock seconds."""
    moment = pl.from_epoch(pl.col(column) - pl.col("offset"), time_unit="s")
    return moment.dt.strftime("%Y-%m-%d %H:%M:%S") if as_text else moment


def write_ais(
    url: str, offices: pl.DataFrame, schedules: pl.DataFrame, appeals: pl.DataFrame, hand_overs: pl.DataFrame
) -> None:
    """Write the tables of the AIS, in place of those that are there."""
    engine = sqlalchemy.create_engine(url)
    as_text = engine.dialect.name == "sqlite"
    offsets = offices.select("office", "office_id", "offset").with_columns(pl.col("office").cast(pl.Int64))
    placed = appeals.with_columns(client_id=snils_like(appeals["client"])).join(
        offsets, on="office", maintain_order="left"
    )
    written = placed.select(
        "id",
        "office_id",
        channel="channel_name",
        service="service_name",
        stage_code="touchpoint_code",
        client_group="group_name",
        segment="segment_name",
        client_id="client_id",
        topic="topic",
        initiated_by="initiated_by",
        received_at=_moment("received", as_text=as_text),
        ended_at=_moment("ended", as_text=as_text),
        called_at=_moment("called", as_text=as_text),
        is_no_show="is_no_show",
        survey_sent_at=_moment("sent", as_text=as_text),
        survey_delivered="is_delivered",
    )
    events = (
        events_of(appeals, hand_overs)
        .join(offsets, on="office", maintain_order="left")
        .with_row_index("event", offset=500_001)
        .select(
            id="event",
            appeal_id="id",
            event_type=pl.col("type").replace_strict(codes.EVENT_TYPES),
            occurred_at=_moment("at", as_text=as_text),
            direction=pl.col("direction").replace_strict(codes.DIRECTIONS),
            is_automatic="is_automatic",
        )
    )
    if not as_text:
        schedules = schedules.with_columns(pl.col("valid_from", "valid_to").str.to_date())
    register = offices.select("office_id", "region", "name", "municipality", "time_zone")
    with engine.begin() as connection:
        _TABLES.drop_all(connection)
        _TABLES.create_all(connection)
        for table, frame in ((_OFFICES, register), (_SCHEDULES, schedules), (_APPEALS, written), (_EVENTS, events)):
            connection.execute(sqlalchemy.insert(table), frame.to_dicts())
    engine.dispose()
