"""LimeSurvey and Formbricks on this machine: they answer as the real ones do, and as badly as they are told."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from tests.ingestion.web import body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fault = Callable[[BaseHTTPRequestHandler], None] | None

S = TypeVar("S", bound="SurveyServer")
USER, PASSWORD, TOKEN = "reader", "пароль-7f3", "fbk_9d2c"


class SurveyServer(ThreadingHTTPServer):
    """Gives the faults of a request in turn (None: none this time), then answers rightly."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: dict[str, list[Fault]] = {}
        self.asked: list[str] = []
        self.released = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}"

    def reply(self, handler: BaseHTTPRequestHandler, name: str, answer: Callable[[], Any]) -> None:
        self.asked.append(name)
        waiting = self.faults.get(name, [])
        fault = waiting.pop(0) if waiting else None
        (fault or body(json.dumps(answer())))(handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        self.server.get(self)

    def do_POST(self) -> None:
        self.server.post(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, *arguments: Any) -> None:
        """Nothing on the terminal."""


class LimeSurvey(SurveyServer):
    """RemoteControl 2 with one survey; of an empty window it makes a response of empty fields, as LimeSurvey does."""

    def __init__(self) -> None:
        super().__init__()
        self.responses: dict[int, dict[str, Any]] = {}
        self.is_old = False
        self.sessions: set[str] = set()
        self.served = 0
        self.url = f"{self.address}/index.php/admin/remotecontrol"

    def post(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        method, arguments = request["method"], request["params"]

        def answer() -> Any:
            return {"id": request["id"], "result": getattr(self, f"_{method}")(*arguments), "error": None}

        self.reply(handler, method, answer)

    def _get_session_key(self, user: str, password: str) -> Any:
        if (user, password) != (USER, PASSWORD):
            return {"status": "Invalid user name or password"}
        self.sessions.add(key := f"session-key-{len(self.asked)}")
        return key

    def _release_session_key(self, key: str) -> str:
        self.sessions.discard(key)
        return "OK"

    def _get_summary(self, key: str, survey: int, name: str) -> Any:
        return {"completed_responses": "1", "full_responses": str(len(self.responses))}

    def _export_responses(
        self, key: str, survey: int, kind: str, language: Any, state: str, heading: str, form: str, *window: Any
    ) -> Any:
        assert (survey, kind, state, heading, form) == (77, "json", "all", "code", "short")
        first, last, fields = window
        if key not in self.sessions:
            return {"status": "Invalid session key"}
        if not self.responses:
            return {"status": "No Data, could not get max id."}
        rows = [self.responses[number] for number in self.responses if first <= number <= (last or max(self.responses))]
        self.served += len(rows)
        rows = rows or [dict.fromkeys(next(iter(self.responses.values())), "")]
        return encoded([{name: row[name] for name in fields or row} for row in rows], is_old=self.is_old)


def encoded(rows: list[Any], *, is_old: bool = False) -> str:
    content = [{row["id"]: row} for row in rows] if is_old else rows
    return base64.b64encode(json.dumps({"responses": content}).encode()).decode()


def result(value: Any, error: Any = None) -> Fault:
    return body(json.dumps({"id": 1, "result": value, "error": error}))


class FormbricksServer(SurveyServer):
    """Responses of one survey, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.responses: list[Any] = []
        self.keys: list[str | None] = []
        self.before_page: dict[int, Callable[[], None]] = {}

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        assert url.path == "/api/v1/management/responses"
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert query["surveyId"] == "srv1"
        self.keys.append(handler.headers["x-api-key"])
        skip, limit = int(query["skip"]), int(query["limit"])

        def answer() -> Any:
            self.before_page.pop(len(self.asked), lambda: None)()
            return {"data": self.responses[skip : skip + limit]}

        self.reply(handler, "responses", answer)


@contextmanager
def serving(server: S) -> Iterator[S]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
