"""The description of a region: which sources it has, where they are, and what their codes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from ingestion.config import OURS, Strict
from ingestion.contract import DIRECTIONS, EVENT_TYPES
from ingestion.errors import IngestionError
from ingestion.reference import known_codes
from ingestion.sources.ais.config import Ais
from ingestion.sources.complaints_book.config import ComplaintsBook
from ingestion.sources.contact_centre.config import ContactCentre
from ingestion.sources.evaluations.config import Evaluations
from ingestion.sources.letters.config import Letters
from ingestion.sources.mentions.config import Media, Pages, Telegram, Vk
from ingestion.sources.survey.config import Survey
from ingestion.weeks import ZONES, monday

if TYPE_CHECKING:
    from ingestion.settings import Settings

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


class Sources(Strict):
    """The sources that a region has; one that is left out is not configured."""

    ais: Ais | None = None
    complaints_book: ComplaintsBook | None = None
    letters: Letters | None = None
    survey: Survey | None = None
    contact_centre: ContactCentre | None = None
    two_gis: Pages | None = None
    google_reviews: Pages | None = None
    yandex_maps: Pages | None = None
    vk: Vk | None = None
    telegram: Telegram | None = None
    media: Media | None = None
    evaluations: Evaluations | None = None


class Region(Strict):
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
            raise PydanticCustomError(OURS, "нет такого часового пояса; нужен вид Asia/Yakutsk")
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
        reason = first["msg"] if first["type"] == OURS else _REASONS.get(first["type"], "значение не того вида")
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
    if region.sources.letters:
        used.append(("letters.feedback_channel", "feedback_channel", region.sources.letters.feedback_channel))
    if region.sources.survey:
        used.append(("survey.feedback_channel", "feedback_channel", region.sources.survey.feedback_channel))
    for field, codes, code in used:
        if code is not None and code not in known[codes]:
            raise IngestionError(f"Регион {settings.region}: поле «sources.{field}»: кода {code} нет в справочнике.")
