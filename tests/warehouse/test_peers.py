"""Published cases of other products: where their rule is ours, their figure; where it is not, ours beside theirs.

Why ours differ: ``docs/decisions.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.warehouse.peers import DAY, HOUR, MINUTE, SECOND, WEEK, Peers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from orchestration.dbt_runner import Warehouse

ROUNDING = 1e-9


@pytest.fixture
def peers(empty_warehouse: Warehouse, tmp_path: Path) -> Iterator[Peers]:
    found = Peers(empty_warehouse, tmp_path)
    found.offices("A", "B")
    yield found
    found.database.close()


@pytest.mark.parametrize(
    ("question", "points", "positions", "metric", "theirs", "ours"),
    [
        pytest.param("nps", 11, [10, 7, 3, 9], "nps", 25, 25, id="formbricks nps"),
        pytest.param("satisfaction", 5, [5, 4, 3, 5], "satisfaction_index", 4.25, 81.25, id="formbricks rating5"),
        pytest.param("satisfaction", 5, [5, 4, 2, 1], "satisfaction_above", 50, 50, id="formbricks csat5"),
        pytest.param("satisfaction", 5, [5, 4, 3, 1, 5], "satisfaction_above", 60, 60, id="formbricks csat5b"),
        pytest.param("satisfaction", 5, [5, 4, 3, 1, 5], "satisfaction_met", 60, 80, id="formbricks csat5b, our lead"),
        pytest.param("ces", 5, [5, 4, 2, 3], "ces_mean100", 3.5, 62.5, id="formbricks ces5"),
        pytest.param("ces", 5, [5, 4, 2, 3], "ces", 3.5, 25, id="formbricks ces5, our lead"),
        pytest.param("ces", 7, [7, 6, 1], "ces_mean100", 14 / 3, 550 / 9, id="formbricks ces7"),
        pytest.param("ces", 7, [7, 6, 1], "ces", 14 / 3, 100 / 3, id="formbricks ces7, our lead"),
    ],
)
def test_scores_of_formbricks(
    peers: Peers, question: str, points: int, positions: Sequence[int], metric: str, theirs: float, ours: float
) -> None:
    peers.answers(question, points, positions)
    peers.estimates()
    assert peers.value(metric) == pytest.approx(ours, abs=ROUNDING)
    if metric in ("satisfaction_index", "ces_mean100"):  # their mean of 1..k is our mean of 0..100
        assert sum(positions) / len(positions) == theirs
        assert 1 + ours * (points - 1) / 100 == pytest.approx(theirs, abs=ROUNDING)


@pytest.mark.parametrize(
    ("counts", "score"),
    [
        pytest.param((1, 1, 1, 1, 1), 0.5, id="even"),
        pytest.param((1, 1, 1, 1, 6), 0.75, id="satisfied"),
        pytest.param((6, 1, 1, 1, 1), 0.25, id="dissatisfied"),
        pytest.param((0, 0, 0, 0, 0), None, id="nobody: null, not 0"),
    ],
)
def test_satisfaction_of_govuk(peers: Peers, counts: Sequence[int], score: float | None) -> None:
    peers.answers("satisfaction", 5, positions_of(counts))
    peers.estimates()
    assert peers.value("satisfaction_index") == (None if score is None else 100 * score)


def test_satisfaction_of_govuk_is_pooled_over_answers(peers: Peers) -> None:
    """Beside their case one whose parts differ in size, so that a mean of the parts would differ."""
    for office, counts in (("A", (1, 1, 1, 1, 1)), ("B", (1, 1, 1, 1, 6)), ("C", (6, 1, 1, 1, 1))):
        peers.answers("satisfaction", 5, positions_of(counts), office)
    peers.answers("expectation", 5, [1], "A")
    peers.answers("expectation", 5, [5] * 9, "B")
    peers.estimates()
    assert peers.value("satisfaction_index") == 50
    assert (peers.value("expectation_index", office_id="A"), peers.value("expectation_index", office_id="B")) == (
        0,
        100,
    )
    assert peers.value("expectation_index") == 90


def positions_of(counts: Sequence[int]) -> list[int]:
    return [position for position, count in enumerate(counts, start=1) for _ in range(count)]


def two_groups(peers: Peers) -> None:
    """Ten conversations of a day, answered five times after two hours; five of two days before, at once."""
    for _ in range(10):
        replies = [("staff", DAY + 2 * HOUR)] * 5
        peers.conversation(DAY, [*replies, *[("client", DAY + 3 * HOUR)] * 2], office_id="A")
    earlier = DAY - 48 * HOUR
    for _ in range(5):
        peers.conversation(earlier, [*[("staff", earlier)] * 3, ("client", earlier)], office_id="B")
    peers.estimates()


def test_chatwoot_cw_volume(peers: Peers) -> None:
    two_groups(peers)
    assert (peers.value("cv2"), peers.value("cv2", office_id="B")) == (15, 5)
    messages = peers.estimate("rpc_messages")
    assert messages
    assert (messages["numerator"], messages["value"]) == (65, pytest.approx(65 / 15, abs=ROUNDING))
    assert peers.value("rpc_messages", office_id="B") == 3
    # ours: messages of one side in a row are one turn, and of none solved there is no time of solving
    assert (peers.value("rpc"), peers.value("rpc_client")) == (1, 1)
    assert (peers.value("rr"), peers.value("solve_1h")) == (0, None)


def test_chatwoot_cw_frt(peers: Peers) -> None:
    two_groups(peers)
    assert peers.value("ttfr_mean") == 4800 / 60
    assert peers.value("ttfr") == 120  # our lead is the median
    assert peers.value("ttfr_unanswered") == 0


def test_chatwoot_cw_resolution_reopen(peers: Peers) -> None:
    """They count four on the day of solution; ours are of the week of receipt, though solved in the next one."""
    received = DAY - 72 * HOUR  # a Sunday
    for at in range(5):
        reopened = [("reopened", DAY + HOUR)] if at == 0 else []
        peers.conversation(received, [], [("solved", DAY), *reopened], week="2026-W45", office_id="B")
    peers.estimates()
    found = peers.estimate("rr", week="2026-W45")
    assert found
    assert (found["numerator"], found["denominator"], found["value"]) == (4, 5, 80)
    assert peers.value("rr") is None


def test_chatwoot_cw_reply_time(peers: Peers) -> None:
    """After receipt, and after a reopening; ours is not measured for every message of a client."""
    peers.conversation(DAY - 2 * HOUR, [("staff", DAY)])
    peers.conversation(DAY - 72 * HOUR, [("staff", DAY)], [("reopened", DAY - 2 * HOUR)], week="2026-W45")
    peers.estimates()
    assert peers.value("ttfr_mean") == 7200 / 60
    assert peers.value("ttfr_reopen") == 7200 / 60


def test_chatwoot_cw_handoff_frt(peers: Peers) -> None:
    """Their clock starts when the bot hands over: 42 seconds; ours when the client writes."""
    said = [("client", DAY), ("bot", DAY + SECOND), ("staff", DAY + 62 * SECOND)]
    peers.conversation(DAY, said, [("transferred", DAY + 20 * SECOND)], channel="bot")
    peers.estimates()
    assert peers.value("ttfr_mean") == pytest.approx(62 / 60, abs=ROUNDING)


@pytest.mark.parametrize(
    ("channel", "authors", "is_bot_only"),
    [("bot", ["bot"], True), ("chat", ["bot"], False), ("bot", ["bot", "staff"], False)],
    ids=["the bot alone", "no active bot", "a human wrote"],
)
def test_chatwoot_cw_bot_resolved(peers: Peers, channel: str, authors: list[str], is_bot_only: bool) -> None:
    said = [(author, DAY + MINUTE) for author in authors]
    peers.conversation(DAY, said, [("solved", DAY + HOUR)], channel=channel)
    peers.estimates()
    assert peers.database.execute("select is_bot_only from marts.fct_interactions").fetchall() == [(is_bot_only,)]


def test_chatwoot_cw_handoff_once(peers: Peers) -> None:
    peers.conversation(DAY, [], [("transferred", DAY + HOUR), ("transferred", DAY + 2 * HOUR)])
    peers.estimates()
    found = peers.estimate("er_wide")
    assert found
    assert (found["numerator"], found["value"]) == (1, 100)


def test_sla_overview(peers: Peers) -> None:
    """Hours of their four tickets as minutes times six; the norm lies between the first and the second."""
    for minutes, place in ((6, "specialist"), (18, "specialist"), (48, "reception"), (None, None)):
        said = [] if minutes is None else [("staff", DAY + minutes * MINUTE)]
        peers.conversation(DAY, said, touchpoint=place)
    peers.estimates()
    assert peers.value("cv2") == 4
    assert (peers.value("ttfr_mean"), peers.value("ttfr")) == (4 * 6, 3 * 6)
    # theirs: two of four overdue, the unanswered is not; ours: one of four within the norm, the unanswered is not
    assert (peers.value("ttfr_in_norm"), peers.value("ttfr_unanswered")) == (25, 25)
    # theirs: a row of the missing category; ours: it counts in the region alone
    assert [peers.value("cv2", touchpoint=place) for place in ("specialist", "reception")] == [2, 1]
    assert peers.database.execute(
        "select count(*) from metrics.metric_estimates where metric = 'cv2' and week = ? and touchpoint is not null"
        " and office_id is null and value > 0",
        [WEEK],
    ).fetchall() == [(2,)]


def test_sla_overview_when_a_column_is_missing(peers: Peers) -> None:
    """A centre without a schedule has no working minutes: null, not 0."""
    peers.conversation(DAY, [("staff", DAY + HOUR)], office_id="Z")
    peers.estimates()
    assert (peers.value("ttfr_mean"), peers.value("ttfr"), peers.value("ttfr_calendar")) == (None, None, 60)
