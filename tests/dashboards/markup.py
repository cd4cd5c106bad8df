"""Reads pages of the site as a tree: just enough of HTML to find elements and their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VOID = {"meta", "link", "br", "img", "input", "hr", "base"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, tag: str | None = None, **attributes: str) -> list[Node]:
        """Descendants by tag and attributes; ``class_`` matches one of the classes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [node for node in self.walk() if tag in (None, node.tag) and node.matches(wanted)]

    def one(self, tag: str | None = None, **attributes: str) -> Node:
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{tag} {attributes}: {len(found)} found"
        return found[0]

    def matches(self, wanted: dict[str, str]) -> bool:
        return all(
            value in self.attributes.get(name, "").split() if name == "class" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def above(self, tag: str) -> Node | None:
        """The nearest ancestor with a tag."""
        node = self.parent
        while node and node.tag != tag:
            node = node.parent
        return node

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        """What is read, with ordinary spaces squeezed; no-break spaces stay."""
        return re.sub(r"[ \n]+", " ", self.raw).strip(" ")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(page: Path) -> Node:
    """The tree of a page; a tag that is not closed, or closed twice, fails."""
    builder = _Builder()
    builder.feed(page.read_text("utf-8"))
    builder.close()
    assert builder.here is builder.root, f"{page}: <{builder.here.tag}> is not closed"
    return builder.root
