"""The verdict on a whole dataset: every edition, every evidence graph and the register, against their rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from organograph.conformance.checks import Engine, Locate, Shapes, examine, in_tables, load_shapes
from organograph.conformance.coverage import looked_at, unseen
from organograph.conformance.findings import Together
from organograph.conformance.rules import FILES, Room
from organograph.conformance.trace import Trace
from organograph.errors import Faulty
from organograph.faults import Fault, Language, in_order
from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_triples
from organograph.graphs.graph import edition_graph
from organograph.names import Names
from organograph.statements import Graph
from organograph.tabular.assemble import Assembly


@dataclass(frozen=True)
class Part:
    """One graph checked.

    Args:
        name: what it is called.
        faults: its findings.
        looked_at: how many things each rule looked at.
        handed_over: shapes that the fast engine left to the reference engine, and why.
        unseen: the things that no rule looked at, where that was asked.
        edition: the edition it belongs to, or nothing where it is of all of them, or of none.
    """

    name: str
    faults: tuple[Fault, ...]
    looked_at: dict[str, int]
    handed_over: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    edition: str = ""


@dataclass
class Verdicts:
    """The verdicts on a dataset, as often as they are asked for; rules are read and made ready once.

    Args:
        names: the IRIs.
        ontology: terms and kinds, which the rules look into.
        shapes: folder of the rules, which are read once.
        only: an edition to check alone, or None for everything.
        language: of the findings.
        coverage: whether to tell what no rule looked at.
        engine: what runs the rules.
    """

    names: Names
    ontology: Graph
    shapes: Path
    only: str | None = None
    language: Language = "en"
    coverage: bool = False
    engine: Engine = "fast"
    _read: dict[tuple[Room, tuple[str, ...]], Shapes] = field(default_factory=dict, init=False, repr=False)

    def of(self, assembly: Assembly) -> Iterator[Part]:
        """Check a dataset part by part.

        Args:
            assembly: tables without faults.

        Yields:
            a part as soon as it is checked: each edition, each document's evidence, the register.

        Raises:
            Faulty: the tables themselves hold faults.
            CheckFailed: the rules cannot be used.
        """
        if assembly.dataset is None:
            raise Faulty(assembly.faults)
        dataset, trace = assembly.dataset, Trace(assembly.folder, self.names)
        around = Together(catalogue_graph(dataset, self.names), self.ontology)
        rules: dict[Room, Shapes] = {room: self._rules(room, dataset.rules if room == "edition" else ()) for room in FILES}
        if self.only is None:  # what is wrong with the ontology is not the steward's to mend
            yield self._part("ontology", self.ontology, None, rules["ontology"], lambda this, path, value: None)
        chosen = [edition for edition in dataset.editions if self.only in (None, edition.id)]
        for edition in chosen:
            stated = edition_graph(dataset, edition, self.names)
            told = self._part(f"edition {edition.id}", stated, around, rules["edition"], trace.of(edition.id), edition.id)
            yield told if edition is chosen[-1] else without_catalogue(told, self.names)
            del stated, told  # a large graph is let go of before the next is made
            for source in edition.sources:
                name, evidence = f"evidence {edition.id}/{source}", Graph(evidence_triples(dataset, edition, source, self.names))
                yield self._part(name, evidence, around, rules["evidence"], trace.of(edition.id, source), edition.id)
                del evidence
        if self.only is None:
            yield self._part("register", Graph(), around, rules["catalogue"], trace.of(""))

    def _rules(self, room: Room, extra: tuple[str, ...]) -> Shapes:
        if (room, extra) not in self._read:
            self._read[room, extra] = load_shapes(self.shapes, extra, room)
        return self._read[room, extra]

    def _part(self, name: str, stated: Graph, around: Together | None, shapes: Shapes, locate: Locate, edition: str = "") -> Part:
        """What a check says of a graph and what is checked with it; whether all is looked at is asked of the graph itself."""
        graph = Together(stated, common=around)
        told = examine(graph, shapes, in_tables(locate), self.language, self.engine)
        left = unseen(stated, looked_at(Graph(graph), shapes)) if self.coverage and around else ()
        return Part(name, told.faults, told.looked_at, told.handed_over, tuple(left), edition)


def verdict_by(
    shapes: Shapes,
    assembly: Assembly,
    names: Names,
    ontology: Graph,
    only: str | None = None,
    language: Language = "en",
    coverage: bool = False,
    engine: Engine = "fast",
) -> Iterator[Part]:
    """Check the editions of a dataset with other people's shapes, each with the catalogue and the ontology.

    Args:
        shapes: the rules.
        assembly: tables without faults.
        names: the IRIs.
        ontology: terms and kinds.
        only: an edition to check alone, or None for all.
        language: of the findings.
        coverage: whether to tell what no rule looked at.
        engine: what runs the rules.

    Raises:
        Faulty: the tables themselves hold faults.
        CheckFailed: a rule fails to run.
    """
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    trace, catalogue = Trace(assembly.folder, names), catalogue_graph(assembly.dataset, names)
    for edition in assembly.dataset.editions:
        if only in (None, edition.id):
            stated = edition_graph(assembly.dataset, edition, names)
            graph = stated + catalogue + ontology
            told = examine(graph, shapes, in_tables(trace.of(edition.id)), language, engine)
            left = tuple(unseen(stated, looked_at(graph, shapes))) if coverage else ()
            yield Part(f"edition {edition.id}", told.faults, told.looked_at, told.handed_over, left, edition.id)


def without_catalogue(part: Part, names: Names) -> Part:
    """A part without findings about records of the catalogue, which is checked with every edition and told once."""
    return replace(part, faults=tuple(fault for fault in part.faults if not _of_catalogue(fault, names)))


def _of_catalogue(fault: Fault, names: Names) -> bool:
    """Tell whether a finding is about a record of the catalogue, which is checked with every edition and told once."""
    thing = fault.thing or ""
    read = names.read(thing)
    if read is None:
        return thing.startswith((names.edition("").value, names.catalogue.value))
    return read[0] in ("source", "change", "conflict")


def all_faults(parts: list[Part]) -> list[Fault]:
    """The findings of all parts, each once."""
    return in_order(fault for part in parts for fault in part.faults)


def total_looks(parts: Iterable[Part]) -> dict[str, int]:
    """How many things each rule looked at in all parts, by its name and in order."""
    total: dict[str, int] = {}
    for part in parts:
        for rule, number in part.looked_at.items():
            total[rule] = total.get(rule, 0) + number
    return dict(sorted(total.items()))
