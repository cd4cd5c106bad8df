"""Russian texts of the demo region: what people write, some with personal data or hostile content in it.

The personal data is invented; numbers that carry a checksum carry a right one, so that redaction must find them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

# Fragments that must never be found in landing, quarantine or logs.
PLANTED_PERSONAL_DATA = (
    "+7 914 555-01-23",
    "8(4112)55-01-99",
    "ivanova.masha@example.org",
    "112-233-445 95",
    "500100732259",
    "7707083893",
    "98 10 123456",
)
_PERSONAL = (
    f"Перезвоните мне по номеру {PLANTED_PERSONAL_DATA[0]}, жду третий день.",
    f"Телефон {PLANTED_PERSONAL_DATA[1]} в вашем объявлении не отвечает.",
    f"Пишите на {PLANTED_PERSONAL_DATA[2]} — бумажных писем не получаю.",
    f"Мой СНИЛС {PLANTED_PERSONAL_DATA[3]}, проверьте начисление пособия.",
    f"ИНН {PLANTED_PERSONAL_DATA[4]}: справку так и не приложили к делу.",
    f"Вакансия работодателя с ИНН {PLANTED_PERSONAL_DATA[5]} уже закрыта, а меня направили.",
    f"Паспорт {PLANTED_PERSONAL_DATA[6]} просили трижды.",
)
_HOSTILE = (
    "<script>alert('очередь')</script> Час ждал у окна.",
    '=HYPERLINK("http://example.org";"Нажмите") — прислали вместо вакансии',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'); DROP TABLE metric_values; --",
    "../../etc/passwd — такой файл открывает ваша ссылка",
    'Спасибо; «кавычки», "ещё кавычки"\nи вторая строка.',
)
_PLAIN = (
    "Долго ждал в очереди, хотя записался на время.",
    "Специалист всё объяснила и помогла составить резюме. Спасибо!",
    "Сайт не открывается с телефона, запись не проходит.",
    "Предложили вакансии не по моей профессии.",
    "Пособие пришло на неделю позже, чем обещали.",
    "В зале душно, мест для ожидания не хватает.",
    "Быстро приняли, всё понятно.",
    "Дважды приносил одни и те же документы.",
    "Обучение полезное, преподаватель отличный.",
    "По телефону никто не отвечает до обеда.",
    "Подобрали работников за три дня, рекомендую.",
    "Не сообщили, что приём перенесли.",
    "Администратор в зале вежливая, подсказала нужное окно.",
    "Пандус перекрыт, с коляской не подняться.",
    "Ответ на жалобу пришёл отпиской.",
    "Тестирование помогло выбрать направление.",
)
_TEXTS = pl.Series([*_PERSONAL, *_HOSTILE, *_PLAIN * 9])


def texts_of(kinds: pl.Series) -> pl.Series:
    """Texts by their kind, a number from 0; the same number gives the same text, below 0 there is none."""
    position = kinds.to_numpy() % len(_TEXTS)
    return _TEXTS.gather(np.maximum(position, 0)).set(kinds < 0, None)  # type: ignore[return-value]


def snils_like(numbers: pl.Series) -> pl.Series:
    """Identifiers of people in the form of a СНИЛС, without its checksum."""
    text = (numbers.cast(pl.Int64) + 100_000_000).cast(pl.String)
    parts = [text.str.slice(start, 3) for start in (0, 3, 6)]
    return parts[0] + "-" + parts[1] + "-" + parts[2] + " 00"
