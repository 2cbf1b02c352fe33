"""Gives back terms as they were written, where the query engine keeps a normal form of their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

_PROPERTY = NamedNode("urn:written-as")
# Literals that are tried at once.
_AT_ONCE = 100_000


class Forms:
    """What became of the literals of a dataset in the engine, and the way back.

    The engine keeps numbers, dates and the like as values: it gives `"007"^^xsd:integer` as 7, and `"7"^^xsd:positiveInteger`
    as an integer. A graph that a query takes out of the dataset must nevertheless be the graph that was published.

    Args:
        quads: the dataset as written, gone through twice.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._written = _written(quads)

    def restored(self, triples: Iterable[Triple]) -> Iterable[Triple]:
        """The triples, each that the dataset has as the dataset writes it; what a query computed stays as it is."""
        return self._each(triples) if self._written else triples

    @property
    def changed(self) -> set[Literal]:
        """The literals of which some were written otherwise, as the engine gives them."""
        return {triple.object for triple in self._written if isinstance(triple.object, Literal)}

    def _each(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        written = self._written
        for triple in triples:
            # The engine gives back all else than literals as it is.
            if isinstance(triple.object, Literal) and (found := written.get(triple)) is not None:
                yield from found
            else:
                yield triple


def _written(quads: Iterable[Quad]) -> Mapping[Triple, Mapping[Triple, None]]:
    """Of each triple as the engine gives it, all that the dataset has for it; only of those that differ."""
    changed = _changed(quad.object for quad in quads if isinstance(quad.object, Literal))
    normals = set(changed.values())
    found: dict[Triple, dict[Triple, None]] = defaultdict(dict)
    plain: list[Triple] = []
    # Once more through all, so that only what matters is held.
    for quad in quads if changed else ():
        if isinstance(quad.object, Literal):
            if (normal := changed.get(quad.object)) is not None:
                found[Triple(quad.subject, quad.predicate, normal)][quad.triple] = None
            elif quad.object in normals:
                plain.append(quad.triple)
    for triple in plain:
        if triple in found:
            found[triple][triple] = None
    return dict(found)


def _changed(literals: Iterable[Literal]) -> Mapping[Literal, Literal]:
    """Of literals those that the engine gives back otherwise, with what it gives."""
    found: dict[Literal, Literal] = {}
    left = iter(literals)
    while ordered := list(dict.fromkeys(islice(left, _AT_ONCE))):
        store = Store()
        store.bulk_extend(Quad(NamedNode(f"urn:{number}"), _PROPERTY, literal) for number, literal in enumerate(ordered))
        kept = ((ordered[int(quad.subject.value.removeprefix("urn:"))], quad.object) for quad in store)
        found |= {written: normal for written, normal in kept if normal != written and isinstance(normal, Literal)}
    return found
