"""The one form in which every system hands over its responses: a row each, roles and questions as columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import polars as pl

from ingestion.contract import TEXT
from ingestion.sources.survey.config import SurveyRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.sources.survey.config import Survey

ROLES = get_args(SurveyRole)
Cells = list[str | None]


@dataclass(frozen=True)
class Wide:
    """Responses of one file or server.

    Attributes:
        frame: text: roles under their names, questions under ``q_…``; ``_complete``, ``origin`` and ``problem``.
            In a question null is "not asked", an empty text "asked, and left empty".
        questions: by column ``q_…`` the code and the wording of the question.
        is_dated: whether the system says when a response was given.
    """

    frame: pl.DataFrame
    questions: dict[str, tuple[str, str]]
    is_dated: bool


def wide_of(
    columns: dict[str, Cells],
    questions: dict[str, tuple[str, str]],
    config: Survey,
    origins: Sequence[str],
    problems: Sequence[str | None],
    completed: Sequence[bool] | None = None,
) -> Wide:
    """Make the form of columns of equal length.

    Args:
        columns: cells of the roles that there are, and of every question.
        questions: see :class:`Wide`.
        config: says how "not asked" is written.
        origins: of each response.
        problems: of each response.
        completed: whether each response was finished; None where the system does not say.
    """
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, TEXT))
    if "id" not in columns:
        frame = frame.with_columns(id=pl.Series(_ids_of_content(columns, len(origins)), dtype=TEXT))
    marker = None if config.not_asked is None else config.not_asked.strip()
    frame = frame.with_columns(
        *(pl.col(role).replace("", None) for role in ROLES if role in columns),
        *(pl.col(column).replace(marker, None) for column in questions if marker is not None),
        *(pl.lit(None, TEXT).alias(role) for role in ROLES if role not in frame.columns),
        _complete=pl.Series(completed if completed is not None else [True] * len(origins), dtype=pl.Boolean),
        origin=pl.Series(origins, dtype=TEXT),
        problem=pl.Series(problems, dtype=TEXT),
    )
    return Wide(frame, questions, is_dated="submitted_at" in columns)


def _ids_of_content(columns: dict[str, Cells], rows: int) -> list[str]:
    """Ids of an export that has none: the hash of the row, and its occurrence among equal rows."""
    seen: Counter[str] = Counter()
    ids = []
    for row in zip(*columns.values(), strict=True) if columns else [()] * rows:
        digest = hashlib.sha256("\x1f".join(cell or "" for cell in row).encode()).hexdigest()[:16]
        seen[digest] += 1
        ids.append(f"{digest}-{seen[digest]}")
    return ids
