"""How a region describes where people write about it."""

from __future__ import annotations

from pydantic import Field

from ingestion.config import Strict


class Pages(Strict):
    """Pages of an API: saved to files, or read over HTTP from the first page on."""

    files: str | None = None
    url: str | None = None
    branches: str | None = None
    own_ids: list[int] = Field(default_factory=list)
