"""Pages of an HTTP source: bounded in number, size and time, retried with jitter, polite to a server that is busy."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from typing import TYPE_CHECKING, Any

import httpx
import stamina
import stamina.instrumentation

from ingestion.extract import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PAGES = 1000
MAX_PAGE_BYTES = 32 * 1024 * 1024
ATTEMPTS = 5
TIMEOUT_SECONDS = 20.0  # of silence
PAGE_SECONDS = 120.0  # of a page that comes in drops
_LONGEST_WAIT_SECONDS = 60.0

# both log addresses, and an address holds the key of access
logging.getLogger("httpx").setLevel(logging.WARNING)
stamina.instrumentation.set_on_retry_hooks([])


def _should_wait(error: Exception) -> bool | float:
    """Whether to try again, and how long the server asked to wait."""
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        asked = error.response.headers.get("retry-after", "")
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE) and asked.isdecimal():
            return min(float(asked), _LONGEST_WAIT_SECONDS)
        return status == httpx.codes.TOO_MANY_REQUESTS or error.response.is_server_error
    return isinstance(error, httpx.RequestError | ValueError | RecursionError)


def pages(url: str, next_url: Callable[[str, Any], Any], inputs: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Read pages from the first one on.

    Args:
        url: first page.
        next_url: address of the page after a page, absolute or relative; nothing at the last.
        inputs: the hash of each page is noted here.

    Raises:
        SourceError: no answer after all attempts, a page that repeats, or a link to another host.
    """
    first = address = _parsed(url, "адрес в описании региона")
    host = first.host
    if first.scheme not in ("http", "https") or not host:
        raise SourceError("адрес в описании региона не читается; нужен вид https://узел/путь")
    seen: set[httpx.URL] = set()
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        while True:
            if (address.scheme, address.host, address.port) != (first.scheme, host, first.port):
                raise SourceError(f"{host}: следующая страница ведёт на другой узел; проверьте источник")
            if address in seen or len(seen) >= MAX_PAGES:
                raise SourceError(f"{host}: страницы повторяются или их больше {MAX_PAGES}; проверьте источник")
            seen.add(address)
            body, content = _get(client, address)
            name = f"{host}/page-{len(seen)}"
            inputs[name] = hashlib.sha256(body).hexdigest()
            yield name, content
            following = next_url(str(address), content)
            if not following:
                return
            address = first.join(_parsed(following, f"{host}: ссылка на следующую страницу"))


def _parsed(address: Any, what: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, TypeError):
        raise SourceError(f"{what} не читается; проверьте источник") from None


def _get(client: httpx.Client, address: httpx.URL) -> tuple[bytes, Any]:
    """Bytes and content of a page."""
    host = address.host
    try:
        for attempt in stamina.retry_context(
            on=_should_wait, attempts=ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=5.0
        ):
            with attempt:
                body = _body(client, address)
                return body, json.loads(body)
    except httpx.HTTPStatusError as error:
        raise SourceError(f"{host}: ответ {error.response.status_code}; проверьте ключ доступа и адрес") from None
    except httpx.RequestError:
        raise SourceError(f"{host}: нет ответа после {ATTEMPTS} попыток; повторите позже") from None
    except (ValueError, RecursionError):
        raise SourceError(f"{host}: ответ не является JSON; проверьте адрес или повторите позже") from None
    raise SourceError(f"{host}: нет ответа; повторите позже")


def _body(client: httpx.Client, address: httpx.URL) -> bytes:
    """Body of an answer, read only as far as a page can go."""
    body = bytearray()
    started = time.monotonic()
    with client.stream("GET", address) as response:
        response.raise_for_status()
        for block in response.iter_bytes():
            body += block
            if len(body) > MAX_PAGE_BYTES:
                raise SourceError(f"{address.host}: страница больше {MAX_PAGE_BYTES >> 20} МБ; проверьте адрес")
            if time.monotonic() - started > PAGE_SECONDS:
                raise httpx.ReadTimeout("a page in drops")
    return bytes(body)
