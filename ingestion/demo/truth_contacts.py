"""The right answers about contacts: solved, handed over, repeated, waited for; appeals and conversations alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo.codes import FIRST_CONTACT_EXCEPTIONS
from ingestion.demo.shape import DAY, HOUR, MINUTE
from ingestion.demo.truth import DIMENSIONS, contributions, placed, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.demo.shape import Shape
    from ingestion.demo.working_time import WorkingTime

_ONE = pl.lit(1.0)
_WINDOW = 7 * DAY
_WORKING_DAY = 480  # minutes
_QUEUE_NORM = 15  # minutes
_SHARED = (
    *("source", "id", "office", "week", "region", *(name for name in DIMENSIONS if name != "stage"), "reason"),
    *("by_service", "excluded", "received", "utc", "solved", "reopened", "client", "topic", "service"),
)


def judge(shape: Shape, offices: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Contacts with their place, their week, and why they do not count."""
    zones = offices.select(pl.col("office").cast(pl.Int64), "offset")
    return (
        placed(contacts, offices)
        .join(zones, on="office", maintain_order="left")
        .with_columns(
            week_of(shape, "received"),
            utc=pl.col("received") - pl.col("offset"),
            reason=pl.when(pl.col("excluded") <= pl.col("received") + _WINDOW)
            .then("exclusion")
            .when("by_service")
            .then(pl.lit("service_started")),
        )
    )


def gather(
    shape: Shape, appeals: pl.DataFrame, talks: pl.DataFrame, hand_overs: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """Judged appeals and conversations in one frame, with what became of them."""
    parts = []
    for source, frame in (("appeals", appeals), ("talks", talks)):
        named = frame.with_columns(source=pl.lit(source)).select(_SHARED)
        parts.append(named.join(_handed_over(named, hand_overs[source]), on="id", how="left", maintain_order="left"))
    contacts = pl.concat(parts).with_columns(pl.col("up", "side", "wide").fill_null(value=False))
    return contacts.join(
        _repeated(shape, contacts), on=("source", "id"), how="left", maintain_order="left"
    ).with_columns(
        pl.col("is_repeated").fill_null(value=False),
        in_week=_solved_within(7),
        in_day=_solved_within(1),
        in_month=_solved_within(30),
    )


def _solved_within(days: int) -> pl.Expr:
    end = pl.col("received") + days * DAY
    is_solved, is_reopened = (pl.col("solved") <= end), (pl.col("reopened") <= end)
    return is_solved.fill_null(value=False) & ~is_reopened.fill_null(value=False)


def _handed_over(contacts: pl.DataFrame, hand_overs: pl.DataFrame) -> pl.DataFrame:
    """By contact: whether it was handed over up, to the side, or anywhere."""
    after = pl.col("at") - pl.col("received")
    is_mended = (pl.col("direction").eq_missing(pl.lit("side"))) & (after <= 15 * MINUTE)
    counts = (after <= _WINDOW) & pl.col("is_automatic").ne_missing(other=True) & ~is_mended
    return (
        hand_overs.select("id", "at", "direction", "is_automatic")
        .join(contacts.select("id", "received"), on="id")
        .filter(counts)
        .group_by("id")
        .agg(
            up=(pl.col("direction") == "up").any(ignore_nulls=True),
            side=(pl.col("direction") == "side").any(ignore_nulls=True),
            wide=pl.lit(value=True),
        )
    )


def _repeated(shape: Shape, contacts: pl.DataFrame) -> pl.DataFrame:
    """Contacts that the same client repeated on the same topic: ``source, id, is_repeated``.

    A week is final when the next one ends: of the repeat, only what is known by then counts.
    """
    known = contacts.drop_nulls(["client", "topic"]).select("source", "id", "client", "topic", "week", "utc")
    later = contacts.select(
        "client",
        "topic",
        again="utc",
        again_week="week",
        again_by_service="by_service",
        taken_out=pl.when(pl.col("excluded") <= pl.col("received") + _WINDOW).then(week_of(shape, "excluded")),
    )
    end = pl.col("week") + 1
    counts = ~pl.col("again_by_service") & (pl.col("taken_out") > end).fill_null(value=True)
    return (
        known.join(later, on=("client", "topic"))
        .filter((pl.col("again") > pl.col("utc")) & (pl.col("again") <= pl.col("utc") + _WINDOW))
        .filter((pl.col("again_week") <= end) & counts)
        .select("source", "id", is_repeated=pl.lit(value=True))
        .unique()
    )


def of_contacts(shape: Shape, contacts: pl.DataFrame, time: WorkingTime) -> Iterable[pl.DataFrame]:
    """Contributions of contacts: resolution, escalation, first contact, volume, time to the solution."""

    def share(metric: str, numerator: pl.Expr, frame: pl.DataFrame = contacts) -> pl.DataFrame:
        return contributions(frame, metric, numerator=numerator, denominator=_ONE)

    wide, repeated, solved = pl.col("wide"), pl.col("is_repeated"), pl.col("in_week")
    no_reopening = ~(pl.col("reopened") <= pl.col("received") + _WINDOW).fill_null(value=False)
    at_first = solved & no_reopening & ~wide & ~repeated
    office, received = contacts["office"].to_numpy(), contacts["received"].to_numpy()
    yield share("rr", solved)
    yield share("rr_1d", pl.col("in_day"))
    yield share("rr_net_repeat", solved & ~repeated)
    yield share("er_wide", wide)
    yield share("er_up", pl.col("up"))
    yield share("transfer_rate", pl.col("side"))
    yield share("fcr", at_first)
    yield share("fcr_unlinked_share", pl.col("client").is_null())
    yield share("cv2_out_of_hours", pl.lit(pl.Series(~time.is_open(office, received))))
    yield contributions(contacts, "cv2", numerator=_ONE)
    yield share(
        "rr_30d", pl.col("in_month"), contacts.with_columns(pl.col("week") + 5).filter(pl.col("week") <= shape.last)
    )
    is_exempt = pl.col("service").is_in(FIRST_CONTACT_EXCEPTIONS).fill_null(value=False)
    exempt = pl.when(is_exempt).then(pl.lit("not_first_contact"))
    yield share("net_fcr", at_first, contacts.with_columns(reason=pl.coalesce("reason", exempt)))
    flow = contacts.filter(pl.col("solved") <= pl.col("received") + 28 * DAY)
    yield contributions(contacts, "rr_flow", numerator=pl.lit(0.0), denominator=_ONE)
    yield contributions(flow.with_columns(week_of(shape, "solved")), "rr_flow", numerator=_ONE, denominator=pl.lit(0.0))
    done = contacts.filter("in_week")
    minutes = time.minutes(*(done[name].to_numpy() for name in ("office", "received", "solved")))
    yield share("solve_1h", pl.col("solved") <= pl.col("received") + HOUR, done)
    yield share("solve_1d", pl.lit(pl.Series(minutes)) <= _WORKING_DAY, done)


def of_visits(appeals: pl.DataFrame, survey: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Contributions of appeals: what was sent and answered after them, bookings, the queue."""
    answered = survey.filter(
        pl.col("fault").is_null()
        & pl.col("is_linked")
        & (pl.col("last_page") == 2)
        & (pl.col("submitted") <= pl.col("ended") + 48 * HOUR)
    )
    ended = appeals.drop_nulls("ended").with_columns(
        is_answered=pl.col("id").is_in(answered["id"].unique().implode()), is_sent=pl.col("sent").is_not_null()
    )
    sent = ended.filter("is_sent")
    visits = appeals.filter(pl.col("channel") == "visit")
    called = visits.drop_nulls("called").with_columns(wait=(pl.col("called") - pl.col("received")) / MINUTE)
    for metric, frame, numerator in (
        ("offer_rate", ended, pl.col("is_sent")),
        ("delivery_rate", sent, pl.col("is_delivered")),
        ("response_rate", sent.filter("is_delivered"), pl.col("is_answered")),
        ("no_show_rate", visits.drop_nulls("is_no_show"), pl.col("is_no_show")),
        ("queue_over_norm", called, pl.col("wait") > _QUEUE_NORM),
    ):
        yield contributions(frame, metric, numerator=numerator, denominator=_ONE)
    for metric in ("queue_wait", "queue_wait_p90"):
        yield contributions(called, metric, numerator=_ONE, denominator=_ONE, measure=pl.col("wait"))
