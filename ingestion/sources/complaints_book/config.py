"""How a region describes its complaints books."""

from __future__ import annotations

from ingestion.config import Files


class ComplaintsBook(Files):
    """A workbook for each centre."""
