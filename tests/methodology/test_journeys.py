"""The maps themselves. The numbers of career guidance were counted by hand in Appendix 6 of the methodology."""

from __future__ import annotations

from collections import Counter

import pytest

from ingestion.methodology.check import check_methodology
from ingestion.methodology.journeys import metric_plan, stage_of
from tests.methodology.conftest import METHODOLOGY

JOURNEYS = check_methodology(METHODOLOGY).journeys
CAREER = JOURNEYS["career_guidance"]
ROWS = {  # stage → columns, thoughts, goals of the centre, barriers, improvement tools printed in Appendix 6
    "information_search": (5, 3 + 4 + 3 + 4 + 3, 3 + 2 + 1 + 2 + 2, 4 + 3 + 3 + 2 + 3, 2 + 3 + 3 + 3 + 1),
    "booking_choice": (2, 3 + 4, 1 + 2, 2 + 3, 2 + 3),
    "application": (3, 3 + 4 + 3, 1 + 3 + 2, 3 + 2 + 3, 3 + 3 + 2),
    "testing": (1, 3, 2, 3, 2),
    "training": (3, 3 + 3 + 3, 1 + 1 + 1, 3 + 2 + 3, 4 + 1 + 1),  # one line is told in two columns: its own is lost
    "result": (3, 3 + 4 + 3, 3 + 1 + 2, 3 + 1 + 3, 4 + 2 + 2),  # the barrier of the queue is ours
    "evaluation": (1, 4, 2, 2, 1),
}


@pytest.mark.parametrize("code", ROWS)
def test_career_guidance_has_every_row_of_the_methodology(code: str) -> None:
    stage = next(stage for stage in CAREER.stages if stage.code == code)
    parts = ("thoughts", "centre_goals", "barriers", "improvement")
    counted = (sum(len(getattr(contact, part)) for contact in stage.contacts) for part in parts)
    assert (len(stage.contacts), *counted) == ROWS[code]


def test_career_guidance_has_eight_stages_in_order() -> None:
    assert [stage.code for stage in CAREER.stages] == ["need_realised", *ROWS]


def test_career_guidance_watches_the_metrics_of_the_methodology() -> None:
    watched = Counter((place.stage, place.metric) for place in metric_plan(CAREER))
    visit = dict.fromkeys(("ces", "iqs", "fcr", "rpc"), 4)  # building, hall, specialist and application
    course = dict.fromkeys(("ces", "iqs", "nps"), 3)  # specialist, building, training
    assert {metric: count for (stage, metric), count in watched.items() if stage == "information_search"} == {
        "ces": 4, "cv1": 1, "cv2": 1, "rr": 4, "iqs": 4, "er_wide": 1, "fcr": 4, "rpc": 4,
    }  # fmt: skip
    assert {metric: count for (stage, metric), count in watched.items() if stage == "application"} == {
        **visit,
        "er_wide": 4,
    }
    assert {metric: count for (stage, metric), count in watched.items() if stage == "training"} == course
    assert watched.total() == 23 + 1 + 20 + 3 + 9 + 0 + 1


def test_what_the_text_has_lost_is_marked_as_assumed() -> None:
    booking, evaluation = CAREER.stages[2].contacts[0], CAREER.stages[-1].contacts[0]
    for contact, metric, lost in ((booking, "ces", "GFS"), (evaluation, "cv1", "СВ-?")):
        (planned,) = contact.metrics
        assert (planned.metric, planned.assumed) == (metric, True)
        assert lost in (planned.why or "")
    assert all(contact.assumed for stage in CAREER.stages for contact in stage.contacts)  # icons are lost


def test_restored_text_in_brackets_is_always_assumed() -> None:
    for stage in CAREER.stages:
        for contact in stage.contacts:
            lines = [*contact.thoughts, *contact.centre_goals, *contact.barriers, *contact.improvement]
            assert all(line.assumed for line in lines if "[" in line.text)


def test_touchpoint_belongs_to_the_first_stage_in_which_it_stands() -> None:
    assert stage_of(CAREER, "specialist") == "information_search"  # it stands in four stages
    assert stage_of(CAREER, "queue") == "result"
    assert stage_of(CAREER, "benefit_payment") is None


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
def test_journey_begins_outside_the_service_and_ends_with_an_opinion(journey) -> None:
    first, last = journey.stages[0], journey.stages[-1]
    assert (first.within_service, first.touchpoints) == (False, [])
    assert last.touchpoints == ["feedback_channel"]
    assert journey.purpose.startswith("Я хочу")
