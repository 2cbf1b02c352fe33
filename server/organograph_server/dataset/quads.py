"""The published quads as they were written, for look-ups by pattern: no query is ever evaluated here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter

from pyoxigraph import BlankNode, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from organograph_server.dataset.largefile import LargeFile

_ALONE = NamedNode("urn:graph:alone")


class Quads:
    """Quads that nobody changes, each term just as it was written.

    The query engine keeps numbers, dates and the like as values and gives back a normal form of them, with the type
    integer for all types derived from it; a document must give what was published.

    Args:
        quads: the dataset.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._quads = Dataset(quads)

    @classmethod
    def read(cls, written: bytes) -> Quads:
        """The quads of a dataset in N-Quads."""
        return cls(parse(written, format=RdfFormat.N_QUADS))

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> Quads:
        """Triples that are published outside the dataset, in one graph."""
        return cls(Quad(triple.subject, triple.predicate, triple.object, _ALONE) for triple in triples)

    def written(self) -> bytes | LargeFile:
        """All of it in N-Quads."""
        return serialize(self, format=RdfFormat.N_QUADS) or b""

    def __len__(self) -> int:
        return len(self._quads)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._quads)

    def triples(self, name: NamedNode | BlankNode | DefaultGraph) -> Iterator[Triple]:
        """The triples of one graph, each once."""
        return (quad.triple for quad in self._quads.quads_for_graph_name(name))

    @cached_property
    def graphs(self) -> Sequence[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted({quad.graph_name.value for quad in self._quads if isinstance(quad.graph_name, NamedNode)})

    def match(
        self,
        graphs: Iterable[str],
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
    ) -> Iterator[Triple]:
        """The triples of the graphs that fit a pattern of IRIs, each once.

        Args:
            graphs: IRIs of the graphs.
            subject: IRI of the subject, or None for any.
            predicate: IRI of the property, or None for any.
            value: IRI of the object, or None for any.
        """
        seen: set[Triple] = set()
        for quad in self.quads(graphs, subject, predicate, value):
            if (triple := quad.triple) not in seen:
                seen.add(triple)
                yield triple

    def quads(
        self,
        graphs: Iterable[str],
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
    ) -> Iterator[Quad]:
        """The same with their graphs, so that a triple of two graphs comes twice."""
        s, p, o = (None if iri is None else NamedNode(iri) for iri in (subject, predicate, value))
        names = [NamedNode(graph) for graph in graphs]
        for quad in self._candidates(s, p, o):
            # The subject, or else the object, is what the candidates were found by.
            if (p is None or quad.predicate == p) and (o is None or quad.object == o) and quad.graph_name in names:
                yield quad

    def graph(self, iri: str) -> Iterator[Quad]:
        """All of one graph."""
        yield from self._quads.quads_for_graph_name(NamedNode(iri))

    def blocks(self, graph: str) -> Iterator[tuple[bytes, bytes]]:
        """Each subject of a graph as N-Triples write it, in the order of their bytes, with its statements, each a line."""
        found: dict[bytes, list[bytes]] = defaultdict(list)
        for quad in self.graph(graph):
            found[str(quad.subject).encode()].append(f"{quad.triple} .\n".encode())
        yield from ((subject, b"".join(sorted(found[subject]))) for subject in sorted(found))

    def unnamed(self, graph: str) -> Iterator[Triple]:
        """The triples of a graph whose subject is no IRI."""
        return (quad.triple for quad in self.graph(graph) if not isinstance(quad.subject, NamedNode))

    def stating(self, graph: str, predicates: Sequence[str]) -> Iterator[tuple[bytes, str, bytes]]:
        """Subject, property and object of what a graph states with some properties, in the order of the subjects' bytes.

        Subjects and objects come as N-Quads write them, for who goes through so many that each term costs.
        """
        name = NamedNode(graph)
        found = ((quad, predicate) for predicate in predicates for quad in self._candidates(None, NamedNode(predicate), None))
        told = ((str(quad.subject).encode(), predicate, str(quad.object).encode()) for quad, predicate in found if quad.graph_name == name)
        return iter(sorted(told, key=itemgetter(0)))

    def by_subject(self, iri: str) -> Iterator[tuple[str, Sequence[Quad]]]:
        """All of one graph, thing by thing: the IRI of each, and what is said of it."""
        found: dict[str, list[Quad]] = defaultdict(list)
        for quad in self.graph(iri):
            if isinstance(quad.subject, NamedNode):
                found[quad.subject.value].append(quad)
        yield from found.items()

    def amounts(self, graph: str, predicate: str, values: Sequence[str]) -> list[int]:
        """How many things a graph says to have a property with each of some IRIs as object."""
        return [sum(isinstance(quad.subject, NamedNode) for quad in self.quads([graph], None, predicate, value)) for value in values]

    def languages(self, graph: str) -> set[str]:
        """The language tags of the texts in a graph."""
        return {quad.object.language for quad in self.graph(graph) if isinstance(quad.object, Literal) and quad.object.language}

    def knows(self, iri: str) -> bool:
        """Whether a triple mentions an IRI, or a part of it."""
        return iri in self._parts

    def parts(self, iri: str) -> Sequence[str]:
        """Of the IRI and its parts, which have it before their `#`, those that triples mention."""
        return self._parts.get(iri, ())

    def owners(self, beginning: str) -> list[str]:
        """The IRIs without `#` that begin so, sorted."""
        return sorted(iri for iri in self._parts if iri.startswith(beginning))

    def starting(self, beginning: str) -> list[str]:
        """All IRIs that begin so, with or without `#`, sorted."""
        return sorted(iri for iris in self._parts.values() for iri in iris if iri.startswith(beginning))

    def _candidates(self, s: NamedNode | None, p: NamedNode | None, o: NamedNode | None) -> Iterable[Quad]:
        if s is not None:
            return self._quads.quads_for_subject(s)
        if o is not None:
            return self._quads.quads_for_object(o)
        return self._quads if p is None else self._quads.quads_for_predicate(p)

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        """All IRIs in the triples, by what stands before the `#`."""
        found: set[NamedNode] = set()
        for quad in self._quads:
            found.update(term for term in quad.triple if isinstance(term, NamedNode))
        owners: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(term.value for term in found):
            owners[iri.partition("#")[0]].append(iri)
        return dict(owners)
