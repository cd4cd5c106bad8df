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
    "Верхотурцева",
    "верхотурцева",
    "ул. Ленина, д. 5, кв. 12",
    "12.05.1985",
    "4276 3800 1234 5679",
    "40817810099910004312",
    "А123ВС14",
    "vk.com/id700800900",
)
# Each text with what a reader understands: touchpoint, reasons of a complaint, tone.
Meaning = tuple[str | None, str | None, str]
_NOTHING: Meaning = (None, None, "neutral")
_PERSONAL: tuple[tuple[str, Meaning], ...] = (
    (
        f"Перезвоните мне по номеру {PLANTED_PERSONAL_DATA[0]}, жду третий день.",
        ("contact_centre", "phone_unanswered", "negative"),
    ),
    (
        f"Телефон {PLANTED_PERSONAL_DATA[1]} в вашем объявлении не отвечает.",
        ("contact_centre", "phone_unanswered", "negative"),
    ),
    (f"Пишите на {PLANTED_PERSONAL_DATA[2]} — бумажных писем не получаю.", (None, None, "negative")),
    (f"Мой СНИЛС {PLANTED_PERSONAL_DATA[3]}, проверьте начисление пособия.", ("benefit_payment", None, "neutral")),
    (f"ИНН {PLANTED_PERSONAL_DATA[4]}: справку так и не приложили к делу.", ("application", None, "negative")),
    (
        f"Вакансия работодателя с ИНН {PLANTED_PERSONAL_DATA[5]} уже закрыта, а меня направили.",
        ("vacancy_matching", "vacancies_irrelevant", "negative"),
    ),
    (f"Паспорт {PLANTED_PERSONAL_DATA[6]} просили трижды.", ("application", "paperwork", "negative")),
    (
        f"Специалист {PLANTED_PERSONAL_DATA[7]} Ольга нагрубила мне при всех.",
        ("specialist", "staff_inattentive", "negative"),
    ),
    (f"меня зовут {PLANTED_PERSONAL_DATA[8]} ольга, спасибо за обучение", ("training", None, "positive")),
    (
        f"Живу на {PLANTED_PERSONAL_DATA[9]}, автобус до вас не ходит.",
        ("building", "location_access", "negative"),
    ),
    (f"Родился {PLANTED_PERSONAL_DATA[10]}, хочу подать заявление.", ("application", None, "neutral")),
    (f"Пособие переведите на карту {PLANTED_PERSONAL_DATA[11]}.", ("benefit_payment", None, "neutral")),
    (
        f"Стипендия на счёт {PLANTED_PERSONAL_DATA[12]} не пришла.",
        ("benefit_payment", "payment_delay", "negative"),
    ),
    (f"Машину {PLANTED_PERSONAL_DATA[13]} негде поставить.", ("building", "location_access", "negative")),
    (f"Ответьте мне: {PLANTED_PERSONAL_DATA[14]}", _NOTHING),
)
_HOSTILE: tuple[tuple[str, Meaning], ...] = (
    ("<script>alert('очередь')</script> Час ждал у окна.", ("queue", "queue_long", "negative")),
    (
        '=HYPERLINK("http://example.org";"Нажмите") — прислали вместо вакансии',
        ("vacancy_matching", None, "neutral"),
    ),
    ("@SUM(1+1)*cmd|' /C calc'!A0", (None, None, "")),  # in no language that is read
    ("'); DROP TABLE metric_values; --", (None, None, "")),
    ("../../etc/passwd — такой файл открывает ваша ссылка", ("site", None, "neutral")),
    ('Спасибо; «кавычки», "ещё кавычки"\nи вторая строка.', (None, None, "positive")),
)
_PLAIN: tuple[tuple[str, Meaning], ...] = (
    ("Долго ждал в очереди, хотя записался на время.", ("queue", "queue_long", "negative")),
    ("Специалист всё объяснила и помогла составить резюме. Спасибо!", ("specialist", None, "positive")),
    ("Сайт не открывается с телефона, запись не проходит.", ("site", "booking_complex;site_interface", "negative")),
    ("Предложили вакансии не по моей профессии.", ("vacancy_matching", "vacancies_irrelevant", "negative")),
    ("Пособие пришло на неделю позже, чем обещали.", ("benefit_payment", "payment_delay;result_late", "negative")),
    ("В зале душно, мест для ожидания не хватает.", ("hall", "premises_poor", "negative")),
    ("Быстро приняли, всё понятно.", ("queue", None, "positive")),
    ("Дважды приносил одни и те же документы.", ("application", "paperwork", "negative")),
    ("Обучение полезное, преподаватель отличный.", ("training", None, "positive")),
    ("По телефону никто не отвечает до обеда.", ("contact_centre", "phone_unanswered", "negative")),
    ("Подобрали работников за три дня, рекомендую.", ("candidate_matching", None, "positive")),
    ("Не сообщили, что приём перенесли.", ("status_tracking", "status_unknown", "negative")),
    ("Администратор в зале вежливая, подсказала нужное окно.", ("hall", None, "positive")),
    ("Пандус перекрыт, с коляской не подняться.", ("building", "location_access", "negative")),
    ("Ответ на жалобу пришёл отпиской.", ("feedback_channel", "feedback_ignored", "negative")),
    ("Тестирование помогло выбрать направление.", ("testing", None, "positive")),
)
_TEXTS = (*_PERSONAL, *_HOSTILE, *_PLAIN * 9)


def _at(kinds: pl.Series, values: list[str | None]) -> pl.Series:
    position = np.maximum(kinds.to_numpy() % len(_TEXTS), 0)
    return pl.Series(values, dtype=pl.String).gather(position).set(kinds < 0, None)  # type: ignore[return-value]


def texts_of(kinds: pl.Series) -> pl.Series:
    """Texts by their kind, a number from 0; the same number gives the same text, below 0 there is none."""
    return _at(kinds, [text for text, _ in _TEXTS])


def fitting(kinds: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Kinds of texts that fit scores of one to five (nan: none was given): blame for few, praise for many."""
    tones = np.array([meaning[2] for _, meaning in _TEXTS])
    blame, praise = np.flatnonzero(tones == "negative"), np.flatnonzero(tones == "positive")
    fitted = np.where(scores <= 2, blame[kinds % len(blame)], np.where(scores >= 4, praise[kinds % len(praise)], kinds))
    return np.where(kinds < 0, kinds, fitted)


def understood(kinds: pl.Series) -> pl.DataFrame:
    """What a reader understands of the texts: ``text_touchpoint``, ``text_reasons``, ``text_tone``."""
    names = ("text_touchpoint", "text_reasons", "text_tone")
    return pl.DataFrame(
        [_at(kinds, [meaning[part] for _, meaning in _TEXTS]).alias(name) for part, name in enumerate(names)]
    )


def snils_like(numbers: pl.Series) -> pl.Series:
    """Identifiers of people in the form of a СНИЛС, without its checksum."""
    text = (numbers.cast(pl.Int64) + 100_000_000).cast(pl.String)
    parts = [text.str.slice(start, 3) for start in (0, 3, 6)]
    return parts[0] + "-" + parts[1] + "-" + parts[2] + " 00"
