"""The plain records of the published copy that pages are made of."""

from __future__ import annotations

from typing import NamedTuple


class Cut(NamedTuple):
    """The dimensions of a cell; None means "all"."""

    office_id: str | None = None
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    channel: str | None = None
    client_group: str | None = None
    segment: str | None = None


class Cell(NamedTuple):
    """One published value as a reader may see it."""

    status: str
    maturity: str
    value: float | None
    n: int | None
    ci_low: float | None
    ci_high: float | None
    previous_value: float | None
    change: float | None
    verdict: str  # better, worse, changed; none: no signal; untested: no rule applies; unknown: nothing to compare
    rule: str | None  # which rule says that it changed: limits, run, trend, test
    direction: str | None  # and where it points: up, down


class Metric(NamedTuple):
    """One row of dim_metric."""

    metric: str
    name: str
    unit: str
    better: str
    kind: str
    quantile: float | None
    decimals: int
    definition_id: str
    definition_version: str
    clause: str
    description: str
    aspect: str | None
    is_lead: bool


class Office(NamedTuple):
    """One row of dim_office."""

    office_id: str
    name: str
    municipality: str | None = None
    time_zone: str | None = None


class Term(NamedTuple):
    """A code of a dictionary with its name."""

    code: str
    name: str


class Issue(NamedTuple):
    """The newest released issue."""

    week: str
    revision: int
    released_at: str
    manifest_sha256: str


class Source(NamedTuple):
    """One source in one week."""

    week: str
    source: str
    name: str
    rows_read: int
    rows_landed: int
    rows_quarantined: int
    rows_other_week: int
    failed: int
    deliveries: int
    is_lost: bool


class Load(NamedTuple):
    """One delivery of the newest week."""

    source: str
    source_name: str
    office_id: str | None
    entity: str
    status: str
    rows_read: int
    rows_landed: int
    rows_quarantined: int
    rows_other_week: int
    message: str | None


class Link(NamedTuple):
    """How much feedback of a source was tied to a touchpoint, and in which way."""

    source: str
    method: str
    reason: str
    feedback_count: int


class Answer(NamedTuple):
    """How often an answer was given to a question of the survey; without numbers where the question has no value."""

    question: str
    position: int
    label: str | None
    given: int | None
    share: float | None
    status: str


class Reason(NamedTuple):
    """A reason of dissatisfaction by its weight; places are those it would have if judged otherwise."""

    reason: str
    name: str
    criticality: int
    volume: int
    weight: float | None
    rank: int | None
    rank_if_raised: int | None
    rank_if_lowered: int | None
    item_count: int
    unclassified_count: int
    unclassified_share: float | None
    unclassified_limit: float
    status: str  # ok, unclassified (weights are not reliable), no_data, no_source


class Planned(NamedTuple):
    """A cell of the metric plan, or a measured one of no plan (without a journey), and what came of it."""

    journey: str | None
    stage: str | None
    stage_name: str | None
    touchpoint: str
    metric: str
    coverage: str  # measured, weak, hidden, no_data (a hole), no_source, not_by_touchpoint, unplanned
    n: int | None


class Rule(NamedTuple):
    """A metric of the conversations as some product counts it, with the difference from our lead rule."""

    metric: str
    rule: str
    value: float | None
    difference: float | None
    n: int | None
    status: str


class Kpi(NamedTuple):
    """A KPI of the newest week against its corridor; the value is that of its metric for the group."""

    kpi_set: str
    client_group: str
    segment: str | None
    kpi: str
    name: str
    kpi_rank: int
    metric: str
    owner: str
    lower_bound: float
    upper_bound: float
    better: str  # higher, lower, middle
    act: str
    status: str
    maturity: str | None
    value: float | None
    n: int | None
    ci_low: float | None
    ci_high: float | None
    distance: float | None
    verdict: str  # within, below, above, uncertain, weak, no_data


Series = dict[str, Cell]
# A released week without a row: no record of that week falls into the cut.
ABSENT = Cell("absent", "final", None, None, None, None, None, None, "unknown", None, None)
