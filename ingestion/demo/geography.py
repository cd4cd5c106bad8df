"""Centres of the demo region: invented municipalities, zones, schedules, size and mood."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from ingestion.demo.codes import TOUCHPOINT_MOOD
from ingestion.demo.shape import HOUR, Shape

_TOWNS = (
    "Верхнеозёрск",
    "Нижнереченск",
    "Солнцегорье",
    "Кедроград",
    "Белокаменск-Таёжный",
    "Усть-Лесная",
    "Старолесье",
    "Приозёрный",
    "Мыс Дальний",
    "Рудногорье",
    "Тихая Бухта",
    "Снежнореченск",
)
_PREFIXES = ("Верхне", "Нижне", "Ново", "Старо", "Южно", "Северо", "Красно", "Бело", "Горно", "Лесо")
_ROOTS = ("озёрск", "реченск", "камск-Лесной", "луговск", "кедровск", "полянск", "боровск-Степной", "морск")
_HOME_ZONES = ("Asia/Yakutsk", "Asia/Vladivostok", "Asia/Srednekolymsk")
_HOME_PATTERN = (0, 0, 1, 0, 0, 1, 0, 2, 0, 1, 2, 0)
_ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
_HOME_WEIGHTS = (0.18, 0.14, 0.12, 0.10, 0.09, 0.08, 0.07, 0.06, 0.05, 0.045, 0.035, 0.03)
# Opening and closing hour, and whether the centre works on Saturdays.
_SCHEDULES = ((9, 18, False), (8, 17, False), (10, 19, True), (9, 17, True))
WORSE_OFFICE, BETTER_OFFICE = 2, 6  # C03 gets worse, C07 gets better
LUNCH_OFFICE, EVENING_OFFICE = 3, 4  # C04 closes at noon, C05 has evenings beside its hours
QUEUE_FIXED_FROM = 6  # an electronic queue comes in this week: the queue hurts less


def _town(position: int) -> str:
    if position < len(_TOWNS):
        return _TOWNS[position]
    prefix, rest = _PREFIXES[position % len(_PREFIXES)], position // len(_PREFIXES)
    number = rest // len(_ROOTS)
    return f"{prefix}{_ROOTS[rest % len(_ROOTS)]}" + (f"-{number + 1}" if number else "")


def _zone(position: int, region: int) -> str:
    if region == 0:
        return _HOME_ZONES[_HOME_PATTERN[position % len(_HOME_PATTERN)]]
    return _ZONES[region % len(_ZONES)]


def _name(position: int, town: str, faults: bool) -> str:
    if faults and position == 8:  # a name that breaks SQL put together from text
        return "ЦЗН «Мыс О'Дальний'); DROP TABLE offices; --»"
    return f"Центр занятости населения «{town}»"


def plan_offices(shape: Shape) -> pl.DataFrame:
    """Centres with what the generator knows of them: zone offset, opening seconds, size, mood and its trend."""
    rng = shape.stream("offices")
    width = max(2, len(str(shape.offices)))
    weights = np.array(_HOME_WEIGHTS[: shape.offices])
    if shape.offices != len(_HOME_WEIGHTS):
        weights = rng.lognormal(0, 0.6, shape.offices)
    moods, rows = rng.normal(0, 0.25, shape.offices), []
    trends = rng.normal(0, 0.008, shape.offices)
    noon = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
    for position in range(shape.offices):
        region = position * shape.regions // shape.offices
        zone = _zone(position, region)
        offset = ZoneInfo(zone).utcoffset(noon)
        opens, closes, saturday = _SCHEDULES[position % len(_SCHEDULES)]
        town = _town(position)
        rows.append(
            {
                "office": position,
                "office_id": f"C{position + 1:0{width}d}",
                "region": "demo" if region == 0 else f"r{region + 1:02d}",
                "name": _name(position, town, shape.faults),
                "municipality": town,
                "time_zone": zone,
                "offset": int(offset.total_seconds()) if offset else 0,
                "opens": opens * HOUR,
                "closes": closes * HOUR,
                "saturday": saturday,
                "weight": float(weights[position] / weights.sum()),
                "mood": float(moods[position]),
                "trend": float(trends[position]),
            }
        )
    trend_of = {WORSE_OFFICE: -0.09, BETTER_OFFICE: 0.08}
    for position, trend in trend_of.items():
        if position < len(rows):
            rows[position] |= {"trend": trend, "mood": -3 * trend}
    return pl.DataFrame(rows)


def plan_schedules(offices: pl.DataFrame, first_day: dt.date) -> pl.DataFrame:
    """Schedules as the AIS holds them; hours that change, a break at noon, and two schedules at once."""
    rows = []
    change = first_day + dt.timedelta(weeks=4)
    for office in offices.iter_rows(named=True):
        opens, closes = office["opens"] // HOUR, office["closes"] // HOUR
        periods = [("2026-01-01", None, opens)]
        if office["office"] == 1:
            periods = [
                ("2026-01-01", str(change - dt.timedelta(days=1)), opens),
                (str(change), None, opens + 1),
            ]
        for weekday in range(1, 7 if office["saturday"] else 6):
            ends = closes - 3 if weekday == 6 else closes
            hours = [(since, until, start, ends) for since, until, start in periods]
            if office["office"] == LUNCH_OFFICE and weekday < 6:
                hours = [("2026-01-01", None, opens, 13), ("2026-01-01", None, 14, ends)]
            if office["office"] == EVENING_OFFICE and weekday in (2, 4):  # a second schedule, over the first
                hours.append((str(change), None, 15, 20))
            rows += [
                (office["office_id"], weekday, f"{start:02d}:00", f"{end:02d}:00", since, until)
                for since, until, start, end in hours
            ]
    columns = ["office_id", "weekday", "opens_at", "closes_at", "valid_from", "valid_to"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def mood(offices: pl.DataFrame, office: np.ndarray, week: np.ndarray, touchpoint: np.ndarray) -> np.ndarray:
    """How well a contact goes, by centre, week and touchpoint: 0 is the average."""
    base = offices["mood"].to_numpy()[office] + offices["trend"].to_numpy()[office] * week
    names = list(TOUCHPOINT_MOOD)
    by_touchpoint = np.array([*TOUCHPOINT_MOOD.values(), 0.0])[touchpoint]
    eased = (touchpoint == names.index("queue")) & (week >= QUEUE_FIXED_FROM)
    return base + by_touchpoint + np.where(eased, 0.45, 0.0)
