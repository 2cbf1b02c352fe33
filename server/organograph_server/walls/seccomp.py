"""A filter of system calls, which leaves a process what it needs to compute and to answer over a socket that it already has.

Linux, seccomp(2) with SECCOMP_MODE_FILTER, without a library; everything that is not named here fails with EPERM. So the
process can open no file and no socket, start no program and no process, and signal no other.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from errno import EPERM

_NO_NEW_PRIVILEGES = 38  # linux/prctl.h
_SET_MODE_FILTER, _ALL_THREADS = 1, 1  # linux/seccomp.h
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h, of words and constants
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where these stand in struct seccomp_data
# Above this, numbers of x86-64 mean the calls of its 32-bit variant.
_X32 = 0x40000000


@dataclass(frozen=True)
class _Machine:
    """An architecture: how the kernel names it, and the numbers of calls, as its headers have them."""

    audit: int
    seccomp: int
    calls: Mapping[str, int]


_X86 = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
    "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "readv": 19, "writev": 20, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "nanosleep": 35, "setitimer": 38, "getpid": 39, "exit": 60, "gettimeofday": 96, "getrusage": 98, "times": 100,
    "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204, "restart_syscall": 219,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "ppoll": 271, "getcpu": 309,
    "getrandom": 318, "membarrier": 324, "tgkill": 234,
}  # fmt: skip
_ARM = {
    "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "ppoll": 73, "fstat": 80, "exit": 93,
    "exit_group": 94, "futex": 98, "nanosleep": 101, "setitimer": 103, "clock_gettime": 113, "clock_getres": 114,
    "clock_nanosleep": 115, "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132,
    "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "times": 153, "getrusage": 165, "getcpu": 168,
    "gettimeofday": 169, "getpid": 172, "gettid": 178, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226,
    "madvise": 233, "getrandom": 278, "membarrier": 283, "tgkill": 131,
}  # fmt: skip
_MACHINES = {"x86_64": _Machine(0xC000003E, 317, _X86), "aarch64": _Machine(0xC00000B7, 277, _ARM)}
# A process that fails may end itself by a signal, and no other.
_ONLY_ITSELF = "tgkill"


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine() -> bool:
    """Put the filter around this process and all that it will start; it can never be taken off.

    Returns:
        Whether it stands; not so on another system or machine than those named here, or where the kernel refuses.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None
    if machine is None:
        return False
    code = _filter(machine, os.getpid())
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    # All threads, since a store on disk has some of its own.
    return not libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) and not libc.syscall(
        machine.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)
    )


def _filter(machine: _Machine, pid: int) -> bytes:
    """The filter as a program of the kernel's packet filter."""
    plain = [number for name, number in machine.calls.items() if name != _ONLY_ITSELF]
    code = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, machine.audit, yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _X32, yes=len(plain) + 3),
        *(_step(_EQUAL, number, yes=len(plain) - place + 3) for place, number in enumerate(plain)),
        _step(_EQUAL, machine.calls[_ONLY_ITSELF], no=2),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_EQUAL, pid, yes=1),
        _step(_RETURN, _ERRNO | EPERM),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(code)


def _step(operation: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, yes, no, value)
