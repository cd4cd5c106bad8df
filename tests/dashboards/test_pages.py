"""Links, names and words of the pages."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pages import slug
from dashboards.russian import typeset
from dashboards.site import build
from tests.dashboards import region
from tests.dashboards.markup import parse

if TYPE_CHECKING:
    from pathlib import Path

ODD = {"C01": "../../x", "C02": "a/b", "C03": "..", "C04": "C:\\x", "C06": "Ц 1", "C07": "x" * 300, "C08": "<b>"}


def links(site: Path) -> list[tuple[Path, str]]:
    return [
        (page, node.attributes[name])
        for page in sorted(site.rglob("*.html"))
        for node in parse(page).walk()
        for name in ("href", "src")
        if name in node.attributes
    ]


def broken(site: Path) -> list[str]:
    """Links that leave the site or lead to no file or no element."""
    known = {page: {node.attributes.get("id") for node in parse(page).walk()} for page in site.rglob("*.html")}
    bad = []
    for page, link in links(site):
        parts = urlsplit(link)
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        is_inside = not parts.scheme and not parts.netloc and target.is_relative_to(site.resolve())
        has_anchor = not parts.fragment or parts.fragment in known.get(target, set())
        if link != "data:," and not (is_inside and target.is_file() and has_anchor):
            bad.append(f"{page.name}: {link}")
    return bad


def test_every_link_and_anchor_leads_somewhere_inside_the_site(site: Path) -> None:
    assert broken(site) == []
    assert len(links(site)) > 1000


def test_every_page_is_linked_from_another(site: Path, pages: list[Path]) -> None:
    linked = {(page.parent / urlsplit(link).path).resolve() for page, link in links(site)}
    assert {page for page in pages if page.resolve() not in linked} == set()


def test_ids_are_unique_on_a_page(pages: list[Path]) -> None:
    for page in pages:
        ids = [node.attributes["id"] for node in parse(page).walk() if "id" in node.attributes]
        assert len(ids) == len(set(ids)), page


def test_hostile_names_and_messages_are_text_and_nothing_else(site: Path) -> None:
    tree = parse(site / "office" / "C05.html")
    assert tree.one("h1").text == region.HOSTILE
    assert region.HOSTILE in tree.one("title").text
    assert any(region.HOSTILE_MESSAGE in node.text for node in parse(site / "sources.html").find("p", class_="lost"))
    for page in site.rglob("*.html"):
        markup = page.read_text("utf-8")
        assert "<script>alert" not in markup, page
        assert "<img" not in markup, page
        assert not [name for node in parse(page).walk() for name in node.attributes if name.startswith("on")], page


def test_odd_codes_make_safe_files_inside_the_site(published_copy: Path, site: Path, tmp_path: Path) -> None:
    copy, target = tmp_path / "cx.duckdb", tmp_path / "home" / "site"
    shutil.copyfile(published_copy, copy)
    shutil.copytree(site, target)
    with duckdb.connect(str(copy)) as connection:
        for old, new in ODD.items():
            for table in ("dim_office", "metric_values", "metric_changes"):
                connection.execute(f"update {table} set office_id = ? where office_id = ?", [new, old])
        for table in ("dim_touchpoint", "metric_values", "metric_changes"):
            connection.execute(f"update {table} set touchpoint = '../queue' where touchpoint = 'queue'")
    build(copy, target)
    assert {path.name for path in tmp_path.iterdir()} == {"cx.duckdb", "home"}
    assert {path.name for path in target.parent.iterdir()} == {"site"}
    assert len(list((target / "office").iterdir())) == len(region.OFFICES)
    assert len(list((target / "touchpoint").iterdir())) == len(region.dictionary("touchpoints"))
    assert broken(target) == []
    headings = {parse(page).one("p", class_="eyebrow").text for page in (target / "office").iterdir()}
    assert headings >= {f"Центр занятости {code}" for code in ODD.values()}


@given(st.text(max_size=100) | st.sampled_from([*ODD.values(), "", ".", "C01\n"]))
def test_a_slug_is_a_plain_file_name_whatever_the_code(code: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", slug(code), re.ASCII)
    assert slug(code) == slug(code)


def test_slugs_differ_when_codes_do() -> None:
    codes = [*ODD.values(), *ODD, "", " ", "queue", "Queue "]
    assert len({slug(code) for code in codes}) == len(codes)


@pytest.mark.parametrize(
    ("text", "set_text"),
    [
        ("к прошлой неделе", "к\u00a0прошлой неделе"),
        ("на историю и в поле", "на\u00a0историю и\u00a0в\u00a0поле"),
        ("колебаний (95 %)", "колебаний (95\u00a0%)"),
        ("Ноль — только там", "Ноль\u00a0— только там"),
        ("кто-то из центра", "кто-то из\u00a0центра"),
        ("решён ли вопрос", "решён\u00a0ли вопрос"),
    ],
)
def test_short_words_dashes_and_units_stay_with_their_neighbours(text: str, set_text: str) -> None:
    assert typeset(text) == set_text


def test_texts_of_pages_have_russian_quotes_dashes_and_no_breaks(pages: list[Path]) -> None:
    for page in pages:
        for node in parse(page).find("p", class_="lead") + parse(page).find("li"):
            words = node.text.replace(region.HOSTILE, "")
            assert not re.search(r' - |\d %|"|\.\.\.', words), f"{page.name}: {words}"


def test_pages_name_the_week_the_issue_and_the_region(pages: list[Path]) -> None:
    for page in pages:
        tree = parse(page)
        assert tree.one("html").attributes["lang"] == "ru"
        assert tree.one("p", class_="week").text.startswith("9–15 ноября 2026 (неделя 46)")
        footer = tree.one("footer").text
        assert "Выпуск 2026-W46, редакция 1, 16.11.2026 04:30 (UTC)" in footer
        assert "Синтетическая область" in footer
        assert "0a0a0a0a0a0a" in footer
