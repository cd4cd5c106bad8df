"""Read one YAML file of the methodology into its model, and say in Russian what is wrong, where, and what is allowed.

What belongs here: YAML, lines, the overlay of a region, the wording of errors. What a file may hold does not.

**Codes.** A field of the type :func:`code_of` holds a code of a list; the lists come with ``codes`` of
:func:`read_document`, so that an unknown code is an error of its line like any other.

**Overlay.** ``regions/<region>/`` may hold a file of the same relative path as one of the base
(:func:`region_file`). Where files of a folder are documents of their own (journeys), the file of the region replaces
that of the base; where a file is a map, it is added to the base by key (``added`` of :func:`read_document`): maps are
merged to any depth, anything else (a list too) is replaced. A region takes nothing away.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError
from yaml.constructor import SafeConstructor

from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
Loc = tuple[Any, ...]  # keys and numbers of items from the top of a document
_OURS = "ours"
_REASONS = {  # kind of pydantic's error → our words, with its context
    "missing": "не указано; впишите его",
    "string_type": "нужен текст (число, дату, да и нет возьмите в кавычки)",
    "string_too_short": "не может быть пустым",
    "string_too_long": "можно не больше {max_length} знаков",
    "string_pattern_mismatch": "запись не подходит под образец {pattern}",
    "int_type": "нужно целое число",
    "int_from_float": "нужно целое число",
    "float_type": "нужно число",
    "finite_number": "нужно конечное число",
    "bool_type": "нужно true или false",
    "date_type": "нужна дата вида 2026-01-31 без кавычек",
    "list_type": "нужен список (каждый пункт с «- »)",
    "dict_type": "нужны поля со значениями",
    "model_type": "нужны поля со значениями",
    "model_attributes_type": "нужны поля со значениями",
    "literal_error": "такого значения нет; можно: {expected}",
    "enum": "такого значения нет; можно: {expected}",
    "greater_than": "нужно больше {gt}",
    "greater_than_equal": "нужно не меньше {ge}",
    "less_than": "нужно меньше {lt}",
    "less_than_equal": "нужно не больше {le}",
    "value_error": "{error}",
}
_COUNTED = {  # lists, whose errors speak of counts
    "too_short": "нужно хотя бы {min_length}, есть {actual_length}",
    "too_long": "можно не больше {max_length}, есть {actual_length}",
}


class Strict(BaseModel):
    """Base of all models: no unknown field, no conversion, no change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Place(NamedTuple):
    """Where a value stands."""

    path: Path
    line: int


class _Document(NamedTuple):
    data: Any
    places: dict[Loc, Place]


def wrong(message: str, *at: str | int) -> PydanticCustomError:
    """An error that a validator raises.

    Args:
        message: what is wrong and what is allowed, in Russian.
        at: where below the validated value it is, so that the line is that of the culprit.
    """
    return PydanticCustomError(_OURS, "{message}", {"message": message, "at": at})


def code_of(words: str) -> Any:
    """The type of a field that holds a code of a list.

    Args:
        words: name of the list in ``codes`` of :func:`read_document`; a list that is not there is not checked.
    """

    def known(code: str, info: ValidationInfo) -> str:
        allowed = (info.context or {}).get(words)
        if allowed is not None and code not in allowed:
            raise wrong(f"кода «{code}» нет в списке {words}; можно: {', '.join(allowed)}")
        return code

    return Annotated[str, AfterValidator(known)]


def region_file(folder: Path, region: str | None, name: str) -> Path | None:
    """The file of a region for a file of the base, or None when the region has none.

    Args:
        folder: the methodology.
        region: code of the region.
        name: path of the file from the methodology.
    """
    path = folder / "regions" / region / name if region else None
    return path if path and path.is_file() else None


def read_document(
    path: Path,
    model: type[M],
    *,
    codes: Mapping[str, Collection[str]] | None = None,
    added: Path | None = None,
    kept: Collection[str] = (),
) -> M:
    """Read and check a file.

    Args:
        path: the file.
        model: what it must hold.
        codes: the lists whose codes it may use, by name.
        added: the file of a region that is merged into it.
        kept: the fields whose entries a region only adds to: versions of a thing never change.

    Raises:
        IngestionError: a line for each error: file, line, field, what is wrong and what is allowed.
    """
    document = _read(path)
    if added:
        over = _read(added)
        _refuse_changes(document, over, kept)
        document = _Document(_merge(document.data, over.data), document.places | over.places)
    try:
        return model.model_validate(document.data, context=codes, strict=True)
    except ValidationError as error:
        found = sorted({_describe(details, model, document.places) for details in error.errors()})
        raise IngestionError("\n".join(_line(place, text) for place, text in found)) from None


def _line(place: Place, text: str) -> str:
    return f"{place.path}, строка {place.line}: {text}"


def _merge(base: Any, over: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    return base | {key: _merge(base[key], value) if key in base else value for key, value in over.items()}


def _refuse_changes(base: _Document, over: _Document, kept: Collection[str]) -> None:
    for field in kept if isinstance(base.data, dict) and isinstance(over.data, dict) else ():
        ours, theirs = base.data.get(field), over.data.get(field)
        if isinstance(ours, dict) and isinstance(theirs, dict) and (both := [key for key in theirs if key in ours]):
            loc = (field, both[0])
            said = f"поле «{_field(loc)}»: такая запись есть в основе и не меняется; добавьте новую со своим названием"
            raise IngestionError(_line(over.places[loc], said))


def _read(path: Path) -> _Document:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.CSafeLoader)
        reader = _Reader(path)
        return _Document(reader.value(node, ()) if node else None, {(): Place(path, 1)} | reader.places)
    except OSError:
        raise IngestionError(f"{path}: файла нет или он не читается. Верните его.") from None
    except UnicodeDecodeError:
        raise IngestionError(f"{path}: файл не в UTF-8. Сохраните его в этой кодировке.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path, mark.line + 1 if mark else 1)
        raise IngestionError(_line(place, "это не YAML; проверьте отступы, двоеточия и кавычки")) from None
    except RecursionError:
        raise IngestionError(f"{path}: значение ссылается само на себя или вложено слишком глубоко.") from None


class _Reader:
    """Values of YAML nodes, with the line of each; a key given twice is an error, which plain YAML hides."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places: dict[Loc, Place] = {}
        self._scalars = SafeConstructor()

    def value(self, node: yaml.Node, loc: Loc) -> Any:
        self.places.setdefault(loc, self._place(node))
        if isinstance(node, yaml.MappingNode):
            return self._map(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*loc, number)) for number, item in enumerate(node.value)]
        return self._scalar(node)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1)

    def _map(self, node: yaml.MappingNode, loc: Loc) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                raise IngestionError(_line(self._place(key_node), "вместо названия поля стоит список, поля или пусто"))
            if key in found:
                first = self.places[*loc, key].line
                said = f"поле «{_field((*loc, key))}» повторено, уже стоит в строке {first}; оставьте одно"
                raise IngestionError(_line(self._place(key_node), said))
            self.places[*loc, key] = self._place(key_node)
            found[key] = self.value(value_node, (*loc, key))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):  # a date of month 13, a tag of Python
            said = f"«{node.value}» не читается; нужна дата вида 2026-01-31, число или текст"
            raise IngestionError(_line(self._place(node), said)) from None


def _describe(details: ErrorDetails, model: type[BaseModel], places: dict[Loc, Place]) -> tuple[Place, str]:
    context = details.get("ctx", {})
    loc = (*details["loc"], *context.get("at", ()))
    known: Loc = ()
    for part in loc:  # names of members of a union stand in pydantic's place, not in the file
        known = (*known, part) if (*known, part) in places else known
    missing = details["type"] == "missing"
    field = _field((*known, loc[-1]) if missing else known)
    return places[known], f"поле «{field}»: {_reason(details, model, context)}"


def _reason(details: ErrorDetails, model: type[BaseModel], context: dict[str, Any]) -> str:
    kind = details["type"]
    if kind == _OURS:
        return details["msg"]
    if kind == "extra_forbidden":
        return f"такого поля нет; можно: {', '.join(_fields_at(model, details['loc'][:-1]))}"
    if kind in _COUNTED and not context.get("actual_length"):
        return "не может быть пустым" if kind == "too_short" else "слишком много; уберите лишнее"
    words = {**_REASONS, **_COUNTED}.get(kind, "значение не того вида")
    return words.format(**context).replace(" or ", " или ")


def _field(loc: Loc) -> str:
    """Name of a field for people, who count from one."""
    return ".".join(f"№{part + 1}" if type(part) is int else str(part) for part in loc) or "весь файл"


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Fields that the model at a place may have."""
    kind: Any = model
    for part in loc:
        kind = _inside(kind, part)
    kind = _plain(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _inside(kind: Any, part: Any) -> Any:
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(part)
        return field.annotation if field else None
    return get_args(kind)[-1] if get_origin(kind) in (list, dict) else kind


def _plain(kind: Any) -> Any:
    """A type without its notes, None and root."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            kind = next(part for part in get_args(kind) if part is not type(None))
        elif isinstance(kind, type) and issubclass(kind, RootModel):
            kind = kind.model_fields["root"].annotation
        else:
            return kind
