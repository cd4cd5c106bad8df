"""Open the files of sources: found by pattern, bounded in size, with errors that say what to do.

Workbooks have their own module (``workbook.py``).
"""

from __future__ import annotations

import csv
import glob
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.extract import Context, SourceError, sha256_of
from ingestion.privacy import redact_text

if TYPE_CHECKING:
    import polars as pl

    from ingestion.extract import Extract

MAX_TEXT = 1024 * 1024 * 1024
MAX_CELL = 1024 * 1024  # characters: a cell that holds more is a file whose quotes do not close
_OFFICE_LOCK = "~$"  # what Excel puts beside a workbook while somebody has it open


def found_files(pattern: str, context: Context, extract: Extract) -> list[Path]:
    """Files of a pattern, sorted, their hashes noted as inputs.

    Raises:
        SourceError: no such file.
    """
    filled = context.path(pattern)
    found = (Path(name) for name in glob.glob(filled))  # noqa: PTH207
    paths = sorted(path for path in found if path.is_file() and not path.name.startswith(_OFFICE_LOCK))
    if not paths:
        raise SourceError(f"нет файла {filled}; проверьте путь в описании региона или выгрузку источника")
    for path in paths:
        extract.inputs[place(path)] = sha256_of(path)
    return paths


@lru_cache(maxsize=4096)
def place(path: Path) -> str:
    """Name of a file in an origin: its last two parts are enough to find it, and name no machine and no person."""
    return redact_text(" ".join("/".join(path.parts[-2:]).split()))


def bytes_of(path: Path) -> bytes:
    """Content of a text file, without the mark of UTF-8.

    Raises:
        SourceError: empty, or too large.
    """
    if path.stat().st_size > MAX_TEXT:
        raise SourceError(f"{place(path)}: файл больше {MAX_TEXT >> 20} МБ; разделите выгрузку")
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise SourceError(f"{place(path)}: файл пуст; выгрузите его заново")
    return content


def decoded(content: bytes) -> str:
    """Text in UTF-8 or windows-1251; line by line where it is not UTF-8 throughout: one line must spoil no other."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        lines = content.split(b"\n")
        return "\n".join(map(decoded, lines)) if len(lines) > 1 else content.decode("windows-1251", errors="replace")


def read_rows(path: Path) -> list[list[str]]:
    """Rows of a CSV; the separator is ``;`` or ``,``, whichever its first line holds more of.

    Raises:
        SourceError: a quote that does not close.
    """
    text = decoded(bytes_of(path))
    head = text.split("\n", 1)[0]
    separator = ";" if head.count(";") >= head.count(",") else ","
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader)
    except csv.Error:
        where = f"{place(path)}: строка {reader.line_num}"
        raise SourceError(f"{where}: кавычки не закрыты или стоят внутри ячейки; выгрузите файл заново") from None


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises:
        SourceError: not JSON.
    """
    try:
        return json.loads(decoded(bytes_of(path)))
    except json.JSONDecodeError as error:
        raise SourceError(f"{place(path)}: не JSON, строка {error.lineno}; выгрузите файл заново") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
        raise SourceError(f"{place(path)}: не JSON, который можно прочесть; выгрузите файл заново") from None


def need_columns(frame: pl.DataFrame, columns: list[str], where: str) -> None:
    """Check that a table has the columns that it must have.

    Raises:
        SourceError: names the missing ones.
    """
    if missing := [name for name in columns if name not in frame.columns]:
        raise SourceError(f"{where}: нет столбцов {', '.join(missing)}; проверьте заголовки таблицы")
