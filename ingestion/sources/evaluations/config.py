"""How a region describes its evaluations of quality."""

from __future__ import annotations

from ingestion.config import Files


class Evaluations(Files):
    """Workbooks of evaluations."""
