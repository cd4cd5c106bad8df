"""Reviews of Google and Yandex, saved and over real HTTP, in the order in which the platforms give them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from ingestion.sources.mentions.pages import READINGS
from tests.ingestion.talking import in_turn
from tests.ingestion.test_mentions import review as two_gis_review
from tests.ingestion.test_mentions import reviews as two_gis_page
from tests.ingestion.web import body, cut, status

if TYPE_CHECKING:
    from tests.ingestion.home import Home, Landed
    from tests.ingestion.talking import Talker

GOOGLE, YANDEX = "google_reviews", "yandex_maps"
PAGE = "2026-W46/1.json"
LOCATION = "accounts/1/locations/5"
TOKEN = "ключ-которого-никто-не-видит".encode().hex()


def google(number: str = "r1", day: str = "2026-11-10", **changes: Any) -> dict[str, Any]:
    at = f"{day}T00:00:00Z"
    return {
        "name": f"{LOCATION}/reviews/{number}",
        "reviewId": number,
        "reviewer": {"displayName": "Мария К", "profilePhotoUrl": "https://photo.test/m"},
        "starRating": "FOUR",
        "comment": "Помогли",
        "createTime": at,
        "updateTime": at,
        **changes,
    }


def yandex(number: str = "y1", day: str = "2026-11-10", **changes: Any) -> dict[str, Any]:
    return {
        "reviewId": number,
        "businessId": "900",
        "author": {"name": "Мария К", "profileUrl": "https://reviews.test/user/m"},
        "text": "Помогли",
        "rating": 4,
        "updatedTime": f"{day}T00:00:00.500Z",
        "businessComment": None,
        **changes,
    }


def numbered(*items: Any, page: int = 1, last: int = 1, count: int | None = None) -> dict[str, Any]:
    params = {"page": page, "totalPages": last, "count": len(items) if count is None else count}
    return {"data": {"reviews": list(items), "params": params, "tags": []}}


def land_saved(home: Home, source: str, page: Any, **settings: Any) -> Landed:
    home.describe(**{source: {"files": f"{{home}}/{source}/{{week}}/*.json", **settings}})
    home.file(f"{source}/{PAGE}", json.dumps(page, ensure_ascii=False))
    return home.land(source)


def test_google_reviews_land_with_the_centre_of_their_location(home: Home) -> None:
    home.file("branches.json", json.dumps({LOCATION: "C02"}))
    page = [
        google("r1", reviewReply={"comment": "Рады", "updateTime": "2026-11-11T00:00:00Z"}),
        google("r2", reviewer={"isAnonymous": True}, comment=None, starRating="STAR_RATING_UNSPECIFIED"),
        google("r3", name="accounts/1/locations/6/reviews/r3", updateTime="2026-11-12T00:00:00Z"),
        google("r4", reviewer={"displayName": "Мария К", "profilePhotoUrl": "https://photo.test/other"}),
        google("r5", comment="(Translated by Google) They helped\n\n(Original)\nПомогли"),
        google("r6", comment="Помогли\n\n(Translated by Google)\nThey helped"),
        None,
    ]
    landed = land_saved(home, GOOGLE, {"reviews": page, "totalReviewCount": 9}, branches="{home}/branches.json")
    assert landed.rows("mentions", "record_id", "office_id", "rating", "text", "edited_at", "replied_at") == [
        ("google_reviews:r1", "C02", 4.0, "Помогли", None, datetime(2026, 11, 11)),
        ("google_reviews:r2", "C02", None, None, None, None),
        ("google_reviews:r3", None, 4.0, "Помогли", datetime(2026, 11, 12), None),
        ("google_reviews:r4", "C02", 4.0, "Помогли", None, None),
        ("google_reviews:r5", "C02", 4.0, "Помогли", None, None),
        ("google_reviews:r6", "C02", 4.0, "Помогли", None, None),
    ]
    keys = landed.frames["mentions"]["author_key"].to_list()
    assert keys[1] is None
    assert keys[0] == keys[2] != keys[3]
    assert "Мария" not in str(landed)
    assert landed.refused == [("mentions", "wrong_shape", f"{PAGE}#7")]


def test_yandex_reviews_land_under_the_moment_of_their_last_change(home: Home) -> None:
    home.file("branches.json", '{"900": "C01"}')
    reply = {"text": "Рады", "updatedTime": "2026-11-11T00:00:00Z"}
    page = numbered(
        yandex("y1", businessComment=reply), yandex("y2", rating=0, businessId=901), yandex("y3", author=None)
    )
    landed = land_saved(home, YANDEX, page, branches="{home}/branches.json")
    assert landed.rows("mentions", "record_id", "office_id", "rating", "published_at", "replied_at", "reply_text") == [
        ("yandex_maps:y1:20261110T000000", "C01", 4.0, datetime(2026, 11, 10, 0, 0, 0, 500_000), datetime(2026, 11, 11), "Рады"),
        ("yandex_maps:y2:20261110T000000", None, None, datetime(2026, 11, 10, 0, 0, 0, 500_000), None, None),
        ("yandex_maps:y3:20261110T000000", "C01", 4.0, datetime(2026, 11, 10, 0, 0, 0, 500_000), None, None),
    ]  # fmt: skip
    keys = landed.frames["mentions"]["author_key"].to_list()
    assert keys[0] == keys[1]
    assert keys[2] is None


@pytest.mark.parametrize(
    ("source", "wrong", "reason"),
    [
        (GOOGLE, google("r2", starRating="SIX"), "unreadable_number"),
        (GOOGLE, google("r2", starRating=5.0), "wrong_shape"),
        (GOOGLE, google("r2", createTime="вчера"), "unreadable_date"),
        (GOOGLE, google("r2", updateTime="вчера"), "unreadable_date"),
        (GOOGLE, google("r2", reviewReply={"comment": "Да", "updateTime": "-"}), "unreadable_date"),
        (GOOGLE, google("r2", reviewer="Мария"), "wrong_shape"),
        (GOOGLE, google("r1"), "duplicate"),
        (GOOGLE, google("r2", "2026-11-01"), "other_week"),
        (YANDEX, yandex("y2", rating="пять"), "unreadable_number"),
        (YANDEX, yandex("y2", updatedTime=None), "unreadable_date"),
        (YANDEX, yandex("y2", businessComment={"text": "Да", "updatedTime": "-"}), "unreadable_date"),
        (YANDEX, yandex("y2", businessComment="str"), "wrong_shape"),
        (YANDEX, yandex(None), "missing_id"),  # type: ignore[arg-type]
        (YANDEX, yandex("y1"), "duplicate"),
        (YANDEX, yandex("y2", "2026-11-01"), "other_week"),
    ],
)
def test_faulty_review_is_quarantined(home: Home, source: str, wrong: Any, reason: str) -> None:
    page = {"reviews": [google("r1"), wrong]} if source == GOOGLE else numbered(yandex("y1"), wrong)
    landed = land_saved(home, source, page)
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert [refused[1] for refused in landed.refused] == [reason]


@pytest.mark.parametrize(
    ("source", "page", "is_read"),
    [
        (GOOGLE, {"totalReviewCount": 0}, True),
        (GOOGLE, {}, True),
        (GOOGLE, {"error": {"code": 401}}, False),
        (GOOGLE, {"reviews": None}, False),
        (YANDEX, {"data": {"reviews": []}}, True),
        (YANDEX, {"reviews": []}, True),
        (YANDEX, {"data": {}}, False),
        (YANDEX, {"data": [1]}, False),
        (YANDEX, {"error": "Forbidden"}, False),
    ],
)
def test_page_without_reviews_is_a_true_zero_and_one_that_is_none_is_no_source(
    home: Home, source: str, page: Any, is_read: bool
) -> None:
    landed = land_saved(home, source, page)
    assert landed.result.status == ("loaded" if is_read else "no_source")
    assert landed.counts("mentions") == (0, 0, 0, 0)


def test_google_is_asked_with_a_token_for_each_location_page_by_page(
    home: Home, talker: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_SECRET_GOOGLE_TOKEN", TOKEN)
    home.file("branches.json", json.dumps({LOCATION: "C01", "accounts/1/locations/6": "C02"}))
    url = f"{talker.home}/v4/{{branch}}/reviews"
    home.describe(google_reviews={"url": url, "token": "GOOGLE_TOKEN", "branches": "{home}/branches.json"})

    def answer(path: str, params: dict[str, str]) -> Any:
        if "/6/" in path:
            return {"reviews": [google("r1", name="accounts/1/locations/6/reviews/r1", reviewId="s1")]}
        if params.get("pageToken") == "далее":
            return {"reviews": [google("r2")]}
        return {"reviews": [google("r1")], "nextPageToken": "далее"}

    talker.answer = answer
    landed = home.land(GOOGLE)
    assert landed.rows("mentions", "record_id", "office_id") == [
        ("google_reviews:r1", "C01"),
        ("google_reviews:r2", "C01"),
        ("google_reviews:s1", "C02"),
    ]
    assert {headers["Authorization"] for headers in talker.headers} == {f"Bearer {TOKEN}"}
    assert talker.params[0] == {"orderBy": "updateTime desc", "pageSize": "50"}
    assert talker.params[1]["pageToken"] == "далее"
    written = [path.read_bytes() for path in home.settings.landing.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in content for content in [*written, str(landed).encode()])


@pytest.mark.parametrize(
    ("source", "token", "header", "param"),
    [("two_gis", "GIS", None, "key"), (YANDEX, "YA", f"OAuth {TOKEN}", None)],
)
def test_other_platforms_get_their_token_in_their_way(
    home: Home, talker: Talker, monkeypatch: pytest.MonkeyPatch, source: str, token: str, header: str | None, param: Any
) -> None:
    monkeypatch.setenv(f"CX_SECRET_{token}", TOKEN)
    talker.answer = in_turn({"reviews": []})
    home.describe(**{source: {"url": f"{talker.home}/reviews", "token": token}})
    assert home.land(source).result.status == "loaded"
    assert talker.headers[0].get("Authorization") == header
    assert talker.params[0].get(param) == (TOKEN if param else None)


def test_token_that_is_not_set_and_one_that_has_expired_are_told(home: Home, talker: Talker) -> None:
    home.describe(google_reviews={"url": f"{talker.home}/reviews", "token": "NOT_SET"})
    assert "CX_SECRET_NOT_SET" in home.land(GOOGLE).result.messages[0]
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    talker.answer = in_turn(status(401))
    assert home.land(GOOGLE).result.messages == [
        "2026-W46: 127.0.0.1: ответ 401; ключ доступа не принят или истёк; обновите его"
    ]


def test_address_with_a_place_for_branches_needs_them(home: Home, talker: Talker) -> None:
    home.describe(yandex_maps={"url": f"{talker.home}/{{branch}}/reviews"})
    assert "{branch}" in home.land(YANDEX).result.messages[0]
    assert talker.paths == []


def google_history(weeks: int) -> Any:
    """One page a week, newest first: the week itself and those before it."""
    days = [datetime(2026, 11, 10).toordinal() - 7 * week for week in range(weeks)]

    def answer(_path: str, params: dict[str, str]) -> Any:
        page = int(params.get("pageToken", "0"))
        day = datetime.fromordinal(days[page]).strftime("%Y-%m-%d")
        more = {"nextPageToken": str(page + 1)} if page + 1 < weeks else {}
        return {"reviews": [google(f"r{page}", day), google(f"s{page}", day)], **more}

    return answer


@pytest.mark.parametrize("weeks", [2, 5, 60])
def test_requests_of_a_week_do_not_grow_with_history(home: Home, talker: Talker, weeks: int) -> None:
    talker.answer = google_history(weeks)
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    landed = home.land(GOOGLE)
    assert landed.ids("mentions") == ["google_reviews:r0", "google_reviews:s0"]
    assert len(talker.paths) == 2
    assert landed.counts("mentions") == (4, 2, 0, 2)


def test_review_that_was_written_in_the_week_and_changed_after_it_stands_on_a_later_page(
    home: Home, talker: Talker
) -> None:
    talker.answer = in_turn(
        {"reviews": [google("old", "2026-01-10", updateTime="2026-11-20T00:00:00Z")], "nextPageToken": "2"},
        {"reviews": [google("new")], "nextPageToken": "3"},
        {"reviews": [google("older", "2026-01-09")], "nextPageToken": "4"},
    )
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    assert home.land(GOOGLE).ids("mentions") == ["google_reviews:new"]
    assert len(talker.paths) == 3


def test_address_that_asks_for_another_order_is_read_to_its_end(home: Home, talker: Talker) -> None:
    old = two_gis_review("old", date_created="2026-01-10T00:00:00Z")
    talker.answer = lambda _path, params: json.loads(
        two_gis_page(two_gis_review("new"))
        if "page" in params
        else two_gis_page(old, next_link="?sort_by=rating&page=2")
    )
    home.describe(two_gis={"url": f"{talker.home}/reviews?sort_by=rating"})
    assert home.land("two_gis").ids("mentions") == ["two_gis:new"]
    home.describe(two_gis={"url": f"{talker.home}/reviews"})
    assert home.land("two_gis").ids("mentions") == []
    assert talker.params[-1] == {"sort_by": "date_created"}


def test_pages_that_are_the_same_under_other_addresses_are_no_source(home: Home, talker: Talker) -> None:
    def answer(_path: str, params: dict[str, str]) -> Any:
        return {"reviews": [google("r1"), google("r2")], "nextPageToken": params.get("pageToken", "") + "x"}

    talker.answer = answer
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    landed = home.land(GOOGLE)
    assert landed.result.messages == ["2026-W46: 127.0.0.1: страницы повторяются; проверьте источник"]
    assert len(talker.paths) == 2
    talker.answer = in_turn(numbered(yandex(), last=2, count=2), numbered(yandex(), page=2, last=2, count=2))
    home.describe(yandex_maps={"url": f"{talker.home}/reviews"})
    assert "страницы повторяются" in home.land(YANDEX).result.messages[0]


def test_week_that_failed_lands_whole_when_it_is_run_again(home: Home, talker: Talker, waits: list[float]) -> None:
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    pages = {"reviews": [google("r1")], "nextPageToken": "2"}, {"reviews": [google("r2")]}
    talker.answer = in_turn(*pages)
    first = home.land(GOOGLE)
    talker.answer = in_turn(pages[0], status(500))
    failed = home.land(GOOGLE)
    assert (failed.result.status, failed.ids("mentions")) == ("no_source", [])
    talker.answer = in_turn(*pages)
    assert home.land(GOOGLE).frames["mentions"].equals(first.frames["mentions"])


def test_client_waits_until_the_moment_that_the_server_names(home: Home, talker: Talker, waits: list[float]) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    talker.answer = in_turn(status(429, Retry_After=moment), {"reviews": [google("r1")]})
    home.describe(google_reviews={"url": f"{talker.home}/reviews"})
    assert home.land(GOOGLE).ids("mentions") == ["google_reviews:r1"]
    assert 20 < waits[0] <= 40


class Numbered:
    """A list of Yandex in pages of two, from which reviews vanish, or to which they come, between requests."""

    def __init__(self, *numbers: str) -> None:
        self.left = list(numbers)
        self.changes: list[Any] = []

    def __call__(self, _path: str, params: dict[str, str]) -> Any:
        if self.changes:
            self.changes.pop(0)(self.left)
        page = int(params.get("page", "1"))
        items = self.left[2 * page - 2 : 2 * page]
        last = (len(self.left) + 1) // 2
        return numbered(*map(yandex, items), page=page, last=last, count=len(self.left))


def keep(_left: list[str]) -> None:
    """Nothing happens."""


def test_list_that_shrinks_is_read_again_and_nothing_is_lost(home: Home, talker: Talker) -> None:
    talker.answer = reviews = Numbered("a", "b", "c", "d", "e")
    reviews.changes = [keep, lambda left: left.remove("a")]  # «c» moves to the first page, which has been read
    home.describe(yandex_maps={"url": f"{talker.home}/reviews"})
    landed = home.land(YANDEX)
    assert [number.split(":")[1] for number in landed.ids("mentions")] == ["b", "c", "d", "e"]
    assert landed.counts("mentions") == (4, 4, 0, 0)
    assert [params.get("page", "1") for params in talker.params] == ["1", "2", "1", "2"]
    again = home.land(YANDEX)
    assert (
        again.frames["mentions"]
        .drop("load_id", "origin", "record_hash")
        .equals(landed.frames["mentions"].drop("load_id", "origin", "record_hash"))
    )


def test_list_that_grows_is_read_once_and_nothing_is_doubled(home: Home, talker: Talker) -> None:
    talker.answer = reviews = Numbered("a", "b", "c", "d")
    reviews.changes = [keep, lambda left: left.insert(0, "z")]  # «b» comes again on the second page
    home.describe(yandex_maps={"url": f"{talker.home}/reviews"})
    landed = home.land(YANDEX)
    assert [number.split(":")[1] for number in landed.ids("mentions")] == ["a", "b", "c", "d"]
    assert landed.counts("mentions") == (4, 4, 0, 0)
    assert len(talker.paths) == 3


def test_list_that_shrinks_each_time_is_given_up(home: Home, talker: Talker) -> None:
    talker.answer = reviews = Numbered(*"abcdefghijkl")
    reviews.changes = [lambda left: left.pop(0)] * 20
    home.describe(yandex_maps={"url": f"{talker.home}/reviews"})
    landed = home.land(YANDEX)
    assert landed.result.messages == [
        f"2026-W46: 127.0.0.1: записи исчезают, пока список читается, {READINGS} раза подряд; повторите позже"
    ]
    assert len(talker.paths) == 2 * READINGS


@pytest.mark.parametrize("params", [{"count": 3}, {"page": "1", "count": 3}])
def test_pages_that_count_only_reviews_are_followed_too(home: Home, talker: Talker, params: dict[str, Any]) -> None:
    first = {"data": {"reviews": [yandex("a"), yandex("b")], "params": params}}
    talker.answer = in_turn(first, {"data": {"reviews": [yandex("c")], "params": params}})
    home.describe(yandex_maps={"url": f"{talker.home}/reviews"})
    assert home.land(YANDEX).counts("mentions") == (3, 3, 0, 0)
    assert talker.params[1]["page"] == "2"


@pytest.mark.parametrize("source", [GOOGLE, YANDEX])
@pytest.mark.parametrize(
    "fault",
    [status(500), status(429, Retry_After="3"), cut('{"reviews": []}' * 9), body("{"), status(503)],
    ids=["500", "429", "cut", "JSON", "503"],
)
def test_page_that_fails_at_first_is_asked_again(
    home: Home, talker: Talker, waits: list[float], source: str, fault: Any
) -> None:
    first, second = (
        ({"reviews": [google("r1")], "nextPageToken": "2"}, {"reviews": [google("r2")]})
        if source == GOOGLE
        else (numbered(yandex("y1"), last=2, count=2), numbered(yandex("y2"), page=2, last=2, count=2))
    )
    talker.answer = in_turn(first, fault, fault, second)
    home.describe(**{source: {"url": f"{talker.home}/reviews"}})
    landed = home.land(source)
    assert landed.counts("mentions") == (2, 2, 0, 0)
    assert len(talker.paths) == 4
    assert len(waits) == 2
