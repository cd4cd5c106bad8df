from __future__ import annotations

import io

import pytest

from orchestration.progress import Report, make_console, seconds


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


@pytest.mark.parametrize(
    ("value", "text"), [(0.04, "0,0 с"), (59.94, "59,9 с"), (60.0, "1 мин 00 с"), (125.4, "2 мин 05 с")]
)
def test_durations_are_written_as_people_read_them(value: float, text: str) -> None:
    assert seconds(value) == text
