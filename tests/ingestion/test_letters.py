"""Letters of a mailbox: what people write, what is answered, and what machines send."""

from __future__ import annotations

import base64
import quopri
import time
from datetime import datetime
from typing import Any

import pytest

from ingestion.sources.letters.message import head_of, text_of, without_history
from tests.ingestion.home import WEEK, Home

CLIENT = "anna.petrova@mail.example"
OWN = "reception@czn.example"
AT = "Tue, 10 Nov 2026 09:00:00 +0900"
SENT = datetime(2026, 11, 10)


def letter(text: str = "Долго ждал.", encoding: str = "utf-8", **headers: str | None) -> bytes:
    """A plain letter; headers are written with ``_`` for ``-``."""
    given = {
        "From": f"Anna <{CLIENT}>",
        "To": OWN,
        "Date": AT,
        "Message-ID": "<1@mail.example>",
        "Subject": None,
        "Content-Type": f"text/plain; charset={encoding}",
        "Content-Transfer-Encoding": "8bit",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\r\n".join(lines).encode(encoding, errors="replace") + b"\r\n\r\n" + text.encode(encoding)


@pytest.fixture
def mail_home(home: Home) -> Home:
    return described(home)


def described(home: Home, **changes: Any) -> Home:
    box = {"folder": "{home}/mail", "own_addresses": ["@czn.example"], "offices": {"Second@czn.example": "C02"}}
    home.describe(letters={**box, **changes})
    return home


def write(home: Home, *letters: bytes, folder: str = "mail") -> None:
    for number, content in enumerate(letters, start=1):
        home.file(f"{folder}/{number}.eml", content)


def texts(home: Home) -> list[str | None]:
    return [text for (text,) in home.land("letters").rows("letters", "text")]


def test_letter_lands_in_utc_with_its_centre_and_first_answer(mail_home: Home) -> None:
    answer = {"From": OWN, "To": CLIENT, "In_Reply_To": "<1@mail.example>"}
    write(
        mail_home,
        letter(Subject="Re: Очередь", To=f"Приёмная <{OWN}>, SECOND@czn.example"),
        letter("Разобрались.", **answer, Message_ID="<a@czn.example>", Date="Wed, 11 Nov 2026 10:00:00 +0900"),
        letter("Ещё раз.", **answer, Message_ID="<b@czn.example>", Date="Thu, 12 Nov 2026 10:00:00 +0900"),
        letter("Я в отпуске.", **answer, Message_ID="<c@czn.example>", Date=AT, Auto_Submitted="auto-replied"),
        letter("Спасибо!", Message_ID="<2@mail.example>", References="<0@x> <1@mail.example>", Date="Thu, 12 Nov 2026 23:00 -0000"),
    )  # fmt: skip
    landed = mail_home.land("letters")
    columns = (
        "office_id",
        "region",
        "entered_at",
        "text",
        "answered_at",
        "answer_text",
        "feedback_channel",
        "is_automatic",
    )
    assert sorted(landed.rows("letters", *columns), key=lambda row: row[2]) == [
        ("C02", "north", SENT, "Очередь\nДолго ждал.", datetime(2026, 11, 11, 1), "Разобрались.", "email", False),
        (None, "north", datetime(2026, 11, 12, 23), "Спасибо!", None, None, "email", False),
    ]  # fmt: skip
    assert landed.refused == []
    assert len(set(landed.rows("letters", "client_key"))) == 1
    # an id that is an address is a pseudonym, and the same in every run
    assert all("@" not in identifier for identifier in landed.ids("letters"))
    assert mail_home.land("letters").ids("letters") == landed.ids("letters")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"From": "MAILER-DAEMON@mail.example"},
        {"Return_Path": "<>"},
        {"List_Unsubscribe": "<https://x.example>"},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
)
def test_letter_of_a_machine_is_told_apart(mail_home: Home, headers: dict[str, str]) -> None:
    write(mail_home, letter(**headers), letter(Message_ID="<2@mail.example>", Auto_Submitted="no"))
    landed = mail_home.land("letters")
    assert sorted(flag for (flag,) in landed.rows("letters", "is_automatic")) == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "windows-1251"])
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("told", [True, False])
def test_letter_is_read_in_every_encoding(mail_home: Home, encoding: str, transfer: str, told: bool) -> None:
    text = "Уважаемые сотрудники! Долго ждал в очереди, ёлки."
    body = text.encode(encoding)
    body = {"8bit": body, "base64": base64.encodebytes(body), "quoted-printable": quopri.encodestring(body)}[transfer]
    subject = f"=?{encoding}?B?{base64.b64encode('Очередь'.encode(encoding)).decode()}?="
    kind = f"text/plain; charset={encoding if told else 'us-ascii'}"
    content = letter("", Subject=subject, Content_Type=kind, Content_Transfer_Encoding=transfer)
    write(mail_home, content + body)
    assert texts(mail_home) == [f"Очередь\n{text}"]


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "windows-1251"])
def test_header_with_bare_bytes_is_read(encoding: str) -> None:
    head = head_of(letter(encoding=encoding, Subject="Жалоба на очередь", From=f"Анна Петрова <{CLIENT}>"))
    assert (head.subject, head.sender) == ("Жалоба на очередь", CLIENT)


def test_plain_text_is_preferred_to_the_formatted_one(mail_home: Home) -> None:
    parts = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Видом</p>\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nСловами\r\n--x--"
    formatted = "<html><style>p {}</style><p>Долго <b>ждал</b></p><blockquote>Было</blockquote></html>"
    write(
        mail_home,
        letter(f"--x\r\n{parts}", Content_Type="multipart/alternative; boundary=x"),
        letter(formatted, Content_Type="text/html; charset=utf-8", Message_ID="<2@x>", Date="Tue, 10 Nov 2026 10:00 +0900"),
    )  # fmt: skip
    assert sorted(texts(mail_home), key=str) == ["Долго ждал", "Словами"]


@pytest.mark.parametrize(
    "history",
    [
        "> Долго\n> и старое",
        "10.11.2026 9:00, Приёмная пишет:\n> старое",
        "On Tue, Reception wrote:\nстарое",
        "-------- Исходное сообщение --------\nстарое",
        "-----Original Message-----\nстарое",
        "От: Приёмная\nОтправлено: вчера\nстарое",
        "From: Reception\nSent: today\nстарое",
        "________________________________\nОт: Приёмная",
        "-- \nАнна",
        "С уважением,\nАнна Петрова\n+7 914 555-01-23",
        "Отправлено из мобильной Почты Mail.ru",
    ],
)
def test_quoted_letters_and_signatures_are_cut_off(history: str) -> None:
    assert without_history(f"Ждал.\n\n\nЗря.\n\n{history}\n") == "Ждал.\nЗря."


@pytest.mark.parametrize(
    "text",
    [
        "С уважением ко мне не отнеслись. " + "Ждал час за часом. " * 60,
        "---------- Forwarded message ----------\nFrom: Анна\nЖдал",
        "> Ждал",
        "Он пишет: ждите.\nЯ жду.",
    ],
)
def test_text_is_kept_where_nothing_else_would_stay(text: str) -> None:
    assert without_history(text) == text.strip()


def test_maildir_is_read_and_a_letter_that_was_opened_since_is_the_same(home: Home) -> None:
    described(home)
    name = f"{int(datetime(2026, 11, 10, 12, 0, 1).timestamp())}.M1P2.host"
    old = f"{int(datetime(2026, 10, 1).timestamp())}.M1P2.host"
    home.file(f"mail/new/{name}", letter())
    home.file("mail/tmp/half", letter("Не дошло"))
    home.file(f"mail/cur/{old}:2,S", letter("Давно", Message_ID="<0@x>", Date="Thu, 1 Oct 2026 09:00 +0900"))
    home.file(
        f"mail/.Sent/cur/{name}9:2,S", letter("Ответ", From=OWN, Message_ID="<a@x>", In_Reply_To="<1@mail.example>")
    )
    first = home.land("letters")
    # what came long before the week is not even opened
    assert first.counts("letters") == (1, 1, 0, 0)
    assert first.rows("letters", "text", "answer_text", "origin") == [("Долго ждал.", "Ответ", f"mail/{name}")]
    (home.path / "mail/cur").mkdir(exist_ok=True)
    (home.path / f"mail/new/{name}").rename(home.path / f"mail/cur/{name}:2,RS")
    assert home.land("letters").frames["letters"].equals(first.frames["letters"])


def test_folder_of_a_week_refuses_other_weeks_and_a_whole_mailbox_counts_them(home: Home) -> None:
    late = letter(Message_ID="<2@x>", Date="Mon, 16 Nov 2026 00:00:00 +0900")
    far = letter(Message_ID="<3@x>", Date="Mon, 1 Feb 2027 00:00:00 +0900")
    described(home)
    write(home, letter(), late, far)
    assert home.land("letters").counts("letters") == (3, 1, 0, 2)
    described(home, folder="{home}/{week}")
    write(home, letter(), late, far, folder=WEEK)
    landed = home.land("letters")
    assert landed.counts("letters") == (3, 1, 2, 0)
    assert landed.refused == [("letters", "other_week", f"{WEEK}/{number}.eml") for number in (2, 3)]


def test_same_letter_in_two_folders_is_one_and_letters_without_ids_are_kept_apart(mail_home: Home) -> None:
    write(mail_home, letter(), letter(), letter("А", Message_ID=None), letter("Б", Message_ID=None))
    landed = mail_home.land("letters")
    assert landed.counts("letters") == (3, 3, 0, 0)
    assert mail_home.land("letters").ids("letters") == landed.ids("letters")


def test_faulty_letters_are_set_aside(mail_home: Home) -> None:
    described(mail_home, offices={"second@czn.example": "C77"})
    write(
        mail_home,
        letter(),
        letter(Message_ID="<2@x>", Date="вчера"),
        letter(Message_ID="<3@x>", To="second@czn.example"),
        b"",
        b"\x00\xff" * 5000,
    )
    landed = mail_home.land("letters")
    assert landed.counts("letters") == (5, 1, 4, 0)
    assert sorted(landed.refused) == [
        ("letters", "unknown_office", "mail/3.eml"),
        ("letters", "unreadable_date", "mail/2.eml"),
        ("letters", "wrong_shape", "mail/4.eml"),
        ("letters", "wrong_shape", "mail/5.eml"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        letter(Content_Type="text/plain; charset=no-such"),
        letter(Content_Type="multipart/mixed"),
        letter(Content_Type="multipart/mixed; boundary=x"),
        letter(Content_Type="message/rfc822"),
        letter(Content_Type=";;;=" * 2000),
        letter(Content_Transfer_Encoding="base64"),
        letter(Subject="=?utf-8?B?!!!?= =?no-such?Q?=FF?="),
        letter(To="(" * 20_000),
        letter(To=", ".join(["a@b.example"] * 20_000)),
        letter(References="<x@y> " * 50_000),
        letter("--x\r\n" * 50_000, Content_Type="multipart/mixed; boundary=x"),
        letter("".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(2000)), Content_Type="multipart/mixed; boundary=b"),
        letter("<a " * 500_000, Content_Type="text/html"),
        letter("От: x\n" * 100_000),
        letter("\n" * 500_000 + " " * 500_000),
    ],
)  # fmt: skip
def test_hostile_letter_lands_or_is_set_aside_in_no_time(mail_home: Home, content: bytes) -> None:
    write(mail_home, content, letter("Целое", Message_ID="<9@x>"))
    started = time.monotonic()
    landed = mail_home.land("letters")
    assert "Целое" in [text for (text,) in landed.rows("letters", "text")]
    assert landed.counts("letters")[0] == 2
    assert time.monotonic() - started < 10


def test_names_that_lead_elsewhere_are_not_followed(mail_home: Home) -> None:
    secret = mail_home.file("secret.eml", letter("Чужое"))
    write(mail_home, letter())
    (mail_home.path / "mail/2.eml").symlink_to(secret)
    (mail_home.path / "mail/3.eml").mkdir()
    assert texts(mail_home) == ["Долго ждал."]


def test_nobody_is_named_in_what_lands(mail_home: Home) -> None:
    write(
        mail_home,
        letter(f"Пишите на {CLIENT}, +7 914 555-01-23", Date="нет"),
        letter(f"Я {CLIENT}", Message_ID="<2@x>"),
    )
    (mail_home.path / "mail/1.eml").rename(mail_home.path / f"mail/{CLIENT}.eml")
    landed = mail_home.land("letters")
    for file in (mail_home.settings.landing / "letters").rglob("*"):
        assert not file.is_file() or CLIENT.encode() not in file.read_bytes()
    assert CLIENT not in str(landed.quarantine.rows()) + str(landed.result.messages)


def test_no_folder_is_no_source_and_an_empty_one_a_true_zero(mail_home: Home) -> None:
    landed = mail_home.land("letters")
    assert landed.result.status == "no_source"
    assert "нет папки" in landed.result.messages[0]
    (mail_home.path / "mail").mkdir()
    landed = mail_home.land("letters")
    assert (landed.result.status, landed.counts("letters")) == ("loaded", (0, 0, 0, 0))


def test_mailbox_that_is_not_described_waits_for_nobody(home: Home) -> None:
    assert home.land("letters").result.status == "not_configured"


def test_channel_that_no_dictionary_knows_is_told(home: Home) -> None:
    described(home, feedback_channel="pigeon")
    with pytest.raises(Exception, match=r"letters.feedback_channel.*pigeon"):
        home.land("letters")


def test_letter_with_nothing_but_an_attachment_has_no_text() -> None:
    assert text_of(letter("x", Content_Type="application/pdf")) == ""
