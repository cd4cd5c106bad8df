"""Fills the templates: which page shows which cells. What does not belong here: queries, wording, writing of files."""

from __future__ import annotations

import hashlib
import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards import answers, drawing, plan, questions, russian, words
from dashboards.records import ABSENT, Cell, Cut, Kpi, Metric, Series, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboards.data import Published

TEMPLATES = Path(__file__).parent / "templates"
LEAD_METRIC = "ces"  # touchpoints are ranked by it (clause 3.9)
SAFE_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Page(NamedTuple):
    """One page: its place under the site and its HTML."""

    path: str
    html: str


class Place(NamedTuple):
    """A row of a table of cells: what it is, where its page is, which cut it shows."""

    code: str
    name: str
    href: str | None
    cut: Cut


class Signal(NamedTuple):
    """A change of the newest week that a rule shows."""

    place: Place
    metric: Metric
    cell: Cell


class Column(NamedTuple):
    """A metric as a column of a table."""

    metric: Metric
    is_provisional: bool
    statuses: list[str]


class Columns(NamedTuple):
    """Columns of a table: those with a value in some row, and those with none."""

    shown: list[Column]
    questions: list[tuple[questions.Question, list[Column]]]
    empty: list[Column]
    has_weak: bool


class KpiRow(NamedTuple):
    """A KPI with what its row shows."""

    kpi: Kpi
    metric: Metric
    series: Series
    corridor: drawing.Corridor | None


class KpiSet(NamedTuple):
    """The KPIs of a client group, or of a segment of it."""

    group: str
    segment: str | None
    rows: list[KpiRow]


def columns(published: Published, rows: list[Place]) -> Columns:
    """Sort the metrics of a table into those worth a column and those that have only a status."""
    shown, empty = [], []
    for metric in questions.leads(published.metrics):
        cells = [cell for row in rows if (cell := published.cell(row.cut, metric.metric)) is not ABSENT]
        valued = [cell for cell in cells if cell.value is not None]
        provisional = any(cell.maturity == "provisional" for cell in valued)
        column = Column(metric, provisional, sorted({cell.status for cell in cells}))
        if cells:
            (shown if valued else empty).append(column)
    by_question = questions.by_question(shown, lambda column: column.metric)
    return Columns(shown, by_question, empty, any("weak" in column.statuses for column in shown))


def slug(code: str) -> str:
    """A file name for a code; a code that is no safe name goes by its hash."""
    return code if SAFE_SLUG.fullmatch(code) else "x" + hashlib.sha256(code.encode()).hexdigest()[:12]


def render(published: Published, region_name: str | None, bundle: str) -> Iterator[Page]:
    """Every page of the site, one after another.

    Args:
        published: what was read from the published copy.
        region_name: name of the region in the heading; its code when absent.
        bundle: file name of the chart library under ``assets/``.
    """
    environment = _environment()
    by_code = {metric.metric: metric for metric in published.metrics}
    common = {
        "pub": published,
        "by_code": by_code,
        "bundle": bundle,
        "region_name": region_name or published.region,
    }

    def page(path: str, template: str, **values: Any) -> Page:
        root = "../" * path.count("/")
        return Page(path, environment.get_template(template).render(common | {"root": root} | values))

    touchpoints = [_touchpoint(term) for term in published.touchpoints]
    offices = [
        Place(
            office.office_id,
            russian.short_office(office.name),
            f"office/{slug(office.office_id)}.html",
            Cut(office.office_id),
        )
        for office in published.offices
    ]
    lead = next((metric for metric in published.metrics if metric.metric == LEAD_METRIC), published.metrics[0])
    ranking, ranked_offices = (_ranked(published, places, lead.metric) for places in (touchpoints, offices))
    yield page(
        "index.html",
        "index.html",
        panels=_panels(published, Cut()),
        lead=lead,
        ranking=ranking,
        offices=ranked_offices,
        hardest=[_first_firm(published, places, lead.metric) for places in (ranking, ranked_offices)],
        signals=_signals(published, [Place("", "Регион в целом", None, Cut()), *touchpoints, *offices]),
        cuts=_cuts(published),
    )
    for at, place in enumerate(touchpoints):
        inside = [row._replace(cut=Cut(row.code, touchpoint=place.code)) for row in offices]
        yield page(
            f"touchpoint/{slug(place.code)}.html",
            "touchpoint.html",
            place=place,
            panels=_panels(published, place.cut),
            rows=inside,
            neighbours=_neighbours(touchpoints, at),
        )
    for at, place in enumerate(offices):
        yield page(
            place.href or "",
            "office.html",
            place=place,
            office=published.offices[at],
            panels=_panels(published, place.cut),
            rows=[row._replace(cut=Cut(place.code, touchpoint=row.code)) for row in touchpoints],
            channels=[
                Place(term.code, term.name, None, Cut(place.code, channel=term.code)) for term in published.channels
            ],
            neighbours=_neighbours(offices, at),
        )
    topics = answers.topics(published)
    yield page("answers.html", "answers.html", topics=topics, aspects=answers.aspects(topics), offices=offices)
    yield page("kpi.html", "kpi.html", kpi_sets=_kpi_sets(published))
    yield page("reasons.html", "reasons.html")
    yield page("coverage.html", "coverage.html", plans=plan.plans(published), holes=plan.holes(published))
    link_panel = [item for item in _panels(published, Cut()) if item.metric.metric == "link_rate"]
    yield page("sources.html", "sources.html", panels=link_panel)
    yield page(
        "metrics.html",
        "metrics.html",
        region=Cut(),
        questions=[
            (question, questions.families(metrics))
            for question, metrics in questions.by_question(published.metrics, lambda metric: metric)
        ],
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        ru=russian,
        words=words,
        drawing=drawing,
        columns=columns,
        tone=answers.tone,
        panels_by_question=_panels_by_question,
    )
    environment.filters["typeset"] = russian.typeset
    return environment


def _touchpoint(term: Term) -> Place:
    return Place(term.code, term.name, f"touchpoint/{slug(term.code)}.html", Cut(touchpoint=term.code))


def _panels(published: Published, cut: Cut) -> list[drawing.Panel]:
    """A panel for each lead that the cut has rows of."""
    known = published.cells.get(cut, {})
    return [
        drawing.panel(published, metric, published.series(cut, metric.metric))
        for metric in questions.leads(published.metrics)
        if metric.metric in known
    ]


def _panels_by_question(panels: list[drawing.Panel]) -> list[tuple[questions.Question, list[drawing.Panel]]]:
    return questions.by_question(panels, lambda panel: panel.metric)


def _ranked(published: Published, places: list[Place], metric: str) -> list[Place]:
    """Places by the value of a metric, the worst first; those without a value after them, in their own order."""

    def rank(place: Place) -> tuple[bool, float]:
        value = published.cell(place.cut, metric).value
        return (value is None, value or 0.0)

    return sorted(places, key=rank)


def _first_firm(published: Published, ranked: list[Place], metric: str) -> Place | None:
    """The first place with enough data: a handful of answers makes no headline."""
    return next((place for place in ranked if published.cell(place.cut, metric).status == "ok"), None)


def _signals(published: Published, places: list[Place]) -> list[Signal]:
    """Changes of the newest week that a rule shows, in the order of places and metrics."""
    return [
        Signal(place, metric, cell)
        for place in places
        for metric in questions.leads(published.metrics)
        if (cell := published.cell(place.cut, metric.metric)).change is not None
    ]


def _cuts(published: Published) -> list[tuple[str, str, str, list[Place]]]:
    """The other cuts of the region, as tables of the summary: anchor, heading, heading of the first column, rows."""
    return [
        (anchor, title, head, [Place(term.code, term.name, None, Cut(**{dimension: term.code})) for term in terms])
        for anchor, title, head, dimension, terms in (
            ("channels", "Каналы", "Канал", "channel", published.channels),
            ("journeys", "Пути клиента", "Путь", "journey", published.journeys),
            ("groups", "Группы клиентов", "Группа", "client_group", published.client_groups),
        )
        if terms
    ]


def _kpi_sets(published: Published) -> list[KpiSet]:
    """Sets of KPIs with their groups by name, each KPI with its metric, its history and its place in the corridor."""
    metrics = {metric.metric: metric for metric in published.metrics}
    names = {term.code: term.name for term in (*published.client_groups, *published.segments)}
    found = []
    for (group, segment, _), kpis in groupby(published.kpis, lambda kpi: (kpi.client_group, kpi.segment, kpi.kpi_set)):
        rows = [
            KpiRow(
                kpi,
                metrics[kpi.metric],
                published.series(Cut(client_group=group, segment=segment), kpi.metric),
                drawing.corridor(kpi),
            )
            for kpi in kpis
        ]
        found.append(KpiSet(names.get(group, group), segment and names.get(segment, segment), rows))
    return found


def _neighbours(places: list[Place], at: int) -> tuple[Place | None, Place | None]:
    """The places before and after, for links at the foot of a page."""
    before = places[at - 1] if at else None
    return before, places[at + 1] if at + 1 < len(places) else None
