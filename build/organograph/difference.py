"""What differs between two editions of a dataset of tables: its graphs, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from organograph.graphs.catalogue import catalogue_triples
from organograph.graphs.evidence_graph import evidence_triples, readings_of, stated_edition, stated_thing, thing_triples
from organograph.graphs.graph import edition_triples
from organograph.graphs.triples import Writer
from organograph.model import Dataset, Edition, Reading, Reference
from organograph.names import Names
from organograph.reform.differ import compare
from organograph.reform.lineage import Lineage
from organograph.reform.model import Reform
from organograph.reform.states import State, read_state
from organograph.statements import Graph, Term


def difference(dataset: Dataset, old: Edition, new: Edition, names: Names) -> Reform:
    """Compare two editions.

    Args:
        dataset: for the changes and the scope, which explain what comes and goes.
        old: the earlier edition.
        new: the later one.
        names: the IRIs.
    """
    before, after = (_state(dataset, edition, names) for edition in (old, new))
    return compare(before, after, Lineage(catalogue_triples(dataset, names)))


def _state(dataset: Dataset, edition: Edition, names: Names) -> State:
    evidence = {names.evidence(edition.id, source).value: _Stated(dataset, edition, source, names) for source in edition.sources}
    triples = edition_triples(dataset, edition, names)
    return read_state(edition.id, names.edition(edition.id).value, edition.order, edition.title, triples, evidence)


class _Stated:
    """What a document states, written only of the things that are asked for: of a large edition, few change.

    Args:
        dataset: for the organization and its persons.
        edition: what is stated of it.
        source: the document.
        names: the IRIs.
    """

    def __init__(self, dataset: Dataset, edition: Edition, source: str, names: Names) -> None:
        self._dataset, self._edition, self._source, self._names = dataset, edition, source, names
        self._writer = Writer(names, dataset)
        self._said: dict[Term, dict[tuple[Term, Term], None]] = {}
        self._written: set[Term] = set()

    def about(self, subject: Term) -> Sequence[tuple[Term, Term]]:
        """What is said of a thing, or of a passage that mentions a thing which was asked for: properties and values."""
        if subject not in self._written:
            self._written.add(subject)
            self._write(subject)
        return [*self._said.get(subject, ()), *self._others.about(subject)]

    def subjects(self, predicate: Term, value: Term) -> Sequence[Term]:
        """What has a property with that value, beside units, posts and bodies."""
        return self._others.subjects(predicate, value)

    def _write(self, subject: Term) -> None:
        reference = subject.value.removeprefix(f"{self._names.base}id/").replace("/", ":", 1)
        if readings := self._readings.get(reference):
            thing = stated_thing(self._edition.by_reference[reference], readings)
            stated = self._whole if thing.type == "post" else self._edition
            for each, predicate, value in thing_triples(thing, readings, stated, self._writer):
                self._said.setdefault(each, {})[predicate, value] = None

    @cached_property
    def _readings(self) -> dict[Reference, list[Reading]]:
        return readings_of(self._edition, self._source)

    @cached_property
    def _whole(self) -> Edition:
        return stated_edition(self._edition, self._source)

    @cached_property
    def _others(self) -> Graph:
        """What is stated of persons, sites and relations."""
        rest = replace(self._edition, readings=())
        return Graph(evidence_triples(self._dataset, rest, self._source, self._names))
