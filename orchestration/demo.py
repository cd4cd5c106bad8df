"""``cx demo``: the sources of the invented region, written where the region file expects them.

What does not belong here: what the sources hold (``ingestion/demo/``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.errors import UserError
from orchestration.lock import home_lock
from orchestration.progress import Report, make_console
from orchestration.summary import near

if TYPE_CHECKING:
    from orchestration.settings import Settings


def write_demo(settings: Settings, *, first_week: str, last_week: str, factor: float, seed: int) -> None:
    """Write the sources and say where they are.

    Args:
        settings: the home and the region; its AIS is written where its URL says.
        first_week: first ISO week.
        last_week: last ISO week.
        factor: size; 1 is about 6,000 appeals a week.
        seed: the same number gives the same bytes.

    Raises:
        UserError: the region is a real one, or its folder cannot be written.
    """
    from ingestion.demo import write_region

    if not settings.region.invented_people:
        raise UserError(f"{settings.region.name}: это не выдуманный регион, его источники не пишутся.")
    console = make_console()
    ais = settings.region.sources.ais
    url = ais.url.replace("{home}", str(settings.home)) if ais and ais.url else None
    with home_lock(settings.home), Report(console) as report, report.step("Источники демонстрации") as note:
        try:
            write_region(
                settings.demo, first_week=first_week, last_week=last_week, factor=factor, seed=seed, ais_url=url
            )
        except OSError as error:
            raise UserError(
                f"{settings.demo}: не удалось записать ({error.strerror}); проверьте место и права."
            ) from error
        note(near(settings.demo))
