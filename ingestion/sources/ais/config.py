"""How a region describes its AIS."""

from __future__ import annotations

from pydantic import Field

from ingestion.config import Codes, Strict


class Ais(Strict):
    """A database of any kind that SQLAlchemy knows."""

    url: str
    codes: Codes = Field(default_factory=dict)
