"""Rows of a CSV of any size, in UTF-8 or windows-1251."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

from ingestion.extract import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.sources.ais.archive import Bounded

MAX_CELL = 1024 * 1024  # characters: a cell that holds more is a file whose quotes do not close
_MARK = b"\xef\xbb\xbf"
_SEPARATORS = ";,\t|"


def csv_rows(
    content: Bounded, where: str, _row: str | None, headers: set[str]
) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Numbers of lines and cells by header; None for a row that is of another length.

    Args:
        content: of the file.
        where: the file in messages.
        headers: takes the names of the columns.

    Raises:
        SourceError: no header, a header that is there twice, or quotes that do not close.
    """
    lines = _lines(content)
    head = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    csv.field_size_limit(MAX_CELL)
    names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
    if not any(names):
        raise SourceError(f"{where}: файл пуст, нет даже заголовка; выгрузите его заново")
    if repeated := [name for name, times in Counter(names).items() if name and times > 1]:
        raise SourceError(f"{where}: столбец {repeated[0]} стоит дважды; оставьте один")
    headers.update(names)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            content.row_is_read()
            if any(cells):
                is_whole = len(cells) == len(names) or (not any(cells[len(names) :]) and len(cells) > len(names))
                yield reader.line_num + 1, dict(zip(names, cells, strict=False)) if is_whole else None
    except csv.Error:
        raise SourceError(
            f"{where}: строка {reader.line_num + 1}: кавычки не закрыты или стоят внутри ячейки; выгрузите файл заново"
        ) from None


def _lines(content: Bounded) -> Iterator[str]:
    """Lines, each in UTF-8 or else in windows-1251: one line must spoil no other."""
    line = content.readline().removeprefix(_MARK)
    while line:
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("windows-1251", errors="replace")
        line = content.readline()
