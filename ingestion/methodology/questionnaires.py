"""Questions of surveys with their wording and scale, and questionnaires (Appendix 3 §4 and tools, Appendix 4)."""

from __future__ import annotations

import hashlib
import json
from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong
from ingestion.methodology.validity import Validity, refuse_same_version

_POINTS = {  # question → how many labels its scale may have; the formulas of its metrics rest on it
    "ces": range(2, 8),  # App. 4: 2–7 points
    "nps": range(11, 12),
    "expectation": range(5, 6),
    "satisfaction": range(5, 6),
    "resolved": range(2, 3),
    "first_contact": range(2, 3),
    "comment": range(1),
}
_ZERO_TO_TEN = list(range(11))
_ASPECT = "{aspect}"


def question_code(question: str, aspect: str | None = None) -> str:
    """The code of the answers to a question; asked about an aspect, it is a question of its own."""
    return f"{question}_{aspect}" if aspect else question


class Question(Validity):
    """A version of a question; ``scale`` goes from the worst label to the best and is empty for a free text."""

    question: code_of("questions")  # type: ignore[valid-type]
    by_aspect: bool = False
    version: Text
    clause: Text
    wording: Text
    scale: list[Text | int] = Field(default_factory=list)

    @field_validator("scale")
    @classmethod
    def _labels_differ(cls, scale: list[str | int]) -> list[str | int]:
        for number, label in enumerate(scale):
            if label in scale[:number]:
                raise wrong(f"подпись «{label}» уже есть; подписи шкалы должны различаться", number)
        return scale

    @model_validator(mode="after")
    def _scale_fits_the_question(self) -> Self:
        allowed = _POINTS.get(self.question)  # a region's own question may have any scale
        if allowed and len(self.scale) not in allowed:
            least, most = allowed[0], allowed[-1]
            said = str(least) if least == most else f"{least}–{most}"
            raise wrong(f"у вопроса {self.question} подписей {said}, а не {len(self.scale)}", "scale")
        if self.question == "nps" and self.scale != _ZERO_TO_TEN:
            raise wrong("у вопроса nps шкала из чисел от 0 до 10", "scale")
        return self

    @model_validator(mode="after")
    def _names_its_aspect(self) -> Self:
        if self.by_aspect != (_ASPECT in self.wording):
            raise wrong(f"{_ASPECT} стоит в вопросе об аспекте (by_aspect: true), и только в нём", "wording")
        return self

    @property
    def wording_hash(self) -> str:
        """What answers of one wording and one scale have in common (SHA-256, 16 hex)."""
        said = json.dumps([self.wording, self.scale], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class Item(Strict):
    """A question in a questionnaire; one by aspect has the aspect and its words in the case that the wording asks."""

    question: Text
    required: bool = False
    aspect: code_of("aspects") | None = None  # type: ignore[valid-type]
    words: Text | None = None


class Questionnaire(Validity):
    """A version of a questionnaire and the channel over which it goes out."""

    questionnaire: Text
    version: Text
    channel: code_of("feedback_channels")  # type: ignore[valid-type]
    promise_minutes: float | None = Field(default=None, gt=0)
    items: list[Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _e_mail_is_short(self, info: ValidationInfo) -> Self:
        if self.channel != "email" or not info.context:
            return self
        limits = info.context["parameters"]
        least, most = int(limits["email_items_min"]), int(limits["email_items_max"])
        if not least <= len(self.items) <= most:
            raise wrong(f"в письме нужно {least}–{most} вопросов, есть {len(self.items)} (приложение 3)", "items")
        longest = limits["email_promise_minutes"]
        if self.promise_minutes is None or self.promise_minutes > longest:
            raise wrong(f"в письме нужно обещать не больше {longest:g} минут (приложение 3)", "promise_minutes")
        return self


class Questionnaires(Strict):
    """``questionnaires.yml``: versions of questions and of questionnaires by id."""

    questions: dict[str, Question]
    questionnaires: dict[str, Questionnaire]

    def asked_in(self, questionnaire: Questionnaire) -> dict[str, Question]:
        """The questions of a questionnaire by the code of their answers."""
        questions = [(self.questions[item.question], item.aspect) for item in questionnaire.items]
        return {question_code(question.question, aspect): question for question, aspect in questions}

    @property
    def aspects(self) -> dict[str, list[str]]:
        """By question, the aspects that some questionnaire asks about, in the order in which it does."""
        found: dict[str, list[str]] = {}
        for item in (item for questionnaire in self.questionnaires.values() for item in questionnaire.items):
            known = found.setdefault(self.questions[item.question].question, [])
            if item.aspect and item.aspect not in known:
                known.append(item.aspect)
        return found

    @model_validator(mode="after")
    def _scale_changes_with_the_version(self) -> Self:
        seen: dict[tuple[str, bool, str], str] = {}
        for name, entry in self.questions.items():
            first = seen.setdefault((entry.question, entry.by_aspect, entry.version), name)
            if entry.scale != self.questions[first].scale:
                said = f"шкала не та, что в «{first}» той же версии {entry.version}; новой шкале нужна новая версия"
                raise wrong(said, "questions", name, "scale")
        refuse_same_version(self.questions, lambda entry: (entry.question, entry.by_aspect), "questions")
        refuse_same_version(self.questionnaires, lambda entry: entry.questionnaire, "questionnaires")
        return self

    @model_validator(mode="after")
    def _items_are_questions(self) -> Self:
        for name, questionnaire in self.questionnaires.items():
            seen: set[str] = set()
            for number, item in enumerate(questionnaire.items):
                if fault := self._fault(item, questionnaire, seen):
                    field, said = fault
                    raise wrong(said, "questionnaires", name, "items", number, field)
        return self

    def _fault(self, item: Item, questionnaire: Questionnaire, seen: set[str]) -> tuple[str, str] | None:
        question = self.questions.get(item.question)
        if question is None:
            return "question", f"вопроса «{item.question}» нет в questions; можно: {', '.join(self.questions)}"
        if question.by_aspect != bool(item.aspect and item.words):
            return "question", "aspect и words (название аспекта в нужном падеже) есть у вопроса об аспекте, и только"
        code = question_code(question.question, item.aspect)
        if code in seen:
            return "question", f"вопрос {code} в анкете уже есть; оставьте один"
        seen.add(code)
        if not question.covers(questionnaire):
            return "question", f"вопрос «{item.question}» действует не весь срок анкеты; нужен действующий"
        if questionnaire.channel == "email" and item.required and not question.scale:
            return "required", "в письме открытый вопрос не бывает обязательным (приложение 3)"
        return None
