"""The side of the server: lends workers to queries, keeps their time, and ends those that take too long or that nobody waits for."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from organograph_server.errors import ClientGone, EngineFailed, Overloaded, QueryDeadline
from organograph_server.walls import wire

# What has taken this long is no common query any more: it goes on with what processor time others leave.
_COMMON_SECONDS = 0.1
# After so many answers a worker makes room for a fresh one, which shares its memory with the keeper again.
_ANSWERS_EACH = 1_000
ALL_WALLS = ("deadline", "files", "memory", "process", "seccomp")
"""The walls that can stand around a query, by name."""
_KEEPER = (sys.executable, "-P", "-m", "organograph_server.walls.keeper")


@dataclass(frozen=True)
class Terms:
    """On what terms workers are lent.

    Args:
        seconds: until an answer must be there, in seconds of the clock.
        quick: workers for common queries at once.
        slow: workers at once for those that take long.
        waiting: queries that may wait for a worker.
        patience: seconds that a query waits for a worker.
    """

    seconds: float
    quick: int
    slow: int
    waiting: int
    patience: float


def has_walls() -> bool:
    """Whether this system can hold workers: it has processes that fork, and handles of processes (Linux 5.3)."""
    return hasattr(os, "pidfd_open") and hasattr(socket, "recv_fds")


class Worker:
    """A worker as the server holds it.

    Args:
        fd: of the socket to it.
        pid: its number.
        handle: file descriptor of the process, by which no other can be meant.
    """

    def __init__(self, fd: int, pid: int, handle: int) -> None:
        self.fd, self.pid, self._handle = fd, pid, handle
        self.answers = 0
        self.slow = False

    def is_idle(self) -> bool:
        """Whether it waits for an order; one that has ended does not."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return not poll.poll(0)

    def demote(self) -> None:
        """Let it run only while no other process wants to."""
        self.slow = True
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    def end(self) -> None:
        """End the process, whatever it is at."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        for fd in (self.fd, self._handle):
            os.close(fd)


class Pool:
    """Workers that are forked by a keeper, which starts with the first that is needed.

    Args:
        told: makes what the keeper must know.
        terms: on what terms workers are lent.
    """

    def __init__(self, told: Callable[[], tuple[wire.Head, bytes]], terms: Terms) -> None:
        self._told, self._terms = told, terms
        self._free: list[Worker] = []
        self._quick = self._slow = self._waiting = 0
        self._change = threading.Condition()
        self._forking = threading.Lock()
        self._keeper: _Keeper | None = None
        self.walls: Sequence[str] = ()

    def start(self) -> None:
        """Have the first worker ready, so that its walls are known.

        Raises:
            EngineFailed: there is none to be had.
        """
        worker = self._fork()
        with self._change:
            self._free.append(worker)

    def ask(self, head: wire.Head, body: bytes = b"", gone: int | None = None) -> tuple[wire.Head, bytes]:
        """Let a worker answer.

        Args:
            head: of the order.
            body: of the order.
            gone: a file descriptor that can be read once nobody waits for the answer any more.

        Returns:
            Head and body of the answer.

        Raises:
            QueryDeadline: it takes too long.
            Overloaded: too many wait, or take long already.
            EngineFailed: the worker ended, or none is to be had.
            ClientGone: nobody waits any more.
        """
        worker = self._lend()
        try:
            answer = _Exchange(worker, self._terms.seconds, gone, lambda: self._demote(worker)).run(head, body)
        except BaseException:
            self._take_back(worker, sound=False)
            raise
        self._take_back(worker, sound=True)
        return answer

    def close(self) -> None:
        """End all that is not at work, and the keeper, with whom everything ends that it has forked."""
        with self._change:
            free, self._free = self._free, []
        for worker in free:
            worker.end()
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None

    def _lend(self) -> Worker:
        terms, until = self._terms, time.monotonic() + self._terms.patience
        with self._change:
            if self._quick >= terms.quick and self._waiting >= terms.waiting:
                raise _overloaded(f"{self._waiting} queries wait already")
            self._waiting += 1
            try:
                while self._quick >= terms.quick:
                    if not self._change.wait(until - time.monotonic()):
                        raise _overloaded(f"no worker came free in {terms.patience:g} seconds")
            finally:
                self._waiting -= 1
            self._quick += 1
            while self._free:
                worker = self._free.pop()
                if worker.is_idle():
                    return worker
                worker.end()
        try:
            return self._fork()
        except BaseException:
            self._return_place(slow=False)
            raise

    def _demote(self, worker: Worker) -> None:
        """Give its place among the quick to another query.

        Raises:
            Overloaded: too many take long already.
        """
        with self._change:
            if self._slow >= self._terms.slow:
                raise _overloaded(f"{self._slow} queries that take long are at work already")
            self._slow += 1
            self._quick -= 1
            self._change.notify()
        worker.demote()

    def _take_back(self, worker: Worker, *, sound: bool) -> None:
        worker.answers += 1
        if sound and not worker.slow and worker.answers < _ANSWERS_EACH:
            with self._change:
                self._free.append(worker)
                self._quick -= 1
                self._change.notify()
            return
        worker.end()
        self._return_place(slow=worker.slow)

    def _return_place(self, *, slow: bool) -> None:
        with self._change:
            self._slow -= slow
            self._quick -= not slow
            self._change.notify()

    def _fork(self) -> Worker:
        """A new worker.

        Raises:
            EngineFailed: it does not come, from a second keeper neither.
        """
        for _ in range(2):
            try:
                with self._forking:
                    if self._keeper is None:
                        self._keeper = _Keeper(*self._told())
                    worker = self._keeper.fork()
                self.walls = wire.receive(worker.fd)[0]["walls"]
            except (OSError, EOFError):
                self._keeper = None
            else:
                os.set_blocking(worker.fd, False)
                return worker
        raise EngineFailed("The query engine cannot be started.", "Try again later.", retry_after=5)


class _Keeper:
    """The process that forks workers."""

    def __init__(self, head: wire.Head, body: bytes) -> None:
        self._near, far = socket.socketpair()
        process = subprocess.Popen(_KEEPER, stdin=far.fileno(), env=_environment())
        far.close()
        self.close = weakref.finalize(self, _end, self._near, process)
        wire.send(self._near.fileno(), head, body)

    def fork(self) -> Worker:
        self._near.sendall(b"+")
        number, fds, _, _ = socket.recv_fds(self._near, 8, 2)
        if len(fds) != 2:
            raise EOFError
        return Worker(fds[0], int.from_bytes(number, "big"), fds[1])


def _environment() -> dict[str, str]:
    """The keeper finds its modules where this process found them, and nothing else in its environment."""
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONHASHSEED": "random"}


def _end(near: socket.socket, process: subprocess.Popen[bytes]) -> None:
    near.close()
    process.kill()
    process.wait()


class _Exchange:
    """One order and its answer, within its time."""

    def __init__(self, worker: Worker, seconds: float, gone: int | None, demote: Callable[[], None]) -> None:
        self._worker, self._seconds, self._gone, self._demote = worker, seconds, gone, demote
        self._begun = time.monotonic()
        self._poll = select.poll()
        if gone is not None:
            self._poll.register(gone, select.POLLIN | select.POLLHUP)

    def run(self, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
        fd = self._worker.fd
        try:
            rest = memoryview(wire.packed(head, body))
            self._poll.register(fd, select.POLLOUT)
            while rest:
                self._wait()
                rest = rest[os.write(fd, rest) :]
            self._poll.modify(fd, select.POLLIN)
            return wire.receive(fd, self._wait)
        except (OSError, EOFError) as error:
            message = "The query made the engine end: most likely it needed more memory than a query may have."
            raise EngineFailed(message, "Ask for less: bind more, join less, or sort fewer rows.") from error

    def _wait(self) -> None:
        """Wait until the socket is ready."""
        while True:
            passed = time.monotonic() - self._begun
            if passed >= self._seconds:
                raise QueryDeadline(
                    f"The query was not answered within {self._seconds:g} seconds.",
                    "Ask for less: bind more, avoid patterns that share no variable, or add a LIMIT to a subquery.",
                    limit=self._seconds,
                )
            if not self._worker.slow and passed >= _COMMON_SECONDS:
                self._demote()
            until = self._seconds if self._worker.slow else _COMMON_SECONDS
            ready = self._poll.poll(max(0.0, until - passed) * 1_000 + 1)
            if any(fd == self._gone for fd, _ in ready):
                raise ClientGone("Nobody waits for the answer any more.")
            if ready:
                return


def _overloaded(why: str) -> Overloaded:
    return Overloaded(f"The server is busy: {why}.", "Try again in a moment.", retry_after=1)
