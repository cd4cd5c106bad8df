"""How a region describes its contact centre."""

from __future__ import annotations

from ingestion.config import Files


class ContactCentre(Files):
    """Conversations of a contact centre."""

    default_touchpoint: str | None = None
