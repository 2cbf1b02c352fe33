"""Tells what a process and all its descendants take: memory, shared pages counted in parts, and processor time (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def proportional_megabytes(process: int) -> float:
    """The memory of a process and its descendants, each page shared by several counted once in all."""
    return sum(_proportional(one) for one in _family(process)) / 1024


def processor_seconds(process: int) -> float:
    """The processor time of a process and its descendants, with those that ended and were waited for."""
    return sum(sum(map(int, _stat(one)[11:15])) for one in _family(process)) / _TICKS


def own_megabytes(process: int) -> float:
    """The memory of one process, each page shared by several counted in part."""
    return _proportional(process) / 1024


def own_seconds(process: int) -> float:
    """The processor time of one process."""
    return sum(map(int, _stat(process)[11:13])) / _TICKS


def children(process: int) -> list[int]:
    """The processes that it has started."""
    return [one for one in _family(process) if _stat(one)[1] == str(process)]


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        threads = [name for name in os.listdir(f"/proc/{process}/task") if name != str(process)]
        children += [one for name in threads for one in Path(f"/proc/{process}/task/{name}/children").read_text(encoding="ascii").split()]
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _proportional(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(told.partition("\nPss:")[2].split()[0])


def _stat(process: int) -> list[str]:
    """The fields after the name of the process, from its state on (proc_pid_stat(5))."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20
