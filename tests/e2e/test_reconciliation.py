"""The rules of other products over the demo region, counted again from the plan of its conversations."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl
import pytest

from ingestion.demo import DEFAULT_OFFICES
from ingestion.demo.contacts import plan_appeals, plan_conversations
from ingestion.demo.dialogues import plan_messages
from ingestion.demo.geography import plan_offices, plan_schedules
from ingestion.demo.outcomes import plan_hand_overs
from ingestion.demo.shape import DAY, Shape, parse_week, weeks_between
from ingestion.demo.truth_contacts import gather, judge
from ingestion.demo.working_time import plan_working_time

if TYPE_CHECKING:
    from tests.e2e.conftest import DemoRun

SHAPE = Shape(weeks_between("2026-W35", "2026-W46"), 1.0, DEFAULT_OFFICES, 1, 1, faults=True)
WINDOW = 7 * DAY
ORDER_OF_ADDITIONS = 1e-9  # both ways are exact but for the order in which doubles are added
RULES = ("first_contact", "one_employee", "one_reply", "no_further_contact", "all_schedules", "last_schedule")


@pytest.fixture(scope="module")
def found(demo_run: DemoRun) -> pl.DataFrame:
    with duckdb.connect(str(demo_run.home / "published" / "cx.duckdb"), read_only=True) as connection:
        return connection.execute("select * from definition_reconciliation").pl()


@pytest.fixture(scope="module")
def planted() -> pl.DataFrame:
    """Conversations that count, with what was planned to be said in them; moments are of the wall clock."""
    offices = plan_offices(SHAPE)
    schedules = plan_schedules(offices, parse_week(SHAPE.weeks[0]))
    appeals, talks = plan_appeals(SHAPE, offices), plan_conversations(SHAPE, offices)
    moved = {name: plan_hand_overs(SHAPE, plan, name) for name, plan in (("appeals", appeals), ("talks", talks))}
    judged = judge(SHAPE, offices, talks)
    contacts = gather(SHAPE, judge(SHAPE, offices, appeals), judged, moved)
    counted = contacts.filter((pl.col("source") == "talks") & pl.col("reason").is_null())
    said = plan_messages(SHAPE, talks).join(counted.select("id", "received"), on="id")
    heard = said.filter(pl.col("public") & (pl.col("at") <= pl.col("received") + WINDOW))
    staff = heard.filter(pl.col("author") == "staff")
    client = heard.filter(pl.col("author") == "client")
    frame = (
        counted.join(talks.select("id", by="channel"), on="id")
        .join(
            staff.group_by("id").agg(first=pl.col("at").min(), replies=pl.len(), people=pl.col("author_id").n_unique()),
            on="id",
            how="left",
        )
        .join(client.group_by("id").agg(last_said=pl.col("at").max()), on="id", how="left")
        .with_columns(pl.col("replies", "people").fill_null(0))
    )
    bot_only = (pl.col("by") == "bot") & pl.col("first").is_null()
    not_back = ~(pl.col("last_said") > pl.col("first")).fill_null(value=False)
    answered = frame.drop_nulls("first").sort("id")
    return frame.with_columns(
        week=pl.col("week").replace_strict(dict(enumerate(SHAPE.weeks)), return_dtype=pl.String),
        is_asked=~bot_only,
        first_contact=pl.col("in_week") & ~pl.col("wide") & ~pl.col("is_repeated"),
        one_employee=pl.col("in_week") & (pl.col("people") == 1),
        one_reply=pl.col("in_week") & (pl.col("replies") == 1),
        no_further_contact=pl.col("in_week") & not_back,
    ).join(waits(answered, offices, schedules), on="id", how="left")


def waits(answered: pl.DataFrame, offices: pl.DataFrame, schedules: pl.DataFrame) -> pl.DataFrame:
    """Working minutes to the first reply by all schedules, and by the one that was the last to begin."""
    parts = []
    for (week,), part in answered.group_by("week"):
        sunday = str(parse_week(SHAPE.weeks[int(str(week))]) + timedelta(days=6))
        begun = schedules.filter(pl.col("valid_from") <= sunday, pl.col("valid_to").fill_null("9999") >= sunday)
        last = begun.filter(pl.col("valid_from") == pl.col("valid_from").max().over("office_id"))
        alone = last.with_columns(valid_from=pl.lit("2000-01-01"), valid_to=pl.lit(None, pl.String))
        moments = [part[name].to_numpy().astype(np.int64) for name in ("office", "received", "first")]
        minutes = {
            rule: plan_working_time(SHAPE, offices, kept).minutes(*moments)
            for rule, kept in (("all_schedules", schedules), ("last_schedule", alone))
        }
        parts.append(pl.DataFrame({"id": part["id"], **minutes}))
    return pl.concat(parts)


def told(part: pl.DataFrame, rule: str) -> tuple[float | None, float, float]:
    """Value, numerator and denominator of a rule over some conversations."""
    if rule.endswith(("schedule", "schedules")):
        asked = part.filter("is_asked")
        minutes = asked[rule].drop_nulls().to_list()
        return (median(minutes) if minutes else None), asked["first"].count(), asked.height
    base = part.filter("in_week") if rule == "no_further_contact" else part
    numerator = int(base[rule].sum())
    return (100 * numerator / base.height if base.height else None), numerator, base.height


def test_every_rule_equals_what_was_planted_in_the_region_and_in_each_centre(
    found: pl.DataFrame, planted: pl.DataFrame
) -> None:
    cells = dict(planted.group_by("week", "office_id"))
    cells |= {(week, None): part for (week,), part in planted.group_by("week")}
    assert found.height == len(RULES) * len(SHAPE.weeks) * (1 + DEFAULT_OFFICES)
    leads: dict[tuple[str, str | None, str], float | None] = {}
    for row in found.sort("position").iter_rows(named=True):
        key = (row["week"], row["office_id"])
        value, numerator, denominator = told(cells[key], row["rule"])
        lead = leads.setdefault((*key, row["metric"]), value)
        assert (row["numerator"], row["denominator"]) == (numerator, denominator), row
        assert row["value"] == pytest.approx(value, abs=ORDER_OF_ADDITIONS), row
        assert row["difference"] == pytest.approx(
            value - lead if value is not None else None, abs=ORDER_OF_ADDITIONS
        ), row
    assert set(found["rule"]) == set(RULES)


def test_lead_of_the_first_reply_is_the_published_value(demo_run: DemoRun, found: pl.DataFrame) -> None:
    with duckdb.connect(str(demo_run.home / "published" / "cx.duckdb"), read_only=True) as connection:
        published = connection.execute(
            "select week, office_id, value as published from metric_values where metric = 'ttfr' "
            "and coalesce(journey, touchpoint, channel, client_group) is null"
        ).pl()
    leads = found.filter(pl.col("rule") == "all_schedules")
    both = leads.join(published, on=["week", "office_id"], nulls_equal=True, how="full")
    assert both.height == leads.height
    assert both.filter(pl.col("value").ne_missing(pl.col("published"))).is_empty()


def test_the_last_schedule_tells_another_time_only_where_a_second_one_was_ever_kept(found: pl.DataFrame) -> None:
    """C05 has evenings beside its hours, C02 changed its hours once; C04 has a break, which is one schedule."""
    last = found.filter((pl.col("rule") == "last_schedule") & (pl.col("difference").abs() > ORDER_OF_ADDITIONS))
    assert {"C05"} <= set(last["office_id"].drop_nulls()) <= {"C02", "C05"}
