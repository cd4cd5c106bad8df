"""What the page of answers shows: each question of the survey with how often each answer was given, and its aspects."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from dashboards import questions
from dashboards.records import Cut

if TYPE_CHECKING:
    from dashboards.data import Published
    from dashboards.records import Answer, Cell, Metric


class Asked(NamedTuple):
    """A question about the whole or about an aspect, with the metric that stands for it and its answers."""

    name: str
    metric: Metric
    cell: Cell
    answers: list[Answer]


class Topic(NamedTuple):
    """A lead metric of the survey, and what is asked for it: about the whole first, then about each aspect."""

    metric: Metric
    asked: list[Asked]

    @property
    def labels(self) -> list[str | None]:
        """The answers of its scale, from the worst to the best."""
        return [answer.label for answer in self.asked[0].answers]

    @property
    def is_numbered(self) -> bool:
        """Whether the scale is of numbers, 0 to 10, which a histogram shows best."""
        return len(self.labels) > 7  # no scale of words is longer (Appendix 4)


def topics(published: Published) -> list[Topic]:
    """The questions of which answers were published, in the order of the metrics."""
    answers = {question: list(found) for question, found in groupby(published.answers, lambda answer: answer.question)}
    names = {term.code: term.name for term in published.aspects}
    found = []
    for lead in questions.leads(published.metrics):
        alike = [metric for metric in published.metrics if _is_part(metric, lead)]
        asked = [
            Asked(
                "В целом" if metric.aspect is None else names.get(metric.aspect, metric.aspect),
                metric,
                published.cell(Cut(), metric.metric),
                answers[question],
            )
            for metric in alike
            if (question := questions.question_of(metric)) in answers
        ]
        if asked and asked[0].metric is lead:
            found.append(Topic(lead, asked))
    return found


def aspects(found: list[Topic]) -> list[Topic]:
    """Of these the ones that are asked about aspects too, with the aspects alone."""
    return [topic._replace(asked=topic.asked[1:]) for topic in found if topic.asked[1:]]


def _is_part(metric: Metric, lead: Metric) -> bool:
    """Whether a metric is the lead, or the same of an aspect."""
    same = metric.definition_id.partition(".")[2] == lead.definition_id.partition(".")[2]
    return metric is lead or (metric.aspect is not None and same and questions.family(metric) == questions.family(lead))


def tone(topic: Topic, position: int) -> str:
    """How an answer looks: ``bad``, ``poor``, ``middle``, ``fair``, ``good`` or ``best``, by its place on the scale.

    The middle of a scale of expectations is a success and looks like one: its lead is a share of those who say so.
    """
    count = len(topic.labels)
    if topic.is_numbered:
        return "poor" if position <= 6 else "middle" if position <= 8 else "good"  # detractors, passives, promoters
    below, above = position - 1, count - position
    if below == above:
        return "fair" if topic.metric.kind == "share" else "middle"
    if below < above:
        return "bad" if below == 0 else "poor"
    if above == 0:
        return "best"
    return "good" if topic.metric.kind == "share" else "fair"
