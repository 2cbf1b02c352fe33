"""A client that sends exactly what a test says, follows nothing and adds nothing."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its fields and its body."""

    status: int
    fields: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        """Its type without parameters."""
        return (self.fields["Content-Type"] or "").partition(";")[0]

    @property
    def text(self) -> str:
        """Its body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Client:
    """A client of one server that follows nothing and adds nothing, and waits so many seconds for an answer."""

    address: str
    patience: float = 20

    def get(self, path: str, accept: str | None = None, **fields: str) -> Answer:
        """Get a path."""
        return self.ask("GET", path, fields | ({"Accept": accept} if accept is not None else {}))

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        """Send one request over a connection of its own."""
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=self.patience)
        try:
            connection.request(method, path, body, fields or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, request: bytes, *, ends: bool = False) -> bytes:
        """Send bytes as they are; give what comes back until the server closes the connection, as they should ask it to.

        Args:
            request: the bytes.
            ends: whether to say that nothing more is sent.
        """
        where = urlsplit(self.address)
        with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
            connection.sendall(request)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def sparql(self, query: str, accept: str | None = None) -> Answer:
        """Ask a query by GET."""
        return self.get(f"/sparql?query={quote(query)}", accept)


def http_path(path: str, link: str) -> str | None:
    """The path that a link on a page leads to, with its query; None where it leads out of the site."""
    where = urlsplit(urljoin(f"http://here{path}", unescape(link)))
    return urlunsplit(where._replace(scheme="", netloc="", fragment="")) if where.netloc == "here" else None
