"""The site in a real browser, opened from files: nothing fails, nothing is fetched, nothing is cut off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page

WIDTHS = (1280, 768, 390)
PAPER = 703  # A4 without its margins, in CSS pixels
KINDS = (
    "index.html",
    "touchpoint/queue.html",
    "office/C05.html",
    "answers.html",
    "reasons.html",
    "coverage.html",
    "kpi.html",
    "sources.html",
    "metrics.html",
)
CHARTS_DRAWN = """() => [...document.querySelectorAll("figure[data-chart]")].every(
    (figure) => figure.querySelector(".plot svg[aria-hidden]"))"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PAGE_WIDTH = "() => document.documentElement.scrollWidth"
# Text or a picture that lies beyond a box that hides what does not fit; one pixel is rounding.
CUT_OFF = """() => {
    const cut = [];
    for (const node of document.querySelectorAll("main h1, main h2, main h3, main p, main th, main td, main li, main b, svg")) {
        const box = node.getBoundingClientRect();
        if (!box.width || node.closest(".hidden-text")) continue;
        for (let above = node.parentElement; above; above = above.parentElement) {
            const style = getComputedStyle(above), limits = above.getBoundingClientRect();
            if (["auto", "scroll"].includes(style.overflowX) && !window.matchMedia("print").matches) break;
            if (style.overflowX !== "visible" && (box.left < limits.left - 1 || box.right > limits.right + 1))
                cut.push(node.tagName + " " + node.textContent.trim().slice(0, 60));
        }
        if (box.right > window.innerWidth + 1 && !node.closest(".scroll")) cut.push("page: " + node.textContent.trim().slice(0, 60));
    }
    return cut;
}"""
# A chart shrinks with its box only when it has a viewBox; its marks must lie within it and within its card.
BAD_CHARTS = """() => [...document.querySelectorAll(".plot svg")].filter((svg) => {
    const card = svg.closest(".card").getBoundingClientRect(), box = svg.getBoundingClientRect();
    const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
        && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    const labels = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    return !svg.getAttribute("viewBox") || !labels.length || !inside(box, card)
        || labels.some((text) => !inside(text.getBoundingClientRect(), card));
}).length"""


@dataclass
class Visit:
    """What was seen on one page."""

    charts: int = 0
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)
    cut_off: dict[str, list[str]] = field(default_factory=dict)
    bad_charts: dict[str, int] = field(default_factory=dict)


def watch(page: Page, current: list[Visit]) -> None:
    """Tell the visit that goes on what happens on the page."""

    def refuse(dialog: Dialog) -> None:
        current[-1].errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda line: current[-1].errors.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: current[-1].errors.append(str(error)))
    page.on("dialog", refuse)
    page.on("request", lambda request: current[-1].requests.append(request.url))


def look(page: Page, visit: Visit, what: str) -> None:
    page.evaluate(NEXT_FRAME)
    visit.cut_off[what] = page.evaluate(CUT_OFF)
    visit.bad_charts[what] = page.evaluate(BAD_CHARTS)


@pytest.fixture(scope="module")
def visits(browser: Browser, site: Path, pages: list[Path]) -> dict[str, Visit]:
    """Every page, at each width and as it prints."""
    seen: dict[str, Visit] = {}
    visited = [Visit()]
    page = browser.new_page()
    watch(page, visited)
    for path in pages:
        visited.append(Visit())
        visit = seen[path.relative_to(site).as_posix()] = visited[-1]
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(path.as_uri())
        page.wait_for_function(CHARTS_DRAWN)
        visit.charts = page.locator(".plot svg").count()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            look(page, visit, f"{width}")
            visit.widths[width] = page.evaluate(PAGE_WIDTH)
        # Printed after the narrowest screen: the chart does not learn of the paper and must stretch by itself.
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER, "height": 900})
        look(page, visit, "print")
        visit.widths[PAPER] = page.evaluate(PAGE_WIDTH)
    page.close()
    return seen


def test_pages_open_from_files_without_errors_or_requests(visits: dict[str, Visit]) -> None:
    assert {path: visit.errors for path, visit in visits.items() if visit.errors} == {}
    fetched = {url for visit in visits.values() for url in visit.requests}
    assert {url for url in fetched if not url.startswith(("file:", "data:"))} == set()
    assert len(visits) == 36


def test_every_figure_is_drawn(visits: dict[str, Visit], site: Path) -> None:
    wanted = {path: (site / path).read_text("utf-8").count("data-chart=") for path in visits}
    assert {path: visit.charts for path, visit in visits.items()} == wanted
    assert sum(wanted.values()) > 150


def test_no_page_scrolls_sideways_at_any_width(visits: dict[str, Visit]) -> None:
    wide = {(path, width) for path, visit in visits.items() for width, found in visit.widths.items() if found > width}
    assert wide == set()


def test_nothing_is_cut_off_on_screen_or_paper(visits: dict[str, Visit]) -> None:
    assert {(path, what): cut for path, visit in visits.items() for what, cut in visit.cut_off.items() if cut} == {}


def test_charts_keep_their_labels_inside_the_card_on_screen_and_paper(visits: dict[str, Visit]) -> None:
    bad = {(path, what): count for path, visit in visits.items() for what, count in visit.bad_charts.items() if count}
    assert bad == {}


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_no_violation(page: Page, site: Path, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / path).as_uri())
    page.wait_for_function(CHARTS_DRAWN)
    page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert [(found["id"], [node["html"][:120] for node in found["nodes"][:3]]) for found in violations] == []


def test_a_page_prints_on_sheets_of_a4(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.wait_for_function(CHARTS_DRAWN)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    sheets = paper.count(b"/MediaBox [0 0 594.95996 841.91998]")
    assert 2 <= sheets <= 8
    assert sheets == paper.count(b"/MediaBox")


def test_a_chart_tells_the_numbers_of_a_week_when_pointed_at(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((site / "touchpoint/queue.html").as_uri())
    page.wait_for_function(CHARTS_DRAWN)
    card = page.locator('[data-metric="ces"]')
    card.locator(".plot .mark-symbol path").last.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    figure = card.locator(".figure strong").inner_text()
    assert figure in tooltip.inner_text()
    assert "9–15 ноября 2026" in tooltip.inner_text()
    page.close()
