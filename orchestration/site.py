"""``cx site``: the site alone, from the published copy.

What does not belong here: pages (``dashboards/``) and the site as an asset (``assets/site.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.data import SiteError
from dashboards.site import build
from orchestration.errors import UserError
from orchestration.lock import home_lock
from orchestration.progress import Report, make_console
from orchestration.summary import near

if TYPE_CHECKING:
    from orchestration.settings import Settings


def build_site(settings: Settings) -> None:
    """Build the site and say where it is.

    Args:
        settings: the home and the region.
    """
    console = make_console()
    region = settings.region
    try:
        with home_lock(settings.home), Report(console) as report, report.step("Сайт"):
            build(settings.published, settings.site, report.working, region.region, region.name)
    except SiteError as error:
        raise UserError(str(error)) from error
    console.print(f"Сайт  [bold]{near(settings.site / 'index.html')}[/bold]")
