"""Settings of every package, composed: the home, the region and the folders of orchestration.

Only ``ingestion/settings.py`` reads the environment; everything else follows from it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ingestion.reference import load_yaml
from ingestion.region import load_region
from ingestion.settings import Settings as IngestionSettings
from ingestion.weeks import week_range

if TYPE_CHECKING:
    from pathlib import Path

from ingestion.region import Region


@dataclass
class Settings:
    """The home and the region that a process works with."""

    ingestion: IngestionSettings

    @property
    def home(self) -> Path:
        """CX_HOME, absolute."""
        return self.ingestion.home

    @cached_property
    def region(self) -> Region:
        """The region file, read once."""
        return load_region(self.ingestion)

    @property
    def weeks(self) -> list[str]:
        """The weeks of the region file."""
        return week_range(f"{self.region.first_week}..{self.region.last_week}")

    @cached_property
    def source_names(self) -> dict[str, str]:
        """Names of sources by code, for people."""
        dictionaries = load_yaml(self.ingestion.methodology / "dictionaries.yml")
        return {"reference": "Справочники методики", **dictionaries["sources"]}

    @property
    def configured_sources(self) -> dict[str, str]:
        """Names of the sources that the region has, by code."""
        return {code: name for code, name in self.source_names.items() if getattr(self.region.sources, code, None)}

    @property
    def dagster_home(self) -> Path:
        """The Dagster instance."""
        return self.home / "dagster"

    @property
    def logs(self) -> Path:
        """Where libraries write what they say."""
        return self.home / "logs"

    @property
    def demo(self) -> Path:
        """Sources of the demo region."""
        return self.home / "demo"

    @property
    def published(self) -> Path:
        """The SQL file that readers open."""
        return self.home / "published" / "cx.duckdb"

    @property
    def issues(self) -> Path:
        """Released issues."""
        return self.home / "issues"

    @property
    def site(self) -> Path:
        """The static site."""
        return self.home / "site"


def load_settings(region: Path | None = None) -> Settings:
    """Settings from the environment.

    Args:
        region: the region file; from the environment unless given.
    """
    found = IngestionSettings(region=region) if region else IngestionSettings()
    # dbt and Dagster may work in another current folder, so the home does not depend on it
    return Settings(found.model_copy(update={"home": found.home.resolve()}))


def set_dagster_environment(dagster_home: Path, home: Path) -> None:
    """Tell Dagster, in this process and those that it starts, where its instance and our data are.

    Args:
        dagster_home: folder of the instance.
        home: CX_HOME, absolute.
    """
    os.environ.update({"DAGSTER_HOME": str(dagster_home), "CX_HOME": str(home)})
