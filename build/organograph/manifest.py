"""Tells what stands beside the graphs of a dataset: its rules, what they found, and the manifest that lists every file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from organograph.conformance.rules import published_rules
from organograph.conformance.validation import Validation, report
from organograph.model import Dataset, Edition
from organograph.names import ONTOLOGY, Names
from organograph.statements import Graph
from organograph.streams.outputs import Written
from organograph.writing import MEDIA_TYPES, quads, serialize


def beside(dataset: Dataset, names: Names, shapes: Path, validated: Mapping[str, Validation]) -> Iterator[tuple[str, bytes]]:
    """The files with the rules, with how many things each rule looked at, and with the report of each edition, by their paths.

    They are published so that nobody who serves the dataset need check it again.

    Args:
        dataset: what the tables mean.
        names: the IRIs.
        shapes: folder of the rules.
        validated: what the rules say of each graph, by its IRI, in the order of the graphs.
    """
    for room, rules in published_rules(shapes, dataset.rules).items():
        yield f"shapes/{room}.ttl", _turtle(rules)
    yield "shapes/looked-at.json", in_json({iri: told.looked_at for iri, told in validated.items()})
    for edition in dataset.editions:
        yield f"editions/{edition.id}/report.ttl", _turtle(report(edition.id, _of_edition(edition, validated, names), names))


def _of_edition(edition: Edition, validated: Mapping[str, Validation], names: Names) -> dict[str, Validation]:
    """What a report of an edition is about: the edition, what each document states of it, and the register."""
    evidence = (names.evidence(edition.id, source) for source in edition.sources)
    return {name.value: validated[name.value] for name in (names.edition(edition.id), *evidence, names.catalogue)}


def _turtle(graph: Graph) -> bytes:
    return serialize(quads(graph, None), "ttl", {})


def in_json(value: object) -> bytes:
    """A value as a file of JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def manifest(
    dataset: Dataset,
    names: Names,
    graphs: Sequence[Mapping[str, Any]],
    files: Mapping[str, Written],
    digest: str,
    issued: datetime | None = None,
) -> dict[str, Any]:
    """What a dataset directory tells of itself.

    Args:
        dataset: what the tables mean.
        names: the IRIs.
        graphs: what is told of each graph.
        files: every other file of the directory, by its path.
        digest: SHA-256 of the canonical form of all graphs (RDFC-1.0, section 5).
        issued: when tables, rules and compiler last changed; None where nobody knows.
    """
    told = _told(dataset, names, graphs, files, digest)
    told |= {"issued": issued.astimezone(UTC).isoformat()} if issued else {}
    return told | ({"publisher": publisher} if (publisher := dataset.publisher.told()) else {})


def _told(dataset: Dataset, names: Names, graphs: Sequence[Mapping[str, Any]], files: Mapping[str, Written], digest: str) -> dict[str, Any]:
    return {
        "base": names.base,
        "title": dataset.title,
        "organization": names.reference(dataset.organization.reference).value,
        "dataset_sha256": digest,
        "latest": dataset.editions[-1].id,
        "catalogue": names.catalogue.value,
        "ontology": ONTOLOGY.value,
        "editions": [
            {
                "id": edition.id,
                "iri": names.edition(edition.id).value,
                "order": edition.order,
                "not_before": edition.not_before,
                "not_after": edition.not_after or None,
                "title": edition.title,
                "evidence": [names.evidence(edition.id, source).value for source in edition.sources],
            }
            for edition in dataset.editions
        ],
        "graphs": graphs,
        "triples": sum(graph["triples"] for graph in graphs),
        "files": [
            {
                "path": path,
                "bytes": written.size,
                "sha256": written.sha256,
                "media_type": MEDIA_TYPES[path.rpartition(".")[2]],
            }
            for path, written in sorted(files.items())
        ],
    }
