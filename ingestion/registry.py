"""The sources, one line each, in the order in which they are read: the register of centres comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.sources import ais, contact_centre, mentions, survey, workbooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingestion.extract import Context, Extract

EXTRACTORS: dict[str, Callable[[Context], Extract]] = {
    "ais": ais.extract,
    "complaints_book": workbooks.extract_book,
    "survey": survey.extract,
    "contact_centre": contact_centre.extract,
    "two_gis": mentions.extract_two_gis,
    "vk": mentions.extract_vk,
    "evaluations": workbooks.extract_evaluations,
}

# the lists of methodology/ land like a source, so that a week can be rebuilt as it was
SOURCES: tuple[str, ...] = ("reference", *EXTRACTORS)
