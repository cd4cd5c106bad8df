"""VK by its API: walls, comments with their threads, searches, and the errors that it gives as sound answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from tests.ingestion.talking import in_turn
from tests.ingestion.test_mentions import post, posts
from tests.ingestion.web import body, cut

if TYPE_CHECKING:
    from tests.ingestion.home import Home, Landed
    from tests.ingestion.talking import Talker

AT = 1794268800  # 2026-11-10 00:00 UTC
WEEK_LONG = 7 * 86400
PAGE = "2026-W46/1.json"
TOKEN = "vk1.a.never-shown"


def comment(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "from_id": 55,
        "post_id": 1,
        "owner_id": -9,
        "parents_stack": [],
        "date": AT + number,
        "text": f"Слово {number}",
        **changes,
    }


def page(*items: Any, count: int | None = None, **rest: Any) -> dict[str, Any]:
    return {"response": {"count": len(items) if count is None else count, "items": list(items), **rest}}


class Api:
    """VK with walls, comments by post, threads by comment, and what a search finds."""

    def __init__(self, **walls: list[dict[str, Any]]) -> None:
        self.walls = {int(owner.removeprefix("wall").replace("m", "-")): items for owner, items in walls.items()}
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.threads: dict[int, list[dict[str, Any]]] = {}
        self.found: list[dict[str, Any]] = []
        self.size = 100

    def __call__(self, path: str, params: dict[str, str]) -> Any:
        items = {
            "wall.get": lambda: self.walls[int(params["owner_id"])],
            "wall.getComments": lambda: (
                self.threads[int(params["comment_id"])]
                if "comment_id" in params
                else self.comments[int(params["post_id"])]
            ),
            "newsfeed.search": lambda: self.found,
        }[path.removeprefix("/method/")]()
        offset = int(params.get("offset", "0"))
        return page(*items[offset : offset + min(self.size, int(params["count"]))], count=len(items))


def describe(home: Home, talker: Talker, **settings: Any) -> None:
    home.describe(vk={"url": f"{talker.home}/method", "walls": [-9], "own_ids": [-9], "comments_days": 0, **settings})


def land_saved(home: Home, *items: Any, **settings: Any) -> Landed:
    home.describe(vk={"files": "{home}/vk/{week}/*.json", "own_ids": [-9, 900], **settings})
    home.file(f"vk/{PAGE}", json.dumps(page(*items), ensure_ascii=False))
    return home.land("vk")


def test_comments_posts_and_official_replies_are_told_apart(home: Home) -> None:
    landed = land_saved(
        home,
        post(1, post_type="post"),
        comment(2, from_id=-9, text="Уточните адрес"),
        comment(3, from_id=56, thread={"count": 2, "items": [
            comment(4, from_id=900, parents_stack=[3], reply_to_comment=3, text="Ждём вас"),
            comment(5, from_id=57, parents_stack=[3], reply_to_comment=4),
        ]}),
        post(6, post_type="reply", post_id=1, from_id=58),
        comment(7, from_id=None, text="", deleted=True),
        comment(8, from_id=-9, reply_to_comment=3, text="Ещё раз ждём"),
    )  # fmt: skip
    assert landed.rows("mentions", "record_id", "kind", "is_own", "is_hidden", "replied_at", "reply_text") == [
        ("vk:-9_1", "post", False, False, datetime(2026, 11, 10, 0, 0, 2), "Уточните адрес"),
        ("vk:-9_2", "comment", True, False, None, None),
        ("vk:-9_3", "comment", False, False, datetime(2026, 11, 10, 0, 0, 4), "Ждём вас"),
        ("vk:-9_4", "comment", True, False, None, None),
        ("vk:-9_5", "comment", False, False, None, None),
        ("vk:-9_6", "comment", False, False, None, None),
        ("vk:-9_7", "comment", False, True, None, None),
        ("vk:-9_8", "comment", True, False, None, None),
    ]
    urls = dict(landed.rows("mentions", "record_id", "url"))
    assert urls["vk:-9_1"] == "https://vk.com/wall-9_1"
    assert urls["vk:-9_4"] == "https://vk.com/wall-9_1?reply=4"


def test_who_published_and_who_signed_are_told_apart(home: Home) -> None:
    landed = land_saved(
        home,
        post(1, from_id=-9),
        post(2, from_id=-9, signer_id=55),
        post(3, from_id=-7, signer_id=900),
        post(4, from_id=-7, signer_id=55),
        post(5, from_id=55),
    )
    assert [own for (own,) in landed.rows("mentions", "is_own")] == [True, True, True, False, False]
    keys = landed.frames["mentions"]["author_key"].to_list()
    assert keys[3] == keys[4] == keys[1] != keys[0]


def test_the_wall_of_a_person_is_not_named(home: Home) -> None:
    copied = [{"id": 3, "owner_id": 7700111}]
    landed = land_saved(home, post(1, owner_id=7700112, from_id=7700112), post(2, copy_history=copied))
    (author,) = landed.frames["mentions"].filter(kind="post", is_own=False)["author_key"].to_list()[-1:]
    (record,) = [record for record in landed.ids("mentions") if "-9" not in record]
    assert record == f"vk:{author}_1"
    assert landed.frames["mentions"]["url"].to_list().count(None) == 1
    assert landed.frames["mentions"]["repost_of"].drop_nulls().str.ends_with("_3").all()
    assert "7700" not in str(landed)
    assert "7700" not in landed.frames["mentions"].write_csv()


def test_a_wall_belongs_to_the_centre_of_the_branches(home: Home) -> None:
    home.file("branches.json", '{"-9": "C01"}')
    landed = land_saved(home, post(1, text="Без хештега"), branches="{home}/branches.json")
    assert landed.rows("mentions", "office_id") == [("C01",)]


def test_walls_comments_and_searches_land_once(home: Home, talker: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_SECRET_VK", TOKEN)
    talker.answer = api = Api(
        wallm9=[post(1, comments={"count": 3}), post(2, comments={"count": 0})], wallm8=[post(7, owner_id=-8)]
    )
    del (first := comment(11))["owner_id"], first["post_id"]
    thread = [comment(13 + n, parents_stack=[12]) for n in range(12)]
    api.comments = {1: [first, comment(12, thread={"count": 12, "items": thread[:10]})], 7: []}
    api.threads = {12: thread}
    api.found = [post(1), post(30, owner_id=-77), comment(11, post_type="reply")]
    describe(home, talker, walls=[-9, -8], search=["служба занятости"], comments_days=28, token="VK")
    landed = home.land("vk")
    numbers = [1, 11, 12, *range(13, 25), 2]
    assert landed.ids("mentions") == sorted([*(f"vk:-9_{n}" for n in numbers), "vk:-8_7", "vk:-77_30"])
    assert landed.refused == []
    assert talker.paths == [
        "/method/wall.get",
        "/method/wall.getComments",
        "/method/wall.getComments",
        "/method/wall.get",
        "/method/wall.getComments",
        "/method/newsfeed.search",
    ]
    assert {params["access_token"] for params in talker.params} == {TOKEN}
    assert {params["v"] for params in talker.params} == {"5.199"}
    asked = talker.params[-1]
    # from Monday of Vladivostok to the end of Sunday of Yakutsk
    assert (int(asked["start_time"]), int(asked["end_time"])) == (1794146400, 1794146400 + WEEK_LONG + 3600)
    written = [path.read_bytes() for path in home.settings.landing.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in content for content in [*written, str(landed).encode()])
    assert home.land("vk").frames["mentions"].equals(landed.frames["mentions"])


def test_new_comments_under_posts_of_the_weeks_before_are_read(home: Home, talker: Talker) -> None:
    recent, old = post(1, date=AT - 2 * WEEK_LONG), post(2, date=AT - 10 * WEEK_LONG)
    talker.answer = api = Api(wallm9=[recent, old])
    api.comments = {1: [comment(11)]}
    describe(home, talker, comments_days=28)
    assert home.land("vk").ids("mentions") == ["vk:-9_11"]


def test_search_that_finds_more_than_vk_gives_is_asked_in_halves(home: Home, talker: Talker) -> None:
    spans: list[tuple[int, int]] = []

    def answer(_path: str, params: dict[str, str]) -> Any:
        start, end = int(params["start_time"]), int(params["end_time"])
        if end - start > WEEK_LONG / 3:
            return page(post(1), total_count=1001)
        spans.append((start, end))
        number = len(spans) + 1
        if params.get("start_from") == "далее":
            return page(post(number))
        return page(post(number), total_count=900, next_from="далее")

    talker.answer = answer
    describe(home, talker, walls=[], search=["занятость"])
    landed = home.land("vk")
    assert landed.counts("mentions") == (8, 8, 0, 0)
    assert sorted({start for start, _ in spans})[0] == 1794146400
    assert sorted({end for _, end in spans})[-1] == 1794146400 + WEEK_LONG + 3600
    parts = sorted(set(spans))
    assert [end for _, end in parts[:-1]] == [start for start, _ in parts[1:]]


def history(weeks: int) -> Api:
    """A wall with a pinned post of years ago and as many posts a week as a page holds."""
    pinned = post(9999, date=AT - 300 * WEEK_LONG, is_pinned=1)
    api = Api(wallm9=[pinned, *(post(1000 - n, date=AT - n // 3 * WEEK_LONG) for n in range(3 * weeks))])
    api.size = 3
    return api


@pytest.mark.parametrize("weeks", [3, 12, 200])
def test_requests_of_a_week_do_not_grow_with_the_wall(home: Home, talker: Talker, weeks: int) -> None:
    talker.answer = history(weeks)
    describe(home, talker)
    landed = home.land("vk")
    assert landed.ids("mentions") == ["vk:-9_1000", "vk:-9_998", "vk:-9_999"]
    assert len(talker.paths) == 3


def test_pinned_post_alone_on_a_page_stops_nothing(home: Home, talker: Talker) -> None:
    talker.answer = api = history(3)
    api.size = 1
    describe(home, talker)
    assert len(home.land("vk").ids("mentions")) == 3


class Shrinking(Api):
    """A wall from which the newest post vanishes after each of the first requests."""

    def __init__(self, times: int, length: int) -> None:
        super().__init__(wallm9=[post(100 - n) for n in range(length)])
        self.size, self.times = 2, times

    def __call__(self, path: str, params: dict[str, str]) -> Any:
        answer = super().__call__(path, params)
        if self.times:
            self.times -= 1
            self.walls[-9].pop(0)
        return answer


def test_wall_that_shrinks_is_read_again_and_nothing_is_lost(home: Home, talker: Talker) -> None:
    talker.answer = Shrinking(times=1, length=6)
    describe(home, talker)
    landed = home.land("vk")
    assert landed.ids("mentions") == [f"vk:-9_{n}" for n in range(95, 100)]
    assert landed.counts("mentions") == (5, 5, 0, 0)


def test_wall_that_shrinks_each_time_is_given_up(home: Home, talker: Talker) -> None:
    talker.answer = Shrinking(times=99, length=20)
    describe(home, talker)
    landed = home.land("vk")
    assert landed.result.status == "no_source"
    assert "записи исчезают, пока список читается, 3 раза подряд" in landed.result.messages[0]


def test_wall_that_gives_the_same_page_for_every_offset_is_no_source(home: Home, talker: Talker) -> None:
    talker.answer = in_turn(page(post(1), post(2), count=6))
    describe(home, talker)
    assert "страницы повторяются" in home.land("vk").result.messages[0]


def error(code: Any, **rest: Any) -> dict[str, Any]:
    asked = [{"key": "access_token", "value": TOKEN}]
    return {"error": {"error_code": code, "error_msg": f"access_token {TOKEN}", "request_params": asked, **rest}}


@pytest.mark.parametrize("code", [1, 6, 9, 10, 29])
def test_busy_vk_is_asked_again(home: Home, talker: Talker, waits: list[float], code: int) -> None:
    talker.answer = in_turn(error(code), error(code), page(post(1)))
    describe(home, talker)
    landed = home.land("vk")
    assert landed.ids("mentions") == ["vk:-9_1"]
    assert len(waits) == 2
    assert len(talker.paths) == 3


def test_vk_that_stays_busy_is_no_source(home: Home, talker: Talker, waits: list[float]) -> None:
    talker.answer = in_turn(error(6))
    describe(home, talker)
    (line,) = home.land("vk").result.messages
    assert line.startswith("2026-W46: 127.0.0.1: ВКонтакте ответил, что запросов в секунду слишком много (ошибка 6); ")
    assert line.endswith("так после 5 попыток; повторите позже")
    assert len(talker.paths) == http.ATTEMPTS


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (5, "ключ доступа ВКонтакте не принят или истёк; обновите его (ошибка 5)"),
        (1117, "ключ доступа ВКонтакте не принят или истёк; обновите его (ошибка 1117)"),
        (15, "доступ к записям закрыт их владельцем"),
        (14, "ВКонтакте просит ввести код с картинки"),
        (100, "проверьте walls и search"),
        (777, "ВКонтакте отказал; найдите ошибку в его справке для разработчиков (ошибка 777)"),
        ("пять", "ВКонтакте отказал; найдите ошибку в его справке для разработчиков (ошибка 0)"),
    ],
)
def test_other_errors_of_vk_are_named_and_its_words_are_not_repeated(
    home: Home, talker: Talker, code: Any, part: str
) -> None:
    talker.answer = in_turn(error(code))
    describe(home, talker)
    landed = home.land("vk")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert len(talker.paths) == 1
    assert TOKEN not in str(landed)
    landed = land_saved(home)
    home.file(f"vk/{PAGE}", json.dumps(error(code)))
    landed = home.land("vk")
    assert part in landed.result.messages[0]
    assert TOKEN not in str(landed)


def test_saved_page_of_a_busy_vk_is_no_source(home: Home) -> None:
    land_saved(home)
    home.file(f"vk/{PAGE}", json.dumps(error(6)))
    assert "сохраните страницу заново" in home.land("vk").result.messages[0]


def test_comments_that_their_owner_closed_are_no_failure(home: Home, talker: Talker) -> None:
    talker.answer = lambda path, _params: page(post(1)) if path.endswith("wall.get") else error(212)
    describe(home, talker, comments_days=28)
    assert home.land("vk").ids("mentions") == ["vk:-9_1"]


@pytest.mark.parametrize("fault", [cut(posts(post(1))), body("{")], ids=["cut", "JSON"])
def test_page_of_comments_that_breaks_off_is_asked_again(
    home: Home, talker: Talker, waits: list[float], fault: Any
) -> None:
    talker.answer = in_turn(page(post(1)), fault, page(comment(2)))
    describe(home, talker, comments_days=28)
    assert home.land("vk").ids("mentions") == ["vk:-9_1", "vk:-9_2"]


def test_address_of_comments_is_read_to_its_end_with_their_threads(home: Home, talker: Talker) -> None:
    old = comment(2, date=AT - 9 * WEEK_LONG, thread={"count": 1, "items": [comment(3)]})
    talker.answer = lambda _path, params: page(comment(4), count=2) if "offset" in params else page(old, count=2)
    home.describe(vk={"url": f"{talker.home}/method/wall.getComments?owner_id=-9&post_id=1"})
    assert home.land("vk").ids("mentions") == ["vk:-9_3", "vk:-9_4"]


def test_next_place_of_an_older_answer_is_followed(home: Home, talker: Talker) -> None:
    def answer(_path: str, params: dict[str, str]) -> Any:
        return page(post(2), count=9) if params.get("start_from") == "1" else page(post(1), count=9, next_from="1")

    talker.answer = lambda path, params: answer(path, params) if "offset" not in params else page(count=9)
    describe(home, talker)
    assert home.land("vk").ids("mentions") == ["vk:-9_1", "vk:-9_2"]


@pytest.mark.parametrize(
    "odd",
    [
        comment(2, thread=5),
        comment(2, thread={"count": "много", "items": 7}),
        comment(2, parents_stack="нет"),
        comment(2, parents_stack=[{}]),
    ],
)
def test_odd_parts_of_a_comment_do_not_stop_the_others(home: Home, odd: Any) -> None:
    landed = land_saved(home, post(1), odd, post(3))
    assert {"vk:-9_1", "vk:-9_3"} <= set(landed.ids("mentions"))
    assert landed.counts("mentions")[0] == 3
