"""The description of a region: which sources it has, where they are, and what their codes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from ingestion.errors import IngestionError
from ingestion.weeks import ZONES, monday

if TYPE_CHECKING:
    from ingestion.settings import Settings

Codes = dict[str, dict[str, str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(_Strict):
    """A source that is a database."""

    url: str
    codes: Codes = Field(default_factory=dict)


class Files(_Strict):
    """A source that is files; ``{home}`` and ``{week}`` stand in their paths."""

    files: str
    codes: Codes = Field(default_factory=dict)


class Conversations(Files):
    """Conversations of a contact centre."""

    default_touchpoint: str | None = None


class Pages(_Strict):
    """Pages of an API: saved to files, or read over HTTP from the first page on."""

    files: str | None = None
    url: str | None = None
    branches: str | None = None
    own_ids: list[int] = Field(default_factory=list)


class Question(_Strict):
    """A question of a survey: its header and, for a closed one, its answers from the worst to the best."""

    header: str
    scale: list[str | int] = Field(default_factory=list)


class Survey(Files):
    """A survey export and what its columns mean."""

    columns: dict[str, str] = Field(default_factory=dict)
    questions: dict[str, Question] = Field(default_factory=dict)
    period: str | None = None
    last_page: int = 1
    feedback_channel: str | None = None
    questionnaire: str | None = None
    questionnaire_version: str | None = None
    interaction_source: str = "ais"


class Sources(_Strict):
    """The sources that a region has; one that is left out is not configured."""

    ais: Database | None = None
    complaints_book: Files | None = None
    survey: Survey | None = None
    contact_centre: Conversations | None = None
    two_gis: Pages | None = None
    vk: Pages | None = None
    evaluations: Files | None = None


class Region(_Strict):
    """A region: its code, zone, weeks, and sources."""

    region: str
    name: str
    time_zone: str
    first_week: str
    last_week: str
    invented_people: bool = False
    sources: Sources = Field(default_factory=Sources)

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, name: str) -> str:
        if name not in ZONES:
            raise PydanticCustomError("zone", "нет такого часового пояса; нужен вид Asia/Yakutsk")
        return name


def load_region(settings: Settings) -> Region:
    """Read and check the file of the region.

    Raises:
        IngestionError: no such file, not YAML, or a field that is wrong (file and field are named).
    """
    path = settings.region
    try:
        found: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        region = Region.model_validate(found)
    except OSError:
        raise IngestionError(f"Регион: нет файла {path}. Укажите его в CX_REGION или ключом --region.") from None
    except yaml.YAMLError as error:
        raise IngestionError(f"Регион {path}: это не YAML ({' '.join(str(error).split())}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise IngestionError(f"Регион {path}: поле «{field}»: {first['msg']}.") from None
    for week in (region.first_week, region.last_week):
        monday(week)
    return region
