"""The verdict on a whole dataset: every edition, every evidence graph and the register, against their rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import Graph

from organograph.assemble import Assembly
from organograph.catalogue import catalogue_graph
from organograph.checks import Locate, Shapes, examine, load_shapes
from organograph.errors import Faulty
from organograph.evidence_graph import evidence_graphs
from organograph.faults import Fault, in_order
from organograph.findings import Language, Together
from organograph.graph import edition_graph
from organograph.names import Names
from organograph.rules import FILES, Room
from organograph.trace import Trace


@dataclass(frozen=True)
class Part:
    """One graph checked.

    Args:
        name: what it is called.
        faults: its findings.
        looked_at: how many things each rule looked at.
        handed_over: shapes that the fast engine left to the reference engine, and why.
    """

    name: str
    faults: tuple[Fault, ...]
    looked_at: dict[str, int]
    handed_over: dict[str, str] = field(default_factory=dict)


def verdict(
    assembly: Assembly, names: Names, ontology: Graph, shapes: Path, only: str | None = None, language: Language = "en"
) -> Iterator[Part]:
    """Check a dataset part by part.

    Args:
        assembly: tables without faults.
        names: the IRIs.
        ontology: terms and kinds, which the rules look into.
        shapes: folder of the rules.
        only: an edition to check alone, or None for everything.
        language: of the findings.

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
    if only is None:
        yield _part("ontology", ontology, rules["ontology"], lambda this, path, value: None, language)
    chosen = [edition for edition in dataset.editions if only in (None, edition.id)]
    for edition in chosen:
        graph = Together(edition_graph(dataset, edition, names), catalogue, ontology)
        part = _part(f"edition {edition.id}", graph, rules["edition"], trace.of(edition.id), language)
        yield (
            part
            if edition is chosen[-1]
            else replace(part, faults=tuple(fault for fault in part.faults if not _of_catalogue(fault, names)))
        )
        for source, stated in evidence_graphs(dataset, edition, names).items():
            graph = Together(stated, catalogue, ontology)
            yield _part(f"evidence {edition.id}/{source}", graph, rules["evidence"], trace.of(edition.id, source), language)
    if only is None:
        yield _part("register", Together(catalogue, ontology), rules["catalogue"], trace.of(""), language)


def _of_catalogue(fault: Fault, names: Names) -> bool:
    """Tell whether a finding is about a record of the catalogue, which is checked with every edition and told once."""
    thing = fault.thing or ""
    read = names.read(thing)
    return thing.startswith(names.edition("")) if read is None else read[0] in ("source", "change", "conflict")


def _part(name: str, graph: Graph | Together, shapes: Shapes, locate: Locate, language: Language) -> Part:
    told = examine(graph, shapes, locate, language)
    return Part(name, told.faults, told.looked_at, told.handed_over)


def all_faults(parts: list[Part]) -> list[Fault]:
    """The findings of all parts, each once."""
    return in_order(fault for part in parts for fault in part.faults)
