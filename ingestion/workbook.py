"""Read an XLSX that a person made: its first sheet as text, after a look at what it would unpack to."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from ingestion.contract import TEXT
from ingestion.extract import SourceError
from ingestion.reading import place

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

_BLOCK = 1024 * 1024
MAX_UNPACKED = 512 * _BLOCK  # a workbook that unpacks to more is a bomb, not a book
MAX_CELLS = 16_000_000  # the reader allots every cell up to the last one: a stray one at XFD1048576 would take it all
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{0,3})(\d{1,7})["']""")
_LONGEST_REFERENCE = 16


def read_workbook(path: Path) -> pl.DataFrame:
    """First sheet as text without spaces around (empty cells null), with ``_row``, the number of the row in the sheet.

    The first row that holds anything names the columns.

    Raises:
        SourceError: damaged, protected by a password, unpacking to too much, or with two columns of one name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive, place(path))
        # no header row for the reader: it would leave out empty rows above, and with them the numbers of the others
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        cells = sheet.to_polars()
    except (zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, OSError, EOFError, RuntimeError):
        raise SourceError(
            f"{place(path)}: файл не читается (повреждён или закрыт паролем); выгрузите его заново"
        ) from None
    cells = cells.select(pl.all().cast(TEXT).str.strip_chars().replace("", None)).with_row_index("_row", offset=1)
    filled = cells.filter(pl.any_horizontal(pl.exclude("_row").is_not_null()))
    header = filled.drop("_row").head(1).to_dicts()
    named = {column: name for row in header for column, name in row.items() if name is not None}
    if repeated := [name for name, times in Counter(named.values()).items() if times > 1]:
        raise SourceError(f"{place(path)}: столбец {repeated[0]} стоит дважды; оставьте один")
    return filled.slice(1).select("_row", *named).rename(named)


def _refuse_bombs(archive: zipfile.ZipFile, where: str) -> None:
    """Refuse what would take all memory.

    Every part is unpacked once, in blocks: a header that lies about its size fails its checksum here.
    """
    if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
        raise SourceError(f"{where}: книга распаковывается больше чем в {MAX_UNPACKED >> 20} МБ; проверьте файл")
    cells = 0
    for part in archive.infolist():
        with archive.open(part) as file:
            rows, columns = _extent(file)
        cells += rows * columns  # of all sheets: hundreds of small ones with a stray cell each are as dear as one
        if cells > MAX_CELLS:
            raise SourceError(f"{where}: лист занимает {rows} строк и {columns} столбцов; удалите лишние ячейки")


def _extent(file: IO[bytes]) -> tuple[int, int]:
    """Last row and last column that the references of a sheet name; ones for any other part."""
    last_row, last_column, tail = 1, 1, b""
    while block := file.read(_BLOCK):
        for letters, digits in set(_REFERENCE.findall(tail + block)):
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column(letters))
        tail = block[-_LONGEST_REFERENCE:]
    return last_row, last_column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def read_sheets(path: Path) -> list[pl.DataFrame]:
    """Every sheet as text, row by row as it stands in the sheet; empty cells are null.

    Raises:
        SourceError: damaged, protected by a password, or unpacking to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive, place(path))
        book = fastexcel.read_excel(path)
        return [
            book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for name in book.sheet_names
        ]
    except (zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, OSError, EOFError, RuntimeError):
        raise SourceError(
            f"{place(path)}: файл не читается (повреждён или закрыт паролем); выгрузите его заново"
        ) from None
