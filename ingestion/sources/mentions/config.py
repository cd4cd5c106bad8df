"""How a region describes where people write about it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ingestion.config import Strict

Words = Annotated[str, Field(min_length=2)]


class Pages(Strict):
    """Pages of an API: saved to files, or read over HTTP.

    Attributes:
        url: address of the first page; ``{branch}`` in it stands for each branch of the file of branches.
        token: name of the secret that opens the address.
        branches: JSON file, what the source calls a branch → code of the centre.
    """

    files: str | None = None
    url: str | None = None
    token: str | None = None
    branches: str | None = None


class Vk(Pages):
    """VK: saved pages, one address, or walls and searches.

    Attributes:
        url: first page; where ``walls`` or ``search`` are given, the address of the API.
        walls: owners whose posts are read, and the comments under them; a community is negative.
        search: queries to the posts of all VK.
        comments_days: comments are read under posts that are no older at the start of the week; 0: none are.
        own_ids: accounts of the service.
    """

    walls: list[int] = Field(default_factory=list)
    search: list[Words] = Field(default_factory=list)
    comments_days: int = Field(default=28, ge=0, le=366)
    own_ids: list[int] = Field(default_factory=list)


class Telegram(Strict):
    """Exports of Telegram Desktop.

    Attributes:
        branches: JSON file, number of a chat → code of the centre.
        own_ids: accounts and channels of the service, as ``from_id`` writes them: ``user111``, ``channel222``.
        words: beginnings of words of which a message about the service has some; none: all are about it.
    """

    files: str
    branches: str | None = None
    own_ids: list[str] = Field(default_factory=list)
    words: list[Words] = Field(default_factory=list)


class Media(Strict):
    """Feeds of the media, RSS or Atom.

    Attributes:
        feeds: addresses of feeds.
        words: beginnings of words of which an article about the service has some; none: all are about it.
    """

    files: str | None = None
    feeds: list[str] = Field(default_factory=list)
    words: list[Words] = Field(default_factory=list)
