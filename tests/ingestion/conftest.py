"""Homes for the tests of sources."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.ingestion.chatwoot_desk import Desk
from tests.ingestion.chatwoot_server import TOKEN as DESK_TOKEN
from tests.ingestion.chatwoot_server import ChatwootServer
from tests.ingestion.chatwoot_talks import CHATWOOT, CHATWOOT_LINES
from tests.ingestion.home import Home
from tests.ingestion.survey_servers import serving
from tests.ingestion.talking import Talker, talking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    """A home with a region and nothing landed."""
    home = Home(tmp_path / "home")
    home.describe()
    return home


@pytest.fixture(scope="session")
def _registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(tmp_path_factory.mktemp("registered"))
    home.describe()
    home.register()
    return home.path


@pytest.fixture
def home(_registered: Path, tmp_path: Path) -> Home:
    """A home in which the register of two centres has landed."""
    return Home(shutil.copytree(_registered, tmp_path / "home"))


@pytest.fixture
def chat_home(home: Home) -> Home:
    home.describe(contact_centre={"files": "{home}/chats/{week}.jsonl", "default_touchpoint": "contact_centre"})
    return home


@pytest.fixture
def talker() -> Iterator[Talker]:
    """A server of an API, which says what the test tells it."""
    with talking() as server:
        yield server


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds for which the client would have slept between attempts."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(ChatwootServer()) as up:
        described = {"system": "chatwoot", "account_id": 5, "fields": {"office_id": "inbox_id"}, "higher": ["Старшие"]}
        one = Desk(up, described, CHATWOOT, CHATWOOT_LINES, DESK_TOKEN)
        one.hold(one.week)
        yield one


@pytest.fixture
def desk_home(home: Home, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CX_SECRET_DESK", DESK_TOKEN)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    desk.describe(home)
    return home
