"""The page of metrics: each has its definition and the region's newest value, variants stand under their lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboards import questions, russian
from dashboards.records import Metric
from tests.dashboards import expected, region
from tests.dashboards.expected import NEWEST, STATUS, Cut
from tests.dashboards.markup import Node, parse

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

REGISTRY = region.metrics()


@pytest.fixture(scope="module")
def entries(site: Path) -> dict[str, Node]:
    """Articles of the page by metric."""
    found = parse(site / "metrics.html").find("article")
    assert len({entry.attributes["id"] for entry in found}) == len(found)
    return {entry.attributes["id"]: entry for entry in found}


def metric(**values: object) -> Metric:
    plain = dict.fromkeys(Metric._fields) | {"unit": "percent", "decimals": 1, "is_lead": True}
    return Metric(**(plain | values))  # type: ignore[arg-type]


def test_every_metric_of_the_registry_has_its_definition(entries: dict[str, Node]) -> None:
    assert set(entries) == set(REGISTRY)
    for code, entry in entries.items():
        about = REGISTRY[code]
        text = entry.text.replace("\u00a0", " ")
        for part in (about["name"], about["description"], about["clause"], about["definition_id"]):
            assert part in text, code
        assert ("main" in entry.attributes["class"]) == about["is_lead"], code


def test_the_value_of_the_region_stands_with_n_interval_and_status(
    entries: dict[str, Node], database: duckdb.DuckDBPyConnection
) -> None:
    rows = expected.rows(database)
    statuses = set()
    for code, entry in entries.items():
        row, now = rows[NEWEST, Cut(), code], entry.one("div", class_="now")
        if not row.is_shown:
            assert now.text == STATUS[row.status], code
            statuses.add(row.status)
            continue
        provisional = "предварительно" if row.maturity == "provisional" else ""
        figure = now.one("p", class_="figure")
        assert figure.text == f"{expected.russian(row.value, row.decimals)}{row.unit_text.strip()}{provisional}", code
        base = "число за неделю" if row.kind == "count" else row.n_text
        if row.ci_low is not None:
            base += f" · интервал {row.interval_text}"
        assert now.one("p", class_="base").text == base, code
    assert statuses == {"no_source"}


def test_a_variant_stands_under_the_lead_of_its_family(entries: dict[str, Node]) -> None:
    for code, entry in entries.items():
        panel = entry.above("div")
        assert panel
        inside = [node.attributes["id"] for node in panel.find("article")]
        words = {REGISTRY[name]["definition_id"].partition(".")[0] for name in inside if not REGISTRY[name]["aspect"]}
        assert len(words) == 1, code
        assert all(
            REGISTRY[name]["definition_id"].startswith(f"{min(words)}_") for name in inside if REGISTRY[name]["aspect"]
        )
        leads = [name for name in inside if REGISTRY[name]["is_lead"]]
        assert inside[: len(leads)] == leads, code


def test_variants_are_on_no_other_page(pages: list[Path]) -> None:
    """Those of aspects are on the page of answers too."""
    variants = {code for code, about in REGISTRY.items() if not about["is_lead"] and not about["aspect"]}
    assert len(variants) > 30
    for page in pages:
        shown = {node.attributes.get("data-metric") for node in parse(page).walk()}
        assert not shown & variants or page.name == "metrics.html", page
        assert shown - {None} or page.name in ("reasons.html", "coverage.html"), page  # of reasons, and of n alone


def test_every_family_of_the_registry_answers_a_named_question(site: Path) -> None:
    headings = [node.text for node in parse(site / "metrics.html").find("h2")]
    named = [question.title for question in questions.QUESTIONS[:-1]]
    assert [title for title in headings if title in named] == named
    assert questions.QUESTIONS[-1].title not in headings


def test_a_family_that_no_question_names_comes_last() -> None:
    unknown, known = (metric(metric=code, definition_id=f"{code}.x") for code in ("novelty", "link_rate"))
    assert questions.leads([unknown, known]) == [known, unknown]
    groups = questions.by_question([unknown, known], lambda item: item)
    assert [(group.anchor, found) for group, found in groups] == [("quality", [known]), ("other", [unknown])]


def test_kinds_and_units_of_the_registry_have_russian_words() -> None:
    assert {about["kind"] for about in REGISTRY.values()} <= set(russian.KIND)
    assert {about["unit"] for about in REGISTRY.values()} <= set(russian.UNIT_NAME)


@pytest.mark.parametrize(
    ("kind", "quantile", "text"),
    [
        ("quantile", 0.9, "90-й процентиль; интервал по порядковым статистикам"),
        ("quantile", 0.995, "99,5-й процентиль; интервал по порядковым статистикам"),
        ("median", None, "медиана; интервал по порядковым статистикам"),
        ("ratio", None, "отношение; интервала нет"),
    ],
)
def test_a_kind_is_named_with_its_rank_when_it_has_one(kind: str, quantile: float | None, text: str) -> None:
    assert russian.kind_text(metric(kind=kind, quantile=quantile)) == text


@pytest.mark.parametrize(
    ("code", "unit", "text"),
    [
        ("ttfr", "minutes", "5,5\u202fраб.\u00a0мин"),
        ("queue_wait", "minutes", "5,5\u202fмин"),
        ("iqs", "score", "5,5\u202fбалла"),
        ("ces", "points", "5,5"),
        ("rr", "percent", "5,5\u202f%"),
    ],
)
def test_a_value_has_its_unit(code: str, unit: str, text: str) -> None:
    assert russian.value_text(metric(metric=code, unit=unit), 5.5) == text
