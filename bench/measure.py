"""Runs a process several times and tells what it took: processor time of the user, and the most memory it held."""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

_OF_LINUX = 1024
"""The memory of a process is counted in kilobytes there."""


@dataclass(frozen=True)
class Measured:
    """What a process took.

    Args:
        user: the median of the processor seconds that it took by itself, which other work on the machine changes least.
        least: the fewest of them.
        most: the most.
        runs: how often it was run.
        megabytes: the most memory that it held in any run.
        said: what it printed.
        stopped: it was stopped before its end, so that it takes more than this.
        status: with which it ended.
    """

    user: float
    least: float
    most: float
    runs: int
    megabytes: int
    said: str
    stopped: bool = False
    status: int = 0


def measured(command: Sequence[str], runs: int, limit: int = 86_400) -> Measured:
    """Run a command several times, or until it was stopped once.

    Args:
        command: the program and what it is given.
        runs: how often.
        limit: processor seconds after which it is stopped.
    """
    taken, memory, said, status = list[float](), 0, "", 0
    command = ["/bin/sh", "-c", f'ulimit -t {limit}; exec "$@"', "sh", *command]
    for _ in range(runs):
        with tempfile.TemporaryFile() as out:
            process = os.posix_spawn(
                command[0],
                command,
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)],
            )
            _, status, used = os.wait4(process, 0)
            out.seek(0)
            said = out.read().decode(errors="replace")
        taken.append(used.ru_utime)
        memory = max(memory, used.ru_maxrss // _OF_LINUX)
        if os.WIFSIGNALED(status):
            # The limit of processor time ends a process by one of these two.
            stopped = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) and used.ru_utime + used.ru_stime > 0.9 * limit
            return Measured(taken[-1], taken[-1], taken[-1], 1, memory, said, stopped, -os.WTERMSIG(status))
    return Measured(statistics.median(taken), min(taken), max(taken), runs, memory, said, status=os.waitstatus_to_exitcode(status))
