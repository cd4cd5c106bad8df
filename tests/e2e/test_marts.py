"""The marts that explain the others, over the demo region, each against the same told in another way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from ingestion.contract import ENTITIES
from ingestion.demo import codes
from ingestion.methodology.check import check_methodology
from ingestion.methodology.journeys import metric_plan
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import DemoRun

WEEKS = 12
FROM_LABELS = {  # metric, or part of one by aspect → its numerator from how often each label was given
    "nps": lambda given: sum(given[9:]) - sum(given[:7]),
    "ces": lambda given: sum(given[3:]) - sum(given[:2]),
    "ces_literal": lambda given: given[3] - given[1],
    "ces_easy_share": lambda given: sum(given[3:]),
    "ces_mean100": lambda given: (given[1] + 2 * given[2] + 3 * given[3] + 4 * given[4]) / 4,
    "met": lambda given: sum(given[2:]),
    "above": lambda given: sum(given[3:]),
    "below": lambda given: sum(given[:2]),
    "index": lambda given: (given[1] + 2 * given[2] + 3 * given[3] + 4 * given[4]) / 4,
}
WIDE = ["office_id", "journey", "channel", "client_group"]  # dimensions over which a touchpoint's cell is


@pytest.fixture(scope="module")
def read(demo_run: DemoRun):
    """A function from a query to rows of the published copy."""
    with duckdb.connect(str(demo_run.home / "published" / "cx.duckdb"), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).pl()


@pytest.fixture(scope="module")
def balance(demo_run: DemoRun) -> pl.DataFrame:
    """The balance of records, which is for auditors: of each week as its newest issue has it."""
    issues = demo_run.home / "issues" / "*" / "*" / "record_balance.parquet"
    return duckdb.sql(
        f"from read_parquet('{issues}', filename = true) qualify filename = max(filename) over (partition by week)"
    ).pl()


@pytest.fixture(scope="module")
def truth(demo_run: DemoRun) -> pl.DataFrame:
    """Planted cells: touchpoints of the region, whatever the journey."""
    cells = pl.read_parquet(demo_run.home / "demo" / "truth" / "metric_values.parquet")
    return cells.filter(pl.all_horizontal(pl.col(WIDE).is_null()) & pl.col("touchpoint").is_not_null())


def test_coverage_is_the_plan_of_the_maps_over_the_planted_cells(read, truth: pl.DataFrame) -> None:
    checked = check_methodology(METHODOLOGY, "demo")
    planned = [place for journey in checked.journeys.values() for place in metric_plan(journey)]
    cells = {(row["week"], row["touchpoint"], row["metric"]): row for row in truth.iter_rows(named=True)}
    found = read("select * from coverage_matrix")
    rows = found.filter("is_planned")
    keys = ["week", "journey", "stage", "touchpoint", "metric"]
    assert sorted(rows.select(keys).rows()) == sorted((week, *place) for week in weeks(found) for place in planned)
    for row in rows.iter_rows(named=True):
        cell = cells.get((row["week"], row["touchpoint"], row["metric"]))
        assert row["coverage"] == judged(cell), row
        assert (row["n"], row["status"]) == ((cell["n"], cell["status"]) if cell else (None, None)), row
    asked = {(place.touchpoint, place.metric) for place in planned}
    leads = {code for code, metric in checked.metrics.items() if metric.is_lead}
    missed = {
        key
        for key, cell in cells.items()
        if key[2] in leads and key[1:] not in asked and judged(cell) in ("measured", "weak", "hidden")
    }
    unplanned = found.filter(~pl.col("is_planned"))
    assert set(unplanned.select("week", "touchpoint", "metric").rows()) == missed
    assert set(unplanned["coverage"]) == {"unplanned"}
    verdicts = {"measured", "weak", "hidden", "no_data", "no_source", "not_by_touchpoint", "unplanned"}
    assert set(found["coverage"]) == verdicts


def landed(home: Path, source: str, entity: str, week: str) -> pl.DataFrame:
    return pl.read_parquet(home / "landing" / source / entity / f"week={week}" / "data.parquet")


def test_balance_holds_every_row_that_landed_and_every_planted_one(demo_run: DemoRun, balance: pl.DataFrame) -> None:
    cells = {
        key: part["record_count"].sum()
        for key, part in balance.group_by("week", "source", "entity", maintain_order=True)
    }
    rows = {
        (week, each.source, each.name): landed(demo_run.home, each.source, each.name, week).height
        for week in weeks(balance)
        for each in ENTITIES
        if each.source != "text"  # labels of records that are counted themselves
    }
    assert cells == {key: height for key, height in rows.items() if height}
    planted = pl.read_parquet(demo_run.home / "demo" / "truth" / "loads.parquet").filter(pl.col("fault").is_null())
    for source, entity, week, sound in planted.select("source", "entity", "week", "rows").iter_rows():
        assert cells[week, source, entity] == sound, (source, entity, week)
    assert balance["record_count"].dtype == pl.Int64


def test_balance_counts_in_each_centre_what_was_planted_to_count(demo_run: DemoRun, balance: pl.DataFrame) -> None:
    """Contacts and evaluations by centre; answers over all weeks, for they land after the week that they are of."""
    balance = balance.filter(pl.col("record_class") != "excluded")
    truth = pl.read_parquet(demo_run.home / "demo" / "truth" / "metric_values.parquet")
    narrow = ["journey", "touchpoint", "channel", "client_group"]
    truth = truth.filter(pl.all_horizontal(pl.col(narrow).is_null()))
    for metric, part, entities in (
        ("cv2", "numerator", ["interactions", "conversations"]),
        ("iqs", "denominator", ["evaluations"]),
    ):
        planted = truth.filter((pl.col("metric") == metric) & pl.col("office_id").is_not_null() & (pl.col(part) > 0))
        found = balance.filter(pl.col("entity").is_in(entities) & pl.col("office_id").is_not_null())
        found = found.group_by("week", "office_id").agg(pl.col("record_count").sum())
        assert sorted(found.rows()) == sorted(planted.select("week", "office_id", pl.col(part).cast(pl.Int64)).rows())
    asked = ["ces", "nps", "expectation_met", "satisfaction_met", "rr_confirmed", "fcr_said"]
    asked += [f"{aspect}_met" for aspect in codes.ASPECTS]
    region = truth.filter(pl.col("metric").is_in(asked) & pl.col("office_id").is_null())
    assert region["denominator"].null_count() == 0
    answers = balance.filter(pl.col("entity") == "answers")["record_count"].sum()
    assert answers == region["denominator"].sum() > 120_000


def test_balance_names_the_reason_that_the_events_of_a_contact_give(demo_run: DemoRun, balance: pl.DataFrame) -> None:
    reasons = ["spam", "test", "duplicate", "merged"]
    sources = {
        "ais": ("interactions", "interaction_events"),
        "contact_centre": ("conversations", "conversation_events"),
    }
    balance = balance.filter(pl.col("record_class") == "excluded")
    for source, (contacts, events) in sources.items():
        found = balance.filter((pl.col("source") == source) & (pl.col("entity") == contacts))
        everything = {
            name: pl.concat(
                [landed(demo_run.home, source, name, week).with_columns(week=pl.lit(week)) for week in weeks(found)]
            )
            for name in (contacts, events)
        }
        happened = everything[events].filter(pl.col("event_type").is_in(reasons))
        excluded = (
            everything[contacts]
            .join(
                happened.select("interaction_id", "event_type", "occurred_at"),
                left_on="record_id",
                right_on="interaction_id",
            )
            .filter(pl.col("occurred_at") <= pl.col("received_at") + timedelta(days=7))
            .group_by("record_id", "week", "office_id")
            .agg(pl.col("event_type").min())
        )
        expected = excluded.group_by("week", "office_id", "event_type").len()
        told = found.filter(pl.col("exclusion_reason").is_in(reasons)).select(
            "week", "office_id", "exclusion_reason", "record_count"
        )
        assert set(told.rows()) == set(expected.rows())
        assert set(found["exclusion_reason"]) == {*reasons, "service_started"}


def test_only_the_last_week_is_not_yet_mature(balance: pl.DataFrame) -> None:
    assert set(balance.filter(pl.col("record_class") == "not_mature")["week"]) == {"2026-W46"}
    last = balance.filter(pl.col("week") == "2026-W46")
    counted = last.filter(pl.col("record_class") == "counted")
    assert {"mentions", "entries", "responses", "evaluations", "evaluation_scores"} <= set(counted["entity"])
    assert not {"interactions", "conversations"} & set(counted["entity"])
    assert (balance["exclusion_reason"].is_not_null() == (balance["record_class"] == "excluded")).all()


def weeks(frame: pl.DataFrame) -> list[str]:
    found = frame["week"].unique().to_list()
    assert len(found) == WEEKS
    return found


def judged(cell: dict | None) -> str:
    """What a methodologist would say of a planned cell."""
    if cell is None:
        return "not_by_touchpoint"
    if cell["status"] in ("no_source", "hidden"):
        return cell["status"]
    if not cell["n"]:
        return "no_data"
    return "weak" if cell["status"] == "weak" else "measured"


def test_metrics_follow_from_the_distribution_of_answers_in_every_cell_that_shows_one(read) -> None:
    """Each by its definition from counts of labels: 9–10 less 0–6, above the middle less below it, labels from the third."""
    cells = read(
        """
        with told as (
            select
                week, office_id, touchpoint, channel, question, any_value(n) as n,
                list(answer_count order by answer_position) as counts, list(answer_position order by answer_position) as places
            from answer_distribution where answer_count is not null group by all
        )
        select m.metric, v.value, told.question, told.n, counts, places
        from told
        inner join dim_metric as m on told.question = split_part(m.definition_id, '.', 1)
        inner join metric_values as v
            on m.metric = v.metric and told.week = v.week and v.office_id is not distinct from told.office_id
            and v.touchpoint is not distinct from told.touchpoint and v.channel is not distinct from told.channel
            and coalesce(v.journey, v.client_group) is null and (v.office_id is null or coalesce(v.touchpoint, v.channel) is null)
        """
    )
    compared = set()
    for metric, value, question, n, counts, places in cells.iter_rows():
        assert sum(counts) == n
        assert places == list(range(11) if question == "nps" else range(1, 6))
        part = metric.removeprefix(f"{question}_")
        numerator = FROM_LABELS.get(part if question in codes.EXPECTATIONS + codes.ASPECTS else metric)
        if numerator is not None:  # else a metric that came later, with vectors of its own
            assert value == pytest.approx(100 * numerator(counts) / n, abs=1e-9), metric
            compared.add(metric)
    assert len(compared) == 1 + 4 + 4 * (2 + len(codes.ASPECTS))
    assert cells.height > 5_000


def test_distribution_tells_nothing_of_a_cell_that_shows_no_value(read) -> None:
    """A week has no survey; few answers reach a touchpoint by the text of a comment alone, and are hidden."""
    silent = read("select * from answer_distribution where status not in ('ok', 'weak')")
    assert set(silent["status"]) == {"no_source", "no_data", "hidden"}
    assert silent["answer_count"].null_count() == silent["n"].null_count() == silent.height > 100
    assert read("select min(n) from answer_distribution").item() >= 10


def test_load_is_that_of_the_wall_clock_of_each_centre(demo_run: DemoRun, read) -> None:
    """The zones of the centres are turned by another library than the engine's."""
    with duckdb.connect(str(demo_run.home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
        contacts = connection.execute(
            "select week, office_id, channel, received_at, time_zone from marts.fct_interactions "
            "join marts.dim_office using (office_id) where exclusion_reason is null"
        ).pl()
    assert contacts["time_zone"].n_unique() > 1
    expected = Counter(
        (week, office, channel, local.date(), local.hour)
        for week, office, channel, moment, zone in contacts.iter_rows()
        for local in [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))]
    )
    found = read(
        "select week, office_id, channel, local_day, local_hour, contact_count from contact_load where office_id is not null"
    )
    assert {tuple(row[:-1]): row[-1] for row in found.iter_rows()} == dict(expected)
    assert found["contact_count"].sum() > 50_000
