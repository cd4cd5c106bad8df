"""Feeds of the media: RSS and Atom, in the encodings and with the faults that papers have, saved and over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.talking import in_turn
from tests.ingestion.web import body, cut, status

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingestion.home import Home, Landed
    from tests.ingestion.talking import Talker

FILE = "2026-W46/1.xml"
DATE = "Tue, 10 Nov 2026 09:00:00 +0900"
AT = datetime(2026, 11, 10)


def article(title: str = "Открылся центр занятости", **parts: str) -> str:
    parts = {"link": "https://paper.test/1", "pubDate": DATE, **parts}
    return f"<item><title>{title}</title>{''.join(f'<{n}>{text}</{n}>' for n, text in parts.items() if text)}</item>"


def rss(*articles: str, encoding: str = "utf-8", head: str = "") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n{head}<rss version="2.0"><channel><title>Газета</title>'
        f"<link>https://paper.test</link>{''.join(articles)}</channel></rss>"
    )
    return text.encode(encoding)


def land(home: Home, *contents: str | bytes, **settings: Any) -> Landed:
    home.describe(media={"files": "{home}/media/{week}/*.xml", **settings})
    for number, content in enumerate(contents, start=1):
        home.file(f"media/2026-W46/{number}.xml", content)
    return home.land("media")


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16", "iso-8859-5", "cp866"])
def test_feed_in_any_encoding_of_a_russian_paper_is_read(home: Home, encoding: str) -> None:
    landed = land(home, rss(article(), article("Ёлки", link="https://paper.test/2"), encoding=encoding))
    assert sorted(landed.rows("mentions", "text")) == [("Ёлки",), ("Открылся центр занятости",)]


def test_feed_that_names_another_encoding_than_it_has_is_read(home: Home) -> None:
    wrong = rss(article(), encoding="windows-1251").replace(b"windows-1251", b"utf-8")
    assert land(home, wrong).rows("mentions", "text") == [("Открылся центр занятости",)]


def test_article_becomes_text_without_html(home: Home) -> None:
    html = (
        "<![CDATA[<p>Приём&nbsp;ведут <b>еже</b>дневно.</p><script>alert(1)</script>"
        "<p>Адрес:<br>Мира, 1 &lt;вход&gt;</p><img src=x onerror=alert(1)>]]>"
    )
    landed = land(home, rss(article("Центр &lt;i&gt;занятости&lt;/i&gt;", description=html)))
    assert landed.rows("mentions", "kind", "text", "url", "published_at", "author_key", "is_own", "is_off_topic") == [
        ("post", "Центр занятости\nПриём ведут ежедневно.\nАдрес:\nМира, 1 <вход>", "https://paper.test/1", AT, None, False, False)
    ]  # fmt: skip


def test_atom_feed_is_read(home: Home) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Газета</title><entry><id>tag:paper.test,2026:1</id>'
        '<title>Раз</title><link href="https://paper.test/1"/><published>2026-11-10T09:00:00+09:00</published>'
        '<updated>2026-11-11T00:00:00Z</updated><content type="html">&lt;p&gt;Два&lt;/p&gt;</content></entry>'
        "<entry><id>tag:paper.test,2026:2</id><title>Три</title><updated>2026-11-12T00:00:00Z</updated></entry></feed>"
    )
    landed = land(home, atom)
    assert sorted(landed.rows("mentions", "text", "published_at", "edited_at")) == [
        ("Раз\nДва", AT, datetime(2026, 11, 11)),
        ("Три", datetime(2026, 11, 12), None),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (DATE, AT),
        ("Tue, 10 Nov 2026 00:00:00 GMT", AT),
        ("2026-11-10T09:00:00", AT),  # no zone: that of the region
        ("10 ноября 2026, 09:00", AT),
        ("10.11.2026 09:00", AT),
        ("Tue, 10 Nov 2026 03:00:00 MSK", AT),
    ],
)
def test_dates_of_papers_are_read(home: Home, written: str, read: datetime) -> None:
    assert land(home, rss(article(pubDate=written))).rows("mentions", "published_at") == [(read,)]


@pytest.mark.parametrize("written", ["", "вчера", "в 09:00", "9" * 5000, "Tue, 10 Nov 99999999 00:00:00 GMT"])
def test_article_whose_date_cannot_be_read_is_quarantined(home: Home, written: str) -> None:
    landed = land(home, rss(article(), article("Второй", link="https://paper.test/2", pubDate=written)))
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert [reason for _, reason, _ in landed.refused] == ["unreadable_date"]


def test_id_is_that_of_the_article_wherever_it_stands(home: Home) -> None:
    same, other = article(guid="https://paper.test/a"), article("Другой", guid="17", link="https://paper.test/2")
    neighbour = article("Соседний", guid="17", link="https://other.test/2")
    landed = land(
        home, rss(same, other), rss(other, same, neighbour), rss(article("Без номера", link="https://x.test/"))
    )
    assert landed.counts("mentions") == (4, 4, 0, 0)
    assert landed.frames["mentions"]["record_id"].str.contains(r"^media:[0-9a-f]{16}$").all()
    again = land(home, rss(neighbour, other, same))
    assert again.ids("mentions") == landed.ids("mentions")
    # a paper that dates an article anew publishes it anew: else two weeks would hold one key
    (today,) = land(home, rss(same), rss(), rss()).ids("mentions")
    (tomorrow,) = land(home, rss(same.replace("10 Nov", "11 Nov"))).ids("mentions")
    assert today != tomorrow


def test_article_without_a_link_and_a_number_has_no_id(home: Home) -> None:
    landed = land(home, rss(article(link="")))
    assert [reason for _, reason, _ in landed.refused] == ["missing_id"]


def test_articles_that_are_not_about_the_service_land_as_such(home: Home) -> None:
    titles = [
        "Служба занятости ищет",
        "Служба такси",
        "В СЛУЖБЕ ЗАНЯТОСТИ",
        "Пособие по безработице",
        "Безработных меньше",
    ]
    items = [article(title, link=f"https://paper.test/{n}") for n, title in enumerate(titles)]
    landed = land(home, rss(*items), words=["служб занят", "безработ"])
    off = dict(landed.rows("mentions", "text", "is_off_topic"))
    assert [off[title] for title in titles] == [False, True, False, False, False]
    assert landed.counts("mentions") == (5, 5, 0, 0)


def test_words_that_are_written_like_patterns_are_words(home: Home) -> None:
    landed = land(
        home, rss(article("Цена 1.5 (руб)"), article("Цена 145 руб", link="https://paper.test/2")), words=["1.5 (ру"]
    )
    assert sorted(landed.rows("mentions", "text", "is_off_topic")) == [
        ("Цена 1.5 (руб)", False),
        ("Цена 145 руб", True),
    ]


BOMB = '<!DOCTYPE rss [<!ENTITY a "ха"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FOREIGN = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file://{path}">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251"])
@pytest.mark.parametrize(
    "head", [BOMB, FOREIGN, BOMB.replace("ENTITY", "EnTiTy"), '<!DOCTYPE rss [<!ENTITY % p "x">]>']
)
def test_feed_that_declares_entities_is_refused(home: Home, head: str, encoding: str) -> None:
    secret = home.file("secret.txt", "секретные сведения")
    feed = rss(article("&b; &secret;"), head=head.replace("{path}", str(secret)), encoding=encoding)
    landed = land(home, feed)
    assert landed.result.status == "no_source"
    assert "объявляет сущности" in landed.result.messages[0]
    assert "секретные" not in str(landed)


def test_entities_in_an_encoding_of_another_kind_are_not_expanded(home: Home) -> None:
    feed = rss(article("&a;")).decode().replace("utf-8", "utf-7").replace("<rss", "+ADwAIQ-DOCTYPE rss+AD4-<rss")
    assert "ха" not in str(land(home, feed).frames)


def test_document_type_without_entities_is_no_reason_to_refuse(home: Home) -> None:
    head = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
    assert land(home, rss(article(), head=head)).counts("mentions") == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "файл пуст"),
        ("<html><body>Вход</body></html>", "не RSS и не Atom"),
        ("{}", "не RSS и не Atom"),
        ("/etc/passwd", "не RSS и не Atom"),
        ("http://127.0.0.1:1/feed", "не RSS и не Atom"),
        (rss(article(), article())[:-60], "лента обрывается"),
        (b"\x00\xff" * 100, "не RSS и не Atom"),
    ],
)
def test_feed_that_is_none_is_quarantined_beside_good_ones_and_no_source_alone(
    home: Home, content: str | bytes, part: str
) -> None:
    landed = land(home, content)
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    landed = land(home, content, rss(article()))
    assert landed.refused == [("mentions", "broken_feed", FILE)]
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert part in landed.result.messages[0]


def test_feed_with_a_slip_of_xml_is_read(home: Home) -> None:
    landed = land(home, rss(article("Работа & зарплата"), article("Второй", link="https://paper.test/2")))
    assert sorted(landed.rows("mentions", "text")) == [("Второй",), ("Работа & зарплата",)]


def test_deep_and_hostile_html_does_not_stop_a_feed(home: Home) -> None:
    deep = "&lt;div&gt;" * 20_000 + "дно"
    landed = land(home, rss(article("Ссылка", link="javascript:alert(1)", description=deep)))
    assert landed.rows("mentions", "text", "url") == [("Ссылка\nдно", None)]


def test_description_without_a_place_is_no_source(home: Home) -> None:
    home.describe(media={"words": ["занят"]})
    assert "ни files, ни feeds" in home.land("media").result.messages[0]


def test_several_feeds_of_a_paper_are_read_from_their_addresses(home: Home, talker: Talker) -> None:
    news, all_news = rss(article()), rss(article(), article("Второй", link="https://paper.test/2"))
    talker.answer = lambda path, params: body(news if path == "/news" and params == {"key": "k"} else all_news)
    home.describe(media={"feeds": [f"{talker.home}/news?key=k", f"{talker.home}/all"]})
    landed = home.land("media")
    assert landed.counts("mentions") == (2, 2, 0, 0)
    assert talker.paths == ["/news", "/all"]
    assert sorted(landed.manifest["inputs"]) == ["127.0.0.1/page-1", "127.0.0.1/page-2"]
    assert {origin.split("#")[0] for (origin,) in landed.rows("mentions", "origin")} == {
        "127.0.0.1/page-1",
        "127.0.0.1/page-2",
    }
    old = rss(article(pubDate="Tue, 10 Nov 2020 09:00:00 +0900"))
    talker.answer = in_turn(body(old))
    assert home.land("media").counts("mentions") == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "fault",
    [
        status(500),
        status(429, Retry_After="2"),
        cut(rss(article()).decode() * 3),
        body(rss(article(), article())[:-60]),
    ],
    ids=["500", "429", "cut", "broken off"],
)
def test_feed_that_fails_at_first_is_asked_again(home: Home, talker: Talker, waits: list[float], fault: Any) -> None:
    talker.answer = in_turn(fault, fault, body(rss(article())))
    home.describe(media={"feeds": [f"{talker.home}/news"]})
    assert home.land("media").counts("mentions") == (1, 1, 0, 0)
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (status(500), "127.0.0.1: ответ 500; так после 5 попыток; повторите позже"),
        (status(404), "127.0.0.1: ответ 404; проверьте адрес"),
        (body("<html></html>"), "127.0.0.1: не RSS и не Atom"),
        (body(rss(article())[:-20]), "127.0.0.1: ответ не читается; проверьте адрес или повторите позже"),
    ],
)
def test_feed_that_keeps_failing_is_told_and_the_others_land(
    home: Home, talker: Talker, waits: list[float], fault: Any, part: str
) -> None:
    talker.answer = lambda path, _params: fault if path == "/bad" else body(rss(article()))
    home.describe(media={"feeds": [f"{talker.home}/bad?key=hidden"]})
    landed = home.land("media")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    home.describe(media={"feeds": [f"{talker.home}/bad?key=hidden", f"{talker.home}/good"]})
    landed = home.land("media")
    assert landed.counts("mentions") == (2, 1, 1, 0)
    assert part in landed.result.messages[0]
    assert "hidden" not in str(landed)


def test_feed_that_is_too_large_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ingestion.sources.mentions.feeds.MAX_PAGE_BYTES", 1024 * 1024)
    landed = land(home, rss(article("я" * 1024 * 1024)))
    assert "лента больше 1 МБ" in landed.result.messages[0]
