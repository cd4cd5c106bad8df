"""Read all files of the methodology and hold them together: the one place that knows every file.

A new kind of file is read in :func:`check_methodology` and stands in :class:`Methodology`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, RootModel

from ingestion.errors import IngestionError
from ingestion.methodology.journeys import Journey
from ingestion.methodology.profiles import Profile, Profiles
from ingestion.methodology.reading import read_document, region_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")
_LISTS = (  # of dictionaries.yml, whose codes the files use
    "client_groups",
    "segments",
    "services",
    "touchpoints",
    "reasons",
    "journeys",
    "instruments",
    "units",
    "planned_metrics",
)


class _Dictionaries(RootModel[dict[str, dict[str, str]]]):
    pass


class _Metrics(RootModel[dict[str, dict[str, Any]]]):
    pass


class _Parameters(RootModel[dict[str, float]]):
    pass


@dataclass(frozen=True)
class Methodology:
    """What the files say, checked."""

    dictionaries: dict[str, dict[str, str]]
    parameters: dict[str, float]
    profiles: dict[str, Profile]
    journeys: dict[str, Journey]


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
        self.overlaid.append(name)
        found = self._tried(self.folder / name, model, added=region_file(self.folder, self.region, name))
        return found and found.root

    def files(self, name: str, model: type[M]) -> dict[str, M]:
        """Documents of a folder by code, which is the name of the file; one of the region replaces that of the base."""
        allowed = self.codes[name]
        found: dict[str, M] = {}
        for path in sorted((self.folder / name).glob("*.yml")):
            if path.stem not in allowed:
                self.errors.append(f"{path}: имени файла нет в списке {name}; можно: {', '.join(allowed)}")
        for code in allowed:
            self.overlaid.append(own := f"{name}/{code}.yml")
            path = region_file(self.folder, self.region, own) or self.folder / own
            if path.is_file() and (document := self._tried(path, model, {name: [code]})):
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
        self, path: Path, model: type[M], own: Mapping[str, Collection[str]] | None = None, added: Path | None = None
    ) -> M | None:
        try:
            return read_document(path, model, codes={**self.codes, **(own or {})}, added=added)
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
    parameters = reader.base("parameters.yml", _Parameters, ("journeys_required", "journeys_recommended"))
    # a map may name a metric before it is built
    metrics = [*reader.base("metrics.yml", _Metrics), *dictionaries["planned_metrics"]]
    reader.codes = {**dictionaries, "metrics": list(dict.fromkeys(metrics))}
    profiles = reader.map("profiles.yml", Profiles)
    if profiles is not None:  # else told once, and not again by each map that names one
        reader.codes = {**reader.codes, "profiles": list(profiles)}
    journeys = reader.files("journeys", Journey)
    required = parameters["journeys_required"]
    if not reader.errors and len(journeys) < required:
        reader.errors.append(f"{folder / 'journeys'}: карт {len(journeys)}, нужно хотя бы {required:g} (пункт 6.2)")
    reader.finish()
    return Methodology(dictionaries, parameters, profiles or {}, journeys)
