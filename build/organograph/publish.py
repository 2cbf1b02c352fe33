"""Compiles tables to one dataset directory, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from organograph.catalogue import catalogue_graph
from organograph.errors import BuildFailed
from organograph.evidence_graph import evidence_graphs
from organograph.graph import edition_graph
from organograph.locking import locked
from organograph.model import Dataset, Edition
from organograph.names import ONTOLOGY, Names
from organograph.rules import Room, published_rules
from organograph.statements import Graph
from organograph.storing import exchanged, sync, write_tree
from organograph.validation import Validation, report, validations
from organograph.vocabulary import ontology_graph
from organograph.writing import MEDIA_TYPES, quads, rdfc10, serialize, serialize_dataset

_FORMATS = ("ttl", "jsonld", "rdf", "nt")


@dataclass(frozen=True)
class NamedGraph:
    """One graph of a dataset: its name, its triples, and its files' path without extension."""

    name: ox.NamedNode
    graph: Graph
    stem: str


def named_graphs(dataset: Dataset, names: Names, ontology: Graph) -> list[NamedGraph]:
    """Every graph of the model, in the order: ontology, catalogue, editions with their evidence."""
    graphs = [NamedGraph(ONTOLOGY, ontology, "ontology"), NamedGraph(names.catalogue, catalogue_graph(dataset, names), "catalogue")]
    for edition in dataset.editions:
        graphs.append(NamedGraph(names.edition(edition.id), edition_graph(dataset, edition, names), f"editions/{edition.id}"))
        for source, graph in evidence_graphs(dataset, edition, names).items():
            graphs.append(NamedGraph(names.evidence(edition.id, source), graph, f"editions/{edition.id}/source/{source}"))
    return graphs


def build(dataset: Dataset, names: Names, ontology: Path, shapes: Path, out: Path, issued: datetime | None = None) -> Mapping[str, Any]:
    """Compile a dataset and write its directory.

    Args:
        dataset: what the tables mean.
        names: the IRIs, under the base.
        ontology: folder of the ontology and the context.
        shapes: folder of the shapes, published beside the data.
        out: the directory; what stands there is replaced only once the new one is whole.
        issued: when tables, rules and compiler last changed; None where nobody knows, for a build itself has no date.

    Returns:
        the manifest.

    Raises:
        BuildFailed: the directory is not one of ours, or could not be written.
        Locked: another process writes it.
        DatasetUnreadable: the ontology or the context could not be read.
    """
    out = Path(os.path.realpath(out))  # a link stays one
    _refuse_foreign(out)
    files, manifest = compiled(dataset, names, ontology, shapes, issued)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with locked(out.with_name(f".{out.name}.lock")):
            _write_whole(files, out)
    except OSError as error:
        raise BuildFailed(
            f"{out} could not be written: {error.strerror or error}.",
            "The last good build is untouched; make room or choose another --out.",
        ) from error
    return manifest


def compiled(
    dataset: Dataset, names: Names, ontology: Path, shapes: Path, issued: datetime | None = None
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every file of the dataset directory by its path, and the manifest, which is one of them."""
    context: dict[str, Any] = json.loads((ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    files: dict[str, bytes] = {"context.jsonld": (ontology / "context.jsonld").read_bytes()}
    graphs: list[dict[str, Any]] = []
    whole: list[ox.Quad] = []
    all_graphs = named_graphs(dataset, names, ontology_graph(ontology))
    for named in all_graphs:
        lines = quads(named.graph, named.name)
        whole += lines
        paths = {extension: f"{named.stem}.{extension}" for extension in _FORMATS}
        files |= {path: serialize(lines, extension, context) for extension, path in paths.items()}
        graphs.append({"iri": named.name.value, "triples": len(lines), "rdfc10_sha256": rdfc10(lines), "files": paths})
    files["dataset.trig"] = serialize_dataset(whole, "trig")
    files["dataset.nq"] = serialize_dataset(whole, "nq")
    for room, rules in published_rules(shapes, dataset.rules).items():
        files[f"shapes/{room}.ttl"] = serialize(quads(rules, None), "ttl", context)
    validated = _validated(all_graphs, shapes, dataset.rules)
    files["shapes/looked-at.json"] = _json({iri: told.looked_at for iri, told in validated.items()})
    for edition in dataset.editions:
        reported = report(edition.id, _of_edition(edition, validated, names), names)
        files[f"editions/{edition.id}/report.ttl"] = serialize(quads(reported, None), "ttl", context)
    manifest = _manifest(dataset, names, graphs, files, rdfc10(whole))
    manifest |= {"issued": issued.astimezone(UTC).isoformat()} if issued else {}
    manifest |= {"publisher": told} if (told := dataset.publisher.told()) else {}
    files["manifest.json"] = _json(manifest)
    return files, manifest


def _validated(graphs: Sequence[NamedGraph], shapes: Path, extra: Sequence[str]) -> dict[str, Validation]:
    """What the rules say of each graph, by its IRI, so that nobody who serves the dataset need check it again."""
    ontology, catalogue, *others = graphs
    rooms: dict[str, tuple[Room, Graph]] = {ontology.name.value: ("ontology", ontology.graph), catalogue.name.value: ("catalogue", Graph())}
    rooms |= {named.name.value: ("evidence" if "/source/" in named.stem else "edition", named.graph) for named in others}
    return validations(rooms, catalogue.graph, ontology.graph, shapes, extra)


def _of_edition(edition: Edition, validated: Mapping[str, Validation], names: Names) -> dict[str, Validation]:
    """What a report of an edition is about: the edition, what each document states of it, and the register."""
    evidence = (names.evidence(edition.id, source) for source in edition.sources)
    return {name.value: validated[name.value] for name in (names.edition(edition.id), *evidence, names.catalogue)}


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _manifest(dataset: Dataset, names: Names, graphs: list[dict[str, Any]], files: dict[str, bytes], digest: str) -> dict[str, Any]:
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
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "media_type": MEDIA_TYPES[path.rpartition(".")[2]],
            }
            for path, data in sorted(files.items())
        ],
    }


def _refuse_foreign(out: Path) -> None:
    if Path.cwd().is_relative_to(out):
        raise BuildFailed(f"{out} is where you stand, and a build replaces its directory.", "Name another directory with --out.")
    if out.exists() and not out.is_dir():
        raise BuildFailed(f"{out} is a file.", "Name a directory with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise BuildFailed(f"{out} holds something that Organograph did not write.", "Name an empty or a new directory with --out.")


def _write_whole(files: Mapping[str, bytes], out: Path) -> None:
    """Write beside, then let both change their names: readers see the old directory or the new one, at any moment."""
    restore(out)
    _sweep(out)
    beside = Path(tempfile.mkdtemp(prefix=_beside(out), dir=out.parent))
    try:
        write_tree(files, beside)
        beside.chmod(0o755)
        if not (out.exists() and exchanged(beside, out)):
            _set_in_place(beside, out)
        sync(out.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(_set_aside(out), ignore_errors=True)


def _set_in_place(beside: Path, out: Path) -> None:
    """Rename twice, where nothing is there yet or the system cannot exchange names; see restore."""
    if out.exists():
        os.rename(out, _set_aside(out))
    try:
        os.rename(beside, out)
    except OSError:
        restore(out)
        raise


def _sweep(out: Path) -> None:
    """Remove what builds that were cut off have left; the lock says that none is at work."""
    for path in out.parent.iterdir():
        if path.name.startswith(_beside(out)):
            shutil.rmtree(path, ignore_errors=True)


def _beside(out: Path) -> str:
    return f".{out.name}.new-"


def restore(out: Path) -> None:
    """Put back what a build that was cut off between its two renames had set aside."""
    old = _set_aside(out)
    if old.exists() and not out.exists():
        os.rename(old, out)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.before")
