"""Does work in a process of its own, with limits of time and memory, so that no file and no rule can hold the machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from signal import SIG_IGN, SIGINT, signal
from textwrap import shorten
from typing import Any, Generic, TypeVar

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
    result: T = _result(done)
    return result


class Lasting(Generic[T]):
    """Does the same work again and again in one process of its own, which keeps what it learned, within limits each time.

    Args:
        work: what to do; its result is handed back as a copy. After an error that it does not raise itself it begins anew.
        seconds: how long it may take each time.
        megabytes: how much memory it may have.
    """

    def __init__(self, work: Callable[[], T], seconds: int, megabytes: int) -> None:
        self._work, self._seconds, self._megabytes = work, seconds, megabytes
        self._child: tuple[BaseProcess, Connection] | None = None

    def again(self, waiting: Callable[[int], None] | None = None) -> T:
        """Do the work; what it raises, and the limits, are as `bounded` tells."""
        if "fork" not in get_all_start_methods():
            return self._work()
        _, connection = self._child = self._child or self._started()
        try:
            connection.send(None)
            done = connection.recv() if _came(connection, self._seconds, waiting) else None
        except (EOFError, OSError):
            self._end()
            raise CheckFailed(*_big(self._megabytes)) from None
        if done is None:
            self._end()
            raise CheckFailed(*_slow(self._seconds))
        result: T = _result(done)
        return result

    def _started(self) -> tuple[BaseProcess, Connection]:
        context = get_context("fork")
        here, there = context.Pipe()
        child = context.Process(target=_run_again, args=(self._work, there, here, self._seconds, self._megabytes), daemon=True)
        child.start()
        there.close()
        return child, here

    def _end(self) -> None:
        assert self._child is not None  # noqa: S101 - it was asked just now
        self._child[0].kill()
        self._child[0].join()
        self._child = None


def _result(done: tuple[Any, ...]) -> Any:
    kind, *rest = done
    if kind is not None:
        raise kind(*rest)
    return rest[0]


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

    _confine(megabytes)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    sending.send(_done(work, megabytes))


def _run_again(work: Callable[[], object], connection: Connection, others: Connection, seconds: int, megabytes: int) -> None:
    """In the child: the same whenever it is asked, until nobody can ask any longer."""
    import resource

    others.close()
    signal(SIGINT, SIG_IGN)  # who presses Ctrl-C ends the watch, and that ends this
    _confine(megabytes)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    while True:
        try:
            connection.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 2, most))
        connection.send(_done(work, megabytes))


def _confine(megabytes: int) -> None:
    import resource

    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _done(work: Callable[[], object], megabytes: int) -> tuple[Any, ...]:
    try:
        return None, work()
    except OrganographError as error:
        return type(error), error.message, error.cure
    except MemoryError:
        return CheckFailed, *_big(megabytes)
    except RecursionError:
        return CheckFailed, "The data or the shapes are nested too deeply to be checked.", "Nest them less."
    except Exception as error:  # nobody else could tell what broke in a process that ends now
        return CheckFailed, f"The check broke down: {shorten(f'{type(error).__name__}: {error}', 200)}.", "Report this with the files."


def _slow(seconds: int) -> tuple[str, str]:
    return f"The check took more than {seconds} seconds and was stopped.", _SIMPLER


def _big(megabytes: int) -> tuple[str, str]:
    return f"The check needed more than {megabytes} MB of memory, or broke down, and was stopped.", _SIMPLER
