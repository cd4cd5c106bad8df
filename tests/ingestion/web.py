"""A server on this machine that answers as it is told, also badly."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "secret-key-of-access"


class Server(ThreadingHTTPServer):
    """Gives its answers to a page in turn, the last one for ever; notes what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.released = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/pages?key={KEY}"

    def page(self, number: int | str, *answers: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.answers[str(number)] = list(answers)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Server  # type: ignore[assignment]

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        page = (query.get("page") or query.get("start_from") or ["1"])[0]
        self.server.asked.append(page)
        waiting = self.server.answers[page]
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(self)

    def log_message(self, *arguments: Any) -> None:
        """Nothing on the terminal."""


def body(content: str | bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = content.encode() if isinstance(content, str) else content
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def cut(content: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Half of what was promised, and the line goes dead."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = content.encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.close_connection = True

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A body without end, in drops."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def silent(handler: Any) -> None:
    handler.server.released.wait(30)
