"""A server of a source: bounded in pages, size and time, retried with jitter, and polite when it is busy."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx
import stamina
import stamina.instrumentation

from ingestion.extract import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_PAGES = 1000
MAX_PAGE_BYTES = 32 * 1024 * 1024
ATTEMPTS = 5
TIMEOUT_SECONDS = 20.0  # of silence
PAGE_SECONDS = 120.0  # of a page that comes in drops
_LONGEST_WAIT_SECONDS = 60.0

# both log addresses, and an address holds the key of access
logging.getLogger("httpx").setLevel(logging.WARNING)
stamina.instrumentation.set_on_retry_hooks([])


class BusyError(Exception):
    """An answer that is sound JSON and says that the server is busy. The message is a part of a line in Russian."""


def _seconds_asked(answer: httpx.Response) -> float | None:
    """How long a server asks to wait: in seconds, or until a moment; None where it does not say."""
    asked = answer.headers.get("retry-after", "")
    if asked.isascii() and asked.isdecimal():
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None


def _should_wait(error: Exception) -> bool | float:
    """Whether to try again, and how long to wait before."""
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            seconds = _seconds_asked(error.response)
            if seconds is not None:
                return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)
        return status == httpx.codes.TOO_MANY_REQUESTS or error.response.is_server_error
    return isinstance(error, httpx.RequestError | ValueError | RecursionError | BusyError)


def _anything(_answer: Any) -> None:
    """Every answer is accepted."""


class Server:
    """One server for the time of a load: every answer is asked for again until it is whole, and its hash is noted.

    Args:
        url: first address; all others lead to the same scheme, host and port.
        inputs: the hash of each answer is noted here as ``<host>/page-<n>``.
        headers: sent with every request.
        most: requests; more is a source that never ends.
    """

    def __init__(
        self, client: httpx.Client, url: httpx.URL, inputs: dict[str, str], headers: Mapping[str, str], most: int
    ) -> None:
        self._client, self._first, self._inputs = client, url, inputs
        self._headers, self._most = dict(headers), most
        self._pages = 0

    @property
    def host(self) -> str:
        """Name of the server, for messages."""
        return self._first.host

    @property
    def page(self) -> str:
        """Origin of the newest answer."""
        return f"{self.host}/page-{self._pages}"

    def address(self, link: Any, params: Mapping[str, Any] | None = None) -> httpx.URL:
        """An address on this server, absolute or relative to the first one, with parameters set.

        Raises:
            SourceError: not an address, or one of another server.
        """
        address = self._first.join(_parsed(link, f"{self.host}: ссылка на следующую страницу"))
        if (address.scheme, address.host, address.port) != (self._first.scheme, self.host, self._first.port):
            raise SourceError(f"{self.host}: следующая страница ведёт на другой узел; проверьте источник")
        return address.copy_merge_params(dict(params)) if params else address

    def get(
        self, link: Any = "", params: Mapping[str, Any] | None = None, check: Callable[[Any], None] = _anything
    ) -> Any:
        """JSON of an address; see :meth:`content`.

        Args:
            link: see :meth:`address`.
            params: see :meth:`address`.
            check: looks at the answer before it is accepted; raises :class:`BusyError` to have it asked for again.
        """

        def read(answer: bytes) -> Any:
            found = json.loads(answer)
            check(found)
            return found

        return self._ask("GET", self.address(link, params), None, read, "не является JSON")

    def post(self, link: Any, body: Any) -> Any:
        """JSON that answers to JSON; for requests that change nothing, since they are sent again after a fault."""
        return self._ask("POST", self.address(link), body, json.loads, "не является JSON")

    def content(self, link: Any = "", check: Callable[[bytes], None] = _anything) -> bytes:
        """Bytes of an address.

        Args:
            link: see :meth:`address`.
            check: looks at them before they are accepted; raises ValueError to have them asked for again.

        Raises:
            SourceError: no whole answer after all attempts, a refusal, or too many pages; one line in Russian.
        """

        def read(answer: bytes) -> bytes:
            check(answer)
            return answer

        return self._ask("GET", self.address(link), None, read, "не читается")

    def _ask(self, method: str, address: httpx.URL, body: Any, read: Callable[[bytes], Any], unread: str) -> Any:
        if self._pages >= self._most:
            raise SourceError(f"{self.host}: страниц больше {self._most}; проверьте источник")
        try:
            for attempt in stamina.retry_context(
                on=_should_wait, attempts=ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=5.0
            ):
                with attempt:
                    answer = self._body(method, address, body)
                    found = read(answer)
                    self._pages += 1
                    self._inputs[self.page] = hashlib.sha256(answer).hexdigest()
                    return found
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            advice = "ключ доступа не принят или истёк; обновите его" if status in (401, 403) else "проверьте адрес"
            if error.response.is_server_error or status == httpx.codes.TOO_MANY_REQUESTS:
                advice = f"так после {ATTEMPTS} попыток; повторите позже"
            raise SourceError(f"{self.host}: ответ {status}; {advice}") from None
        except httpx.RequestError:
            raise SourceError(f"{self.host}: нет ответа после {ATTEMPTS} попыток; повторите позже") from None
        except BusyError as error:
            raise SourceError(f"{self.host}: {error}; так после {ATTEMPTS} попыток; повторите позже") from None
        except (ValueError, RecursionError):
            raise SourceError(f"{self.host}: ответ {unread}; проверьте адрес или повторите позже") from None
        raise SourceError(f"{self.host}: нет ответа; повторите позже")

    def _body(self, method: str, address: httpx.URL, json_body: Any) -> bytes:
        """Body of an answer, read only as far as a page can go."""
        body = bytearray()
        started = time.monotonic()
        with self._client.stream(method, address, headers=self._headers, json=json_body) as response:
            response.raise_for_status()
            for block in response.iter_bytes():
                body += block
                if len(body) > MAX_PAGE_BYTES:
                    raise SourceError(f"{self.host}: страница больше {MAX_PAGE_BYTES >> 20} МБ; проверьте адрес")
                if time.monotonic() - started > PAGE_SECONDS:
                    raise httpx.ReadTimeout("a page in drops")
        return bytes(body)


@contextmanager
def server(
    url: str, inputs: dict[str, str], headers: Mapping[str, str] | None = None, most: int | None = None
) -> Iterator[Server]:
    """Open a server of a source.

    Args:
        url: its first address.
        inputs: the hash of each answer is noted here.
        headers: sent with every request, such as the one that holds a token.
        most: requests; None: :data:`MAX_PAGES`.

    Raises:
        SourceError: not an address of a server.
    """
    first = _parsed(url, "адрес в описании региона")
    if first.scheme not in ("http", "https") or not first.host:
        raise SourceError("адрес в описании региона не читается; нужен вид https://узел/путь")
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        yield Server(client, first, inputs, headers or {}, most or MAX_PAGES)


def _parsed(address: Any, what: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, TypeError):
        raise SourceError(f"{what} не читается; проверьте источник") from None
