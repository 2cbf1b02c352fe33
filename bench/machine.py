"""Tells what machine and which versions figures were measured with."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_SHARED = ("pyoxigraph", "rdflib", "Flask", "uvloop")


def machine() -> str:
    """The processor, its cores, memory and system, in one line."""
    model = re.search(r"^model name\s*: (.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    parts = [
        model[1] if model else platform.processor() or platform.machine(),
        f"{os.cpu_count()} cores",
        *([f"{int(memory[1]) / 1024**2:.0f} GiB of memory"] if memory else []),
        f"{platform.system()} {platform.release()}",
    ]
    return ", ".join(parts)


def load() -> float:
    """How many processes wanted to run, on the average of the last minute."""
    return os.getloadavg()[0]


def versions() -> str:
    """Of what measures, and of the libraries that the project shares with its peers; each peer's own stands beside its figures."""
    told = [f"Python {platform.python_version()}", *(f"{name} {installed(name)}" for name in _SHARED)]
    wrk = said(["wrk", "-v"])
    found = re.search(r"wrk\s+(?:debian/)?([\d.]+\d)", wrk)
    return ", ".join([*told, *([f"wrk {found[1]}"] if found else [])])


def installed(package: str) -> str:
    """The version of a Python package here."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def said(command: list[str]) -> str:
    """What a program says, or nothing where it is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return ""
    return done.stdout + done.stderr


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError:
        return ""
