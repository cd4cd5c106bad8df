"""What the files of the methodology hold, for the people who edit them.

What does not belong here: the checks (``ingestion/methodology/``). Imports nothing heavy: it is asked after each edit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.methodology.check import Methodology, check_methodology
from ingestion.methodology.journeys import metric_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingestion.methodology.journeys import Journey
    from ingestion.settings import Settings


def describe(settings: Settings) -> Iterator[str]:
    """Lines that say what stands in the methodology and which reviews are due next.

    Args:
        settings: the methodology and the region, whose own files are laid over it.

    Raises:
        IngestionError: a line for each error.
    """
    # the folder of the region's own files is named after its description; a region has the code of its file
    found = check_methodology(settings.methodology, settings.region.stem)
    yield f"Методика в порядке: {settings.methodology}"
    yield from _journeys(found)
    yield f"Профили клиентов: {len(found.profiles)} ({', '.join(found.profiles)})"
    yield "Ближайшие пересмотры:"
    for journey in sorted(found.journeys.values(), key=lambda each: (each.next_review, each.code)):
        late = " — срок прошёл" if journey.next_review < datetime.now(UTC).date() else ""
        yield f"  {journey.next_review:%d.%m.%Y}  карта «{journey.name}», {journey.owner}{late}"


def _journeys(found: Methodology) -> Iterable[str]:
    recommended = found.parameters["journeys_recommended"]
    count = len(found.journeys)
    advice = "" if count >= recommended else f"; рекомендуется не меньше {recommended:g} (пункт 2.2.7)"
    yield f"Карты клиентских путей: {count}{advice}"
    for journey in found.journeys.values():
        since = f"редакция {journey.version}, действует с {journey.effective_from:%d.%m.%Y}"
        yield f"  {journey.code}  {_size(journey)}; {since}"


def _size(journey: Journey) -> str:
    touchpoints = {touchpoint for stage in journey.stages for touchpoint in stage.touchpoints}
    metrics = len({(place.touchpoint, place.metric) for place in metric_plan(journey)})
    return f"стадий {len(journey.stages)}, точек контакта {len(touchpoints)}, точек × показателей {metrics}"
