"""What the files of the methodology hold, for the people who edit them.

What does not belong here: the checks (``ingestion/methodology/``). Imports nothing heavy: it is asked after each edit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.methodology.check import Methodology, check_methodology
from ingestion.methodology.journeys import metric_plan
from ingestion.methodology.surveys import check_survey
from ingestion.region import load_region

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
    check_survey(settings.region, load_region(settings).sources.survey, found.questionnaires)
    yield f"Методика в порядке: {settings.methodology}"
    yield from _journeys(found)
    yield f"Профили клиентов: {len(found.profiles)} ({', '.join(found.profiles)})"
    yield from _documents(found)
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


def _documents(found: Methodology) -> Iterable[str]:
    sets = found.kpi_sets.sets
    corridors = sum(len(kpi.corridors) for each in sets.values() for kpi in each.kpis)
    yield f"Клиентские показатели: {len(found.kpis.kpis)}; наборов {len(sets)}, коридоров {corridors}"
    surveys = found.questionnaires
    yield f"Анкеты: {len(surveys.questionnaires)}; вопросов с редакциями {len(surveys.questions)}"
    version, judged = max(found.reasons.versions.items(), key=lambda item: item[1].valid_from)
    since = f"решение комиссии от {judged.committee_date:%d.%m.%Y}"
    yield f"Причины недовольства: {len(judged.criticality)}; критичность редакции {version}, {since}"
    yield f"Карты оценки качества: {len(found.scorecards.scorecards)} ({', '.join(found.scorecards.scorecards)})"
    services = found.first_contact_exceptions.services
    yield f"Не решаются при первом контакте: {len(services)} ({', '.join(services)})"
    yield f"Открытые правила: {len(found.open_rules.rules)}"


def _size(journey: Journey) -> str:
    touchpoints = {touchpoint for stage in journey.stages for touchpoint in stage.touchpoints}
    metrics = len({(place.touchpoint, place.metric) for place in metric_plan(journey)})
    return f"стадий {len(journey.stages)}, точек контакта {len(touchpoints)}, точек × показателей {metrics}"
