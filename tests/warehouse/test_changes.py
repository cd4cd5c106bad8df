"""The rules by which a change between weeks is shown, each with its near misses, and against plain loops."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from ingestion.weeks import shift, week_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
LAST = week_number(WEEK)
ESTIMATES = """
    metric varchar, region varchar, office_id varchar, journey varchar, stage varchar, touchpoint varchar, channel varchar,
    client_group varchar, segment varchar, value double, centre double, standard_error double, status varchar, maturity varchar,
    definition_id varchar, definition_version varchar, week_number bigint, week varchar
"""
FLAT = [50, 52] * 6  # mean 51, moving ranges of 2: limits 45.68 and 56.32
Value = float | None
Found = tuple[str | None, str | None]  # the rule, and where it points


def row(metric: str, back: int, value: float, **other: Any) -> dict[str, Any]:
    """An estimate of a number of weeks before the run; without a standard error, so that no test applies."""
    return {
        "metric": metric,
        "region": "r",
        "value": value,
        "status": "ok",
        "maturity": "final",
        "definition_id": "rule",
        "definition_version": "1",
        "week_number": LAST - back,
        "week": shift(WEEK, -back),
    } | other


def series(metric: str, values: Sequence[Value], **other: Any) -> list[dict[str, Any]]:
    """Estimates of consecutive weeks, the last of them that of the run; a gap has no row."""
    backs = range(len(values) - 1, -1, -1)
    return [row(metric, back, value, **other) for back, value in zip(backs, values, strict=True) if value is not None]


class Changes:
    """The compiled model over tables of our own."""

    def __init__(self, warehouse: Warehouse) -> None:
        results = warehouse.invoke("compile", WEEK, arguments=["--select", "metric_changes"])
        self.sql = next(str(each.node.compiled_code) for each in results if each.node.name == "metric_changes")

    def rows(self, final: list[dict[str, Any]], first: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
        """What the model gives over estimates, and over estimates as they first were."""
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as cx; create schema cx.metrics")
            for table, estimates in (("metric_estimates", final), ("metric_first_estimates", first)):
                connection.execute(f"create table cx.metrics.{table} ({ESTIMATES})")
                if estimates:
                    connection.register("estimates", pl.DataFrame(estimates, infer_schema_length=None))
                    connection.execute(f"insert into cx.metrics.{table} by name select * from estimates")
            return connection.execute(f"select * from ({self.sql}) order by all").pl().to_dicts()

    def found(self, final: list[dict[str, Any]], first: Sequence[dict[str, Any]] = ()) -> Found | None:
        """The rule of the only row in the week of the run; None where there is no row."""
        rows = [each for each in self.rows(final, first) if each["week"] == WEEK]
        assert len(rows) <= 1
        return (rows[0]["signal_rule"], rows[0]["signal_direction"]) if rows else None


@pytest.fixture(scope="module")
def changes(empty_warehouse: Warehouse) -> Changes:
    return Changes(empty_warehouse)


NONE = (None, None)
UP_AND_DOWN = [48, 54, 48, 54, 48, 54]  # so wide that no limit is near
RUN = [*UP_AND_DOWN, 53, 54, 53, 54, 53, 54]  # above the mean of the twelve weeks, 51.92, from the sixth on


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param([*FLAT, 56.33], ("limits", "up"), id="above the upper limit"),
        pytest.param([*FLAT, 45.67], ("limits", "down"), id="below the lower limit"),
        pytest.param([*FLAT, 56.32], NONE, id="exactly on the upper limit"),
        pytest.param([*FLAT, 45.68], NONE, id="exactly on the lower limit"),
        pytest.param([*FLAT[4:], 56.33], ("limits", "up"), id="limits of eight weeks"),
        pytest.param([*FLAT[5:], 90], NONE, id="seven weeks give no limits"),
        pytest.param([90, *FLAT, 56.33], ("limits", "up"), id="what is thirteen weeks old does not count"),
        pytest.param([*FLAT[:5], None, *FLAT[6:], 56.23], ("limits", "up"), id="limits when a week is missing"),
        pytest.param([*FLAT[:5], None, *FLAT[6:], 56.22], NONE, id="no moving range over a gap"),
        pytest.param([*FLAT[:4], *[None] * 3, *FLAT[7:], 90], ("limits", "up"), id="nine of twelve weeks"),
        pytest.param([*FLAT[:3], *[None] * 5, *FLAT[8:], 90], NONE, id="seven of twelve weeks"),
        pytest.param([0] * 12 + [1], ("limits", "up"), id="a process that never moved"),
        pytest.param([0] * 13, NONE, id="a process that does not move"),
        pytest.param([*RUN, 53], ("run", "up"), id="seven above the mean"),
        pytest.param([100 - value for value in [*RUN, 53]], ("run", "down"), id="seven below the mean"),
        pytest.param([*RUN[:6], 48, *RUN[7:], 53], NONE, id="six above the mean"),
        pytest.param([*RUN, 51], NONE, id="six above the mean, then below"),
        pytest.param([*RUN[:9], None, *RUN[10:], 53], NONE, id="a gap breaks a run"),
        pytest.param([48, 54] * 3 + [51, 54, 53, 54, 53, 54, 53], NONE, id="the first of seven below the mean"),
        pytest.param([1, 2, 3, 4, 5, 6, 7], ("trend", "up"), id="seven rising"),
        pytest.param([7, 6, 5, 4, 3, 2, 1], ("trend", "down"), id="seven falling"),
        pytest.param([2, 1, 2, 3, 4, 5, 6], NONE, id="six rising"),
        pytest.param([1, 2, 3, 3, 4, 5, 6], NONE, id="equal values break a trend"),
        pytest.param([1, 2, 3, None, 4, 5, 6, 7], NONE, id="a gap breaks a trend"),
        pytest.param([1, 2, 3, None, 5, 6, 7], NONE, id="a gap within seven weeks"),
        pytest.param([*FLAT, 50, None], None, id="no value in the week"),
        pytest.param([*FLAT, None, 90], None, id="no value in the week before"),
    ],
)
def test_change_is_shown_when_a_rule_says_so(changes: Changes, values: list[Value], found: Found | None) -> None:
    assert changes.found(series("m", values)) == found


@pytest.mark.parametrize(("last", "found"), [(50, NONE), (50.000002, ("run", "up")), (49.999998, NONE)])
def test_a_run_breaks_when_a_value_lies_exactly_on_the_mean(changes: Changes, last: float, found: Found) -> None:
    """Of thirds, whose sum as doubles is not what it is."""
    assert changes.found(series("m", [100 / 3] * 6 + [200 / 3] * 6 + [last])) == found


def test_the_week_before_is_compared_by_a_test_when_there_is_no_history(changes: Changes) -> None:
    """V22: z 0.89."""
    v22 = [
        row("m", 1, 40, centre=36.363636, standard_error=13.93),
        row("m", 0, 20, centre=18.181818, standard_error=14.97),
    ]
    fell = [row("m", 1, 60, centre=60, standard_error=2), row("m", 0, 50, centre=50, standard_error=2)]
    assert changes.found(v22) == NONE
    assert changes.found(fell) == ("test", "down")


def test_the_first_of_several_rules_is_told(changes: Changes) -> None:
    tested = series("m", [*FLAT, 70], centre=0, standard_error=0)
    tested[-1]["centre"] = -5  # by the test it falls, though it stands above the limits
    assert changes.found(tested) == ("limits", "up")
    assert changes.found(series("m", [1, 2, 3, 4, 5, 6, 7], centre=1, standard_error=0)) == ("trend", "up")


def test_a_value_in_a_run_may_be_lower_than_the_week_before(changes: Changes) -> None:
    (found,) = [each for each in changes.rows(series("m", [*RUN, 53])) if each["week"] == WEEK]
    assert (found["change"], found["signal_rule"], found["signal_direction"]) == (-1, "run", "up")


@pytest.mark.parametrize(
    ("values", "error", "is_signal"),
    [([*FLAT[6:], 50], None, None), ([*FLAT[4:], 50], None, False), ([50, 51], 2, False), ([50, 60], 2, True)],
    ids=["six weeks", "eight weeks", "no history but a test", "a test"],
)
def test_nothing_is_known_of_a_change_when_no_rule_applies(
    changes: Changes, values: list[Value], error: float | None, is_signal: bool | None
) -> None:
    estimates = [each | {"centre": each["value"], "standard_error": error} for each in series("m", values)]
    (found,) = [each for each in changes.rows(estimates) if each["week"] == WEEK]
    assert found["is_signal"] is is_signal


def loops(estimates: list[dict[str, Any]]) -> dict[int, Found]:
    """The rules said in plain words, for every week of one series that has a value, as the week before has."""
    values = {each["week_number"]: Fraction(each["value"]) for each in estimates}
    tests = {each["week_number"]: (each["centre"], each["standard_error"]) for each in estimates}
    return {week: rule_of(values, tests, week) for week in values if week - 1 in values}


def rule_of(values: dict[int, Fraction], tests: dict[int, tuple[float, float | None]], week: int) -> Found:
    past = [number for number in range(week - 12, week) if number in values]
    moves = [abs(values[number] - values[number - 1]) for number in past if number - 1 in past]
    seven = [values.get(number) for number in range(week - 6, week + 1)]
    if len(past) >= 8:
        mean = sum(values[number] for number in past) / len(past)
        if moves and abs(values[week] - mean) > Fraction("2.66") * sum(moves) / len(moves):
            return ("limits", "up" if values[week] > mean else "down")
        for name, sides in (
            ("up", [each is not None and each > mean for each in seven]),
            ("down", [each is not None and each < mean for each in seven]),
        ):
            if all(sides):
                return ("run", name)
    if None not in seven and seven in (sorted(set(seven)), sorted(set(seven), reverse=True)):
        return ("trend", "up" if seven[0] < seven[-1] else "down")
    (before, error_before), (now, error) = tests[week - 1], tests[week]
    if (
        error is not None
        and error_before is not None
        and abs(now - before) > 1.959963984540054 * math.hypot(error, error_before)
    ):
        return ("test", "up" if values[week] > values[week - 1] else "down")
    return NONE


def invented(chance: random.Random, metric: str, maturity: str) -> list[dict[str, Any]]:
    """Weeks before and after the run: noise, a step, a slope; gaps, hidden values, a new definition."""
    noise, step, slope = chance.choice([0, 1, 4]), chance.choice([0, 0, 3, 9]), chance.choice([0, 0, 0.5, -1])
    since, renewed = chance.randint(1, 14), chance.choice([99, 99, 12, 5])
    error = chance.choice([None, 1, 3])
    estimates = []
    for back in range(20, -4, -1):
        value = 50 + slope * back + (step if back < since else 0) + chance.randint(-noise, noise) / 2
        status = chance.choices(["ok", "weak", "hidden", "no_source"], [60, 20, 3, 1])[0]
        version = "1" if back >= renewed else "2"
        if chance.random() > 0.03:
            estimates.append(
                row(metric, back, value, maturity=maturity, status=status, definition_version=version,
                    centre=value, standard_error=error)
            )  # fmt: skip
    return estimates


def test_rules_are_those_of_plain_loops_when_series_are_many(changes: Changes) -> None:
    chance = random.Random(7)
    tables = {
        maturity: {f"m{at}": invented(chance, f"m{at}", maturity) for at in range(900)}
        for maturity in ("final", "provisional")
    }
    expected: dict[tuple[str, str, int], Found] = {}
    for maturity, table in tables.items():
        for metric, estimates in table.items():
            for version in ("1", "2"):
                shown = [e for e in estimates if e["status"] in ("ok", "weak") and e["definition_version"] == version]
                for week, found in loops(shown).items():
                    if week == LAST or (week == LAST - 1 and maturity == "final"):
                        expected[maturity, metric, week] = found
    final, first = ([each for some in table.values() for each in some] for table in tables.values())
    for maturity, rows in (("final", changes.rows(final)), ("provisional", changes.rows([], first))):
        found = {
            (maturity, each["metric"], week_number(each["week"])): (each["signal_rule"], each["signal_direction"])
            for each in rows
        }
        assert found == {key: rule for key, rule in expected.items() if key[0] == maturity}
    told = [rule for rule, _ in expected.values()]
    assert min(told.count(rule) for rule in ("limits", "run", "trend", "test", None)) > 10
    assert changes.rows(final) == changes.rows([each for each in final if each["week"] <= WEEK])
