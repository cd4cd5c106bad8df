"""Builds the static site beside the old one and puts it in its place. What does not belong here: what pages show."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import vl_convert

from dashboards import pages, russian
from dashboards.data import Published, SiteError, read

if TYPE_CHECKING:
    from collections.abc import Callable

ASSETS = Path(__file__).parent / "assets"
CHARTS = Path(__file__).parent / "charts"
BUNDLE = f"vega-{vl_convert.get_vega_version()}-{vl_convert.get_vegalite_versions()[-1]}.js"


class SiteResult(NamedTuple):
    """What was built."""

    pages: int
    seconds: float
    index_page: Path


def build(
    published: Path,
    target: Path,
    progress: Callable[[str], None] | None = None,
    region: str | None = None,
    region_name: str | None = None,
) -> SiteResult:
    """Build the site of the newest week of a region.

    Args:
        published: the published DuckDB file.
        target: folder of the site; what stands there is replaced only by a whole new site.
        progress: called with one Russian line at each step.
        region: code of the region; by default the one with the most centres.
        region_name: name of the region in headings; by default its code.

    Raises:
        SiteError: one Russian line saying what is wrong and what to do; the old site stays.
    """
    started = time.perf_counter()
    tell = progress or (lambda _line: None)
    content = read(published, region)
    tell(f"Сайт: прочитана неделя {content.week}")
    draft, old = (target.with_name(f".{target.name}.{what}") for what in ("new", "old"))
    try:
        _restore(target, draft, old)
        draft.mkdir(parents=True)
        count = _write(content, region_name, draft)
        _write_assets(draft / "assets", target / "assets" / BUNDLE)
        _swap(draft, target, old)
    except OSError as error:
        raise SiteError(f"Сайт: не удалось записать {target}: {error.strerror}; проверьте место и права") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    seconds = time.perf_counter() - started
    pages_built = russian.plural(count, "страница", "страницы", "страниц")
    tell(f"Сайт: {pages_built} за {russian.number(seconds, 1)} с, {target / 'index.html'}")
    return SiteResult(count, seconds, target / "index.html")


def _write(content: Published, region_name: str | None, draft: Path) -> int:
    count = 0
    for page in pages.render(content, region_name, BUNDLE):
        path = draft / page.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(page.html, encoding="utf-8")
        count += 1
    return count


def _write_assets(folder: Path, bundle_of_old_site: Path) -> None:
    """Styles, specs and the chart library; bundling it takes over a second, so the old site's copy serves."""
    folder.mkdir()
    for path in ASSETS.iterdir():
        shutil.copyfile(path, folder / path.name)
    charts = {
        "config": json.loads((CHARTS / "config.json").read_text("utf-8")),
        "specs": {
            path.name.split(".")[0]: json.loads(path.read_text("utf-8")) for path in sorted(CHARTS.glob("*.vl.json"))
        },
        "numbers": vl_convert.get_format_locale("ru-RU"),
        "times": vl_convert.get_time_format_locale("ru-RU"),
    }
    script = f"window.cxCharts = {json.dumps(charts, ensure_ascii=False)};\n"
    (folder / "specs.js").write_text(script, encoding="utf-8")
    if bundle_of_old_site.is_file():
        shutil.copyfile(bundle_of_old_site, folder / BUNDLE)
    else:
        bundle = vl_convert.javascript_bundle()  # pyright: ignore[reportCallIssue]  # its stub forgets a default
        (folder / BUNDLE).write_text(bundle, encoding="utf-8")


def _restore(target: Path, draft: Path, old: Path) -> None:
    """Clear what a killed build left: its draft, and the old site when it died between the two renames."""
    shutil.rmtree(draft, ignore_errors=True)
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _swap(draft: Path, target: Path, old: Path) -> None:
    """Two renames: a reader sees the old site or the new one, and a failure puts the old one back."""
    if target.exists():
        target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
