"""The settings of the server, made once at the door from the command line and the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from organograph_server.errors import SettingsInvalid
from organograph_server.query.clients import Proxies
from organograph_server.query.guard import Limits
from organograph_server.query.place import MEMORY, Place, web_address

PREFIX = "ORGANOGRAPH_"


@dataclass(frozen=True)
class Settings:
    """What the server needs to know; what is a path or a number may come from the environment as ORGANOGRAPH_ and its name.

    Args:
        dataset: directory that `organograph build` wrote.
        files: RDF files to serve as they are, instead of such a directory.
        sources: directory with the source documents, a file IDENTIFIER.txt for each, whose passages pages then show; None for none.
        editor: directory with the editor for queries; None for where set-up puts it.
        base: what relative IRIs of files and of queries about them start from; "" for the address that is listened at.
        union_default_graph: whether the default graph of files is the union of all their graphs.
        host: name or address to listen at; HOST is read too.
        port: port to listen at, 0 for any free one; PORT is read too.
        threads: documents made at once, beside queries.
        page_size: statements on one page of a description, and changes on one of a reform.
        page_members: versions of things on one page of the stream of changes.
        max_kept_bytes: size of all finished representations that are kept, and of all whole answers.
        max_query_bytes: size of a query in UTF-8.
        max_query_depth: brackets open at once in a query.
        max_query_steps: patterns, operators and keywords in a query.
        query_seconds: time for a query.
        query_memory: bytes that a query may use.
        max_answer_bytes: size of the answer to a query.
        max_held_bytes: size of all long answers that are held at once, until their readers have taken them.
        query_workers: common queries answered at once, each by a process of its own.
        slow_queries: queries beside these that have had a tenth of a second of a processor.
        max_waiting_queries: queries that may wait for a worker.
        client_seconds: of queries in a minute for each client, 0 for no limit.
        proxies: those that are believed when they tell whom they ask for; None for nobody.
        hosts: those that the Host field of a request may name, with a port or with any; none for whatever it names.
        version_seconds: how long after a swap the version before is still given below its /version/ address, 0 for not at all.
        drain_seconds: how long it still answers when it is told to stop by SIGTERM, and says so, that balancers may turn away from it.
        access_log: file to which each request is written as a line of JSON, `-` for standard output; "" for none.
        steward: file that opens the steward's door, and says who may do what there; None leaves it shut.
        max_upload_bytes: size of what is sent there.
        upload_seconds: time for a check of it.
        publish_seconds: time for a check and a build.
        upload_memory: bytes that checking or building it may use.
        upload_workers: uploads checked at once, each by a process of its own.
        waiting_uploads: uploads that may wait for one.
        require_isolation: whether not to serve where a wall around queries is missing.
        store: where queries are answered: `memory`, `disk:DIR` or `sparql:URL`.
        store_graphs: address of the graphs of a store that speaks SPARQL; "" for what it is mostly called.
        store_user: who asks such a store; "" for anybody, or for whom the address names.
        store_password: of who asks it.
        store_token: what a store that wants a bearer token is shown.
        store_timeout: parameter by which it is told how long a query may take, such as `timeout={milliseconds}`; "" for none.
    """

    dataset: Path = Path("published")
    files: tuple[Path, ...] = ()
    sources: Path | None = None
    editor: Path | None = None
    base: str = ""
    union_default_graph: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    page_size: int = 1_000
    page_members: int = 100
    max_kept_bytes: int = 67_108_864
    max_query_bytes: int = field(default=Limits.size)
    max_query_depth: int = field(default=Limits.depth)
    max_query_steps: int = field(default=Limits.steps)
    query_seconds: int = 10
    query_memory: int = 536_870_912
    max_answer_bytes: int = 67_108_864
    max_held_bytes: int = 268_435_456
    query_workers: int = 4
    slow_queries: int = 8
    max_waiting_queries: int = 128
    client_seconds: int = 0
    proxies: Proxies | None = None
    hosts: frozenset[str] = frozenset()
    version_seconds: int = 60
    drain_seconds: int = 0
    access_log: str = ""
    steward: Path | None = None
    max_upload_bytes: int = 16_777_216
    upload_seconds: int = 30
    publish_seconds: int = 120
    upload_memory: int = 1_073_741_824
    upload_workers: int = 2
    waiting_uploads: int = 6
    require_isolation: bool = False
    store: str = field(default=MEMORY, repr=False)
    store_graphs: str = ""
    store_user: str = field(default="", repr=False)
    store_password: str = field(default="", repr=False)
    store_token: str = field(default="", repr=False)
    store_timeout: str = ""

    @property
    def place(self) -> Place:
        """Where queries are answered, with who asks there."""
        place = Place.read(self.store)
        return replace(place, user=self.store_user or place.user, password=self.store_password or place.password)

    @property
    def query_limits(self) -> Limits:
        """What a query may have."""
        return Limits(self.max_query_bytes, self.max_query_depth, self.max_query_steps)

    @property
    def max_body_bytes(self) -> int:
        """What the body of a request may have: a query in which each byte is percent-encoded, and more fields."""
        return 3 * self.max_query_bytes + 10_000

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **given: object) -> Settings:
        """Settings from the environment, over which what is given (and not None) wins.

        Raises:
            SettingsInvalid: values that cannot be used; the message names each.
        """
        words = {name: environ[name.upper()] for name in ("host", "port") if environ.get(name.upper())}
        words |= {f.name: value for f in fields(cls) if f.name in _WORDED and (value := environ.get(PREFIX + f.name.upper()))}
        words |= {name: str(value) for name, value in given.items() if name in _WORDED and value is not None}
        faults: list[str] = []
        values = {name: _read(name, text, faults) for name, text in words.items()}
        values |= {name: value for name, value in given.items() if name not in _WORDED}
        if faults:
            raise SettingsInvalid(" ".join(faults), "Correct the command line or the environment.")
        return cls(**values)  # type: ignore[arg-type]  # each was read by the rule for its own field


# The deepest query that these bounds allow was found by trial to leave half of an 8 MiB stack free.
_BOUNDS = {
    "port": (0, 65_535),
    "threads": (1, 256),
    "page_size": (10, 1_000_000),
    "page_members": (1, 100_000),
    "max_kept_bytes": (0, 17_179_869_184),
    "max_query_bytes": (100, 4_194_304),
    "max_query_depth": (5, 100),
    "max_query_steps": (50, 1_000),
    "query_seconds": (1, 3_600),
    "query_memory": (67_108_864, 1_099_511_627_776),
    "max_answer_bytes": (1_000, 4_294_967_296),
    "max_held_bytes": (1_000_000, 1_099_511_627_776),
    "query_workers": (1, 256),
    "slow_queries": (0, 256),
    "max_waiting_queries": (0, 10_000),
    "client_seconds": (0, 86_400),
    "max_upload_bytes": (1_000, 1_073_741_824),
    "upload_seconds": (1, 3_600),
    "publish_seconds": (1, 3_600),
    "upload_memory": (67_108_864, 1_099_511_627_776),
    "upload_workers": (1, 64),
    "waiting_uploads": (0, 1_000),
    "version_seconds": (0, 86_400),
    "drain_seconds": (0, 3_600),
}
_STORE = frozenset({"store", "store_graphs", "store_user", "store_password", "store_token", "store_timeout"})
_WORDED = frozenset({"dataset", "sources", "steward", "editor", "host", "access_log", "proxies", "hosts", *_STORE, *_BOUNDS})
_TIMEOUT = re.compile(r"[\w-]+=\{(?:milliseconds|seconds)\}[a-z]{0,2}", re.ASCII)


def _read(name: str, text: str, faults: list[str]) -> object:
    if name in ("dataset", "sources", "steward", "editor"):
        return Path(text)
    if name in ("host", "access_log"):
        return text.strip()
    if name in _STORE:
        return _of_store(name, text, faults)
    if name == "proxies":
        return _proxies(text, faults)
    if name == "hosts":
        return frozenset(text.replace(",", " ").lower().split())
    low, high = _BOUNDS[name]
    if not text.strip().isascii() or not text.strip().isdigit() or not low <= int(text) <= high:
        faults.append(f"The setting {name.replace('_', ' ')} is {text!r}; it must be a number from {low} to {high}.")
        return low
    return int(text)


def _of_store(name: str, text: str, faults: list[str]) -> str:
    """A setting of the store; none of them is repeated, since each may hold a password."""
    fault = ""
    try:
        if name == "store":
            Place.read(text)
        elif name == "store_graphs" and web_address(text).username is not None:
            fault = "it must have no user and no password"
        elif name == "store_timeout" and not _TIMEOUT.fullmatch(text.strip()):
            fault = "it must be the name of a parameter, and = with {seconds} or {milliseconds} after it"
        elif not text.isprintable():
            fault = "it must be printable text"
    except ValueError as error:
        fault = str(error)
    if fault:
        faults.append(f"The setting {name.replace('_', ' ')} cannot be used: {fault}.")
    return text.strip()


def _proxies(text: str, faults: list[str]) -> Proxies | None:
    try:
        return Proxies.read(text)
    except ValueError as error:
        faults.append(f"The setting proxies is {text!r}: {error}; it must name addresses or networks, and may have the word `forwarded`.")
        return None
