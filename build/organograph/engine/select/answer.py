"""Finds the rows of a SELECT query over the integers of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as Nodes

from organograph.engine.queries import Word
from organograph.engine.select.algebra import Beyond, Select, names_in
from organograph.engine.select.grammar import read_query
from organograph.engine.select.groups import Groups
from organograph.engine.select.joining import Joining
from organograph.engine.select.sound import refuse_unsound

Row = tuple[int, int | None, int | None]
"""What a row says of $this, ?value and ?path, by number; None where it says nothing."""


class Finder:
    """A query that was read, to be asked of any graph.

    Args:
        query: the query.
        prefixes: those that it uses.
    """

    def __init__(self, query: Select, prefixes: Mapping[str, str]) -> None:
        self.query = query
        self._prefixes = prefixes
        wanted = {"this", "value", "path", *query.keys}.intersection((*query.chosen, *query.keys))
        counted = {name for condition in query.having for name in names_in(condition)}
        self._needed = frozenset(wanted | counted)

    def rows(self, joining: Joining, nodes: Nodes[int]) -> Iterator[Row]:
        """Its rows about some nodes.

        Args:
            joining: joins patterns over the graph.
            nodes: what $this can be.

        Raises:
            Beyond: what it meets is not answered here.
        """
        table = Groups(joining, self._prefixes).whole(self.query, nodes, self._needed)
        none: Sequence[None] = [None] * table.size
        told = [table.columns.get(name, none) if name in self.query.chosen else none for name in ("this", "value", "path")]
        for this, value, path in dict.fromkeys(zip(*told, strict=True)):
            if this is not None and this in nodes:
                yield this, value, path


def finder(query: Sequence[Word], prefixes: Mapping[str, str]) -> Finder | None:
    """A query made ready, or None where it is not of the common forms.

    Args:
        query: its words; it is known to be SPARQL, and to give each node the same rows if it is asked once.
        prefixes: those that it may use.
    """
    try:
        read = read_query(query, prefixes)
        refuse_unsound(read)
    except Beyond:
        return None
    return Finder(read, prefixes)
