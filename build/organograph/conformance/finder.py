"""Finds the statements in RDF files that a finding speaks of: every one that is too much, the thing itself where one is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from organograph.conformance.findings import Finding
from organograph.engine.literals import key
from organograph.faults import Location
from organograph.located import Document
from organograph.names import RDF, SH
from organograph.statements import Graph, Term, Triple

_MISSING = frozenset(SH[f"{name}ConstraintComponent"].value for name in ("MinCount", "QualifiedMinCount", "HasValue"))
_UNIQUE = SH.UniqueLangConstraintComponent.value
_REPEATED = (SH.zeroOrMorePath, SH.oneOrMorePath)

Step = tuple[Term, Triple]
"""Where a path has led to, and the statement of its last step."""


class Stating(Protocol):
    """A graph that tells what it states of a thing and with a value."""

    def about(self, subject: Term, /) -> Sequence[tuple[Term, Term]]:
        """What is said of a thing: properties and values."""

    def objects(self, subject: Term, predicate: Term, /) -> Sequence[Term]:
        """The values of a property of a thing."""

    def subjects(self, predicate: Term, value: Term, /) -> Sequence[Term]:
        """What has a property with that value."""


class Finder:
    """Tells where in RDF files findings stand.

    Args:
        documents: the files that were checked.
        graph: what they state together, with what was checked beside it.
        shapes: the graph of rules, which holds their paths.
    """

    def __init__(self, documents: Sequence[Document], graph: Stating, shapes: Graph) -> None:
        self._documents = documents
        self._graph = graph
        self._shapes = shapes

    def __call__(self, found: Finding) -> list[Location]:
        """The places of a finding: of the offending statements, or of the thing where none is at fault by itself."""
        places = [] if found.component in _MISSING else self._stated(found)
        return places or self._thing(found.this) or [Location(self._documents[0].file)]

    def _thing(self, thing: Term) -> list[Location]:
        subject = (document.subject(thing) for document in self._documents)
        return [place for place in subject if place is not None][:1]

    def _stated(self, found: Finding) -> list[Location]:
        statements = self._offending(found)
        places = (place for s, p, o in statements for document in self._documents for place in document.statements(s, p, o))
        return sorted(dict.fromkeys(places), key=lambda place: (place.file, place.line or 0, place.position or 0))

    def _offending(self, found: Finding) -> list[Triple]:
        graph, this, value = self._graph, found.this, found.value
        if found.path is None:
            return [] if value in (None, this) else [(this, p, o) for p, o in graph.about(this) if _same(o, value)]
        steps = self._walk(graph, [this], found.path)
        if value is not None:
            led = [triple for end, triple in steps if _same(end, value)]
            return led or [(this, p, o) for p, o in graph.about(this) if _same(o, value)]
        return [triple for _, triple in (_same_language(steps) if found.component == _UNIQUE else steps)]

    def _walk(self, graph: Stating, starts: Iterable[Term], path: Term) -> list[Step]:
        """The last steps of a path from some things (SHACL section 2.3.1)."""
        shapes = self._shapes
        if isinstance(path, NamedNode):
            return [(o, (s, path, o)) for s in dict.fromkeys(starts) if not isinstance(s, Literal) for o in graph.objects(s, path)]
        inverse = shapes.value(path, SH.inversePath)
        if inverse is not None:
            return _backward(graph, starts, inverse)
        alternatives = shapes.value(path, SH.alternativePath)
        if alternatives is not None:
            among = list(dict.fromkeys(starts))
            return [step for each in shapes.items(alternatives) for step in self._walk(graph, among, each)]
        for repeated in _REPEATED:
            inner = shapes.value(path, repeated)
            if inner is not None:
                return _again(partial(self._walk, graph, path=inner), starts)
        once = shapes.value(path, SH.zeroOrOnePath)
        if once is not None:
            return self._walk(graph, starts, once)
        return self._along(graph, starts, list(shapes.items(path)) if shapes.objects(path, RDF.first) else [])

    def _along(self, graph: Stating, starts: Iterable[Term], paths: Sequence[Term]) -> list[Step]:
        """The steps of a sequence; an optional step may also be left out."""
        steps: list[Step] = []
        for path in paths:
            optional = any(self._shapes.objects(path, way) for way in (SH.zeroOrMorePath, SH.zeroOrOnePath))
            among = list(starts)
            walked = self._walk(graph, among, path)
            steps = walked + (steps if optional else [])
            starts = [end for end, _ in walked] + (among if optional else [])
        return steps


def _backward(graph: Stating, starts: Iterable[Term], inverse: Term) -> list[Step]:
    if not isinstance(inverse, NamedNode):
        return []
    return [(s, (s, inverse, o)) for o in dict.fromkeys(starts) for s in graph.subjects(inverse, o)]


def _again(step: Callable[[list[Term]], list[Step]], starts: Iterable[Term]) -> list[Step]:
    """All steps that can be made one after another, each place visited once."""
    seen: set[Term] = set()
    steps: list[Step] = []
    ahead = list(dict.fromkeys(starts))
    while ahead:
        made = step(ahead)
        seen.update(ahead)
        steps += made
        ahead = [end for end in dict.fromkeys(end for end, _ in made) if end not in seen]
    return steps


def _same(stated: Term, told: Term | None) -> bool:
    """Whether a result names a stated term; an engine may tell a literal in another form of the same value."""
    return stated == told or (told is not None and key(stated) is not None and key(stated) == key(told))


def _same_language(steps: Sequence[Step]) -> list[Step]:
    """The steps to words of a language in which there are several."""
    tongues = [(end.language or "").lower() if isinstance(end, Literal) else "" for end, _ in steps]
    several = {tongue for tongue, number in Counter(tongues).items() if tongue and number > 1}
    return [step for step, tongue in zip(steps, tongues, strict=True) if tongue in several]
