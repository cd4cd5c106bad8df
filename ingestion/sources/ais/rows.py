"""Rows of the AIS in the words of the product, with what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import INITIATORS, MOMENT, TEXT
from ingestion.extract import first_problem, flag, stripped, translated, unread, when, with_place
from ingestion.sources.ais.config import OFFICE_TIME
from ingestion.weeks import ZONES, credible, to_utc, week_of

if TYPE_CHECKING:
    from ingestion.config import Codes
    from ingestion.extract import Context
    from ingestion.sources.ais.mapping import Shape

_HOUR = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
_NO_PROBLEM = pl.lit(None, TEXT)


def register_of(offices: pl.DataFrame) -> pl.DataFrame:
    """Centres by which the other tables are placed: the first of each id with a zone that there is."""
    known = offices.filter(pl.col("time_zone").is_in(list(ZONES)))
    return known.unique("office_id", keep="first", maintain_order=True).select("office_id", "region", "time_zone")


def offices_of(context: Context, name: str, offices: pl.DataFrame) -> pl.DataFrame:
    """Centres; one whose zone does not exist is quarantined."""
    has_zone = pl.col("time_zone").is_in(list(ZONES))
    return offices.with_columns(
        record_id=pl.lit("ais:office:") + pl.col("office_id"),
        origin=pl.lit(f"{name}#offices/") + pl.col("office_id").fill_null("?"),
        problem=when(~has_zone.fill_null(value=False), "unknown_zone"),
        _week=pl.lit(context.week),
        observed_at=pl.lit(None, MOMENT),
    )


def schedules_of(context: Context, name: str, schedules: pl.DataFrame) -> pl.DataFrame:
    """Hours of centres: a day may hold several intervals, such as before and after the break."""
    frame = with_place(schedules.with_columns(problem=_NO_PROBLEM), context).with_columns(
        stripped("opens_at", "closes_at").str.slice(0, 5),  # a time of a database comes with seconds
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


def _moment(column: str, zone: str, context: Context) -> pl.Expr:
    """UTC of a moment that came as text, with a zone of its own or in that of its column; else null."""
    text = pl.col(column).str.replace("T", " ", literal=True)
    plain = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    if zone == OFFICE_TIME:
        plain = to_utc(plain, pl.col("_zone"), context.zones)
    elif zone != "UTC":
        plain = to_utc(plain, pl.lit(zone), [zone])
    zoned = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    return credible(pl.coalesce(plain, zoned.dt.replace_time_zone(None)))


def interactions_of(context: Context, name: str, appeals: pl.DataFrame, codes: Codes, shape: Shape) -> pl.DataFrame:
    """Appeals; people in them become pseudonyms."""
    written = {f"{column}_written": column for column in ("channel", "service", "client_group", "segment")}
    moments = {f"{column}_written": column for column in ("ended_at", "called_at", "survey_sent_at")}
    flags = {f"{column}_written": column for column in ("is_no_show", "survey_delivered")}
    if "segment" not in codes:  # a column of that name may mean anything
        appeals = appeals.with_columns(segment=pl.lit(None, TEXT))
    frame = with_place(appeals.with_columns(problem=_NO_PROBLEM), context).with_columns(
        record_id=pl.lit("ais:") + pl.col("id"),
        origin=pl.lit(f"{name}#appeals/") + pl.col("id").fill_null("?"),
        **{
            column: _moment(column, shape.values[column].zone, context) for column in ("received_at", *moments.values())
        },
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


def events_of(context: Context, name: str, events: pl.DataFrame, codes: Codes, shape: Shape) -> pl.DataFrame:
    """Events of appeals; one of no known appeal is quarantined."""
    frame = with_place(events.with_columns(problem=_NO_PROBLEM), context).with_columns(
        record_id=pl.lit("ais:event:") + pl.col("id"),
        origin=pl.lit(f"{name}#appeal_events/") + pl.col("id").fill_null("?"),
        interaction_id=pl.lit("ais:") + pl.col("appeal_id"),
        event_type=translated("event_type", codes.get("event_type", {})),
        direction=translated("direction", codes.get("direction", {})),
        direction_written="direction",
        is_automatic=flag("is_automatic"),
        automatic_written="is_automatic",
        occurred_at=_moment("occurred_at", shape.values["occurred_at"].zone, context),
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
