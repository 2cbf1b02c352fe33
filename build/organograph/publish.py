"""Compiles tables to one dataset directory, written whole or not at all."""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pyoxigraph as ox

from organograph.conformance.rules import Room
from organograph.conformance.validation import Validation, Validator
from organograph.errors import BuildFailed
from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_triples
from organograph.graphs.graph import edition_graph
from organograph.graphs.vocabulary import ontology_graph
from organograph.links import unwatched
from organograph.locking import locked
from organograph.manifest import beside, in_json, manifest
from organograph.model import Dataset, Edition
from organograph.names import ONTOLOGY, Names
from organograph.statements import Graph
from organograph.storing import exchanged, sync, sync_tree
from organograph.streams import outputs
from organograph.streams.graphfiles import FORMATS, DatasetFiles, Told

Tell: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and of how much."""
Filled = TypeVar("Filled")


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

    One graph is held at a time, with the catalogue, which each is validated with.

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
    with unwatched():
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as temporary, outputs.Room(Path(temporary)) as room:
            files = DatasetFiles(folder, json.loads(context)["@context"], room)
            files.store("context.jsonld", context)
            graphs, validated = _write_graphs(files, dataset, names, terms, shapes, tell or (lambda done, of: None))
            digest = files.finish()
        for path, data in beside(dataset, names, shapes, validated):
            files.store(path, data)
        told = manifest(dataset, names, graphs, files.written, digest, issued)
        files.store("manifest.json", in_json(told))
    sync_tree(folder)
    return told


@dataclass(frozen=True)
class _Planned:
    """A graph that is to be written, and about how many things it tells of."""

    name: ox.NamedNode
    stem: str
    room: Room
    things: int
    graph: Callable[[], Graph]


def _planned(dataset: Dataset, names: Names, catalogue: Graph) -> Iterator[_Planned]:
    """Every graph of the model but the ontology, the catalogue first."""
    most = max(len(edition.things) for edition in dataset.editions)
    yield _Planned(names.catalogue, "catalogue", "catalogue", most, lambda: catalogue)
    for edition in dataset.editions:
        stem = f"editions/{edition.id}"
        yield _Planned(names.edition(edition.id), stem, "edition", len(edition.things), partial(edition_graph, dataset, edition, names))
        for source in edition.sources:
            number = 3 * sum(reading.span.source == source for reading in edition.readings)
            stated = partial(_evidence, dataset, edition, source, names)
            yield _Planned(names.evidence(edition.id, source), f"{stem}/source/{source}", "evidence", number, stated)


def _evidence(dataset: Dataset, edition: Edition, source: str, names: Names) -> Graph:
    return Graph(evidence_triples(dataset, edition, source, names))


def _write_graphs(
    files: DatasetFiles, dataset: Dataset, names: Names, ontology: Graph, shapes: Path, tell: Tell
) -> tuple[list[dict[str, Any]], dict[str, Validation]]:
    """Write and validate all graphs; what the manifest tells of each, and what the rules say of it, by its IRI."""
    catalogue = catalogue_graph(dataset, names)
    validator = Validator(ontology, catalogue, shapes, dataset.rules)
    graphs = [_entry(ONTOLOGY, "ontology", files.add_small(ontology, ONTOLOGY, "ontology"))]
    validated = {ONTOLOGY.value: validator.of("ontology", ontology)}
    planned = list(_planned(dataset, names, catalogue))
    done, whole = 0, sum(each.things for each in planned)
    for each in planned:
        graph = each.graph()
        graphs.append(
            _entry(each.name, each.stem, files.add(graph, each.name, each.stem, partial(_tell_part, tell, done, each.things, whole)))
        )
        validated[each.name.value] = validator.of(each.room, graph)
        del graph  # a large one is let go of before the next is made,
        gc.collect(0)  # and with it what was tied in circles, which nobody looks for meanwhile
        done += each.things
        tell(done, whole)
    return graphs, validated


def _tell_part(tell: Tell, before: int, most: int, whole: int, number: int) -> None:
    tell(before + min(number, most), whole)


def _entry(name: ox.NamedNode, stem: str, told: Told) -> dict[str, Any]:
    paths = {extension: f"{stem}.{extension}" for extension in FORMATS}
    return {"iri": name.value, "triples": told.triples, "rdfc10_sha256": told.rdfc10, "files": paths}


def _refuse_foreign(out: Path) -> None:
    if Path.cwd().is_relative_to(out):
        raise BuildFailed(f"{out} is where you stand, and a build replaces its directory.", "Name another directory with --out.")
    if out.exists() and not out.is_dir():
        raise BuildFailed(f"{out} is a file.", "Name a directory with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise BuildFailed(f"{out} holds something that Organograph did not write.", "Name an empty or a new directory with --out.")


def _write_whole(fill: Callable[[Path], Filled], out: Path) -> Filled:
    """Write beside, then let both change their names: readers see the old directory or the new one, at any moment."""
    restore(out)
    _sweep(out)
    beside = Path(tempfile.mkdtemp(prefix=_beside(out), dir=out.parent))
    try:
        filled = fill(beside)
        beside.chmod(0o755)
        if not (out.exists() and exchanged(beside, out)):
            _set_in_place(beside, out)
        sync(out.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(_set_aside(out), ignore_errors=True)
    return filled


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
