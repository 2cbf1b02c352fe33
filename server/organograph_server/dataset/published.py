"""Reads a published dataset directory and proves it whole: its manifest, and each file by its size and SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from organograph.errors import DatasetUnreadable, OrganographError
from organograph.names import Names
from organograph.publishers import UNTOLD, Publisher
from organograph.releases import Releases
from organograph_server.dataset.largefile import LARGE, LargeFile

QUADS = "dataset.nq"
_CURE = "Build the dataset again with `organograph build`."


@dataclass(frozen=True)
class Edition:
    """An edition as the manifest lists it; `evidence` are the graphs of its documents."""

    identifier: str
    iri: str
    order: int
    title: str
    not_before: str
    not_after: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class PublishedFile:
    """A file of the dataset, `path` relative to its directory."""

    path: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Published:
    """A dataset directory that was read and found whole.

    Args:
        directory: where it is.
        names: the IRIs of the dataset, all under its base.
        organization: IRI of the organization.
        sha256: the hash that names the data (RDFC-1.0).
        state: the hash of the manifest, which names every file by its own.
        editions: in their order, the earliest first.
        latest: the edition that is in force.
        graphs: for each named graph its files, by file ending (`ttl`, `jsonld`, `rdf`, `nt`).
        files: every file, by path.
        catalogue: IRI of the catalogue's graph.
        ontology: IRI of the ontology and its graph.
        issued: when what was compiled last changed, in UTC; None where the build was not told.
        changed: since when it is what is served here, in UTC: where the build was not told, when it was written or published, and
            when a release became current again; None where nobody knows.
        publisher: who answers for the data, as far as it is told.
        contents: what each file holds, read once; a large one is left on the disk, but held open. So a later build, which puts other
            files in their place, changes nothing for who serves this one.
        release: its name among the releases of a directory; "" where it stands alone.
        notice: why it is not the release that is current, in a sentence; "" where it is.
    """

    directory: Path
    names: Names
    organization: str
    sha256: str
    state: str
    editions: tuple[Edition, ...]
    latest: Edition
    graphs: Mapping[str, Mapping[str, PublishedFile]]
    files: Mapping[str, PublishedFile]
    catalogue: str
    ontology: str
    issued: datetime | None = None
    changed: datetime | None = None
    publisher: Publisher = UNTOLD
    contents: Mapping[str, bytes | LargeFile] = field(default_factory=dict, repr=False, compare=False)
    release: str = ""
    notice: str = ""

    def read(self, file: PublishedFile) -> bytes:
        """The bytes of one of its files, as they were when the dataset was read."""
        content = self.contents[file.path]
        return content if isinstance(content, bytes) else content.read()

    def large(self, file: PublishedFile) -> LargeFile | None:
        """One of its files where it is left on the disk."""
        content = self.contents[file.path]
        return content if isinstance(content, LargeFile) else None

    def edition(self, iri: str) -> Edition | None:
        """The edition with an IRI, or None."""
        return next((edition for edition in self.editions if edition.iri == iri), None)


def read_current(directory: Path) -> Published:
    """Read a dataset directory, or the release of a directory of releases that is current; where that is not whole, the last that is.

    Args:
        directory: what `organograph build` wrote, or `organograph publish`.

    Raises:
        DatasetUnreadable: there is no dataset, or none is whole.
    """
    releases = Releases(directory)
    while True:
        current = releases.current
        before = _identity(current or directory)
        try:
            published = read_published(current or directory)
            return _dated(replace(published, release=current.name), releases) if current else published
        except DatasetUnreadable as error:
            # Where another has come into its place while it was read, that one is read.
            if releases.current == current and _identity(current or directory) == before:
                return _instead(releases, current, error)


def _instead(releases: Releases, current: Path | None, fault: DatasetUnreadable) -> Published:
    """What is read instead of a dataset that is not whole.

    Raises:
        DatasetUnreadable: nothing is.
    """
    if current is not None:
        return _last_whole(releases, current, fault)
    if (releases.root / "releases").is_dir():
        cure = f"Publish one, or run `organograph rollback --to {releases.root} RELEASE`; its --list tells which there are."
        raise DatasetUnreadable(f"{releases.root} holds releases, but none is current.", cure)
    raise fault


def _last_whole(releases: Releases, current: Path, fault: DatasetUnreadable) -> Published:
    """The last release before the current one that is whole.

    Raises:
        DatasetUnreadable: none is; the fault of the current one.
    """
    for earlier in releases.earlier():
        with suppress(DatasetUnreadable):
            notice = f"Release {current.name} is not whole, so release {earlier.name} is served. {fault}"
            return replace(read_published(earlier), release=earlier.name, changed=None, notice=notice)
    raise fault


def _identity(directory: Path) -> tuple[int, int] | None:
    """What tells a directory from another that has its name later; None where there is none."""
    try:
        found = directory.stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns


def _dated(published: Published, releases: Releases) -> Published:
    """A release with its date: who has seen a later one must not be told that nothing changed since."""
    with suppress(DatasetUnreadable):
        names = [entry.name for entry in releases.history()]
        if names and names[-1] == published.directory.name:
            since = _moment(releases.history()[-1].when)
            return replace(published, changed=since if names.count(names[-1]) > 1 else published.issued or since)
    return published


def read_published(directory: Path) -> Published:
    """Read a dataset directory and verify every file that its manifest lists.

    Args:
        directory: what `organograph build` wrote.

    Raises:
        DatasetUnreadable: there is no dataset, or it is not whole; the message says which file.
    """
    manifest = _manifest(directory)
    try:
        published = _published(directory, manifest)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration, OSError, OrganographError) as error:
        raise DatasetUnreadable(f"{directory / 'manifest.json'} is not a manifest: {error!r}.", _CURE) from error
    published = replace(published, contents={file.path: _verified(directory, file) for file in published.files.values()})
    if QUADS not in published.files:
        raise DatasetUnreadable(f"{directory / 'manifest.json'} does not list {QUADS}.", _CURE)
    return published


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise DatasetUnreadable(
            f"There is no dataset in {directory}: {error.strerror}.", "Name another with --dataset, or run `organograph build`."
        ) from error
    except ValueError as error:
        raise DatasetUnreadable(f"{path} is not JSON in UTF-8: {error}.", _CURE) from error
    if not isinstance(manifest, dict):
        raise DatasetUnreadable(f"{path} is not a manifest.", _CURE)
    return manifest


def _published(directory: Path, manifest: dict[str, Any]) -> Published:
    files = {file.path: file for file in _files(manifest)}
    editions = sorted((_edition(entry) for entry in manifest["editions"]), key=lambda edition: edition.order)
    issued = _moment(manifest["issued"]) if manifest.get("issued") else None
    return Published(
        directory,
        Names(manifest["base"]),
        str(manifest["organization"]),
        str(manifest["dataset_sha256"]),
        hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest(),
        tuple(editions),
        next(edition for edition in editions if edition.identifier == manifest["latest"]),
        {graph["iri"]: {name: files[path] for name, path in graph["files"].items()} for graph in manifest["graphs"]},
        files,
        str(manifest["catalogue"]),
        str(manifest["ontology"]),
        issued,
        issued or datetime.fromtimestamp(int((directory / "manifest.json").stat().st_mtime), UTC),
        Publisher(**{str(name): str(value) for name, value in manifest.get("publisher", {}).items()}),
    )


def _moment(text: str) -> datetime:
    """A date or a time; without a zone it is meant in UTC."""
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def _edition(entry: dict[str, Any]) -> Edition:
    return Edition(
        str(entry["id"]),
        str(entry["iri"]),
        int(entry["order"]),
        str(entry["title"]),
        str(entry.get("not_before") or ""),
        str(entry.get("not_after") or ""),
        tuple(entry["evidence"]),
    )


def _files(manifest: dict[str, Any]) -> Iterator[PublishedFile]:
    for entry in manifest["files"]:
        path = PurePosixPath(entry["path"])
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{entry['path']!r} leads out of the dataset")
        yield PublishedFile(str(path), int(entry["bytes"]), str(entry["sha256"]), str(entry["media_type"]))


def _verified(directory: Path, file: PublishedFile) -> bytes | LargeFile:
    path = directory / file.path
    try:
        content = path.read_bytes() if file.size < LARGE else LargeFile(path)
        sha256 = hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.sha256
    except OSError as error:
        raise DatasetUnreadable(f"{path} cannot be read: {error.strerror}.", _CURE) from error
    size = len(content) if isinstance(content, bytes) else content.size
    if size != file.size or sha256 != file.sha256:
        raise DatasetUnreadable(f"{path} is not the file that was built: its SHA-256 differs.", _CURE)
    return content
