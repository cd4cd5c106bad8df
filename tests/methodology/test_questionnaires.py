"""Questions, scales and questionnaires."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ingestion.methodology.check import check_methodology
from ingestion.methodology.questionnaires import Question
from tests.methodology.edited import METHODOLOGY, said_about

if TYPE_CHECKING:
    from pathlib import Path

DEMO = "regions/demo/questionnaires.yml"
WORST_TO_BEST = ["Нет, разочарован", "Требуется улучшения", "Ожидания совпали"]


def question(**changes: object) -> Question:
    fields = {
        "question": "ces",
        "version": "1",
        "clause": "Приложение 4",
        "wording": "Легко ли было?",
        "scale": ["Нет", "Да"],
        "valid_from": dt.date(2026, 1, 1),
    }
    return Question.model_validate({**fields, **changes})


def test_labels_are_those_of_the_appendix_from_the_worst_to_the_best() -> None:
    questions = check_methodology(METHODOLOGY).questionnaires.questions
    scales = {name: entry.scale for name, entry in questions.items()}
    assert scales["ces_1"] == ["Очень сложно", "Сложно", "Затрудняюсь ответить", "Легко", "Очень легко"]
    assert scales["expectation_1"] == [*WORST_TO_BEST, "Превзошел ожидания", "Значительно превзошел ожидания"]
    neuter = [*WORST_TO_BEST, "Превзошло ожидания", "Значительно превзошло ожидания"]
    assert [scales[name] for name in ("expectation_aspect_1", "satisfaction_1", "satisfaction_aspect_1")] == [
        neuter
    ] * 3
    assert scales["resolved_1"] == scales["first_contact_1"] == ["Нет", "Да"]
    assert scales["comment_1"] == []


def test_wording_hash_differs_when_the_words_or_a_label_differ() -> None:
    hashes = [
        question().wording_hash,
        question(wording="Легко ли Вам было?").wording_hash,
        question(scale=["Да", "Нет"]).wording_hash,
        question(scale=["Нет", "Да!"]).wording_hash,
    ]
    assert len(set(hashes)) == len(hashes)
    assert question(version="2", valid_from=dt.date(2026, 2, 1)).wording_hash == hashes[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "  nps_1:",
            "  ces_again:\n    question: ces\n    version: '1'\n    clause: Приложение 4\n    wording: Легко?\n"
            "    ⚑scale: [Сложно, Легко]\n    valid_from: 2026-01-01\n  nps_1:",
            "questions.ces_again.scale»: шкала не та, что в «ces_1» той же версии 1; новой шкале нужна новая версия",
            id="scale changed without a version",
        ),
        pytest.param(
            "  nps_1:",
            "  ces_again:\n    question: ces\n    ⚑version: '1'\n    clause: Приложение 4\n    wording: Легко?\n"
            "    scale: [Очень сложно, Сложно, Затрудняюсь ответить, Легко, Очень легко]\n"
            "    valid_from: 2026-01-01\n  nps_1:",
            "questions.ces_again.version»: версия уже стоит в «ces_1»",
            id="wording changed without a version",
        ),
        pytest.param(
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
            "[⚑1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
            "questions.nps_1.scale»: у вопроса nps шкала из чисел от 0 до 10",
            id="scale of nps",
        ),
        pytest.param(
            "[Очень сложно,",
            "[⚑Хуже некуда, Ужасно, Крайне сложно, Очень сложно,",
            "подписей 2–7, а не 8",
            id="ces of 8",
        ),
        pytest.param("[Очень сложно,", "[⚑Сложно,", "scale.№2»: подпись «Сложно» уже есть", id="label twice"),
        pytest.param("question: ces\n", "question: ⚑effort\n", "кода «effort» нет в списке questions", id="question"),
        pytest.param("ожиданиям {aspect}?", "ожиданиям ⚑это?", "wording»: {aspect} стоит в вопросе", id="no aspect"),
        pytest.param("promise_minutes: 2", "⚑promise_minutes: 3", "нужно обещать не больше 2 минут", id="long promise"),
        pytest.param(
            '  after_contact_email_1:\n    questionnaire: after_contact_email\n    version: "1"\n'
            "    channel: email\n    promise_minutes: 2\n",
            '  ⚑after_contact_email_1:\n    questionnaire: after_contact_email\n    version: "1"\n    channel: email\n',
            "нужно обещать не больше 2 минут",
            id="no promise",
        ),
        pytest.param(
            "    items:\n      - {question: ces_1, required: true}\n      - {question: resolved_1}\n"
            "      - {question: expectation_1}\n",
            "    ⚑items:\n",
            "items»: в письме нужно 3–5 вопросов, есть 2",
            id="two things",
        ),
        pytest.param(
            "    items:\n",
            "    ⚑items:\n      - {question: first_contact_1}\n",
            "нужно 3–5 вопросов, есть 6",
            id="six things",
        ),
        pytest.param(
            "{question: comment_1}",
            "⚑{question: comment_1, required: true}",
            "items.№5.required»: в письме открытый вопрос не бывает обязательным",
            id="obliged to write",
        ),
        pytest.param(
            "question: resolved_1}", "question: ⚑solved_1}", "№2.question»: вопроса «solved_1» нет", id="item"
        ),
        pytest.param(
            "question: resolved_1}",
            "question: ⚑resolved_1, aspect: premises, words: помещение}",
            "№2.question»: aspect и words",
            id="aspect of a question about all",
        ),
        pytest.param(
            "{question: resolved_1}\n",
            "{question: ⚑ces_1}\n",
            "items.№2.question»: вопрос ces в анкете уже есть",
            id="asked twice",
        ),
        pytest.param(
            "{question: resolved_1}\n      - {question: expectation_1}\n      - {question: nps_1}\n"
            "      - {question: comment_1}\n    valid_from: 2026-01-01",
            "⚑{question: resolved_1}\n      - {question: expectation_1}\n    valid_from: 2025-12-31",
            "items.№2.question»: вопрос «resolved_1» действует не весь срок анкеты",
            id="question of another time",
        ),
        pytest.param("channel: email", "channel: ⚑fax", "кода «fax» нет в списке feedback_channels", id="channel"),
    ],
)
def test_questionnaires_are_refused_when_they_are_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = said_about(tmp_path, "questionnaires.yml", old, new)
    assert any(row.startswith("⚑") and said in row for row in found), found


def test_region_question_is_refused_when_it_changes_one_of_the_base(tmp_path: Path) -> None:
    found = said_about(tmp_path, DEMO, "  ces_demo_1:", "  ⚑ces_1:")
    assert found == [
        "⚑поле «questions.ces_1»: такая запись есть в основе и не меняется; добавьте новую со своим названием"
    ]
