"""How often graphs use each term, and one real statement with it from the latest graph that has any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal as OneOf

from pyoxigraph import NamedNode, Quad, Triple

from organograph.names import PREFIXES, TYPES
from organograph_server.content.formats import TURTLE
from organograph_server.content.writing import write_graph
from organograph_server.dataset.facts import LABEL, NAME
from organograph_server.dataset.publication import Publication
from organograph_server.languages.speaking import gettext
from organograph_server.views.links import Link, Linker, page_of

Role = OneOf["class", "property", "thing"]
"""As what a term is used: as the type of things, as the property of statements, or as their object."""

_TYPE = NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True)
class Use:
    """How often one place uses a term: in how many statements, or for a class for how many things."""

    place: Link
    number: int


@dataclass(frozen=True)
class Sample:
    """A real statement with a term: where it is found, and the statement with labels, in Turtle."""

    document: Link
    turtle_path: str
    snippet: str


@dataclass(frozen=True)
class Place:
    """Graphs that are counted together."""

    link: Link
    graphs: Sequence[str]


class Usage:
    """What the graphs of a dataset say with each term.

    Args:
        publication: the dataset.
        linker: makes the links.
    """

    def __init__(self, publication: Publication, linker: Linker) -> None:
        self._publication, self._linker = publication, linker
        self._prefixes = PREFIXES | {kind: publication.iri(f"id/{kind}/") for kind in TYPES} | {"edition": publication.iri("edition/")}

    @cached_property
    def places(self) -> list[Place]:
        """The editions, what the documents of each state, and the catalogue."""
        published = self._publication.published
        found = []
        for edition in published.editions:
            found.append(Place(self._linker.link(edition.iri, edition.identifier), [edition.iri]))
            if edition.evidence:
                found.append(Place(Link(gettext("documents of %(edition)s", edition=edition.identifier)), edition.evidence))
        return [*found, Place(self._linker.link(published.catalogue, gettext("catalogue")), [published.catalogue])]

    def uses(self, iri: str, role: Role) -> list[Use]:
        """How often each place uses a term; places that do not are left out."""
        found = (Use(place.link, sum(self._counts[graph][role, iri] for graph in place.graphs)) for place in self.places)
        return [use for use in found if use.number]

    def used(self, role: Role) -> list[str]:
        """The terms that any graph uses in a role, sorted."""
        return sorted(iri for found, iri in self._first if found == role)

    def sample(self, iri: str, role: Role) -> Sample | None:
        """A statement with the term from the latest edition that has one, else from the catalogue or from evidence."""
        quad = self._first.get((role, iri))
        if quad is None or not isinstance(quad.subject, NamedNode) or not isinstance(quad.graph_name, NamedNode):
            return None
        published, subject, graph = self._publication.published, quad.subject.value, quad.graph_name.value
        path = page_of(subject.partition("#")[0], published.names.base)
        if path is None:
            return None
        edition = published.edition(graph)
        path = f"edition/{edition.identifier}/{path}" if edition and path.startswith("doc/") else path
        written = write_graph([quad.triple, *self._labels(graph, quad.triple)], TURTLE, self._prefixes).decode()
        lines = [line for line in written.splitlines() if not line.startswith("@prefix ")]
        return Sample(Link(self._linker.facts.label(subject), path), f"{path}.ttl", "\n".join(lines).strip())

    def prefixes(self, snippets: Iterable[str]) -> Mapping[str, str]:
        """The prefixes that samples are written with, those that stand in any of them."""
        text = "\n".join(snippets)
        return {name: space for name, space in self._prefixes.items() if f"{name}:" in text}

    def _labels(self, graph: str, triple: Triple) -> list[Triple]:
        """What subject and object are called in the graph, or else in the catalogue."""
        named = [triple.subject, *([] if triple.predicate == _TYPE else [triple.object])]
        return [label for term in named if isinstance(term, NamedNode) for label in self._label(graph, term.value)]

    def _label(self, graph: str, iri: str) -> list[Triple]:
        for where in (graph, self._publication.published.catalogue):
            for predicate in (NAME, LABEL):
                if found := sorted(self._publication.quads.match([where], iri, predicate), key=str):
                    return found[:1]
        return []

    @cached_property
    def _counts(self) -> Mapping[str, Counter[tuple[Role, str]]]:
        quads = self._publication.quads
        return {graph: _counted(quads.graph(graph)) for place in self.places for graph in place.graphs}

    @cached_property
    def _first(self) -> Mapping[tuple[Role, str], Quad]:
        """For each term the first statement with it: of the latest edition that has one, and of things before their parts."""
        published = self._publication.published
        newest = list(reversed(published.editions))
        order = [*(edition.iri for edition in newest), published.catalogue, *(graph for edition in newest for graph in edition.evidence)]
        found: dict[tuple[Role, str], Quad] = {}
        for graph in order:
            for quad in sorted(self._publication.quads.graph(graph), key=_plainness):
                for key in _terms(quad.triple):
                    found.setdefault(key, quad)
        return found


def _plainness(quad: Quad) -> tuple[bool, str]:
    return ("#" in str(quad.subject), str(quad.triple))


def _counted(quads: Iterable[Quad]) -> Counter[tuple[Role, str]]:
    return Counter(key for quad in quads for key in _terms(quad.triple))


def _terms(triple: Triple) -> Iterator[tuple[Role, str]]:
    """What a statement uses: its property, and the class or the thing that is its object."""
    yield "property", triple.predicate.value
    if isinstance(triple.object, NamedNode):
        yield ("class" if triple.predicate == _TYPE else "thing"), triple.object.value
