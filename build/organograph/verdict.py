"""The verdict on a whole dataset: every edition, every evidence graph and the register, against their rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from organograph.assemble import Assembly
from organograph.catalogue import catalogue_graph
from organograph.checks import Locate, Shapes, check, counts, load_shapes
from organograph.errors import Faulty
from organograph.evidence_graph import evidence_graphs
from organograph.faults import Fault, in_order
from organograph.findings import Language
from organograph.graph import edition_graph
from organograph.names import Names
from organograph.trace import Trace


@dataclass(frozen=True)
class Part:
    """One graph checked: what it is called, its findings, and how many things each rule looked at."""

    name: str
    faults: tuple[Fault, ...]
    looked_at: dict[str, int]


def verdict(assembly: Assembly, names: Names, ontology: Graph, shapes: Path, only: str | None = None, language: Language = "en") -> Iterator[Part]:
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
    structure, evidence, register = (load_shapes(shapes, dataset.rules if room == "edition" else (), room) for room in ("edition", "evidence", "catalogue"))
    for edition in dataset.editions:
        if only in (None, edition.id):
            graph = edition_graph(dataset, edition, names) + catalogue + ontology
            yield _part(f"edition {edition.id}", graph, structure, trace.of(edition.id), language)
            for source, stated in evidence_graphs(dataset, edition, names).items():
                yield _part(f"evidence {edition.id}/{source}", stated + catalogue, evidence, trace.of(edition.id, source), language)
    if only is None:
        yield _part("register", catalogue, register, trace.of(""), language)


def _part(name: str, graph: Graph, shapes: Shapes, locate: Locate, language: Language) -> Part:
    return Part(name, tuple(check(graph, shapes, locate, language)), counts(graph, shapes))


def all_faults(parts: list[Part]) -> list[Fault]:
    """The findings of all parts, each once."""
    return in_order(fault for part in parts for fault in part.faults)
