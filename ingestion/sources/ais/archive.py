"""Files that an AIS exported, plain or in a zip: found, never unpacked to disk, and bounded before they are read."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from ingestion.extract import SourceError
from ingestion.privacy import redact_text
from ingestion.reading import found_files, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.extract import Context, Extract

MAX_UNPACKED = 8 << 30  # bytes of one file: a national week is a tenth of it
MAX_RATIO = 200  # text packs ten to fifty times; a bomb, a thousand
_SMALL = 16 << 20  # of a file that packs well because it is short, nobody has to be afraid
MAX_ROW = 16 << 20  # bytes from one row to the next: more is a file whose quotes or elements do not close
_MAX_MEMBERS = 1000
_UTF8_NAMES = 0x800  # flag of a member; without it, Windows has written the name in the code page of DOS
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One exported file.

    Attributes:
        name: without folders, in lower case.
        place: for messages and origins.
        path: of the file, or of the zip that holds it.
        info: of a member of a zip.
    """

    name: str
    place: str
    path: Path
    info: zipfile.ZipInfo | None = None

    @property
    def suffix(self) -> str:
        """``.csv``, ``.xml`` or what else it is."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.name).stem


class Bounded(io.RawIOBase):
    """A file read in blocks or lines; reading more than a file or a row can hold is refused."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file, self._where = file, where
        self._total = self._of_row = 0

    def row_is_read(self) -> None:
        """Begin to count the next row."""
        self._of_row = 0

    def read(self, size: int = -1) -> bytes:
        """A block."""
        return self._counted(self._file.read(size))

    def readline(self, size: int | None = -1) -> bytes:  # noqa: ARG002  the bound is ours
        """A line."""
        return self._counted(self._file.readline(MAX_ROW + 1))

    def _counted(self, block: bytes) -> bytes:
        self._total += len(block)
        self._of_row += len(block)
        if self._total > MAX_UNPACKED:
            raise SourceError(f"{self._where}: файл больше {MAX_UNPACKED >> 30} ГБ; разделите выгрузку")
        if self._of_row > MAX_ROW:
            raise SourceError(f"{self._where}: запись длиннее {MAX_ROW >> 20} МБ; кавычки или теги не закрыты")
        return block


def members(pattern: str, context: Context, extract: Extract) -> list[Member]:
    """All exported files of a pattern, their hashes noted as inputs.

    Raises:
        SourceError: no file, or a zip that is damaged, closed by a password, nested, a bomb, or plays with paths.
    """
    found: list[Member] = []
    for path in found_files(pattern, context, extract):
        found += (
            _zipped(path) if path.suffix.casefold() == ".zip" else [Member(path.name.casefold(), place(path), path)]
        )
    return found


@contextmanager
def read_errors(where: str) -> Iterator[None]:
    """Errors of a zip are told in one line."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise SourceError(f"{where}: архив повреждён, закрыт паролем или сжат неизвестным способом") from None


@contextmanager
def content_of(member: Member) -> Iterator[Bounded]:
    """The content of a file, bounded."""
    with read_errors(member.place):
        if member.info is None:
            with member.path.open("rb") as file:
                yield Bounded(file, member.place)
            return
        with zipfile.ZipFile(member.path) as archive, archive.open(member.info) as file:
            yield Bounded(cast("BinaryIO", file), member.place)


def _zipped(path: Path) -> list[Member]:
    where = place(path)
    with read_errors(where), zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MAX_MEMBERS:
        raise SourceError(f"{where}: в архиве больше {_MAX_MEMBERS} файлов; оставьте только выгрузку АИС")
    return [_member(path, where, info) for info in infos]


def _member(path: Path, where: str, info: zipfile.ZipInfo) -> Member:
    name = info.filename if info.flag_bits & _UTF8_NAMES else _dos_name(info.filename)
    shown = redact_text(" ".join(name.split()))[:100]
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\x00" in info.orig_filename:
        raise SourceError(f"{where}: имя файла «{shown}» ведёт за пределы архива; соберите архив заново")
    if parts.suffix.casefold() == ".zip":
        raise SourceError(f"{where}: внутри архива ещё один архив «{shown}»; вложите сами файлы")
    if info.flag_bits & _ENCRYPTED:
        raise SourceError(f"{where}: архив закрыт паролем; соберите его без пароля")
    if info.file_size > MAX_UNPACKED or info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        raise SourceError(
            f"{where}: «{shown}» распаковывается слишком сильно, это похоже на бомбу; соберите архив заново"
        )
    return Member(parts.name.casefold(), f"{where}!{redact_text(parts.name)}", path, info)


def _dos_name(name: str) -> str:
    """A name that Windows has written: in the code page of Russian DOS, which zipfile takes for the American one."""
    try:
        return name.encode("cp437").decode("cp866")
    except UnicodeError:
        return name
