"""Conversations as JSON lines in our own form, for systems that can be told what to write."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl
from polars.exceptions import PolarsError

from ingestion.contract import TEXT
from ingestion.extract import Broken, Context, Extract, SourceError
from ingestion.quarantine import REASONS
from ingestion.reading import bytes_of, decoded, found_files, place
from ingestion.sources.contact_centre.talk import TALK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.sources.contact_centre.config import JsonLines

BLOCK = 32 << 20  # bytes of lines that are read at once
MAX_BROKEN = 1000  # lines: a file with more is not the file that was agreed


def read(config: JsonLines, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Conversations of the files of a week, a block of lines at a time: rows of ``TALK`` with their ``origin``."""
    for path in found_files(config.files, context, extract):
        yield from _blocks(path, extract)


def _blocks(path: Path, extract: Extract) -> Iterator[pl.DataFrame]:
    """Lines of a file, a block at a time: the frame of a whole national week would take ten gigabytes."""
    content, name = bytes_of(path), place(path)
    start, first, found = 0, 1, False
    while start < len(content):
        end = content.find(b"\n", start + BLOCK) + 1 or len(content)
        block = content[start:end]
        for frame in _lines(block, first, name, extract):
            found = True
            yield frame.with_columns(origin=pl.lit(f"{name}#") + pl.col("_line").cast(TEXT)).drop("_line")
        start, first = end, first + block.count(b"\n")
    if not found:
        raise SourceError(f"{name}: ни одной строки с обращением; выгрузите файл заново")


def _lines(block: bytes, first: int, name: str, extract: Extract) -> list[pl.DataFrame]:
    """The frame of a block, or the frames of those of its lines that can be read."""
    try:
        frame = pl.read_ndjson(io.BytesIO(block), schema=TALK)
    except PolarsError:
        return _readable_lines(block, first, name, extract)
    if frame.height != block.count(b"\n") + (not block.endswith(b"\n")):  # blank lines
        return _readable_lines(block, first, name, extract)
    return [frame.with_row_index("_line", offset=first)]


def _readable_lines(block: bytes, first: int, name: str, extract: Extract) -> list[pl.DataFrame]:
    """Every line that can be read, when not all can: the others go to quarantine with their number.

    Nothing of a broken line is kept: what is not JSON cannot be redacted.
    """
    lines = [
        (number, decoded(line).encode()) for number, line in enumerate(block.splitlines(), start=first) if line.strip()
    ]
    frames: list[pl.DataFrame] = []
    waiting = [lines] if lines else []
    while waiting:  # halves, until a half is sound or one line: a few broken lines cost a few readings
        part = waiting.pop()
        frame = _read(part)
        if frame is not None:
            frames.append(frame)
        elif len(part) > 1:
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
        else:
            number, line = part[0]
            reason = "wrong_shape" if _is_json(line) else "broken_json"
            extract.broken.append(Broken("conversations", reason, REASONS[reason], f"{name}#{number}"))
        if len(extract.broken) > MAX_BROKEN:
            raise SourceError(f"{name}: больше {MAX_BROKEN} строк не читаются; выгрузите файл заново")
    return frames


def _read(lines: list[tuple[int, bytes]]) -> pl.DataFrame | None:
    try:
        frame = pl.read_ndjson(io.BytesIO(b"\n".join(line for _, line in lines)), schema=TALK)
    except PolarsError:
        return None
    if frame.height != len(lines):
        return None
    return frame.with_columns(_line=pl.Series([number for number, _ in lines], dtype=pl.UInt32))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
