from __future__ import annotations

import io

import pytest

from orchestration.progress import Report, make_console


def test_lines_go_to_the_stream_of_the_start_when_a_library_wraps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, later = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stdout", first)
    report = Report(make_console())
    monkeypatch.setattr("sys.stdout", later)
    with report, report.step("Хранилище") as note:
        note("сделано")
    assert "✓ Хранилище" in first.getvalue()
    assert "сделано" in first.getvalue()
    assert later.getvalue() == ""


def test_nothing_is_said_of_a_step_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stdout", screen)
    with pytest.raises(ValueError, match="нет"), Report(make_console()) as report, report.step("Хранилище"):
        raise ValueError("нет")
    assert "✓" not in screen.getvalue()
