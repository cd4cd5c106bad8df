"""AIS: the register of centres, appeals and what became of them, from any database that SQLAlchemy knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Context, Extract, SourceError, first_problem, translated, when, with_place
from ingestion.weeks import ZONES, bounds, week_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

CHUNK = 50_000
_APPEALS = (
    "select id, office_id, channel, service, stage_code, client_group, client_id, topic, initiated_by, "
    "received_at, ended_at from appeals where received_at >= :start and received_at < :finish"
)
_EVENTS = (
    "select e.id, e.appeal_id, e.event_type, e.occurred_at, a.office_id from appeal_events e "
    "join appeals a on a.id = e.appeal_id where e.occurred_at >= :start and e.occurred_at < :finish"
)
_OFFICES = "select office_id, region, name, municipality, time_zone from offices"
_SCHEDULES = "select office_id, weekday, opens_at, closes_at, valid_from, valid_to from schedules"


def extract(context: Context) -> Extract:
    """Read one week of the AIS; nothing but the week is fetched."""
    config = context.region.sources.ais
    assert config is not None
    url = sqlalchemy.make_url(context.path(config.url))
    name = (url.database or url.host or "ais").rsplit("/", 1)[-1]
    try:
        if url.drivername.startswith("sqlite"):  # SQLite would make an empty file of a wrong path
            url = url.set(database=f"file:{url.database}").update_query_dict({"mode": "ro", "uri": "true"})
        engine = sqlalchemy.create_engine(url, pool_pre_ping=True)
        with engine.connect() as connection:
            register = _frame(connection, _OFFICES)
            schedules = _frame(connection, _SCHEDULES)
            window = _window(register, context)
            if url.drivername.startswith("sqlite"):  # times are text there
                window = {key: f"{value:%Y-%m-%d %H:%M:%S}" for key, value in window.items()}
            appeals = _frame(connection, _APPEALS, window)
            events = _frame(connection, _EVENTS, window)
        engine.dispose()
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        raise SourceError(f"база {name} не отвечает: {reason}; проверьте адрес, доступ и таблицы") from None
    return _extract(context, name, register, schedules, appeals, events, config.codes)


def _window(register: pl.DataFrame, context: Context) -> dict[str, Any]:
    """UTC moments between which the week of every centre lies; centres of other zones make it a little wider."""
    zones = {zone for zone in register["time_zone"].to_list() if zone in ZONES}
    weeks = [bounds(context.week, zone) for zone in sorted({*zones, context.region.time_zone})]
    return {"start": min(start for start, _ in weeks), "finish": max(finish for _, finish in weeks)}


def _frame(connection: Connection, query: str, window: dict[str, Any] | None = None) -> pl.DataFrame:
    """Rows of a query as text columns, fetched in chunks."""
    result = connection.execution_options(stream_results=True).execute(sqlalchemy.text(query), window or {})
    columns = list(result.keys())
    schema = dict.fromkeys(columns)
    chunks = [
        pl.DataFrame([tuple(row) for row in rows], schema=columns, orient="row", infer_schema_length=None)
        for rows in result.partitions(CHUNK)
    ]
    if not chunks:
        return pl.DataFrame(schema=dict.fromkeys(schema, TEXT))
    return pl.concat(chunks, how="vertical_relaxed")


def _moment(column: str) -> pl.Expr:
    """A moment that came as text or as a timestamp; what cannot be read gives null."""
    return pl.col(column).cast(TEXT).str.slice(0, 26).str.to_datetime(time_unit="us", strict=False).cast(MOMENT)


def _extract(
    context: Context,
    name: str,
    register: pl.DataFrame,
    schedules: pl.DataFrame,
    appeals: pl.DataFrame,
    events: pl.DataFrame,
    codes: dict[str, dict[str, str]],
) -> Extract:
    offices = register.cast(TEXT)
    # the other tables are placed by the register that has just been read
    has_zone = pl.col("time_zone").is_in(list(ZONES))
    known = offices.filter(has_zone).select("office_id", "region", "time_zone")
    context = Context(context.week, context.settings, context.region, context.pseudonyms, known)
    whole = {"_week": pl.lit(context.week), "observed_at": pl.lit(None, MOMENT)}
    frames = {
        "offices": offices.with_columns(
            record_id=pl.lit("ais:office:") + pl.col("office_id"),
            origin=pl.lit(f"{name}#offices/") + pl.col("office_id"),
            problem=when(~has_zone.fill_null(value=False), "unknown_zone"),
            **whole,
        ),
        "schedules": schedules.cast(TEXT).with_columns(
            record_id=pl.concat_str([pl.lit("ais:schedule"), "office_id", "weekday", "valid_from"], separator=":"),
            origin=pl.lit(f"{name}#schedules/") + pl.col("office_id"),
            weekday=pl.col("weekday").cast(pl.Int64, strict=False),
            valid_from=pl.col("valid_from").str.to_date(strict=False),
            valid_to=pl.col("valid_to").str.to_date(strict=False),
            problem=pl.lit(None, TEXT),
            **whole,
        ),
        "interactions": _interactions(context, name, appeals, codes),
        "interaction_events": _events(context, name, events, codes),
    }
    extract = Extract(frames=frames)
    extract.inputs[name] = f"register={register.height};appeals={appeals.height};events={events.height}"
    return extract


def _interactions(context: Context, name: str, appeals: pl.DataFrame, codes: dict[str, dict[str, str]]) -> pl.DataFrame:
    key = pl.col("id").cast(TEXT)
    frame = with_place(appeals.with_columns(problem=pl.lit(None, TEXT)), context).with_columns(
        record_id=pl.lit("ais:") + key,
        origin=pl.lit(f"{name}#appeals/") + key,
        received_at=_moment("received_at"),
        ended_at=_moment("ended_at"),
        channel_code="channel",
        service_code="service",
        group_code="client_group",
        touchpoint_code=pl.col("stage_code").cast(TEXT),
        client_key=context.pseudonyms.of(appeals["client_id"]),
    )
    frame = frame.with_columns(
        observed_at="received_at",
        channel=translated("channel_code", codes.get("channel", {})),
        service=translated("service_code", codes.get("service", {})),
        client_group=translated("group_code", codes.get("client_group", {})),
        touchpoint=translated("touchpoint_code", codes.get("touchpoint", {})),
        contact_week=week_of(pl.coalesce("ended_at", "received_at"), pl.col("_zone"), context.zones),
    )
    unknown = [
        pl.col(column).is_null() & pl.col(code).is_not_null()
        for column, code in (("channel", "channel_code"), ("client_group", "group_code"), ("service", "service_code"))
    ]
    return frame.with_columns(first_problem(*(when(condition, "unknown_code") for condition in unknown))).drop(
        "client_id"
    )


def _events(context: Context, name: str, events: pl.DataFrame, codes: dict[str, dict[str, str]]) -> pl.DataFrame:
    key = pl.col("id").cast(TEXT)
    frame = with_place(events.with_columns(problem=pl.lit(None, TEXT)), context).with_columns(
        record_id=pl.lit("ais:event:") + key,
        origin=pl.lit(f"{name}#appeal_events/") + key,
        interaction_id=pl.lit("ais:") + pl.col("appeal_id").cast(TEXT),
        event_code="event_type",
        occurred_at=_moment("occurred_at"),
    )
    frame = frame.with_columns(
        observed_at="occurred_at", event_type=translated("event_code", codes.get("event_type", {}))
    )
    return frame.with_columns(first_problem(when(pl.col("event_type").is_null(), "unknown_code")))
