"""Plan of contacts: appeals and conversations with what becomes of them, decided before anything is written.

All moments are local wall-clock seconds of the centre since 1970; null is "never".
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo import codes
from ingestion.demo.geography import mood
from ingestion.demo.outcomes import NEVER, plan_outcome
from ingestion.demo.shape import DAY, HOUR, MINUTE, WEEK, Shape

_TOPICS = np.array(["поиск", "пособие", "справка", "запись", "обучение", "вакансия", "документы", "жалоба"])
_GROUPS = list(codes.CLIENT_GROUPS)
_SERVICES = list(codes.SERVICES)
_EXCLUSIONS = np.array(codes.EXCLUDING)
_CONVERSATION_CHANNELS = np.array(["chat", "phone", "email", "bot", "social"])
_MOMENTS = (
    *("ended", "solved", "reopened", "solved_again", "reopened_again", "excluded"),
    *("replied", "replied_again", "late_word", "called", "sent"),
)
_REPLY_MINUTES = np.array([6.0, 2.0, 240.0, 12.0, 90.0])


def _received(shape: Shape, offices: pl.DataFrame, office: np.ndarray, week: np.ndarray, part: str) -> np.ndarray:
    """Moments of contacts: most in the hours of the centre, some at night and on Sundays, some at the very edges."""
    rng = shape.stream(part + "-received")
    size = len(office)
    day = rng.choice(7, size, p=[0.21, 0.2, 0.19, 0.17, 0.14, 0.06, 0.03])
    opens, closes = offices["opens"].to_numpy()[office], offices["closes"].to_numpy()[office]
    second = opens + ((closes - opens) * rng.beta(1.6, 2.2, size)).astype(np.int64)
    anytime = rng.random(size) < 0.06
    second = np.where(anytime, rng.integers(0, DAY, size), second)
    # the first half hour of Monday, and the last of Sunday: another week in UTC
    edge = rng.random(size) < 0.003
    day = np.where(edge, np.where(second % 2 == 0, 0, 6), day)
    second = np.where(edge, np.where(second % 2 == 0, 30 * MINUTE, DAY - 30 * MINUTE), second)
    return shape.start + week * WEEK + day * DAY + second


def _base(shape: Shape, offices: pl.DataFrame, per_week: float, part: str) -> dict[str, np.ndarray]:
    rng = shape.stream(part)
    week = shape.weekly_rows(per_week, rng)
    size = len(week)
    office = rng.choice(shape.offices, size, p=offices["weight"].to_numpy())
    group = rng.choice(3, size, p=[0.8, 0.17, 0.03])
    shares = np.array([codes.GROUP_SERVICES[name] for name in _GROUPS], dtype=float).cumsum(axis=1)
    service = (rng.random(size)[:, None] * 100 >= shares[group]).sum(axis=1).clip(0, len(_SERVICES) - 1)
    received = _received(shape, offices, office, week, part)
    client = rng.integers(0, max(2000, int(15_000 * shape.factor)), size)
    topic = rng.integers(0, len(_TOPICS), size)
    client = np.where(rng.random(size) < 0.04, NEVER, client)  # nobody asked who it was
    topic = np.where(rng.random(size) < 0.01, NEVER, topic)
    _repeat_on_the_edge(shape, {"week": week, "office": office, "received": received, "client": client, "topic": topic})
    exclusion = rng.random(size) < 0.012
    excluded_after = np.where(
        rng.random(size) < 0.9, rng.integers(MINUTE, 2 * DAY, size), rng.integers(8 * DAY, 9 * DAY, size)
    )
    return {
        "office": office,
        "week": week,
        "group": group,
        "service": service,
        "received": received,
        "client": client,
        "topic": topic,
        "by_service": rng.random(size) < 0.03,
        "exclusion": np.where(exclusion, rng.integers(0, len(_EXCLUSIONS), size), NEVER),
        "excluded": np.where(exclusion, received + excluded_after, NEVER),
    }


def _repeat_on_the_edge(shape: Shape, contacts: dict[str, np.ndarray]) -> None:
    """Make some contacts follow another of the same client and topic by seven days, or a second less or more.

    The columns are changed in place. Repeats sooner and later than that happen by chance.
    """
    even = np.arange(len(contacts["week"])) % 2 == 0
    for position in range(shape.last):
        earlier = np.flatnonzero((contacts["week"] == position) & even & (contacts["client"] != NEVER))[::97]
        later = np.flatnonzero((contacts["week"] == position + 1) & ~even)[::97]
        size = min(len(earlier), len(later))
        earlier, later = earlier[:size], later[:size]
        for column in ("office", "client", "topic"):
            contacts[column][later] = contacts[column][earlier]
        after = contacts["received"][earlier] + 7 * DAY + np.arange(size) % 3 - 1
        contacts["received"][later] = np.minimum(after, shape.end - 1)


def _frame(shape: Shape, columns: dict[str, np.ndarray]) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    # what has not happened by the end of the last week has not happened yet
    return frame.with_columns(
        *(
            pl.when((pl.col(name) != NEVER) & (pl.col(name) < shape.end)).then(name).alias(name)
            for name in _MOMENTS
            if name in frame.columns
        ),
        pl.when(pl.col("client") != NEVER).then("client").alias("client"),
    ).sort("received", maintain_order=True)


def _visits(shape: Shape, received: np.ndarray, is_visit: np.ndarray, is_phone: np.ndarray) -> dict[str, np.ndarray]:
    """Bookings that were kept or not, the call from the queue, the end of the contact, and the survey after it."""
    rng = shape.stream("appeals-visits")
    size = len(received)
    minute_of_wait = rng.lognormal(np.log(9), 0.8, size) * MINUTE
    wait = np.where(rng.random(size) < 0.01, rng.choice([15 * MINUTE, 15 * MINUTE + 1], size), minute_of_wait)
    # a call back may be booked too: there is no queue on the phone
    is_booked = (is_visit & (rng.random(size) < 0.45)) | (is_phone & (rng.random(size) < 0.03))
    is_no_show = is_booked & (rng.random(size) < 0.09)
    is_called = (is_visit | is_booked) & ~is_no_show & (rng.random(size) >= 0.02)
    called = np.where(is_called, received + wait.astype(np.int64).clip(5), NEVER)
    ended = received + (rng.lognormal(np.log(25), 0.6, size) * MINUTE).astype(np.int64)
    ended = np.where(rng.random(size) < 0.015, NEVER, np.maximum(ended, called + 3 * MINUTE))
    soon, late = rng.integers(HOUR, 8 * HOUR, size), rng.integers(25 * HOUR, 40 * HOUR, size)
    sent = ended + np.where(rng.random(size) < 0.03, late, soon)
    is_sent = (ended != NEVER) & (rng.random(size) < 0.75)
    return {
        "called": called,
        "is_booked": is_booked,
        "is_missed": is_no_show,
        "ended": ended,
        "sent": np.where(is_sent, sent, NEVER),
        "is_delivered": rng.random(size) < 0.93,
    }


def plan_appeals(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Appeals of the AIS."""
    base = _base(shape, offices, 6000, "appeals")
    rng = shape.stream("appeals-more")
    size = len(base["office"])
    channels = list(codes.AIS_CHANNELS)
    channel = rng.choice(5, size, p=[0.55, 0.18, 0.17, 0.07, 0.03])
    # on a holiday nobody is received: who would have come writes to the portal
    closed = shape.is_holiday(base["received"]) & (channel == channels.index("Личный приём"))
    channel = np.where(closed, channels.index("Портал"), channel)
    shares = np.array([codes.CHANNEL_TOUCHPOINTS[name] for name in channels], dtype=float)
    shares = (shares / shares.sum(axis=1, keepdims=True)).cumsum(axis=1)
    touchpoint = (rng.random(size)[:, None] >= shares[channel]).sum(axis=1).clip(0, len(codes.TOUCHPOINTS) - 1)
    segments = np.array([codes.GROUP_SEGMENTS[name] for name in _GROUPS], dtype=float).cumsum(axis=1)
    segment = (shape.stream("appeals-segments").random(size)[:, None] * 100 >= segments[base["group"]]).sum(axis=1)
    unknown = rng.random(size) < 0.008
    touchpoint = np.where(unknown, len(codes.TOUCHPOINTS), touchpoint)
    feeling = mood(offices, base["office"], base["week"], touchpoint)
    is_visit, is_phone = (channel == channels.index(name) for name in ("Личный приём", "Телефон"))
    frame = _frame(
        shape,
        {
            **base,
            "channel": channel,
            "touchpoint": touchpoint,
            "segment": segment,
            **plan_outcome(shape, base, feeling, "appeals", 20.0),
            **_visits(shape, base["received"], is_visit, is_phone),
        },
    )
    return (
        frame.with_row_index("id", offset=100_001)
        .with_columns(
            channel_name=pl.Series(channels).gather(frame["channel"]),
            channel=pl.Series(list(codes.AIS_CHANNELS.values())).gather(frame["channel"]),
            touchpoint_code=pl.Series([*codes.TOUCHPOINTS, codes.UNKNOWN_TOUCHPOINT]).gather(frame["touchpoint"]),
            touchpoint_known=pl.Series([*codes.TOUCHPOINTS.values(), None]).gather(frame["touchpoint"]),
            segment_name=pl.Series([*codes.SEGMENTS, None]).gather(frame["segment"]),
            segment=pl.Series([*codes.SEGMENTS.values(), None]).gather(frame["segment"]),
            is_no_show=pl.when("is_booked").then("is_missed"),
            is_delivered=pl.when(pl.col("sent").is_not_null()).then("is_delivered"),
        )
        .pipe(_named)
    )


def plan_conversations(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Conversations of the contact centre, with the moment of the first public human reply."""
    base = _base(shape, offices, 2400, "conversations")
    rng = shape.stream("conversations-more")
    size = len(base["office"])
    channel = rng.choice(5, size, p=[0.38, 0.26, 0.2, 0.11, 0.05])
    centre = list(codes.TOUCHPOINTS.values()).index("contact_centre")
    feeling = mood(offices, base["office"], base["week"], np.full(size, centre))
    minutes = rng.lognormal(np.log(_REPLY_MINUTES[channel]), 0.9, size) * np.exp(-0.5 * feeling)
    late = rng.random(size) < 0.004  # a reply after the window is no reply
    wait = np.where(late, 8 * DAY, (minutes * MINUTE).astype(np.int64).clip(5, 6 * DAY))
    # what comes on a holiday waits for the next morning
    opens = offices["opens"].to_numpy()[base["office"]]
    until_morning = DAY - base["received"] % DAY + opens
    wait = wait + np.where(shape.is_holiday(base["received"]) & ~late, until_morning, 0)
    unanswered = rng.random(size) < np.where(channel == 3, 0.6, 0.05)
    replied = np.where(unanswered, NEVER, base["received"] + wait)
    outcome = plan_outcome(
        shape,
        base,
        feeling,
        "conversations",
        8.0,
        earliest=replied + MINUTE,
        hopeless=(unanswered & (channel != 3)) | (replied > base["received"] + 7 * DAY),
    )
    frame = _frame(
        shape,
        {
            **base,
            "channel": channel,
            "ended": base["received"] + wait.clip(0, DAY) + 10 * MINUTE,
            "replied": replied,
            **outcome,
            **_later_words(shape, base["received"], outcome["reopened"]),
            "has_bot": (channel == 3) | ((channel == 0) & (rng.random(size) < 0.5)),
            "has_auto": (channel == 2) & (rng.random(size) < 0.7),
            "has_note": rng.random(size) < 0.05,
            "has_more": rng.random(size) < 0.3,
            "turns": rng.choice(3, size, p=[0.55, 0.3, 0.15]) + 1,
        },
    )
    return (
        frame.with_row_index("id", offset=1)
        .with_columns(
            channel=pl.Series(_CONVERSATION_CHANNELS).gather(frame["channel"]),
            touchpoint_known=pl.lit("contact_centre"),
            segment=pl.lit(None, pl.String),
        )
        .pipe(_named)
    )


def _later_words(shape: Shape, received: np.ndarray, reopened: np.ndarray) -> dict[str, np.ndarray]:
    """Replies after a reopening, most of them in time; and a word of staff when the window is long over."""
    rng = shape.stream("conversations-later")
    size = len(received)
    wait = (rng.lognormal(np.log(600), 1.0, size) * MINUTE).astype(np.int64).clip(MINUTE, 6 * DAY)
    wait = np.where(rng.random(size) < 0.06, rng.choice([7 * DAY, 7 * DAY + 1, 9 * DAY], size), wait)
    is_answered = (reopened != NEVER) & (rng.random(size) < 0.8)
    late_word = received + 7 * DAY + rng.integers(1, 3 * DAY, size)
    return {
        "replied_again": np.where(is_answered, reopened + wait, NEVER),
        "late_word": np.where(rng.random(size) < 0.02, late_word, NEVER),
    }


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Names of groups, services, topics and reasons, as sources write them and as the product knows them."""
    services = list(codes.SERVICES.values())
    return frame.with_columns(
        group_name=pl.Series(_GROUPS).gather(frame["group"]),
        client_group=pl.Series(list(codes.CLIENT_GROUPS.values())).gather(frame["group"]),
        service_name=pl.Series(_SERVICES).gather(frame["service"]),
        service=pl.Series(services).gather(frame["service"]),
        journey=pl.Series([codes.JOURNEYS.get(name) for name in services]).gather(frame["service"]),
        topic=pl.Series([*_TOPICS, None]).gather(frame["topic"].replace(NEVER, len(_TOPICS)).cast(pl.UInt32)),
        exclusion=pl.Series([*_EXCLUSIONS, None]).gather(
            frame["exclusion"].replace(NEVER, len(_EXCLUSIONS)).cast(pl.UInt32)
        ),
        initiated_by=pl.when("by_service").then(pl.lit("service")).otherwise(pl.lit("client")),
    )
