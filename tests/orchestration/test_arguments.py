"""Weeks as people type them."""

from __future__ import annotations

import pytest

from orchestration.arguments import parse_weeks
from orchestration.errors import WrongArgumentError


@pytest.mark.parametrize(
    ("week", "weeks", "expected"),
    [
        (None, None, []),
        ("2026-W46", None, ["2026-W46"]),
        (None, "2026-W46", ["2026-W46"]),
        (None, "2026-W46..2026-W46", ["2026-W46"]),
        (None, "2026-W52..2027-W01", ["2026-W52", "2026-W53", "2027-W01"]),
        (None, "2019-W01..2019-W02", ["2019-W01", "2019-W02"]),
        ("2035-W52", None, ["2035-W52"]),
    ],
)
def test_weeks_are_understood(week: str | None, weeks: str | None, expected: list[str]) -> None:
    assert parse_weeks(week, weeks) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "W46", "2026W46", "2026-W00", "2026-W54", "2025-W53", "2026-W4", "2026-w46", "..", "2026-W46..",
             "..2026-W46", "2026-W45..2026-W46..2026-W47", "2018-W52", "2036-W01", "2026-W46\n"],
)  # fmt: skip
def test_weeks_are_refused_when_they_are_none(text: str) -> None:
    with pytest.raises(WrongArgumentError) as raised:
        parse_weeks(None, text)
    assert str(raised.value)
