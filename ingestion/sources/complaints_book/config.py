"""How a region describes its complaints books."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ingestion.config import Files

BookRole = Literal[
    "number",
    "entered_at",
    "office_id",
    "touchpoint_code",
    "client",
    "text",
    "answered_at",
    "answer_text",
    "reason_text",
]

# the first of each is our own header, the others are what such books are often found with
HEADERS: dict[BookRole, list[str]] = {
    "number": ["№", "№ п/п", "№ записи", "Номер", "Номер записи", "Рег. №", "Регистрационный номер"],
    "entered_at": ["Дата записи", "Дата", "Дата обращения", "Дата поступления", "Дата и время записи"],
    "office_id": [],  # a book of all centres names it; otherwise the file is named after its centre
    "touchpoint_code": ["Код точки", "Точка контакта", "Точка"],
    "client": ["Номер клиента", "СНИЛС", "Клиент", "Заявитель", "ФИО заявителя"],
    "text": ["Текст", "Текст записи", "Содержание", "Содержание записи", "Суть обращения", "Отзыв", "Жалоба"],
    "answered_at": ["Дата ответа", "Ответ дан", "Дата рассмотрения"],
    "answer_text": ["Ответ", "Текст ответа", "Принятые меры", "Результат рассмотрения"],
    "reason_text": ["Причина", "Причина обращения", "Причина недовольства"],
}


class ComplaintsBook(Files):
    """A table for each centre, or one for all.

    Attributes:
        columns: by role the headers that a book may have, instead of :data:`HEADERS`; none where books have no such
            column. ``office_id`` makes it one book of all centres.
        fill_down: roles whose empty cells take the value above: CSV does not tell of merged cells.
    """

    columns: dict[BookRole, list[str]] = Field(default_factory=dict)
    fill_down: list[BookRole] = Field(default_factory=list)
