"""No personal datum lands, whatever field of whatever source holds it, sound row or faulty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.demo.texts import PLANTED_PERSONAL_DATA
from ingestion.sources.complaints_book.books import BOOK
from ingestion.sources.evaluations.workbooks import EVALUATION
from tests.ingestion.home import OFFICES, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_contact_centre import message, talk
from tests.ingestion.test_mentions import post, posts, review, reviews
from tests.ingestion.test_survey import HEADERS, SURVEY, answer, written

if TYPE_CHECKING:
    from pathlib import Path

PHONE, TOWN_PHONE, EMAIL, SNILS, INN, FIRM_INN, PASSPORT, *MORE = PLANTED_PERSONAL_DATA
# with line breaks, which become \n in the JSON of the quarantine, and letters right before the digits
NUMBERS = f"Звоните:\n{PHONE}\n{TOWN_PHONE}\tили тел{TOWN_PHONE}, {EMAIL}\nСНИЛС{SNILS}\nИНН{INN} {FIRM_INN}\nпаспорт {PASSPORT}"
# what may be a name of a thing keeps its names: «Кировский район»
TEXT = f"{NUMBERS}\nродился " + ". Я, родился ".join(MORE)
CLIENT, EMPLOYEE, AUTHOR = "103-456-789 00", "Сидорова Анна", "700800900"
PEOPLE = (CLIENT, CLIENT.replace("-", "").replace(" ", ""), EMPLOYEE, AUTHOR, "сидоровааннa")
LATE, EARLY = "2026-11-10T09:00:00+09:00", "2026-11-01T09:00:00+09:00"


def everything_written(home: Home) -> dict[Path, str]:
    """Every file that landing made, as text: columns decoded, and the bytes as they are."""
    texts = {}
    for folder in (home.settings.landing, home.settings.quarantine):
        for path in folder.rglob("*"):
            if path.suffix == ".parquet":
                frame = pl.read_parquet(path)
                texts[path] = "\n".join(str(value) for column in frame for value in column.to_list())
            if path.is_file():
                texts[path] = texts.get(path, "") + path.read_bytes().decode("utf-8", errors="replace")
    return texts


def assert_nobody_is_named(home: Home, *lines: str) -> None:
    texts = everything_written(home)
    assert texts
    for where, text in [*texts.items(), *(("message", line) for line in lines)]:
        for datum in (*PLANTED_PERSONAL_DATA, *PEOPLE):
            assert datum not in text, (where, datum)


def test_the_search_finds_what_is_there(home: Home) -> None:
    pl.DataFrame({"text": [TEXT]}).write_parquet(home.settings.landing / "found.parquet")
    with pytest.raises(AssertionError, match="found"):
        assert_nobody_is_named(home)


def test_ais(empty_home: Home) -> None:
    texts = {"topic": TEXT, "stage_code": TEXT, "client_id": CLIENT}
    empty_home.ais(
        offices=[
            *OFFICES,
            ("C03", "north", NUMBERS, NUMBERS, "Asia/Yakutsk"),
            (TEXT, "north", NUMBERS, NUMBERS, TEXT),
        ],
        schedules=[("C01", 1, TEXT, TEXT, TEXT, TEXT), (TEXT, TEXT, "09:00", "18:00", "2026-01-01", None)],
        appeals=[
            appeal(1, **texts),
            appeal(f"чат {PHONE}", **texts),
            appeal(EMAIL, **texts),
            appeal(4, received_at=TEXT, **texts),
            appeal(5, ended_at=TEXT, **texts),
            *(appeal(TEXT + name, **texts, **{name: TEXT}) for name in ("channel", "service", "client_group")),
            appeal(6, **texts, initiated_by=TEXT),
            appeal(7, **texts, office_id=TEXT),
        ],
        appeal_events=[(EMAIL, EMAIL, "Решено", "2026-11-11 01:00:00"), (TEXT, TEXT, TEXT, "2026-11-11 01:00:00")],
    )
    landed = empty_home.land("ais")
    assert landed.counts("interactions") == (10, 3, 7, 0)
    # an id that is an address still joins what belongs together
    event = landed.rows("interaction_events", "interaction_id")[0][0]
    assert event in landed.ids("interactions")
    assert_nobody_is_named(empty_home, *landed.result.messages)


def test_complaints_book(home: Home) -> None:
    home.describe(complaints_book={"files": "{home}/book/*.xlsx"})
    at = "10.11.2026 09:00"
    rows = [
        [1, at, TEXT, CLIENT, TEXT, at, TEXT],
        [PHONE, at, "01", CLIENT, TEXT, None, TEXT],
        [f"{PHONE} бис", TEXT, TEXT, CLIENT, TEXT, at, TEXT],
        [4, at, TEXT, CLIENT, TEXT, TEXT, TEXT],
        [None, at, TEXT, CLIENT, TEXT, at, TEXT],
    ]
    home.workbook("book/C01.xlsx", BOOK, rows)
    home.workbook(f"book/Книга {PHONE} {EMAIL}.xlsx", BOOK, rows)
    landed = home.land("complaints_book")
    assert landed.counts("entries") == (6, 2, 4, 0)
    assert_nobody_is_named(home, *landed.result.messages)


def test_survey(home: Home) -> None:
    home.describe(survey={**SURVEY, "files": "{home}/survey/*.csv"})
    texts = {"interaction_id": EMAIL, "touchpoint": TEXT, "client": CLIENT, "comment": TEXT, "incentive": TEXT}
    rows = [
        [*answer(1, **texts), TEXT],
        [*answer(PHONE, **texts), TEXT],
        *(
            [*answer(f"{PHONE}{name}", **{**texts, name: TEXT}), TEXT]
            for name in ("submitted_at", "office_id", "client_group")
        ),
        [*answer(EMAIL, **texts, last_page=TEXT, invited_at=TEXT), TEXT],
        [*answer(7, **texts, ces=TEXT), TEXT],
        [*answer(8, **texts), TEXT, TEXT],
    ]
    home.file(f"survey/{EMAIL}.csv", written(*rows, headers=[*HEADERS, f"Ваш телефон {PHONE}"]))
    landed = home.land("survey")
    assert landed.counts("responses") == (8, 3, 5, 0)
    assert_nobody_is_named(home, *landed.result.messages)


def test_contact_centre(home: Home) -> None:
    home.describe(contact_centre={"files": "{home}/chats/*.jsonl"})
    texts = {"client_id": CLIENT, "topic": TEXT, "touchpoint": TEXT}
    said = [
        message("m1", text=TEXT, author="staff", author_id=EMPLOYEE),
        message(EMAIL, text=TEXT, author_id=AUTHOR),
        message("m3", text=TEXT, author_id=AUTHOR, author=TEXT),
        message(None, text=TEXT, author_id=AUTHOR),
        message("m5", text=TEXT, author_id=AUTHOR, at=TEXT),
    ]
    event = {"id": PHONE, "type": TEXT, "at": LATE}
    talks = [
        talk("K1", **texts, messages=said, events=[event]),
        talk(PHONE, **texts),
        *(
            talk(f"K-{name}", **texts, **{name: TEXT})
            for name in ("channel", "office_id", "initiated_by", "created_at")
        ),
        talk(None, **texts),
    ]
    escaped = json.dumps(talk("K9", **texts, messages=said))  # letters as \u043f: no pattern can find words in it
    broken = [escaped[:-1], json.dumps(talk("K8", **texts, messages=TEXT), ensure_ascii=False), TEXT.replace("\n", " ")]
    lines = [*(json.dumps(one, ensure_ascii=False) for one in talks), *broken]
    home.file("chats/all.jsonl", "\n".join(lines))
    landed = home.land("contact_centre")
    assert landed.counts("conversations") == (10, 2, 8, 0)
    assert_nobody_is_named(home, *landed.result.messages)


@pytest.mark.parametrize("date", [LATE, TEXT])
def test_reviews(home: Home, date: str) -> None:
    home.describe(two_gis={"files": "{home}/two_gis/{week}/*.json"})
    texts = {
        "text": TEXT,
        "url": f"https://example.org/?mail={EMAIL}",
        "user": {"id": AUTHOR, "name": EMPLOYEE},
        "official_answer": {"text": TEXT, "date_created": date},
        "date_created": date,
    }
    items = [
        review("r1", **texts),
        review(EMAIL, **texts),
        review("r3", **texts, rating=TEXT),
        review([TEXT], **texts),
        TEXT,
    ]
    home.file(f"two_gis/2026-W46/{EMAIL}.json", reviews(*items))
    home.file("two_gis/2026-W46/broken.json", f'{{"reviews": [{{"text": "{PHONE}')
    landed = home.land("two_gis")
    assert landed.counts("mentions") == (6, 2, 4, 0) if date == LATE else (6, 0, 6, 0)
    assert_nobody_is_named(home, *landed.result.messages)


def test_posts(home: Home) -> None:
    home.describe(vk={"files": "{home}/vk/{week}/*.json"})
    texts = {"from_id": int(AUTHOR), "text": f"{TEXT} [id{AUTHOR}|{EMPLOYEE}]"}
    items = [
        post(1, **texts),
        post(2, **texts, date=TEXT),
        post(3, **texts, date=1),
        post(EMAIL, **texts, copy_history=[{"id": PHONE, "owner_id": 1}]),
    ]
    home.file("vk/2026-W46/1.json", posts(*items))
    landed = home.land("vk")
    assert landed.counts("mentions") == (4, 2, 2, 0)
    assert_nobody_is_named(home, *landed.result.messages)


def test_evaluations(home: Home) -> None:
    home.describe(evaluations={"files": "{home}/evaluations.xlsx"})
    at = "10.11.2026 09:00"

    def row(number: str, office: str = "C01", date: str = at, score: str = "1", critical: str = "нет") -> list[str]:
        return [number, office, EMPLOYEE, EMAIL, TEXT, TEXT, TEXT, date, TEXT, "1", critical, score]

    faulty = [row("Q3", office=TEXT), row("Q4", date=TEXT), row("Q5", score=TEXT), row("Q6", critical=TEXT)]
    home.workbook("evaluations.xlsx", EVALUATION, [row("Q1"), row(PHONE), *faulty])
    landed = home.land("evaluations")
    assert landed.counts("evaluations") == (6, 4, 2, 0)
    assert landed.counts("evaluation_scores") == (6, 2, 4, 0)
    assert_nobody_is_named(home, *landed.result.messages)


def test_same_person_has_one_key_in_every_source_and_in_no_quarantine(home: Home) -> None:
    home.describe(complaints_book={"files": "{home}/C01.xlsx"}, contact_centre={"files": "{home}/chats.jsonl"})
    home.ais(appeals=[appeal(1, client_id=CLIENT)])
    home.workbook("C01.xlsx", BOOK, [[1, "10.11.2026 09:00", "01", CLIENT, "т", None, None]])
    home.file("chats.jsonl", json.dumps(talk(client_id=CLIENT)))
    keys = {
        home.land("ais").rows("interactions", "client_key")[0],
        home.land("complaints_book").rows("entries", "client_key")[0],
        home.land("contact_centre").rows("conversations", "client_key")[0],
    }
    assert len(keys) == 1
    assert_nobody_is_named(home)


def test_contacts_of_the_centres_stay_and_those_of_people_do_not(home: Home) -> None:
    offices = [(*office, "8 (4112) 55-01-99; 42-42-42", "г. Якутск, ул. Кирова, д. 7") for office in OFFICES]
    home.ais(offices=offices)
    home.land("ais")
    home.describe(complaints_book={"files": "{home}/C01.xlsx"})
    text = "Звонил на 8(4112)550199 и тел. 42-42-42, живу на ул. Ленина, 5, а вы на улице Кирова, дом 7; мой {phone}"
    entry = [1, "10.11.2026 09:00", None, None, text.format(phone=PHONE), None, None]
    home.workbook("C01.xlsx", BOOK, [entry])
    assert home.land("complaints_book").rows("entries", "text") == [
        ("Звонил на 8(4112)550199 и тел. 42-42-42, живу на [АДРЕС], а вы на улице Кирова, дом 7; мой [ТЕЛЕФОН]",)
    ]
