"""The doors to a dataset: what the default graph of a query is, and where the addresses that answer it begin."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from organograph.messages import Message

GRAPH_STORE = "rdf-graph-store"
"""Where graphs are given by the Graph Store Protocol, from where a door begins."""


@dataclass(frozen=True)
class Door:
    """One way to ask a dataset: what its default graph is, and where its addresses begin.

    Args:
        prefix: stands before `sparql` and `rdf-graph-store`: "" or "edition/2022-06/".
        label: what the default graph is, in words.
        default: the named graphs that are part of it, beside the triples that stand in no named graph.
        union: whether it has all of them.
    """

    prefix: str
    label: str
    default: tuple[str, ...] = ()
    union: bool = False

    def graph_address(self, base: str, name: str | None) -> str:
        """Where a graph is given by the Graph Store Protocol; None is the default graph of this door."""
        asked = "default" if name is None else f"graph={quote(name, safe='')}"
        return f"{base}{self.prefix}{GRAPH_STORE}?{asked}"


WHOLE = Door("", Message("what stands in no named graph"))
"""The only door of a dataset that is asked as it is."""
