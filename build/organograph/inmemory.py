"""Compiles tables to the files of a dataset in memory, for a process that may write none: the bytes are those of publish.py."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from organograph.conformance.rules import Room
from organograph.conformance.validation import Validator
from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_graphs
from organograph.graphs.graph import edition_graph
from organograph.graphs.vocabulary import ontology_graph
from organograph.manifest import beside, in_json, manifest
from organograph.model import Dataset
from organograph.names import ONTOLOGY, Names
from organograph.statements import Graph
from organograph.streams.graphfiles import FORMATS
from organograph.streams.outputs import Written
from organograph.writing import quads, rdfc10, serialize, serialize_dataset


@dataclass(frozen=True)
class NamedGraph:
    """One graph of a dataset: its name, its triples, its files' path without extension, and the set of rules that it is validated with."""

    name: ox.NamedNode
    graph: Graph
    stem: str
    room: Room


def named_graphs(dataset: Dataset, names: Names, ontology: Graph) -> list[NamedGraph]:
    """Every graph of the model, in the order: ontology, catalogue, editions with their evidence."""
    graphs = [
        NamedGraph(ONTOLOGY, ontology, "ontology", "ontology"),
        NamedGraph(names.catalogue, catalogue_graph(dataset, names), "catalogue", "catalogue"),
    ]
    for edition in dataset.editions:
        stem = f"editions/{edition.id}"
        graphs.append(NamedGraph(names.edition(edition.id), edition_graph(dataset, edition, names), stem, "edition"))
        for source, graph in evidence_graphs(dataset, edition, names).items():
            graphs.append(NamedGraph(names.evidence(edition.id, source), graph, f"{stem}/source/{source}", "evidence"))
    return graphs


def compiled(
    dataset: Dataset, names: Names, ontology: Path, shapes: Path, issued: datetime | None = None
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every file of the dataset directory by its path, and the manifest, which is one of them.

    Args:
        dataset: what the tables mean.
        names: the IRIs.
        ontology: folder of the ontology and the context.
        shapes: folder of the shapes, published beside the data.
        issued: when tables, rules and compiler last changed.
    """
    files: dict[str, bytes] = {"context.jsonld": (ontology / "context.jsonld").read_bytes()}
    context: dict[str, Any] = json.loads(files["context.jsonld"])["@context"]
    graphs: list[dict[str, Any]] = []
    whole: list[ox.Quad] = []
    terms, catalogue, *others = named_graphs(dataset, names, ontology_graph(ontology))
    for named in (terms, catalogue, *others):
        lines = quads(named.graph, named.name)
        whole += lines
        paths = {extension: f"{named.stem}.{extension}" for extension in FORMATS}
        files |= {path: serialize(lines, extension, context) for extension, path in paths.items()}
        graphs.append({"iri": named.name.value, "triples": len(lines), "rdfc10_sha256": rdfc10(lines), "files": paths})
    files |= {f"dataset.{extension}": serialize_dataset(whole, extension) for extension in ("trig", "nq")}
    validator = Validator(terms.graph, catalogue.graph, shapes, dataset.rules)
    validated = {named.name.value: validator.of(named.room, named.graph) for named in (terms, catalogue, *others)}
    files |= beside(dataset, names, shapes, validated)
    written = {path: Written(len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}
    told = manifest(dataset, names, graphs, written, rdfc10(whole), issued)
    return files | {"manifest.json": in_json(told)}, told
