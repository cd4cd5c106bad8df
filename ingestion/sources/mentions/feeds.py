"""Feeds: RSS and Atom in any encoding of Russian papers, read without entities and without opening anything else."""

from __future__ import annotations

import codecs
import io
import re
from html.parser import HTMLParser
from typing import Any

import feedparser

from ingestion.extract import SourceError
from ingestion.http import MAX_PAGE_BYTES
from ingestion.reading import decoded

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.\-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_END = re.compile(r"</\s*(?:rss|feed|rdf:RDF)\s*>", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# others could hide from a look at the text what a parser would see
_ENCODINGS = frozenset({"cp1251", "cp1252", "cp866", "koi8-r", "koi8-u", "iso8859-1", "iso8859-5", "iso8859-15"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})
_UNSEEN = frozenset({"script", "style", "template"})
_LONGEST_ARTICLE = 256 * 1024  # characters
_TAIL = 4096  # characters: where the end of a feed stands


def entries_of(content: bytes, where: str) -> list[dict[str, Any]]:
    """Articles of a feed, as :mod:`feedparser` names their parts.

    Raises:
        SourceError: no feed, a part of one, or one that declares entities.
    """
    if len(content) > MAX_PAGE_BYTES:
        raise SourceError(f"{where}: лента больше {MAX_PAGE_BYTES >> 20} МБ; проверьте её")
    text = _text(content)
    if "<!entity" in text.lower():
        raise SourceError(f"{where}: лента объявляет сущности XML, такие не читаются; проверьте её адрес")
    whole = _DECLARATION.sub("", text).encode("utf-8", errors="replace")
    # a stream, never a name: what the library takes for a name it opens
    feed = feedparser.parse(
        io.BytesIO(whole),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        # HTML becomes text here, and this is what takes it long where marks stand deep in each other
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.version:
        raise SourceError(f"{where}: не RSS и не Atom; проверьте адрес или файл")
    if not _END.search(text[-_TAIL:]):
        raise SourceError(f"{where}: лента обрывается; выгрузите её заново")
    return [dict(entry) for entry in feed.entries]


def check_whole(content: bytes) -> None:
    """Pass a feed that goes to its end.

    Raises:
        ValueError: it breaks off, so it is to be asked for again.
    """
    text = _text(content)
    if re.search(r"<(?:rss|feed|rdf:RDF)\b", text[:_TAIL], re.IGNORECASE) and not _END.search(text[-_TAIL:]):
        raise ValueError("a feed that breaks off")


class _Reader(HTMLParser):
    """Collects what a reader sees; one pass, however deep the marks stand in each other."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in _UNSEEN
        self._mark(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in _UNSEEN), 0)
        self._mark(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)

    def _mark(self, tag: str) -> None:
        if tag in _BREAKS:
            self.seen.append("\n")


def plain_text(html: str) -> str:
    """What a reader sees of a piece of HTML; blocks begin new lines."""
    reader = _Reader()
    reader.feed(html[:_LONGEST_ARTICLE])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.seen).split("\n"))
    return "\n".join(line for line in lines if line)


def _text(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.removeprefix(mark).decode(encoding, errors="replace")
    declared = _DECLARED.match(content)
    try:
        encoding = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    except LookupError:
        encoding = "utf-8"
    return content.decode(encoding, errors="replace") if encoding in _ENCODINGS else decoded(content)
