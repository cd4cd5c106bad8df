"""AIS: the register of centres, appeals and what became of them, from any database that SQLAlchemy knows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from ingestion.contract import INITIATORS, MOMENT, TEXT
from ingestion.extract import (
    Context,
    Extract,
    SourceError,
    first_problem,
    flag,
    stripped,
    translated,
    unread,
    when,
    with_place,
)
from ingestion.privacy import redact_text
from ingestion.weeks import ZONES, bounds, credible, week_of

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

    from ingestion.config import Codes

CHUNK = 50_000
WAIT_SECONDS = 10  # for a server that does not answer, and for a lock that somebody holds
_OFFICES = "select office_id, region, name, municipality, time_zone from offices order by office_id, name"
_SCHEDULES = (
    "select office_id, weekday, opens_at, closes_at, valid_from, valid_to from schedules "
    "order by office_id, weekday, valid_from, opens_at"
)
_APPEALS = (
    "select id, office_id, channel, service, stage_code, client_group, client_id, topic, initiated_by, "
    "received_at, ended_at, {optional} from appeals where {in_week} order by id, received_at"
)
_EVENTS = (
    "select e.id, e.appeal_id, e.event_type, e.occurred_at, a.office_id, a.id as known_appeal, {optional} "
    "from appeal_events e left join appeals a on a.id = e.appeal_id where {in_week} order by e.id, e.occurred_at"
)
# What an AIS need not have: a column that is not there lands null.
_OPTIONAL = {
    "appeals": ("segment", "called_at", "is_no_show", "survey_sent_at", "survey_delivered"),
    "appeal_events": ("direction", "is_automatic"),
}
# A row without a moment is of no week, so every week tells of it. SQLite holds any text in the place of a moment:
# what does not begin with 200…209 sorts outside of these bounds, and the index finds it.
_IN_WEEK = "({moment} >= :start and {moment} < :finish or {moment} is null{unsorted})"
_UNSORTED = " or {moment} < '2000' or {moment} >= '21'"
_HOUR = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
_ADVICE = {
    "database is locked": "база занята другой программой; закройте её и повторите",
    "unable to open": "файла базы нет или он закрыт для чтения; проверьте путь в описании региона",
    "not a database": "файл не является базой SQLite или повреждён; восстановите его",
    "malformed": "файл базы повреждён; восстановите его",
    "Could not decode": "текст в базе не в UTF-8; исправьте его в источнике",
    "lock timeout": "таблица занята другой программой; закройте её и повторите",
    "No module named": "для этой базы нет драйвера; установите его",
}


def extract(context: Context) -> Extract:
    """Read one week of the AIS; nothing but the week is fetched."""
    config = context.region.sources.ais
    assert config is not None
    name = "ais"
    try:
        url = sqlalchemy.make_url(config.url)
        if url.database:  # filled in now: the signs of an address in the name of a folder are none
            url = url.set(database=context.path(url.database))
        name = redact_text((url.database or url.host or name).rsplit("/", 1)[-1])
        tables = _tables(url, context)
    except (SQLAlchemyError, ImportError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        advice = next((advice for mark, advice in _ADVICE.items() if mark in reason), None)
        # the driver may quote what it has read
        raise SourceError(
            f"база {name}: {advice}"
            if advice
            else f"база {name} не читается: {redact_text(reason)[:300]}; проверьте адрес, доступ, таблицы и столбцы"
        ) from None
    return _extract(context, name, tables, config.codes)


def _tables(url: URL, context: Context) -> dict[str, pl.DataFrame]:
    is_sqlite = url.drivername.startswith("sqlite")
    arguments: dict[str, Any] = {}
    if is_sqlite:  # SQLite would make an empty file of a wrong path
        arguments = {"timeout": WAIT_SECONDS}
        url = url.set(database=f"file:{quote(url.database or '')}").update_query_dict({"mode": "ro", "uri": "true"})
    elif url.drivername.startswith("postgresql"):
        arguments = {"connect_timeout": WAIT_SECONDS}
    engine = sqlalchemy.create_engine(url, connect_args=arguments, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # moments with a zone are to come, and be compared, in UTC
            connection.execute(sqlalchemy.text("set time zone 'UTC'"))
            connection.execute(sqlalchemy.text(f"set lock_timeout = '{WAIT_SECONDS}s'"))
        offices = _frame(connection, _OFFICES).with_columns(stripped("office_id", "region", "time_zone"))
        window = _window(offices, context, as_text=is_sqlite)

        def in_week(moment: str) -> str:
            unsorted = _UNSORTED.format(moment=moment) if is_sqlite else ""
            return _IN_WEEK.format(moment=moment, unsorted=unsorted)

        appeals = _APPEALS.format(in_week=in_week("received_at"), optional=_optional(connection, "appeals"))
        events = _EVENTS.format(in_week=in_week("e.occurred_at"), optional=_optional(connection, "appeal_events"))
        return {
            "offices": offices,
            "schedules": _frame(connection, _SCHEDULES),
            "appeals": _frame(connection, appeals, window),
            "events": _frame(connection, events, window),
        }


def _optional(connection: Connection, table: str) -> str:
    """Optional columns of a table for a query: null in the place of those that it lacks."""
    found = connection.execute(sqlalchemy.text(f"select * from {table} where 1 = 0")).keys()
    present = {name.lower() for name in found}
    return ", ".join(name if name in present else f"null as {name}" for name in _OPTIONAL[table])


def _window(register: pl.DataFrame, context: Context, *, as_text: bool) -> dict[str, Any]:
    """UTC moments between which the week of every centre lies; centres of other zones make it a little wider."""
    zones = {zone for zone in register["time_zone"].to_list() if zone in ZONES}
    weeks = [bounds(context.week, zone) for zone in sorted({*zones, context.region.time_zone})]
    start, finish = min(start for start, _ in weeks), max(finish for _, finish in weeks)
    if not as_text:
        return {"start": start, "finish": finish}
    # written with a T, moments of a day sort after all that are written with a space
    return {"start": f"{start:%Y-%m-%d %H:%M:%S}", "finish": f"{finish:%Y-%m-%dT%H:%M:%S}"}


def _frame(connection: Connection, query: str, window: dict[str, Any] | None = None) -> pl.DataFrame:
    """Rows of a query as text, fetched in chunks: a column of SQLite may hold a number here and a text there."""
    result = connection.execution_options(stream_results=True).execute(sqlalchemy.text(query), window or {})
    schema = dict.fromkeys(result.keys(), TEXT)
    chunks = [
        pl.DataFrame([_texts(column) for column in zip(*rows, strict=True)], schema=schema)
        for rows in result.partitions(CHUNK)
    ]
    return pl.concat([pl.DataFrame(schema=schema), *chunks])


def _texts(values: tuple[Any, ...]) -> pl.Series:
    try:
        return pl.Series(values, dtype=TEXT)
    except TypeError:  # not texts throughout
        return pl.Series([None if value is None else _text(value) for value in values], dtype=TEXT)


def _text(value: Any) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def _moment(column: str) -> pl.Expr:
    """UTC of a moment that came as text or as a timestamp, with a zone or in UTC; what cannot be read gives null."""
    text = pl.col(column).str.replace("T", " ", literal=True)
    plain = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    zoned = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    return credible(pl.coalesce(plain, zoned.dt.replace_time_zone(None)))


def _extract(context: Context, name: str, tables: dict[str, pl.DataFrame], codes: Codes) -> Extract:
    offices = tables["offices"]
    # the other tables are placed by the register that has just been read
    has_zone = pl.col("time_zone").is_in(list(ZONES))
    known = offices.filter(has_zone).unique("office_id", keep="first", maintain_order=True)
    register = known.select("office_id", "region", "time_zone")
    context = Context(context.week, context.settings, context.region, context.pseudonyms, register)
    extract = Extract()
    extract.frames = {
        "offices": offices.with_columns(
            record_id=pl.lit("ais:office:") + pl.col("office_id"),
            origin=pl.lit(f"{name}#offices/") + pl.col("office_id").fill_null("?"),
            problem=when(~has_zone.fill_null(value=False), "unknown_zone"),
            _week=pl.lit(context.week),
            observed_at=pl.lit(None, MOMENT),
        ),
        "schedules": _schedules(context, name, tables["schedules"]),
        "interactions": _interactions(context, name, tables["appeals"], codes),
        "interaction_events": _events(context, name, tables["events"], codes),
    }
    digest = hashlib.sha256()
    for frame in tables.values():
        digest.update(frame.write_csv().encode())
    extract.inputs[name] = digest.hexdigest()
    return extract


def _schedules(context: Context, name: str, schedules: pl.DataFrame) -> pl.DataFrame:
    frame = with_place(schedules.with_columns(problem=pl.lit(None, TEXT)), context).with_columns(
        stripped("opens_at", "closes_at").str.slice(0, 5),  # a time of a database comes with seconds
        # a day may hold several intervals, such as before and after the break
        record_id=pl.concat_str(
            [
                pl.lit("ais:schedule"),
                *("office_id", "weekday"),
                pl.col("valid_from").fill_null(""),
                *(stripped(name).str.slice(0, 5).fill_null("") for name in ("opens_at", "closes_at")),
            ],
            separator=":",
        ),
        origin=pl.lit(f"{name}#schedules/") + pl.col("office_id").fill_null("?"),
        weekday=pl.col("weekday").cast(pl.Int64, strict=False),
        since="valid_from",
        until="valid_to",
        valid_from=pl.col("valid_from").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        valid_to=pl.col("valid_to").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        _week=pl.lit(context.week),
        observed_at=pl.lit(None, MOMENT),
    )
    return frame.with_columns(
        first_problem(
            when(~pl.col("weekday").is_between(1, 7).fill_null(value=False), "unreadable_number"),
            when(unread("since", "valid_from") | unread("until", "valid_to"), "unreadable_date"),
            *(
                when(~pl.col(hour).str.contains(_HOUR).fill_null(value=False), "unreadable_date")
                for hour in ("opens_at", "closes_at")
            ),
            when(pl.col("closes_at") <= pl.col("opens_at"), "wrong_shape"),
        )
    )


def _interactions(context: Context, name: str, appeals: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    written = {f"{column}_written": column for column in ("channel", "service", "client_group", "segment")}
    moments = {f"{column}_written": column for column in ("ended_at", "called_at", "survey_sent_at")}
    flags = {f"{column}_written": column for column in ("is_no_show", "survey_delivered")}
    if "segment" not in codes:  # a column of that name may mean anything
        appeals = appeals.with_columns(segment=pl.lit(None, TEXT))
    frame = with_place(appeals.with_columns(problem=pl.lit(None, TEXT)), context).with_columns(
        record_id=pl.lit("ais:") + pl.col("id"),
        origin=pl.lit(f"{name}#appeals/") + pl.col("id").fill_null("?"),
        received_at=_moment("received_at"),
        **{column: _moment(column) for column in moments.values()},
        **{column: flag(column) for column in flags.values()},
        touchpoint_code=stripped("stage_code"),
        touchpoint=translated("stage_code", codes.get("touchpoint", {})),
        client_key=context.pseudonyms.of(appeals["client_id"]),
        initiated_by=stripped("initiated_by"),
        channel=translated("channel", codes.get("channel", {})),
        service=translated("service", codes.get("service", {})),
        client_group=translated("client_group", codes.get("client_group", {})),
        segment=translated("segment", codes.get("segment", {})),
        **written,
        **moments,
        **flags,
    )
    return frame.with_columns(
        first_problem(
            *(when(unread(code, column), "unknown_code") for code, column in written.items()),
            when(~pl.col("initiated_by").is_in(INITIATORS), "unknown_code"),
            *(when(unread(text, column), "unreadable_date") for text, column in moments.items()),
            *(when(unread(text, column), "unknown_code") for text, column in flags.items()),
        ),
        observed_at="received_at",
        contact_week=week_of(pl.coalesce("ended_at", "received_at"), pl.col("_zone"), context.zones),
    ).drop("client_id")


def _events(context: Context, name: str, events: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    frame = with_place(events.with_columns(problem=pl.lit(None, TEXT)), context).with_columns(
        record_id=pl.lit("ais:event:") + pl.col("id"),
        origin=pl.lit(f"{name}#appeal_events/") + pl.col("id").fill_null("?"),
        interaction_id=pl.lit("ais:") + pl.col("appeal_id"),
        event_type=translated("event_type", codes.get("event_type", {})),
        direction=translated("direction", codes.get("direction", {})),
        direction_written="direction",
        is_automatic=flag("is_automatic"),
        automatic_written="is_automatic",
        occurred_at=_moment("occurred_at"),
    )
    return frame.with_columns(
        first_problem(
            when(pl.col("known_appeal").is_null(), "unknown_interaction"),
            when(pl.col("event_type").is_null(), "unknown_code"),
            when(unread("direction_written", "direction"), "unknown_code"),
            when(unread("automatic_written", "is_automatic"), "unknown_code"),
        ),
        observed_at="occurred_at",
    )
