"""What goes over the sockets between server, keeper and workers: a head in JSON and a body of bytes, each with its length before it.

Most heads are the same again and again, and the head of a common answer is empty; so neither costs anything to speak of.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from organograph.messages import in_json, of_json
from organograph_server import errors
from organograph_server.query.asking import ANSWERS, Question
from organograph_server.query.counts import Counted, Counts
from organograph_server.query.store import Dataset

NO_PROCESS = b"-"
"""What a keeper says that could not fork."""
_LENGTHS = struct.Struct(">IQ")
# Fits into what the system's allocator keeps at hand, and holds most messages whole.
_PIECE = 1 << 16
_LONGEST_HEAD = 1 << 26
_COMMON_HEAD = 1 << 10

Head = dict[str, Any]
Message = tuple[Head, bytes]


def packed(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """A message as it goes over the socket."""
    return _packed(json.dumps(head).encode() if head else b"", body)


def send(fd: int, head: Mapping[str, object], body: bytes = b"") -> None:
    """Send a message over a socket that blocks.

    Raises:
        OSError: the other side is gone.
    """
    message = packed(head, body)
    sent = os.write(fd, message)
    while sent < len(message):
        sent += os.write(fd, memoryview(message)[sent:])


def receive(fd: int) -> Message:
    """The next message over a socket that blocks, and not a byte of what comes after it.

    Raises:
        EOFError: the other side has closed the socket.
        OSError: the other side is gone.
    """
    head_size, body_size = _LENGTHS.unpack(_exactly(fd, _LENGTHS.size))
    message = _exactly(fd, head_size + body_size)
    return _head(message[:head_size]), message[head_size:]


class Incoming:
    """Messages as they come, piece by piece.

    Args:
        fd: of the socket, which may block.
        most: bytes that a body may have.
    """

    def __init__(self, fd: int, most: int = sys.maxsize) -> None:
        self._fd, self._most = fd, most
        self._pieces: list[bytes] = []
        self._missing = 0

    def read(self) -> list[Message]:
        """Take a piece; the messages that are whole with it.

        Raises:
            BlockingIOError: there is none at the moment.
            EOFError: the other side has closed the socket.
            OSError: the other side is gone, or says more than it may.
        """
        piece = os.read(self._fd, _PIECE)
        if not piece:
            raise EOFError
        if self._pieces:
            self._pieces.append(piece)
            self._missing -= len(piece)
            if self._missing > 0:
                return []
            piece, self._pieces = b"".join(self._pieces), []
        found: list[Message] = []
        end, place = len(piece), 0
        while place < end:
            if (size := self._size(piece, place)) > end - place:
                self._pieces, self._missing = [piece[place:]], size - (end - place)
                break
            found.append(_opened(piece[place : place + size] if size < end else piece))
            place += size
        return found

    def _size(self, read: bytes, place: int) -> int:
        """How many bytes the message has that begins at a place, or at least must have."""
        if len(read) - place < _LENGTHS.size:
            return _LENGTHS.size
        head_size, body_size = _LENGTHS.unpack_from(read, place)
        if body_size > self._most or head_size > _LONGEST_HEAD:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        return _LENGTHS.size + int(head_size) + int(body_size)


def order(question: Question) -> bytes:
    """A question as a message."""
    dataset = question.dataset
    if dataset is None:
        return _packed(_order_head(question.door, question.form.name), question.text.encode())
    named = {"default": dataset.default, "named": dataset.named}
    return packed({"ask": "query", "door": question.door, "form": question.form.name, "dataset": named}, question.text.encode())


@lru_cache(maxsize=256)
def _order_head(door: str, form: str) -> bytes:
    return json.dumps({"ask": "query", "door": door, "form": form, "dataset": None}).encode()


def question(head: Head, body: bytes) -> Question:
    """The question of a message."""
    named = head["dataset"]
    dataset = None if named is None else Dataset(tuple(named["default"]), tuple(named["named"]))
    return Question(head["door"], body.decode(), ANSWERS[head["form"]], dataset)


def refusal(error: errors.RequestRefused) -> Head:
    """A refusal as the head of a message."""
    return {"refused": type(error).__name__, "message": in_json(error.message), "cure": in_json(error.cure), "details": error.details}


def refused(head: Head) -> errors.RequestRefused:
    """The refusal of a head."""
    kind: type[errors.RequestRefused] = getattr(errors, head["refused"])
    return kind(of_json(head["message"]), of_json(head["cure"]), **head["details"])


def counts(told: Counted) -> Head:
    """Counts as the head of a message."""
    return {"default": asdict(told.default), "named": {iri: asdict(each) for iri, each in told.named.items()}}


def counted(head: Head) -> Counted:
    """The counts of a head."""
    return Counted(Counts(**head["default"]), {iri: Counts(**each) for iri, each in head["named"].items()})


def _packed(head: bytes, body: bytes) -> bytes:
    return _LENGTHS.pack(len(head), len(body)) + head + body


def _opened(message: bytes) -> Message:
    begin = _LENGTHS.size + _LENGTHS.unpack_from(message)[0]
    return _head(message[_LENGTHS.size : begin]), message[begin:]


def _head(written: bytes) -> Head:
    if not written:
        return {}
    return _common_head(written) if len(written) <= _COMMON_HEAD else json.loads(written)


@lru_cache(maxsize=64)
def _common_head(written: bytes) -> Head:
    found: Head = json.loads(written)
    return found


def _exactly(fd: int, size: int) -> bytes:
    return b"".join(_pieces(fd, size))


def _pieces(fd: int, size: int) -> Iterator[bytes]:
    while size:
        piece = os.read(fd, min(size, _PIECE))
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece
