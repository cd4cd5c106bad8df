"""The published copy: what the released issues say, and nothing else."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from release import issue as issues
from release.errors import ReleaseError
from release.publish import publish
from release.status import refusals, status
from tests.release.test_issue import halve
from tests.release.world import EARLIER, WEEK, write_verdict, write_warehouse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.conftest import Works


def ask(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def region_values(home: Path, metric: str) -> dict[str, float | None]:
    return dict(ask(home, f"select week, value from metric_values where metric = '{metric}' and office_id is null"))


def with_value(value: float, week: str) -> Any:
    """A change that gives the region's ``rr`` of a week another value."""
    one = (pl.col("metric") == "rr") & pl.col("office_id").is_null() & (pl.col("week") == week)
    return lambda frame: frame.with_columns(pl.when(one).then(value).otherwise("value").alias("value"))


def test_only_tables_for_readers_are_published(works: Works) -> None:
    works.release()
    publish(works.settings)
    tables = {name for (name,) in ask(works.home, "select table_name from information_schema.tables")}
    assert tables == {"metric_values", "source_status", "dim_metric", "dim_office", "issues"}


def test_every_table_and_column_has_its_meaning_when_published(works: Works) -> None:
    works.release()
    publish(works.settings)
    tables = dict(ask(works.home, "select table_name, comment from duckdb_tables()"))
    assert tables["dim_office"] == "Таблица dim_office: 'с кавычкой'."
    assert all(tables.values())
    columns = ask(works.home, "select table_name, column_name, comment from duckdb_columns() where not internal")
    assert ("metric_values", "week", "Столбец week: 'с кавычкой'.") in columns
    assert len(columns) == 18 + 6 + 5 + 3 + 5
    assert [(table, column) for table, column, comment in columns if not comment] == []


def test_later_issue_restates_the_week_before_when_it_holds_it(works: Works) -> None:
    works.release(EARLIER)
    works.change("metrics.metric_values", with_value(70.0, EARLIER))  # what was provisional became final
    works.release(WEEK)
    publish(works.settings)
    assert region_values(works.home, "rr") == {EARLIER: 70.0, WEEK: pytest.approx(200 / 3)}


def test_newest_revision_of_each_week_wins(works: Works) -> None:
    works.release(EARLIER)
    works.release(WEEK)
    works.change("metrics.metric_values", with_value(71.0, WEEK))
    works.release(WEEK)
    publish(works.settings)
    assert region_values(works.home, "rr") == {EARLIER: pytest.approx(200 / 3), WEEK: 71.0}
    assert ask(works.home, "select week, revision from issues order by week") == [(EARLIER, 1), (WEEK, 2)]


def test_week_is_not_lost_when_the_later_issue_was_made_first_and_does_not_hold_it(works: Works) -> None:
    works.fill(WEEK)  # nothing had landed for the week before
    works.release(WEEK)
    works.fill(EARLIER)
    works.release(EARLIER)
    publish(works.settings)
    assert set(region_values(works.home, "rr")) == {EARLIER, WEEK}


def test_week_that_no_issue_holds_is_not_published(works: Works) -> None:
    works.release(EARLIER)
    publish(works.settings)
    assert set(region_values(works.home, "rr")) == {EARLIER}  # no row of 2026-W44


def test_lists_are_those_of_the_newest_issue(works: Works) -> None:
    works.release(EARLIER)
    works.change("marts.dim_office", lambda frame: frame.filter(pl.col("office_id") != "C03"))
    works.release(WEEK)
    publish(works.settings)
    assert ask(works.home, "select office_id from dim_office order by 1") == [("C01",), ("C02",)]


def test_table_that_older_issues_do_not_know_is_published(works: Works) -> None:
    works.fill("2026-W43", "2026-W44", EARLIER, WEEK)
    works.release("2026-W44")
    works.content["reports.feedback_links"] = works.content["reports.source_status"].select("week", "source")
    write_warehouse(works.home, works.content)
    works.release(WEEK)
    publish(works.settings)
    assert ask(works.home, "select distinct week from feedback_links order by 1") == [(EARLIER,), (WEEK,)]
    assert len(region_values(works.home, "rr")) == 4


def test_column_that_older_issues_do_not_know_is_null_there(works: Works) -> None:
    works.fill("2026-W44", EARLIER)
    works.release(EARLIER)
    works.fill(EARLIER, WEEK)
    works.change("metrics.metric_values", lambda frame: frame.with_columns(maturity=pl.lit("final")))
    works.release(WEEK)
    publish(works.settings)
    found = ask(works.home, "select distinct week, maturity from metric_values order by 1")
    assert found == [("2026-W44", None), (EARLIER, "final"), (WEEK, "final")]


def test_issues_say_what_the_copy_was_made_from(works: Works) -> None:
    issue = works.release()
    publish(works.settings)
    (row,) = ask(works.home, "select * from issues")
    assert row[:3] == (WEEK, 1, datetime(2026, 11, 15, 15))
    assert row[3].isoformat() == issue.manifest["released_at"].removesuffix("+00:00")
    assert row[4] == hashlib.sha256((issue.folder / "manifest.json").read_bytes()).hexdigest()


def test_copy_is_left_alone_when_no_issue_changed_and_made_again_when_one_did(works: Works) -> None:
    works.release()
    path = publish(works.settings)
    before = path.stat()
    works.release()
    after = publish(works.settings).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    works.change("metrics.metric_values", halve)
    works.release()
    assert publish(works.settings).stat().st_mtime_ns > before.st_mtime_ns
    assert region_values(works.home, "rr")[WEEK] == 33.0


@pytest.mark.parametrize("damage", ["not DuckDB", "not ours"])
def test_copy_is_made_again_when_it_is_damaged(works: Works, damage: str) -> None:
    works.release()
    path = publish(works.settings)
    path.unlink()
    if damage == "not DuckDB":
        path.write_bytes(b"something else")
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table other as select 1 as x")
    publish(works.settings)
    assert region_values(works.home, "cv2")[WEEK] == 3.0


def test_readers_keep_what_they_opened_when_the_copy_is_replaced(works: Works) -> None:
    works.release()
    path = publish(works.settings)
    with duckdb.connect(str(path), read_only=True) as reader:
        works.change("metrics.metric_values", halve)
        works.release()
        publish(works.settings)
        sql = f"select value from metric_values where metric = 'rr' and office_id is null and week = '{WEEK}'"
        assert reader.execute(sql).fetchone() == (pytest.approx(200 / 3),)
    assert region_values(works.home, "rr")[WEEK] == 33.0


def test_publication_is_one_line_when_nothing_was_released(works: Works) -> None:
    works.draft()
    with pytest.raises(ReleaseError, match=r"^Публикация: выпусков нет; сначала выполните cx run\.$"):
        publish(works.settings)


def test_publication_is_one_line_when_an_issue_is_damaged(works: Works) -> None:
    works.release(EARLIER)
    path = publish(works.settings)
    before = path.read_bytes()
    damaged = works.release(WEEK).folder / "source_status.parquet"
    damaged.chmod(0o644)
    damaged.write_bytes(b"no Parquet")
    with pytest.raises(ReleaseError, match=r"^Публикация: файл не читается или не пишется") as raised:
        publish(works.settings)
    assert "\n" not in str(raised.value)
    assert path.read_bytes() == before


def test_status_tells_the_revisions_and_the_gaps_of_each_week(works: Works) -> None:
    works.release(EARLIER)
    works.release()
    works.change("metrics.metric_values", halve)
    works.release()
    assert [(week.week, week.revision, week.gaps) for week in status(works.settings)] == [
        (EARLIER, 1, ["complaints_book C04", "vk"]),
        (WEEK, 2, ["complaints_book C04", "vk"]),
    ]


def test_status_tells_what_the_gate_refuses_until_it_lets_it_through(works: Works) -> None:
    works.release()
    assert refusals(works.settings) == []
    issues.reject(works.draft(), WEEK, works.settings, ["скачок"])
    write_verdict(works.home, WEEK, passed=False)
    assert refusals(works.settings) == [f"Проверка выпуска, {WEEK}: что-то не так"]
    works.release()
    assert refusals(works.settings) == []


def test_status_is_empty_when_nothing_was_released(works: Works) -> None:
    assert (status(works.settings), refusals(works.settings)) == ([], [])
