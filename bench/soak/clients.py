"""Clients that run beside each other, each with a connection for every request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from siege import Besieged
from soak.report import Seen


def answer(server: Besieged, path: str, accept: str, seen: Seen, right: tuple[int, ...] = (200,), patience: float = 20) -> bytes | None:
    """The body of a right answer; what else came is noted."""
    request = f"GET {path} HTTP/1.1\r\nHost: here\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode()
    begun = time.monotonic()
    try:
        head, _, body = server.answer(request, patience).partition(b"\r\n\r\n")
    except OSError as error:
        seen.wrong.append(repr(error))
        return None
    status = int(head.split(b" ", 2)[1]) if head else 0
    seen.times.append(time.monotonic() - begun)
    if status in right:
        return body
    seen.wrong.append(f"{status} {body[-200:].decode(errors='replace')}")
    return None


@contextmanager
def running(loops: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Threads that run until the block ends."""
    over = threading.Event()
    threads = [threading.Thread(target=loop, args=(over,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
