"""Read a workbook that a person made (XLSX, XLS, ODS, whatever its name says), after a look at what it unpacks to."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException

import fastexcel
import polars as pl
from defusedxml.common import DefusedXmlException

from ingestion.extract import SourceError
from ingestion.reading import place
from ingestion.workbook_parts import BLOCK, Shape, ods_shapes, part_shape, shared_lengths, sheet_parts
from ingestion.workbook_xls import SIGNATURE, NotXlsError, xls_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

MAX_UNPACKED = 512 * BLOCK  # a workbook that unpacks to more is a bomb, not a book
MAX_PACKED = 256 * BLOCK
MAX_CELLS = 16_000_000  # the reader allots every cell up to the last one: a stray one at XFD1048576 would take it all
MAX_ERRORS = 200_000  # each costs as much as a hundred cells, and no table of people has so many
ERROR_CELL = "#ОШИБКА!"  # stands where the workbook shows an error of a formula
Key = TypeVar("Key")
_ZIPPED = b"PK\x03\x04"
_ODS_CONTENT = "content.xml"
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, OSError, EOFError, RuntimeError, KeyError),
    *(NotXlsError, NotImplementedError, ParseError, SAXException, DefusedXmlException, UnicodeError),
)


def is_workbook(path: Path) -> bool:
    """Whether the first bytes are those of a workbook."""
    with path.open("rb") as file:
        return file.read(8).startswith((_ZIPPED, SIGNATURE))


def read_sheets(path: Path, *, merges_hold: bool = False) -> Iterator[pl.DataFrame]:
    """Every sheet that is shown as text, row by row as it stands in the sheet; empty cells are null.

    Args:
        path: of the workbook.
        merges_hold: the value of merged cells stands in all of their rows, not in the first alone, and a formula
            that failed shows as :data:`ERROR_CELL`.

    Raises:
        SourceError: damaged, protected by a password, or unpacking to too much.
    """
    try:
        if path.stat().st_size > MAX_PACKED:
            raise SourceError(f"{place(path)}: файл больше {MAX_PACKED >> 20} МБ; разделите его")
        content = path.read_bytes()
        shapes = _shapes(content, place(path))
        book = fastexcel.read_excel(content)
        if not book.sheet_names:
            raise zipfile.BadZipFile
        for number, name in enumerate(book.sheet_names):
            shape = shapes.get(name) or shapes.get(number) or Shape()
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible == "visible":  # what is hidden is no table that somebody keeps
                yield _sheet(sheet, shape, merges_hold)
    except _UNREADABLE:
        raise SourceError(
            f"{place(path)}: файл не читается (повреждён или закрыт паролем); выгрузите его заново"
        ) from None


def _sheet(sheet: fastexcel.ExcelSheet, shape: Shape, merges_hold: bool) -> pl.DataFrame:
    if not merges_hold:
        return sheet.to_polars()
    batch, errors = sheet.to_arrow_with_errors()
    frame = pl.DataFrame(pl.from_arrow(batch)) if batch.num_columns else pl.DataFrame()
    frame = _with_errors(frame, [error.position for error in errors.errors] if errors else [])
    columns = sheet.available_columns()
    first = columns[0].absolute_index if columns else 0
    return _with_merges(frame, shape.merges, first or 0)


def _with_errors(frame: pl.DataFrame, places: list[tuple[int, int]]) -> pl.DataFrame:
    by_column: dict[int, list[int]] = {}
    for row, column in places:
        by_column.setdefault(column, []).append(row)
    for column, rows in by_column.items():
        name = frame.columns[column]
        failed = pl.int_range(pl.len()).is_in(rows)
        frame = frame.with_columns(pl.when(failed).then(pl.lit(ERROR_CELL)).otherwise(name).alias(name))
    return frame


def _with_merges(frame: pl.DataFrame, merges: Iterable[tuple[int, int, int]], first_column: int) -> pl.DataFrame:
    """Empty cells of a merge take the value of its first row."""
    by_column: dict[int, list[tuple[int, int]]] = {}
    for column, first, last in merges:
        if 0 <= column - first_column < frame.width and first < frame.height:
            by_column.setdefault(column - first_column, []).append((first, min(last, frame.height - 1)))
    for column, spans in by_column.items():
        source = list(range(frame.height))
        end = -1
        for first, last in sorted(spans):
            if first > end:  # merges do not overlap, unless somebody means harm
                source[first : last + 1] = [first] * (last + 1 - first)
                end = last
        cells = frame.to_series(column)
        frame = frame.with_columns(pl.select(pl.coalesce(cells, cells.gather(source)).alias(cells.name)).to_series())
    return frame


def _shapes(content: bytes, where: str) -> Mapping[Any, Shape]:
    """Shapes of the sheets by name, or by number where the format tells no names; refuses what takes all memory."""
    if content.startswith(SIGNATURE):
        return _bounded(enumerate(xls_shapes(content)), where)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise SourceError(f"{where}: книга распаковывается больше чем в {MAX_UNPACKED >> 20} МБ; проверьте файл")
        by_part = _bounded(_part_shapes(archive), where)
        if _ODS_CONTENT in archive.namelist():
            with archive.open(_ODS_CONTENT) as file:
                return _bounded(enumerate(ods_shapes(file)), where)
        return {name: by_part[part] for name, part in sheet_parts(archive).items() if part in by_part}


def _part_shapes(archive: zipfile.ZipFile) -> Iterator[tuple[str, Shape]]:
    """Every part is unpacked once, in blocks: a header that lies about its size fails its checksum here."""
    shared = shared_lengths(archive)
    for part in archive.infolist():
        with archive.open(part) as file:
            yield part.filename, part_shape(file, shared)


def _bounded(shapes: Iterable[tuple[Key, Shape]], where: str) -> dict[Key, Shape]:
    found: dict[Key, Shape] = {}
    cells = errors = text = 0
    for name, shape in shapes:
        errors += shape.errors
        if errors > MAX_ERRORS:
            raise SourceError(f"{where}: ячеек с ошибками формул больше {MAX_ERRORS}; исправьте формулы")
        # of all sheets: hundreds of small ones with a stray cell are as dear as one
        cells += shape.rows * shape.columns
        if cells > MAX_CELLS:
            raise SourceError(
                f"{where}: лист занимает {shape.rows} строк и {shape.columns} столбцов; удалите лишние ячейки"
            )
        text += shape.text
        if text > MAX_UNPACKED:
            raise SourceError(f"{where}: тексты ячеек занимают больше {MAX_UNPACKED >> 20} МБ; проверьте файл")
        found[name] = shape
    return found
