"""The sources, one line each, in the order in which they are read: the register of centres comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.sources.ais import database
from ingestion.sources.complaints_book import books
from ingestion.sources.contact_centre import conversations
from ingestion.sources.evaluations import workbooks
from ingestion.sources.letters import mailbox
from ingestion.sources.mentions import google_reviews, media, telegram, two_gis, vk, yandex_maps
from ingestion.sources.survey import surveys
from ingestion.text import labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingestion.extract import Context, Extract

EXTRACTORS: dict[str, Callable[[Context], Extract]] = {
    "ais": database.extract,
    "complaints_book": books.extract,
    "letters": mailbox.extract,
    "survey": surveys.extract,
    "contact_centre": conversations.extract,
    "two_gis": two_gis.extract,
    "google_reviews": google_reviews.extract,
    "yandex_maps": yandex_maps.extract,
    "vk": vk.extract,
    "telegram": telegram.extract,
    "media": media.extract,
    "evaluations": workbooks.extract,
    "text": labels.extract,  # reads what the others landed
}

# the lists of methodology/ land like a source, so that a week can be rebuilt as it was
SOURCES: tuple[str, ...] = ("reference", *EXTRACTORS)
