"""The process that answers queries: it raises its walls, says which stand, and then answers one order after the other."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import NoReturn

from organograph_server.errors import RequestRefused
from organograph_server.query.asking import ANSWERS, LocalEngine
from organograph_server.query.foreign import rewritten, sendable
from organograph_server.query.guard import Limits
from organograph_server.walls import wire
from organograph_server.walls.seccomp import confine

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, linux/prctl.h
# The server ends a worker at its limit; only where the server cannot, the kernel does, this much later.
_GRACE_SECONDS = 1.0
# A timer is set anew only after so many seconds, since orders come thousands of times in a second.
_AGAIN_SECONDS = 0.25


@dataclass(frozen=True)
class Bounds:
    """What a worker may use.

    Args:
        seconds: of time for an answer.
        memory: bytes, beside what it had when it was forked.
    """

    seconds: float
    memory: int


Answer = Callable[[wire.Head, bytes], wire.Message]
"""What makes the answer to an order."""


Begin = Callable[[], Answer]
"""What opens that for a worker, which can open nothing later."""


def work(fd: int, begin: Begin, bounds: Bounds) -> NoReturn:
    """Answer orders until the server closes the socket; then the process ends.

    Args:
        fd: of the socket, beside what answers opens the only thing that is left open.
        begin: what answers them; where it runs out of memory the process ends.
        bounds: what may be used.
    """
    close_all_but(fd)
    answer = begin()
    with contextlib.suppress(OSError):  # who has gone gives no orders neither
        wire.send(fd, {"walls": raise_walls(bounds)})
    orders, set_at = wire.Incoming(fd), 0.0
    while True:
        try:
            found = orders.read()
        except (EOFError, OSError):
            os._exit(0)
        for order in found:
            # Without a handler the kernel ends the process, whatever the engine is at. It counts the processor's time: who waits has none.
            if time.monotonic() - set_at > _AGAIN_SECONDS:
                set_at = time.monotonic()
                signal.setitimer(signal.ITIMER_PROF, bounds.seconds + _GRACE_SECONDS)
            try:
                told, content = answer(*order)
            except MemoryError:
                # What is left of the process is not to be trusted.
                os._exit(1)
            with contextlib.suppress(OSError):
                wire.send(fd, told, content)


def answered(engine: LocalEngine, head: wire.Head, body: bytes) -> wire.Message:
    """The answer of an engine to an order."""
    try:
        if head["ask"] == "counted":
            return wire.counts(engine.counted(head["door"])), b""
        if head["ask"] == "whole":
            return asdict(engine.whole()), b""
        if head["ask"] == "examined":
            found = engine.examined(body.decode("utf-8", "surrogatepass"), Limits(**head["limits"]))
            return {"form": found.form}, found.text.encode()
        if head["ask"] in OF_STORES:
            return OF_STORES[head["ask"]](head, body)
        return {}, engine.answer(wire.question(head, body))
    except RequestRefused as error:
        return wire.refusal(error), b""


def _sendable(head: wire.Head, body: bytes) -> wire.Message:
    found = sendable(body.decode(), head["base"])
    named = None if found.dataset is None else asdict(found.dataset)
    return {"form": found.form, "dataset": named, "names_graphs": found.names_graphs}, found.text.encode()


def _rewritten(head: wire.Head, body: bytes) -> wire.Message:
    return {}, rewritten(body, head["type"], head["query_form"], ANSWERS[head["form"]], head["most"])


OF_STORES: Mapping[str, Answer] = {"sendable": _sendable, "rewritten": _rewritten}
"""What is done for queries that a store of others answers."""


def raise_walls(bounds: Bounds) -> list[str]:
    """Take from this process everything but what it has open.

    Returns:
        The names of the walls that stand, each tried.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # Where memory runs out, the system ends a worker and no other process.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("1000")
    standing = ["process", "deadline"]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if _limit_memory(bounds.memory):
        standing.append("memory")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if confine():
        standing.append("seccomp")
    if _opens_nothing():
        standing.append("files")
    return sorted(standing)


def close_all_but(fd: int) -> None:
    """Close every file and socket of this process but one; what is written goes nowhere."""
    highest = os.sysconf("SC_OPEN_MAX")
    for first, last in ((3, fd), (fd + 1, highest)):
        os.closerange(first, last)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)


def _limit_memory(more: int) -> bool:
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            now = int(told.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))
    except (OSError, ValueError):
        return False
    return True


def _opens_nothing() -> bool:
    """Whether no file can be opened any more, and so no socket, for both need a free number."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return True
    return False
