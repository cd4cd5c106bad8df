"""Russian wording of values: numbers, weeks, units, statuses. What does not belong here: HTML, reading of data."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date

from dashboards.data import first_day

if TYPE_CHECKING:
    from dashboards.records import Cell, Kpi, Metric

LOCALE = Locale("ru")
THIN = "\u202f"  # narrow no-break space: groups of digits, and before a unit
MINUS = "\u2212"
# What a line must not break after (prepositions, conjunctions) or before (dashes, units, particles).
STICKY = re.compile(
    r"(?<![\w-])((?!(?:ли|же|бы)\b)[А-Яа-яё]{1,2}|для|без|или|при|это) (?=\S)"
    r"|(?<=\S) (?=[—→]|%(?!\w)|(?:ли|же|бы)(?![\w-]))"
)

STATUS = {
    "ok": "достаточно данных",
    "weak": "мало данных",
    "hidden": "скрыто",
    "no_source": "нет данных источника",
    "no_data": "нечего считать",
    "absent": "нет записей",
    "missing": "не публиковалось",
}
STATUS_MARK = {"weak": "◐", "hidden": "◌", "no_source": "✕", "no_data": "–", "absent": "–", "missing": "·"}
STATUS_RULE = {
    "ok": "Значение показано с числом наблюдений и интервалом 95 %.",
    "weak": "Наблюдений меньше 30: значение показано, но интервал широк и выводы ненадёжны.",
    "hidden": "Ответов меньше десяти, или по ним вычислялось бы такое значение рядом: ответ человека узнать нельзя.",
    "no_source": "Источник, нужный показателю, за эту неделю не получен. Это не ноль.",
    "no_data": "Источники получены, но подходящих записей не было. Это не ноль.",
    "absent": "В этом разрезе за неделю не было ни одной записи.",
    "missing": "Выпуска этой недели нет.",
}
PROVISIONAL = "предварительно"
PROVISIONAL_SHORT = "предварит."
SIGNAL = {
    "better": "лучше",
    "worse": "хуже",
    "changed": "изменилось",
    "none": "без значимых изменений",
    "unknown": "сравнить не с чем",
    "untested": "изменения не проверяются",
}
# The same in a column whose heading says what it is.
SIGNAL_SHORT = {"none": "нет", "unknown": "не с чем сравнить", "untested": "не проверяется"}
RULE = {
    ("limits", "up"): "выше обычных границ",
    ("limits", "down"): "ниже обычных границ",
    ("run", "up"): "долго выше среднего",
    ("run", "down"): "долго ниже среднего",
    ("trend", "up"): "растёт неделя за неделей",
    ("trend", "down"): "снижается неделя за неделей",
    ("test", "up"): "выше прошлой недели",
    ("test", "down"): "ниже прошлой недели",
}
SIGNAL_GROUP = {"better": "Стало лучше", "worse": "Стало хуже", "changed": "Изменилось"}
UNIT = {"percent": "%", "minutes": "мин", "score": "балла"}  # a fraction takes the genitive: 69,9 балла
UNIT_NAME = {"points": "пункты", "percent": "проценты", "score": "баллы", "minutes": "минуты", "count": "штуки"}
CHANGE_UNIT = {"points": "п.", "percent": "п. п.", "score": "балла", "minutes": "мин"}
# Their minutes are those of the working time of a centre; minutes of the others are of the clock.
WORKING_MINUTES = {"ttfr", "ttfr_mean", "ttfr_p90", "ttfr_reopen"}
BETTER = {"higher": "чем больше, тем лучше", "lower": "чем меньше, тем лучше", "none": "не оценивается"}
KIND = {
    "share": "доля; интервал Уилсона",
    "net": "разность долей; скорректированный интервал Вальда",
    "mean": "среднее; интервал по стандартной ошибке",
    "ratio": "отношение; интервала нет",
    "count": "число; интервала нет",
    "median": "медиана; интервал по порядковым статистикам",
    "quantile": "процентиль; интервал по порядковым статистикам",
}
# Headings of narrow columns; a metric that is not here goes by its full name.
SHORT = {
    "ces": "Усилия клиента, CES",
    "nps": "Рекомендуют, NPS",
    "expectation_met": "Ожидания оправданы",
    "satisfaction_met": "Довольны",
    "rr": "Решено вопросов",
    "ttfr": "Первая реакция, медиана",
    "er_wide": "Передано",
    "fcr": "Решено сразу, FCR",
    "iqs": "Качество, IQS",
    "cv1": "Упоминания",
    "cv2": "Обращения",
    "link_rate": "Привязано к точке",
}


def number(value: float | None, decimals: int = 0, signed: bool = False) -> str:
    """A number as Russians write it: ``1 262``, ``76,9``, ``−3,0``; rounded half away from zero."""
    if value is None:
        return "—"
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,}".translate({ord(","): THIN, ord("."): ","})
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def unit_text(metric: Metric) -> str:
    """What stands after a value; nothing after points and counts."""
    return "раб.\u00a0мин" if metric.metric in WORKING_MINUTES else UNIT.get(metric.unit, "")


def unit_name(metric: Metric) -> str:
    """The unit in full."""
    return "рабочие минуты" if metric.metric in WORKING_MINUTES else UNIT_NAME.get(metric.unit, metric.unit)


def kind_text(metric: Metric) -> str:
    """What a metric is in statistics and how its interval is made: ``90-й процентиль; интервал по …``."""
    rank = "" if metric.quantile is None else f"{100 * metric.quantile:g}-й ".replace(".", ",")
    return rank + KIND.get(metric.kind, metric.kind)


def value_text(metric: Metric, value: float | None) -> str:
    """A value of a metric with its unit."""
    unit = unit_text(metric)
    text = number(value, metric.decimals)
    return f"{text}{THIN}{unit}" if unit and value is not None else text


def interval_text(metric: Metric, cell: Cell) -> str:
    """The 95 % interval, or nothing when the metric has none."""
    if cell.ci_low is None or cell.ci_high is None:
        return ""
    low, high = number(cell.ci_low, metric.decimals), number(cell.ci_high, metric.decimals)
    return f"{low}\u00a0…\u00a0{high}"


def count_text(cell: Cell) -> str:
    """How many observations a value stands on."""
    return f"n\u00a0=\u00a0{number(cell.n)}"


def change_text(metric: Metric, cell: Cell) -> str:
    """The change against last week with its unit; nothing when it is no signal."""
    return difference_text(metric, cell.change) if cell.change is not None else ""


def corridor_text(kpi: Kpi, metric: Metric) -> str:
    """The bounds of a corridor with their unit: ``60 … 90 %``; whole bounds without a fraction."""
    low, high = (
        number(bound, 0 if bound == int(bound) else metric.decimals) for bound in (kpi.lower_bound, kpi.upper_bound)
    )
    unit = unit_text(metric)
    return f"{low}\u00a0…\u00a0{high}" + (f"{THIN}{unit}" if unit else "")


def distance_text(kpi: Kpi, metric: Metric) -> str:
    """How far a value lies outside of its corridor, without a sign: the verdict says on which side."""
    return number(kpi.distance, metric.decimals).removeprefix(MINUS)


def difference_text(metric: Metric, difference: float | None) -> str:
    """How far a value lies from another one, with its sign and unit."""
    unit = CHANGE_UNIT.get(metric.unit, "")
    text = number(difference, metric.decimals, signed=True)
    return f"{text}{THIN}{unit}" if unit and difference is not None else text


def places_text(best: int | None, worst: int | None) -> str:
    """Between which places a reason would stand if it were judged otherwise: ``3–6``, or ``3``."""
    return str(best) if best == worst else f"{best}–{worst}"


def kpi_state(kpi: Kpi) -> str:
    """How a verdict looks: good, part (cannot be told), lost (on the wrong side of the corridor), none."""
    if kpi.verdict in ("below", "above"):
        is_better = (kpi.better, kpi.verdict) in (("higher", "above"), ("lower", "below"))
        return "good" if is_better else "lost"
    return {"within": "good", "uncertain": "part"}.get(kpi.verdict, "none")


def rule_text(cell: Cell) -> str:
    """Which rule shows a change; nothing when it is no signal."""
    return RULE[cell.rule, cell.direction] if cell.rule and cell.direction else ""


def typeset(text: str) -> str:
    """The same text with no-break spaces where a line may not break."""
    return type(text)(STICKY.sub(lambda found: f"{found[1] or ''}\u00a0", text))


def short_office(name: str) -> str:
    """The name of a centre in a table, where the same first words in every row hide the rest."""
    return re.sub(r"^Центр занятости населения ", "ЦЗН ", name)


def short_name(metric: Metric) -> str:
    """The heading of a metric in a narrow column."""
    return SHORT.get(metric.metric, metric.name)


def week_number(week: str) -> int:
    """The number of an ISO week within its year."""
    return int(week[6:])


def week_dates(week: str) -> str:
    """Days of a week: ``9–15 ноября 2026``."""
    start = first_day(week)
    end = start + timedelta(days=6)
    if start.year != end.year:
        return f"{_date(start, 'd MMMM y')} – {_date(end, 'd MMMM y')}"
    if start.month != end.month:
        return f"{_date(start, 'd MMMM')} – {_date(end, 'd MMMM y')}"
    return f"{start.day}–{_date(end, 'd MMMM y')}"


def week_label(week: str) -> str:
    """A week in full: ``9–15 ноября 2026 (неделя 46)``."""
    return f"{week_dates(week)} (неделя {week_number(week)})"


def week_tick(week: str) -> str:
    """A week on the axis of a chart: its Monday, ``9 нояб``."""
    return _date(first_day(week), "d MMM").rstrip(".")


def plural(count: int, one: str, few: str, many: str) -> str:
    """A count with the right form of its noun: ``2 центра``."""
    form = {"one": one, "few": few}.get(LOCALE.plural_form(count), many)
    return f"{number(count)}\u00a0{form}"


def _date(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=LOCALE)
