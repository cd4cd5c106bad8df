"""Exports of Telegram Desktop: groups, channels and personal chats, with what is odd in them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.ingestion.home import Home, Landed

FILE = "2026-W46/result.json"
AT = 1794268800  # 2026-11-10 00:00 UTC


def message(number: Any = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2026-11-10T09:00:00",
        "date_unixtime": str(AT + (number if isinstance(number, int) else 0)),
        "from": "Иван Сидоров",
        "from_id": "user700",
        "text": "Очередь на час",
        **changes,
    }


def chat(*messages: Any, kind: str = "public_supergroup", number: Any = 42) -> dict[str, Any]:
    return {"name": "Посёлок", "type": kind, "id": number, "messages": list(messages)}


def land(home: Home, content: Any, **settings: Any) -> Landed:
    home.describe(telegram={"files": "{home}/telegram/{week}/*.json", **settings})
    home.file(f"telegram/{FILE}", json.dumps(content, ensure_ascii=False))
    return home.land("telegram")


def test_messages_land_with_the_pieces_of_their_text_in_one(home: Home) -> None:
    pieces = ["Спасибо ", {"type": "bold", "text": "большое"}, ", ", {"type": "link", "text": "https://sluzhba.test"}]
    landed = land(
        home,
        chat(
            message(1, text=pieces),
            message(2, text="", media_type="sticker"),
            message(3, edited_unixtime=str(AT + 60), edited="2026-11-10T09:01:00"),
            message(4, date_unixtime=None),
        ),
    )
    assert landed.rows("mentions", "record_id", "kind", "text", "published_at", "edited_at", "origin") == [
        (
            "telegram:42_1",
            "post",
            "Спасибо большое, https://sluzhba.test",
            datetime(2026, 11, 10, 0, 0, 1),
            None,
            f"{FILE}#42_1",
        ),
        ("telegram:42_2", "post", None, datetime(2026, 11, 10, 0, 0, 2), None, f"{FILE}#42_2"),
        (
            "telegram:42_3",
            "post",
            "Очередь на час",
            datetime(2026, 11, 10, 0, 0, 3),
            datetime(2026, 11, 10, 0, 1),
            f"{FILE}#42_3",
        ),
        # an older export: the clock of the region, nine hours ahead
        ("telegram:42_4", "post", "Очередь на час", datetime(2026, 11, 10), None, f"{FILE}#42_4"),
    ]


def test_own_posts_reposts_and_replies_are_told_apart(home: Home) -> None:
    landed = land(
        home,
        chat(
            message(1),
            message(2, from_id="user9", text="Придите завтра", reply_to_message_id=1),
            message(3, from_id="user9", text="И паспорт", reply_to_message_id=1),
            message(4, from_id="channel8", text="Мы открылись"),
            message(5, from_id="user9", text="Ответ своим", reply_to_message_id=4),
            message(6, forwarded_from="Чужой канал"),
            message(7, forwarded_from=None),
            message(8, reply_to_message_id=4),
        ),
        own_ids=["user9", "channel8"],
    )
    forwarded = landed.rows("mentions", "repost_of")
    assert [bool(whose) for (whose,) in forwarded] == [False] * 5 + [True, True, False]
    assert "Чужой" not in str(forwarded)
    assert landed.rows("mentions", "record_id", "kind", "is_own", "replied_at", "reply_text") == [
        ("telegram:42_1", "post", False, datetime(2026, 11, 10, 0, 0, 2), "Придите завтра"),
        ("telegram:42_2", "comment", True, None, None),
        ("telegram:42_3", "comment", True, None, None),
        ("telegram:42_4", "post", True, None, None),
        ("telegram:42_5", "comment", True, None, None),
        ("telegram:42_6", "post", False, None, None),
        ("telegram:42_7", "post", False, None, None),
        ("telegram:42_8", "comment", False, None, None),
    ]


def test_what_nobody_wrote_is_no_message(home: Home) -> None:
    service = {
        "id": 2,
        "type": "service",
        "date": "2026-11-10T09:00:00",
        "action": "pin_message",
        "actor_id": "user700",
    }
    landed = land(home, chat(message(1), service))
    assert landed.counts("mentions") == (1, 1, 0, 0)


def test_a_person_is_named_neither_by_a_chat_nor_by_a_message(home: Home) -> None:
    landed = land(home, chat(message(1, from_id="user77001122"), message(2), kind="personal_chat", number=77001122))
    keys = landed.frames["mentions"]["author_key"].to_list()
    assert landed.ids("mentions") == [f"telegram:{keys[0]}_1", f"telegram:{keys[0]}_2"]
    assert keys[0] != keys[1]
    assert "77001122" not in str(landed)
    assert "Сидоров" not in str(landed)


def test_whole_account_lands_with_the_centres_of_its_chats(home: Home) -> None:
    home.file("telegram/branches.json", '{"42": "C02"}')
    account = {
        "about": "…",
        "chats": {"list": [chat(message(1)), chat(message(1, text="#ЦЗН_C01"), number=43)]},
        "left_chats": {"list": [chat(message(1), number=44)]},
    }
    landed = land(home, account, branches="{home}/telegram/branches.json")
    assert landed.rows("mentions", "record_id", "office_id") == [
        ("telegram:42_1", "C02"),
        ("telegram:43_1", "C01"),
        ("telegram:44_1", None),
    ]


def test_messages_that_are_not_about_the_service_land_as_such(home: Home) -> None:
    texts = [
        "В ЦЕНТРЕ занятости очередь",
        "центральной занятости нет",
        "Продам лодку",
        None,
        "Прием  в центре\nзанятости",
    ]
    landed = land(
        home, chat(*(message(n, text=text) for n, text in enumerate(texts))), words=["центр занят", "приём в ц"]
    )
    # the second holds both beginnings: a rule by beginnings cannot know better
    assert [flag for (flag,) in landed.rows("mentions", "is_off_topic")] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("wrong", "reason", "place"),
    [
        (message(2, date_unixtime=None, date="вчера"), "unreadable_date", "42_2"),
        (message(2, date_unixtime="9" * 30, date=None), "unreadable_date", "42_2"),
        (message(2, edited="когда-то"), "unreadable_date", "42_2"),
        (message(2, date_unixtime="1"), "other_week", "42_2"),
        (message(1), "duplicate", "42_1"),
        (message(None), "missing_id", "2"),
        (message(2, text=[1.5]), "wrong_shape", "2"),
        (message(2, text={"a": 1}), "wrong_shape", "2"),
        (message(2, from_id={}), "wrong_shape", "2"),
        (7, "wrong_shape", "2"),
    ],
)
def test_faulty_message_is_quarantined(home: Home, wrong: Any, reason: str, place: str) -> None:
    landed = land(home, chat(message(1), wrong))
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert landed.refused == [("mentions", reason, f"{FILE}#{place}")]


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"messages": 5},
        {"chats": 5},
        {"chats": {"list": 5}},
        {"chats": {"list": [5]}},
        {"chats": {"list": [{}]}},
    ],
)
def test_file_that_is_no_export_is_no_source(home: Home, content: Any) -> None:
    landed = land(home, content)
    assert landed.result.status == "no_source"
    assert "ни одна страница не прочитана" in landed.result.messages[0]
