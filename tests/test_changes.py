"""The stream of changes over a real socket: who replays it has the latest edition, whoever he is and however he reads."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Dataset as Quads

from httpclient import HTML, Client
from ldesclient import TREE, Replica
from organograph import publish
from organograph.names import Names
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import ONTOLOGY, SHAPES, bundled
from second_organization import FIRST, SECOND, Document, add_row, changes, reformed, store_rows, stored_rows, units, write_edition
from serving import listening
from test_change_members import blocks
from test_cli import run

# RDFLib warns of parts of itself that it uses.
pytestmark = [pytest.mark.filterwarnings(f"ignore:{name}:DeprecationWarning") for name in ("ConjunctiveGraph", r"Dataset\.default_context")]
PAGE = 3
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
DATASET_FORMATS = [("application/trig", "trig"), ("application/n-quads", "nquads"), ("application/ld+json", "json-ld")]


@dataclass(frozen=True)
class Place:
    """A server that listens where the IRIs of its dataset say, and the dataset's directory and manifest."""

    client: Client
    dataset: Path
    manifest: dict[str, object]

    @property
    def entry(self) -> str:
        """The address that a subscriber is told."""
        return f"{self.client.address}/changes"

    def iri(self, edition: str) -> str:
        """The IRI of an edition."""
        return f"{self.client.address}/edition/{edition}"

    def wanted(self, edition: str) -> str:
        """The hash that the manifest has of an edition (RDFC-1.0)."""
        graphs = self.manifest["graphs"]
        assert isinstance(graphs, list)
        (found,) = [graph["rdfc10_sha256"] for graph in graphs if graph["iri"] == self.iri(edition)]
        return str(found)

    @property
    def editions(self) -> list[tuple[str, str]]:
        """The identifier of each edition and the moment that it begins with."""
        found = self.manifest["editions"]
        assert isinstance(found, list)
        return [(edition["id"], f"{edition['not_before']}-01T00:00:00Z") for edition in found]


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def serve(dataset: Path, port: int, **settings: int) -> Iterator[Place]:
    """A server of a dataset at the port that its base names."""
    with listening(create_app(Settings(dataset=dataset, **settings)), port) as address:
        yield Place(Client(address), dataset, json.loads((dataset / "manifest.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def iom_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """IOM's structure, served where its IRIs are."""
    port, dataset = free_port(), bundled().dataset
    assert dataset is not None
    out = tmp_path_factory.mktemp("iom-there") / "published"
    publish.build(dataset, Names(f"http://127.0.0.1:{port}/"), ONTOLOGY, SHAPES, out)
    yield from serve(out, port)


@pytest.fixture(scope="module")
def second_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Another organization, made by tables alone, with few versions on a page."""
    port, folder = free_port(), tmp_path_factory.mktemp("second") / "lon"
    named = ("--name", "Lanternfish Observatory Network", "--acronym", "LON", "--head", "Secretary-General")
    assert run("init", folder, *named, "--base", f"http://127.0.0.1:{port}/", "--edition", FIRST).exit_code == 0
    first, second = Document("chart-2024", folder), Document("chart-2025", folder)
    write_edition(folder, FIRST, first, units(), "Ada Brine")
    store_rows(folder / "sources.csv", [first.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert run("build", folder, "--out", folder.parent / "first").exit_code == 0
    assert run("new", "edition", SECOND, folder, "--from", FIRST).exit_code == 0
    write_edition(folder, SECOND, second, reformed(units()), "Bo Skerry")
    told = changes(second)
    add_row(folder / "sources.csv", second.source())
    editions = stored_rows(folder / "editions.csv")
    store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    store_rows(folder / "changes.csv", told)
    built = run("build", folder, "--out", folder.parent / "out")
    assert built.exit_code == 0, built.output
    yield from serve(folder.parent / "out", port, page_members=PAGE)


@pytest.fixture(scope="module", params=["iom_there", "second_there"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each organization in turn."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def _as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let RDFLib leave literals as they are written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def hashed(graph: rdflib.Graph, name: str) -> str:
    """The hash of a graph with its name, as manifests have it (RDFC-1.0)."""
    read = parse(graph.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    quads = Quads(Quad(quad.subject, quad.predicate, quad.object, NamedNode(name)) for quad in read)
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in quads)).encode()).hexdigest()


@pytest.mark.parametrize(("accept", "kind"), DATASET_FORMATS, ids=[kind for _, kind in DATASET_FORMATS])
def test_a_fresh_client_has_each_edition_at_its_date(place: Place, accept: str, kind: str) -> None:
    """Who replays all has the latest edition to the triple, and who stops at a date has the edition of that date."""
    replica = Replica(place.entry, accept, kind)
    assert len(place.editions) >= 2
    for edition, since in place.editions:
        assert hashed(replica.at(since), place.iri(edition)) == place.wanted(edition)
    assert hashed(replica.at(), place.iri(edition)) == place.wanted(edition)


def test_each_thing_of_each_edition_is_one_member(place: Place) -> None:
    """No edition has two versions of a thing, all that it describes has one, and what it no longer describes is told once."""
    replica = Replica(place.entry)
    assert max(Counter((version.thing, version.transaction) for version in replica.versions).values()) == 1
    known: set[object] = set()
    for edition, _ in place.editions:
        told = [version for version in replica.versions if str(version.transaction).endswith(f"/edition/{edition}")]
        now = {version.thing for version in told if not version.deleted}
        assert {version.thing for version in told if version.deleted} == known - now
        assert [version.ends_transaction for version in told] == [False] * (len(told) - 1) + [True]
        known = now


def test_turtle_and_n_triples_say_the_same_without_names_of_graphs(place: Place) -> None:
    """A page in a format of triples is the union of the graphs that it has in TriG."""
    for address, page in Replica(place.entry).pages.items():
        whole = {quad[:3] for quad in page.quads()}
        for accept, kind in (("text/turtle", "turtle"), ("application/n-triples", "nt")):
            answer = place.client.get(urlsplit(address).path, accept)
            assert answer.media_type == accept
            assert set(rdflib.Graph().parse(data=answer.body, format=kind)) == whole


def test_pages_are_bounded_and_where_their_relations_say(place: Place) -> None:
    """No page has more members than the setting allows, and each member lies within the bounds of the relations that lead to it."""
    replica = Replica(place.entry)
    limit = PAGE if "Lanternfish" in place.client.get("/", HTML).text else Settings.page_members
    sizes = [len(list(page.objects(replica.stream, TREE.member))) for page in replica.pages.values()]
    assert max(sizes) == limit
    assert len([size for size in sizes if size == 0]) == 1, "only the entry has none"
    for page in replica.pages.values():
        for relation in page.subjects(TREE.node, None):
            (node,), (value,), (kind,) = (list(page.objects(relation, term)) for term in (TREE.node, TREE.value, rdflib.RDF.type))
            target = replica.pages[str(node)]
            times = {str(time) for member in target.objects(replica.stream, TREE.member) for time in target.objects(member, DCT.created)}
            if kind == TREE.GreaterThanOrEqualToRelation:
                assert min(times) >= str(value)
            else:
                assert (kind, max(times) < str(value)) == (TREE.LessThanRelation, True)


@pytest.mark.parametrize("accept", ["application/trig", "application/n-quads", "text/turtle", "application/n-triples"])
def test_what_is_said_of_a_member_stands_together(iom_there: Place, accept: str) -> None:
    """Formats that keep an order have the profile of TREE: first what leads on, then each member with all that is its own."""
    answer = iom_there.client.get("/changes/2022-06", accept)
    assert 'profile="https://w3id.org/tree/profile"' in answer.fields["Content-Type"]
    form = RdfFormat.from_media_type(accept)
    assert form is not None
    member, seen = "", set()
    for quad in parse(answer.body, format=form):
        if quad.predicate.value == f"{TREE}member":
            member = str(quad.object)
            assert member not in seen
            seen.add(member)
        elif str(quad.subject).startswith(f"<{iom_there.entry}/2022-06"):
            assert member == "", "what leads on stands first"
        elif form.supports_datasets:
            assert member in (str(quad.subject), str(quad.graph_name))
    assert len(seen) == 100


def test_what_left_says_why(iom_there: Place) -> None:
    """Each unit, post and body that left names the limit of scope, or else the change, by which it did; the rest has a sentence too."""
    replica = Replica(iom_there.entry)
    reasons: Counter[str] = Counter()
    for page in replica.pages.values():
        for member in page.subjects(rdflib.RDF.type, rdflib.URIRef("https://www.w3.org/ns/activitystreams#Delete")):
            (reason,) = page.objects(member, rdflib.RDFS.comment)
            assert str(reason).endswith(".")
            limits = list(page.objects(member, rdflib.URIRef("https://w3id.org/organograph/ns#outsideScope")))
            events = list(page.objects(member, DCT.references))
            assert not (limits and events)
            told = "outside" if limits else "ended" if events else "untold"
            assert told != "untold" or not re.search("/doc/(unit|post|body)/", str(member)), reason
            reasons[told] += 1
    assert reasons["outside"] > 100
    assert reasons["ended"] > 5


def test_an_edition_that_is_added_leaves_all_members_as_they_were(second_there: Place) -> None:
    """Who has replayed the first edition needs only the second: the members of the first are the same, and say the same."""
    alone, both = blocks(second_there.dataset.with_name("first")), blocks(second_there.dataset)
    assert list(alone) == [FIRST]
    assert list(both) == [FIRST, SECOND]
    assert alone[FIRST] == both[FIRST]
    assert len(alone[FIRST]) > 40


def test_a_version_is_named_by_the_address_of_its_state(iom_there: Place) -> None:
    """The name of a member leads to the dated state; for what left, to the answer that says why it is not there."""
    versions = Replica(iom_there.entry).versions
    for version in [next(v for v in versions if not v.deleted), next(v for v in versions if v.deleted)]:
        answer = iom_there.client.get(urlsplit(str(version.iri)).path, "text/turtle")
        assert answer.status == (404 if version.deleted else 200)


@pytest.mark.parametrize("order", ["none", "ascending"])
def test_a_client_of_others_finds_the_same_members(iom_there: Place, ldes_client: str, order: str, tmp_path: Path) -> None:
    """The client of RDF-Connect emits every member once, each with its state; in order, a replay has the latest edition."""
    command = [ldes_client, "--ordered", order, iom_there.entry]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path)
    states: dict[str, list[str]] = {}
    emitted: list[str] = []
    # The client shortens truths as Turtle does, in lines that are N-Quads otherwise.
    written = re.sub(r"^(<\S+> <\S+>) (true|false) (?=<)", r'\1 "\2"^^<http://www.w3.org/2001/XMLSchema#boolean> ', done.stdout, flags=re.M)
    for block in filter(None, written.split("\n\n")):
        quads = list(parse(block.encode(), format=RdfFormat.N_QUADS))
        (thing,) = [(quad.subject, quad.object) for quad in quads if quad.predicate.value == f"{DCT}isVersionOf"]
        emitted.append(thing[0].value)
        states[str(thing[1])] = [f"{quad.triple} .\n" for quad in quads if quad.graph_name == thing[0]]
    assert sorted(emitted) == sorted(str(version.iri) for version in Replica(iom_there.entry).versions)
    if order == "ascending":
        latest, _ = iom_there.editions[-1]
        replayed = rdflib.Graph().parse(data="".join(line for state in states.values() for line in state), format="nt")
        assert hashed(replayed, iom_there.iri(latest)) == iom_there.wanted(latest)
