"""One attack on the server: what is sent, and which answers are right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

CANARY = "http://canary.invalid/"
"""Stands in an attack for the address of a listener that must never be called."""
HOST = b"Host: here"
PLAIN_JSON = b"Accept: application/sparql-results+json, application/json"
TEXT_OF_QUERY = b"Content-Type: application/sparql-query"
FORM = b"Content-Type: application/x-www-form-urlencoded"
# The longest target that is sent; what is longer goes into a body.
_LONGEST = 60_000


@dataclass(frozen=True)
class Attack:
    """One attack.

    Args:
        name: of the case, as one reads it.
        right: the statuses that are right answers; 0 is a connection that is ended without one.
        target: of the request line, as bytes go over the wire.
        fields: header fields beside Content-Length; the default is what an honest client sends.
        body: of the request; None for none.
        method: of the request line.
        version: of HTTP.
        ends: whether the sender then says that it sends nothing more.
        told: whether an error must say a sentence; the HTTP server itself refuses without one what is no HTTP.
    """

    name: str
    right: frozenset[int]
    target: bytes = b"/sparql"
    fields: tuple[bytes, ...] = (HOST,)
    body: bytes | None = None
    method: bytes = b"GET"
    version: bytes = b"HTTP/1.1"
    told: bool = True
    ends: bool = False

    def sent(self, canary: str) -> bytes:
        """The bytes of the request.

        Args:
            canary: the address that CANARY stands for.
        """
        here, there = CANARY.encode(), canary.encode()
        target = self.target.replace(here, there).replace(quote(here, safe="").encode(), quote(there, safe="").encode())
        body = None if self.body is None else self.body.replace(here, there)
        own = any(field.lower().startswith((b"content-length", b"transfer-encoding")) for field in self.fields)
        length = [] if body is None or own else [b"Content-Length: %d" % len(body)]
        lines = [self.method + b" " + target + b" " + self.version, *self.fields, *length, b"Connection: close"]
        return b"\r\n".join(field.replace(here, there) for field in lines) + b"\r\n\r\n" + (body or b"")

    def check(self, answer: bytes) -> None:
        """Whether an answer is a right one, and whole."""
        status = int(answer.split(b" ", 2)[1]) if answer else 0
        assert status in self.right, answer[:1_000]
        if not answer:
            return
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"evil" not in head.lower()
        assert b"set-cookie" not in head.lower()
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
        if self.method != b"HEAD":
            assert int(fields[b"content-length"]) == len(body)
        if status >= 400 and self.told:
            told = body.decode()
            if fields[b"content-type"] == b"application/problem+json":
                problem = json.loads(told)
                assert problem["status"] == status
                assert problem["detail"].endswith((".", "…")), told
                assert problem["cure"], told
                told = f"{problem['detail']} {problem['cure']}"
            assert told.count(" ") > 2
        if status in (429, 503) and b"retry-after" in fields:
            assert int(fields[b"retry-after"]) > 0
        if status == 200 and fields.get(b"content-type", b"").endswith(b"json"):
            json.loads(body)


def asks(name: str, query: str | bytes, *right: int, accept: bytes = PLAIN_JSON) -> Attack:
    """An attack by a query: in the address, or in the body where it is too long for one."""
    text = query.encode("utf-8", "surrogatepass") if isinstance(query, str) else query
    target = f"/sparql?query={quote(text, safe='')}".encode()
    if len(target) < _LONGEST:
        return Attack(name, frozenset(right), target, (HOST, accept))
    return Attack(name, frozenset(right), fields=(HOST, accept, TEXT_OF_QUERY), body=text, method=b"POST")


def gets(name: str, target: bytes, *right: int, fields: tuple[bytes, ...] = (), told: bool = True) -> Attack:
    """An attack by an address, or by header fields."""
    return Attack(name, frozenset(right), target, (HOST, *fields), told=told)


def posts(
    name: str, body: bytes, *right: int, fields: tuple[bytes, ...] = (TEXT_OF_QUERY,), told: bool = True, ends: bool = False
) -> Attack:
    """An attack by a body that is sent to the endpoint."""
    return Attack(name, frozenset(right), fields=(HOST, PLAIN_JSON, *fields), body=body, method=b"POST", told=told, ends=ends)
