"""What `organograph --help` says, without loading any command: written by `make docs`, and told only while it is true."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

FILE = os.path.join(os.path.dirname(__file__), "overview.txt")
_KNOWN = {"load", "serve"}
_GROUP = "[organograph.commands]"


def overview() -> str | None:
    """The overview of commands, or None where other packages have brought commands that it does not name."""
    if set(_brought()) != _KNOWN:
        return None
    with open(FILE, encoding="utf-8") as text:
        return text.read()


def _brought() -> Iterator[str]:
    """The names of commands that installed packages bring (entry points specification of PyPA), read from their files."""
    for place in sys.path:
        if place.endswith(".zip") and os.path.exists(place):
            yield place  # packed packages are left to importlib.metadata
        for name in _listed(place or "."):
            if name.endswith((".dist-info", ".egg-info")):
                yield from _of_package(os.path.join(place, name, "entry_points.txt"))


def _listed(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError:
        return []


def _of_package(file: str) -> Iterator[str]:
    try:
        with open(file, encoding="utf-8") as text:
            lines = [line.strip() for line in text]
    except OSError:
        return
    if _GROUP in lines:
        for line in lines[lines.index(_GROUP) + 1 :]:
            if line.startswith("["):
                return
            name, equals, _ = line.partition("=")
            if equals and not name.startswith(("#", ";")):
                yield name.strip()
