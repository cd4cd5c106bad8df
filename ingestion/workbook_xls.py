"""What an old workbook (XLS) would unpack to, and its merged cells: its records are walked, no cell is read."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

from ingestion.workbook_parts import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_RECORDS = 20_000_000
_MAX_SHEETS = 1000
_LAST_SECTOR = 0xFFFFFFFA  # this and above are marks, no numbers
_STREAMS = ("Workbook", "Book")
_BOUND_SHEET, _END, _DIMENSIONS, _MERGED, _MANY_NUMBERS = 0x85, 0x0A, 0x200, 0xE5, 0xBD
_FLAG_OR_ERROR = 0x205
_SHARED_TEXTS, _CONTINUED, _SHARED_TEXT = 0xFC, 0x3C, 0xFD
_IS_WIDE, _HAS_PHONETIC, _HAS_FORMATS = 1, 4, 8
_CELLS = {0x06, 0x201, 0x203, 0x204, 0x205, 0x207, 0x27E, 0xD6, 0xFD, _MANY_NUMBERS, 0xBE}


class NotXlsError(ValueError):
    """The file is not built as a workbook."""


def xls_shapes(content: bytes) -> list[Shape]:
    """Extents and merged cells of each sheet, in their order.

    Raises:
        NotXlsError: not a workbook, or one whose records have no end.
    """
    try:
        stream = _workbook_stream(content)
        shared = _shared_lengths(stream)
        walked = 0
        shapes: list[Shape] = []
        for start in _sheet_starts(stream):
            shape = Shape()
            for kind, data in _records(stream, start):
                walked += 1
                if walked > _MAX_RECORDS:
                    raise NotXlsError
                _note(shape, kind, data)
                if kind == _SHARED_TEXT and (number := struct.unpack_from("<I", data, 6)[0]) < len(shared):
                    shape.text += shared[number]
            shapes.append(shape)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotXlsError from error
    return shapes


def _sheet_starts(stream: bytes) -> list[int]:
    """Where the sheets begin; the same place named again is unpacked again."""
    starts = [struct.unpack_from("<I", data)[0] for kind, data in _records(stream, 0) if kind == _BOUND_SHEET]
    if len(starts) > _MAX_SHEETS:
        raise NotXlsError
    return starts


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Records up to the end of their part."""
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            return
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _shared_lengths(stream: bytes) -> list[int]:
    """Letters of each text that cells share: stored once, it is unpacked in each cell that names it."""
    parts: list[bytes] = []
    for kind, data in _records(stream, 0):
        if kind == _SHARED_TEXTS or (parts and kind == _CONTINUED):
            parts.append(data)
        elif parts:
            break
    return _lengths(_Parts(parts), struct.unpack_from("<I", parts[0], 4)[0]) if parts else []


def _lengths(parts: _Parts, count: int) -> list[int]:
    lengths: list[int] = []
    while len(lengths) < count and not parts.are_read:
        letters, flags = struct.unpack("<HB", parts.take(3))
        formats = struct.unpack("<H", parts.take(2))[0] if flags & _HAS_FORMATS else 0
        phonetic = struct.unpack("<I", parts.take(4))[0] if flags & _HAS_PHONETIC else 0
        parts.skip_letters(letters, flags)
        parts.take(4 * formats + phonetic)
        lengths.append(letters)
    return lengths


class _Parts:
    """Records that continue each other, read through; letters that go on in the next one say anew how wide they are."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._number, self._place = parts, 0, 8

    @property
    def are_read(self) -> bool:
        while self._number < len(self._parts) and self._place >= len(self._parts[self._number]):
            self._number, self._place = self._number + 1, 0
        return self._number == len(self._parts)

    def take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            if self.are_read:
                raise NotXlsError
            piece = self._parts[self._number][self._place : self._place + size - len(taken)]
            taken, self._place = taken + piece, self._place + len(piece)
        return taken

    def skip_letters(self, letters: int, flags: int) -> None:
        while letters:
            width = 2 if flags & _IS_WIDE else 1
            held = min(letters, (len(self._parts[self._number]) - self._place) // width)
            letters, self._place = letters - held, self._place + held * width
            if letters:
                self._number, self._place = self._number + 1, 1
                flags = self._parts[self._number][0]


def _note(shape: Shape, kind: int, data: bytes) -> None:
    if kind in _CELLS and len(data) >= 4:
        shape.errors += kind == _FLAG_OR_ERROR
        row, column = struct.unpack_from("<HH", data)
        last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _MANY_NUMBERS else column
        shape.reach(row + 1, max(column, last) + 1)
    elif kind == _DIMENSIONS:  # the reader allots what is promised here
        _, rows, _, columns = struct.unpack_from("<IIHH" if len(data) >= 12 else "<HHHH", data)
        shape.reach(rows, columns)
    elif kind == _MERGED:
        count = struct.unpack_from("<H", data)[0]
        for number in range(min(count, (len(data) - 2) // 8)):
            first, last, column, _ = struct.unpack_from("<HHHH", data, 2 + 8 * number)
            shape.merge(column, first, last)


def _workbook_stream(content: bytes) -> bytes:
    """The stream of the compound file that holds the workbook."""
    if not content.startswith(SIGNATURE):
        raise NotXlsError
    size = {9: 512, 12: 4096}.get(struct.unpack_from("<H", content, 30)[0])
    if size is None:
        raise NotXlsError
    directory, cutoff, small_table = (struct.unpack_from("<I", content, place)[0] for place in (48, 56, 60))
    table = _table(content, size)
    entries = _chain(content, size, table, directory, size)
    found: dict[str, tuple[int, int]] = {}
    for start, end in pairwise(range(0, len(entries) + 1, 128)):
        entry = entries[start:end]
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le")
        found.setdefault(name if entry[66] != 5 else "/", struct.unpack_from("<II", entry, 116))
    name = next((name for name in _STREAMS if name in found), None)
    if name is None:
        raise NotXlsError
    first, length = found[name]
    if length >= cutoff:
        return _chain(content, size, table, first, size)[:length]
    small = _chain(content, size, table, found["/"][0], size) if "/" in found else b""
    links = _chain(content, size, table, small_table, size)
    small_links = list(struct.unpack(f"<{len(links) // 4}I", links))
    return _chain(small, 64, small_links, first, 0)[:length]


def _table(content: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    places = list(struct.unpack_from("<109I", content, 76))
    further = struct.unpack_from("<I", content, 68)[0]
    seen: set[int] = set()
    while further < _LAST_SECTOR and further not in seen:
        seen.add(further)
        *more, further = struct.unpack_from(f"<{size // 4}I", content, (further + 1) * size)
        places += more
    table: list[int] = []
    for place in places:
        if place >= _LAST_SECTOR or (place + 1) * size >= len(content):
            continue
        sector = content[(place + 1) * size : (place + 2) * size]
        table += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        if len(table) > len(content) // size + size:
            break
    return table


def _chain(content: bytes, size: int, table: list[int], sector: int, header: int) -> bytes:
    """Bytes of the sectors that follow one another."""
    parts: list[bytes] = []
    while sector < _LAST_SECTOR:
        place = header + sector * size
        if len(parts) > len(table) or place >= len(content):
            raise NotXlsError
        parts.append(content[place : place + size])
        sector = table[sector]
    return b"".join(parts)
