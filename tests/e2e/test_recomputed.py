"""Every published value, recomputed from the rows that the trace of its issue holds, by SQL of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from release.trace import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import DemoRun

# As the page of the architecture names them.
CUTS = [
    (),
    *((name,) for name in ("office_id", "journey", "touchpoint", "channel", "client_group")),
    *(("office_id", "touchpoint"), ("office_id", "channel"), ("journey", "stage"), ("client_group", "segment")),
]
ORDER_OF_ADDITIONS = 1e-9  # both ways are exact but for the order in which doubles are added
SAME_CUT = " and ".join(f"v.{name} is not distinct from r.{name}" for name in DIMENSIONS)
SETS = ", ".join(f"({', '.join(('week', 'region', 'metric', *cut))})" for cut in CUTS)
KNOWN = " and ".join(f"(grouping({name}) = 1 or {name} is not null)" for name in DIMENSIONS)
RECOMPUTED = f"""
create or replace temp table recomputed as
with counted as (
    select * from traced where exclusion_reason is null
),
cells as (
    select
        week, region, metric, {", ".join(DIMENSIONS)},
        sum(numerator) as numerator, sum(denominator) as denominator,
        list(measure order by measure) filter (where measure is not null) as measures
    from counted
    group by grouping sets ({SETS})
    having {KNOWN}
)
select
    cells.*,
    case
        when m.kind = 'count' then numerator
        when m.kind in ('median', 'quantile') then coalesce(len(measures), 0)
        else denominator
    end as n,
    case m.kind
        when 'count' then numerator
        when 'mean' then numerator / nullif(denominator, 0)
        when 'median' then (measures[(len(measures) + 1) // 2] + measures[len(measures) // 2 + 1]) / 2
        when 'quantile' then measures[ceil(m.quantile * len(measures))::int]
        else 100 * numerator / nullif(denominator, 0)
    end as value
from cells
inner join dim_metric as m using (metric)
"""
# What a published row says that its trace does not; a hidden one must say nothing.
DIFFERENT = f"""
select v.week, v.metric, v.status, v.value, r.value, v.n, r.n
from metric_values as v
left join recomputed as r on v.week = r.week and v.region = r.region and v.metric = r.metric and {SAME_CUT}
where (case v.status
    when 'hidden' then v.value is null and v.n is null and v.numerator is null and r.n > 0
    when 'no_source' then v.value is null and (v.n is null or v.n = coalesce(r.n, 0))
    when 'no_data' then v.value is null and coalesce(r.n, 0) = 0
    else
        v.n = coalesce(r.n, 0)
        and abs(v.value - coalesce(r.value, 0)) <= {ORDER_OF_ADDITIONS}
        and (r.n is null or v.numerator is null or abs(v.numerator - r.numerator) <= {ORDER_OF_ADDITIONS})
        and (r.n is null or v.denominator is null or v.denominator = r.denominator)
end) is not true
"""


@pytest.fixture(scope="module")
def database(demo_run: DemoRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy, with the trace of each week from the newest issue that holds it."""
    issues = demo_run.home / "issues" / "*" / "*" / "metric_trace.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_run.home / 'published' / 'cx.duckdb'}' as published (read_only)")
        for table in ("metric_values", "dim_metric"):
            connection.execute(f"create temp view {table} as select * from published.{table}")
        connection.execute(
            f"create temp table traced as select * from read_parquet('{issues}', filename = true) "
            "qualify filename = max(filename) over (partition by week)"
        )
        connection.execute(RECOMPUTED)
        yield connection


def test_every_published_row_follows_from_its_trace(database: duckdb.DuckDBPyConnection) -> None:
    assert database.execute(DIFFERENT).fetchall() == []
    rows, metrics, statuses = database.execute(
        "select count(*), count(distinct metric), list(distinct status order by status) from metric_values"
    ).fetchall()[0]
    assert rows > 50_000
    assert metrics == database.execute("select count(*) from dim_metric").fetchall()[0][0]
    assert statuses == ["hidden", "no_data", "no_source", "ok", "weak"]
    shown = "select count(*) from metric_values where status in ('ok', 'weak') and n > 0"
    assert database.execute(shown).fetchall()[0][0] > 40_000


def test_every_traced_cell_of_a_lead_is_published(database: duckdb.DuckDBPyConnection) -> None:
    """The other way round: no record counts in a cell that nobody sees."""
    missing = database.execute(
        f"""
        select r.metric, count(*)
        from recomputed as r
        inner join dim_metric as m on r.metric = m.metric and m.is_lead
        anti join metric_values as v
            on v.week = r.week and v.region = r.region and v.metric = r.metric and {SAME_CUT}
        where r.touchpoint is null or m.has_touchpoint
        group by all
        """
    ).fetchall()
    assert missing == []


@pytest.mark.parametrize(
    "change", ["delete from traced", "update traced set numerator = numerator + 1, measure = measure + 1"]
)
@pytest.mark.parametrize("metric", ["ces", "rr", "cv2", "iqs", "ttfr_mean", "link_rate"])
def test_a_changed_trace_is_found(database: duckdb.DuckDBPyConnection, metric: str, change: str) -> None:
    counts = f"metric = '{metric}' and exclusion_reason is null and office_id is not null and week > '2026-W40'"
    database.execute("begin")
    try:
        database.execute(f"{change} where rowid = (select min(rowid) from traced where {counts})")
        database.execute(RECOMPUTED)
        assert {row[1] for row in database.execute(DIFFERENT).fetchall()} == {metric}
    finally:
        database.execute("rollback")
