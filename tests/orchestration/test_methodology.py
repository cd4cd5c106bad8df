"""What ``cx methodology`` says of the files that people edit."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ingestion.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.orchestration.conftest import Said


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = shutil.copytree(Settings().methodology, tmp_path / "methodology")
    monkeypatch.setenv("CX_METHODOLOGY", str(made))
    return made


def test_methodology_is_counted_with_its_next_reviews(cx: Callable[..., Said], folder: Path) -> None:
    path = folder / "journeys" / "benefit.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("next_review: 2026-12-31", "next_review: 2026-01-02"), encoding="utf-8")
    result = cx("methodology")
    assert (result.code, result.err) == (0, "")
    assert f"Карты клиентских путей: {len(list((folder / 'journeys').iterdir()))}\n" in result.out
    assert "career_guidance  стадий 8, точек контакта 14" in result.out
    reviews = result.out.split("Ближайшие пересмотры:\n")[1].splitlines()
    assert reviews[0].strip().startswith("02.01.2026  карта «Пособие по безработице»")
    assert reviews[0].endswith("срок прошёл")


def test_fewer_maps_than_recommended_are_told(cx: Callable[..., Said], folder: Path) -> None:
    for path in (folder / "journeys").iterdir():
        if path.stem not in ("career_guidance", "vacancy_filling"):
            path.unlink()
    result = cx("methodology")
    assert result.code == 0
    assert "Карты клиентских путей: 2; рекомендуется не меньше 3 (пункт 2.2.7)" in result.out


def test_documents_are_counted(cx: Callable[..., Said], folder: Path) -> None:
    out = cx("methodology").out
    assert "Клиентские показатели: 72; наборов 2, коридоров 8\n" in out
    assert "Причины недовольства: 21; критичность редакции 1, решение комиссии от 17.08.2026\n" in out
    assert "Не решаются при первом контакте: 4 (benefit, training, self_employment, relocation)\n" in out


def test_survey_that_asks_with_other_labels_is_told_and_fails(cx: Callable[..., Said], folder: Path) -> None:
    region = folder / "regions" / "demo.yml"
    text = region.read_text(encoding="utf-8")
    region.write_text(text.replace("Затрудняюсь ответить", "Не знаю"), encoding="utf-8")
    result = cx("methodology", "--region", str(region))
    assert result.code == 1
    assert "поле sources.survey.questions.ces.scale: подписи не те, что в анкете: Очень сложно," in result.err


def test_wrong_file_is_told_with_its_line_and_fails(cx: Callable[..., Said], folder: Path) -> None:
    path = folder / "journeys" / "benefit.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("version: '1'", "version: 1"), encoding="utf-8")
    result = cx("methodology")
    assert (result.code, result.out) == (1, "")
    said = "поле «version»: нужен текст (число, дату, да и нет возьмите в кавычки)"
    assert result.err == f"✗ {path}, строка 4: {said}\n"


def test_files_of_the_region_are_laid_over(cx: Callable[..., Said], folder: Path) -> None:
    own = folder / "regions" / "north" / "profiles.yml"
    own.parent.mkdir()
    own.write_text("x: 1", encoding="utf-8")
    assert cx("methodology").code == 0
    result = cx("methodology", "--region", "north.yml")
    assert (result.code, str(own) in result.err) == (1, True)
