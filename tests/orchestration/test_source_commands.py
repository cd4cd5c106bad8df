"""Sources as the people who connect them see them: checked and previewed, with nothing landed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ingestion.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.orchestration.conftest import Said

WEEK = "2026-W46"
BOOK = ["№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ"]


@pytest.fixture
def region(home: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A region whose book holds a sound entry and one with an impossible date."""
    region = Home(home)
    region.describe(complaints_book={"files": "{home}/book/*.xlsx", "codes": {"touchpoint": {"01": "site"}}})
    region.ais()
    rows = [
        [1, "10.11.2026 09:00", None, "112-233-445 95", "Иванова Анна не отвечает по телефону", None, None],
        [2, "32.13.2026", "01", "112-233-445 95", "Всё хорошо", None, None],
    ]
    region.workbook("book/C01.xlsx", BOOK, rows)
    monkeypatch.setenv("CX_REGION", str(region.settings.region))
    monkeypatch.setenv("CX_PSEUDONYM_KEY", "test")
    return region


def test_check_says_what_lands_what_does_not_and_why(cx: Callable[..., Said], region: Home) -> None:
    said = cx("source", "check", "--week", WEEK)
    assert said.code == 0, said
    assert "АИС службы занятости (ais), 2026-W46: читается" in said.out
    assert "offices (таблица offices): все столбцы на месте" in said.out
    assert "Книга отзывов и предложений (complaints_book), 2026-W46: читается" in said.out
    assert "entries: загрузится 1, в карантин 1" in said.out
    assert "1 в карантине — дата не читается; исправьте её в источнике (первая: book/C01.xlsx#3)" in said.out
    assert "начните с АИС: cx run --week 2026-W46" in said.out  # the centres are not known yet
    assert sorted(path.name for path in region.path.iterdir()) == ["ais.db", "book", "region.yml"]  # nothing landed


def test_preview_shows_rows_without_personal_data_and_what_a_text_tells(cx: Callable[..., Said], region: Home) -> None:
    region.land("ais")
    said = cx("source", "preview", "complaints_book", "--week", WEEK, "--rows", "5")
    assert said.code == 0, said
    assert "[ИМЯ] не отвечает по телефону" in said.out
    assert "Иванова" not in said.out
    assert "112" not in said.out
    assert "точка: contact_centre" in said.out
    assert said.out.count("record_id") == 1


def test_source_that_cannot_be_read_is_told_with_its_reason(cx: Callable[..., Said], region: Home) -> None:
    region.file("book/C01.xlsx", b"PK\x03\x04 broken")
    said = cx("source", "check", "complaints_book", "--week", WEEK)
    assert said.code == 1
    assert "не читается" in said.out
    assert "book/C01.xlsx" in said.out
    assert "Traceback" not in said.out + said.err


def test_tables_that_lack_a_column_are_named(cx: Callable[..., Said], region: Home) -> None:
    import sqlite3

    with sqlite3.connect(region.path / "ais.db") as connection:
        connection.execute("alter table appeals drop column received_at")
    connection.close()
    said = cx("source", "check", "ais", "--week", WEEK)
    assert said.code == 1
    assert "нет received_at" in said.out


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("check", "nothing"), 2, "nothing: такого источника нет; есть ais, "),
        (("check", "media"), 0, "СМИ (media), 2026-W46: не настроен"),
        (("check", "--week", "46"), 2, "Неделя «46»"),
        (("preview",), 2, "нужен всегда"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    cx: Callable[..., Said], region: Home, arguments: tuple[str, ...], code: int, part: str
) -> None:
    said = cx("source", *arguments)
    assert part in said.out + said.err
    assert said.code == code
