"""Errors of VK, which come as sound answers: ``{"error": {"error_code": 5, …}}``.

The words of the server are not repeated: they hold the request, and with it the token.
"""

from __future__ import annotations

from typing import Any

from ingestion.extract import SourceError
from ingestion.http import BusyError

_BUSY = {
    1: "ВКонтакте ответил неизвестной ошибкой",
    6: "ВКонтакте ответил, что запросов в секунду слишком много",
    9: "ВКонтакте ответил, что одинаковых действий слишком много",
    10: "внутренняя ошибка ВКонтакте",
    29: "ВКонтакте ответил, что запросов за сутки слишком много",
}
_EXPIRED = "ключ доступа ВКонтакте не принят или истёк; обновите его"
_CLOSED = "доступ к записям закрыт их владельцем; уберите его из описания региона или попросите доступ"
_NAMED = {
    **dict.fromkeys((4, 5, 27, 28, 1114, 1116, 1117, 3609), _EXPIRED),
    **dict.fromkeys((7, 15, 18, 19, 30, 203, 210, 211, 212), _CLOSED),
    3: "такого метода у ВКонтакте нет; проверьте адрес",
    8: "запрос к ВКонтакте неверен; проверьте адрес",
    14: "ВКонтакте просит ввести код с картинки; войдите в учётную запись и обновите ключ доступа",
    17: "ВКонтакте просит подтвердить вход; войдите в учётную запись и обновите ключ доступа",
    100: "параметр запроса к ВКонтакте неверен; проверьте walls и search в описании региона",
    113: "такого владельца у ВКонтакте нет; проверьте walls в описании региона",
    125: "такого сообщества у ВКонтакте нет; проверьте walls в описании региона",
}


class ClosedError(SourceError):
    """The owner lets nobody see it."""


def check_answer(answer: Any) -> None:
    """Pass an answer that is no error.

    Raises:
        BusyError: to be asked for again later.
        ClosedError: the owner lets nobody see it.
        SourceError: any other error, in one line.
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return
    code = error.get("error_code")
    code = code if isinstance(code, int) else 0
    if code in _BUSY:
        raise BusyError(f"{_BUSY[code]} (ошибка {code})")
    told = _NAMED.get(code, "ВКонтакте отказал; найдите ошибку в его справке для разработчиков")
    raise (ClosedError if told is _CLOSED else SourceError)(f"{told} (ошибка {code})")
