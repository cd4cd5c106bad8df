"""Codes that the demo sources write and what they mean: the invented AIS, its services, channels, touchpoints.

The same meaning stands in ``methodology/regions/demo.yml``; a test holds the two together. They are kept
apart on purpose: the truth of the demo region must not come through the code that it examines.
"""

from __future__ import annotations

AIS_CHANNELS = {
    "Личный приём": "visit",
    "Телефон": "phone",
    "Портал": "portal",
    "Форма на сайте": "site_form",
    "Почта": "post",
}
CLIENT_GROUPS = {"Гражданин": "job_seeker", "Работодатель": "employer", "Организация": "authority"}
SEGMENTS = {
    "Молодёжь": "youth",
    "Предпенсионер": "pre_pension",
    "Безработный": "unemployed",
    "Молодой родитель": "young_parents",
    "Крупный бизнес": "large_business",
    "Малый и средний бизнес": "small_business",
}
SERVICES = {
    "Поиск работы": "job_search",
    "Пособие": "benefit",
    "Профориентация": "career_guidance",
    "Обучение": "training",
    "Подбор работников": "staffing",
    "Самозанятость": "self_employment",
}
JOURNEYS = {
    "job_search": "job_search",
    "training": "job_search",
    "self_employment": "job_search",
    "benefit": "benefit",
    "career_guidance": "career_guidance",
    "staffing": "vacancy_filling",
}
# Stages of the journeys with the touchpoints that first stand in them.
STAGES = {
    "job_search": {
        "information_search": ("site", "contact_centre"),
        "booking_choice": ("booking_online", "booking_phone"),
        "application": ("building", "hall", "queue", "application"),
        "profiling": ("specialist",),
        "matching": ("vacancy_matching",),
        "upskilling": ("training",),
        "result": ("status_tracking", "result"),
        "evaluation": ("feedback_channel",),
    },
    "benefit": {
        "information_search": ("site", "contact_centre"),
        "application": ("building", "hall", "queue", "application"),
        "status_decision": ("status_tracking", "vacancy_matching"),
        "assignment": ("benefit_payment", "specialist"),
        "obligations": ("booking_online", "booking_phone"),
        "result": ("result",),
        "evaluation": ("feedback_channel",),
    },
    "career_guidance": {
        "information_search": ("site", "contact_centre", "building", "hall", "specialist"),
        "booking_choice": ("booking_online", "booking_phone"),
        "application": ("application",),
        "testing": ("testing",),
        "training": ("training",),
        "result": ("status_tracking", "queue", "result"),
        "evaluation": ("feedback_channel",),
    },
    "vacancy_filling": {
        "information_search": ("site", "contact_centre"),
        "application": ("application", "specialist"),
        "matching": ("candidate_matching", "hall"),
        "support": ("training", "status_tracking"),
        "result": ("result",),
        "evaluation": ("feedback_channel",),
    },
}
TOUCHPOINTS = {
    "01": "site",
    "02": "hall",
    "03": "queue",
    "04": "specialist",
    "05": "booking_online",
    "06": "application",
    "07": "testing",
    "08": "training",
    "09": "vacancy_matching",
    "10": "benefit_payment",
    "11": "candidate_matching",
    "12": "result",
    "13": "contact_centre",
    "14": "building",
    "15": "feedback_channel",
}
UNKNOWN_TOUCHPOINT = "99"

# Every touchpoint of the dictionary: truth holds a row for each, also where nothing happened.
ALL_TOUCHPOINTS = (
    *TOUCHPOINTS.values(),
    "booking_phone",
    "status_tracking",
)
EVENT_TYPES = {
    "solved": "Решено",
    "reopened": "Возобновлено",
    "transferred": "Передано",
    "merged": "Объединено",
    "spam": "Спам",
    "test": "Тест",
    "duplicate": "Дубль",
}
DIRECTIONS = {"up": "Вышестоящим", "side": "Смежным"}
EXCLUDING = ("merged", "spam", "test", "duplicate")

# Reasons that a complaints book names, with their codes and how critical the committee judged them.
REASONS = {
    "Очередь": ("queue_long", 4),
    "Грубость": ("staff_inattentive", 5),
    "Ошибка сотрудника": ("staff_incompetent", 5),
    "Документы": ("paperwork", 4),
    "Выплата": ("payment_delay", 5),
    "Сайт": ("site_interface", 2),
    "Вакансии": ("vacancies_irrelevant", 5),
    "Не дозвониться": ("phone_unanswered", 4),
}
UNKNOWN_REASON = "Другое"
# Reasons that are told by texts alone.
TEXT_REASONS = {
    "booking_complex": 2,
    "feedback_ignored": 3,
    "location_access": 3,
    "premises_poor": 2,
    "result_late": 5,
    "status_unknown": 3,
}

# How people feel at each touchpoint: 0 is the average, +1 very good, −1 very bad.
TOUCHPOINT_MOOD = {
    "site": -0.25,
    "hall": 0.25,
    "queue": -0.75,
    "specialist": 0.75,
    "booking_online": 0.15,
    "application": -0.2,
    "testing": 0.3,
    "training": 0.5,
    "vacancy_matching": -0.15,
    "benefit_payment": -0.35,
    "candidate_matching": 0.05,
    "result": 0.35,
    "contact_centre": -0.1,
    "building": -0.05,
    "feedback_channel": 0.1,
}

CES_LABELS = ("Очень сложно", "Сложно", "Затрудняюсь ответить", "Легко", "Очень легко")
EXPECTATION_LABELS = (
    *("Нет, разочарован", "Требуется улучшения", "Ожидания совпали"),
    *("Превзошел ожидания", "Значительно превзошел ожидания"),
)
SATISFACTION_LABELS = (*EXPECTATION_LABELS[:3], "Превзошло ожидания", "Значительно превзошло ожидания")
YES_NO = ("Нет", "Да")
# Closed questions of the survey but for NPS, with their answers from the worst to the best.
QUESTIONS = {
    "ces": ("Насколько легко Вам было решить Ваш вопрос?", CES_LABELS),
    "expectation": ("Соответствует ли Вашим ожиданиям результат обращения в СЗН?", EXPECTATION_LABELS),
    "expectation_information": ("Соответствует ли Вашим ожиданиям доступность информации?", SATISFACTION_LABELS),
    "expectation_premises": ("Соответствует ли Вашим ожиданиям помещение и его расположение?", SATISFACTION_LABELS),
    "satisfaction": ("Удовлетворены ли Вы качеством услуг и сервисов, полученных в СЗН?", SATISFACTION_LABELS),
    "satisfaction_specialist": ("Удовлетворены ли Вы поддержкой специалиста в СЗН?", SATISFACTION_LABELS),
    "resolved": ("Решён ли Ваш вопрос?", YES_NO),
    "first_contact": ("Решён ли Ваш вопрос с первого обращения?", YES_NO),
}
# Questions whose five labels say how far an expectation was met: of the whole, and of aspects.
EXPECTATIONS = ("expectation", "satisfaction")
ASPECTS = ("expectation_information", "expectation_premises", "satisfaction_specialist")
# Services that nobody can give at the first contact.
FIRST_CONTACT_EXCEPTIONS = ("benefit", "training", "self_employment")
# Share of segments in each group of clients, in the order of SEGMENTS; of the others nobody noted one.
GROUP_SEGMENTS = {
    "Гражданин": (22, 14, 40, 4, 0, 0),
    "Работодатель": (0, 0, 0, 0, 24, 70),
    "Организация": (0, 0, 0, 0, 0, 0),
}
OWN_VK_ID = -100500

# Share of touchpoint codes in each AIS channel, in the order of TOUCHPOINTS.
CHANNEL_TOUCHPOINTS = {
    "Личный приём": (0, 9, 17, 29, 0, 7, 6, 8, 9, 4, 2, 4, 0, 4, 1),
    "Телефон": (2, 0, 0, 12, 8, 0, 0, 2, 14, 12, 6, 10, 32, 0, 2),
    "Портал": (16, 0, 0, 3, 18, 28, 4, 3, 12, 6, 4, 6, 0, 0, 0),
    "Форма на сайте": (40, 0, 0, 0, 18, 14, 0, 0, 6, 4, 6, 2, 0, 0, 10),
    "Почта": (0, 0, 0, 10, 0, 34, 0, 0, 4, 22, 10, 12, 0, 0, 8),
}
# Share of services for each group of clients, in the order of SERVICES.
GROUP_SERVICES = {
    "Гражданин": (42, 27, 11, 13, 0, 7),
    "Работодатель": (4, 0, 0, 6, 90, 0),
    "Организация": (30, 10, 20, 20, 20, 0),
}
