"""Reads the published copy into plain records that pages are made of. What does not belong here: wording, HTML."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from dashboards import queries
from dashboards.records import (
    ABSENT,
    Answer,
    Cell,
    Cut,
    Issue,
    Kpi,
    Link,
    Load,
    Metric,
    Office,
    Planned,
    Reason,
    Rule,
    Series,
    Source,
    Term,
)

if TYPE_CHECKING:
    from pathlib import Path

HISTORY_WEEKS = 12


class SiteError(Exception):
    """The site cannot be built; the message is one line for the reader of the console."""


@dataclass(frozen=True)
class Published:
    """Everything the pages of one region need."""

    region: str
    other_regions: list[str]
    weeks: list[str]  # consecutive, oldest first; a week that was never published is in it too
    released: list[str]  # those of them that were published
    metrics: list[Metric]
    offices: list[Office]
    touchpoints: list[Term]
    channels: list[Term]
    client_groups: list[Term]
    segments: list[Term]
    journeys: list[Term]
    cells: dict[Cut, dict[str, Series]]
    sources: list[Source]
    loads: list[Load]
    links: list[Link]
    answers: list[Answer]
    aspects: list[Term]
    reasons: list[Reason]
    coverage: list[Planned]
    coverage_counts: dict[str, int]
    rules: list[Rule]
    kpis: list[Kpi]
    issue: Issue | None

    @property
    def week(self) -> str:
        """The newest week."""
        return self.weeks[-1]

    def series(self, cut: Cut, metric: str) -> Series:
        """Values of a metric in a cut by published week."""
        known = self.cells.get(cut, {}).get(metric, {})
        return {week: known.get(week, ABSENT) for week in self.released}

    def cell(self, cut: Cut, metric: str) -> Cell:
        """The value of the newest week."""
        return self.cells.get(cut, {}).get(metric, {}).get(self.week, ABSENT)


def first_day(week: str) -> date:
    """Monday of an ISO week."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def read(published: Path, region: str | None = None) -> Published:
    """Read the newest twelve weeks of a region.

    Args:
        published: the published DuckDB file.
        region: code of the region; by default the one with the most centres.

    Raises:
        SiteError: when the file is absent, is not a published copy, or holds no week.
    """
    if not published.is_file():
        raise SiteError(f"Сайт: нет файла {published}; сначала выпустите неделю")
    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            return _read(connection, published, region)
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        raise SiteError(f"Сайт: {published} не читается как опубликованная база: {line}") from error


def _read(connection: duckdb.DuckDBPyConnection, published: Path, region: str | None) -> Published:
    def rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
        return connection.execute(sql, {name: values[name] for name in values if f"${name}" in sql}).fetchall()

    regions = [row[0] for row in rows(queries.REGIONS)]
    chosen = region or next(iter(regions), None)
    known = [row[0] for row in rows(queries.WEEKS, region=chosen)] if chosen else []
    if chosen is None or not known:
        raise SiteError(f"Сайт: в {published} нет ни одной недели региона {chosen or ''}; выпустите неделю")
    weeks = _consecutive(known)
    span = {"region": chosen, "oldest": weeks[0], "newest": weeks[-1]}
    cells: dict[Cut, dict[str, Series]] = defaultdict(lambda: defaultdict(dict))
    width = len(Cut._fields)
    for week, *row in rows(queries.CELLS, **span):
        cells[Cut(*row[:width])][row[width]][week] = Cell(*row[width + 1 :])
    offices = [Office(*row) for row in rows(queries.OFFICES, **span)]
    registered = {office.office_id for office in offices}
    unregistered = sorted({cut.office_id for cut in cells if cut.office_id} - registered)
    issues = [Issue(*row) for row in rows(queries.ISSUE, **span)]
    return Published(
        region=chosen,
        other_regions=[name for name in regions if name != chosen],
        weeks=weeks,
        released=[week for week in weeks if week in known],
        metrics=[Metric(*row) for row in rows(queries.METRICS)],
        offices=offices + [Office(code, code) for code in unregistered],
        touchpoints=[Term(*row) for row in rows(queries.dictionary("touchpoint"))],
        channels=[Term(*row) for row in rows(queries.dictionary("channel"))],
        client_groups=[Term(*row) for row in rows(queries.dictionary("client_group"))],
        segments=[Term(*row) for row in rows(queries.dictionary("segment"))],
        journeys=[Term(*row) for row in rows(queries.dictionary("journey"))],
        cells={cut: dict(by_metric) for cut, by_metric in cells.items()},
        sources=[Source(*row) for row in rows(queries.SOURCES, **span)],
        loads=[Load(*row) for row in rows(queries.LOADS, **span)],
        links=[Link(*row) for row in rows(queries.LINKS, **span)],
        answers=[Answer(*row) for row in rows(queries.ANSWERS, **span)],
        aspects=[Term(*row) for row in rows(queries.dictionary("aspect"))],
        reasons=[Reason(*row) for row in rows(queries.REASONS, **span)],
        coverage=[Planned(*row) for row in rows(queries.COVERAGE, **span)],
        coverage_counts=dict(rows(queries.COVERAGE_COUNTS, **span)),
        rules=[Rule(*row) for row in rows(queries.RULES, **span)],
        kpis=[Kpi(*row) for row in rows(queries.KPIS, **span)],
        issue=issues[0] if issues else None,
    )


def _consecutive(known: list[str]) -> list[str]:
    """The last twelve calendar weeks up to the newest, none earlier than the first published one."""
    newest = first_day(known[-1])
    labels = []
    for back in range(HISTORY_WEEKS - 1, -1, -1):
        year, number, _ = (newest - timedelta(weeks=back)).isocalendar()
        labels.append(f"{year}-W{number:02d}")
    return [label for label in labels if label >= known[0]]
