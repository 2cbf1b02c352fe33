"""Compiles tables to one dataset directory, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pyoxigraph as ox

from organograph.catalogue import catalogue_graph, catalogue_triples
from organograph.coverage import Looks
from organograph.engine.data import unwatched
from organograph.errors import BuildFailed
from organograph.evidence_graph import evidence_graphs, evidence_triples
from organograph.graph import edition_graph, edition_triples
from organograph.locking import locked
from organograph.model import Dataset
from organograph.names import ONTOLOGY, Names
from organograph.rules import Room, published_rules
from organograph.statements import Graph, Triple
from organograph.storing import sync, sync_tree
from organograph.streams import outputs
from organograph.streams.graphfiles import FORMATS, DatasetFiles, Told
from organograph.vocabulary import ontology_graph
from organograph.writing import MEDIA_TYPES, quads, serialize

Tell: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and of how much."""
Filled = TypeVar("Filled")


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


def build(
    dataset: Dataset, names: Names, ontology: Path, shapes: Path, out: Path, issued: datetime | None = None, tell: Tell | None = None
) -> Mapping[str, Any]:
    """Compile a dataset and write its directory.

    Args:
        dataset: what the tables mean.
        names: the IRIs, under the base.
        ontology: folder of the ontology and the context.
        shapes: folder of the shapes, published beside the data.
        out: the directory; what stands there is replaced only once the new one is whole.
        issued: when tables, rules and compiler last changed; None where nobody knows, for a build itself has no date.
        tell: is told how far it is.

    Returns:
        the manifest.

    Raises:
        BuildFailed: the directory is not one of ours, or could not be written.
        Locked: another process writes it.
        DatasetUnreadable: the ontology or the context could not be read.
    """
    out = Path(os.path.realpath(out))  # a link stays one
    _refuse_foreign(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with locked(out.with_name(f".{out.name}.lock")):
            return _write_whole(lambda folder: compile_into(folder, dataset, names, ontology, shapes, issued, tell), out)
    except OSError as error:
        raise BuildFailed(
            f"{out} could not be written: {error.strerror or error}.",
            "The last good build is untouched; make room or choose another --out.",
        ) from error


def compile_into(
    folder: Path,
    dataset: Dataset,
    names: Names,
    ontology: Path,
    shapes: Path,
    issued: datetime | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Write every file of a dataset directory into a folder that nobody reads yet, graph by graph, and give the manifest.

    However large a graph is, some hundred thousand of its triples are held at a time.

    Args:
        folder: it is there, and empty.
        dataset: what the tables mean.
        names: the IRIs, under the base.
        ontology: folder of the ontology and the context.
        shapes: folder of the shapes, published beside the data.
        issued: when tables, rules and compiler last changed.
        tell: is told how far it is.

    Raises:
        DatasetUnreadable: the ontology or the context could not be read.
        OSError: a file could not be written.
    """
    terms, context = ontology_graph(ontology), (ontology / "context.jsonld").read_bytes()
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as beside, outputs.Room(Path(beside)) as room, unwatched():
        files = DatasetFiles(folder, json.loads(context)["@context"], room)
        files.store("context.jsonld", context)
        looks = Looks(terms, shapes, dataset.rules)
        graphs, looked_at = _write_graphs(files, looks, dataset, names, terms, tell or (lambda done, of: None))
        digest = files.finish()
    for kind, rules in published_rules(shapes, dataset.rules).items():
        files.store(f"shapes/{kind}.ttl", serialize(quads(rules, None), "ttl", {}))
    files.store("shapes/looked-at.json", _in_json(looked_at))
    manifest = _manifest(dataset, names, graphs, files.written, digest)
    manifest |= {"issued": issued.astimezone(UTC).isoformat()} if issued else {}
    manifest |= {"publisher": told} if (told := dataset.publisher.told()) else {}
    files.store("manifest.json", _in_json(manifest))
    sync_tree(folder)
    return manifest


def _in_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class _Planned:
    """A graph that is to be written, and about how many things it tells of."""

    name: ox.NamedNode
    stem: str
    room: Room
    things: int
    triples: Callable[[], Iterable[Triple]]


def _planned(dataset: Dataset, names: Names) -> Iterator[_Planned]:
    """Every graph of the model but the ontology, the catalogue first."""
    yield _Planned(
        names.catalogue, "catalogue", "catalogue", max(len(edition.things) for edition in dataset.editions),
        lambda: catalogue_triples(dataset, names),
    )  # fmt: skip
    for edition in dataset.editions:
        stem = f"editions/{edition.id}"
        yield _Planned(names.edition(edition.id), stem, "edition", len(edition.things), partial(edition_triples, dataset, edition, names))
        for source in edition.sources:
            triples = partial(evidence_triples, dataset, edition, source, names)
            number = 3 * sum(reading.span.source == source for reading in edition.readings)
            yield _Planned(names.evidence(edition.id, source), f"{stem}/source/{source}", "evidence", number, triples)


def _write_graphs(
    files: DatasetFiles, looks: Looks, dataset: Dataset, names: Names, ontology: Graph, tell: Tell
) -> tuple[list[dict[str, Any]], dict[str, dict[str, int]]]:
    """Write all graphs; what the manifest tells of each, and how many things each rule looks at there.

    The latter is published so that nobody who serves the dataset need check it again.
    """
    told = files.add_small(ontology, ONTOLOGY, "ontology")
    graphs, looked_at = [_entry(ONTOLOGY, "ontology", told)], {ONTOLOGY.value: looks.counted("ontology", ontology)}
    planned = list(_planned(dataset, names))
    done, whole = 0, sum(each.things for each in planned)
    for each in planned:
        tell_each = partial(_tell_part, tell, done, each.things, whole)
        told, read = files.add(each.triples(), each.name, each.stem, looks.reads, tell_each)
        done += each.things
        tell(done, whole)
        if each.room == "catalogue":
            looks.beside(Graph(read))
            read = []
        graphs.append(_entry(each.name, each.stem, told))
        looked_at[each.name.value] = looks.counted(each.room, Graph(read))
    return graphs, looked_at


def _tell_part(tell: Tell, before: int, most: int, whole: int, number: int) -> None:
    tell(before + min(number, most), whole)


def _entry(name: ox.NamedNode, stem: str, told: Told) -> dict[str, Any]:
    paths = {extension: f"{stem}.{extension}" for extension in FORMATS}
    return {"iri": name.value, "triples": told.triples, "rdfc10_sha256": told.rdfc10, "files": paths}


def _manifest(
    dataset: Dataset, names: Names, graphs: list[dict[str, Any]], files: Mapping[str, outputs.Written], digest: str
) -> dict[str, Any]:
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


def _refuse_foreign(out: Path) -> None:
    if Path.cwd().is_relative_to(out):
        raise BuildFailed(f"{out} is where you stand, and a build replaces its directory.", "Name another directory with --out.")
    if out.exists() and not out.is_dir():
        raise BuildFailed(f"{out} is a file.", "Name a directory with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise BuildFailed(f"{out} holds something that Organograph did not write.", "Name an empty or a new directory with --out.")


def _write_whole(fill: Callable[[Path], Filled], out: Path) -> Filled:
    """Write beside, then rename: readers see the old directory or the new one."""
    restore(out)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        filled = fill(beside)
        beside.chmod(0o755)
        old = _set_aside(out)
        if out.exists():
            os.rename(out, old)
        os.rename(beside, out)
        sync(out.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return filled


def restore(out: Path) -> None:
    """Put back what a build that was cut off between its two renames had set aside."""
    old = _set_aside(out)
    if old.exists() and not out.exists():
        os.rename(old, out)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.before")
