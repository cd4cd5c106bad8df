"""The truth about contacts equals a plain count of what the sources hold; every hard case is planted."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.demo import write_region
from tests.demo.plain import DAY, Contact, contacts_of, moment_of, week_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WEEK, NEXT = "2026-W44", "2026-W45"
DIMENSIONS = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    write_region(folder, first_week="2026-W39", last_week="2026-W46", factor=0.25, faults=False)
    return folder


@pytest.fixture(scope="module")
def contacts(region: Path) -> list[Contact]:
    return contacts_of(region)


@pytest.fixture(scope="module")
def truth(region: Path) -> pl.DataFrame:
    return pl.read_parquet(region / "truth" / "metric_values.parquet")


def planted(truth: pl.DataFrame, metric: str, office: str | None, week: str = WEEK) -> dict[str, float]:
    cut = [pl.col(name).is_null() for name in DIMENSIONS if name != "office_id"]
    return truth.filter(
        *cut, pl.col("office_id").eq_missing(pl.lit(office)), pl.col("metric") == metric, pl.col("week") == week
    ).row(0, named=True)


def by_person(contacts: list[Contact]) -> dict[tuple[str, str], list[Contact]]:
    """Contacts by client and topic, where both are known."""
    found: dict[tuple[str, str], list[Contact]] = {}
    for one in contacts:
        if one.row["client_id"] and one.row["topic"]:
            found.setdefault((one.row["client_id"], one.row["topic"]), []).append(one)
    return found


def is_repeated(contact: Contact, persons: dict[tuple[str, str], list[Contact]]) -> bool:
    return any(
        contact.received < later.received <= contact.received + 7 * DAY
        and later.week <= NEXT
        and not later.is_out(known_until=NEXT)
        for later in persons.get((contact.row["client_id"], contact.row["topic"]), [])
    )


def is_first(contact: Contact, persons: dict[tuple[str, str], list[Contact]]) -> bool:
    return contact.is_solved(7) and not contact.hand_overs() and not is_repeated(contact, persons)


SHARES: dict[str, Callable[[Contact, dict[tuple[str, str], list[Contact]]], bool]] = {
    "rr": lambda contact, _: contact.is_solved(7),
    "rr_1d": lambda contact, _: contact.is_solved(1),
    "rr_net_repeat": lambda contact, persons: contact.is_solved(7) and not is_repeated(contact, persons),
    "er_wide": lambda contact, _: bool(contact.hand_overs()),
    "er_up": lambda contact, _: "up" in contact.hand_overs(),
    "transfer_rate": lambda contact, _: "side" in contact.hand_overs(),
    "fcr": is_first,
    "fcr_unlinked_share": lambda contact, _: contact.row["client_id"] is None,
}


@pytest.mark.parametrize("office", [None, "C01", "C03"])
@pytest.mark.parametrize("metric", SHARES)
def test_planted_share_equals_a_plain_count_when_contacts_are_read_back(
    contacts: list[Contact], truth: pl.DataFrame, metric: str, office: str | None
) -> None:
    counted = [one for one in contacts if one.week == WEEK and not one.is_out() and office in (None, one.office)]
    found = planted(truth, metric, office)
    persons = by_person(contacts)
    right = sum(SHARES[metric](contact, persons) for contact in counted)
    assert (found["numerator"], found["denominator"]) == (right, len(counted))
    assert found["value"] == pytest.approx(100 * right / len(counted))


def test_planted_stage_equals_a_plain_count_when_its_touchpoints_are_read_back(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    """Who asks about a profession searches for information on the site, by phone, and in all of the centre."""
    stage = [
        one
        for one in contacts
        if one.week == WEEK
        and not one.is_out()
        and one.row["service"] in ("Профориентация", "career_guidance")
        # site, contact centre, building, hall, specialist
        and (one.is_talk or one.row["stage_code"] in ("01", "13", "14", "02", "04"))
    ]
    cut = {"journey": "career_guidance", "stage": "information_search"}
    found = truth.filter(
        *(pl.col(name).eq_missing(pl.lit(cut.get(name))) for name in DIMENSIONS),
        pl.col("metric") == "rr",
        pl.col("week") == WEEK,
    ).row(0, named=True)
    assert (found["numerator"], found["n"]) == (sum(one.is_solved(7) for one in stage), len(stage))
    assert truth.filter(pl.col("stage").is_not_null() & pl.col("journey").is_null()).is_empty()


def test_planted_segment_equals_a_plain_count_when_appeals_are_read_back(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    counted = [one for one in contacts if one.week == WEEK and not one.is_out() and not one.is_talk]
    for segment, written, group in (
        ("youth", "Молодёжь", "job_seeker"),
        ("small_business", "Малый и средний бизнес", "employer"),
    ):
        found = truth.filter(pl.col("segment") == segment, pl.col("metric") == "rr", pl.col("week") == WEEK).row(
            0, named=True
        )
        of_segment = [one for one in counted if one.row["segment"] == written]
        assert [found[name] for name in DIMENSIONS] == [None] * 5 + [group, segment]
        assert (found["numerator"], found["n"]) == (sum(one.is_solved(7) for one in of_segment), len(of_segment))
    assert {one.row["segment"] for one in counted if one.row["client_group"] == "Организация"} == {None}


def test_net_share_leaves_out_the_services_of_the_list_when_it_counts_first_contacts(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    exempt = ("Пособие", "Обучение", "Самозанятость", "benefit", "training", "self_employment")
    counted = [one for one in contacts if one.week == WEEK and not one.is_out() and one.row["service"] not in exempt]
    found = planted(truth, "net_fcr", None)
    persons = by_person(contacts)
    right = sum(is_first(contact, persons) for contact in counted)
    assert (found["numerator"], found["denominator"]) == (right, len(counted))


def test_share_of_thirty_days_is_of_five_weeks_before_when_it_is_final(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    counted = [one for one in contacts if one.week == "2026-W39" and not one.is_out()]
    found = planted(truth, "rr_30d", None)
    assert (found["numerator"], found["denominator"]) == (sum(one.is_solved(30) for one in counted), len(counted))
    assert planted(truth, "rr_30d", None, "2026-W46")["maturity"] == "final"
    assert planted(truth, "rr_30d", None, "2026-W43")["status"] == "no_data"


def test_flow_counts_first_solutions_of_the_week_when_the_contact_is_at_most_four_weeks_old(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    counted = [one for one in contacts if not one.is_out()]
    right = sum(
        week_in(at, one.zone) == WEEK and at <= one.received + 28 * DAY
        for one in counted
        for at in one.at("solved")[:1]
    )
    found = planted(truth, "rr_flow", None)
    assert (found["numerator"], found["denominator"]) == (right, sum(one.week == WEEK for one in counted))
    assert (found["ci_low"], found["ci_high"]) == (None, None)


def test_planted_turns_equal_a_plain_count_when_words_are_read_back(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    counted = [one for one in contacts if one.week == WEEK and not one.is_out()]
    turns = [one.turns().count("staff") if one.is_talk else 1 for one in counted]
    found = planted(truth, "rpc", None)
    mean = sum(turns) / len(turns)
    variance = sum((number - mean) ** 2 for number in turns) / (len(turns) - 1)
    half = 1.959963984540054 * math.sqrt(variance / len(turns))
    assert (found["numerator"], found["n"]) == (sum(turns), len(turns))
    assert [found["value"], found["ci_low"], found["ci_high"]] == pytest.approx([mean, mean - half, mean + half])
    clients = sum(one.turns().count("client") if one.is_talk else 1 for one in counted)
    assert planted(truth, "rpc_client", None)["numerator"] == clients
    solved = [number for number, one in zip(turns, counted, strict=True) if one.is_solved(7)]
    assert planted(truth, "rpc_solved", None)["numerator"] == sum(solved)
    assert planted(truth, "rpc_solved", None)["n"] == len(solved)


def test_planted_queue_equals_a_plain_count_when_visits_are_read_back(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    appeals = [one for one in contacts if one.week == WEEK and not one.is_talk and not one.is_out()]
    visits = [one for one in appeals if one.row["channel"] == "Личный приём"]
    waits = sorted(
        (moment_of(one.row["called_at"]) - one.received) / timedelta(minutes=1)
        for one in visits
        if one.row["called_at"]
    )
    assert planted(truth, "queue_wait_p90", None)["value"] == pytest.approx(waits[math.ceil(0.9 * len(waits)) - 1])
    assert planted(truth, "queue_over_norm", None)["numerator"] == sum(wait > 15 for wait in waits)
    booked = [one.row["is_no_show"] for one in visits if one.row["is_no_show"] is not None]
    found = planted(truth, "no_show_rate", None)
    assert (found["numerator"], found["denominator"]) == (sum(booked), len(booked))
    ended = [one.row for one in appeals if one.row["ended_at"]]
    sent = [row for row in ended if row["survey_sent_at"]]
    assert planted(truth, "offer_rate", None)["numerator"] == len(sent)
    assert planted(truth, "offer_rate", None)["denominator"] == len(ended)
    assert planted(truth, "delivery_rate", None)["numerator"] == sum(row["survey_delivered"] for row in sent)
    assert planted(truth, "response_rate", None)["denominator"] == sum(row["survey_delivered"] for row in sent)


def test_reopenings_are_counted_one_by_one_when_conversations_are_reopened_twice(
    contacts: list[Contact], truth: pl.DataFrame
) -> None:
    begun = [
        (one, at)
        for one in contacts
        if one.is_talk and not one.is_out()
        for at in one.at("reopened")
        if at <= one.received + timedelta(days=28)  # what happens later belongs to no run
        if week_in(at, one.zone) == WEEK
    ]
    answered = sum(
        any(
            said["public"] and said["author"] == "staff" and at < moment_of(said["at"]) <= at + 7 * DAY
            for said in one.messages
        )
        for one, at in begun
    )
    found = planted(truth, "ttfr_reopen", None)
    assert (found["numerator"], found["denominator"], found["n"]) == (answered, len(begun), answered)


def test_every_week_holds_the_hard_cases_when_the_region_is_written(contacts: list[Contact]) -> None:
    quarter, week = timedelta(minutes=15), 7 * DAY

    def moved(one: Contact) -> list[tuple[timedelta, str | None, bool]]:
        return [
            (at - one.received, direction, bool(rule))
            for kind, at, direction, rule in one.events
            if kind == "transferred"
        ]

    cases: dict[str, Callable[[Contact], bool]] = {
        "up and to the side": lambda one: {"up", "side"} <= set(one.hand_overs()),
        "mended misroute": lambda one: any(at <= quarter and to == "side" for at, to, rule in moved(one) if not rule),
        "by a rule": lambda one: any(rule for *_, rule in moved(one)),
        "handed over too late": lambda one: any(at > week for at, *_ in moved(one)),
        "no identity": lambda one: one.row["client_id"] is None,
        "solved within an hour": lambda one: any(at <= one.received + DAY / 24 for at in one.at("solved")[:1]),
        "solved after a week": lambda one: one.is_solved(30) and not one.is_solved(7) and not one.at("reopened"),
        "reopened after a week": lambda one: any(at > one.received + week for at in one.at("reopened")),
        "solved again": lambda one: len(one.at("solved")) > 1,
        "unanswered": lambda one: one.is_talk and "staff" not in one.turns() and one.row["channel"] != "bot",
        "bot, then human": lambda one: one.is_talk and one.turns()[:3] == ["client", "bot", "staff"],
        "three turns": lambda one: one.turns().count("staff") >= 3,
        "no show": lambda one: one.row.get("is_no_show") == 1,
        "sent and lost": lambda one: one.row.get("survey_delivered") == 0,
    }
    for week_name in ("2026-W39", "2026-W41", "2026-W43"):
        of_week = [one for one in contacts if one.week == week_name]
        missing = [name for name, is_case in cases.items() if not any(is_case(one) for one in of_week)]
        assert missing == [], week_name


def test_repeats_stand_on_both_sides_of_seven_days_when_the_region_is_written(contacts: list[Contact]) -> None:
    gaps = {
        (later.received - one.received) - 7 * DAY
        for same in by_person(contacts).values()
        for one in same
        for later in same
    }
    assert {timedelta(seconds=seconds) for seconds in (-1, 0, 1)} <= gaps
