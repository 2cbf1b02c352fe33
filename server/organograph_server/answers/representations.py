"""Keeps finished representations, so that what was made once is given again; bounded by their bytes."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple, cast

from flask import Flask

from organograph_server.content.coding import GZIP, compressed

_KEY = "organograph.representations"
ENTRY = 1_000
"""Bytes that an entry takes beside its content, so that many small ones are bounded too."""


def tag_of(content_type: str, digest: str) -> str:
    """The entity tag of a representation, by its type and the SHA-256 of its bytes; see Finished.tag."""
    return hashlib.sha256(f"{content_type} {digest}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Finished:
    """The bytes of a representation and their SHA-256."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, content: bytes) -> Finished:
        """Finish some bytes."""
        return cls(content, hashlib.sha256(content).hexdigest())

    def tag(self, content_type: str) -> str:
        """The entity tag: equal only for equal bytes of equal type, over restarts too (RFC 9110 section 8.8.3)."""
        return tag_of(content_type, self.digest)


class Recent:
    """What was asked for lately, so that only what is asked for again is kept.

    Args:
        most: how many keys are remembered, each by its hash alone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes: OrderedDict[int, None] = OrderedDict()
        self._lock = Lock()

    def again(self, key: tuple[str, ...]) -> bool:
        """Whether a key was asked for before; it is remembered now."""
        found = hash(key)
        with self._lock:
            known = found in self._hashes
            self._hashes[found] = None
            self._hashes.move_to_end(found)
            if len(self._hashes) > self._most:
                self._hashes.popitem(last=False)
        return known


class Measure(NamedTuple):
    """How many bytes there are, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Representations:
    """Finished representations of what an application serves, which never change; those used longest ago go first.

    Args:
        limit: how many bytes are kept.
        state: names the data, the software and the settings that together make the bytes.
        changed: when the data last changed, in UTC; None where nobody knows.

    Attributes:
        version: the state in 16 letters, for addresses.
    """

    def __init__(self, limit: int, state: str, changed: datetime | None = None) -> None:
        self.version = hashlib.sha256(state.encode()).hexdigest()[:16]
        self.changed = changed
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[tuple[str, ...], Finished] = OrderedDict()
        self._measures: dict[tuple[str, ...], Measure] = {}
        self._lock = Lock()

    @classmethod
    def of(cls, app: Flask) -> Representations:
        """The representations of an application."""
        return cast(Representations, app.extensions[_KEY])

    def attach(self, app: Flask) -> None:
        """Let an application keep its representations here."""
        app.extensions[_KEY] = self

    def modified(self, content_type: str) -> datetime | None:
        """When a representation last changed; None where nobody knows.

        Pages change with the software too, whose date nobody knows; and a date to come is none (RFC 9110 section 8.8.2.1).
        """
        is_dated = self.changed is not None and self.changed <= datetime.now(UTC) and not content_type.startswith("text/html")
        return self.changed if is_dated else None

    @property
    def kept(self) -> Set[tuple[str, ...]]:
        """What is kept now, by its keys."""
        return self._kept.keys()

    @property
    def size(self) -> int:
        """How many bytes are kept now."""
        return self._size

    def get(self, key: tuple[str, ...], make: Callable[[], bytes]) -> Finished:
        """What is kept under a key, or else what `make` gives, which is then kept."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        # Made without the lock: two threads may make the same at once, and both are right.
        made = Finished.of(make())
        with self._lock:
            self._keep(key, made)
        return made

    def measure(self, key: tuple[str, ...], make: Callable[[], bytes]) -> Measure:
        """How many bytes a representation has, and their hash; known for good, though the bytes themselves may go."""
        if key not in self._measures:
            made = self.get(key, make)
            self._measures[key] = Measure(len(made.content), made.digest)
        return self._measures[key]

    def packed(self, key: tuple[str, ...], plain: Finished) -> Finished:
        """The same in gzip."""
        return self.get((*key, GZIP), lambda: compressed(plain.content))

    def _keep(self, key: tuple[str, ...], made: Finished) -> None:
        if key in self._kept or len(made.content) > self._limit:
            return
        self._kept[key] = made
        self._size += len(made.content) + ENTRY
        while self._size > self._limit:
            _, old = self._kept.popitem(last=False)
            self._size -= len(old.content) + ENTRY
