"""Errors that people can mend. The message is one line in Russian: what, where, what to do.

What does not belong here: how they are shown (``cli.py``).
"""

from __future__ import annotations


class UserError(Exception):
    """The command cannot go on: exit code 1."""


class WrongArgumentError(UserError):
    """An argument cannot be understood: exit code 2."""
