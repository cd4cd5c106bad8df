"""A methodology file that is wrong is refused with file, line, field and what is allowed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import pytest
from pydantic import Field, RootModel, field_validator

from ingestion.errors import IngestionError
from ingestion.methodology.reading import Strict, code_of, read_document, region_file, wrong

if TYPE_CHECKING:
    from pathlib import Path

CODES = {"touchpoints": ["hall", "site"]}
SOUND = "one:\n  name: Зал\n  kind: office\n  day: 2026-03-01\n  parts:\n  - {code: hall}\n"


class Part(Strict):
    code: code_of("touchpoints")  # type: ignore[valid-type]
    weight: float = Field(default=1.0, gt=0)


class Entry(Strict):
    name: str = Field(min_length=1, max_length=20)
    kind: Literal["office", "remote"]
    day: dt.date
    parts: list[Part] = Field(min_length=1, max_length=2)
    extra: Part | None = None

    @field_validator("parts")
    @classmethod
    def _once(cls, parts: list[Part]) -> list[Part]:
        codes = [part.code for part in parts]
        for number, code in enumerate(codes):
            if code in codes[:number]:
                raise wrong(f"точка {code} уже есть", number, "code")
        return parts


class Entries(RootModel[dict[str, Entry]]):
    pass


def read(tmp_path: Path, text: str, added: str | None = None) -> Entries:
    path, over = tmp_path / "base.yml", tmp_path / "over.yml"
    path.write_text(text, encoding="utf-8")
    if added is not None:
        over.write_text(added, encoding="utf-8")
    return read_document(path, Entries, codes=CODES, added=over if added is not None else None)


def test_sound_file_is_read_into_its_model(tmp_path: Path) -> None:
    entry = read(tmp_path, SOUND).root["one"]
    assert (entry.name, entry.day, entry.parts[0].code) == ("Зал", dt.date(2026, 3, 1), "hall")


@pytest.mark.parametrize(
    ("was", "now", "line", "said"),
    [
        ("kind:", "title: Зал\n  kind:", 3, "поле «one.title»: такого поля нет; можно: name, kind, day, parts, extra"),
        ("  name: Зал\n", "", 1, "поле «one.name»: не указано; впишите его"),
        ("name: Зал", "name: 5", 2, "поле «one.name»: нужен текст (число, дату, да и нет возьмите в кавычки)"),
        ("name: Зал", "name: ''", 2, "поле «one.name»: не может быть пустым"),
        ("name: Зал", "name: Очень длинное название зала", 2, "поле «one.name»: можно не больше 20 знаков"),
        ("kind: office", "kind: shop", 3, "поле «one.kind»: такого значения нет; можно: 'office' или 'remote'"),
        ("day: 2026-03-01", "day: март", 4, "поле «one.day»: нужна дата вида 2026-01-31 без кавычек"),
        ("day: 2026-03-01", "day: 2026-13-01", 4, "«2026-13-01» не читается; нужна дата вида 2026-01-31, число или текст"),
        ("  - {code: hall}", "  - {code: roof}", 6, "поле «one.parts.№1.code»: кода «roof» нет в списке touchpoints; можно: hall, site"),
        ("  - {code: hall}", "  - {code: hall, w: 1}", 6, "поле «one.parts.№1.w»: такого поля нет; можно: code, weight"),
        ("  - {code: hall}", "  - code: hall\n    weight: много", 7, "поле «one.parts.№1.weight»: нужно число"),
        ("  - {code: hall}", "  - code: hall\n    weight: 0", 7, "поле «one.parts.№1.weight»: нужно больше 0.0"),
        ("  - {code: hall}", "  - {code: hall}\n  - code: hall", 7, "поле «one.parts.№2.code»: точка hall уже есть"),
        ("\n  - {code: hall}", " []", 5, "поле «one.parts»: не может быть пустым"),
        ("\n  - {code: hall}", " hall", 5, "поле «one.parts»: нужен список (каждый пункт с «- »)"),
        ("day:", "extra: hall\n  day:", 4, "поле «one.extra»: нужны поля со значениями"),
        ("day:", "extra: {code: roof}\n  day:", 4, "поле «one.extra.code»: кода «roof» нет в списке touchpoints; можно: hall, site"),
        ("day:", "extra: {cod: hall, code: hall}\n  day:", 4, "поле «one.extra.cod»: такого поля нет; можно: code, weight"),
        ("day:", "name: Вход\n  day:", 4, "поле «one.name» повторено, уже стоит в строке 2; оставьте одно"),
        ("day:", "<<: 1\n  day:", 4, "«<<» не читается; нужна дата вида 2026-01-31, число или текст"),
        ("day:", "[day]:", 4, "вместо названия поля стоит список, поля или пусто"),
        ("day:", "day: [", 5, "это не YAML; проверьте отступы, двоеточия и кавычки"),
    ],
)  # fmt: skip
def test_wrong_file_is_refused_with_line_field_and_what_is_allowed(
    tmp_path: Path, was: str, now: str, line: int, said: str
) -> None:
    assert was in SOUND
    with pytest.raises(IngestionError) as refused:
        read(tmp_path, SOUND.replace(was, now))
    assert str(refused.value) == f"{tmp_path / 'base.yml'}, строка {line}: {said}"


def test_each_error_has_its_line_when_there_are_several(tmp_path: Path) -> None:
    with pytest.raises(IngestionError) as refused:
        read(tmp_path, SOUND.replace("office", "shop").replace("hall", "roof").replace("name", "title"))
    lines = [line.split(": ")[0].rsplit(" ", 1)[1] for line in str(refused.value).splitlines()]
    assert lines == ["1", "2", "3", "6"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "файла нет или он не читается"),
        (b"", "поле «весь файл»: нужны поля со значениями"),
        (b"- one", "поле «весь файл»: нужны поля со значениями"),
        ("one: Зал".encode("windows-1251"), "файл не в UTF-8"),
        (b"one: &x\n  two: *x", "ссылается само на себя"),
        (b"one: !!python/name:os.system x", "не читается"),
        (b"one: 1\n---\none: 2", "это не YAML"),
    ],
)
def test_file_that_is_no_document_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "base.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IngestionError) as refused:
        read_document(path, Entries, codes=CODES)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_region_adds_and_changes_by_key_when_it_has_a_file(tmp_path: Path) -> None:
    entries = read(
        tmp_path, SOUND, "one: {name: Вход}\ntwo: {name: Сайт, kind: remote, day: 2026-04-01, parts: [{code: site}]}"
    ).root
    assert list(entries) == ["one", "two"]
    assert (entries["one"].name, entries["one"].kind) == ("Вход", "office")


def test_error_names_the_file_of_the_region_when_it_stands_there(tmp_path: Path) -> None:
    with pytest.raises(IngestionError) as refused:
        read(tmp_path, SOUND.replace("office", "shop"), "one:\n  parts:\n  - {code: site}\n  - {code: roof}")
    first, second = str(refused.value).splitlines()
    assert first.startswith(f"{tmp_path / 'base.yml'}, строка 3: поле «one.kind»")
    assert second.startswith(f"{tmp_path / 'over.yml'}, строка 4: поле «one.parts.№2.code»")


def test_region_file_is_found_by_the_path_of_the_base(tmp_path: Path) -> None:
    path = tmp_path / "regions" / "north" / "journeys" / "benefit.yml"
    path.parent.mkdir(parents=True)
    path.touch()
    assert region_file(tmp_path, "north", "journeys/benefit.yml") == path
    assert region_file(tmp_path, "north", "profiles.yml") is None
    assert region_file(tmp_path, None, "journeys/benefit.yml") is None
