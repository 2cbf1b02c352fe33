"""Documents and pages over a real socket: what they say, in which formats, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph, URIRef

from httpclient import HTML, Client, http_path
from organograph_server.dataset.publication import Publication
from serving import BASE, listening, small_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def triples(content: bytes, form: RdfFormat) -> set[Triple]:
    """The triples of a document."""
    return {quad.triple for quad in parse(content, format=form)}


def test_every_iri_leads_to_a_document(client: Client) -> None:
    """Each IRI of the data under its base is answered, by 303 or at once, with a document in RDF that mentions it."""
    nquads = client.get("/data/dataset.nq").text
    iris = {iri.partition("#")[0] for iri in re.findall(rf"<({BASE}[^>]*)>", nquads)}
    assert len(iris) >= 20
    for iri in sorted(iris):
        path = iri[len(BASE) - 1 :]
        answer = client.get(path, "application/n-triples")
        if path.startswith("/id/"):
            assert answer.status == 303
            answer = client.get(answer.fields["Location"], "application/n-triples")
        assert (answer.status, answer.media_type) == (200, "application/n-triples")
        assert f"<{iri}" in answer.text or path.startswith("/edition/")


def test_a_thing_leads_to_its_document(client: Client) -> None:
    """A thing answers 303 to its document, with or without an ending."""
    answer = client.get("/id/unit/legal-affairs", "text/turtle")
    assert (answer.status, answer.fields["Location"]) == (303, "/doc/unit/legal-affairs")
    assert client.get("/id/unit/legal-affairs.ttl").fields["Location"] == "/doc/unit/legal-affairs.ttl"


@pytest.mark.parametrize(
    "path", ["/doc/unit/legal-affairs", "/edition/2022-06", "/edition/2022-06/source/structure-2022", "/catalogue", "/ns"]
)
def test_all_formats_say_the_same(client: Client, path: str) -> None:
    """A document is the same graph in each format, by negotiation, by ending and by parameter."""
    forms = {
        "ttl": ("text/turtle", RdfFormat.TURTLE),
        "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
        "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
        "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    }
    graphs = []
    for ending, (media_type, form) in forms.items():
        answer = client.get(path, media_type)
        assert (answer.status, answer.media_type) == (200, media_type)
        assert answer.fields["Content-Location"] == f"{path}.{ending}"
        assert answer.body == client.get(f"{path}.{ending}", HTML).body == client.get(f"{path}?format={ending}").body
        graphs.append(triples(answer.body, form))
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)
    page = client.get(path, HTML)
    assert (page.status, page.media_type, page.fields["Content-Location"]) == (200, "text/html", f"{path}.html")
    assert all(f'rel="alternate"; type="{media_type}"' in page.fields["Link"] for media_type, _ in forms.values())


def test_a_description_is_symmetric(client: Client) -> None:
    """A unit's document has what is said of it, what points at it, its evidence, and labels; of the latest edition alone."""
    graph = Graph().parse(data=client.get("/doc/unit/legal-affairs.ttl").text, format="turtle")
    asked = {
        "said of it": "ASK { <unit/legal-affairs> org:purpose ?x ; og:parent <post/director-general> }",
        "pointing at it": "ASK { <conflict/legal-name> og:about <unit/legal-affairs> }",
        "evidence": "ASK { <unit/legal-affairs> og:mention/oa:hasSelector/oa:start ?start FILTER(?start = 100) }",
        "labels": 'ASK { <post/director-general> skos:prefLabel "Director General"@en }',
        "kinds": 'ASK { <unit/legal-affairs> org:classification/skos:prefLabel "department"@en }',
        "one edition": 'ASK { FILTER NOT EXISTS { <unit/legal-affairs> skos:prefLabel "Legal Affairs"@en } }',
    }
    prefixes = f"BASE <{BASE}id/> PREFIX og: <https://w3id.org/organograph/ns#> PREFIX oa: <http://www.w3.org/ns/oa#> "
    assert {name for name, query in asked.items() if not graph.query(prefixes + query).askAnswer} == set()


def test_a_thing_of_the_past_is_described_from_its_last_edition(client: Client) -> None:
    """A unit that the latest edition no longer has keeps its document, with the change that ended it."""
    graph = Graph().parse(data=client.get("/doc/unit/emergencies.ttl").text, format="turtle")
    assert (URIRef(f"{BASE}id/change/crisis-response"), None, URIRef(f"{BASE}id/unit/emergencies")) in graph
    assert "No longer described" in client.get("/doc/unit/emergencies.html").text


def test_documents_keep_their_terms_as_written(client: Client) -> None:
    """A document gives numbers with the very type that was published."""
    assert re.search(rb'#start> "100"\^\^<[^>]*#nonNegativeInteger>', client.get("/doc/source/structure-2022.nt").body)


def test_a_page_shows_place_editions_and_evidence(client: Client) -> None:
    """The page of a unit shows its chain of command, each edition's name and kind, its evidence and its data."""
    page = client.get("/doc/unit/legal-affairs", HTML).text
    for shown in ("Office of Legal Affairs", "Director General", "LEG", "Advises the organization on law.", "100–123", "10–23"):
        assert shown in page
    assert re.search(r"2021-09</span></a></h3>\s*<dl>\s*<dt>name</dt><dd>Legal Affairs<.*?<dt>kind</dt><dd>office", page, re.DOTALL)
    assert 'href="../../doc/post/director-general"' in page
    assert 'href="../../doc/unit/legal-affairs.ttl"' in page
    assert "The longer name is chosen." in page


def test_pages_escape_what_they_show(client: Client) -> None:
    """A name with signs of markup is shown, not obeyed."""
    page = client.get("/doc/unit/crisis-response", HTML).text
    assert "Crisis &lt;Response&gt; &amp; Recovery" in page
    assert "<Response>" not in page


def test_scope_explains_what_an_edition_leaves_out(client: Client) -> None:
    """Where an edition does not describe a thing, its page says why."""
    assert "The document describes the office of the Director General alone." in client.get("/doc/unit/bangkok.html").text


def test_home_shows_editions_and_the_tree(client: Client) -> None:
    """The home page lists the editions and the tree of the latest, as links that work without scripts."""
    page = client.get("/", HTML).text
    assert "June 2022" in page
    assert "September 2021" in page
    assert page.index("Director General") < page.index("Deputy Director General") < page.index("Regional Office Bangkok")
    assert not re.search(r"<summary[^>]*>(?:(?!</summary>).)*<a ", page, re.DOTALL)
    assert set(re.findall(r"<script[^>]*>", page)) == {'<script type="application/ld+json">', '<script src="./static/structure.js" defer>'}


def test_rdf_clients_are_led_from_home_to_the_catalogue(client: Client) -> None:
    """A client of the home page that wants RDF is told where it is."""
    answer = client.get("/", "text/turtle")
    assert (answer.status, answer.fields["Location"]) == (303, "/catalogue")


def test_links_of_pages_lead_somewhere(client: Client) -> None:
    """Every link within the site, from every kind of page, is answered without an error."""
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        path = todo.pop()
        answer = client.get(path, HTML)
        assert answer.status in (200, 302, 303, 307), path
        if answer.media_type == "text/html":
            for link in re.findall(r'(?:href|src|action)="([^"]+)"', answer.text):
                target = http_path(path, link)
                if target and target not in seen:
                    seen.add(target)
                    todo.append(target)
    assert len(seen) > 50


def test_pages_ask_nothing_of_other_servers(client: Client) -> None:
    """No page loads anything from elsewhere, and says so to the browser."""
    for path in ("/", "/doc/unit/legal-affairs.html", "/sparql"):
        answer = client.get(path, HTML)
        assert "default-src 'none'" in answer.fields["Content-Security-Policy"]
        loaded = re.sub(r'<link rel="alternate"[^>]*>', "", answer.text)
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', loaded)


def test_another_base_is_served_at_any_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A dataset with the base of a public address is served here too, and its links stay on this server."""
    app = small_app(tmp_path_factory.mktemp("base"), "https://data.example.org/iom/")
    with listening(app) as address:
        client = Client(address)
        assert client.get("/id/unit/legal-affairs").fields["Location"] == "/doc/unit/legal-affairs"
        assert "<https://data.example.org/iom/id/unit/legal-affairs>" in client.get("/doc/unit/legal-affairs.nt").text
        page = client.get("/doc/unit/legal-affairs.html").text
        # Where the page is in other languages is told to search engines by its public addresses.
        followed = re.sub(r'<link rel="alternate" hreflang[^>]*>', "", page)
        assert followed != page
        assert "data.example.org" not in "".join(re.findall(r'href="[^"]*"', followed))
    assert len(Publication.of(app).published.editions) == 2
