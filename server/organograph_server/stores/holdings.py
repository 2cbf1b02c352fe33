"""What a publication holds, told without a store: what is counted, which graphs there are, and which of them share triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, islice

from pyoxigraph import Quad, Triple

from organograph_server.query.counts import Counted, Counts, count
from organograph_server.query.doors import Door

# More graphs, and graphs with so many triples, are taken to share some: to find out would take long, and clients could ask for that.
_MANY, _LARGE = 5, 50_000


@dataclass(frozen=True)
class Holdings:
    """What is published.

    Args:
        key: names it in a store.
        doors: the ways to ask it.
        is_only_named: whether nothing stands in no named graph.
        graphs: IRIs of the published graphs.
        graph: gives one of them.
        default_graph: gives the default graph of a door, each triple once.
        quads: gives all.
    """

    key: str
    doors: Sequence[Door]
    is_only_named: bool
    graphs: Sequence[str]
    graph: Callable[[str], Iterable[Quad]]
    default_graph: Callable[[Door], Iterable[Triple]]
    quads: Callable[[], Iterable[Quad]]
    _pairs: dict[tuple[str, str], bool] = field(default_factory=dict)

    @cached_property
    def doors_by_prefix(self) -> Mapping[str, Door]:
        """The doors, each by its prefix."""
        return {door.prefix: door for door in self.doors}

    @cached_property
    def names(self) -> frozenset[str]:
        """The IRIs of the published graphs."""
        return frozenset(self.graphs)

    def counted(self, prefix: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""
        named = {iri: count(quad.triple for quad in self.graph(iri)) for iri in self.graphs}
        return Counted(count(self.default_graph(self.doors_by_prefix[prefix])), named)

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return count({quad.triple for quad in self.quads()})

    def share(self, graphs: Iterable[str]) -> bool:
        """Whether a triple is in two of some graphs, or may be: of many or large ones that is not looked for."""
        names = sorted(set(graphs))
        return len(names) > _MANY or any(self._shared(*pair) for pair in combinations(names, 2))

    def _shared(self, one: str, other: str) -> bool:
        if (one, other) not in self._pairs:
            triples = [{quad.triple for quad in islice(self.graph(iri), _LARGE)} for iri in (one, other)]
            is_large = any(len(each) == _LARGE for each in triples)
            self._pairs[one, other] = is_large or not triples[0].isdisjoint(triples[1])
        return self._pairs[one, other]
