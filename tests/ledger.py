"""Holds the answers that clients get while releases change against each other: each is whole, of one release, and the one that it names."""

from __future__ import annotations

import hashlib
import http.client
import threading
from http import HTTPStatus

from marked import marks


class Ledger:
    """What all clients were answered, held against each other."""

    def __init__(self) -> None:
        self.requests = self.unchanged = 0
        self.lost: list[str] = []
        self.mixed: list[str] = []
        self._versions: dict[str, str] = {}
        self._tags: dict[str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def enter(self, path: str, answer: http.client.HTTPResponse, body: bytes, known: str | None) -> str | None:
        """Enter an answer.

        Args:
            path: that was asked for.
            answer: its status and its fields.
            body: its bytes.
            known: the entity tag that the client had.

        Returns:
            The entity tag.
        """
        tag, version = answer.headers["ETag"], answer.headers["Dataset-Version"]
        with self._lock:
            self.requests += 1
            if answer.status == HTTPStatus.NOT_MODIFIED and known:
                self.unchanged += 1
                fault = "" if tag == known and self._tags[known][1] == self._versions.get(version, self._tags[known][1]) else "unchanged"
            elif answer.status != HTTPStatus.OK:
                self.lost.append(f"{path} {answer.status} {body[:200]!r}")
                return tag
            else:
                fault = self._compared(tag, version, body)
            if fault:
                self.mixed.append(f"{path} {fault} {version} {tag}")
        return tag

    def _compared(self, tag: str, version: str, body: bytes) -> str:
        """What is wrong with a whole answer: it has the mark of one release, which its version and its tag have always had."""
        found = marks(body.decode())
        if len(found) != 1:
            return f"has the marks {found}"
        (mark,) = found
        if self._versions.setdefault(version, mark) != mark:
            return f"names the version of another release than {mark}"
        held = (hashlib.sha256(body).hexdigest(), mark)
        return "" if self._tags.setdefault(tag, held) == held else "has the tag of other bytes"
