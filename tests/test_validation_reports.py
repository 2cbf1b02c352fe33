"""The published validation report of each edition: it is what an independent validator finds, and pages and programs are led to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from playwright.sync_api import Browser
from rdflib import RDF, BNode, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF, PROV, SH
from rdflib.term import Node

from httpclient import HTML, Client
from independent import OG
from organograph_server.app import create_app
from organograph_server.settings import Settings
from second_organization import BASE as LON
from second_organization import (
    FIRST,
    SECOND,
    SETTINGS,
    Document,
    add_row,
    changes,
    reformed,
    store_rows,
    stored_rows,
    units,
    write_edition,
)
from serving import BASE, Running, listening, small_app, small_dataset
from test_cli import run

EDITIONS = ("2021-09", "2022-06", "2023-10")
# RDFLib 7.6 warns of what it uses itself.
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning", "ignore:Dataset.default_context is deprecated:DeprecationWarning"
)
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two editions, of which the first breaks rules: its independent office stands in a department, two teams share a name."""
    return build_broken(tmp_path_factory.mktemp("broken"))


def build_broken(place: Path) -> Path:
    """Build that dataset below an empty directory."""
    folder = place / "lon"
    assert run("init", folder, *SETTINGS, "--edition", FIRST).exit_code == 0
    (folder / "documents/first-note.txt").unlink()
    told = {"audit": {"parent": "unit:plankton"}, "applied-plankton-survey": {"name": "Applied Plankton Modelling Team"}}
    first, later = Document("chart-2024", folder), Document("chart-2025", folder)
    write_edition(folder, FIRST, first, [unit | told.get(unit["slug"], {}) for unit in units()], "Ada Brine")
    store_rows(folder / "sources.csv", [first.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert run("new", "edition", SECOND, folder, "--from", FIRST).exit_code == 0
    write_edition(folder, SECOND, later, reformed(units()), "Bo Skerry")
    changed = changes(later)
    add_row(folder / "sources.csv", later.source())
    editions = stored_rows(folder / "editions.csv")
    store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    store_rows(folder / "changes.csv", changed)
    built = run("build", folder, "--out", place / "out")
    assert built.exit_code == 0, built.output
    return place / "out"


@pytest.fixture(scope="module")
def faulty(broken: Path) -> Iterator[Client]:
    """A client of a server of that dataset."""
    with listening(create_app(Settings(dataset=broken))) as address:
        yield Client(address)


def graph(client: Client, path: str) -> Graph:
    """A document of a server."""
    return Graph().parse(data=client.get(path, "text/turtle").body, format="turtle")


def bare(report: Graph) -> Graph:
    """The results of a report, without words, and without the copy of each query and of the path that pySHACL's own have."""
    kept, wanted = Graph(), (SH.focusNode, SH.value, SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent, SH.resultPath)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        name = BNode()
        for predicate in wanted:
            for value in report.objects(result, predicate):
                kept.add((name, predicate, value))
                _reach(report, value, kept)
    return kept


def _reach(report: Graph, node: Node, kept: Graph) -> None:
    for triple in report.triples((node, None, None)) if isinstance(node, BNode) else ():
        kept.add(triple)
        _reach(report, triple[2], kept)


@pytest.mark.parametrize("edition", EDITIONS)
def test_report_names_what_it_is_about(client: Client, edition: str) -> None:
    """Each edition of IOM conforms; its report is one, and names the graphs that were validated, each with rules that are there."""
    iri = URIRef(f"{BASE}edition/{edition}/report")
    told = graph(client, f"/edition/{edition}/report")
    assert [*told.subjects(RDF.type, SH.ValidationReport)] == [iri]
    assert [value.toPython() for value in told.objects(iri, SH.conforms)] == [True]
    graphs = {*told.objects(iri, PROV.wasDerivedFrom)}
    evidence = {*graph(client, "/catalogue").objects(URIRef(f"{BASE}edition/{edition}"), URIRef(f"{OG}evidenceGraph"))}
    assert graphs == {URIRef(f"{BASE}edition/{edition}"), URIRef(f"{BASE}catalogue"), *evidence}
    for part in graphs:
        (rules,) = told.objects(part, SH.shapesGraph)
        assert client.get("/" + str(rules).removeprefix(BASE), "text/turtle").status == 200


@pytest.mark.parametrize(("edition", "conforms"), [(FIRST, False), (SECOND, True)])
def test_findings_are_those_of_an_independent_validator(faulty: Client, edition: str, conforms: bool) -> None:
    """The report has the results that pySHACL finds in the published data with the published rules, in words of both languages."""
    iri = URIRef(f"{LON}edition/{edition}")
    told = graph(faulty, f"/edition/{edition}/report")
    whole = Graph()
    for path in (f"/edition/{edition}", "/catalogue", "/ns"):
        whole += graph(faulty, path)
    found, report, _ = pyshacl.validate(whole, shacl_graph=graph(faulty, "/shapes/edition"))
    assert isinstance(report, Graph)
    own = {result for result in told.subjects(PROV.wasDerivedFrom, iri) if isinstance(result, URIRef) and "#result-" in result}
    assert (bool(found), bool(own)) == (conforms, not conforms)
    others = set(told.subjects(RDF.type, SH.ValidationResult)) - own
    only = Graph()
    only += (triple for triple in told if triple[0] not in others)
    assert isomorphic(bare(only), bare(report))
    assert [value.toPython() for value in told.objects(URIRef(f"{iri}/report"), SH.conforms)] == [conforms]
    for result in own:
        assert {getattr(text, "language", None) for text in told.objects(result, SH.resultMessage)} == {"en", "fr"}


def test_all_formats_are_one_graph(client: Client, faulty: Client) -> None:
    """Turtle, JSON-LD, RDF/XML and N-Triples hold the same statements, also where there are findings."""
    for server, edition in ((client, "2023-10"), (faulty, FIRST)):
        read = {ending: Graph() for ending in FORMATS}
        for ending, form in FORMATS.items():
            read[ending].parse(data=server.get(f"/edition/{edition}/report.{ending}").body, format=form)
        assert all(isomorphic(read["ttl"], other) for other in read.values())
        assert len(read["ttl"]) >= 10


def test_report_is_a_representation_like_others(client: Client) -> None:
    """It has a strong tag of its bytes, answers 304 to who has it, and knows no clock."""
    answer, other = (client.get(f"/edition/{edition}/report", "text/turtle") for edition in EDITIONS[:2])
    tag = answer.fields["ETag"]
    assert not tag.startswith("W/")
    assert other.fields["ETag"] != tag
    assert client.get(f"/edition/{EDITIONS[0]}/report", "text/turtle", **{"If-None-Match": tag}).status == 304
    assert b"dateTime" not in answer.body
    assert client.get("/edition/1999-01/report").status == 404
    assert client.get("/edition/2023-10/report.csv").status == 404


def test_same_tables_give_the_same_report(broken: Path, tmp_path: Path) -> None:
    """Two builds of faulty tables write the same bytes, blank nodes and order of findings included."""
    written = [(out / f"editions/{FIRST}/report.ttl").read_bytes() for out in (broken, build_broken(tmp_path))]
    assert b"sh:conforms false" in written[0]
    assert written[0] == written[1]


def test_page_tells_verdict_findings_and_counts(client: Client, faulty: Client, browser: Browser, iom: Running) -> None:
    """The page says first whether the edition keeps the rules, then each finding with its thing, and what every rule looked at."""
    looked = json.loads(client.get("/data/shapes/looked-at.json").body)
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{iom.address}edition/2022-06.html")
    page.get_by_role("link", name="validation report").click()
    assert page.url.endswith("/edition/2022-06/report")
    assert "Yes. Nothing was found." in page.locator("main").inner_text()
    rows = {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in page.locator("#checked ~ .wide tbody tr").all()}
    numbers = [number for number in looked[f"{BASE}edition/2022-06"].values() if number]
    assert rows["2022-06"] == ["edition", str(len(numbers)), f"{sum(numbers):,}", "0"]
    page.locator("summary", has_text=re.compile("^Unit:")).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Unit-parent", exact=True))
    assert row.locator("td").first.inner_text() == f"{looked[f'{BASE}edition/2022-06']['shape:Unit-parent']:,}"
    page.get_by_role("link", name="Unit-parent", exact=True).click()
    assert page.url.endswith("/shapes.html#Unit-parent")
    page.close()
    text = faulty.get(f"/edition/{FIRST}/report", HTML).text
    results = [*graph(faulty, f"/edition/{FIRST}/report").subjects(RDF.type, SH.ValidationResult)]
    assert f"No. Findings: {len(results)}." in text
    assert text.count('<span class="kind">violation, in <a') == len(results)
    assert "Office of Audit" in text


def test_report_is_found(client: Client) -> None:
    """Edition, catalogue, site map, description of addresses and the portals' catalogue lead to it; `/rules` leads to the rules."""
    for path in ("/edition/2022-06.html", "/catalogue.html"):
        assert "edition/2022-06/report" in client.get(path).text
    assert f"<loc>{BASE}edition/2022-06/report</loc>" in client.get("/sitemap.xml").text
    assert "/edition/{identifier}/report" in json.loads(client.get("/openapi.json").body)["paths"]
    pages = [*graph(client, "/dcat").objects(URIRef(f"{BASE}edition/2022-06"), FOAF.page)]
    assert pages == [URIRef(f"{BASE}edition/2022-06/report")]
    led = client.get("/rules")
    assert (led.status, led.fields["Location"]) == (303, "/shapes")


def test_datasets_without_reports_say_so(tmp_path: Path) -> None:
    """A dataset that an earlier version built has no reports: its pages lead to none, and who asks is told what to do."""
    assert not any("report" in path.name for path in small_dataset(tmp_path / "plain").rglob("*"))
    app = small_app(tmp_path).test_client()
    answer = app.get("/edition/2022-06/report", headers={"Accept": HTML})
    assert answer.status_code == 404
    assert "published without reports" in answer.get_data(as_text=True)
    assert "/report" not in app.get("/edition/2022-06.html").get_data(as_text=True)
    assert "{identifier}/report" not in app.get("/openapi.json").get_data(as_text=True)
    assert "/report" not in app.get("/catalogue.html").get_data(as_text=True)
    assert app.get("/rules").status_code == 404
