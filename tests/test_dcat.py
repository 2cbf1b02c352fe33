"""What portals of data are told is so: every number is counted again from the data, every byte fetched, every link followed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import DCAT, RDF, Graph, URIRef

from httpclient import HTML, Answer, Client
from organograph_server.answers.representations import Representations
from organograph_server.app import create_app
from organograph_server.settings import Settings
from portals import PREFIXES
from serving import Running, listening, small_dataset

IANA = "https://www.iana.org/assignments/media-types/"
RDF_TYPES = (
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
    "application/trig",
    "application/n-quads",
)
# Words of a description that are counted: which things, within the graph that it is of.
COUNTED = {
    "Units": "?x a org:OrganizationalUnit",
    "Posts": "?x a org:Post",
    "Bodies": "?x a og:Body",
}


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="module")
def description(client: Client) -> Graph:
    """What portals are told."""
    return Graph().parse(data=client.get("/dcat.ttl").text, format="turtle")


def told(description: Graph, pattern: str, names: str) -> list[tuple[str, ...]]:
    """The rows of a query about the description, as sorted texts."""
    rows = description.query(f"{PREFIXES} SELECT DISTINCT {names} {{ {pattern} }}")
    return sorted(tuple(str(value) for value in row) for row in rows)  # type: ignore[union-attr]


def asked(client: Client, pattern: str, names: str) -> list[tuple[str, ...]]:
    """The rows that the endpoint answers, as sorted texts."""
    answer = client.sparql(f"{PREFIXES} SELECT DISTINCT {names} {{ {pattern} }}", "text/csv")
    assert answer.status == 200, answer.text
    return sorted(tuple(row) for row in [*csv.reader(io.StringIO(answer.text))][1:])


def followed(client: Client, iri: str, base: str, accept: str = "*/*") -> Answer:
    """What an address of this server gives in the end."""
    path = iri.replace(base, "/", 1)
    for _ in range(4):
        answer = client.get(path, accept)
        if answer.status not in (303, 307):
            return answer
        path = answer.fields["Location"]
    return answer


def test_every_file_has_the_bytes_that_are_told(client: Client, iom: Running, description: Graph) -> None:
    """At every download address are as many bytes as told, with the SHA-256 and the media type that are told."""
    pattern = (
        "?d a dcat:Distribution ; dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ; "
        "spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum ]"
    )
    rows = told(description, pattern, "?d ?url ?size ?type ?sum")
    assert {row[0] for row in rows} == {str(node) for node in description.subjects(RDF.type, DCAT.Distribution)}
    for _, url, size, media_type, digest in rows:
        answer = followed(client, url, iom.base)
        assert (answer.status, f"{IANA}{answer.media_type}") == (200, media_type), url
        assert (str(len(answer.body)), hashlib.sha256(answer.body).hexdigest()) == (size, digest.lower()), url


def test_every_file_and_every_format_is_told(client: Client, iom: Running, published: Path, description: Graph) -> None:
    """Each file of the manifest is a download, and each graph in each format that the server says it has."""
    urls = {url.replace(iom.base, "/") for (url,) in told(description, "?d dcat:downloadURL ?url", "?url")}
    manifest = json.loads((published / "manifest.json").read_text("utf-8"))
    assert {f"/data/{file['path']}" for file in manifest["files"]} <= urls
    for graph in manifest["graphs"]:
        path = "/ns" if graph["iri"] == manifest["ontology"] else graph["iri"].replace(iom.base, "/")
        available = set(json.loads(client.get(path, "image/png").text)["available"])
        types = told(description, f"<{graph['iri']}> dcat:distribution ?d . ?d dcat:accessURL <{path[1:]}> ; dcat:mediaType ?t", "?t")
        assert {media_type.removeprefix(IANA) for (media_type,) in types} == available - {"text/html"}


def test_every_link_is_there(client: Client, iom: Running, description: Graph) -> None:
    """Every address of this server that is told of leads to an answer; pages are pages."""
    nodes = {str(node) for triple in description for node in triple if isinstance(node, URIRef)}
    links = {node.partition("#")[0] for node in nodes if node.startswith(iom.base)}
    assert len(links) > 100
    for link in sorted(links - {f"{iom.base}rdf-graph-store"}):
        assert followed(client, link, iom.base, "text/turtle, */*;q=0.1").status == 200, link
    for (page,) in told(description, "?x dcat:landingPage|foaf:homepage ?page", "?page"):
        if page.startswith(iom.base):
            answer = followed(client, page, iom.base, HTML)
            assert (answer.status, answer.media_type) == (200, "text/html"), page


def test_every_service_answers(client: Client, iom: Running, description: Graph) -> None:
    """Each endpoint answers by the standard that it keeps to, describes itself, and has the datasets that it serves."""
    services = told(description, "?s a dcat:DataService ; dcat:endpointURL ?url ; dcat:endpointDescription ?d", "?s ?url ?d")
    assert len({service for service, _, _ in services}) == 7
    addresses = json.loads(client.get("/openapi.json").text)["paths"]
    for service, url, described in services:
        path = url.replace(iom.base, "/")
        kind = followed(client, described, iom.base, "text/turtle").media_type
        assert kind == ("application/json" if described == f"{iom.base}openapi.json" else "text/turtle")
        assert (service, url, f"{iom.base}openapi.json") in services
        assert path.replace("2021-09", "{edition}").replace("2022-06", "{edition}").replace("2023-10", "{edition}") in addresses
        standards = {iri for (iri,) in told(description, f"<{service}> dcterms:conformsTo ?x", "?x")}
        served = [iri for (iri,) in told(description, f"<{service}> dcat:servesDataset ?x", "?x")]
        assert served
        if "https://www.w3.org/TR/sparql11-protocol/" in standards:
            named = [iri for iri in served if "#" not in iri and "latest" not in iri]
            for graph in named:
                query = f"ASK {{ {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} FILTER EXISTS {{ ?s ?p ?o }} }}"
                assert client.get(f"{path}?query={quote(query)}", "text/csv").text == "true", (path, graph)
        elif "https://www.w3.org/TR/sparql11-http-rdf-update/" in standards:
            for graph in served:
                assert client.get(f"{path}?graph={quote(graph, safe='')}", "text/turtle").status == 200, graph
        elif "https://w3id.org/ldes/specification" in standards:
            stream = Graph().parse(data=client.get(path, "text/turtle").text, format="turtle")
            assert URIRef(service) in {node for triple in stream for node in triple}, service
            assert {iri for iri in served if "latest" not in iri} == {edition for (edition,) in asked(client, "?e a og:Edition", "?e")}
        else:
            assert client.get(path, HTML).media_type == "text/html"


def test_numbers_in_words_are_counted_again(client: Client, description: Graph) -> None:
    """The numbers in the description of each edition and of the catalogue are those that SPARQL counts."""
    editions = asked(client, "?e a og:Edition", "?e")
    assert len(editions) > 1
    for (edition,) in editions:
        ((text,),) = told(description, f"<{edition}> dcterms:description ?x", "?x")
        numbers = dict(re.findall(r"(\w+): (\d+)\.", text))
        assert set(numbers) == {*COUNTED, "Documents"}
        for name, pattern in COUNTED.items():
            assert asked(client, f"GRAPH <{edition}> {{ {pattern} }}", "(COUNT(DISTINCT ?x) AS ?n)") == [(numbers[name],)]
        assert asked(client, f"<{edition}> dcterms:source ?x", "(COUNT(DISTINCT ?x) AS ?n)") == [(numbers["Documents"],)]
    ((text,),) = told(description, "<dcat#editions> dcterms:description ?x", "?x")
    assert re.findall(r"\d+", text) == [str(len(editions))]


def test_editions_follow_each_other(client: Client, description: Graph) -> None:
    """Series and versions are the editions in the order that the data give them; what came before is what the data say it was."""
    order = asked(client, "?e a og:Edition ; og:order ?n ; dcterms:identifier ?id", "?n ?e ?id")
    series = told(description, "?s dcat:first ?a ; dcat:last ?b", "?a ?b")
    assert series == [(order[0][1], order[-1][1])]
    assert told(description, "?l dcat:hasCurrentVersion ?e", "?e") == [(order[-1][1],)]
    assert told(description, "?l dcat:hasVersion ?e . ?e dcat:inSeries ?s ; dcat:isVersionOf ?l ; dcat:version ?v", "?e ?v") == sorted(
        (edition, identifier) for _, edition, identifier in order
    )
    revised = asked(client, "?e prov:wasRevisionOf ?b", "?e ?b")
    assert told(description, "?e dcat:prev ?b", "?e ?b") == told(description, "?e dcat:previousVersion ?b", "?e ?b") == revised


def test_coverage_and_lineage_are_those_of_the_data(client: Client, description: Graph) -> None:
    """Time, places, languages and documents of each edition are what its graph and the catalogue say."""
    for (edition,) in asked(client, "?e a og:Edition", "?e"):
        for term, bound in (("og:notBefore", "dcat:startDate"), ("og:notAfter", "dcat:endDate")):
            known = asked(client, f"<{edition}> {term} ?m", "?m")
            assert told(description, f"<{edition}> dcterms:temporal/{bound} ?m", "?m") == known
        sites = asked(client, f"GRAPH <{edition}> {{ ?s og:countryCode ?c }}", "?c")
        assert len(told(description, f"<{edition}> dcterms:spatial ?c", "?c")) == len(sites)
        tags = asked(client, f"GRAPH <{edition}> {{ ?s ?p ?o FILTER(LANG(?o) != '') }}", "(LANG(?o) AS ?l)")
        languages = told(description, f"<{edition}> dcterms:language/skos:prefLabel ?l", "?l")
        assert languages == tags
        assert told(description, f"<{edition}> prov:wasDerivedFrom ?d", "?d") == asked(client, f"<{edition}> dcterms:source ?d", "?d")
        parts = asked(client, f"<{edition}> og:evidenceGraph ?g", "?g")
        assert told(description, f"<{edition}> dcterms:hasPart ?g . ?g a dcat:Dataset ; dcat:distribution ?d", "?g") == parts
        changes = asked(client, f"?c og:toEdition <{edition}> ; skos:prefLabel ?l", "?l")
        assert told(description, f"<{edition}> adms:versionNotes ?l", "?l") == changes


def test_all_formats_say_the_same(client: Client) -> None:
    """The description is the same triples in every format of RDF, chosen by ending and by Accept."""
    graphs = []
    for ending, media_type in zip(("ttl", "jsonld", "rdf", "nt", "trig", "nq"), RDF_TYPES, strict=True):
        answer = client.get(f"/dcat.{ending}")
        assert (answer.status, answer.media_type) == (200, media_type)
        assert client.get("/dcat", media_type).body == answer.body
        form = RdfFormat.from_media_type(media_type)
        assert form is not None
        graphs.append(set(parse(answer.body, format=form)))
    assert len(graphs[0]) > 1_000
    assert all(graph == graphs[0] for graph in graphs)
    assert client.get("/dcat.csv").status == 404
    assert client.get("/dcat", "image/png").status == 406


def test_the_page_shows_every_file(client: Client, iom: Running, description: Graph) -> None:
    """The page lists each file with its size and hash, and every part of the description has its place there."""
    page = client.get("/dcat", HTML)
    assert (page.status, page.media_type) == (200, "text/html")
    for file, digest in told(description, "?d spdx:checksum/spdx:checksumValue ?sum", "?d ?sum"):
        assert f'id="{file.partition("#")[2]}"' in page.text
        assert digest.lower() in page.text


@pytest.mark.parametrize("path", ["/", "/edition/2022-06", "/edition/2022-06/source/structure-2022", "/catalogue", "/ns"])
def test_pages_lead_to_the_description(client: Client, path: str) -> None:
    """Home, editions and the other graphs say where they are described (Signposting: describedby)."""
    assert '</dcat>; rel="describedby"' in client.get(path, HTML).fields["Link"]


def test_void_and_the_site_map_know_queries_feed_and_description(client: Client, iom: Running) -> None:
    """VoID names the pages of catalogue, terms, rules, profiles, addresses, queries and changes; the site map lists every saved query."""
    pages = {f"{iom.base}{path}" for path in ("dcat", "ns", "shapes", "profile", "query", "openapi.html", "changes", "changes.atom")}
    void = Graph().parse(data=client.get("/.well-known/void", "text/turtle").text, format="turtle")
    assert {page for (page,) in told(void, "<.well-known/void#dataset> foaf:page ?p", "?p")} == pages
    queries = Graph().parse(data=client.get("/query?format=ttl").text, format="turtle")
    saved = {iri for (iri,) in told(queries, "?q a <http://www.w3.org/ns/shacl#SPARQLExecutable>", "?q")}
    listed = set(re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").text))
    assert len(saved) > 5
    assert saved | {f"{iom.base}dcat", f"{iom.base}query", f"{iom.base}shapes"} <= listed


def test_search_engines_and_portals_are_offered_the_same_files(client: Client, iom: Running, description: Graph) -> None:
    """The files of an edition, of the whole and of the catalogue that pages name are those that portals are told, with their sizes."""
    sizes = {url: int(size) for url, size in told(description, "?d dcat:downloadURL ?url ; dcat:byteSize ?size", "?url ?size")}
    for path in ("dcat", "catalogue", "edition/2022-06"):
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/{path}", HTML).text)
        assert block is not None
        node = json.loads(block[1])
        sets = node.get("dataset", [node])
        named = [file for found in sets for file in found["distribution"]]
        assert len(named) > 5
        for file in named:
            assert file["contentUrl"] in sizes, file
            assert file.get("contentSize") in (None, f"{sizes[file['contentUrl']]} B"), file
        for found in sets:
            urls = {url for (url,) in told(description, f"<{found['@id']}> dcat:distribution/dcat:downloadURL ?u", "?u")}
            assert {file["contentUrl"] for file in found["distribution"]} <= urls
        if path == "dcat":
            assert {found["@id"] for found in sets} == {iri for (iri,) in told(description, "<dcat> dcat:dataset ?x", "?x")}
            assert all("contentSize" in file for file in named)


def test_editions_can_be_had_in_profiles(client: Client, iom: Running, description: Graph) -> None:
    """Each edition is offered in each profile that its own list of representations has; the file says that it conforms to it."""
    for (edition,) in asked(client, "?e a og:Edition", "?e"):
        pattern = f"<{edition}> dcat:distribution ?d . ?d dcterms:conformsTo ?p ; dcat:downloadURL ?u . ?p a dcterms:Standard"
        rows = [(profile, url) for profile, url in told(description, pattern, "?p ?u") if url.startswith(edition)]
        listed = Graph().parse(data=client.get(f"{edition.replace(iom.base, '/')}?_profile=alt", "text/turtle").text, format="turtle")
        known = told(listed, "?r dcterms:conformsTo ?p", "?p ?r")
        assert set(rows) <= set(known)
        assert {profile for profile, _ in rows} == {profile for profile, _ in known}
        for profile, url in rows:
            assert f'<{profile}>; rel="profile"' in client.get(url.replace(iom.base, "/")).fields["Link"]


def test_dumps_have_their_media_type(client: Client, iom: Running) -> None:
    """Every dump that VoID and the service description name is RDF, with the media type of its ending where it has one."""
    by_ending = dict(zip(("ttl", "jsonld", "rdf", "nt", "trig", "nq"), RDF_TYPES, strict=True))
    for path in ("/.well-known/void", "/sparql", "/edition/2022-06/sparql"):
        graph = Graph().parse(data=client.get(path, "text/turtle").text, format="turtle")
        dumps = [dump for (dump,) in told(graph, "?d <http://rdfs.org/ns/void#dataDump> ?x", "?x")]
        assert len(dumps) > 5
        for dump in dumps:
            answer = client.get(dump.replace(iom.base, "/"), "text/turtle, */*;q=0.1")
            assert (answer.status, answer.media_type) == (200, by_ending.get(dump.rpartition(".")[2], "text/turtle")), dump


def test_nothing_is_made_before_it_is_asked_for(published: Path) -> None:
    """When the server starts, no file has been made for the sake of its size and hash."""
    app = create_app(Settings(dataset=published))
    assert Representations.of(app).size == 0
    with listening(app) as address:
        assert Client(address).get("/dcat.ttl").status == 200
    assert Representations.of(app).size > 0


def test_what_is_kept_changes_nothing(tmp_path: Path) -> None:
    """A server that keeps nothing tells the same as one that does."""
    published, texts = small_dataset(tmp_path), []
    for kept in (0, 67_108_864):
        with listening(create_app(Settings(dataset=published, max_kept_bytes=kept))) as address:
            texts.append(Client(address).get("/dcat.nt").text)
    assert texts[0] == texts[1]
