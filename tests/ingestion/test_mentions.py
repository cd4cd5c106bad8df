"""Saved pages of 2GIS and VK with faults in them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.ingestion.home import Home, Landed

PAGE = "2026-W46/page-1.json"


def review(number: Any = "r1", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "text": "Хорошо",
        "rating": 5,
        "date_created": "2026-11-10T09:00:00.123456+09:00",
        "date_edited": None,
        "url": "",
        "object": {"id": "701"},
        "user": {"id": "u1", "name": "Анна Петрова"},
        "official_answer": None,
        "is_hidden": False,
        **changes,
    }


def post(number: Any = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "from_id": 55,
        "owner_id": -9,
        "date": 1794268800,  # 2026-11-10 00:00 UTC
        "text": "Спасибо #ЦЗН_C02",
        **changes,
    }


def reviews(*items: Any, **meta: Any) -> str:
    return json.dumps({"meta": meta, "reviews": items}, ensure_ascii=False)


def posts(*items: Any, **rest: Any) -> str:
    return json.dumps({"response": {"count": len(items), "items": items, **rest}}, ensure_ascii=False)


@pytest.fixture
def pages_home(home: Home) -> Home:
    home.describe(
        two_gis={"files": "{home}/two_gis/{week}/*.json", "branches": "{home}/two_gis/branches.json"},
        vk={"files": "{home}/vk/{week}/*.json", "own_ids": [-9]},
    )
    home.file("two_gis/branches.json", json.dumps({"701": "C01", "702": "C02", "709": "C99"}))
    return home


def land_reviews(home: Home, *items: Any) -> Landed:
    home.file(f"two_gis/{PAGE}", reviews(*items))
    return home.land("two_gis")


def land_posts(home: Home, *items: Any) -> Landed:
    home.file(f"vk/{PAGE}", posts(*items))
    return home.land("vk")


def test_reviews_land_with_the_centre_of_their_branch(pages_home: Home) -> None:
    answer = {"text": "Рады", "date_created": "2026-11-11T09:00:00+09:00"}
    landed = land_reviews(
        pages_home,
        review("r1", official_answer=answer),
        review("r2", object={"id": 702}, is_hidden=True, rating=None),
        review("r3", object={"id": "777"}, user=None),
        review(4, object=None, text=None),
    )
    columns = ("record_id", "office_id", "published_at", "rating", "is_hidden", "replied_at", "origin")
    at = datetime(2026, 11, 10, 0, 0, 0, 123456)
    assert landed.rows("mentions", *columns) == [
        ("two_gis:4", None, at, 5.0, False, None, f"{PAGE}#4"),
        ("two_gis:r1", "C01", at, 5.0, False, datetime(2026, 11, 11), f"{PAGE}#r1"),
        ("two_gis:r2", "C02", at, None, True, None, f"{PAGE}#r2"),
        ("two_gis:r3", None, at, 5.0, False, None, f"{PAGE}#r3"),
    ]
    assert landed.refused == []


def test_posts_land_with_the_centre_of_their_hashtag(pages_home: Home) -> None:
    landed = land_posts(
        pages_home,
        post(1),
        post(2, text="#ЦЗН_C99 и #ЦЗН_../C01", from_id=-9),
        post(3, text=None, copy_history=[{"id": 8, "owner_id": -7}], from_id=None),
        post(4, copy_history=[]),
    )
    assert landed.rows("mentions", "record_id", "office_id", "is_own", "repost_of", "published_at") == [
        ("vk:-9_1", "C02", False, None, datetime(2026, 11, 10)),
        ("vk:-9_2", None, True, None, datetime(2026, 11, 10)),
        ("vk:-9_3", None, False, "vk:-7_8", datetime(2026, 11, 10)),
        ("vk:-9_4", "C02", False, None, datetime(2026, 11, 10)),
    ]
    keys = landed.frames["mentions"]["author_key"].to_list()
    assert keys[0] == keys[3] != keys[1]
    assert keys[2] is None


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (review("r2", date_created="вчера"), "unreadable_date"),
        (review("r2", date_created="2026-11-10T09:00:00"), "unreadable_date"),
        (review("r2", date_created=1794268800), "unreadable_date"),
        (review("r2", date_created=None), "unreadable_date"),
        (review("r2", date_created="0001-01-01T00:00:00+14:00"), "unreadable_date"),
        (review("r2", date_created="9999-12-31T23:59:59-14:00"), "unreadable_date"),
        (review("r2", date_edited="завтра"), "unreadable_date"),
        (review("r2", official_answer={"text": "Да", "date_created": "-"}), "unreadable_date"),
        (review("r2", rating="пять"), "unreadable_number"),
        (review("r2", rating=10**400), "unreadable_number"),
        (review("r2", rating=float("nan")), "unreadable_number"),
        (review("r2", rating=float("inf")), "unreadable_number"),
        (review("r2", rating=True), "unreadable_number"),
        (review("r2", rating=[5]), "unreadable_number"),
        (review("r2", object={"id": "709"}), "unknown_office"),
        (review("r2", date_created="2026-11-08T23:59:59+09:00"), "other_week"),
        (review("r1"), "duplicate"),
    ],
)
def test_faulty_review_is_quarantined(pages_home: Home, item: dict[str, Any], reason: str) -> None:
    landed = land_reviews(pages_home, review("r1"), item)
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert landed.refused == [("mentions", reason, f"{PAGE}#{item['id']}")]


@pytest.mark.parametrize(
    "item",
    [
        *(7, None, "r2", [], [review("r2")]),
        *(review("r2", object="701"), review("r2", user=[1]), review("r2", official_answer="Да")),
        *(review({"a": 1}), review(1.5), review(True), review("r2", text=["Хорошо"]), review("r2", url={})),
    ],
)
def test_review_of_another_shape_is_quarantined_by_its_place(pages_home: Home, item: Any) -> None:
    landed = land_reviews(pages_home, review("r1"), item, review("r3"))
    assert landed.ids("mentions") == ["two_gis:r1", "two_gis:r3"]
    assert landed.refused == [("mentions", "wrong_shape", f"{PAGE}#2")]


@pytest.mark.parametrize(
    ("item", "reason", "place"),
    [
        (post(2, date=None), "unreadable_date", "-9_2"),
        (post(2, date="1794268800"), "unreadable_date", "-9_2"),
        (post(2, date=True), "unreadable_date", "-9_2"),
        (post(2, date=10**30), "unreadable_date", "-9_2"),
        (post(2, date=-(10**15)), "unreadable_date", "-9_2"),
        (post(2, date=1794268800.5), "unreadable_date", "-9_2"),
        (post(2, date=1), "other_week", "-9_2"),
        (post(None), "missing_id", "2"),
        (post(2, owner_id=None), "missing_id", "2"),
        (post(1), "duplicate", "-9_1"),
        (post(2, copy_history="нет"), "wrong_shape", "2"),
        (post(2, copy_history=[1]), "wrong_shape", "2"),
        (post(2, from_id={"id": 1}), "wrong_shape", "2"),
        ("пост", "wrong_shape", "2"),
    ],
)
def test_faulty_post_is_quarantined(pages_home: Home, item: Any, reason: str, place: str) -> None:
    landed = land_posts(pages_home, post(1), item)
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert landed.refused == [("mentions", reason, f"{PAGE}#{place}")]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "файл пуст"),
        ("{", "не JSON, строка 1"),
        ("[" * 200_000, "не JSON"),
        ('{"reviews": [' + "9" * 5000 + "]}", "не JSON"),
        ("[]", "нет списка записей"),
        ('"страница"', "нет списка записей"),
        ("null", "нет списка записей"),
        ('{"meta": {}}', "нет списка записей"),
        ('{"reviews": {"0": {}}}', "нет списка записей"),
        ('{"reviews": 5}', "нет списка записей"),
    ],
)
def test_page_that_is_none_is_quarantined_beside_good_ones_and_no_source_alone(
    pages_home: Home, content: str, part: str
) -> None:
    pages_home.file(f"two_gis/{PAGE}", content)
    landed = pages_home.land("two_gis")
    assert landed.result.status == "no_source"
    assert "ни одна страница не прочитана" in landed.result.messages[0]
    assert part in landed.result.messages[0]
    pages_home.file("two_gis/2026-W46/page-2.json", reviews(review()))
    landed = pages_home.land("two_gis")
    assert landed.refused == [("mentions", "broken_json", PAGE)]
    assert landed.ids("mentions") == ["two_gis:r1"]
    assert part in landed.result.messages[0]


@pytest.mark.parametrize(
    "content", ['{"error": {"error_code": 5}}', '{"response": []}', '{"response": [1]}', '{"response": {"items": 5}}']
)
def test_answer_of_vk_that_is_no_wall_is_no_source(pages_home: Home, content: str) -> None:
    pages_home.file(f"vk/{PAGE}", content)
    landed = pages_home.land("vk")
    assert landed.result.status == "no_source"
    assert "ни одна страница не прочитана" in landed.result.messages[0]


@pytest.mark.parametrize("content", ["", "[1]", '{"701": 5}', '{"701": ["C01"]}', "{", None])
def test_branches_that_cannot_be_read_are_no_source(pages_home: Home, content: str | None) -> None:
    pages_home.file(f"two_gis/{PAGE}", reviews(review()))
    if content is None:
        (pages_home.path / "two_gis/branches.json").unlink()
    else:
        pages_home.file("two_gis/branches.json", content)
    landed = pages_home.land("two_gis")
    assert landed.result.status == "no_source"
    assert "two_gis/branches.json" in landed.result.messages[0]


def test_missing_files_are_no_source_and_empty_pages_a_true_zero(pages_home: Home) -> None:
    assert "нет файла" in pages_home.land("two_gis").result.messages[0]
    assert "нет файла" in pages_home.land("vk").result.messages[0]
    assert land_reviews(pages_home).result.status == "loaded"
    assert land_posts(pages_home).counts("mentions") == (0, 0, 0, 0)


def test_folder_with_branches_alone_is_no_source(home: Home) -> None:
    home.describe(two_gis={"files": "{home}/two_gis/*.json", "branches": "{home}/two_gis/branches.json"})
    home.file("two_gis/branches.json", '{"701": "C01"}')
    assert home.land("two_gis").result.status == "no_source"


def test_description_without_a_place_is_no_source(home: Home) -> None:
    home.describe(vk={"own_ids": []})
    assert "ни files, ни url" in home.land("vk").result.messages[0]


def test_several_pages_land_whole_and_accumulating_ones_only_count_other_weeks(home: Home) -> None:
    home.describe(vk={"files": "{home}/vk/*.json"})
    home.file("vk/1.json", posts(post(1), post(2, date=1)))
    home.file("vk/2.json", posts(post(3), post(2, date=1)))
    landed = home.land("vk")
    assert landed.ids("mentions") == ["vk:-9_1", "vk:-9_3"]
    assert landed.counts("mentions") == (4, 2, 0, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1251"])
def test_page_in_another_encoding_is_read(pages_home: Home, encoding: str) -> None:
    pages_home.file(f"two_gis/{PAGE}", reviews(review()).replace("\n", "\r\n").encode(encoding))
    assert pages_home.land("two_gis").rows("mentions", "text") == [("Хорошо",)]


def test_half_of_an_emoji_does_not_break_a_page(pages_home: Home) -> None:
    pages_home.file(f"two_gis/{PAGE}", reviews(review()).replace("Хорошо", "Хорошо \\ud83d"))
    assert pages_home.land("two_gis").rows("mentions", "text") == [("Хорошо ?",)]


def test_hostile_texts_and_ids_land_as_they_are(pages_home: Home) -> None:
    text = "<img src=x onerror=alert(1)>\n'); DROP TABLE mentions; -- =1+1 ../../etc/passwd"
    landed = land_reviews(pages_home, review("../../r1", text=text, url="javascript:alert(1)"))
    assert landed.rows("mentions", "record_id", "text", "url") == [("two_gis:../../r1", text, "javascript:alert(1)")]
