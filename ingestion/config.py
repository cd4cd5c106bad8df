"""What the descriptions of sources share. Each family has its own in ``sources/<family>/config.py``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Codes = dict[
    Literal["channel", "service", "client_group", "segment", "touchpoint", "reason", "event_type", "direction"],
    dict[str, str],
]


class Strict(BaseModel):
    """A description in which every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Files(Strict):
    """A source that is files; ``{home}`` and ``{week}`` stand in their paths."""

    files: str
    codes: Codes = Field(default_factory=dict)
