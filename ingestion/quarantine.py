"""Reasons for which a row cannot be used: their codes and what people are told."""

from __future__ import annotations

REASONS = {
    "unreadable_file": "файл не читается: он повреждён или закрыт паролем",
    "missing_column": "нет обязательного столбца",
    "missing_id": "нет номера записи",
    "unreadable_date": "дата не читается",
    "unreadable_number": "число не читается",
    "broken_json": "строка не является JSON",
    "unknown_code": "код не найден в справочнике региона",
    "unknown_office": "центр не найден в реестре",
    "unknown_zone": "часовой пояс центра не из базы IANA (нужен вид Asia/Yakutsk)",
    "duplicate": "запись с этим номером уже загружена",
    "other_week": "запись относится к другой неделе",
}
