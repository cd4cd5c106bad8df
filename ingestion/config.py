"""What the descriptions of sources share. Each family has its own in ``sources/<family>/config.py``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = "ours"  # the type of an error whose text region.py shows as it is
Codes = dict[
    Literal["channel", "service", "client_group", "segment", "touchpoint", "reason", "event_type", "direction"],
    dict[str, str],
]


class Strict(BaseModel):
    """A description in which every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Files(Strict):
    """A source that is files; ``{home}`` and ``{week}`` stand in their paths."""

    files: str
    codes: Codes = Field(default_factory=dict)


_Description = TypeVar("_Description", bound=Strict)


def _name_of_a_secret(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        raise PydanticCustomError(OURS, "нужно имя ключа доступа (большие буквы), а не сам ключ")
    return name


SecretName = Annotated[str, AfterValidator(_name_of_a_secret)]


def of_its_system(value: dict[str, Any], systems: Mapping[str, type[_Description]], default: str) -> _Description:
    """A description of a source that one of several systems holds, by its field ``system``.

    Args:
        value: the fields as the region file has them.
        systems: by name of the system its description.
        default: the system of a file that names none.

    Raises:
        ValidationError: no such system, or a field that is wrong.
    """
    system = value.get("system", default)
    if not isinstance(system, str) or system not in systems:
        reason = PydanticCustomError(OURS, "такой системы нет; можно: {known}", {"known": ", ".join(systems)})
        line = {"type": reason, "loc": ("system",), "input": system}
        raise ValidationError.from_exception_data("system", [line])  # type: ignore[list-item]
    return systems[system].model_validate(value)
