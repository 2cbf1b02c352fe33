"""Publishing: the same tables are the same bytes, other parsers read the same dataset, and failures leave the old build."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from independent import plain
from organograph import publish
from organograph.errors import BuildFailed
from organograph.names import Names
from organograph.storing import exchanged
from organograph.writing import quads, rdfc10
from places import ONTOLOGY, REPOSITORY, SHAPES, bundled

# RDFLib 7.6 warns of what it uses itself.
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning", "ignore:Dataset.default_context is deprecated:DeprecationWarning"
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build") / "published"
    build(out)
    return out


def build(out: Path, base: str = "https://example.org/iom/") -> None:
    dataset = bundled().dataset
    assert dataset is not None
    publish.build(dataset, Names(base), ONTOLOGY, SHAPES, out)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_builds_are_identical_whatever_the_surroundings(published: Path, tmp_path: Path) -> None:
    """Another hash seed, locale and time zone give the same bytes."""
    command = [sys.executable, "-m", "organograph", "build", "--out", str(tmp_path / "again"), "--base", "https://example.org/iom/"]
    surroundings = os.environ | {"PYTHONHASHSEED": "4711", "LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONPATH": _path()}
    subprocess.run(command, env=surroundings, check=True, capture_output=True, cwd=tmp_path)
    assert contents(tmp_path / "again") == contents(published)


def _path() -> str:
    return os.pathsep.join(str(REPOSITORY / room) for room in ("build", "server"))


def test_manifest_tells_every_file(published: Path) -> None:
    """The manifest gives SHA-256 and length of every file beside it."""
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    told = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]}
    found = {path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in contents(published).items() if path != "manifest.json"}
    assert told == found


def test_trig_read_by_another_parser_is_the_same_dataset(published: Path) -> None:
    """RDFLib reads the TriG as the dataset whose RDFC-1.0 hash the manifest gives."""
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    read = Dataset()
    read.parse(data=(published / "dataset.trig").read_text(encoding="utf-8"), format="trig")
    lines = [line for graph in read.graphs() if len(graph) for line in quads(plain(graph), ox.NamedNode(str(graph.identifier)))]
    assert rdfc10(lines) == manifest["dataset_sha256"]
    assert rdfc10(ox.parse(path=str(published / "dataset.nq"), format=ox.RdfFormat.N_QUADS)) == manifest["dataset_sha256"]


def test_every_format_of_a_graph_is_the_same_graph(published: Path) -> None:
    """Turtle, JSON-LD, RDF/XML and N-Triples of each graph hold the same triples."""
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    for told in manifest["graphs"]:
        graphs = {extension: _parsed(published / path, extension) for extension, path in told["files"].items()}
        assert all(len(graph) == told["triples"] for graph in graphs.values()), told["iri"]
        if told["iri"] == manifest["ontology"]:
            assert all(isomorphic(graphs["nt"], graph) for graph in graphs.values())
        else:
            assert all(set(graph) == set(graphs["nt"]) for graph in graphs.values()), told["iri"]


def _parsed(path: Path, extension: str) -> Graph:
    formats = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
    return Graph().parse(data=path.read_bytes(), format=formats[extension])


def test_base_is_a_setting(published: Path, tmp_path: Path) -> None:
    """Every IRI of the data is under the base, and nothing else changes with it."""
    build(tmp_path / "other", "http://other.example/")
    ours = (published / "dataset.nq").read_text(encoding="utf-8").replace("https://example.org/iom/", "http://other.example/")
    assert sorted(ours.splitlines()) == sorted((tmp_path / "other/dataset.nq").read_text(encoding="utf-8").splitlines())


def test_failed_build_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up half way leaves what was there, and nothing beside it."""
    out = tmp_path / "published"
    build(out)
    before = contents(out)
    written: list[int] = []

    def full(descriptor: int) -> None:
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        written.append(descriptor)

    monkeypatch.setattr("organograph.storing.os.fsync", full)
    with pytest.raises(BuildFailed, match="No space left on device"):
        build(out, "http://other.example/")
    assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_build_cut_off_between_its_renames_is_restored(tmp_path: Path) -> None:
    """What a build had set aside when the power went is put back."""
    out = tmp_path / "published"
    build(out)
    before = contents(out)
    out.rename(tmp_path / ".published.before")
    publish.restore(out)
    assert contents(out) == before


def test_link_can_be_built_into(tmp_path: Path) -> None:
    """A build into a link works, twice, and the link stays one."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for _ in range(2):
        build(tmp_path / "link")
        assert (tmp_path / "real/manifest.json").is_file()
    assert (tmp_path / "link").is_symlink()


def test_current_directory_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build into the current directory, which it would take away, is refused."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildFailed, match="is where you stand"):
        build(Path("."))


def test_foreign_directory_is_not_overwritten(tmp_path: Path) -> None:
    """A directory that Organograph did not write is refused."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.png").write_bytes(b"")
    with pytest.raises(BuildFailed, match="did not write"):
        build(tmp_path / "photos")


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_build_is_there_at_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool) -> None:
    """Where the system can exchange names, there is no moment without the directory; where it cannot, a failure puts it back."""
    out = tmp_path / "published"
    build(out)
    before = contents(out)
    for name in ("one", "two"):
        (tmp_path / "tried" / name).mkdir(parents=True)
    can_exchange = exchanged(tmp_path / "tried/one", tmp_path / "tried/two")
    shutil.rmtree(tmp_path / "tried")
    if not exchanges:
        monkeypatch.setattr(publish, "exchanged", lambda one, other: False)
    rename, renamed = os.rename, []

    def renames(source: Path, target: Path) -> None:
        renamed.append(target)
        if target == out and len(renamed) == 2:
            raise OSError(5, "Input/output error")
        rename(source, target)

    monkeypatch.setattr("organograph.publish.os.rename", renames)
    if exchanges and can_exchange:
        build(out, "http://other.example/")
        assert renamed == []
        assert contents(out) != before
    else:
        with pytest.raises(BuildFailed, match="Input/output error"):
            build(out, "http://other.example/")
        assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_what_cut_off_builds_left_goes(tmp_path: Path) -> None:
    """The next build removes what others had begun beside their place, and nothing else."""
    out = tmp_path / "published"
    (tmp_path / ".published.new-abc/editions").mkdir(parents=True)
    (tmp_path / ".published.else").mkdir()
    build(out)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".published.else", "published"]
