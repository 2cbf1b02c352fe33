"""Quads that stay in their file are the quads that memory would hold, whatever is looked up."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection, IncompleteRead
from itertools import product
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NoReturn
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from organograph_server.app import create_app
from organograph_server.dataset import filed as filed_module
from organograph_server.dataset import positions, published
from organograph_server.dataset.filed import Filed
from organograph_server.dataset.largefile import LARGE, LargeFile
from organograph_server.dataset.positions import find_positions
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.quads import Quads
from organograph_server.errors import EngineFailed
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls import keeper
from organograph_server.walls.forks import Forks
from organograph_server.walls.handles import ALL_WALLS, Keeper
from organograph_server.walls.walled import WalledEngine
from serving import listening, small_dataset

# Some begin as others do, some with a part, and `#` and `-` sort before what ends an IRI.
_IRIS = ["urn:a", "urn:a#b", "urn:a#b/c", "urn:a-b", "urn:a/b", "urn:ab", "urn:b#a", "urn:é", "urn:a#", "urn:p", "urn:q"]
_PREDICATES = [NamedNode("urn:p"), NamedNode("urn:q"), NamedNode("urn:a#b")]
_PREDICATE_IRIS = ["urn:p", "urn:a#b"]
_GRAPHS = ["urn:g", "urn:g/source", "urn:h", "urn:a"]
_nodes = st.sampled_from([NamedNode(iri) for iri in _IRIS])
_blank = st.sampled_from([BlankNode("a"), BlankNode("ab")])
_texts = st.sampled_from(
    ['"', "\\", "a\nb\r", " <urn:a> <urn:g> .", 'a"@es <urn:g> .', '" <urn:p> ', "é\x85\u2028", "", "<urn:a>", "x" * 9_000]
)
_literals = st.one_of(
    _texts.map(Literal),
    st.builds(lambda text, language: Literal(text, language=language), _texts, st.sampled_from(["en", "fr-CA", "DE"])),
    st.sampled_from(["01", "1", "x y"]).map(lambda text: Literal(text, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
)
_quads = st.lists(
    st.builds(
        Quad,
        st.one_of(_nodes, _blank),
        st.sampled_from(_PREDICATES),
        st.one_of(_nodes, _blank, _literals),
        st.sampled_from([NamedNode(iri) for iri in _GRAPHS]),
    ),
    max_size=40,
)


def _written(quads: Iterable[Quad]) -> bytes:
    """Quads as a build writes them: graph by graph, subject by subject, each once."""
    ordered = sorted(set(quads), key=lambda quad: (str(quad.graph_name)[::-1], str(quad.subject).encode(), hash(quad)))
    return serialize(ordered, format=RdfFormat.N_QUADS) or b""


def _filed(folder: Path, written: bytes) -> Quads | None:
    (folder / "dataset.nq").write_bytes(written)
    file = LargeFile(folder / "dataset.nq")
    found = find_positions(file)
    return Filed(file, found) if found else None


@pytest.mark.parametrize(("apart", "near"), [(1, 0), (100, 1 << 30), (8_192, 1_000)])
def test_look_ups_give_what_memory_gives(apart: int, near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All patterns, graphs, parts and beginnings of random quads are equal, however near remembered subjects, or equal objects, stand."""
    monkeypatch.setattr(positions, "_APART", apart)
    monkeypatch.setattr(filed_module, "_NEAR", near)

    @settings(max_examples=40, deadline=None)
    @given(_quads)
    def compare(quads: list[Quad]) -> None:
        with TemporaryDirectory() as folder:
            written = _written(quads)
            filed, held = _filed(Path(folder), written), Quads.read(written)
            assert filed is not None
            _assert_equal(filed, held)

    compare()


def _subjects(quads: Quads, graph: str, predicate: str, value: str) -> list[NamedNode]:
    return [quad.subject for quad in quads.quads([graph], None, predicate, value) if isinstance(quad.subject, NamedNode)]


def _assert_equal(filed: Quads, held: Quads) -> None:
    assert len(filed) == len(held)
    assert filed.graphs == held.graphs
    assert sorted(map(str, filed)) == sorted(map(str, held))
    graphs: list[Sequence[str]] = [[graph] for graph in _GRAPHS]
    some: list[str | None] = [None, "urn:a", "urn:a#b", "urn:ab", "urn:none"]
    for where, s, p, o in product([*graphs[:2], [*_GRAPHS, "urn:g"]], some, [None, "urn:p", "urn:a#b"], some):
        pattern = (where, s, p, o)
        assert sorted(map(str, filed.quads(*pattern))) == sorted(map(str, held.quads(*pattern))), pattern
    for iri in (*_IRIS, "urn:none", "not an IRI> <urn:p", "urn:a <urn:p"):
        assert [*filed.parts(iri)] == [*held.parts(iri)], iri
        assert filed.knows(iri) == held.knows(iri), iri
        assert filed.owners(iri) == held.owners(iri), iri
        assert filed.starting(iri) == held.starting(iri), iri
    for graph in (*_GRAPHS, "urn:none"):
        told = [sorted((iri, str(quad)) for iri, said in each.by_subject(graph) for quad in said) for each in (filed, held)]
        assert (
            told[0]
            == told[1]
            == sorted((quad.subject.value, str(quad)) for quad in held.graph(graph) if isinstance(quad.subject, NamedNode))
        )
    iris = ["urn:a", "urn:ab", "urn:none"]
    for graph, p in product([*_GRAPHS, "urn:none"], ["urn:p", "urn:none"]):
        assert filed.amounts(graph, p, iris) == held.amounts(graph, p, iris) == [len(_subjects(held, graph, p, iri)) for iri in iris]
    for graph in _GRAPHS:
        assert filed.languages(graph) == held.languages(graph)
        assert _blocks(filed, graph) == _blocks(held, graph)
        assert sorted(map(str, filed.unnamed(graph))) == sorted(map(str, held.unnamed(graph)))
        assert sorted(map(str, filed.graph(graph))) == sorted(map(str, held.graph(graph)))
        assert sorted(filed.stating(graph, _PREDICATE_IRIS)) == sorted(held.stating(graph, _PREDICATE_IRIS))
        subjects = [subject for subject, _, _ in filed.stating(graph, _PREDICATE_IRIS)]
        assert subjects == sorted(subjects)
        assert sorted(map(str, filed.triples(NamedNode(graph)))) == sorted(map(str, held.triples(NamedNode(graph))))
    assert sorted(map(str, filed.match(_GRAPHS))) == sorted(map(str, held.match(_GRAPHS)))
    for beginning in ("urn:a", "urn:ab", "urn:", "urn:a", "urn:é", "urn:none", "u\ud800", "", "urn:a"):
        assert filed.owners(beginning) == held.owners(beginning), beginning
    assert filed.starting("") == held.starting("")


def _blocks(quads: Quads, graph: str) -> list[tuple[bytes, list[str]]]:
    """What is said of each subject, which all its lines begin with; how a line is written besides does not matter."""
    found = [*quads.blocks(graph)]
    assert all(line.startswith(subject + b" ") for subject, lines in found for line in lines.splitlines())
    return [(subject, sorted(map(str, parse(lines, format=RdfFormat.N_TRIPLES)))) for subject, lines in found]


@pytest.mark.parametrize(
    "written",
    [
        b"<urn:b> <urn:p> <urn:o> <urn:g> .\n<urn:a> <urn:p> <urn:o> <urn:g> .\n",
        b"<urn:a> <urn:p> <urn:o> <urn:g> .\n<urn:a> <urn:p> <urn:o> <urn:h> .\n<urn:b> <urn:p> <urn:o> <urn:g> .\n",
        b"<urn:a> <urn:p> <urn:o> .\n",
        b'<urn:a> <urn:p> "a <b"^^<urn:t> .\n',
        b"<urn:a> <urn:p> <urn:o> _:g .\n",
        b"<urn:a> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> <urn:g> .\n",
        b"<urn:a> <urn:p>  <urn:o> <urn:g> . # a comment\n",
        b"<urn:a> <urn:p> <urn:o> <urn:g> .",
        b"\n",
    ],
    ids=["order", "graph-again", "default-graph", "like-a-graph", "blank-graph", "triple-term", "comment", "cut", "empty-line"],
)
def test_a_file_in_another_order_is_left_to_memory(written: bytes, tmp_path: Path) -> None:
    """Where a file is not as a build writes it, nothing is looked up in it by place."""
    assert _filed(tmp_path, written) is None


def test_large_files_stay_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset of large files is served from the disk, also when others are put in their place or all are removed."""
    directory = small_dataset(tmp_path)
    ordered = _written(Quads.read((directory / "dataset.nq").read_bytes()))
    _replace(directory, ordered)
    small = Publication.open(Settings(dataset=directory))
    monkeypatch.setattr(published, "LARGE", 0)
    large = Publication.open(Settings(dataset=directory))
    assert isinstance(large.quads, Filed)
    client, other = (create_app(Settings(dataset=directory)).test_client() for _ in range(2))
    assert other.get("/doc/unit/legal-affairs.ttl").status_code == 200
    (directory / "dataset.nq").rename(directory / "gone")
    (directory / "dataset.nq").write_bytes(b"<urn:a> <urn:p> <urn:o> <urn:g> .\n")
    shutil.rmtree(directory)
    assert sorted(map(str, large.quads)) == sorted(map(str, small.quads))
    for file in small.published.files.values():
        assert large.published.read(file) == small.published.read(file)
    assert client.get("/data/dataset.nq").data == ordered
    assert client.get("/doc/unit/legal-affairs").status_code == 200


def test_queries_are_answered_from_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keeper reads a large file by its descriptor, which no worker inherits, and gives literals as they were written."""
    directory = small_dataset(tmp_path)
    _replace(directory, _written(Quads.read((directory / "dataset.nq").read_bytes())))
    asked = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    answers = []
    for large in (LARGE, 0):
        monkeypatch.setattr(published, "LARGE", large)
        app = create_app(Settings(dataset=directory))
        with closing(Service.of(app)) as serving:
            assert isinstance(serving.quads, Filed) == (not large)
            found = app.test_client().get("/sparql", query_string={"query": asked}, headers={"Accept": "application/n-triples"})
            assert found.status_code == 200
            answers.append(sorted(found.data.splitlines()))
            assert isinstance(serving.engine, WalledEngine)
            assert set(serving.engine.walls) == set(ALL_WALLS)
            process = serving.engine._pool._forks._keeper
            assert process is not None
            opened = [os.readlink(link) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            assert [name for name in opened if "dataset" in name] == []
    assert answers[0] == answers[1] != []


def test_nobody_waits_for_a_keeper_that_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is told to stop while a keeper reads a large dataset ends the keeper, and does not wait for it."""
    (tmp_path / "silent.py").write_text("import time\ntime.sleep(3600)\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    begun: Queue[Keeper] = Queue()

    def begin() -> Keeper:
        begun.put(started := Keeper({}, module="silent", patience=3600))
        return started

    forks = Forks(begin)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(forks.worker)
        started = begun.get(timeout=30)
        ending = Thread(target=forks.close, daemon=True)
        ending.start()
        ending.join(30)
        started.kill()
        with pytest.raises(EngineFailed):
            waiting.result(30)
        assert not ending.is_alive()
    assert begun.empty()


def test_a_keeper_whose_server_is_gone_reads_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends between two pieces of a large dataset, and not when it has read all of it for nobody."""

    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    (tmp_path / "dataset.nq").write_bytes(b"<urn:a> <urn:p> <urn:o> <urn:g> .\n")
    quads = keeper.OfFile(LargeFile(tmp_path / "dataset.nq"))
    assert len(list(quads)) == 1
    monkeypatch.setattr(os, "getppid", lambda: 1)
    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(SystemExit):
        list(quads)


def _add(directory: Path, name: str, content: bytes) -> None:
    """Add a file to a dataset directory and to its manifest."""
    (directory / name).write_bytes(content)
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    entry = {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media_type": "application/n-triples"}
    manifest["files"].append(entry)
    (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _replace(directory: Path, ordered: bytes) -> None:
    """Put the quads in another order into a dataset directory, and tell its manifest."""
    (directory / "dataset.nq").write_bytes(ordered)
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == "dataset.nq":
            entry.update(bytes=len(ordered), sha256=hashlib.sha256(ordered).hexdigest())
    (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_descriptors_go_with_who_reads(tmp_path: Path) -> None:
    """A file is closed when nobody can read it any more, and a file that is cut short in its place gives less, and ends nothing."""
    path = tmp_path / "file"
    path.write_bytes(b"a" * 10_000)
    file = LargeFile(path)
    fd, number = file.fd, os.fstat(file.fd).st_ino
    assert file.read(9_990) == file.read(0, 10) == b"a" * 10
    os.truncate(path, 5)
    assert file.read() == b"aaaaa"
    del file
    # Its number may be that of another file by now.
    with suppress(OSError):
        assert os.fstat(fd).st_ino != number


@pytest.fixture
def large_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """The address of a server whose files are all large, and one of its files, of several megabytes."""
    directory = small_dataset(tmp_path)
    monkeypatch.setattr(published, "LARGE", 0)
    _add(directory, "dump.nt", b"".join(b'<urn:a%d> <urn:p> "%d" .\n' % (number, number) for number in range(200_000)))
    with listening(create_app(Settings(dataset=directory))) as address:
        yield address, directory / "dump.nt"


def test_a_large_file_is_given_piece_by_piece(large_server: tuple[str, Path]) -> None:
    """It has its length, its tag and all its bytes; conditions and HEAD hold; the next request of the connection is answered."""
    address, path = large_server
    connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", "/data/dump.nt")
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.read() == path.read_bytes()
    tag = answer.headers["ETag"]
    assert answer.headers["Content-Length"] == str(path.stat().st_size)
    connection.request("GET", "/metrics")
    counted = re.search(r"^organograph_answered_bytes_total (\S+)$", connection.getresponse().read().decode(), re.MULTILINE)
    assert counted
    assert float(counted[1]) >= path.stat().st_size
    connection.request("GET", "/data/dump.nt", headers={"If-None-Match": tag})
    unchanged = connection.getresponse()
    assert (unchanged.status, unchanged.read()) == (304, b"")
    connection.request("HEAD", "/data/dump.nt")
    head = connection.getresponse()
    assert (head.status, head.headers["Content-Length"], head.headers["ETag"]) == (200, str(path.stat().st_size), tag)
    head.read()
    connection.request("GET", "/edition/2022-06.ttl")
    edition = connection.getresponse()
    assert edition.read() == (path.parent / "editions/2022-06.ttl").read_bytes()
    assert edition.headers["Content-Location"] == "/edition/2022-06.ttl"
    connection.request("GET", "/data/dump.nt", headers={"Accept-Encoding": "gzip, identity;q=0"})
    packed = connection.getresponse()
    assert gzip.decompress(packed.read()) == path.read_bytes()
    connection.close()


def test_a_file_that_is_cut_short_is_not_taken_for_whole(large_server: tuple[str, Path]) -> None:
    """Whoever overwrites a file in its place ends the answer before its end, and only that."""
    address, path = large_server
    os.truncate(path, 1_000)
    with pytest.raises(IncompleteRead), urlopen(f"{address}/data/dump.nt", timeout=30) as answer:
        answer.read()
    with urlopen(f"{address}/doc/unit/legal-affairs.ttl", timeout=30) as answer:
        assert answer.status == 200
