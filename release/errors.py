"""Errors of the release that a person can act on."""

from __future__ import annotations


class ReleaseError(Exception):
    """An issue cannot be written, found or traced. The message is one line in Russian."""
