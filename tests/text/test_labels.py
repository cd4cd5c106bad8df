"""The text stage on what has landed: which texts it reads, under which ids, and again after the rules have changed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.run import land
from ingestion.settings import Settings
from tests.ingestion.home import Home
from tests.ingestion.test_mentions import review, reviews
from tests.ingestion.test_survey import HEADERS, SURVEY, answer, written
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from pathlib import Path

WEEK = "2026-W46"
BOOK = ["№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which a book, a survey and reviews have landed."""
    home = Home(tmp_path / "home")
    home.describe(
        complaints_book={"files": "{home}/book/*.xlsx"},
        survey={**SURVEY, "files": "{home}/survey.csv"},
        two_gis={"files": "{home}/two_gis/*.json"},
    )
    home.register()
    at = "10.11.2026 09:00"
    home.workbook("book/C01.xlsx", BOOK, [[1, at, None, None, "ОГРОМНАЯ ОЧЕРЕДЬ", None, None], [2, at, *[None] * 5]])
    home.file("survey.csv", written(answer(1, comment="Сайт не открывается"), answer(2, comment=None), headers=HEADERS))
    home.file("two_gis/1.json", reviews(review("r1", text="Ужасная очередь", rating=5), review("r2", text=None)))
    for source in ("complaints_book", "survey", "two_gis"):
        home.land(source)
    return home


def test_each_text_is_labelled_under_the_id_of_its_feedback(home: Home) -> None:
    landed = home.land("text")
    assert landed.rows("labels", "record_id", "touchpoint", "tone", "tone_basis") == [
        ("complaints_book:C01-1", "queue", "negative", "words"),
        ("survey:1", "site", "negative", "words"),
        ("two_gis:r1", "queue", "positive", "rating"),
    ]
    assert landed.counts("labels") == (3, 3, 0, 0)
    assert landed.frames["labels"]["origin"].to_list()[0] == "book/C01.xlsx#2"


def test_week_without_any_text_has_no_labels(tmp_path: Path) -> None:
    empty = Home(tmp_path / "home")
    empty.describe()
    landed = empty.land("text")
    assert landed.result.status == "loaded"
    assert landed.frames["labels"].is_empty()


def test_changed_rules_label_anew_without_the_sources(home: Home, tmp_path: Path) -> None:
    before = home.land("text")
    landed = {path: path.read_bytes() for path in home.settings.landing.rglob("*.parquet") if "text" not in path.parts}
    shutil.rmtree(home.path / "book")  # the sources are gone
    methodology = shutil.copytree(METHODOLOGY, tmp_path / "methodology")
    own = methodology / "regions" / "north"
    own.mkdir()
    (own / "text_touchpoints.yml").write_text("touchpoints:\n  hall:\n    огромный: 9\n", encoding="utf-8")
    settings = Settings(
        home=home.path,
        region=home.settings.region,
        methodology=methodology,
        pseudonym_key="test",  # type: ignore[arg-type]
    )
    land("text", WEEK, settings)
    after = pl.read_parquet(home.settings.landing / "text" / "labels" / f"week={WEEK}" / "data.parquet")
    assert after["touchpoint"].to_list() == ["hall", "site", "queue"]
    assert after["rules_version"][0] != before.frames["labels"]["rules_version"][0]
    assert {path: path.read_bytes() for path in landed} == landed
