"""A build gives a whole site or leaves the old one, and the same site from the same copy."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from dashboards import pages as pages_module
from dashboards.data import SiteError
from dashboards.site import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONE_RUSSIAN_LINE = re.compile(r"Сайт: [^\n]+")


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def old_site(tmp_path: Path) -> Path:
    """A site that stands where the new one goes."""
    target = tmp_path / "home" / "site"
    target.mkdir(parents=True)
    (target / "index.html").write_text("вчера", encoding="utf-8")
    return target


def is_untouched(target: Path) -> bool:
    return content(target) == {"index.html": "вчера".encode()} and [p.name for p in target.parent.iterdir()] == ["site"]


@pytest.fixture
def fail_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make the build fail after its third page."""
    render = pages_module.render

    def arrange(error: BaseException) -> None:
        def broken(*arguments: object) -> Iterator[object]:
            for at, page in enumerate(render(*arguments)):  # type: ignore[arg-type]
                if at == 3:
                    raise error
                yield page

        monkeypatch.setattr(pages_module, "render", broken)

    return arrange


def test_the_same_copy_gives_the_same_bytes(published_copy: Path, site: Path, tmp_path: Path) -> None:
    build(published_copy, tmp_path / "again", region_name="Синтетическая область")
    assert content(tmp_path / "again") == content(site)


def test_a_build_over_the_old_site_leaves_nothing_of_it(published_copy: Path, site: Path, tmp_path: Path) -> None:
    target = tmp_path / "home" / "site"
    shutil.copytree(site, target)
    (target / "office" / "closed.html").write_text("закрыт", encoding="utf-8")
    result = build(published_copy, target, region_name="Синтетическая область")
    assert content(target) == content(site)
    assert result.index_page == target / "index.html"
    assert result.pages == len(list(site.rglob("*.html")))
    assert [path.name for path in target.parent.iterdir()] == ["site"]


def test_the_old_site_stays_when_the_disk_fails_in_the_middle(
    published_copy: Path, old_site: Path, fail_in_the_middle: Callable[[BaseException], None]
) -> None:
    fail_in_the_middle(OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(SiteError) as caught:
        build(published_copy, old_site)
    assert ONE_RUSSIAN_LINE.fullmatch(str(caught.value))
    assert str(old_site) in str(caught.value)
    assert is_untouched(old_site)


@pytest.mark.parametrize("error", [ValueError("wrong"), KeyboardInterrupt()])
def test_the_old_site_stays_when_anything_else_fails(
    published_copy: Path,
    old_site: Path,
    fail_in_the_middle: Callable[[BaseException], None],
    error: BaseException,
) -> None:
    fail_in_the_middle(error)
    with pytest.raises(type(error)):
        build(published_copy, old_site)
    assert is_untouched(old_site)


def test_the_old_site_comes_back_when_the_new_one_cannot_be_put_in_its_place(
    published_copy: Path, old_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SiteError):
        build(published_copy, old_site)
    assert is_untouched(old_site)


def test_what_a_killed_build_left_is_cleared(published_copy: Path, site: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(site, home / "site")
    (home / ".site.new" / "office").mkdir(parents=True)
    (home / ".site.new" / "office" / "half.html").write_text("<p>", encoding="utf-8")
    (home / ".site.old").mkdir()
    build(published_copy, home / "site", region_name="Синтетическая область")
    assert content(home / "site") == content(site)
    assert [path.name for path in home.iterdir()] == ["site"]


def test_the_old_site_is_found_again_when_a_build_was_killed_between_its_renames(
    published_copy: Path, old_site: Path, fail_in_the_middle: Callable[[BaseException], None]
) -> None:
    old_site.rename(old_site.with_name(".site.old"))
    fail_in_the_middle(OSError(errno.EIO, "Input/output error"))
    with pytest.raises(SiteError):
        build(published_copy, old_site)
    assert is_untouched(old_site)


def _no_file(path: Path) -> None:
    path.unlink()


def _no_database(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def _no_table(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table dim_metric")


def _no_week(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from metric_values")


@pytest.mark.parametrize("spoil", [_no_file, _no_database, _no_table, _no_week])
def test_one_russian_line_says_what_is_wrong_when_the_copy_is_unfit(
    published_copy: Path, old_site: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    copy = tmp_path / "cx.duckdb"
    shutil.copyfile(published_copy, copy)
    spoil(copy)
    with pytest.raises(SiteError) as caught:
        build(copy, old_site)
    assert ONE_RUSSIAN_LINE.fullmatch(str(caught.value))
    assert str(copy) in str(caught.value)
    assert is_untouched(old_site)


def test_an_unknown_region_is_named_when_it_has_no_week(published_copy: Path, old_site: Path) -> None:
    with pytest.raises(SiteError, match="региона nowhere"):
        build(published_copy, old_site, region="nowhere")
    assert is_untouched(old_site)


def test_progress_is_told_in_russian(published_copy: Path, site: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    shutil.copytree(site, tmp_path / "site")
    build(published_copy, tmp_path / "site", lines.append)
    assert lines[0] == "Сайт: прочитана неделя 2026-W46"
    assert re.fullmatch(r"Сайт: 36\u00a0страниц за \d+,\d с, .*index\.html", lines[-1])
