"""Where the published data are asked: in memory, in a store on disk, or at a store that speaks SPARQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

MEMORY, DISK, SPARQL = "memory", "disk", "sparql"
# What stores call their graphs, by what they call their queries: Oxigraph, Fuseki, RDF4J and GraphDB, Virtuoso.
_GRAPHS = (
    (re.compile(r"\A/query\Z"), "/store"),
    (re.compile(r"\A(/.+)/(?:query|sparql)\Z"), r"\1/data"),
    (re.compile(r"\A(.*/repositories/[^/]+)/?\Z"), r"\1/rdf-graphs/service"),
    (re.compile(r"\A/sparql(?:-auth)?/?\Z"), "/sparql-graph-crud-auth"),
)

_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Place:
    """Where the data are asked.

    Args:
        kind: MEMORY, DISK or SPARQL.
        where: a directory, or the address of queries without user and password; "" for memory.
        user: who asks there; "" for anybody.
        password: of who asks there.
    """

    kind: str
    where: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, text: str) -> Place:
        """Read `memory`, `disk:DIR` or `sparql:URL`.

        Raises:
            ValueError: it is none of these; a password is never repeated.
        """
        kind, _, where = text.strip().partition(":")
        if kind == MEMORY and not where:
            return cls(MEMORY)
        if kind == DISK and where:
            return cls(DISK, where)
        if kind == SPARQL:
            split = web_address(where)
            return cls(SPARQL, _bare(split).geturl(), unquote(split.username or ""), unquote(split.password or ""))
        raise ValueError("it must be memory, disk:DIR or sparql:URL")

    def graphs(self, given: str = "") -> str:
        """Where the store has its graphs (Graph Store Protocol): where that is told, or else where such stores have them.

        Args:
            given: by the settings; "" where they give none.

        Returns:
            The address, "" where it is not known.
        """
        split = urlsplit(self.where)
        found = (pattern.sub(path, split.path) for pattern, path in _GRAPHS if pattern.match(split.path))
        return given or next((split._replace(path=path, query="").geturl() for path in found), "")


def web_address(text: str) -> SplitResult:
    """Read the address of a store.

    Raises:
        ValueError: it is none; a password is never repeated.
    """
    fault = "it must be a whole address that begins with http:// or https://, without a fragment"
    try:
        split = urlsplit(text)
        _ = split.port
    except ValueError:
        raise ValueError(fault) from None
    if (
        split.scheme not in ("http", "https")
        or not split.hostname
        or split.fragment
        or not text.isascii()
        or re.search(r"[\x00-\x20\x7f]", text)
    ):
        raise ValueError(fault)
    return split


def _bare(split: SplitResult) -> SplitResult:
    """An address without user and password."""
    return split._replace(netloc=split.netloc.rpartition("@")[2])
