"""The methodology with one edit, and what the check says about the edited file."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingestion.errors import IngestionError
from ingestion.methodology.check import check_methodology

METHODOLOGY = Path(__file__).parents[2] / "methodology"
MARK = "⚑"


def said_about(folder: Path, name: str, old: str, new: str) -> list[str]:
    """Errors of a file whose ``old`` text became ``new``, without the path; ``⚑`` in ``new`` marks the line at fault.

    Where the line of the error is the marked one, its number is replaced by the mark.
    """
    shutil.copytree(METHODOLOGY, folder, dirs_exist_ok=True)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    marked = text.replace(old, new, 1)
    line = marked[: marked.index(MARK)].count("\n") + 1
    path.write_text(marked.replace(MARK, ""), encoding="utf-8")
    try:
        check_methodology(folder, "demo")
    except IngestionError as error:
        start, place = f"{path}, строка ", f"{line}: "
        found = [row.removeprefix(start) for row in str(error).splitlines() if row.startswith(str(path))]
        return [MARK + row.removeprefix(place) if row.startswith(place) else row for row in found]
    return []
