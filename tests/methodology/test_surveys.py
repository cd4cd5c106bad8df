"""The survey of a region against the registry of questions."""

from __future__ import annotations

import pytest

from ingestion.errors import IngestionError
from ingestion.methodology.check import check_methodology
from ingestion.methodology.surveys import check_survey
from ingestion.region import Region, load_region
from ingestion.settings import Settings
from ingestion.sources.survey.config import Survey
from tests.methodology.edited import METHODOLOGY

DEMO = METHODOLOGY / "regions" / "demo.yml"


@pytest.fixture(scope="module")
def region() -> Region:
    return load_region(Settings(region=DEMO, methodology=METHODOLOGY))


def said_about(survey: Survey) -> list[str]:
    with pytest.raises(IngestionError) as refused:
        check_survey(DEMO, survey, check_methodology(METHODOLOGY, "demo").questionnaires)
    start = f"Регион {DEMO}: поле sources.survey."
    return [row.removeprefix(start) for row in str(refused.value).splitlines()]


def changed(region: Region, **changes: object) -> Survey:
    assert region.sources.survey
    return Survey.model_validate({**region.sources.survey.model_dump(), **changes})


def test_survey_of_the_demo_region_asks_what_is_registered(region: Region) -> None:
    registry = check_methodology(METHODOLOGY, "demo").questionnaires
    check_survey(DEMO, region.sources.survey, registry)
    check_survey(DEMO, None, registry)


def test_survey_is_refused_when_its_questionnaire_is_not_registered(region: Region) -> None:
    (said,) = said_about(changed(region, questionnaire_version="2"))
    assert said == "questionnaire: анкеты contact 2 нет; можно: after_contact_email 1, contact 1."


def test_survey_is_refused_when_a_label_or_a_question_is_not_in_the_questionnaire(region: Region) -> None:
    labels = ["Очень сложно", "Сложно", "Не знаю", "Легко", "Очень легко"]
    questions = {"ces": {"header": "Легко ли?", "scale": labels}, "mood": {"header": "Как настроение?"}}
    known = (
        "ces, nps, expectation, expectation_information, expectation_premises, satisfaction, satisfaction_specialist, "
        "resolved, first_contact, comment"
    )
    ours = "Очень сложно, Сложно, Затрудняюсь ответить, Легко, Очень легко"
    assert said_about(changed(region, questions=questions)) == [
        f"questions.ces.scale: подписи не те, что в анкете: {ours}.",
        f"questions.mood: вопроса нет в анкете; можно: {known}.",
    ]
