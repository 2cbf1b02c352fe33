"""What goes over the sockets between server, keeper and workers: a head in JSON and a body of bytes, each with its length before it."""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from organograph_server import errors
from organograph_server.asking import ANSWERS, Question
from organograph_server.counts import Counted, Counts
from organograph_server.store import Dataset

NO_PROCESS = b"-"
"""What a keeper says that could not fork."""
_LENGTHS = struct.Struct(">IQ")
_PIECE = 1 << 20
_LONGEST_HEAD = 1 << 26

Head = dict[str, Any]


def packed(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """A message as it goes over the socket."""
    written = json.dumps(head).encode()
    return _LENGTHS.pack(len(written), len(body)) + written + body


def send(fd: int, head: Mapping[str, object], body: bytes = b"") -> None:
    """Send a message over a socket that may block.

    Raises:
        OSError: the other side is gone.
    """
    view = memoryview(packed(head, body))
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int, ready: Callable[[], None] = lambda: None, most: int = sys.maxsize) -> tuple[Head, bytes]:
    """The next message, and not a byte of what comes after it.

    Args:
        fd: of the socket.
        ready: waits until something can be read, where the socket does not block; raises what it likes to give up.
        most: bytes that its body may have.

    Raises:
        EOFError: the other side has closed the socket.
        OSError: the other side is gone, or says more than it may.
    """
    head_size, body_size = _LENGTHS.unpack(_exactly(fd, _LENGTHS.size, ready))
    if body_size > most or head_size > _LONGEST_HEAD:
        raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
    message = _exactly(fd, head_size + body_size, ready)
    return json.loads(message[:head_size]), message[head_size:]


def _exactly(fd: int, size: int, ready: Callable[[], None]) -> bytes:
    pieces = list(_pieces(fd, size, ready))
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _pieces(fd: int, size: int, ready: Callable[[], None]) -> Iterator[bytes]:
    while size:
        try:
            piece = os.read(fd, min(size, _PIECE))
        except BlockingIOError:
            ready()
            continue
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece


def order(question: Question) -> tuple[Head, bytes]:
    """A question as a message."""
    dataset = question.dataset
    named = None if dataset is None else {"default": dataset.default, "named": dataset.named}
    return {"ask": "query", "door": question.door, "form": question.form.name, "dataset": named}, question.text.encode()


def question(head: Head, body: bytes) -> Question:
    """The question of a message."""
    named = head["dataset"]
    dataset = None if named is None else Dataset(tuple(named["default"]), tuple(named["named"]))
    return Question(head["door"], body.decode(), ANSWERS[head["form"]], dataset)


def refusal(error: errors.RequestRefused) -> Head:
    """A refusal as the head of a message."""
    return {"refused": type(error).__name__, "message": error.message, "cure": error.cure, "details": error.details}


def refused(head: Head) -> errors.RequestRefused:
    """The refusal of a head."""
    kind: type[errors.RequestRefused] = getattr(errors, head["refused"])
    return kind(head["message"], head["cure"], **head["details"])


def counts(told: Counted) -> Head:
    """Counts as the head of a message."""
    return {"default": asdict(told.default), "named": {iri: asdict(each) for iri, each in told.named.items()}}


def counted(head: Head) -> Counted:
    """The counts of a head."""
    return Counted(Counts(**head["default"]), {iri: Counts(**each) for iri, each in head["named"].items()})
