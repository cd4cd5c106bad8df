"""Errors of ingestion that a person can act on."""

from __future__ import annotations


class IngestionError(Exception):
    """A source, or the description of a region, cannot be used. The message is Russian, one line for each error."""
