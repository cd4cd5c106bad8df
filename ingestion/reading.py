"""Open the files of sources: found by pattern, bounded in size, with errors that say what to do."""

from __future__ import annotations

import csv
import glob
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastexcel

from ingestion.extract import Context, SourceError, sha256_of

if TYPE_CHECKING:
    import polars as pl

    from ingestion.extract import Extract

_MEBIBYTE = 1024 * 1024
MAX_UNPACKED = 512 * _MEBIBYTE  # a workbook that unpacks to more is a bomb, not a book
MAX_TEXT = 1024 * _MEBIBYTE


def found_files(pattern: str, context: Context, extract: Extract) -> list[Path]:
    """Files of a pattern, sorted, their hashes noted as inputs.

    Raises:
        SourceError: no such file.
    """
    filled = context.path(pattern)
    paths = sorted(Path(name) for name in glob.glob(filled))  # noqa: PTH207
    if not paths:
        raise SourceError(f"нет файла {filled}; проверьте путь в описании региона или выгрузку источника")
    for path in paths:
        extract.inputs[place(path)] = sha256_of(path)
    return paths


def place(path: Path) -> str:
    """Name of a file in an origin: its last two parts are enough to find it, and name no machine."""
    return "/".join(path.parts[-2:])


def read_workbook(path: Path) -> pl.DataFrame:
    """First sheet of an XLSX as text, with the column ``_row`` (number of the row in the sheet).

    Raises:
        SourceError: damaged, protected by a password, or unpacking to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise SourceError(f"{place(path)}: книга распаковывается больше чем в 512 МБ; проверьте файл")
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=0, dtypes="string")
        frame = sheet.to_polars()
    except (zipfile.BadZipFile, fastexcel.FastExcelError, OSError):
        raise SourceError(
            f"{place(path)}: файл не читается (повреждён или закрыт паролем); выгрузите его заново"
        ) from None
    return frame.with_row_index("_row", offset=2)


def text_of(path: Path) -> str:
    """Text of a file in UTF-8 (with or without BOM) or windows-1251.

    Raises:
        SourceError: empty, or too large.
    """
    size = path.stat().st_size
    if size == 0:
        raise SourceError(f"{place(path)}: файл пуст; выгрузите его заново")
    if size > MAX_TEXT:
        raise SourceError(f"{place(path)}: файл больше 1 ГБ; разделите выгрузку")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1251", errors="replace")


def read_rows(path: Path) -> list[list[str]]:
    """Rows of a CSV; the separator is ``;`` or ``,``, whichever its first line holds more of."""
    text = text_of(path)
    head = text.split("\n", 1)[0]
    separator = ";" if head.count(";") >= head.count(",") else ","
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises:
        SourceError: not JSON.
    """
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise SourceError(f"{place(path)}: не JSON, строка {error.lineno}; выгрузите файл заново") from None


def need_columns(frame: pl.DataFrame, columns: list[str], where: str) -> None:
    """Check that a table has the columns that it must have.

    Raises:
        SourceError: names the missing ones.
    """
    if missing := [name for name in columns if name not in frame.columns]:
        raise SourceError(f"{where}: нет столбцов {', '.join(missing)}; проверьте заголовки таблицы")
