"""The documentation of ontology and rules over a real socket: whole, true to the data, and without a dead link."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from xml.etree.ElementTree import Element

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from htmlpages import by_id, headings_of, links_of, read_page, text_of
from httpclient import HTML, Client
from organograph.names import DEFAULT_BASE, KINDS
from organograph.report.explained import explanations
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import ONTOLOGY, SHAPES
from serving import Running, listening, small_app

OG = "https://w3id.org/organograph/ns#"
SHAPE = "https://w3id.org/organograph/shape/"
SH = "http://www.w3.org/ns/shacl#"
CASES = Path(__file__).parent / "shapes"
PAGES = ["/ns.html", "/shapes.html", "/shapes/edition.html", "/shapes/evidence.html", "/shapes/catalogue.html", "/shapes/ontology.html"]
ONTOLOGY_GRAPH = Graph().parse(ONTOLOGY / "organograph.ttl")
KINDS_GRAPH = Graph().parse(ONTOLOGY / "kinds.ttl")
OWN = sorted({str(term) for term in ONTOLOGY_GRAPH.subjects() if str(term).startswith(OG)})
# What the pages say is compared with the files that stewards and authors write, read by another library than the server's.
RULES = Graph()
for _file in SHAPES.glob("*.ttl"):
    RULES.parse(_file)
NAMED = sorted(str(rule) for rule in RULES.subjects(URIRef(f"{SH}message")) if isinstance(rule, URIRef))


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server with the structure of IOM."""
    return Client(iom.address)


@pytest.fixture(scope="module")
def pages(client: Client) -> dict[str, Element]:
    """The pages, read."""
    return {path: read_page(client.get(path).text) for path in PAGES}


@pytest.fixture(scope="module")
def store(published: Path) -> Store:
    """What is published, to be asked."""
    made = Store()
    made.bulk_load((published / "dataset.nq").read_bytes(), RdfFormat.N_QUADS)
    return made


def facts(article: Element) -> dict[str, Element]:
    """What stands beside each word of an article's list."""
    listed = article.find("dl")
    assert listed is not None
    return dict(zip((text_of(term) for term in listed.findall("dt")), listed.findall("dd"), strict=True))


@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound(pages: dict[str, Element], path: str) -> None:
    """A page has one h1, headings in order, no script and no style of its own, and each reference within it is there."""
    page = pages[path]
    levels = headings_of(page)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    running = [e for e in page.iter("script") if e.get("type") != "application/ld+json"]
    assert [e.tag for e in (*running, *page.iter("style"))] + [e.tag for e in page.iter() if "style" in e.attrib] == []
    ids = by_id(page)
    named = [name for e in page.iter() for key in ("aria-labelledby", "aria-describedby") for name in e.get(key, "").split()]
    assert named
    assert [name for name in named if name not in ids] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_link_works(pages: dict[str, Element], client: Client, path: str) -> None:
    """Each address of this server on the page answers, and each place on a page is there."""
    root = f"http://here{path}"
    found = {urldefrag(urljoin(root, link)) for link in links_of(pages[path]) if urljoin(root, link).startswith("http://here")}
    places: dict[str, set[str]] = {}
    for address, fragment in found:
        places.setdefault(address.removeprefix("http://here"), set()).add(fragment)
    assert len(places) > 10
    for address, fragments in places.items():
        answer = client.get(address, HTML)
        assert answer.status == 200, address
        if fragments - {""}:
            assert fragments - {""} <= set(by_id(read_page(answer.text))), address


def in_language(term: Node, predicate: URIRef, language: str = "en", graph: Graph = ONTOLOGY_GRAPH) -> list[str]:
    """The texts of a term in one language."""
    return [str(text) for text in graph.objects(term, predicate) if isinstance(text, Literal) and text.language == language]


@pytest.mark.parametrize("iri", OWN, ids=[iri.removeprefix(OG) for iri in OWN])
def test_every_term_has_its_section(pages: dict[str, Element], iri: str) -> None:
    """A term of the ontology has a section at its own fragment, with its labels, its definition and all its examples, in English here."""
    article = by_id(pages["/ns.html"])[iri.removeprefix(OG)]
    shown = text_of(article)
    term = URIRef(iri)
    heading = article.find("h3")
    assert heading is not None
    assert f"og:{iri.removeprefix(OG)}" in text_of(heading)
    assert str(ONTOLOGY_GRAPH.value(term, SKOS.prefLabel)) in text_of(heading)
    assert [str(text) in shown for text in in_language(term, SKOS.definition)] == [True]
    for example in in_language(term, SKOS.example):
        told = example.removeprefix("Negative example: ")
        assert (told if told == example else told[:1].upper() + told[1:]) in shown
    assert iri in text_of(facts(article)["Its IRI"])
    assert str(ONTOLOGY_GRAPH.value(term, RDFS.isDefinedBy)) in text_of(facts(article)["Defined by"])


def test_what_is_said_of_terms_is_shown(pages: dict[str, Element]) -> None:
    """Superclasses, domains and ranges with unions, disjointness, characteristics and individuals stand beside the terms, both ways."""
    ids = by_id(pages["/ns.html"])
    assert text_of(facts(ids["IndependentOffice"])["Subclass of"]) == "org:OrganizationalUnit"
    assert text_of(facts(ids["parent"])["Range"]) == "org:FormalOrganization or org:OrganizationalUnit or org:Post"
    assert "og:parent" not in text_of(facts(ids["Body"])["In the range of"])
    assert "og:secretariatOf" in text_of(facts(ids["Body"])["In the range of"])
    assert text_of(facts(ids["coordinatesWith"])["Characteristics"]) == "symmetric"
    assert text_of(facts(ids["Merger"])["Disjoint with"]) == "og:Closure, og:Foundation, og:Split, og:Succession"
    assert text_of(facts(ids["notDescribedIn"])["Never together with"]) == "og:describedIn"
    assert text_of(facts(ids["Basis"])["Individuals"]) == "og:inferred, og:layout, og:stated"
    assert text_of(facts(ids["stated"])["Different from"]) == "og:inferred, og:layout"
    for subject, parent in ONTOLOGY_GRAPH.subject_objects(RDFS.subClassOf):
        if str(subject).startswith(OG):
            shown = [text_of(dd) for dt, dd in _pairs(ids[str(subject).removeprefix(OG)]) if dt == "Subclass of"]
            assert any(ONTOLOGY_GRAPH.namespace_manager.qname(parent) in text for text in shown)


def _pairs(article: Element) -> list[tuple[str, Element]]:
    listed = article.find("dl")
    assert listed is not None
    return list(zip((text_of(term) for term in listed.findall("dt")), listed.findall("dd"), strict=True))


def test_the_ontology_tells_of_itself(pages: dict[str, Element]) -> None:
    """Title, IRI, version, licence, prefix and namespace stand at the head, and the vocabularies used lead to their specifications."""
    page = pages["/ns.html"]
    ontology = ONTOLOGY_GRAPH.value(None, RDF.type, OWL.Ontology)
    heading = next(page.iter("h1"))
    assert text_of(heading) == str(ONTOLOGY_GRAPH.value(ontology, URIRef("http://purl.org/dc/terms/title")))
    told = next(element for element in page.iter("dl") if element.get("class") == "metadata")
    shown = text_of(told)
    for predicate in (OWL.versionInfo, URIRef("http://purl.org/dc/terms/license")):
        assert str(ONTOLOGY_GRAPH.value(ontology, predicate)) in shown
    assert "https://w3id.org/organograph/ns#" in shown
    assert {"https://www.w3.org/TR/vocab-org/", "https://www.w3.org/TR/prov-o/"} <= {a.get("href") for a in told.iter("a")}


def test_terms_of_others_are_listed(pages: dict[str, Element], store: Store) -> None:
    """Each property and class of another vocabulary that the data uses is listed, and leads to its own address."""
    found = store.query(
        "SELECT DISTINCT ?term WHERE { GRAPH ?g { { ?s ?term ?o } UNION { ?s a ?term } } FILTER (?g != <https://w3id.org/organograph/ns>) }"
    )
    assert isinstance(found, QuerySolutions)
    used = {row["term"].value for row in found} - set(OWN)
    rows = {a.get("href") for table in pages["/ns.html"].iter("table") for a in table.iter("a")}
    assert used <= rows
    assert "http://www.w3.org/ns/org#reportsTo" in used


@pytest.mark.parametrize("role", ["property", "class", "thing"])
def test_uses_are_counted_as_sparql_counts(pages: dict[str, Element], store: Store, role: str) -> None:
    """The number of uses of each term in each place is what a query counts."""
    pattern = {"property": "?s ?term ?o", "class": "?s a ?term", "thing": "?s ?p ?term . FILTER (?p != rdf:type)"}[role]
    counted: Counter[tuple[str, str]] = Counter()
    prefix = f"PREFIX rdf: <{RDF}> "
    found = store.query(f"{prefix} SELECT ?g ?term (COUNT(*) AS ?number) WHERE {{ GRAPH ?g {{ {pattern} }} }} GROUP BY ?g ?term")
    assert isinstance(found, QuerySolutions)
    for row in found:
        if isinstance(row["term"], NamedNode):
            counted[_place(row["g"].value), row["term"].value] += int(row["number"].value)
    terms = {"property": _typed("Property"), "class": _typed("Class"), "thing": _things()}[role]
    assert terms
    ids = by_id(pages["/ns.html"])
    for iri, anchor in terms.items():
        shown = {_before(item): int(data.get("value", "")) for item in _uses(ids[anchor]) for data in item.iter("data")}
        expected = {place: number for (place, term), number in counted.items() if term == iri and place}
        assert shown == expected, iri


def _typed(ending: str) -> dict[str, str]:
    found = {str(s) for s, kind in ONTOLOGY_GRAPH.subject_objects(RDF.type) if str(kind).endswith(ending)}
    return {iri: iri.removeprefix(OG) for iri in found if iri.startswith(OG)}


def _things() -> dict[str, str]:
    kinds = {str(kind): f"kind-{str(kind).removeprefix(KINDS.value)}" for kind in KINDS_GRAPH.subjects(RDF.type, SKOS.Concept)}
    return kinds | {f"{OG}{name}": name for name in ("inferred", "layout", "stated")}


def _place(graph: str) -> str:
    path = graph.removeprefix(DEFAULT_BASE)
    found = re.fullmatch(r"edition/([^/]+)(/source/.*)?", path)
    return (f"documents of {found[1]}" if found[2] else found[1]) if found else path if path == "catalogue" else ""


def _uses(element: Element) -> list[Element]:
    """The items of the first list of uses in an element: of a kind its own, not those of narrower kinds."""
    lists = [each for each in element.iter("ul") if each.get("class") == "uses"]
    own = facts(element)["Used"].iter("ul") if element.tag == "article" else iter(lists[:1] if _has_own(element) else [])
    return [item for each in own for item in each.iter("li")]


def _has_own(element: Element) -> bool:
    return any(each.get("class") == "facts" and each.find("ul") is not None for each in element.findall("div"))


def _before(item: Element) -> str:
    return text_of(item).rpartition(":")[0]


def test_samples_are_real(pages: dict[str, Element], store: Store, client: Client) -> None:
    """Each Turtle example on the page can be read, is published word for word, uses the term, and stands in the document it leads to."""
    page = pages["/ns.html"]
    prefixes = next(text_of(pre) for pre in page.iter("pre") if pre.get("aria-label") == "Prefixes of the examples")
    seen = 0
    for article in page.iter("article"):
        if (shown := facts(article).get("In the data")) is None:
            continue
        pre, link = next(shown.iter("pre")), next(a.get("href", "") for a in shown.iter("a") if a.get("href", "").endswith(".ttl"))
        triples = [quad.triple for quad in parse(f"{prefixes}\n{''.join(pre.itertext())}", RdfFormat.TURTLE)]
        iri = OG + article.get("id", "")
        assert any(iri in (t.predicate.value, getattr(t.object, "value", "")) for t in triples), iri
        for triple in triples:
            assert next(store.quads_for_pattern(*triple, None), None) is not None, triple
        seen += 1
        if seen % 6 == 0:
            answer = client.get(urljoin("/ns.html", link))
            assert answer.status == 200
    used = [article for article in page.iter("article") if _uses(article)]
    assert seen == len(used) > 40


def test_every_kind_has_its_place(pages: dict[str, Element]) -> None:
    """A kind has its anchor, its labels in all languages and its definition in that of the page, and stands within the kind above it."""
    ids = by_id(pages["/ns.html"])
    for kind in KINDS_GRAPH.subjects(RDF.type, SKOS.Concept):
        entry = ids[f"kind-{str(kind).removeprefix(KINDS.value)}"]
        texts = [*KINDS_GRAPH.objects(kind, SKOS.prefLabel), *in_language(kind, SKOS.definition, graph=KINDS_GRAPH)]
        assert [text for text in texts if str(text) not in text_of(entry)] == []
        for broader in KINDS_GRAPH.objects(kind, SKOS.broader):
            assert entry in list(ids[f"kind-{str(broader).removeprefix(KINDS.value)}"].iter("li"))


def test_the_drawings_show_what_the_ontology_says(pages: dict[str, Element]) -> None:
    """Each class stands in the drawing of classes, with a line for each class above it; each object property in the other; and in words."""
    drawings = list(pages["/ns.html"].iter("svg"))
    classes, properties = drawings
    drawn = {text_of(text) for text in classes.iter("text")}
    own = {f"og:{anchor}" for anchor in _typed("Class").values()}
    assert own <= drawn
    above = [pair for pair in ONTOLOGY_GRAPH.subject_objects(RDFS.subClassOf) if str(pair[0]).startswith(OG)]
    assert len([path for path in classes.iter("path") if path.get("class") == "edge"]) == len(above)
    rows = {text_of(text) for text in properties.iter("text") if text.get("class") == "row"}
    assert rows == {
        f"og:{iri.removeprefix(OG)}" for iri in map(str, ONTOLOGY_GRAPH.subjects(RDF.type, OWL.ObjectProperty)) if iri.startswith(OG)
    }
    told = {text_of(item) for item in by_id(pages["/ns.html"])["classes-told"].iter("li")}
    assert "og:SourceDocument is a subclass of foaf:Document and of prov:Entity." in told
    assert len(told) == len(own)


@pytest.mark.parametrize("iri", NAMED, ids=[iri.removeprefix(SHAPE) for iri in NAMED])
def test_every_rule_has_its_section(pages: dict[str, Element], iri: str) -> None:
    """A rule has its name, reason, severity, message in English and French, and all its sound and faulty examples."""
    article = by_id(pages["/shapes.html"])[iri.removeprefix(SHAPE)]
    shown, rule = text_of(article), URIRef(iri)
    for predicate in (URIRef(f"{SH}name"), RDFS.comment):
        assert all(_plain(str(text)) in shown for text in RULES.objects(rule, predicate))
    messages = {p.get("lang"): text_of(p) for p in facts(article)["Message"].iter("p")}
    assert set(messages) == {"en", "fr"}
    for text in RULES.objects(rule, URIRef(f"{SH}message")):
        assert _plain(str(text).replace("{$this}", "…").replace("{?value}", "…")) in messages[text.language]
    severity = RULES.value(rule, URIRef(f"{SH}severity"))
    assert text_of(facts(article)["Severity"]) == f"sh:{str(severity).removeprefix(SH)}"
    cases = {file.stem: file.read_text("utf-8") for file in (CASES / iri.removeprefix(SHAPE)).glob("*.ttl")}
    examples = {re.search(r"\((\S+)\):", text_of(div))[1]: div for div in article.iter("div")}  # type: ignore[index]
    assert set(examples) == set(cases) >= {"sound"}
    assert len(cases) >= 2
    for name, text in cases.items():
        body = "\n".join(line for line in text.splitlines() if not line.startswith("# "))
        assert _plain(body) in text_of(examples[name])


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_rules_tell_how_much_they_looked_at(pages: dict[str, Element], store: Store) -> None:
    """The number of things that a rule looked at in each graph is what a query for its targets counts there (SHACL section 2.1.3)."""
    ids = by_id(pages["/shapes.html"])
    everything = {
        graph: _together(store, graph) for graph in (f"{DEFAULT_BASE}edition/2021-09", f"{DEFAULT_BASE}edition/2022-06/source/office-2022")
    }
    wanted = {"2021-09": f"{DEFAULT_BASE}edition/2021-09", "2022-06, office-2022": f"{DEFAULT_BASE}edition/2022-06/source/office-2022"}
    compared = 0
    for iri in NAMED:
        shown = facts(ids[iri.removeprefix(SHAPE)])["Looked at"]
        numbers = {_before(item): int(data.get("value", "")) for item in shown.iter("li") for data in item.iter("data")}
        assert numbers, iri
        for name, graph in wanted.items():
            if name in numbers:
                assert numbers[name] == _focus(everything[graph], URIRef(iri)), iri
                compared += 1
    assert compared > 200


def _together(store: Store, graph: str) -> Store:
    """A graph with catalogue and ontology, as one."""
    made = Store()
    for name in (graph, f"{DEFAULT_BASE}catalogue", "https://w3id.org/organograph/ns"):
        for quad in store.quads_for_pattern(None, None, None, NamedNode(name)):
            made.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    return made


def _focus(data: Store, rule: URIRef) -> int:
    patterns = []
    for node in (rule, *RULES.subjects(URIRef(f"{SH}property"), rule)):
        for term, pattern in (
            ("targetClass", "?focus rdf:type/rdfs:subClassOf* <{}>"),
            ("targetSubjectsOf", "?focus <{}> ?any"),
            ("targetObjectsOf", "?any <{}> ?focus"),
            ("targetNode", "VALUES ?focus {{ <{}> }}"),
        ):
            patterns += [pattern.format(value) for value in RULES.objects(node, URIRef(SH + term))]
    union = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
    found = data.query(f"PREFIX rdf: <{RDF}> PREFIX rdfs: <{RDFS}> SELECT (COUNT(DISTINCT ?focus) AS ?n) WHERE {{ {union} }}")
    assert isinstance(found, QuerySolutions)
    (row,) = found
    return int(row["n"].value)


def test_terms_lead_to_the_rules_that_check_them(pages: dict[str, Element]) -> None:
    """A term lists each rule whose path it is, and each whose targets it is."""
    ids = by_id(pages["/ns.html"])
    for rule, path in RULES.subject_objects(URIRef(f"{SH}path")):
        if isinstance(rule, URIRef) and str(path).startswith(OG):
            checked = {a.get("href", "").rpartition("#")[2] for a in facts(ids[str(path).removeprefix(OG)])["Checked by"].iter("a")}
            assert str(rule).removeprefix(SHAPE) in checked
    unread = {"IndependentOffice-parent", "IndependentOffice-reports"}
    assert unread <= {a.get("href", "").rpartition("#")[2] for a in facts(ids["IndependentOffice"])["Checked by"].iter("a")}


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/shape/Unit-parent", "/shapes#Unit-parent"),
        ("/shape/Unit", "/shapes#Unit"),
        ("/rule/table/empty-cell", "/shapes.html#table-empty-cell"),
        ("/kind/office", "/ns#kind-office"),
        ("/kind/", "/ns#kind-"),
        ("/kind/bodies", "/ns#kind-bodies"),
    ],
)
def test_rules_and_kinds_lead_to_their_place(client: Client, pages: dict[str, Element], path: str, location: str) -> None:
    """The address of a rule or a kind leads by 303 to the document that describes it, at its place there."""
    answer = client.get(path, HTML)
    assert (answer.status, answer.fields["Location"]) == (303, location)
    address, _, fragment = location.partition("#")
    assert fragment in by_id(pages[f"{address.removesuffix('.html')}.html"])


@pytest.mark.parametrize(
    "path",
    [
        "/shape/Nothing",
        "/rule/table/nothing",
        "/shape/Unit-parent%0d%0aX:y",
        "/kind/nothing",
        "/kind/a%20b",
        "/shapes/nothing",
        "/shapes.zip",
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    """An unknown rule, kind or set is told as such."""
    assert client.get(path).status == 404


@pytest.mark.parametrize("room", ["edition", "evidence", "catalogue", "ontology"])
def test_a_set_of_rules_is_what_was_published(client: Client, published: Path, room: str) -> None:
    """Each set in N-Triples is the graph of its file, and in N-Quads and TriG the same under the name of the set."""
    written = canonical((published / f"shapes/{room}.ttl").read_bytes(), RdfFormat.TURTLE)
    assert canonical(client.get(f"/shapes/{room}.nt").body, RdfFormat.N_TRIPLES) == written
    for ending, form in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        quads = list(parse(client.get(f"/shapes.{ending}").body, form))
        named = [quad.triple for quad in quads if quad.graph_name == NamedNode(f"{DEFAULT_BASE}shapes/{room}")]
        assert len(named) == len(set(written))


def canonical(content: bytes, form: RdfFormat) -> list[str]:
    """The triples of a file by RDFC-1.0."""
    from pyoxigraph import CanonicalizationAlgorithm, Dataset

    dataset = Dataset(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in parse(content, form))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


@pytest.mark.parametrize("path", ["/shapes", "/shapes/evidence"])
@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples", "text/html", "application/trig"]
)
def test_rules_are_negotiated(client: Client, path: str, media_type: str) -> None:
    """Rules come in each format, with a tag that answers 304, and say where the other formats are."""
    answer = client.get(path, media_type)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert "Accept" in answer.fields["Vary"]
    assert client.get(path, media_type, **{"If-None-Match": answer.fields["ETag"]}).status == 304
    assert 'rel="alternate"' in answer.fields["Link"]
    assert client.get(path, "image/png").status == 406


def test_the_same_bytes_come_from_another_server(client: Client, published: Path) -> None:
    """Two servers of one dataset give pages and graphs of the same tags, blank nodes and drawings too."""
    with listening(create_app(Settings(dataset=published))) as address:
        for path in ("/ns.html", "/shapes.html", "/shapes.ttl", "/shapes.jsonld"):
            assert Client(address).get(path).fields["ETag"] == client.get(path).fields["ETag"]


def test_the_context_has_an_address(client: Client, published: Path) -> None:
    """The short names of JSON-LD are at /context.jsonld as they were published."""
    answer = client.get("/context.jsonld")
    assert (answer.status, answer.media_type) == (200, "application/ld+json")
    assert answer.body == (published / "context.jsonld").read_bytes()


def test_a_dataset_without_rules_has_its_vocabulary(tmp_path: Path) -> None:
    """A dataset that was published without its rules says so, and its documentation leads to none."""
    with listening(small_app(tmp_path)) as address:
        client = Client(address)
        answer = client.get("/shapes")
        assert (answer.status, "without its rules" in answer.text) == (404, True)
        page = read_page(client.get("/ns.html").text)
        assert "parent" in by_id(page)
        assert [link for link in links_of(page) if "shapes" in link or "context" in link] == []


def test_a_rule_that_looks_at_nothing_is_told_so(pages: dict[str, Element]) -> None:
    """Zero is a number too: an edition without administrative centres shows that the rule for them looked at none."""
    shown = facts(by_id(pages["/shapes.html"])["AdministrativeCentre-kind"])["Looked at"]
    assert "0" in {data.get("value") for data in shown.iter("data")}


def test_every_fault_of_tables_has_its_place(pages: dict[str, Element]) -> None:
    """What is found in tables before any shape runs is documented beside the rules, by the addresses that findings give."""
    ids = by_id(pages["/shapes.html"])
    for name, rule in explanations(()).items():
        assert rule.demands["en"] in text_of(ids[name.replace(":", "-")])


def test_no_shape_is_defined_in_two_files() -> None:
    """A shape has one address and one definition, so that all rules can stand in one graph without one getting the targets of another."""
    found = Counter(
        subject for file in SHAPES.glob("*.ttl") for subject in set(Graph().parse(file).subjects(RDF.type)) if isinstance(subject, URIRef)
    )
    assert [str(subject) for subject, number in found.items() if number > 1] == []
