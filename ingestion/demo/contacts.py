"""Plan of contacts: appeals and conversations with what becomes of them, decided before anything is written.

All moments are local wall-clock seconds of the centre since 1970; null is "never".
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo import codes
from ingestion.demo.geography import mood
from ingestion.demo.shape import DAY, HOUR, MINUTE, WEEK, Shape

NEVER = -1
_TOPICS = np.array(["поиск", "пособие", "справка", "запись", "обучение", "вакансия", "документы", "жалоба"])
_GROUPS = list(codes.CLIENT_GROUPS)
_SERVICES = list(codes.SERVICES)
_EXCLUSIONS = np.array(codes.EXCLUDING)
_CONVERSATION_CHANNELS = np.array(["chat", "phone", "email", "bot", "social"])
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
        "client": rng.integers(0, max(2000, int(15_000 * shape.factor)), size),
        "topic": rng.integers(0, len(_TOPICS), size),
        "by_service": rng.random(size) < 0.03,
        "exclusion": np.where(exclusion, rng.integers(0, len(_EXCLUSIONS), size), NEVER),
        "excluded": np.where(exclusion, received + excluded_after, NEVER),
    }


def _outcome(
    shape: Shape, feeling: np.ndarray, base: dict[str, np.ndarray], part: str, hours: float
) -> tuple[np.ndarray, np.ndarray]:
    """When a contact is solved, and reopened: better places solve more and sooner."""
    rng = shape.stream(part + "-outcome")
    size = len(feeling)
    is_solved = rng.random(size) < (0.82 + 0.08 * feeling).clip(0.3, 0.98)
    after = (rng.lognormal(np.log(hours), 1.1, size) * HOUR).astype(np.int64).clip(MINUTE, 20 * DAY)
    solved = np.where(is_solved, base["received"] + after, NEVER)
    is_reopened = is_solved & (rng.random(size) < 0.06)
    reopened = np.where(is_reopened, solved + rng.integers(HOUR, 6 * DAY, size), NEVER)
    return solved, reopened


def _frame(shape: Shape, columns: dict[str, np.ndarray]) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    moments = [name for name in ("ended", "solved", "reopened", "excluded", "replied") if name in frame.columns]
    # what has not happened by the end of the last week has not happened yet
    return frame.with_columns(
        pl.when((pl.col(name) != NEVER) & (pl.col(name) < shape.end)).then(name).alias(name) for name in moments
    ).sort("received", maintain_order=True)


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
    unknown = rng.random(size) < 0.008
    touchpoint = np.where(unknown, len(codes.TOUCHPOINTS), touchpoint)
    feeling = mood(offices, base["office"], base["week"], touchpoint)
    solved, reopened = _outcome(shape, feeling, base, "appeals", 20.0)
    ended = base["received"] + (rng.lognormal(np.log(25), 0.6, size) * MINUTE).astype(np.int64)
    frame = _frame(
        shape,
        {**base, "channel": channel, "touchpoint": touchpoint, "ended": ended, "solved": solved, "reopened": reopened},
    )
    return (
        frame.with_row_index("id", offset=100_001)
        .with_columns(
            channel_name=pl.Series(channels).gather(frame["channel"]),
            channel=pl.Series(list(codes.AIS_CHANNELS.values())).gather(frame["channel"]),
            touchpoint_code=pl.Series([*codes.TOUCHPOINTS, codes.UNKNOWN_TOUCHPOINT]).gather(frame["touchpoint"]),
            touchpoint_known=pl.Series([*codes.TOUCHPOINTS.values(), None]).gather(frame["touchpoint"]),
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
    solved, reopened = _outcome(shape, feeling, base, "conversations", 8.0)
    solved = np.where(
        unanswered & (channel != 3), NEVER, np.maximum(solved, np.where(unanswered, solved, replied + 60))
    )
    solved = np.where(replied > base["received"] + 7 * DAY, NEVER, solved)
    reopened = np.where(solved == NEVER, NEVER, np.where(reopened == NEVER, NEVER, np.maximum(reopened, solved + HOUR)))
    frame = _frame(
        shape,
        {
            **base,
            "channel": channel,
            "ended": base["received"] + wait.clip(0, DAY) + 10 * MINUTE,
            "replied": replied,
            "solved": solved,
            "reopened": reopened,
            "has_bot": (channel == 3) | ((channel == 0) & (rng.random(size) < 0.5)),
            "has_auto": (channel == 2) & (rng.random(size) < 0.7),
            "has_note": rng.random(size) < 0.05,
        },
    )
    return (
        frame.with_row_index("id", offset=1)
        .with_columns(
            channel=pl.Series(_CONVERSATION_CHANNELS).gather(frame["channel"]),
            touchpoint_known=pl.lit("contact_centre"),
        )
        .pipe(_named)
    )


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Names of groups, services, topics and reasons, as sources write them and as the product knows them."""
    services = list(codes.SERVICES.values())
    return frame.with_columns(
        group_name=pl.Series(_GROUPS).gather(frame["group"]),
        client_group=pl.Series(list(codes.CLIENT_GROUPS.values())).gather(frame["group"]),
        service_name=pl.Series(_SERVICES).gather(frame["service"]),
        service=pl.Series(services).gather(frame["service"]),
        journey=pl.Series([codes.JOURNEYS.get(name) for name in services]).gather(frame["service"]),
        topic=pl.Series(_TOPICS).gather(frame["topic"]),
        exclusion=pl.Series([*_EXCLUSIONS, None]).gather(
            frame["exclusion"].replace(NEVER, len(_EXCLUSIONS)).cast(pl.UInt32)
        ),
        initiated_by=pl.when("by_service").then(pl.lit("service")).otherwise(pl.lit("client")),
    )
