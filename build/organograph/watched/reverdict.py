"""The verdict on tables that are being edited: only what an edit changed is written anew, and only what that reaches is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from organograph.conformance.checks import Locate, Shapes, in_tables, load_shapes
from organograph.conformance.rules import FILES, Room
from organograph.conformance.trace import Trace
from organograph.conformance.verdict import Part, Verdicts, without_catalogue
from organograph.errors import Faulty
from organograph.graphs.catalogue import catalogue_triples
from organograph.graphs.evidence_graph import evidence_triples
from organograph.graphs.graph import edition_triples
from organograph.kept import freed
from organograph.model import Dataset, Edition
from organograph.statements import Triple
from organograph.tabular.assemble import Assembly
from organograph.watched.ongoing import NotKept, Ongoing
from organograph.watched.redrawn import Delta, Drawing


class Reverdicts:
    """The verdicts on a dataset that is being edited, as often as they are asked for.

    Args:
        whole: gives the verdicts where one cannot follow from the last, and says what is checked.
    """

    def __init__(self, whole: Verdicts) -> None:
        self._whole = whole
        self._goes_on = whole.engine == "fast" and not whole.coverage
        self._drawing: Drawing | None = None
        self._ongoing: dict[str, Ongoing] = {}
        self._shapes: dict[Room, Shapes] = {}

    def of(self, assembly: Assembly) -> Iterator[Part]:
        """Check a dataset part by part; what is yielded and raised is as `Verdicts.of` tells."""
        if assembly.dataset is None:
            raise Faulty(assembly.faults)
        if self._goes_on and not self._follow(assembly.dataset):
            self._begin(assembly.dataset)
        if not self._goes_on:
            yield from self._whole.of(assembly)
            return
        trace = Trace(assembly.folder, self._whole.names)
        if self._whole.only is None:
            yield self._part("ontology", lambda this, path, value: None)
        chosen = self._chosen(assembly.dataset)
        for edition in chosen:
            told = self._part(f"edition {edition.id}", trace.of(edition.id), edition.id)
            yield told if edition is chosen[-1] else without_catalogue(told, self._whole.names)
            for source in edition.sources:
                yield self._part(_name(edition.id, source), trace.of(edition.id, source), edition.id)
        if self._whole.only is None:
            yield self._part("register", trace.of(""))

    def _chosen(self, dataset: Dataset) -> list[Edition]:
        return [edition for edition in dataset.editions if self._whole.only in (None, edition.id)]

    def _part(self, name: str, locate: Locate, edition: str = "") -> Part:
        told = self._ongoing[name].examination(in_tables(locate))
        return Part(name, told.faults, told.looked_at, told.handed_over, (), edition)

    def _begin(self, dataset: Dataset) -> None:
        """Write and check all of it; where a rule cannot go on, all is checked as a whole from now on."""
        rules = {room: load_shapes(self._whole.shapes, dataset.rules if room == "edition" else (), room) for room in FILES}
        around = [*catalogue_triples(dataset, self._whole.names), *self._whole.ontology]
        try:
            self._ongoing = {
                name: Ongoing(rules[room], chain(stated, around if name != "ontology" else ()), self._whole.language)
                for name, room, stated in self._graphs(dataset)
            }
        except NotKept:
            self._goes_on = False
            return
        self._drawing = Drawing(dataset, self._whole.names)
        freed()

    def _graphs(self, dataset: Dataset) -> Iterator[tuple[str, Room, Iterable[Triple]]]:
        if self._whole.only is None:
            yield "ontology", "ontology", self._whole.ontology
            yield "register", "catalogue", ()
        for edition in self._chosen(dataset):
            yield f"edition {edition.id}", "edition", edition_triples(dataset, edition, self._whole.names)
            for source in edition.sources:
                yield _name(edition.id, source), "evidence", evidence_triples(dataset, edition, source, self._whole.names)

    def _follow(self, dataset: Dataset) -> bool:
        """Bring the checks up to date; tell whether that could be done."""
        drawing, self._drawing = self._drawing, None  # until all went well
        redrawn = None if drawing is None else drawing.redrawn(dataset)
        if redrawn is None:
            return False
        nothing = Delta()
        deltas = {"register": nothing, **{f"edition {name}": delta for name, delta in redrawn.editions.items()}}
        deltas |= {_name(*place): delta for place, delta in redrawn.evidence.items()}
        around = redrawn.catalogue
        try:
            for name, delta in deltas.items():
                if name in self._ongoing:
                    self._ongoing[name].change(chain(delta.come, around.come), chain(delta.gone, around.gone))
        except NotKept:
            return False
        self._drawing = drawing
        return True


def _name(edition: str, source: str) -> str:
    return f"evidence {edition}/{source}"
