"""Formatted text, in a cell or in a letter, as plain text.

The parser of the standard library takes quadratic time where tags do not close (seconds for one cell): here a text
is passed over once.
"""

from __future__ import annotations

import html
import re

import polars as pl

# not "script": a text that merely holds some code is no formatted text
_FORMATTED = (
    r"(?i)</?(?:p|br|div|span|b|i|u|s|strong|em|a|ul|ol|li|table|tbody|tr|td|th|font|h[1-6]|html|head|body|style"
    r"|hr|blockquote|pre|center)(?:\s[^<>]*=[^<>]*)?\s*/?>|&(?:nbsp|quot|amp|lt|gt|laquo|raquo|mdash|ndash|#\d{2,6});"
)
_PIECE = re.compile(
    r"(?P<comment><!--)|(?P<end>-->)|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]{0,30})(?:[\s/][^<>]*)?>|<![^<>]*>"
)
_LINES = {
    *("p", "br", "div", "li", "tr", "table", "ul", "ol", "hr", "blockquote", "pre"),
    *(f"h{n}" for n in range(1, 7)),
}
_UNSEEN = ("script", "style", "head", "title")
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r" ?\n[ \n]*")


def text_of_html(source: str) -> str:
    """Text that a reader would see: blocks on lines of their own, nothing of scripts, styles and comments."""
    shown: list[str] = []
    place, hidden_by = 0, ""
    for found in _PIECE.finditer(source):
        if not hidden_by:
            shown.append(_SPACES.sub(" ", source[place : found.start()].replace("\n", " ")))
        place = found.end()
        hidden_by, broken = _after(found, hidden_by)
        if broken:
            shown.append("\n")
    if not hidden_by:
        shown.append(_SPACES.sub(" ", source[place:].replace("\n", " ")))
    text = html.unescape("".join(shown)).replace("\u00a0", " ")
    return _EMPTY_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _after(found: re.Match[str], hidden_by: str) -> tuple[str, bool]:
    """What hides the text after a tag, and whether a line ends at it."""
    name = (found["name"] or "").lower()
    if hidden_by:
        ends = found["end"] if hidden_by == "comment" else found["close"] and name == hidden_by
        return ("" if ends else hidden_by), False
    if found["comment"]:
        return "comment", False
    return (name if name in _UNSEEN and not found["close"] else ""), name in _LINES


def without_markup(texts: pl.Series) -> pl.Series:
    """Texts, those that hold tags or marks of formatted text as plain text; a mere ``<`` stays."""
    formatted = texts.filter(texts.str.contains(_FORMATTED).fill_null(value=False)).unique()
    if formatted.is_empty():
        return texts
    plain = {text: text_of_html(text) or None for text in formatted.to_list()}
    return texts.replace(list(plain), pl.Series(list(plain.values()), dtype=pl.String))
