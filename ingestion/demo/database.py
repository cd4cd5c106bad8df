"""The AIS of the demo region: a relational database, SQLite by default, any other by its SQLAlchemy URL."""

from __future__ import annotations

import polars as pl
import sqlalchemy
from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text

from ingestion.demo import codes
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
    *(Column(name, String) for name in ("client_id", "topic", "initiated_by")),
    Column("received_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Index("appeals_received", "received_at"),
)
_EVENTS = Table(
    "appeal_events",
    _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("appeal_id", Integer),
    Column("event_type", String),
    Column("occurred_at", _MOMENT),
    Index("appeal_events_occurred", "occurred_at"),
)


def events_of(contacts: pl.DataFrame) -> pl.DataFrame:
    """What became of contacts: one row per event with ``id`` of the contact, ``type`` and local ``at``."""
    parts = [
        contacts.select("id", "office", type=pl.lit("solved"), at="solved"),
        contacts.select("id", "office", type=pl.lit("reopened"), at="reopened"),
        contacts.select("id", "office", type="exclusion", at="excluded"),
    ]
    return pl.concat(parts, how="vertical_relaxed").drop_nulls("at").sort("id", "at", "type")


def _moment(column: str, *, as_text: bool) -> pl.Expr:
    """UTC of local wall-clock seconds."""
    moment = pl.from_epoch(pl.col(column) - pl.col("offset"), time_unit="s")
    return moment.dt.strftime("%Y-%m-%d %H:%M:%S") if as_text else moment


def write_ais(url: str, offices: pl.DataFrame, schedules: pl.DataFrame, appeals: pl.DataFrame) -> None:
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
        client_id="client_id",
        topic="topic",
        initiated_by="initiated_by",
        received_at=_moment("received", as_text=as_text),
        ended_at=_moment("ended", as_text=as_text),
    )
    events = (
        events_of(appeals)
        .join(offsets, on="office", maintain_order="left")
        .with_row_index("event", offset=500_001)
        .select(
            id="event",
            appeal_id="id",
            event_type=pl.col("type").replace_strict(codes.EVENT_TYPES),
            occurred_at=_moment("at", as_text=as_text),
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
