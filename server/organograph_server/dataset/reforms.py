"""The comparisons of editions: what changed between any two, made when first asked for and kept a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from itertools import combinations
from threading import Lock
from typing import cast

from flask import Flask, current_app
from pyoxigraph import NamedNode

from organograph.reform.differ import compare
from organograph.reform.lineage import Lineage
from organograph.reform.model import Reform
from organograph.reform.states import State, read_state
from organograph.statements import Term
from organograph.statements import Triple as Said
from organograph_server.dataset.division import Division
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads

PATH = "reform"
_KEY = "organograph.reform"
# A comparison is soon made again, so only the last few are kept; of large ones, with so many things in both editions, the last.
_KEPT, _LARGE = 8, 40_000


class _Stated:
    """What a document states, looked up among the published quads.

    Args:
        quads: where its graph is.
        graph: its IRI.
    """

    def __init__(self, quads: Quads, graph: str) -> None:
        self._quads = quads
        self._graph = graph

    def about(self, subject: Term) -> list[tuple[Term, Term]]:
        """What is said of a thing: properties and values."""
        return [cast(tuple[Term, Term], (quad.predicate, quad.object)) for quad in self._quads.quads([self._graph], subject.value)]

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """What has a property with that value."""
        return [cast(Term, quad.subject) for quad in self._quads.quads([self._graph], None, predicate.value, value.value)]


class Reforms:
    """The comparisons of the editions of a publication, each made when first asked for.

    Args:
        publication: the dataset.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._kept: OrderedDict[tuple[str, str], Division] = OrderedDict()
        self._lock = Lock()

    @property
    def pairs(self) -> list[tuple[Edition, Edition]]:
        """All pairs of an earlier and a later edition, the latest first."""
        return sorted(combinations(self.publication.published.editions, 2), key=lambda pair: (-pair[1].order, -pair[0].order))

    @property
    def paths(self) -> list[str]:
        """Where the list and all pairs are, from the root of this server; nowhere, where there is one edition."""
        return [PATH, *(path_of(*pair) for pair in self.pairs)] if self.pairs else []

    def between(self, before: Edition, after: Edition) -> Reform:
        """What changed from one edition to another."""
        return self.divided(before, after).reform

    def extent(self, before: Edition, after: Edition) -> tuple[int, int]:
        """How many pages tell what changed, and how many changes there are; kept, so that a page that is kept needs no comparison."""
        key = ("pages of a reform", before.identifier, after.identifier)
        return self.publication.once(key, lambda: _extent(self.divided(before, after)))

    def divided(self, before: Edition, after: Edition) -> Division:
        """What changed from one edition to another, in pages."""
        key = (before.identifier, after.identifier)
        with self._lock:
            found = self._kept.pop(key, None)
        found = found or Division(self._compared(before, after), self.publication.settings.page_size)
        with self._lock:
            if _is_large(found):
                self._kept = OrderedDict((other, kept) for other, kept in self._kept.items() if not _is_large(kept))
            self._kept[key] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def triples(self, iri: str) -> Iterable[Said]:
        """The triples of a graph."""
        return cast(Iterable[Said], self.publication.quads.triples(NamedNode(iri)))

    def _compared(self, before: Edition, after: Edition) -> Reform:
        return compare(self._state(before), self._state(after), self._lineage)

    def _state(self, edition: Edition) -> State:
        evidence = {graph: _Stated(self.publication.quads, graph) for graph in edition.evidence}
        return read_state(edition.identifier, edition.iri, edition.order, edition.title, self.triples(edition.iri), evidence)

    def attach(self, app: Flask) -> None:
        """Make them those of an application."""
        app.extensions[_KEY] = self

    @cached_property
    def _lineage(self) -> Lineage:
        return Lineage(self.triples(self.publication.published.catalogue))


def reforms() -> Reforms:
    """The comparisons of the application that answers the request."""
    return cast(Reforms, current_app.extensions[_KEY])


def _is_large(division: Division) -> bool:
    return len(division.reform.before.things) + len(division.reform.after.things) > _LARGE


def _extent(division: Division) -> tuple[int, int]:
    return division.count, len(division.reform.rows)


def path_of(before: Edition, after: Edition) -> str:
    """Where a pair is, from the root of this server."""
    return f"{PATH}/{before.identifier}/{after.identifier}"
