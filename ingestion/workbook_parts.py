"""What a zipped workbook (XLSX, ODS) would unpack to, and its merged cells: nothing is held of its parts."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.handler import ContentHandler

from defusedxml.ElementTree import fromstring
from defusedxml.sax import make_parser

if TYPE_CHECKING:
    import zipfile
    from typing import IO

BLOCK = 1024 * 1024
_MAX_INDEX = 4 * BLOCK
_LARGEST = 10_000_000  # a row or column beyond any sheet
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{0,3})(\d{1,7})["']""")
_MERGED = re.compile(rb"""mergeCell\s[^<>]{0,80}?ref=["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")
_LONGEST_REFERENCE = 160
_SHARED = re.compile(rb"""\st=["']s["'][^<>]{0,80}>\s*<(?:\w{1,9}:)?v>(\d{1,9})<""")
_SHARED_END = re.compile(rb"</(?:\w{1,9}:)?si>|<(?:\w{1,9}:)?si\s*/>")
_STRINGS = "xl/sharedStrings.xml"
_SHEETS, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Shape:
    """Rows and columns that a sheet takes, and its cells that hold for several rows.

    Attributes:
        merges: column, first and last row, all from 0.
        errors: cells of formulas that failed.
        text: bytes of the texts that many cells may share, counted in each of them.
    """

    rows: int = 1
    columns: int = 1
    merges: set[tuple[int, int, int]] = field(default_factory=set)
    errors: int = 0
    text: int = 0

    def reach(self, rows: int, columns: int) -> None:
        """Note a cell."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)

    def merge(self, column: int, first: int, last: int) -> None:
        """Note cells that are one; those of one row say nothing about other rows."""
        if last > first:
            self.merges.add((column, first, last))


def shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Bytes of each text that cells of an XLSX share: stored once, it is unpacked in each cell that names it."""
    if _STRINGS not in archive.namelist():
        return []
    lengths: list[int] = []
    rest = b""
    with archive.open(_STRINGS) as file:
        while block := file.read(BLOCK):
            *texts, rest = _SHARED_END.split(rest + block)
            lengths += map(len, texts)
    return lengths


def part_shape(file: IO[bytes], shared: list[int]) -> Shape:
    """Shape by the references that a part of an XLSX holds; one cell where it is no sheet."""
    shape, tail = Shape(), b""
    while block := file.read(BLOCK):
        for letters, digits in set(_REFERENCE.findall(tail + block)):
            shape.reach(int(digits), _column(letters))
        for letters, first, last in _MERGED.findall(tail + block):
            shape.merge(_column(letters) - 1, int(first) - 1, int(last) - 1)
        shape.text += sum(shared[int(number)] for number in _SHARED.findall(tail + block) if int(number) < len(shared))
        shape.errors += block.count(b' t="e"') + block.count(b" t='e'")
        tail = block[-_LONGEST_REFERENCE:]
    return shape


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names of the sheets of an XLSX, and the parts in which they stand."""
    targets = {link.get("Id"): link.get("Target", "") for link in _index(archive, _LINKS)}
    sheets = next((each for each in _index(archive, _SHEETS) if each.tag.endswith("}sheets")), [])
    found = {str(sheet.get("name")): targets.get(sheet.get(_RELATION)) for sheet in sheets}
    return {name: posixpath.normpath(posixpath.join("/xl", target))[1:] for name, target in found.items() if target}


def _index(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as file:
        return fromstring(file.read(_MAX_INDEX), forbid_dtd=True)


def ods_shapes(file: IO[bytes]) -> list[Shape]:
    """Shapes of the sheets of an ODS: cells and rows may say that they are repeated a million times."""
    handler = _Tables()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    parser.parse(file)
    return handler.shapes


class _Tables(ContentHandler):
    """Counts rows and cells; the empty ones at the end of a row or sheet take no place."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: list[Shape] = []
        self._row = self._column = self._rows = self._cells = self._text = 0
        self._is_filled = False
        self._depth = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  named by the library
        if name == "table:table":
            self._depth += 1
            self.shapes.append(Shape())
            self._row = 0
        elif not self._depth:
            return
        elif name == "table:table-row":
            self._rows, self._column = _number(attrs, "table:number-rows-repeated"), 0
            self._cells = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += self._cells
            self._cells = _number(attrs, "table:number-columns-repeated")
            self._is_filled, self._text = False, 0
            if "office:value-type" in attrs or "table:formula" in attrs or "calcext:value-type" in attrs:
                self._fill()
            if (rows := _number(attrs, "table:number-rows-spanned")) > 1:
                self.shapes[-1].merge(self._column, self._row, self._row + rows - 1)
        elif name == "text:p":
            self._fill()

    def characters(self, content: str) -> None:
        self._text += len(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if name == "table:table-cell" and self._depth:
            self.shapes[-1].text += self._text * self._rows * self._cells
        elif name == "table:table-row":
            self._row = min(self._row + self._rows, _LARGEST)
        elif name == "table:table":
            self._depth -= 1

    def _fill(self) -> None:
        if not self._is_filled:
            self._is_filled = True
            self.shapes[-1].reach(self._row + self._rows, self._column + self._cells)


def _number(attrs: Any, name: str) -> int:
    text = attrs.get(name, "1")
    return min(int(text), _LARGEST) if text.isascii() and text.isdigit() and len(text) < 9 else _LARGEST
