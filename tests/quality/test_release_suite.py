"""The suite of the release: green over a sound draft, red over each way to spoil it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from quality.gate import GateResult, check_release
from tests.quality.drafts import OFFICES, WEEKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEFORE, WEEK = WEEKS
# rows, bounds, codes, nulls; eight of the cells together
EVALUATED = 4 + 8

no_source = {"value": None, "ci_low": None, "ci_high": None, "status": "no_source"}
hidden = {**no_source, "numerator": None, "denominator": None, "n": None, "status": "hidden"}


def at(metric: str, week: str = WEEK, office: str | None = None) -> pl.Expr:
    """The cell of a metric."""
    return (pl.col("metric") == metric) & (pl.col("week") == week) & pl.col("office_id").eq_missing(pl.lit(office))


def of(metric: str, week: str = WEEK) -> pl.Expr:
    """All cells of a metric."""
    return (pl.col("metric") == metric) & (pl.col("week") == week)


def put(where: pl.Expr, **values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A change that puts values into some cells."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        put_in = [
            pl.when(where).then(pl.lit(value, frame.schema[name])).otherwise(name).alias(name)
            for name, value in values.items()
        ]
        return frame.with_columns(put_in)

    return change


def spoil(draft: Path, change: Callable[[pl.DataFrame], pl.DataFrame], table: str = "metric_values") -> GateResult:
    path = draft / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    return check_release(draft, WEEK)


def keys_of(result: GateResult) -> dict[tuple[str, str | None], list[str]]:
    return {(failure["finding"], failure["column"]): sorted(failure["keys"]) for failure in result.failures}


def test_suite_is_green_and_whole_when_the_draft_is_sound(draft: Path) -> None:
    result = check_release(draft, WEEK)
    assert (result.passed, result.evaluated, result.failures) == (True, EVALUATED, [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            put(at("link_rate", office="C01"), value=100.5, ci_high=101.0),
            {("out_of_bounds", "percent"): [f"{WEEK}/link_rate/demo/C01"]},
        ),
        (
            put(at("ces", office="C01"), value=-100.5, ci_low=-101.0),
            {("out_of_bounds", "points"): [f"{WEEK}/ces/demo/C01"]},
        ),
        (
            put(at("ttfr", office="C01"), value=-1.0, ci_low=-2.0),
            {("out_of_bounds", "minutes"): [f"{WEEK}/ttfr/demo/C01"]},
        ),
        (
            put(at("cv2", office="C01"), value=-1.0),
            {("out_of_bounds", "count"): [f"{WEEK}/cv2/demo/C01"]},
        ),
        (put(at("ces"), value=None), {("shown_wrongly", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), status="no_data"), {("shown_wrongly", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), status="no_source"), {("shown_wrongly", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), **{**hidden, "n": 9}), {("hidden_parts", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), **{**hidden, "numerator": 3.0}), {("hidden_parts", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), **{**hidden, "ci_high": 3.0}), {("hidden_parts", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), value=9.9), {("outside_interval", None): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), value=26.1), {("outside_interval", None): [f"{WEEK}/ces/demo"]}),
        (
            put(at("ttfr", office="C02"), value=float("inf"), ci_high=float("inf")),
            {("outside_interval", None): [f"{WEEK}/ttfr/demo/C02"]},
        ),
        (lambda f: f.remove(at("ces")), {("missing_cells", None): [f"{WEEK}/ces/demo"]}),
        (lambda f: f.remove(at("ces", BEFORE)), {("missing_cells", None): [f"{BEFORE}/ces/demo"]}),
        (lambda f: f.remove(at("cv2", office="C03")), {("missing_cells", None): [f"{WEEK}/cv2/demo/C03"]}),
        (
            lambda f: pl.concat([f, f.filter(at("ces", office="C01"))]),
            {("doubled_cells", None): [f"{WEEK}/ces/demo/C01"]},
        ),
        (put(at("ces"), status="fine", value=None), {("unknown_codes", "status"): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), maturity="ripe"), {("unknown_codes", "maturity"): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), maturity=None), {("nulls", "maturity"): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), as_of=None), {("nulls", "as_of"): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), definition_id=None), {("nulls", "definition_id"): [f"{WEEK}/ces/demo"]}),
        (put(at("ces"), definition_version=None), {("nulls", "definition_version"): [f"{WEEK}/ces/demo"]}),
        (put(of("ces") & (pl.col("office_id") == "C01"), status=None), {("nulls", "status"): [f"{WEEK}/ces/demo/C01"]}),
    ],
)  # fmt: skip
def test_suite_is_red_and_keeps_the_cell_when_one_cell_is_wrong(
    draft: Path,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    expected: dict[tuple[str, str | None], list[str]],
) -> None:
    result = spoil(draft, change)
    assert not result.passed
    assert keys_of(result) == expected
    kept = json.loads((draft.parents[2] / "gate" / f"week={WEEK}" / "release.json").read_text(encoding="utf-8"))
    assert (kept["passed"], kept["failures"]) == (False, result.failures)


@pytest.mark.parametrize(("value", "passes"), [(115.0, True), (-1.0, False)])
def test_suite_lets_a_ratio_pass_a_hundred_when_it_is_not_negative(draft: Path, value: float, passes: bool) -> None:
    ratios = pl.when(pl.col("metric") == "link_rate").then(pl.lit("ratio")).otherwise(pl.col("kind"))
    path = draft / "dim_metric.parquet"
    pl.read_parquet(path).with_columns(kind=ratios).write_parquet(path)
    bounds = {"ci_low": None, "ci_high": None}
    assert spoil(draft, put(at("link_rate", office="C01"), value=value, **bounds)).passed is passes


def test_suite_is_red_when_a_region_is_null(draft: Path) -> None:
    result = spoil(draft, put(at("ces", office="C01"), region=None))
    assert keys_of(result)["nulls", "region"] == [f"{WEEK}/ces/C01"]


def test_suite_is_red_when_a_unit_is_unknown(draft: Path) -> None:
    result = spoil(draft, lambda f: f.with_columns(unit=pl.lit("parsecs")), table="dim_metric")
    assert [place for place in keys_of(result) if place[1]] == [("unknown_codes", "unit")]


def test_suite_is_red_when_a_metric_is_not_in_the_registry(draft: Path) -> None:
    result = spoil(draft, lambda f: f.filter(pl.col("metric") != "ces"), table="dim_metric")
    assert len(keys_of(result)["nulls", "unit"]) == 2 * 6  # two weeks, the region and five centres


def test_suite_is_red_when_a_centre_or_region_of_the_register_has_no_cells(draft: Path) -> None:
    more = pl.DataFrame({"office_id": ["C77"], "region": ["other"]})
    result = spoil(draft, lambda f: pl.concat([f, more]), table="dim_office")
    cells = keys_of(result)["missing_cells", None]
    assert len(cells) == 2 * 4 * 2  # weeks, metrics, the centre and its region
    assert f"{WEEK}/ces/other/C77" in cells
    assert f"{WEEK}/ces/other" in cells


def test_suite_is_red_when_the_week_of_the_issue_is_not_in_it(draft: Path) -> None:
    result = spoil(draft, lambda f: f.filter(pl.col("week") == BEFORE))
    assert len(keys_of(result)["missing_cells", None]) == 4 * 6


def test_suite_is_red_when_there_is_nothing_at_all(draft: Path) -> None:
    spoil(draft, lambda f: f.clear(), table="dim_office")
    result = spoil(draft, lambda f: f.clear())
    assert [(f["table"], f["finding"]) for f in result.failures] == [("metric_values", "too_few_rows")]


@pytest.mark.parametrize("table", ["metric_values", "dim_metric", "dim_office"])
@pytest.mark.parametrize("damage", ["missing", "text", "column"])
def test_suite_is_red_when_a_file_of_the_draft_cannot_be_read(draft: Path, table: str, damage: str) -> None:
    path = draft / f"{table}.parquet"
    if damage == "missing":
        path.unlink()
    elif damage == "text":
        path.write_bytes(b"no Parquet")
    else:
        pl.read_parquet(path).drop("region" if table == "dim_office" else "metric").write_parquet(path)
    result = check_release(draft, WEEK)
    assert (result.passed, result.evaluated) == (False, 0)
    assert "\n" not in result.summary


@pytest.mark.parametrize(
    ("change", "jumps"),
    [
        (put(at("cv2"), value=179.0, n=179), True),  # 30 % of 600 is 180
        (put(at("cv2"), value=180.0, n=180), False),
        (put(at("cv2"), value=0.0, n=0), True),
        (put(at("cv2"), value=1801.0, n=1801), True),
        (put(at("cv2"), value=1800.0, n=1800), False),
        (put(at("cv2"), **no_source), False),  # a gap is known: it is no fall
        (put(at("cv2", BEFORE), **no_source), False),
        (put(at("cv2", BEFORE), value=99.0, n=99), False),  # six times more, of too few to tell
        (put(at("ces"), value=-22.5, ci_low=-30.0), True),  # 18 before
        (put(at("ces"), value=-21.5, ci_low=-30.0), False),
        (put(at("ces"), value=-22.5, ci_low=-30.0, n=99), False),
        (put(at("ces", BEFORE), value=-22.5, ci_low=-30.0, n=99), False),
        (put(at("link_rate"), value=61.0, ci_low=60.0), True),  # 92 before
        (put(at("link_rate"), value=63.0, ci_low=60.0), False),
        (put(at("link_rate"), **no_source), False),
        (lambda f: f.filter(pl.col("week") == WEEK), False),  # the first week of a region
    ],
)  # fmt: skip
def test_suite_watches_the_jump_when_the_week_before_has_a_value(
    draft: Path, change: Callable[[pl.DataFrame], pl.DataFrame], jumps: bool
) -> None:
    result = spoil(draft, change)
    assert {table for table, _ in keys_of(result)} == ({"jumps"} if jumps else set())


@pytest.mark.parametrize(
    ("before", "week", "jumps"),
    [
        ("2026-W53", "2027-W01", False),
        ("2027-W01", "2027-W02", False),
        ("2027-W02", "2027-W03", False),
        ("2027-W03", "2027-W04", True),
        ("2026-W52", "2026-W53", True),
    ],
)
def test_suite_lets_volume_fall_when_the_new_year_closes_the_centres(
    draft: Path, before: str, week: str, jumps: bool
) -> None:
    path = draft / "metric_values.parquet"
    frame = put(at("cv2"), value=60.0, n=60)(pl.read_parquet(path))
    frame.with_columns(pl.col("week").replace_strict({BEFORE: before, WEEK: week})).write_parquet(path)
    assert check_release(draft, week).passed is not jumps


@pytest.mark.parametrize(
    ("offices", "values", "silent"),
    [
        (["C01", "C02"], {"value": 0.0, "n": 0}, ["C01", "C02"]),
        (["C01"], {"value": 0.0, "n": 0}, []),  # one of five may close
        (OFFICES[:4], no_source, []),  # a gap is known: it is no silence
    ],
)
def test_suite_watches_the_centres_when_they_fall_silent(
    draft: Path, offices: list[str], values: dict[str, object], silent: list[str]
) -> None:
    result = spoil(draft, put(of("cv2") & pl.col("office_id").is_in(list(offices)), **values))
    expected = {("silent_offices", None): [f"{WEEK}/demo/{office}" for office in silent]} if silent else {}
    assert keys_of(result) == expected


def test_suite_lets_a_centre_be_silent_when_it_was_almost_silent_before(draft: Path) -> None:
    few = of("cv2", BEFORE) & (pl.col("office_id") == "C01")
    path = draft / "metric_values.parquet"
    put(few, value=29.0, n=29)(pl.read_parquet(path)).write_parquet(path)
    silent = of("cv2") & pl.col("office_id").is_in(["C01", "C02"])
    result = spoil(draft, put(silent, value=0.0, n=0))
    assert keys_of(result) == {("silent_offices", None): [f"{WEEK}/demo/C02"]}  # one of four is over a fifth


def test_suite_is_red_when_no_metric_of_a_region_has_its_source(draft: Path) -> None:
    result = spoil(draft, put(pl.col("week") == WEEK, **no_source))
    assert keys_of(result) == {("regions_without_sources", None): [f"{WEEK}/demo"]}


def test_suite_is_green_when_all_but_one_metric_lack_their_source(draft: Path) -> None:
    assert spoil(draft, put((pl.col("week") == WEEK) & (pl.col("metric") != "ttfr"), **no_source)).passed


def test_suite_is_green_when_cells_are_hidden_weak_or_empty(draft: Path) -> None:
    path = draft / "metric_values.parquet"
    frame = put(at("ces", office="C01"), **hidden)(pl.read_parquet(path))
    frame = put(at("ces", office="C02"), status="weak", n=12)(frame)
    frame = put(at("ttfr", office="C03"), **{**no_source, "status": "no_data", "n": 0})(frame)
    frame.write_parquet(path)
    assert check_release(draft, WEEK).passed


def test_summary_says_what_where_and_what_remained_when_red(draft: Path) -> None:
    assert spoil(draft, put(at("cv2"), value=10.0, n=10)).summary == (
        f"Проверка выпуска, {WEEK}: metric_values: скачок против прошлой недели (первая строка: {WEEK}/cv2/demo); "
        f"строки — в gate/week={WEEK}/release.json, прежний выпуск остался"
    )
