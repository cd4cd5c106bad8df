"""``cx docs``: what every table and column of the warehouse means, as one page that opens from a file.

What does not belong here: the descriptions (``dbt_project/models``).
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from orchestration.dbt_runner import Warehouse
from orchestration.lock import home_lock
from orchestration.progress import Report, make_console
from orchestration.summary import near

if TYPE_CHECKING:
    from orchestration.settings import Settings


def build_docs(settings: Settings) -> None:
    """Build the page and say where it is.

    Args:
        settings: the home and the region.
    """
    console = make_console()
    target = settings.home / "docs" / "index.html"
    with home_lock(settings.home), Report(console) as report, report.step("Описание хранилища"):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Warehouse(settings.ingestion).document(), target)
    console.print(f"Описание  [bold]{near(target)}[/bold]")
