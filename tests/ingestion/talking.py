"""A server of an API on this machine: a function answers each request by its path and its parameters."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.ingestion.web import Server, body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Talker(Server):
    """Asks ``answer`` what to say; notes paths, parameters and headers of the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = TalkingHandler
        self.home = f"http://127.0.0.1:{self.server_port}"
        self.paths: list[str] = []
        self.params: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[str, dict[str, str]], Any] = lambda _path, _params: {}


class TalkingHandler(BaseHTTPRequestHandler):
    server: Talker  # type: ignore[assignment]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        params = dict(parse_qsl(address.query))
        self.server.paths.append(address.path)
        self.server.params.append(params)
        self.server.headers.append(dict(self.headers))
        answer = self.server.answer(address.path, params)
        (answer if callable(answer) else body(json.dumps(answer, ensure_ascii=False)))(self)

    def log_message(self, *arguments: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def talking() -> Iterator[Talker]:
    server = Talker()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def in_turn(*answers: Any) -> Callable[[str, dict[str, str]], Any]:
    """One answer after the other, whatever is asked; the last one for ever."""
    left = list(answers)
    return lambda _path, _params: left.pop(0) if len(left) > 1 else left[0]
