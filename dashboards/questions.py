"""Which question of a reader a metric answers, and which metrics are variants of which.

What does not belong here: values, HTML. The family of a metric is the first word of its published ``definition_id``.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dashboards.records import Metric

Item = TypeVar("Item")


class Question(NamedTuple):
    """A heading under which metrics stand together."""

    anchor: str
    title: str
    families: tuple[str, ...] = ()


class Family(NamedTuple):
    """Metrics of one thing: those that pages show, and their variants."""

    code: str
    leads: list[Metric]
    variants: list[Metric]


QUESTIONS = (
    Question("ease", "Лёгкость и отношение", ("ces", "nps", "expectation", "satisfaction")),
    Question("solution", "Решение вопроса и скорость", ("rr", "fcr", "er", "rpc", "ttfr", "solve", "queue")),
    Question("quality", "Качество, объём и данные", ("iqs", "cv1", "cv2", "visits", "survey", "link_rate")),
    Question("other", "Другие показатели"),  # a family that no question names
)


def family(metric: Metric) -> str:
    """The family of a metric: ``ces`` of ``ces.easy_share``; an aspect belongs to the family of the whole."""
    return question_of(metric).removesuffix(f"_{metric.aspect}")


def question_of(metric: Metric) -> str:
    """The question of the survey whose answers a metric counts; asked about an aspect, it is one of its own."""
    return metric.definition_id.partition(".")[0]


def leads(metrics: Iterable[Metric]) -> list[Metric]:
    """The metrics that pages and tables show, by question, then as the registry has them."""
    return sorted((metric for metric in metrics if metric.is_lead), key=_place)


def by_question(items: Iterable[Item], metric_of: Callable[[Item], Metric]) -> list[tuple[Question, list[Item]]]:
    """Items under the question that their metric answers, in the order of the questions."""

    def place(item: Item) -> int:
        return _place(metric_of(item))

    return [(QUESTIONS[at], list(found)) for at, found in groupby(sorted(items, key=place), key=place)]


def families(metrics: Iterable[Metric]) -> list[Family]:
    """Metrics by family, families in the order in which the registry first names them."""
    found: dict[str, Family] = {}
    for metric in metrics:
        here = found.setdefault(family(metric), Family(family(metric), [], []))
        (here.leads if metric.is_lead else here.variants).append(metric)
    return list(found.values())


def _place(metric: Metric) -> int:
    code = family(metric)
    return next((at for at, question in enumerate(QUESTIONS) if code in question.families), len(QUESTIONS) - 1)
