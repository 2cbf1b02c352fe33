"""Walks through a server and compares each of its answers with those of static twins, but for the differences listed here."""

from __future__ import annotations

import http.client
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from httpclient import Answer

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6,text/html;q=0.2"
)
ACCEPTS: Mapping[str, str | None] = {
    "nothing": None,
    "curl": "*/*",
    "a browser": BROWSER,
    "Turtle": "text/turtle",
    "JSON-LD": "application/ld+json",
    "RDF/XML": "application/rdf+xml",
    "N-Triples": "application/n-triples",
    "CSV": "text/csv",
    "JSON, which is another name": "application/json",
    "N3, likewise": "text/n3",
    "weights": "text/turtle;q=0.5, application/rdf+xml;q=0.85, text/html;q=0.6",
    "weights with digits": "text/turtle;q=0.81, application/ld+json;q=0.82",
    "nothing but one": "text/turtle;q=0, */*",
    "Protégé": "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
    "Comunica": COMUNICA,
    "a picture": "image/png",
}
FIELDS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Cache-Control",
    "Content-Language",
    "Content-Location",
    "Content-Security-Policy",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Memento-Datetime",
    "Referrer-Policy",
    "Vary",
    "X-Content-Type-Options",
)
# All that a twin may do otherwise than the server, and why.
ALLOWED = {
    "not static": "queries, TimeGates with a date, and what is true for a moment only (no-store) need the server: 501, which says so",
    "body of a redirect": "nginx writes its own; nobody reads it",
    "body of a problem": "files cannot name the address that was asked for; status, type and fields are the same",
    "profiles": "things in other profiles than the first need the server, as does all below /version/: 501; Accept-Profile is not read",
    "tokens": "who names the first profile gets the file of who names none: it varies, and leads to the list of tokens",
    "vary of a problem": "that no format can be given depends on Accept-Profile on the server alone",
    "location": "Apache takes a location that begins with a slash for a file of its own, so there it is relative",
    "link of a page": "the links of the parts of a long document keep the ending of the format, since fields belong to files",
    "tag": "a strong tag that is not the server's: Apache makes its own, and nginx marks a file that is served under another media type",
    "order": "the order of the names in Vary, and of links",
    "vary of a redirect": "the home page leads who wants RDF to the catalogue; on a twin that varies by coding too, as its page does",
    "type of a redirect": "nginx says text/html",
    "language": "twins do not read Accept-Language: pages are in that of the dataset, named (?lang=en) or not, or in another (?lang=fr)",
}
_TARGET = re.compile(r"<([^<>]*)>(?=\s*;)")
_PAGED = re.compile(r"[?]page=\d+|\.[a-z]+(?=[?]page=)")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@dataclass
class Lasting:
    """A client of one server that keeps its connection and follows nothing.

    Args:
        address: scheme and host.
    """

    address: str
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str, accept: str | None = None, method: str = "GET", **fields: str) -> Answer:
        """Ask for a path."""
        where = urlsplit(self.address)
        sent = fields | ({} if accept is None else {"Accept": accept})
        for _ in range(2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
            try:
                self._connection.request(method, path, headers=sent)
                response = self._connection.getresponse()
                return Answer(response.status, response.headers, response.read())
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()
                self._connection = None
        raise AssertionError(f"{self.address}{path} gives no answer")

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Walk:
    """A walk through a server and its twins.

    Args:
        live: the server.
        twins: by name.
        base: what the IRIs begin with.
        mount: the path that all stands below, without last slash.
        whole: whether each address is asked with every Accept field; else with none, and two that take turns.
        language: that of the dataset.
    """

    live: Lasting
    twins: Mapping[str, Lasting]
    base: str
    mount: str = ""
    whole: bool = True
    language: str = "en"
    seen: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    differences: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def run(self, seeds: list[str]) -> None:
        """Compare everything that the seeds lead to."""
        queue = deque(seeds)
        self.seen |= dict.fromkeys(seeds, "the start")
        while queue:
            address = queue.popleft()
            for link in self._compared(address):
                if link not in self.seen:
                    self.seen[link] = address
                    queue.append(link)

    def compare(self, addresses: Iterable[str]) -> None:
        """Compare these addresses, and follow nothing."""
        for address in addresses:
            self.seen[address] = "the list"
            for _ in self._compared(address):
                pass

    def _compared(self, address: str) -> Iterator[str]:
        said = self.mount + self._said(address)
        first = self.live.get(said)
        for name, accept in self._accepts(first):
            answer = self.live.get(said, accept) if accept is not None else first
            for twin, client in self.twins.items():
                self.asked += 1
                other = client.get(self.mount + address, accept)
                found = [*self._differ(address, answer, other)]
                self.differences += [f"{twin}, {name} at {address}: {told}" for told in found]
            yield from self.links(address, answer)

    def _said(self, address: str) -> str:
        """An address without the language of the dataset."""
        path, _, query = address.partition("?")
        others = [each for each in query.split("&") if each not in ("", f"lang={self.language}")]
        return f"{path}?{'&'.join(others)}" if others else path

    def _accepts(self, first: Answer) -> list[tuple[str, str | None]]:
        """The Accept fields to ask with."""
        every = list(ACCEPTS.items())
        if "Accept" not in _names(first.fields["Vary"]):
            return every[:1]
        turn = len(self.seen) % len(every)
        return every if self.whole else [every[0], every[turn], every[turn - len(every) // 2]]

    def links(self, address: str, answer: Answer) -> Iterator[str]:
        """The addresses that an answer leads to, below the mount."""
        found = _TARGET.findall(answer.fields["Link"] or "")
        found += [answer.fields["Location"]] if answer.fields["Location"] else []
        if answer.media_type == "text/html":
            page = _Links()
            page.feed(answer.text)
            found += page.found
        if address == "/sitemap.xml":
            found += re.findall("<loc>([^<]+)</loc>", answer.text)
        for link in found:
            full = urldefrag(urljoin(f"{self.base}{address[1:]}", link)).url
            if full.startswith(self.base) and not _is_left(linked := f"/{full[len(self.base) :]}"):
                yield linked

    def _differ(self, address: str, answer: Answer, other: Answer) -> Iterator[str]:
        if other.status in (406, 501) and _evaluated(address, answer):
            self.used.add("not static")
            return
        if answer.status != other.status:
            yield f"status {answer.status} and {other.status}"
            return
        if answer.status == 200 and answer.body != other.body:
            yield f"bodies of {len(answer.body)} and {len(other.body)} bytes"
        for name in FIELDS:
            mine, its = (self._normal(name, address, each) for each in (answer, other))
            if name == "Vary" and "_profile=" in address:
                mine, its = ({*found, "Accept-Profile"} for found in (_names(answer.fields[name]), _names(other.fields[name])))
            if mine != its and not self._allowed(name, answer, other):
                yield f"{name} {mine!r} and {its!r}"

    def _normal(self, name: str, address: str, answer: Answer) -> object:
        """A field so that what is allowed to differ is the same."""
        value = answer.fields[name] or ""
        if name == "Vary":
            return _names(value)
        if name == "Link":
            links = {link for link in re.split(r",\s*(?=<)", value) if "; token=" not in link}
            # Who is not told the tokens is led to the list of them.
            links = {link for link in links if "_profile=" not in address or "?_profile=alt>" not in link}
            return {_PAGED.sub("", link) for link in links} if "page=" in value else links
        if name == "Location" and value:
            return urljoin(f"http://here{self.mount}{address}", value)
        return value

    def _allowed(self, name: str, answer: Answer, other: Answer) -> bool:
        if answer.status >= 300 and name in ("ETag", "Last-Modified", "Content-Location"):
            return answer.fields[name] is None  # of a problem or a redirect these say nothing
        if 300 <= answer.status < 400 and name == "Content-Type":
            return True
        if answer.status >= 400 and name == "Vary":
            return _names(answer.fields[name]) - {"Accept-Profile"} == _names(other.fields[name])
        if 300 <= answer.status < 400 and name == "Vary":
            return _names(answer.fields[name]) | {"Accept-Encoding"} == _names(other.fields[name])
        if name == "ETag" and other.fields[name]:
            return re.fullmatch(r'"[0-9a-f]{32}-[0-9]+"|"[A-Za-z0-9+/]{27}="', other.fields[name]) is not None or not answer.fields[name]
        return False


def _names(vary: str | None) -> set[str]:
    return {name.strip() for name in (vary or "").split(",")} - {"", "Accept-Language"}


def _is_left(address: str) -> bool:
    """Whether a twin leaves an address to the server, so that a walk of thousands of these would show one and the same answer."""
    path, _, query = address.partition("?")
    return path.startswith("/version/") or ("_profile=" in query and re.match(r"/edition/[^/]+$", path) is None)


def _evaluated(address: str, answer: Answer) -> bool:
    """Whether only the server can answer: it is a query, the server wants parameters, or what it says is true for a moment only."""
    passing = answer.status == 200 and answer.fields["Cache-Control"] == "no-store"
    return is_query(address) or answer.status == 400 or passing


def is_query(address: str) -> bool:
    """Whether an address holds a query that is to be evaluated: by SPARQL, or names to be matched."""
    return "sparql?query=" in address or address.startswith("/reconcile?queries=")
