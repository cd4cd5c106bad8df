"""Tables that people keep by hand: workbooks and CSV, whose headers, dates and ends everybody writes otherwise."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import TEXT
from ingestion.extract import SourceError
from ingestion.markup import without_markup
from ingestion.moments import moments
from ingestion.reading import MAX_CELL, bytes_of, decoded, place
from ingestion.weeks import credible, to_utc
from ingestion.workbook import MAX_CELLS, MAX_PACKED, is_workbook, read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingestion.extract import Context

_HEADER_ROWS = 30  # a table whose header stands lower is no table
_MAX_WIDTH = 1000
_SEPARATORS = ";\t,"
_PLAIN = (".csv", ".txt", ".tsv")
_ERROR = r"^#(?:ОШИБКА|REF|ССЫЛКА|N/A|Н/Д|VALUE|ЗНАЧ|DIV/0|ДЕЛ/0|NAME|ИМЯ|NUM|ЧИСЛО|NULL|ПУСТО)[!?]?$"
_MONTH = "январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь|ноябрь|декабрь"
_NO_ENTRY = (
    r"(?i)^(?:(?:итого|всего|подпись|ответственн|исполнитель|составил|проверил|руководитель|директор|начальник)"
    rf"[^\n]{{0,80}}|(?:{_MONTH})(?:\s+\d{{4}})?(?:\s*г(?:ода|\.)?)?)$"
)
_NUMERIC = r"^[\d\s.,%+\-–—/]+$"
_COUNT = r"^\d[\d\s]*$"


@dataclass(frozen=True)
class Columns:
    """The columns of a table.

    Attributes:
        accepted: by role the headers that it may have, the best first; a role without headers is not in the table.
        date: the role of the date: a row without one may be a total.
        optional: roles that a table may lack.
        written: roles of free text, in which formatted text becomes plain.
        exact: roles of dates and numbers, in which an error of a formula is unreadable; elsewhere it is empty.
        filled_down: roles whose empty cells take the value above, for formats that do not tell of merged cells.
    """

    accepted: dict[str, Sequence[str]]
    date: str
    optional: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    filled_down: Sequence[str] = field(default=())

    @property
    def needed(self) -> list[str]:
        """Roles without which a table is another table."""
        return [role for role, headers in self.accepted.items() if headers and role not in self.optional]


@dataclass(frozen=True)
class _Header:
    """Where a table begins: its row (from 0), and the position of each role."""

    row: int
    positions: dict[str, int]
    missing: list[str]


def read_table(path: Path, columns: Columns) -> pl.DataFrame:
    """Entries of a table: a column of text for each role (null where it is not there), ``origin`` and ``problem``.

    ``_lacks`` names the roles, apart by spaces, that the table has no column of.

    The table is on the first sheet that has the needed columns; its header is the first row that names them all.

    Raises:
        SourceError: not readable, a column missing or there twice.
    """
    best: tuple[_Header, pl.DataFrame] | None = None
    for cells in _sheets(path, columns):
        found = _header([row for row in cells.head(_HEADER_ROWS).rows() if row], columns, place(path))
        if best is None or len(found.missing) < len(best[0].missing):
            best = found, cells
        if not found.missing:
            break
    if best is None or best[0].missing:
        missing = best[0].missing if best else [columns.accepted[role][0] for role in columns.needed]
        raise SourceError(f"{place(path)}: нет столбцов {', '.join(missing)}; проверьте заголовки таблицы")
    return _entries(*best, columns, place(path))


def normalised(header: str | None) -> str:
    """A header without what people write differently: case, ё, spaces, colons and asterisks around."""
    return " ".join((header or "").split()).lower().replace("ё", "е").strip(" :*.;")


def _header(rows: Sequence[Sequence[str | None]], columns: Columns, where: str) -> _Header:
    """The first row that names all needed columns; the one that names most of them where none does."""
    best: _Header | None = None
    for number, row in enumerate(rows):
        names = [normalised(cell) for cell in row]
        positions: dict[str, int] = {}
        for role, headers in columns.accepted.items():
            name = next((name for name in map(normalised, headers) if name in names), None)
            if name is not None:
                positions[role] = names.index(name)
        missing = [columns.accepted[role][0] for role in columns.needed if role not in positions]
        if best is None or len(missing) < len(best.missing):
            best = _Header(number, positions, missing)
        if not missing:
            times = Counter(names)
            for position in positions.values():
                if times[names[position]] > 1:
                    written = " ".join((row[position] or "").split())
                    raise SourceError(f"{where}: столбец {written} стоит дважды; оставьте один")
            break
    return best or _Header(0, {}, [columns.accepted[role][0] for role in columns.needed])


def _entries(header: _Header, cells: pl.DataFrame, columns: Columns, where: str) -> pl.DataFrame:
    """Rows below the header that are entries."""
    names = {role: cells.columns[position] for role, position in header.positions.items()}
    titles = cells.row(header.row)
    first = pl.coalesce(cells.columns)
    rows = cells.with_row_index("_row", offset=1).slice(header.row + 1)
    rows = rows.filter(first.is_not_null())
    repeated = pl.all_horizontal(
        pl.col(name).is_not_null() & (pl.col(name) == titles[header.positions[role]]) for role, name in names.items()
    )
    start = next(position for position, title in enumerate(titles) if title)
    numbered = pl.all_horizontal(
        pl.col(name) == str(header.positions[role] - start + 1) for role, name in names.items()
    )
    rows = rows.filter(~repeated.fill_null(value=False) & ~numbered.fill_null(value=False))
    rows = rows.filter(~_is_no_entry(first, names, columns).fill_null(value=False))
    width = max((position for position, title in enumerate(titles) if title), default=0) + 1
    beyond = cells.columns[width:]
    spilled = (
        pl.any_horizontal(pl.col(beyond).is_not_null()) if beyond and "_spilled" in beyond else pl.lit(value=False)
    )
    table = rows.select(
        *(_cell(names.get(role), is_exact=role in columns.exact).alias(role) for role in columns.accepted),
        origin=pl.lit(f"{where}#") + pl.col("_row").cast(TEXT),
        problem=pl.when(spilled).then(pl.lit("wrong_shape")),
    )
    return table.with_columns(
        *(without_markup(table[role]) for role in columns.accepted if role in columns.written),
        _lacks=pl.lit(" ".join(role for role in columns.accepted if role not in names)),
    ).with_columns(pl.col(role).forward_fill() for role in columns.filled_down)


def _is_no_entry(first: pl.Expr, names: dict[str, str], columns: Columns) -> pl.Expr:
    """Totals, signatures, a month over its rows: they begin so, and hold no date and no text of an entry.

    A total may stand in the column of the date: a whole number is no date of a row that begins so.
    """
    empty = [
        pl.col(names[role]).is_null() | pl.col(names[role]).str.contains(_NUMERIC)
        for role in columns.needed
        if role != columns.date and role in columns.written and role in names
    ]
    dated = pl.col(names[columns.date])
    return (
        first.str.contains(_NO_ENTRY)
        & (dated.is_null() | dated.str.contains(_NO_ENTRY) | dated.str.contains(_COUNT))
        & pl.all_horizontal(pl.lit(value=True), *empty)
    )


def _cell(name: str | None, *, is_exact: bool) -> pl.Expr:
    """A column of the table, without errors of formulas unless they tell that a date or a number is unreadable."""
    if name is None:
        return pl.lit(None, TEXT)
    return pl.col(name) if is_exact else pl.when(~pl.col(name).str.contains(_ERROR)).then(name)


def _sheets(path: Path, columns: Columns) -> Iterator[pl.DataFrame]:
    """Sheets as text without spaces around; empty cells are null."""
    plain = path.suffix.lower() in _PLAIN and not is_workbook(path)
    for sheet in [_of_csv(path, columns)] if plain else read_sheets(path, merges_hold=True):
        if sheet.width:
            yield sheet.select(pl.all().cast(TEXT).str.strip_chars().replace("", None))


def _of_csv(path: Path, columns: Columns) -> pl.DataFrame:
    """Cells of a CSV, under the separator that shows most of the needed columns; those beyond are joined to one."""
    if path.stat().st_size > MAX_PACKED:
        raise SourceError(f"{place(path)}: файл больше {MAX_PACKED >> 20} МБ; разделите его")
    text = decoded(bytes_of(path))
    csv.field_size_limit(MAX_CELL)
    heads = {separator: _head_of_csv(text, separator) for separator in _SEPARATORS}
    separator = min(heads, key=lambda each: len(_header(heads[each], columns, place(path)).missing))
    width = min(max((len(row) for row in heads[separator]), default=0), _MAX_WIDTH)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str | None]] = []
    try:
        for row in reader:
            rows.append([*row[:width], *[None] * (width - len(row)), "".join(row[width:]) or None])
            if len(rows) * (width + 1) > MAX_CELLS:
                raise SourceError(f"{place(path)}: ячеек больше {MAX_CELLS}; разделите файл")
    except csv.Error:
        where = f"{place(path)}: строка {reader.line_num}"
        raise SourceError(f"{where}: кавычки не закрыты или стоят внутри ячейки; выгрузите файл заново") from None
    names = [*(f"column_{number}" for number in range(width)), "_spilled"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, TEXT), orient="row")


def _head_of_csv(text: str, separator: str) -> list[list[str]]:
    """First rows, as far as they can be read: what is wrong with them is told when all are read."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows.extend(row[:_MAX_WIDTH] for row in islice(reader, _HEADER_ROWS))
    return rows


def with_moments(frame: pl.DataFrame, context: Context, *roles: str) -> pl.DataFrame:
    """Texts of moments become UTC: they are local times in the ``_zone`` of their row, unless they name an offset.

    What was written stays as ``<role>_written``; what cannot be read is null.
    """
    for role in roles:
        read = moments(frame[role])
        frame = frame.rename({role: f"{role}_written"}).with_columns(_local=read["local"], _utc=read["utc"])
        local = to_utc(pl.col("_local"), pl.col("_zone"), context.zones)
        frame = frame.with_columns(pl.coalesce(credible(pl.col("_utc")), local).alias(role)).drop("_local", "_utc")
    return frame


def content_ids(rows: pl.DataFrame, columns: Sequence[str], context: Context) -> pl.Series:
    """Ids of rows that have none: of what stands in them, and their occurrence among equal rows of their file.

    They are made with the key of the pseudonyms: who knows how an entry may read cannot try it out.
    """
    content = rows.select(pl.concat_str(pl.col(columns).cast(TEXT).fill_null(""), separator=" ")).to_series()
    numbered = pl.DataFrame({"id": context.pseudonyms.of(content), "file": rows["origin"].str.extract(r"^(.*)#")})
    occurrence = pl.int_range(1, pl.len() + 1).over("id", "file").cast(TEXT)
    return numbered.select(pl.col("id").fill_null("empty") + "-" + occurrence).to_series()


def number_of(column: str) -> pl.Expr:
    """A number that may have a decimal comma, spaces and a percent sign; no number is infinite."""
    plain = (
        pl.col(column)
        .str.replace_all(r"[\s\u00a0]", "")
        .str.replace(",", ".", literal=True)
        .str.replace("−", "-", literal=True)
    )
    number = plain.str.strip_suffix("%").cast(pl.Float64, strict=False)
    number = pl.when(plain.str.ends_with("%")).then(number / 100).otherwise(number)
    return pl.when(number.is_finite()).then(number)


def plain_number(column: str) -> pl.Expr:
    """An id; one that a spreadsheet took for a number (``7.0``, ``1 262``) as it was meant."""
    digits = pl.col(column).str.replace_all(r"\s", "").str.extract(r"^(\d+)(?:[.,]0+)?$", 1)
    return pl.coalesce(digits, pl.col(column))
