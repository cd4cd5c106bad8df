"""2GIS and VK over real HTTP, from a server that misbehaves."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from tests.ingestion.test_mentions import post, posts, review, reviews
from tests.ingestion.web import KEY, Server, body, cut, endless, silent, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def served(home: Home, server: Server) -> Home:
    home.describe(two_gis={"url": server.url}, vk={"url": server.url, "own_ids": [-9]})
    return home


def three_pages(source: str, server: Server) -> list[str]:
    """Three pages of a source, each leading to the next; the ids that must land."""
    for number in (1, 2, 3):
        if source == "two_gis":
            link = f"{server.url}&page={number + 1}" if number < 3 else None
            content = reviews(review(f"r{number}"), review(f"s{number}"), next_link=link)
        else:
            content = posts(post(number), post(number + 10), **({"next_from": str(number + 1)} if number < 3 else {}))
        server.page(number, body(content))
    if source == "two_gis":
        return sorted(f"two_gis:{letter}{number}" for letter in "rs" for number in (1, 2, 3))
    return sorted(f"vk:-9_{number + add}" for number in (1, 2, 3) for add in (0, 10))


BOTH = pytest.mark.parametrize("source", ["two_gis", "vk"])


@BOTH
def test_every_page_lands_once(served: Home, server: Server, source: str) -> None:
    ids = three_pages(source, server)
    landed = served.land(source)
    assert landed.ids("mentions") == ids
    assert server.asked == ["1", "2", "3"]
    assert sorted(landed.manifest["inputs"]) == [f"127.0.0.1/page-{number}" for number in (1, 2, 3)]
    assert served.land(source).frames["mentions"].equals(landed.frames["mentions"])


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        status(500),
        status(503),
        status(429),
        cut(reviews(review("половина"))),
        body("{"),
        body(b"\xff"),
        body("[" * 99999),
    ],
    ids=["500", "503", "429", "cut", "broken JSON", "no text", "endless brackets"],
)
def test_page_that_fails_at_first_is_asked_again_and_neither_lost_nor_doubled(
    served: Home, server: Server, waits: list[float], source: str, fault: Any
) -> None:
    ids = three_pages(source, server)
    server.answers["2"][:0] = [fault, fault]
    landed = served.land(source)
    assert landed.ids("mentions") == ids
    assert landed.counts("mentions") == (6, 6, 0, 0)
    assert server.asked == ["1", "2", "2", "2", "3"]
    assert len(waits) == 2


@BOTH
@pytest.mark.parametrize(
    ("fault", "part", "attempts"),
    [
        (status(500), "127.0.0.1: ответ 500; так после 5 попыток; повторите позже", http.ATTEMPTS),
        (status(404), "127.0.0.1: ответ 404", 1),
        (status(403), "127.0.0.1: ответ 403; ключ доступа не принят или истёк; обновите его", 1),
        (status(302, Location="/login"), "127.0.0.1: ответ 302", 1),
        (cut(reviews()), "нет ответа после 5 попыток; повторите позже", http.ATTEMPTS),
        (body("<html>"), "ответ не является JSON", http.ATTEMPTS),
        (body(b"\xcf\xf0\xe8"), "ответ не является JSON", http.ATTEMPTS),
        (body("[]"), "нет списка записей", 1),
        (body('{"message": "нет"}'), "нет списка записей", 1),
    ],
)
def test_page_that_keeps_failing_is_no_source_and_nothing_lands(
    served: Home, server: Server, waits: list[float], source: str, fault: Any, part: str, attempts: int
) -> None:
    three_pages(source, server)
    server.page(3, fault)
    landed = served.land(source)
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert landed.frames["mentions"].is_empty()
    assert server.asked == ["1", "2", *["3"] * attempts]


def test_client_waits_as_long_as_the_server_asks_but_not_for_ever(
    served: Home, server: Server, waits: list[float]
) -> None:
    ids = three_pages("two_gis", server)
    asked = [status(429, Retry_After="7"), status(503, Retry_After="11"), status(429, Retry_After="86400")]
    server.answers["2"][:0] = [*asked, status(429, Retry_After="\u00b2")]
    assert served.land("two_gis").ids("mentions") == ids
    assert waits[:3] == [7.0, 11.0, 60.0]
    assert waits[3] < 10


def test_silent_server_is_no_source(
    served: Home, server: Server, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(http, "ATTEMPTS", 2)
    server.page(1, silent)
    assert served.land("vk").result.messages == ["2026-W46: 127.0.0.1: нет ответа после 2 попыток; повторите позже"]
    assert server.asked == ["1", "1"]


def test_body_without_end_is_refused(served: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_PAGE_BYTES", 1024 * 1024)
    server.page(1, endless)
    assert served.land("vk").result.messages == ["2026-W46: 127.0.0.1: страница больше 1 МБ; проверьте адрес"]
    assert server.asked == ["1"]


def test_body_in_drops_is_given_up(
    served: Home, server: Server, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PAGE_SECONDS", 0)
    server.page(1, endless)
    assert "нет ответа после 5 попыток" in served.land("vk").result.messages[0]


@pytest.mark.parametrize(
    ("link", "part"),
    [
        ("{url}&page=2", "страницы повторяются"),
        ("http://127.0.0.2:1/pages?page=9", "следующая страница ведёт на другой узел"),
        ("https://127.0.0.1/pages?page=9", "следующая страница ведёт на другой узел"),
        ("file:///etc/passwd", "следующая страница ведёт на другой узел"),
        ("http://127.0.0.1:порт/", "ссылка на следующую страницу не читается"),
        ("http://127.0.0.1:99999999/", "следующая страница ведёт на другой узел"),
        (7, "ссылка на следующую страницу не читается"),
        (["/pages"], "ссылка на следующую страницу не читается"),
    ],
)
def test_link_that_leads_astray_is_no_source(served: Home, server: Server, link: Any, part: str) -> None:
    three_pages("two_gis", server)
    link = link.replace("{url}", server.url) if isinstance(link, str) else link
    server.page(2, body(reviews(review("r2"), next_link=link)))
    landed = served.land("two_gis")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert set(server.asked) == {"1", "2"}


def test_relative_link_is_followed(served: Home, server: Server) -> None:
    server.page(1, body(reviews(review("r1"), next_link="/pages?page=2")))
    server.page(2, body(reviews(review("r2"))))
    assert served.land("two_gis").ids("mentions") == ["two_gis:r1", "two_gis:r2"]


@pytest.mark.parametrize("content", [{"meta": [1], "reviews": []}, {"meta": "далее", "reviews": []}])
def test_page_whose_link_cannot_be_found_is_no_source(served: Home, server: Server, content: Any) -> None:
    server.page(1, body(json.dumps(content)))
    landed = served.land("two_gis")
    assert landed.result.status == "no_source"
    assert "поле «meta» устроено не так" in landed.result.messages[0]


def test_endless_row_of_pages_is_no_source(served: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_PAGES", 2)
    three_pages("vk", server)
    assert "страниц больше 2" in served.land("vk").result.messages[0]


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://127.0.0.1:1/pages", "127.0.0.1: нет ответа после 5 попыток"),
        ("ftp://127.0.0.1/pages", "адрес в описании региона не читается; нужен вид https://"),
        ("http://127.0.0.1:порт/", "адрес в описании региона не читается"),
        ("страница", "адрес в описании региона не читается"),
    ],
)
def test_address_without_a_server_is_no_source(home: Home, waits: list[float], url: str, part: str) -> None:
    home.describe(vk={"url": url})
    landed = home.land("vk")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]


def test_faulty_items_of_a_page_are_quarantined_and_other_weeks_only_counted(served: Home, server: Server) -> None:
    old = review("r3", date_created="2026-01-01T00:00:00+09:00")
    server.page(1, body(reviews(review("r1"), 5, old, review("r4", rating="5"))))
    landed = served.land("two_gis")
    assert landed.counts("mentions") == (4, 1, 2, 1)
    assert landed.refused == [
        ("mentions", "wrong_shape", "127.0.0.1/page-1#2"),
        ("mentions", "unreadable_number", "127.0.0.1/page-1#r4"),
    ]


def test_key_of_the_address_is_neither_logged_nor_written(
    served: Home, server: Server, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.page(1, status(500), status(404))
    landed = served.land("two_gis")
    assert landed.result.status == "no_source"
    written = [path.read_bytes() for path in served.settings.landing.rglob("*") if path.is_file()]
    assert KEY not in caplog.text
    assert not any(KEY.encode() in content for content in [*written, str(landed).encode()])
