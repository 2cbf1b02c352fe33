"""Fetches what shapes read of some things: along the ways that lead to it, each statement once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyoxigraph import Literal, NamedNode

from organograph.engine.paths import Path, turned
from organograph.engine.reads import Read
from organograph.remote.asking import MOST_HELD, NotFetched, Source
from organograph.statements import Term, Triple

_Way = tuple[Path, ...]
_Links = dict[tuple[NamedNode, bool], dict[Term, list[Term]]]


def onward(reads: Iterable[Read]) -> frozenset[NamedNode]:
    """The properties whose values are read, wherever that is; all of a thing are fetched at once."""
    found = set[NamedNode]()
    for read in reads:
        if read.way is not None:
            for path in read.way:
                found |= _steps(path)
            found |= {read.predicate} if read.predicate is not None and not read.turned else set()
    return frozenset(found)


def _steps(path: Path, back: bool = False) -> set[NamedNode]:
    if path.predicate is not None:
        return set() if back else {path.predicate}
    back = back != (path.kind == "inverse")
    return {step for part in path.parts for step in _steps(part, back)}


class Neighbourhood:
    """What is read of some things.

    Args:
        source: where.
        focus: the things.
        predicates: whose values are fetched of each thing at once.
    """

    def __init__(self, source: Source, focus: Collection[Term], predicates: frozenset[NamedNode]) -> None:
        self._source, self._predicates = source, predicates
        self._ends: dict[_Way, Collection[Term]] = {(): focus}
        self._links: _Links = {}
        self._known: dict[tuple[NamedNode | bool | None, bool], set[Term]] = {}
        self.triples: dict[Triple, None] = {}

    def fetch(self, reads: Iterable[Read]) -> None:
        """Fetch statements.

        Args:
            reads: which, each with the way to them.

        Raises:
            NotFetched: they are too many, or a blank node stands in the way.
            Refused: the store can do nothing with a query, or not in time.
            StoreUnusable: the store does not answer.
        """
        for read in reads:
            if read.way is not None:
                self._read(read.predicate, self._at(read.way), read.turned)

    def _at(self, way: _Way) -> Collection[Term]:
        """What stands at the end of a way."""
        found = self._ends.get(way)
        if found is None:
            found = self._ends[way] = self._along(way[-1], self._at(way[:-1]))
        return found

    def _along(self, path: Path, nodes: Collection[Term]) -> Collection[Term]:
        if path.predicate is not None:
            return self._stepped(path.predicate, nodes, False)
        inner = path.parts[0]
        if path.kind == "inverse":
            return self._along(turned(inner), nodes) if inner.predicate is None else self._stepped(inner.predicate, nodes, True)
        if path.kind == "sequence":
            for part in path.parts:
                nodes = self._along(part, nodes)
            return nodes
        if path.kind == "alternative":
            return dict.fromkeys(end for part in path.parts for end in self._along(part, nodes))
        return self._repeated(path, nodes)

    def _stepped(self, predicate: NamedNode, nodes: Collection[Term], back: bool) -> Collection[Term]:
        self._read(predicate, nodes, back)
        links = self._links.get((predicate, back), {})
        return dict.fromkeys(end for node in nodes for end in links.get(node, ()))

    def _repeated(self, path: Path, nodes: Collection[Term]) -> Collection[Term]:
        """Where a repeated path leads: what lies behind is fetched round by round, for all things together."""
        inner = path.parts[0]
        if path.kind == "zeroOrOne":
            return dict.fromkeys([*nodes, *self._along(inner, nodes)])
        found = dict.fromkeys(nodes if path.kind == "zeroOrMore" else ())
        waiting: Collection[Term] = nodes
        while waiting:
            waiting = [end for end in self._along(inner, waiting) if end not in found]
            found.update(dict.fromkeys(waiting))
        return found

    def _read(self, predicate: NamedNode | None, nodes: Collection[Term], back: bool) -> None:
        """Fetch the statements of some things, or those whose value they are, as far as they are not there."""
        kind: NamedNode | bool | None = True if not back and predicate in self._predicates else predicate
        known = self._known.setdefault((kind, back), set())
        new = [node for node in dict.fromkeys(nodes) if node not in known and (back or not isinstance(node, Literal))]
        if not new:
            return
        known.update(new)
        for s, p, o in self._source.about(new, self._query(predicate, back)):
            assert isinstance(p, NamedNode)  # noqa: S101 - nothing else is a property
            assert s is not None  # noqa: S101 - a pattern binds it
            assert o is not None  # noqa: S101 - likewise
            self.triples[s, p, o] = None
            self._links.setdefault((p, back), {}).setdefault(o if back else s, []).append(s if back else o)
        if len(self.triples) > MOST_HELD:
            raise NotFetched("it reads more than %(most)s statements of one page of things", most=MOST_HELD)

    def _query(self, predicate: NamedNode | None, back: bool) -> str:
        node = "o" if back else "s"
        if predicate is None:
            return f"SELECT ?s ?p ?o WHERE {{ VALUES ?{node} {{ %s }} ?s ?p ?o }}"
        if back:
            return f"SELECT ?s ({predicate} AS ?p) ?o WHERE {{ VALUES ?{node} {{ %s }} ?s {predicate} ?o }}"
        # Property by property, since stores look up what has both a thing and a property, and pass over all else.
        parts = (f"{{ VALUES ?s {{ %s }} ?s {each} ?o BIND ({each} AS ?p) }}" for each in sorted(map(str, self._predicates)))
        return f"SELECT ?s ?p ?o WHERE {{ {' UNION '.join(parts)} }}"
