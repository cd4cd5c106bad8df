"""The tables of a region as the product reads them: for each of our columns, where its value comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from ingestion.extract import SourceError
from ingestion.sources.ais.config import COLUMNS, ONLY_IF_MAPPED, OPTIONAL, Column, Mapping

if TYPE_CHECKING:
    from ingestion.extract import Context
    from ingestion.sources.ais.config import Ais

_REASONS = {
    "extra_forbidden": "такого поля нет",
    "string_type": "нужен текст (число возьмите в кавычки)",
    "model_type": "нужен список полей со значениями",
    "dict_type": "нужен список полей со значениями",
}
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Value:
    """Where a value comes from.

    Attributes:
        column: of the region; None for a constant or nothing.
        zone: of a moment that comes without one.
        is_named: the region has named the column, so it must be there.
    """

    column: str | None
    constant: str | None
    zone: str
    values: dict[str, str] | None
    is_named: bool


@dataclass(frozen=True)
class Shape:
    """One table of the region.

    Attributes:
        entity: our name of it.
        table: the region's, with its schema where it has one.
        row: of an XML file, the element that is one row.
        values: by our columns.
    """

    entity: str
    table: str
    row: str | None
    values: dict[str, Value]

    @property
    def read(self) -> dict[str, str]:
        """Columns of the region by ours, for those that come from a column."""
        return {name: value.column for name, value in self.values.items() if value.column is not None}

    @property
    def optional(self) -> list[str]:
        """Our columns that are read only if the table has them."""
        return [name for name in OPTIONAL.get(self.entity, ()) if not self.values[name].is_named]

    def of_present(self, present: set[str]) -> Shape:
        """The same table, its optional columns that are not there being nothing.

        Args:
            present: columns of the table, in lower case.
        """
        absent = {name for name in self.optional if name not in present}
        nothing = {name: replace(self.values[name], column=None) for name in absent}
        return replace(self, values={**self.values, **nothing})

    def missing(self, present: set[str]) -> list[str]:
        """Columns of the region that must be there and are not."""
        return [
            column
            for name, column in self.read.items()
            if name not in self.optional and column.casefold() not in present
        ]


def shapes(config: Ais, context: Context) -> dict[str, Shape]:
    """The tables of the region, by our names of them.

    Raises:
        SourceError: the file of the mapping is not there, or wrong (file and field are named).
    """
    mapping = config.tables or Mapping()
    if config.mapping is not None:
        mapping = _from_file(Path(context.path(config.mapping)))
    return {entity: _shape(entity, mapping, context) for entity in COLUMNS}


def _shape(entity: str, mapping: Mapping, context: Context) -> Shape:
    table = getattr(mapping, entity)
    zone = table.time_zone or mapping.time_zone
    values = {}
    for name in COLUMNS[entity]:
        column = table.columns.get(name)
        is_named = column is not None and column.column is not None
        if column is None:
            column = Column(nothing=name in ONLY_IF_MAPPED.get(entity, ()))
        ours = None if column.nothing or column.constant is not None else name
        values[name] = Value(column.column or ours, column.constant, column.time_zone or zone, column.values, is_named)
    return Shape(entity, context.path(table.table or entity), table.row, values)


def _from_file(path: Path) -> Mapping:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
        found: Any = yaml.load(content.decode("utf-8"), Loader=yaml.CSafeLoader)
        return Mapping.model_validate(found)
    except OSError:
        raise SourceError(f"нет файла {path} с таблицами АИС; проверьте путь в описании региона") from None
    except UnicodeDecodeError:
        raise SourceError(f"{path}: файл не в UTF-8; сохраните его в этой кодировке") from None
    except (yaml.YAMLError, RecursionError):
        raise SourceError(f"{path}: это не YAML; проверьте отступы и кавычки") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "весь файл"
        reason = first["msg"] if first["type"] == "ours" else _REASONS.get(first["type"], "значение не того вида")
        raise SourceError(f"{path}: поле «{field}»: {reason}") from None
