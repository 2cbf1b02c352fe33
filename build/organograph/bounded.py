"""Does work in a process of its own, with limits of time and memory, so that no file and no rule can hold the machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from organograph.errors import CheckFailed, OrganographError

T = TypeVar("T")
_SIMPLER = "Check a smaller file or simpler shapes, or raise the limit with --time-limit or --memory-limit."


def bounded(work: Callable[[], T], seconds: int, megabytes: int, waiting: Callable[[int], None] | None = None) -> T:
    """Do work within limits; where the system cannot copy a running process, without them.

    Args:
        work: what to do; its result is handed back as a copy.
        seconds: how long it may take.
        megabytes: how much memory it may have.
        waiting: told each second for how many the work has gone on.

    Raises:
        OrganographError: what the work raised.
        CheckFailed: it went over a limit.
    """
    if "fork" not in get_all_start_methods():
        return work()
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(work, sending, seconds, megabytes))
    child.start()
    sending.close()
    try:
        done: tuple[Any, ...] = receiving.recv() if _came(receiving, seconds, waiting) else (CheckFailed, *_slow(seconds))
    except EOFError:
        done = (CheckFailed, *_big(megabytes))
    finally:
        child.kill()
        child.join()
    kind, *rest = done
    if kind is not None:
        raise kind(*rest)
    result: T = rest[0]
    return result


def _came(receiving: Connection, seconds: int, waiting: Callable[[int], None] | None) -> bool:
    """Whether something came in time."""
    if waiting is None:
        return receiving.poll(seconds)
    for second in range(seconds):
        if receiving.poll(1):
            return True
        waiting(second + 1)
    return False


def _run(work: Callable[[], object], sending: Connection, seconds: int, megabytes: int) -> None:
    """In the child: what it says beside its result, such as an allocator's last words, nobody is to read."""
    import resource  # no system without fork has it

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    try:
        done: tuple[Any, ...] = (None, work())
    except OrganographError as error:
        done = (type(error), error.message, error.cure)
    except MemoryError:
        done = (CheckFailed, *_big(megabytes))
    except RecursionError:
        done = (CheckFailed, "The data or the shapes are nested too deeply to be checked.", "Nest them less.")
    sending.send(done)


def _slow(seconds: int) -> tuple[str, str]:
    return f"The check took more than {seconds} seconds and was stopped.", _SIMPLER


def _big(megabytes: int) -> tuple[str, str]:
    return f"The check needed more than {megabytes} MB of memory, or broke down, and was stopped.", _SIMPLER
