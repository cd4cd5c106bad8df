"""Pages of an HTTP source: bounded, retried with jitter, polite to a server that asks to wait."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import httpx
import stamina

from ingestion.extract import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PAGES = 1000
ATTEMPTS = 5
TIMEOUT_SECONDS = 20.0
_LONGEST_WAIT_SECONDS = 60.0


def _should_wait(error: Exception) -> bool | float:
    """Whether to try again, and how long the server asked to wait."""
    if isinstance(error, httpx.HTTPStatusError):
        if error.response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            asked = error.response.headers.get("retry-after", "")
            return min(float(asked), _LONGEST_WAIT_SECONDS) if asked.isdigit() else True
        return error.response.is_server_error
    return isinstance(error, httpx.TransportError | json.JSONDecodeError)


def pages(url: str, next_url: Callable[[str, Any], str | None], inputs: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Read pages from the first one on.

    Args:
        url: first page.
        next_url: address of the page after a page, None at the last.
        inputs: the hash of each page is noted here.

    Raises:
        SourceError: no answer after all attempts, a page that repeats, or a link to another host.
    """
    host = httpx.URL(url).host
    seen: set[str] = set()
    following: str | None = url
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        while following is not None:
            if httpx.URL(following).host != host:
                raise SourceError(f"{host}: следующая страница ведёт на другой узел; проверьте источник")
            if following in seen or len(seen) >= MAX_PAGES:
                raise SourceError(f"{host}: страницы повторяются или их больше {MAX_PAGES}; проверьте источник")
            seen.add(following)
            body = _get(client, following, host)
            name = f"{host}/page-{len(seen)}"
            inputs[name] = hashlib.sha256(body).hexdigest()
            content = json.loads(body)
            yield name, content
            following = next_url(following, content)


def _get(client: httpx.Client, url: str, host: str) -> bytes:
    try:
        for attempt in stamina.retry_context(on=_should_wait, attempts=ATTEMPTS, wait_initial=0.1, wait_max=5.0):
            with attempt:
                response = client.get(url)
                response.raise_for_status()
                json.loads(response.content)
                return response.content
    except httpx.HTTPStatusError as error:
        raise SourceError(f"{host}: ответ {error.response.status_code}; проверьте ключ доступа и адрес") from None
    except (httpx.TransportError, json.JSONDecodeError):
        raise SourceError(f"{host}: нет ответа после {ATTEMPTS} попыток; повторите позже") from None
    raise SourceError(f"{host}: нет ответа")
