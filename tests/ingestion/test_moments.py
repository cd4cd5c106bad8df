"""Dates as people write them; formatted texts as plain ones."""

from __future__ import annotations

import time
from datetime import datetime

import polars as pl
import pytest

from ingestion.markup import text_of_html, without_markup
from ingestion.moments import moments
from ingestion.tables import number_of

DAY = datetime(2022, 4, 28)
AT = datetime(2022, 4, 28, 14, 5)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("28 апр 2022", DAY),
        ("28 апр. 2022 г.", DAY),
        ("28 Апреля 2022 года", DAY),
        ("28-апр-22", DAY),
        ("28.04.22", DAY),
        ("28.4.2022 г.", DAY),
        ("28 . 04 . 2022", DAY),
        ("28/04/2022 14:05", AT),
        ("28.04.2022 г., 14:05", AT),
        ("28.04.2022 в 14.05", AT),
        ("28.04.2022\n14:05:00", AT),
        ("28-04-2022", DAY),
        ("2022-04-28", DAY),
        ("2022-04-28T14:05", AT),
        ("2022-04-28 14:04:59.999600", AT),
        ("2022/4/28", DAY),
        ("44679", DAY),
        ("44679.0", DAY),
        ("44679.5", datetime(2022, 4, 28, 12)),
        ("44679,58680555555", AT),
        ("01.02.2022", datetime(2022, 2, 1)),
        # for which the slow reader is asked
        ("апреля 28, 2022", DAY),
        ("2022 г., 28 апреля", DAY),
        ("28 Apr 2022", DAY),
        ("28 мар 2022", datetime(2022, 3, 28)),
        ("28 мая 2022", datetime(2022, 5, 28)),
    ],
)
def test_date_is_read_in_every_form(text: str, moment: datetime) -> None:
    assert moments(pl.Series([text])).row(0) == (moment, None)


@pytest.mark.parametrize("text", ["2022-04-28T14:05+09:00", "2022-04-28 14:05:00 +0900", "2022-04-28T05:05Z"])
def test_moment_with_an_offset_is_utc(text: str) -> None:
    assert moments(pl.Series([text])).row(0) == (None, datetime(2022, 4, 28, 5, 5))


@pytest.mark.parametrize(
    "text",
    [
        "04/28/2022",
        "31.04.2022",
        "29.02.2023",
        "28.04.2022 24:00",
        "28.04",
        "апрель 2022",
        "28 апреля",
        "28 апр 22 мая 2022",
        "28 апреля 2022 5 окно",
        "вчера",
        "через 5 дней",
        "10",
        "2022",
        "20220428",
        "0.5",
        "28 маразма 2022",
        "#ОШИБКА!",
        "9" * 400,
        "28.04.2022" * 1000,
        "",
        None,
    ],
)
def test_what_is_not_sure_is_not_guessed(text: str | None) -> None:
    assert moments(pl.Series([text], dtype=pl.String)).row(0) == (None, None)


def test_column_of_nonsense_does_not_take_its_time() -> None:
    started = time.monotonic()
    assert moments(pl.Series([f"{number} ноль апрель {number}" for number in range(50_000)])).null_count().row(0) == (
        50_000,
        50_000,
    )
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("text", "number"),
    [("7.0", 7), ("1 262", 1262), ("1\u00a0262,5", 1262.5), ("0,5", 0.5), ("100 %", 1), ("12,5%", 0.125), ("−3", -3), ("5 шт", None), ("%", None), ("1,2,3", None)],
)  # fmt: skip
def test_number_is_read_as_it_is_written(text: str, number: float | None) -> None:
    assert pl.DataFrame({"a": [text]}).select(number_of("a")).item() == number


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Хамят&nbsp;в окне</p><p>Стыдно</p>", "Хамят в окне\nСтыдно"),
        ("Первая<br>вторая<br/>третья", "Первая\nвторая\nтретья"),
        ("<style>p {color: red}</style><b>Ждал</b> час<!-- скрыто <b>да</b> --> зря", "Ждал час зря"),
        ("<ul><li>раз</li><li>два</li></ul>", "раз\nдва"),
        ("<p><script>alert('x')</script>Ждал", "Ждал"),
        ("Ждал &lt; часа &amp; ушёл", "Ждал < часа & ушёл"),
        ("<p>Без конца <b", "Без конца <b"),
    ],
)
def test_formatted_text_becomes_plain(source: str, text: str) -> None:
    assert without_markup(pl.Series([source])).to_list() == [text]


@pytest.mark.parametrize("text", ["Ждал < часа, а надо > 5", "a<b и b>c", "<Иванов> сказал", "<3", "R&D", None])
def test_text_that_merely_holds_a_sign_stays(text: str | None) -> None:
    assert without_markup(pl.Series([text], dtype=pl.String)).to_list() == [text]


@pytest.mark.parametrize("piece", ["<a ", "<!--", "</", "&#", "<![CDATA[", "<p", "<", "<script>", "<p><"])
def test_tags_without_end_take_no_time(piece: str) -> None:
    started = time.monotonic()
    text_of_html("<p>" + piece * 100_000)
    assert time.monotonic() - started < 3
