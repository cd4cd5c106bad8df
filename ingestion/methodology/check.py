"""Read all files of the methodology and hold them together: the one place that knows every file.

A new kind of file is read in :func:`check_methodology` and stands in :class:`Methodology`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, RootModel

from ingestion.errors import IngestionError
from ingestion.methodology.first_contact import FirstContactExceptions
from ingestion.methodology.journeys import Journey
from ingestion.methodology.kpi_sets import KpiSets
from ingestion.methodology.kpis import Kpis
from ingestion.methodology.metrics import Metric, Metrics, with_aspects
from ingestion.methodology.open_rules import OpenRules
from ingestion.methodology.profiles import Profile, Profiles
from ingestion.methodology.questionnaires import Questionnaires
from ingestion.methodology.reading import read_document, region_file
from ingestion.methodology.reasons import Reasons
from ingestion.methodology.scorecards import Scorecards
from ingestion.methodology.text_rules import ReasonWords, ToneLearnt, ToneWords, TouchpointWords

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")
_LISTS = (  # of dictionaries.yml, whose codes the files use
    "client_groups",
    "segments",
    "services",
    "touchpoints",
    "reasons",
    "instruments",
    "units",
    "kpi_groups",
    "kpi_increments",
    "kpi_methods",
    "kpi_weak_methods",
    "questions",
    "aspects",
    "feedback_channels",
    "contact_channels",
    "external_channels",
    "sources",
)
_NUMBERS = (  # of parameters.yml, to which the files are held
    *("journeys_required", "journeys_recommended", "kpi_set_max"),
    *("email_items_min", "email_items_max", "email_promise_minutes"),
)


_DOCUMENTS: dict[str, tuple[type[BaseModel], tuple[str, ...]]] = {  # name of the file → what it holds, what is kept
    "kpis": (Kpis, ("kpis",)),
    "kpi_sets": (KpiSets, ("sets", "quarterly_index")),
    "questionnaires": (Questionnaires, ("questions", "questionnaires")),
    "reasons": (Reasons, ("versions",)),
    "scorecards": (Scorecards, ("scales", "scorecards")),
    "first_contact_exceptions": (FirstContactExceptions, ()),
    "open_rules": (OpenRules, ("rules",)),
    "text_touchpoints": (TouchpointWords, ()),
    "text_reasons": (ReasonWords, ()),
    "text_tone": (ToneWords, ()),
    "text_tone_learnt": (ToneLearnt, ()),
}


class _Dictionaries(RootModel[dict[str, dict[str, str]]]):
    pass


class _Parameters(RootModel[dict[str, float]]):
    pass


@dataclass(frozen=True)
class Methodology:
    """What the files say, checked."""

    dictionaries: dict[str, dict[str, str]]
    metrics: dict[str, Metric]
    parameters: dict[str, float]
    profiles: dict[str, Profile]
    journeys: dict[str, Journey]
    kpis: Kpis
    kpi_sets: KpiSets
    questionnaires: Questionnaires
    reasons: Reasons
    scorecards: Scorecards
    first_contact_exceptions: FirstContactExceptions
    open_rules: OpenRules
    text_touchpoints: TouchpointWords
    text_reasons: ReasonWords
    text_tone: ToneWords
    text_tone_learnt: ToneLearnt

    @property
    def journey_of_service(self) -> dict[str, str]:
        """To which journey a service belongs; one that no map names belongs to none."""
        return {service: code for code, map_ in self.journeys.items() for service in map_.classification.services}


class _Reader:
    """Reads files of a folder one after another, so that errors of all of them are told at once."""

    def __init__(self, folder: Path, region: str | None) -> None:
        self.folder = folder
        self.region = region
        self.codes: dict[str, Collection[str]] = {}
        self.errors: list[str] = []
        self.overlaid: list[str] = []  # what a region may have of its own

    def base(self, name: str, model: type[RootModel[dict[str, V]]], needed: Iterable[str] = ()) -> dict[str, V]:
        """A file that others lean on: nothing can be checked without it, and a region has none of its own."""
        found = read_document(self.folder / name, model).root
        if missing := [key for key in needed if key not in found]:
            raise IngestionError(f"{self.folder / name}: нет списка или поля {', '.join(missing)}. Верните его.")
        return found

    def map(self, name: str, model: type[RootModel[dict[str, V]]]) -> dict[str, V] | None:
        """A file to which a region may add; None when it is wrong."""
        found = self.document(name, model)
        return found and found.root

    def document(self, name: str, model: type[M], kept: Collection[str] = ()) -> M | None:
        """A file with several fields, to which a region may add; None when it is wrong."""
        self.overlaid.append(name)
        return self._tried(self.folder / name, model, added=region_file(self.folder, self.region, name), kept=kept)

    def files(self, name: str, model: type[M]) -> dict[str, M]:
        """Documents of a folder by code, which is the name of the file; one of the region replaces that of the base."""
        found: dict[str, M] = {}
        folders = [self.folder / name, *([self.folder / "regions" / self.region / name] if self.region else [])]
        for code in sorted({path.stem for folder in folders for path in folder.glob("*.yml")}):
            self.overlaid.append(own := f"{name}/{code}.yml")
            path = region_file(self.folder, self.region, own) or self.folder / own
            if document := self._tried(path, model, {name: [code]}):
                found[code] = document
        return found

    def finish(self) -> None:
        """Raise what was found, with the files of the region that nobody reads."""
        own = self.folder / "regions" / (self.region or "")
        for path in sorted(own.rglob("*")) if self.region else ():
            if path.is_file() and path.relative_to(own).as_posix() not in self.overlaid:
                self.errors.append(f"{path}: такого файла у региона нет; можно: {', '.join(self.overlaid)}")
        if self.errors:
            raise IngestionError("\n".join(self.errors))

    def _tried(
        self,
        path: Path,
        model: type[M],
        own: Mapping[str, Collection[str]] | None = None,
        added: Path | None = None,
        kept: Collection[str] = (),
    ) -> M | None:
        try:
            return read_document(path, model, codes={**self.codes, **(own or {})}, added=added, kept=kept)
        except IngestionError as error:
            self.errors.append(str(error))
            return None


def check_methodology(folder: Path, region: str | None = None) -> Methodology:
    """Read every file and check that they fit together.

    Args:
        folder: the methodology.
        region: code of the region whose ``regions/<region>/`` is laid over the base.

    Raises:
        IngestionError: a line for each error.
    """
    reader = _Reader(folder, region)
    dictionaries = reader.base("dictionaries.yml", _Dictionaries, _LISTS)
    parameters = reader.base("parameters.yml", _Parameters, _NUMBERS)
    reader.codes = {
        **dictionaries,
        "parameters": parameters,
        "kpi_found_by": [*dictionaries["kpi_methods"], *dictionaries["kpi_weak_methods"]],
    }
    metrics = reader.base("metrics.yml", Metrics)
    reader.codes["metric_units"] = list({metric.unit: None for metric in metrics.values()})
    documents = {"questionnaires": _document(reader, "questionnaires")}
    names = dictionaries["aspects"]
    # of wrong questionnaires it is not known what they ask; a metric of any aspect is then no error of another file
    every = {metric.question: list(names) for metric in metrics.values()}
    asked = documents["questionnaires"].aspects if documents["questionnaires"] else every
    metrics = with_aspects(metrics, asked, names)
    reader.codes["metrics"] = metrics
    profiles = reader.map("profiles.yml", Profiles)
    if profiles is not None:  # else told once, and not again by each map that names one
        reader.codes = {**reader.codes, "profiles": list(profiles)}
    journeys = reader.files("journeys", Journey)
    reader.errors += _services_of_two(folder, journeys)
    required = parameters["journeys_required"]
    if not reader.errors and len(journeys) < required:
        reader.errors.append(f"{folder / 'journeys'}: карт {len(journeys)}, нужно хотя бы {required:g} (пункт 6.2)")
    documents |= {name: _document(reader, name) for name in _DOCUMENTS if name not in documents}
    reader.finish()
    return Methodology(dictionaries, metrics, parameters, profiles or {}, journeys, **documents)


def _services_of_two(folder: Path, journeys: Mapping[str, Journey]) -> Iterator[str]:
    """A line for each service that two journeys claim: a contact belongs to one."""
    taken: dict[str, str] = {}
    for code, journey in journeys.items():
        for service in journey.classification.services:
            if (other := taken.setdefault(service, code)) != code:
                yield f"{folder / 'journeys' / f'{code}.yml'}: услуга {service} уже в карте {other}; оставьте в одной"


def _document(reader: _Reader, name: str) -> Any:
    """A document of the table, a wrong one as None: its error is kept."""
    model, kept = _DOCUMENTS[name]
    found: Any = reader.document(f"{name}.yml", model, kept)
    if found and name == "kpis":
        reader.codes["kpis"] = found.kpis
    return found
