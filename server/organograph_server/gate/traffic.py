"""What passes the gateway: each request has a number of its own, is counted, and is written down where that is wanted."""

from __future__ import annotations

import json
import secrets
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO

from organograph_server.answers.lane import Answer, Environ
from organograph_server.errors import SettingsInvalid

BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Seconds that divide the answers by the time that they took."""
TRAFFIC = "organograph.traffic"
"""Under this name an application has what passes the gateway that asks it, where there is one."""
_LONGEST = 2_000


@dataclass
class Times:
    """How long answers took.

    Args:
        within: how many took no longer than each of the bounds, and in the end how many took longer than all.
        total: seconds of all together.
    """

    within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count an answer."""
        self.within[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Traffic:
    """What passed since the start. All of it runs in the event loop, so nothing is locked.

    Args:
        log: where each request is written down as a line of JSON: a file, `-` for standard output, "" for nowhere.

    Attributes:
        number: of answers until now, which other threads may read.
        is_going: whether the server was told to stop, so that no new client should be sent here.

    Raises:
        SettingsInvalid: the file cannot be written.
    """

    def __init__(self, log: str = "") -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.times: dict[str, Times] = {"kept": Times(), "document": Times(), "query": Times(), "upload": Times()}
        self.bytes = 0
        self.number = 0
        self.is_going = False
        self._names = _names()
        self._path = log
        self._log = _opened(log)

    def name(self) -> str:
        """A number for a request, which the answer tells and the log has."""
        return next(self._names)

    def passed(self, name: str, environ: Environ, kind: str, answer: Answer, began: float, beside: int = 0) -> None:
        """Count an answer, and write it down.

        Args:
            name: the number of the request.
            environ: of the request.
            kind: `kept`, `document`, `query` or `upload`.
            answer: what it was answered.
            began: when it came, by time.perf_counter.
            beside: bytes of a large file that were given beside its content.
        """
        seconds = time.perf_counter() - began
        self.answers[kind, answer.status] += 1
        self.times[kind].add(seconds)
        size = len(answer.content) + beside
        self.bytes += size
        self.number += 1
        if self._log is not None:
            # A disk that is full stops no answer.
            with suppress(OSError, ValueError):
                self._log.write(_line(name, environ, kind, answer, size, seconds))

    def reopen(self) -> None:
        """Open the log anew, for who has moved the file away."""
        if self._log is not None and self._log is not sys.stdout:
            with suppress(SettingsInvalid):
                before, self._log = self._log, _opened(self._path)
                before.close()


def _names() -> Iterator[str]:
    beginning = secrets.token_hex(4)
    return (f"{beginning}-{number:x}" for number in count(1))


def _opened(path: str) -> IO[str] | None:
    if path in ("", "-"):
        return sys.stdout if path else None
    try:
        return Path(path).open("a", buffering=1, encoding="utf-8")
    except OSError as error:
        raise SettingsInvalid(f"The log {path} cannot be written: {error.strerror}.", "Name another file with --access-log.") from error


def _line(name: str, environ: Environ, kind: str, answer: Answer, size: int, seconds: float) -> str:
    """A request as a line of JSON, in which nothing of a client can end the line."""
    fields = dict(answer.fields)
    told = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": name,
        "client": environ["REMOTE_ADDR"],
        "method": environ["REQUEST_METHOD"][:_LONGEST],
        "path": (environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1").decode(errors="replace")[:_LONGEST],
        "query": environ["QUERY_STRING"][:_LONGEST],
        "status": answer.status,
        "bytes": size,
        "seconds": round(seconds, 6),
        "kind": kind,
        "type": fields.get("content-type", fields.get("Content-Type", "")),
        "version": fields.get("dataset-version", fields.get("Dataset-Version", "")),
        "agent": environ.get("HTTP_USER_AGENT", "")[:_LONGEST],
    }
    return json.dumps(told) + "\n"
