"""Typed links of every answer (Signposting, RFC 8288) and tables in CSV, over a real socket."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from httpclient import HTML, Client
from serving import BASE, Running, listening, small_app

UNIT = "/doc/unit/legal-affairs"
_LINK = re.compile(r'<([^<>"\s]*)>((?:; [a-z]+="[^"]*")+)(?:, |$)')


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def signposts(client: Client, path: str, accept: str | None = None) -> set[tuple[str, str, str]]:
    """Every link as relation, target and type; the field holds nothing else, and its parameters are quoted."""
    field = client.get(path, accept).fields["Link"]
    assert _LINK.sub("", field) == ""
    found = set()
    for target, parameters in _LINK.findall(field):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', parameters))
        for relation in told["rel"].split():
            found.add((relation if "anchor" not in told else f"{relation} of {told['anchor']}", target, told.get("type", "")))
    return found


def test_a_document_says_where_everything_is(client: Client) -> None:
    """A document names its thing, how to cite it, its canonical address, its collection, its types and all its formats with types."""
    iri = f"{BASE}id/unit/legal-affairs"
    found = signposts(client, UNIT, HTML)
    assert {
        ("describes", iri, ""),
        ("cite-as", iri, ""),
        ("canonical", f"{BASE}doc/unit/legal-affairs", "text/turtle"),
        ("collection", "/catalogue", ""),
        ("type", "https://schema.org/AboutPage", ""),
        (f"type of {iri}", "http://www.w3.org/ns/org#OrganizationalUnit", ""),
        ("describedby", f"{UNIT}.jsonld", "application/ld+json"),
        ("alternate", f"{UNIT}.ttl", "text/turtle"),
        ("alternate", f"{UNIT}.jsonld", "application/ld+json"),
        ("alternate", f"{UNIT}.rdf", "application/rdf+xml"),
        ("alternate", f"{UNIT}.nt", "application/n-triples"),
        ("alternate", f"{UNIT}.trig", "application/trig"),
        ("alternate", f"{UNIT}.nq", "application/n-quads"),
    } <= found
    assert ("collection", "/edition/2021-09", "") in signposts(client, f"/edition/2021-09{UNIT}")
    thing = signposts(client, "/id/unit/legal-affairs")
    assert {("describedby", UNIT, ""), ("type", "http://www.w3.org/ns/org#OrganizationalUnit", "")} <= thing


def test_graphs_say_what_they_are_of_and_made_of(client: Client) -> None:
    """The catalogue has its editions and dumps as items; an edition belongs to it, is described by it, and has its files as items."""
    catalogue = signposts(client, "/catalogue")
    assert {("item", f"/edition/{edition}", "") for edition in ("2021-09", "2022-06")} <= catalogue
    assert ("item", "/data/dataset.nq", "application/n-triples") in catalogue
    assert ("type", "http://www.w3.org/ns/dcat#Catalog", "") in catalogue
    edition = signposts(client, "/edition/2022-06")
    assert {("describedby", "/catalogue", ""), ("collection", "/catalogue", ""), ("cite-as", f"{BASE}edition/2022-06", "")} <= edition
    assert ("item", "/data/editions/2022-06.ttl", "text/turtle") in edition
    assert ("collection", "/edition/2022-06", "") in signposts(client, "/edition/2022-06/source/structure-2022")
    assert ("collection", "/catalogue", "") in signposts(client, "/data/dataset.nq")


def test_links_lead_somewhere(client: Client) -> None:
    """Every target on this server that a Link field names is there."""
    targets = {
        target.replace(BASE, "/")
        for path in (
            "/",
            "/id/unit/legal-affairs",
            UNIT,
            "/edition/2021-09",
            f"/edition/2021-09{UNIT}",
            "/catalogue",
            "/ns",
            f"/timemap{UNIT}",
        )
        for _, target, _ in signposts(client, path, HTML)
        if target.startswith(("/", BASE))
    }
    assert len(targets) > 40
    assert {target for target in targets if client.get(target).status >= 400} == set()


def test_the_licence_of_iom_is_linked(iom: Running) -> None:
    """Documents, graphs and files of IOM name the licence, and no Link field is too long for a proxy."""
    client = Client(iom.address[:-1])
    for path in (
        "/doc/unit/legal-affairs",
        "/edition/2022-06",
        "/edition/2022-06/doc/unit/legal-affairs",
        "/catalogue",
        "/data/dataset.trig",
    ):
        assert ("license", "https://creativecommons.org/licenses/by/4.0/", "") in signposts(client, path)
        assert len(client.get(path).fields["Link"]) < 3_000


def test_an_edition_is_a_table_too(client: Client) -> None:
    """An edition in CSV has a row for each unit, post and body, with what stands above it."""
    answer = client.get("/edition/2022-06", "text/csv")
    assert (answer.fields["Content-Type"], answer.fields["Content-Location"]) == ("text/csv; charset=utf-8", "/edition/2022-06.csv")
    assert answer.body == client.get("/edition/2022-06.csv").body
    rows = {row["iri"].removeprefix(f"{BASE}id/"): row for row in csv.DictReader(answer.text.splitlines())}
    assert rows["unit/legal-affairs"] == {
        "iri": f"{BASE}id/unit/legal-affairs",
        "type": "unit",
        "name": "Office of Legal Affairs",
        "other_names": "LEG",
        "kind": "department",
        "parent": f"{BASE}id/post/director-general",
        "parent_name": "Director General",
        "basis": "stated",
        "purpose": "Advises the organization on law.",
    }
    assert set(rows) == {
        "unit/legal-affairs",
        "unit/crisis-response",
        "unit/bangkok",
        "post/director-general",
        "post/deputy-operations",
    } | {"body/council"}


def test_the_register_is_a_table_too(client: Client) -> None:
    """The catalogue in CSV has a row for each thing, with the editions that describe it and those that leave it out."""
    rows = {row["name"]: row for row in csv.DictReader(client.get("/catalogue.csv").text.splitlines())}
    assert rows["Regional Office Bangkok"]["described_in"] == "2022-06"
    assert rows["Regional Office Bangkok"]["not_described_in"] == "2021-09"
    assert rows["Director General"]["described_in"] == "2021-09; 2022-06"
    assert client.get("/doc/unit/legal-affairs", "text/csv").status == 406
