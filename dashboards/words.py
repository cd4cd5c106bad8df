"""Russian words for the codes that pages of one subject show: KPIs, links, sources, coverage, rules.

What does not belong here: words for values and statuses, which every page shows (``russian.py``).
"""

KPI_VERDICT = {
    "within": "в коридоре",
    "below": "ниже коридора",
    "above": "выше коридора",
    "uncertain": "у границы",
    "weak": "мало данных",
    "no_data": "нет значения",
}
KPI_RULE = {
    "within": "Значение и его интервал 95 % лежат внутри коридора.",
    "uncertain": "Интервал 95 % пересекает границу коридора: внутри значение или снаружи, сказать нельзя.",
    "weak": "Наблюдений меньше 30 или значение скрыто: с коридором не сравнивается.",
    "no_data": "Показатель за неделю не посчитан; почему, стоит вместо значения.",
}
KPI_BETTER = {"higher": "лучше больше", "lower": "лучше меньше", "middle": "лучше внутри"}
COVERAGE = {
    "measured": "измеряется",
    "weak": "мало данных",
    "hidden": "скрыто",
    "no_source": "нет источника",
    "not_by_touchpoint": "не по точкам",
    "no_data": "пробел",
    "unplanned": "вне плана",
}
COVERAGE_MARK = {
    "measured": "✓",
    "weak": "◐",
    "hidden": "◌",
    "no_source": "✕",
    "not_by_touchpoint": "·",
    "no_data": "○",
    "unplanned": "+",
}
COVERAGE_RULE = {
    "measured": "Показатель плана за неделю посчитан, данных достаточно.",
    "weak": "Посчитан, но наблюдений меньше 30.",
    "no_data": "План требует измерять, а измерять нечем: к точке за неделю не отнесено ни одной записи.",
    "no_source": "Источник, нужный показателю, за неделю не получен.",
    "hidden": "Ответов меньше десяти: число не показывается.",
    "not_by_touchpoint": "Показатель считается только по региону в целом.",
    "unplanned": "Главный показатель измеряется, хотя ни одна карта его здесь не требует.",
}
RECONCILED = {
    "first_contact": "Наше правило: решено, не возобновлено, не передано, клиент не обратился снова",
    "one_employee": "Решено, и клиенту писал один сотрудник",
    "one_reply": "Решено одним сообщением сотрудника",
    "no_further_contact": "Из решённых: после первого ответа клиент больше не писал",
    "all_schedules": "Наше правило: все графики, действовавшие за время ожидания",
    "last_schedule": "Только последний график, на всё время ожидания",
}
LINK = {
    "code": "по коду точки",
    "interaction": "по обращению",
    "no_code": "код точки не указан",
    "unknown_code": "неизвестный код точки",
    "interaction_not_found": "обращение не найдено",
    "interaction_without_touchpoint": "у обращения нет точки",
}
ENTITY = {
    "offices": "реестр центров",
    "schedules": "графики работы",
    "interactions": "обращения",
    "interaction_events": "события обращений",
    "conversations": "диалоги",
    "conversation_events": "события диалогов",
    "messages": "сообщения",
    "responses": "анкеты",
    "answers": "ответы на вопросы",
    "entries": "записи книги",
    "mentions": "упоминания",
    "evaluations": "оценки",
    "evaluation_scores": "баллы по категориям",
}
