"""The synthetic region of the tests: its weeks, centres and oddities, and the lists of the methodology."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingestion.methodology.check import check_methodology

METHODOLOGY = Path(__file__).parents[2] / "methodology"
REGION = "demo"
WEEKS = [f"2026-W{number}" for number in range(35, 47)]
UNPUBLISHED = "2026-W40"  # never released: a gap
PUBLISHED_WEEKS = [week for week in WEEKS if week != UNPUBLISHED]
LOST_SOURCE_WEEK = "2026-W43"  # the contact centre delivered nothing
NOTHING_AT = ("C12", "specialist")  # no record at all, so no row: narrow cuts have no empty cells
HIDDEN_VALUE = 987654.3  # stands where nothing may stand: the site must not trust the file
HIDDEN_N = 987654
HOSTILE_MESSAGE = 'C03.xlsx: <img src=x onerror="alert(1)"> не читается; пришлите книгу заново'
HOSTILE = 'Центр <script>alert("x")</script> & «Ко°»'
TOWNS = [
    *("Приречный", "Северный", "Заозёрск", "Усть-Каменка", "Лесной", "Марьино"),
    *("Новоозёрный", "Верхний-Яр", "Степной", "Таёжный", "Ключи", "Горный"),
]
OFFICES = [(f"C{at + 1:02d}", f"ЦЗН {town}") for at, town in enumerate(TOWNS)]
OFFICES[4] = ("C05", HOSTILE)
KEYS = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")


@cache
def dictionary(name: str) -> dict[str, str]:
    """A dictionary of the methodology; journeys are files of their own."""
    if name == "journeys":
        maps = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((METHODOLOGY / "journeys").glob("*.yml"))]
        return {each["code"]: each["name"] for each in maps}
    return yaml.safe_load((METHODOLOGY / "dictionaries.yml").read_text("utf-8"))[name]


@cache
def metrics() -> dict[str, dict[str, Any]]:
    """The registry of metrics, those of the aspects that the demo region asks about among them."""
    return {code: metric.model_dump() for code, metric in check_methodology(METHODOLOGY, "demo").metrics.items()}
