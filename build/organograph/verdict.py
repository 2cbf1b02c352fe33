"""The verdict on a whole dataset: every edition, every evidence graph and the register, against their rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from organograph.assemble import Assembly
from organograph.catalogue import catalogue_graph
from organograph.checks import Engine, Locate, Shapes, check, examine, load_shapes
from organograph.coverage import looked_at, unseen
from organograph.errors import Faulty
from organograph.evidence_graph import evidence_graphs
from organograph.faults import Fault, in_order
from organograph.findings import Language, Together
from organograph.graph import edition_graph
from organograph.names import Names
from organograph.rules import FILES, Room
from organograph.statements import Graph
from organograph.trace import Trace


@dataclass(frozen=True)
class Part:
    """One graph checked.

    Args:
        name: what it is called.
        faults: its findings.
        looked_at: how many things each rule looked at.
        handed_over: shapes that the fast engine left to the reference engine, and why.
        unseen: the things that no rule looked at, where that was asked.
    """

    name: str
    faults: tuple[Fault, ...]
    looked_at: dict[str, int]
    handed_over: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()


def verdict(
    assembly: Assembly,
    names: Names,
    ontology: Graph,
    shapes: Path,
    only: str | None = None,
    language: Language = "en",
    coverage: bool = False,
    engine: Engine | None = None,
) -> Iterator[Part]:
    """Check a dataset part by part.

    Args:
        assembly: tables without faults.
        names: the IRIs.
        ontology: terms and kinds, which the rules look into.
        shapes: folder of the rules.
        only: an edition to check alone, or None for everything.
        language: of the findings.
        coverage: whether to tell what no rule looked at.
        engine: what runs the rules; None for their usual one.

    Yields:
        a part as soon as it is checked: each edition, each document's evidence, the register.

    Raises:
        Faulty: the tables themselves hold faults.
        CheckFailed: the rules cannot be used.
    """
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    dataset, trace = assembly.dataset, Trace(assembly.folder, names)
    catalogue = catalogue_graph(dataset, names)
    rules: dict[Room, Shapes] = {room: load_shapes(shapes, dataset.rules if room == "edition" else (), room) for room in FILES}
    part = partial(_part, language=language, engine=engine)
    if only is None:
        yield part("ontology", (ontology,), rules["ontology"], lambda this, path, value: None)  # not the steward's to mend
    chosen = [edition for edition in dataset.editions if only in (None, edition.id)]
    for edition in chosen:
        graphs = (edition_graph(dataset, edition, names), catalogue, ontology)
        told = part(f"edition {edition.id}", graphs, rules["edition"], trace.of(edition.id), coverage=coverage)
        yield told if edition is chosen[-1] else _without_catalogue(told, names)
        for source, stated in evidence_graphs(dataset, edition, names).items():
            graphs, name = (stated, catalogue, ontology), f"evidence {edition.id}/{source}"
            yield part(name, graphs, rules["evidence"], trace.of(edition.id, source), coverage=coverage)
    if only is None:
        yield part("register", (catalogue, ontology), rules["catalogue"], trace.of(""))


def verdict_by(
    shapes: Shapes,
    assembly: Assembly,
    names: Names,
    ontology: Graph,
    only: str | None = None,
    language: Language = "en",
    coverage: bool = False,
    engine: Engine | None = None,
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
        engine: what runs the rules; None for their usual one.

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
            looked = looked_at(graph, shapes)
            faults, numbers = (
                check(graph, shapes, trace.of(edition.id), language, engine),
                {rule: len(seen) for rule, seen in looked.items()},
            )
            yield Part(f"edition {edition.id}", tuple(faults), numbers, unseen=tuple(unseen(stated, looked)) if coverage else ())


def _without_catalogue(part: Part, names: Names) -> Part:
    return replace(part, faults=tuple(fault for fault in part.faults if not _of_catalogue(fault, names)))


def _of_catalogue(fault: Fault, names: Names) -> bool:
    """Tell whether a finding is about a record of the catalogue, which is checked with every edition and told once."""
    thing = fault.thing or ""
    read = names.read(thing)
    if read is None:
        return thing.startswith((names.edition("").value, names.catalogue.value))
    return read[0] in ("source", "change", "conflict")


def _part(
    name: str,
    graphs: Sequence[Graph],
    shapes: Shapes,
    locate: Locate,
    language: Language,
    engine: Engine | None,
    coverage: bool = False,
) -> Part:
    """What a check says of graphs that are checked as one; whether all is looked at is asked of the first."""
    told = examine(Together(*graphs), shapes, locate, language, engine)
    left = unseen(graphs[0], looked_at(sum(graphs, Graph()), shapes)) if coverage else ()
    return Part(name, told.faults, told.looked_at, told.handed_over, tuple(left))


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
