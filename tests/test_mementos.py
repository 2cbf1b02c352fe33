"""Time over a real socket: the state of a thing in each edition, TimeGates and TimeMaps (RFC 7089)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, URIRef

from httpclient import HTML, Answer, Client
from serving import BASE, Running, listening, small_app

UNIT = "/doc/unit/legal-affairs"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def links(answer: Answer) -> dict[str, list[str]]:
    """The targets of the Link field by relation, each of which stands in quotes."""
    found: dict[str, list[str]] = {}
    for target, relations in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.fields["Link"]):
        for relation in relations.split():
            found.setdefault(relation, []).append(target)
    return found


def canonical(quads: Dataset) -> list[str]:
    """A dataset by RDFC-1.0."""
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, quads))


def test_a_thing_has_a_state_in_each_edition(client: Client) -> None:
    """The state of a unit in an edition has that edition's name, kind and evidence, and nothing of the others."""
    early = client.get("/edition/2021-09/doc/unit/legal-affairs.nt").text
    assert '"Legal Affairs"@en' in early
    assert "Office of Legal Affairs" not in early
    assert "kind/department" not in early
    assert "at-10-23" in early
    late = client.get("/edition/2022-06/doc/unit/legal-affairs.nt").text
    assert '"Office of Legal Affairs"@en' in late
    assert "conflict/legal-name" in late
    assert "at-10-23" not in late


def test_a_page_of_the_past_keeps_to_its_edition(client: Client) -> None:
    """The page of a state leads to states of the same edition, and to the document of now."""
    page = client.get("/edition/2021-09/doc/unit/legal-affairs", HTML).text
    assert "<h1>Legal Affairs</h1>" in page
    assert 'href="../../../../edition/2021-09/doc/post/director-general"' in page
    assert 'href="../../../../doc/unit/legal-affairs"' in page


def test_what_an_edition_does_not_describe_is_told_with_the_reason(client: Client) -> None:
    """404 says that the edition does not describe the thing, why, and where it is described."""
    problem = json.loads(client.get("/edition/2021-09/doc/unit/bangkok", "application/json").body)
    assert problem["status"] == 404
    assert "Edition 2021-09 does not describe the unit 'bangkok'." in problem["detail"]
    assert "The document describes the office of the Director General alone." in problem["detail"]
    assert "/edition/2022-06/doc/unit/bangkok" in problem["cure"]
    ended = json.loads(client.get("/edition/2022-06/doc/unit/emergencies").body)
    assert "Emergencies becomes Crisis Response." in ended["detail"]
    assert client.get("/edition/1999-01/doc/unit/bangkok").status == 404


@pytest.mark.parametrize(
    ("date", "edition"),
    [
        (None, "2022-06"),
        ("Wed, 01 Jan 1997 00:00:00 GMT", "2021-09"),
        ("Tue, 31 Aug 2021 23:59:59 GMT", "2021-09"),
        ("Wed, 01 Sep 2021 00:00:00 GMT", "2021-09"),
        ("Tue, 31 May 2022 23:59:59 GMT", "2021-09"),
        ("Wed, 01 Jun 2022 00:00:00 GMT", "2022-06"),
        ("Tue, 01 Jan 2999 00:00:00 GMT", "2022-06"),
    ],
)
def test_a_timegate_leads_to_the_state_in_force(client: Client, date: str | None, edition: str) -> None:
    """The TimeGate leads to the last state begun by the date, to the first before all, to the last without a date."""
    for original, memento in ((UNIT, f"/edition/{edition}{UNIT}"), ("/edition/latest", f"/edition/{edition}")):
        answer = client.get(f"/timegate{original}", **({"Accept-Datetime": date} if date else {}))
        assert (answer.status, answer.fields["Location"]) == (302, memento)
        assert "Accept-Datetime" in answer.fields["Vary"]
        assert links(answer)["original"] == [original]
        assert links(answer)["timemap"] == [f"/timemap{original}"]
        assert "Memento-Datetime" not in answer.fields
        assert client.get(memento, "text/turtle").status == 200


@pytest.mark.parametrize("date", ["yesterday", "", "2022-06-01", "Wed, 31 Jun 2022 00:00:00 GMT", "Wed, 01 Jun 2022 25:00:00 GMT", "\xff"])
def test_a_date_that_is_no_date_is_refused(client: Client, date: str) -> None:
    """A malformed Accept-Datetime is 400 with a sentence that shows how to write it."""
    answer = client.get(f"/timegate{UNIT}", **{"Accept-Datetime": date})
    assert answer.status == 400
    assert "Thu, 01 Sep 2022 00:00:00 GMT" in json.loads(answer.body)["cure"]


def test_things_lead_to_their_timegate(client: Client) -> None:
    """A thing and its document name TimeGate and TimeMap; the TimeGate of a thing is that of its document."""
    for path in ("/id/unit/legal-affairs", UNIT):
        found = links(client.get(path))
        assert (found["timegate"], found["timemap"]) == ([f"/timegate{UNIT}"], [f"/timemap{UNIT}"])
        assert "original" not in found
    for path in ("/timegate/id/unit/legal-affairs", f"/timegate/{BASE}id/unit/legal-affairs"):
        answer = client.get(path)
        assert (answer.status, answer.fields["Location"], answer.fields["Vary"]) == (302, f"/timegate{UNIT}", None)
    assert client.get(f"/timegate/{BASE}{UNIT[1:]}").fields["Location"] == f"/edition/2022-06{UNIT}"


def test_a_memento_says_since_when_and_what_is_around(client: Client) -> None:
    """A memento has its date, its original, TimeGate and TimeMap, and its neighbours with their dates in quotes."""
    for path, original in ((f"/edition/2021-09{UNIT}", UNIT), ("/edition/2021-09", "/edition/latest")):
        for suffix in ("", ".ttl", ".html"):
            answer = client.get(path + suffix)
            assert answer.fields["Memento-Datetime"] == "Wed, 01 Sep 2021 00:00:00 GMT"
            found = links(answer)
            assert (found["original"], found["timegate"]) == ([original], [f"/timegate{original}"])
            assert found["timemap"] == [f"/timemap{original}"]
            assert found["first"] == [path]
            assert found["next"] == found["last"] == [path.replace("2021-09", "2022-06")]
            assert sorted(found["memento"]) == sorted({path, path.replace("2021-09", "2022-06")})
            assert 'rel="next last memento"; datetime="Wed, 01 Jun 2022 00:00:00 GMT"' in answer.fields["Link"]
    assert "Memento-Datetime" not in client.get(UNIT).fields


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # RDFLib 7.6 warns of a class it uses itself
def test_a_timemap_lists_all_states(client: Client) -> None:
    """The TimeMap has every state with its date, in link format and, as the same facts, in RDF."""
    text = client.get(f"/timemap{UNIT}").text
    assert client.get(f"/timemap{UNIT}").media_type == "application/link-format"
    assert text.splitlines() == [
        f'<{BASE}{UNIT[1:]}>; rel="original",',
        f'<{BASE}timemap{UNIT}>; rel="self"; type="application/link-format"; '
        'from="Wed, 01 Sep 2021 00:00:00 GMT"; until="Wed, 01 Jun 2022 00:00:00 GMT",',
        f'<{BASE}timegate{UNIT}>; rel="timegate",',
        f'<{BASE}edition/2021-09{UNIT}>; rel="first memento"; datetime="Wed, 01 Sep 2021 00:00:00 GMT",',
        f'<{BASE}edition/2022-06{UNIT}>; rel="last memento"; datetime="Wed, 01 Jun 2022 00:00:00 GMT"',
    ]
    graphs = [Graph().parse(data=client.get(f"/timemap{UNIT}.{ending}").body, format=form) for ending, form in _RDF.items()]
    mem = "http://mementoweb.org/ns#"
    states = graphs[0].objects(URIRef(f"{BASE}{UNIT[1:]}"), URIRef(f"{mem}memento"))
    assert {str(state) for state in states} == {f"{BASE}edition/{edition}{UNIT}" for edition in ("2021-09", "2022-06")}
    assert all(set(graph) == set(graphs[0]) for graph in graphs)
    page = client.get(f"/timemap{UNIT}", HTML).text
    assert "Office of Legal Affairs" in page
    assert 'href="../../../edition/2021-09/doc/unit/legal-affairs"' in page
    assert client.get("/timemap/edition/latest", "text/turtle").media_type == "text/turtle"
    assert client.get(f"/timemap{UNIT}", "image/png").status == 406


_RDF = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


def test_what_has_no_dated_state_has_no_timegate(client: Client) -> None:
    """A document that is of no edition names no TimeGate, and asking for one is 404 with a sentence."""
    assert "timegate" not in client.get("/doc/source/office-2021").fields["Link"]
    for path in ("doc/source/office-2021", "doc/unit/nobody", "catalogue", "nothing"):
        for door in ("timegate", "timemap"):
            answer = client.get(f"/{door}/{path}")
            assert answer.status == 404
            assert path in answer.text


def test_the_latest_edition_has_an_address_that_stays(client: Client) -> None:
    """`/edition/latest` leads to the latest edition in any format, and to its states of things."""
    for path, target in {
        "/edition/latest": "/edition/2022-06",
        "/edition/latest.nq": "/edition/2022-06.nq",
        "/edition/latest?format=csv": "/edition/2022-06.csv",
        f"/edition/latest{UNIT}.ttl": f"/edition/2022-06{UNIT}.ttl",
    }.items():
        answer = client.get(path)
        assert (answer.status, answer.fields["Location"]) == (307, target)
    assert client.get("/edition/latest.docx").status == 404


def united(client: Client, paths: list[str], name: NamedNode) -> Dataset:
    """What documents together say in one graph."""
    union = Dataset()
    for path in paths:
        answer = client.get(f"{path}.nq")
        assert answer.status == 200, path
        assert 'rel="next"' not in answer.fields["Link"]
        for quad in parse(answer.body, format=RdfFormat.N_QUADS):
            if quad.graph_name == name:
                union.add(quad)
    return union


def test_states_together_are_their_edition(iom: Running) -> None:
    """Of each edition dump, graph and the union of its states of things are one graph (RDFC-1.0), as is that of the documents of now."""
    client = Client(iom.address[:-1])
    dump = list(parse(client.get("/data/dataset.nq").body, format=RdfFormat.N_QUADS))
    for edition in ("2021-09", "2022-06", "2023-10"):
        name = NamedNode(f"{iom.base}edition/{edition}")
        register = csv.DictReader(client.get("/catalogue.csv").text.splitlines())
        things = [row["iri"].removeprefix(f"{iom.base}id/") for row in register if edition in row["described_in"]]
        assert len(things) > 30
        prefixes = [f"/edition/{edition}/doc/", *(["/doc/"] if edition == "2023-10" else [])]
        unions = [canonical(united(client, [prefix + thing for thing in things], name)) for prefix in prefixes]
        whole = canonical(Dataset(quad for quad in dump if quad.graph_name == name))
        assert all(union == whole for union in unions)
        assert canonical(Dataset(parse(client.get(f"/edition/{edition}.nq").body, format=RdfFormat.N_QUADS))) == whole
        turtle = parse(client.get(f"/edition/{edition}.ttl").body, format=RdfFormat.TURTLE)
        assert canonical(Dataset(Quad(*quad.triple, name) for quad in turtle)) == whole
