"""How a region describes its AIS: where it is, and which tables and columns of it hold what the product reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, PositiveInt, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ingestion.config import Codes, Strict
from ingestion.weeks import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterable

_OURS = "ours"  # type of an error whose text the reader of the region shows as it is
OFFICE_TIME = "office"  # wall time of the centre
_LONGEST_NAME = 128

# What is read of each table, and what kind of value it holds.
COLUMNS: dict[str, dict[str, str]] = {
    "offices": dict.fromkeys(("office_id", "region", "name", "municipality", "time_zone", "phone", "address"), "text"),
    "schedules": {
        "office_id": "text",
        "weekday": "integer",
        **dict.fromkeys(("opens_at", "closes_at"), "hour"),
        **dict.fromkeys(("valid_from", "valid_to"), "date"),
    },
    "appeals": {
        **dict.fromkeys(("id", "office_id", "channel", "service", "stage_code", "client_group"), "text"),
        **dict.fromkeys(("client_id", "topic", "initiated_by"), "text"),
        **dict.fromkeys(("received_at", "ended_at"), "moment"),
        "segment": "text",
        "called_at": "moment",
        "is_no_show": "flag",
        "survey_sent_at": "moment",
        "survey_delivered": "flag",
    },
    "appeal_events": {
        **dict.fromkeys(("id", "appeal_id", "event_type"), "text"),
        "occurred_at": "moment",
        "office_id": "text",
        "direction": "text",
        "is_automatic": "flag",
    },
}
# Where nobody says which column it is: read if there is one of our name, null if not.
OPTIONAL = {
    "offices": ("phone", "address"),
    "appeals": ("segment", "called_at", "is_no_show", "survey_sent_at", "survey_delivered"),
    "appeal_events": ("direction", "is_automatic"),
}
# Read only where the region says which column it is: else the centre of an event is that of its appeal.
ONLY_IF_MAPPED = {"appeal_events": ("office_id",)}
# What a region may say that its AIS does not hold.
MAY_BE_NOTHING = {
    "offices": ("municipality", *OPTIONAL["offices"]),
    "schedules": ("valid_from", "valid_to"),
    "appeals": ("service", "stage_code", "client_id", "topic", "ended_at", *OPTIONAL["appeals"]),
    "appeal_events": (*OPTIONAL["appeal_events"], *ONLY_IF_MAPPED["appeal_events"]),
}
_NEVER_CONSTANT = ("id", "appeal_id", "client_id", "received_at", "occurred_at", "weekday")
# The moment by which rows of the week are found; the other tables are read whole.
MOMENT_OF_WEEK = {"appeals": "received_at", "appeal_events": "occurred_at"}


def _zone(name: str | None) -> str | None:
    if name is not None and name != OFFICE_TIME and name not in ZONES:
        raise PydanticCustomError(_OURS, "нет такого часового пояса; нужен вид Asia/Yakutsk, UTC или office")
    return name


def _name(name: str | None) -> str | None:
    if name is not None and not (0 < len(name) <= _LONGEST_NAME and name.isprintable() and name.strip()):
        raise PydanticCustomError(_OURS, "имя пустое, длиннее 128 знаков или содержит управляющие знаки")
    return name


class Column(Strict):
    """Where a value comes from: a column of the region, a constant, or nothing; alone, a text names the column."""

    column: str | None = None
    constant: str | None = None
    nothing: bool = False
    time_zone: str | None = None
    values: dict[str, str] | None = None  # what the source writes → what the product reads

    _zone = field_validator("time_zone")(_zone)
    _name = field_validator("column")(_name)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, found: Any) -> Any:
        if found is None:
            return {"nothing": True}
        return {"column": found} if isinstance(found, str) else found

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.column is not None) + (self.constant is not None) + self.nothing > 1:
            raise PydanticCustomError(_OURS, "нужно одно из трёх: column, constant или null")
        return self


class Table(Strict):
    """A table, view or file of the region, and its columns that have other names than ours."""

    table: str | None = None
    row: str | None = None  # of an XML file: the element that is one row
    time_zone: str | None = None
    columns: dict[str, Column] = Field(default_factory=dict)

    _zone = field_validator("time_zone")(_zone)
    _name = field_validator("table", "row")(_name)


class Mapping(Strict):
    """The tables of a region by what they hold; what is not named has our name.

    Attributes:
        time_zone: of moments that come without one: of the IANA base, or ``office`` for wall time of the centre.
    """

    time_zone: str = "UTC"
    offices: Table = Field(default_factory=Table)
    schedules: Table = Field(default_factory=Table)
    appeals: Table = Field(default_factory=Table)
    appeal_events: Table = Field(default_factory=Table)

    _zone = field_validator("time_zone")(_zone)

    @field_validator(*COLUMNS)
    @classmethod
    def _columns(cls, table: Table, info: ValidationInfo) -> Table:
        entity = str(info.field_name)
        for name, column in table.columns.items():
            if name not in COLUMNS[entity]:
                _refuse(name, "такого столбца нет; есть {known}", known=", ".join(COLUMNS[entity]))
            if column.nothing and name not in MAY_BE_NOTHING[entity]:
                _refuse(name, "без него нельзя; назовите столбец или постоянное значение")
            if column.constant is not None and name in _NEVER_CONSTANT:
                _refuse(name, "постоянным он быть не может; назовите столбец")
            if column.time_zone is not None and COLUMNS[entity][name] != "moment":
                _refuse(name, "пояс есть только у столбцов с датой и временем")
        return table


def _refuse(column: str, reason: str, **words: str) -> None:
    raise PydanticCustomError(_OURS, "столбец {column}: " + reason, {"column": column, **words})  # type: ignore[arg-type]


class Ais(Strict):
    """A database of any kind that SQLAlchemy knows, or files that were exported from one.

    Attributes:
        mapping: path of a file with the tables, in the form of :class:`Mapping`; ``tables`` says the same in place.
        timeout_seconds: how long one statement may take.
    """

    files: str | None = None
    url: str | None = Field(default=None, validate_default=True)
    mapping: str | None = None
    tables: Mapping | None = None
    timeout_seconds: PositiveInt = 600
    codes: Codes = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _is_somewhere(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None and info.data.get("files") is None:
            raise PydanticCustomError("missing", "не указано")
        if url is not None and info.data.get("files") is not None:
            raise PydanticCustomError(_OURS, "указаны и url, и files; оставьте одно")
        return url

    @field_validator("tables")
    @classmethod
    def _is_one_mapping(cls, tables: Mapping | None, info: ValidationInfo) -> Mapping | None:
        if tables is not None and info.data.get("mapping") is not None:
            raise PydanticCustomError(_OURS, "указаны и mapping, и tables; оставьте одно")
        return tables


def names(columns: Iterable[str]) -> str:
    """Names of columns for a message."""
    return ", ".join(columns)
