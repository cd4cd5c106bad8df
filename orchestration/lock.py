"""One run at a time in a home: the warehouse is one file with one writer.

What does not belong here: what is done under the lock.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from orchestration.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class BusyError(UserError):
    """Another process works in the same home."""


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold the home for this process; the same process may take it again.

    Args:
        home: CX_HOME.

    Raises:
        BusyError: another process holds it.
        UserError: it cannot be written.
    """
    # the lock file is emptied by whoever tries it, so the holder's number stands beside it
    path, holder = home / "cx.lock", home / "cx.pid"
    lock = FileLock(path, is_singleton=True)  # one object a process: taking it twice is counted, not a deadlock
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        holder.write_text(str(os.getpid()), encoding="utf-8")
    except Timeout as error:
        pid = holder.read_text(encoding="utf-8").strip() if holder.exists() else ""
        raise BusyError(
            f"{home}: здесь уже идёт другой запуск cx (процесс {pid or 'неизвестен'}); дождитесь его или остановите"
        ) from error
    except OSError as error:
        lock.release()
        raise UserError(f"{home}: сюда не записать ({error.strerror}); проверьте CX_HOME, место и права.") from error
    try:
        yield
    finally:
        lock.release()
