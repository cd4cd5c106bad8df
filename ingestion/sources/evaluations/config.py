"""How a region describes its evaluations of quality."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ingestion.config import Files, Strict

EvaluationRole = Literal[
    "number",
    "office_id",
    "employee",
    "interaction",
    "touchpoint_code",
    "scorecard",
    "scorecard_version",
    "reviewed_at",
    "category",
    "weight",
    "critical",
    "score",
]
# the first of each is our own header, the others are what such tables are often found with
HEADERS: dict[EvaluationRole, list[str]] = {
    "number": ["ID оценки", "№", "№ п/п", "Номер оценки", "№ анкеты", "Номер анкеты"],
    "office_id": ["Код центра", "Центр", "ЦЗН", "Наименование центра"],
    "employee": ["Сотрудник", "ФИО сотрудника", "Специалист"],
    "interaction": ["Номер обращения", "№ обращения"],
    "touchpoint_code": ["Код точки", "Точка контакта", "Точка"],
    "scorecard": ["Карта", "Карта оценки", "Чек-лист", "Анкета"],
    "scorecard_version": ["Версия карты", "Версия"],
    "reviewed_at": ["Дата оценки", "Дата визита", "Дата проверки", "Дата"],
    "category": ["Категория", "Критерий", "Показатель"],
    "weight": ["Вес", "Вес критерия"],
    "critical": ["Критическая", "Критичная", "Критический"],
    "score": ["Оценка", "Балл", "Результат"],
}
OF_CATEGORIES: tuple[EvaluationRole, ...] = ("category", "weight", "critical", "score")


class Category(Strict):
    """A category that has a column of its own.

    Attributes:
        header: of its column, where that is not its name.
        maximum: points that stand for the full score, where they differ from those of the table.
    """

    header: str | None = None
    weight: float = Field(ge=0, allow_inf_nan=False)
    critical: bool = False
    maximum: float | None = Field(default=None, gt=0, allow_inf_nan=False)


class EvaluationTable(Files):
    """Tables of evaluations of one form.

    Attributes:
        columns: by role the headers that a table may have, instead of :data:`HEADERS`; none where tables have no such
            column.
        categories: by name, where a table has a row for each evaluation and a column for each category.
        scale: how scores are written: 0…1, 0…100, or points out of ``maximum``.
        scorecard: name, where no column tells it; so ``scorecard_version``.
        fill_down: roles whose empty cells take the value above: CSV does not tell of merged cells.
    """

    columns: dict[EvaluationRole, list[str]] = Field(default_factory=dict)
    categories: dict[str, Category] = Field(default_factory=dict)
    scale: Literal["fraction", "percent", "points"] = "fraction"
    maximum: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    scorecard: str | None = None
    scorecard_version: str | None = None
    fill_down: list[EvaluationRole] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_a_maximum(self) -> Self:
        maxima = [category.maximum for category in self.categories.values()] or [None]
        if self.scale == "points" and self.maximum is None and None in maxima:
            raise PydanticCustomError("ours", "для баллов укажите maximum: сколько баллов — полная оценка")
        return self


class Evaluations(EvaluationTable):
    """Evaluations of quality, and visits of mystery shoppers, which have tables of their own form."""

    mystery_shopper: EvaluationTable | None = None
