"""One table of a clerk, written as XLSX, XLS, ODS and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Rows = list[list[Any]]
FORMATS = ("xlsx", "xls", "ods", "csv")


@dataclass(frozen=True)
class Merged:
    """A value that holds for several rows."""

    value: Any
    rows: int


def write_as(kind: str, path: Path, rows: Rows, before: Sequence[str] = ()) -> Path:
    """Write rows on a sheet; ``before`` are sheets that hold something else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "csv": _csv}[kind](path, rows, before)
    return path


def _xlsx(path: Path, rows: Rows, before: Sequence[str]) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for name in before:
            book.add_worksheet(name).write(0, 0, "Не здесь")
        sheet = book.add_worksheet("Книга")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, Merged):
                    sheet.merge_range(number, column, number + value.rows - 1, column, value.value)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    path.write_bytes(data.getvalue())


def _xls(path: Path, rows: Rows, before: Sequence[str]) -> None:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="dd.mm.yyyy hh:mm")
    for name in before:
        book.add_sheet(name).write(0, 0, "Не здесь")
    sheet = book.add_sheet("Книга")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, Merged):
                sheet.write_merge(number, number + value.rows - 1, column, column, value.value)
            elif isinstance(value, date):
                sheet.write(number, column, value, day)
            elif value is not None:
                sheet.write(number, column, value)
    data = io.BytesIO()
    book.save(data)
    path.write_bytes(data.getvalue())


def _ods(path: Path, rows: Rows, before: Sequence[str]) -> None:
    book = OpenDocumentSpreadsheet()
    for name in before:
        book.spreadsheet.addElement(_table(name, [["Не здесь"]]))
    book.spreadsheet.addElement(_table("Книга", rows))
    data = io.BytesIO()
    book.save(data)
    path.write_bytes(data.getvalue())


def _table(name: str, rows: Rows) -> Table:
    table = Table(name=name)
    covered: dict[int, int] = {}
    for row in rows:
        element = TableRow()
        for column in range(max(len(row), *[place + 1 for place in covered], 0) if covered else len(row)):
            if covered.get(column, 0) > 0:
                covered[column] -= 1
                element.addElement(CoveredTableCell())
            else:
                element.addElement(_cell(row[column] if column < len(row) else None, column, covered))
        table.addElement(element)
    # as offices end a sheet
    end = TableRow(numberrowsrepeated="1048000")
    end.addElement(TableCell(numbercolumnsrepeated="16384"))
    table.addElement(end)
    return table


def _cell(value: Any, column: int, covered: dict[int, int]) -> TableCell:
    spans = {}
    if isinstance(value, Merged):
        covered[column] = value.rows - 1
        spans = {"numberrowsspanned": str(value.rows), "numbercolumnsspanned": "1"}
        value = value.value
    if value is None:
        return TableCell()
    if isinstance(value, datetime):
        cell = TableCell(valuetype="date", datevalue=value.isoformat())
    elif isinstance(value, int | float):
        cell = TableCell(valuetype="float", value=str(value))
    else:
        cell = TableCell(valuetype="string", **spans)
    for line in str(value).split("\n"):
        cell.addElement(P(text=line))
    return cell


def _csv(path: Path, rows: Rows, before: Sequence[str]) -> None:
    """As an office saves it for Russia: windows-1251, semicolons; of merged cells the first one has the value."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in rows:
        writer.writerow([_plain(value.value if isinstance(value, Merged) else value) for value in row])
    path.write_bytes(text.getvalue().encode("windows-1251"))


def _plain(value: Any) -> Any:
    return value.strftime("%d.%m.%Y %H:%M") if isinstance(value, datetime) else value
