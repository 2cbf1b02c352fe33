"""A lock around what only one process may write at a time, which says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from organograph.errors import Locked


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock while the block runs; the system lets go of it with the process, however that ends.

    Args:
        path: of the file of the lock, which is there only while it is held.

    Raises:
        Locked: another process holds it; the message says which, and since when.
        OSError: the file cannot be written.
    """
    descriptor = _opened(path)
    try:
        holder = {"pid": os.getpid(), "user": user(), "host": socket.gethostname(), "since": now()}
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(holder).encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _opened(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = os.read(descriptor, 1_000)
            os.close(descriptor)
            raise Locked(f"{path.parent} is being written {_by(held)}.", "Wait until that is done, and run again.") from None
        # Whoever held it before has removed the file by now: then this is a lock of nothing, and there may be another.
        with contextlib.suppress(OSError):
            if os.stat(path).st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        os.close(descriptor)


def _by(held: bytes) -> str:
    try:
        holder = json.loads(held)
        return f"by {holder['user']}, process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "by another process"


def now() -> str:
    """The time in UTC, to the second (RFC 3339)."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def user() -> str:
    """The name of who runs this process, or the number where there is no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
