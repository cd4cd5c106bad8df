"""From a published value down to its records, and up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from release.errors import ReleaseError
from release.trace import trace
from tests.release.test_publish import with_value
from tests.release.world import CELLS, EARLIER, RECORDS, WEEK

if TYPE_CHECKING:
    from tests.release.conftest import Works

SHOWN = [(metric, office, value) for metric, rows in CELLS.items() for office, value, *_ in rows if value is not None]


@pytest.mark.parametrize(("metric", "office", "value"), SHOWN)
def test_value_follows_from_its_records_when_shown(works: Works, metric: str, office: str | None, value: float) -> None:
    works.release()
    found = trace(works.settings, WEEK, metric, {"office_id": office} if office else {})
    assert found.published["value"] == pytest.approx(value)
    assert found.recomputed == pytest.approx(value)
    assert found.is_equal


def test_rows_are_told_apart_by_what_they_do(works: Works) -> None:
    works.release()
    found = trace(works.settings, WEEK, "rr", {})
    assert list(found.counted["record_id"]) == [f"rr:{WEEK}:{number}" for number in (0, 1, 2)]
    assert list(found.numerator["record_id"]) == [f"rr:{WEEK}:{number}" for number in (0, 2)]
    assert found.excluded.select("record_id", "origin", "exclusion_reason").rows() == [
        (f"rr:{WEEK}:3", "rr.csv#3", "spam")
    ]
    for metric, rows in RECORDS.items():
        found = trace(works.settings, WEEK, metric, {})
        assert found.counted.height + found.excluded.height == len(rows)


def test_negative_records_are_in_the_numerator_of_a_balance(works: Works) -> None:
    works.release()
    found = trace(works.settings, WEEK, "ces", {})
    assert sorted(found.numerator["numerator"]) == [-1, 1, 1]
    assert found.counted.height == 4


@pytest.mark.parametrize(
    ("metric", "status", "recomputed"),
    [("nps", "hidden", 0.0), ("link_rate", "no_data", None), ("cv1", "no_source", 1.0)],
)
def test_trace_agrees_when_the_value_is_not_shown(
    works: Works, metric: str, status: str, recomputed: float | None
) -> None:
    works.release()
    found = trace(works.settings, WEEK, metric, {})
    assert (found.published["value"], found.published["status"]) == (None, status)
    assert found.recomputed == recomputed
    assert found.is_equal


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("rr", {"value": 66.7}),  # rounded is not equal
        ("rr", {"value": None}),  # lost while its status says that it is shown
        ("rr", {"value": None, "status": "no_data"}),  # there are records
        ("link_rate", {"value": 0.0, "status": "ok"}),  # a zero in place of nothing
    ],
)
def test_trace_disagrees_when_the_published_value_does_not_follow(
    works: Works, metric: str, values: dict[str, object]
) -> None:
    one = (pl.col("metric") == metric) & pl.col("office_id").is_null()
    works.change(
        "metrics.metric_values",
        lambda frame: frame.with_columns(
            pl.when(one).then(pl.lit(value, frame.schema[name])).otherwise(name).alias(name)
            for name, value in values.items()
        ),
    )
    works.release()
    assert not trace(works.settings, WEEK, metric, {}).is_equal


def test_later_issue_speaks_of_a_week_when_it_restates_it(works: Works) -> None:
    works.release(EARLIER)
    assert trace(works.settings, EARLIER, "rr", {}).issue.week == EARLIER
    works.change("metrics.metric_values", with_value(70.0, EARLIER))
    works.release(WEEK)
    found = trace(works.settings, EARLIER, "rr", {})
    assert (found.issue.week, found.published["value"]) == (WEEK, 70.0)


def test_own_issue_speaks_of_a_week_when_the_later_one_does_not_hold_it(works: Works) -> None:
    works.fill(WEEK)
    works.release(WEEK)
    works.fill(EARLIER)
    works.release(EARLIER)
    assert trace(works.settings, EARLIER, "rr", {}).issue.week == EARLIER


@pytest.mark.parametrize(
    ("week", "metric", "cut", "message"),
    [
        ("2026-W01", "rr", {}, "Прослеживание: неделя 2026-W01 не выпущена; список недель покажет cx status."),
        (WEEK, "telepathy", {}, f"Прослеживание: значения telepathy с этим разрезом за {WEEK} нет; проверьте коды."),
        (
            WEEK,
            "rr",
            {"office_id": "C99"},
            f"Прослеживание: значения rr с этим разрезом за {WEEK} нет; проверьте коды.",
        ),
        (
            WEEK,
            "rr",
            {"channel": "phone"},
            f"Прослеживание: значения rr с этим разрезом за {WEEK} нет; проверьте коды.",
        ),
    ],
)
def test_trace_is_one_line_when_a_code_is_unknown(
    works: Works, week: str, metric: str, cut: dict[str, str], message: str
) -> None:
    works.release()
    with pytest.raises(ReleaseError) as raised:
        trace(works.settings, week, metric, cut)
    assert str(raised.value) == message


@pytest.mark.parametrize("text", ["rr' or '1'='1", "'; drop table x; --", "rr\nrr", "%", ""])
def test_text_that_looks_like_sql_is_an_unknown_code(works: Works, text: str) -> None:
    issue = works.release()
    for metric, cut in ((text, {}), ("rr", {"office_id": text}), ("rr", {"touchpoint": text})):
        with pytest.raises(ReleaseError, match="проверьте коды"):
            trace(works.settings, WEEK, metric, cut)
    assert trace(works.settings, WEEK, "rr", {}).is_equal
    assert len(list(issue.folder.iterdir())) == 7


def test_trace_asks_for_a_centre_when_the_issue_holds_several_regions(works: Works) -> None:
    for relation in ("metrics.metric_values", "metrics.metric_trace"):
        works.change(
            relation,
            lambda frame: pl.concat(
                [frame, frame.with_columns(region=pl.lit("other"), office_id=pl.col("office_id").str.replace("C", "D"))]
            ),
        )
    works.release()
    with pytest.raises(ReleaseError, match="несколько регионов; укажите центр: --office"):
        trace(works.settings, WEEK, "rr", {})
    assert trace(works.settings, WEEK, "rr", {"office_id": "D01"}).recomputed == 50.0


def test_trace_is_one_line_when_the_issue_is_damaged(works: Works) -> None:
    path = works.release().folder / "metric_trace.parquet"
    path.chmod(0o644)
    path.write_bytes(b"no Parquet")
    with pytest.raises(ReleaseError, match=r"^Прослеживание: файл не читается"):
        trace(works.settings, WEEK, "rr", {})
