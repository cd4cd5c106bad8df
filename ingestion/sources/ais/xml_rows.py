"""Rows of an XML of any size: no declarations of entities, nothing from outside, one row in memory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ingestion.extract import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from ingestion.sources.ais.archive import Bounded

_MAX_DEPTH = 64


def xml_rows(
    content: Bounded, where: str, row: str | None, headers: set[str]
) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Numbers of rows and their values: attributes and child elements, by name without its namespace.

    Args:
        content: of the file.
        where: the file in messages.
        row: element that is one row; the children of the first element where none is named.
        headers: takes the names that rows have had.

    Raises:
        SourceError: not XML, or one with declarations of its own (they make bombs and read other files).
    """
    number = 0
    try:
        for element in _elements(content, where, row):
            number += 1
            content.row_is_read()
            values = _values(element)
            headers.update(values)
            yield number, values
    except DefusedXmlException:
        raise SourceError(f"{where}: в XML есть DOCTYPE или сущности, это опасно; выгрузите файл без них") from None
    except (ParseError, LookupError, ValueError):  # an encoding that does not exist is a wrong lookup
        raise SourceError(f"{where}: не XML (после записи {number}); выгрузите файл заново") from None


def _elements(content: Bounded, where: str, row: str | None) -> Iterator[Element]:
    """Elements that are rows, each forgotten once it has been read."""
    path: list[Element] = []
    inside: Element | None = None
    events: Any = iterparse(content, events=("start", "end"), forbid_dtd=True)
    for event, element in events:
        if event == "start":
            path.append(element)
            if len(path) > _MAX_DEPTH:
                raise SourceError(f"{where}: теги вложены глубже {_MAX_DEPTH}; выгрузите файл заново")
            if inside is None and (len(path) == 2 if row is None else _local(element.tag) == row):
                inside = element
            continue
        path.pop()
        if element is inside:
            yield element
            inside = None
        if inside is None and path:
            path[-1].remove(element)


def _values(element: Element) -> dict[str, str]:
    values = {_local(name): value for name, value in element.attrib.items()}
    for child in element:
        text = "".join(child.itertext()).strip()
        if text:
            values.setdefault(_local(child.tag), text)
    return values


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
