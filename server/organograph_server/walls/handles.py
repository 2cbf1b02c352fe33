"""The processes as the server holds them: the keeper that it starts, and the workers that the keeper forks for it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import weakref
from typing import cast

from organograph_server.dataset.largefile import LargeFile
from organograph_server.walls import wire

_SCHEDULED = 2  # CPUCLOCK_SCHED, linux/posix-timers.h
ALL_WALLS = ("deadline", "files", "memory", "process", "seccomp")
"""The walls that can stand around a query, by name."""
# A keeper that takes longer for a fork is lost; where it has to read the dataset first, that takes a second or two for large ones.
_PATIENCE_SECONDS = 60.0
# Bytes of a large dataset that even a slow machine reads in a second.
_SLOWEST = 1_000_000
_PYTHON = (sys.executable, "-P", "-m")
OF_QUERIES = "organograph_server.walls.keeper"
# The system's allocator (glibc) keeps at hand what queries use again and again, and lays the dataset into large pages.
_MEMORY = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000"
    ":glibc.malloc.trim_threshold=16777216:glibc.malloc.top_pad=1048576"
}


def has_walls() -> bool:
    """Whether this system can hold workers: it has processes that fork, and handles of processes (Linux 5.3)."""
    return hasattr(os, "pidfd_open") and hasattr(socket, "recv_fds")


class Worker:
    """A worker as the server holds it.

    Args:
        fd: of the socket to it.
        pid: its number.
        handle: file descriptor of the process, by which no other can be meant.

    Attributes:
        answers: how many it has given.
        slow: whether it is at work on what takes long.
        is_last: whether it runs only while no other process wants to.
        is_brisk: whether it answers so fast that it may have orders ahead.
        retires: whether it ends with the answer that it is at work on.
    """

    def __init__(self, fd: int, pid: int, handle: int) -> None:
        self.fd, self.pid, self._handle = fd, pid, handle
        self.answers = 0
        self.slow = self.is_last = self.retires = self.is_brisk = False
        self._unsent: list[bytes | memoryview] = []

    def post(self, message: bytes) -> None:
        """Have a message ready for it."""
        self._unsent.append(message)

    def send(self) -> bool:
        """Send what is ready, as far as its socket takes it; whether that was all.

        Raises:
            OSError: it has ended.
        """
        if not self._unsent:
            return True
        written = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
        try:
            sent = os.write(self.fd, written)
        except BlockingIOError:
            sent = 0
        self._unsent = [memoryview(written)[sent:]] if sent < len(written) else []
        return not self._unsent

    def processor_seconds(self) -> float:
        """The processor time that it has had so far; 0 once it has ended."""
        try:
            # The number of a process's clock, as clock_getcpuclockid(3) makes it on Linux.
            return time.clock_gettime((~self.pid << 3) | _SCHEDULED)
        except OSError:
            return 0.0

    def demote(self) -> None:
        """Let it run only while no other process wants to."""
        self.is_last = True
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    def end(self) -> None:
        """End the process, whatever it is at."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        for fd in (self.fd, self._handle):
            os.close(fd)


class Keeper:
    """The process that forks workers; it ends with this object.

    Args:
        head: what it must know.
        body: the dataset in N-Quads; of a large one the keeper is given the descriptor, and closes it before the first fork.
        module: what it runs.
        patience: seconds until the first fork must be there; the longer, the larger the dataset is.
    """

    def __init__(
        self, head: wire.Head, body: bytes | LargeFile = b"", module: str = OF_QUERIES, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self._near, far = socket.socketpair()
        large = None if isinstance(body, bytes) else body
        self._process = subprocess.Popen(
            (*_PYTHON, module),
            stdin=far.fileno(),
            pass_fds=() if large is None else (large.fd,),
            env=_environment() | (_MEMORY if module == OF_QUERIES else {}),
        )
        far.close()
        self.close = weakref.finalize(self, _end, self._near, self._process)
        wire.send(self._near.fileno(), {**head, "file": large and large.fd}, b"" if large else cast(bytes, body))
        self._near.settimeout(patience + (large.size if large else 0) / _SLOWEST)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def kill(self) -> None:
        """End the process, in whatever thread; who waits for a fork waits no longer."""
        self._process.kill()

    def fork(self) -> Worker:
        """A new worker, which says first which walls it has raised.

        Raises:
            OSError: the keeper is gone.
            EOFError: the keeper is gone.
            BlockingIOError: the system lets it start no process now.
        """
        self._near.sendall(b"+")
        number, fds, _, _ = socket.recv_fds(self._near, 8, 2)
        if number == wire.NO_PROCESS:
            raise BlockingIOError
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
