"""How files of an issue reach the disk, and what is said when they do not.

What does not belong here: what they hold.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from release.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell of a disk that is full, of a file that is damaged, in one line.

    Args:
        what: the work that stops, for example ``Публикация``.

    Raises:
        ReleaseError: a file could not be read or written.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        said = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ReleaseError(
            f"{what}: файл не читается или не пишется ({said}); прежний выпуск остался. "
            "Проверьте место на диске и права и повторите."
        ) from error


def read_json(path: Path) -> Any:
    """Content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write a JSON file, the same bytes for the same content."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")


def freeze(folder: Path) -> None:
    """Put the files of a folder on the disk for good: nobody edits a release by accident, no power cut empties it."""
    for path in folder.iterdir():
        path.chmod(0o444)
        settle(path)
    settle(folder)


def settle(path: Path) -> None:
    """Wait until a file or the list of a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(beside: Path, path: Path) -> None:
    """Put a whole file in the place of another."""
    settle(beside)
    os.replace(beside, path)
    settle(path.parent)
