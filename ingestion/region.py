"""The description of a region: which sources it has, where they are, and what their codes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from ingestion.contract import DIRECTIONS, EVENT_TYPES
from ingestion.errors import IngestionError
from ingestion.reference import known_codes
from ingestion.weeks import ZONES, monday

if TYPE_CHECKING:
    from ingestion.settings import Settings

Codes = dict[
    Literal["channel", "service", "client_group", "segment", "touchpoint", "reason", "event_type", "direction"],
    dict[str, str],
]
SurveyRole = Literal[
    "id",
    "submitted_at",
    "invited_at",
    "office_id",
    "interaction_id",
    "touchpoint",
    "client_group",
    "client",
    "last_page",
    "incentive",
]
_OURS = "ours"
_REASONS = {
    "missing": "не указано",
    "extra_forbidden": "такого поля нет",
    "literal_error": "такого названия нет",
    "string_type": "нужен текст (число возьмите в кавычки)",
    "int_parsing": "нужно целое число",
    "bool_parsing": "нужно true или false",
    "model_type": "нужен список полей со значениями",
    "dict_type": "нужен список полей со значениями",
}


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

    columns: dict[SurveyRole, str] = Field(default_factory=dict)
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
            raise PydanticCustomError(_OURS, "нет такого часового пояса; нужен вид Asia/Yakutsk")
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
    except UnicodeDecodeError:
        raise IngestionError(f"Регион {path}: файл не в UTF-8. Сохраните его в этой кодировке.") from None
    except yaml.YAMLError as error:
        raise IngestionError(f"Регион {path}: это не YAML ({' '.join(str(error).split())}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "весь файл"
        reason = first["msg"] if first["type"] == _OURS else _REASONS.get(first["type"], "значение не того вида")
        raise IngestionError(f"Регион {path}: поле «{field}»: {reason}.") from None
    for week in (region.first_week, region.last_week, region.sources.survey and region.sources.survey.period):
        if week is not None:
            monday(week)
    _check_codes(region, settings)
    return region


def _check_codes(region: Region, settings: Settings) -> None:
    """Codes of sources must mean codes of the dictionaries: others would stop the week at its check."""
    known = {**known_codes(settings.methodology), "event_type": EVENT_TYPES, "direction": DIRECTIONS}
    used = [
        (f"{name}.codes.{codes}", codes, code)
        for name, source in region.sources
        for codes, meanings in getattr(source, "codes", {}).items()
        for code in meanings.values()
    ]
    if region.sources.contact_centre:
        used.append(
            ("contact_centre.default_touchpoint", "touchpoint", region.sources.contact_centre.default_touchpoint)
        )
    if region.sources.survey:
        used.append(("survey.feedback_channel", "feedback_channel", region.sources.survey.feedback_channel))
    for field, codes, code in used:
        if code is not None and code not in known[codes]:
            raise IngestionError(f"Регион {settings.region}: поле «sources.{field}»: кода {code} нет в справочнике.")
