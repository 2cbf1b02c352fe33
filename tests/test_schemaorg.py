"""What pages tell search engines (schema.org as JSON-LD): it is in every page, harmless, and says what the RDF documents say."""

from __future__ import annotations

import json
import shutil
import urllib.request
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import FOAF

from httpclient import HTML, Client
from independent import ORG
from organograph_server.app import create_app
from organograph_server.settings import Settings
from organograph_server.views.schemadata import embedded
from places import CHROMIUM_FLAGS, REPOSITORY
from second_organization import FIRST, SETTINGS, Document, store_rows, stored_rows, units, write_edition
from serving import BASE, Running, listening, small_app
from test_cli import run

SCHEMA = Namespace("https://schema.org/")
TIME = Namespace("http://www.w3.org/2006/time#")
# Every word that is used; each was looked up in release 30.0 of schema.org, with what it may be said of and lead to.
CLASSES = {
    *("AboutPage", "CollectionPage", "Comment", "CreateAction", "DataCatalog", "DataDownload", "Dataset", "DefinedTerm", "DefinedTermSet"),
    *("DigitalDocument", "GovernmentOrganization", "Occupation", "Organization", "OrganizationRole", "Person", "Place", "PostalAddress"),
    *("DeleteAction", "ReplaceAction", "WebAPI", "WebPage", "WebSite"),
}
PROPERTIES = {
    *(
        "about",
        "additionalType",
        "address",
        "addressCountry",
        "addressLocality",
        "alternateName",
        "contentSize",
        "contentUrl",
        "creator",
        "dataset",
    ),
    *(
        "description",
        "distribution",
        "documentation",
        "employee",
        "encodingFormat",
        "endDate",
        "hasDefinedTerm",
        "hasOccupation",
        "hasPart",
    ),
    *("identifier", "includedInDataCatalog", "isAccessibleForFree", "isBasedOn", "isPartOf", "jobTitle", "keywords", "license", "location"),
    *(
        "mainEntity",
        "mainEntityOfPage",
        "name",
        "object",
        "parentOrganization",
        "replacee",
        "replacer",
        "result",
        "roleName",
        "sameAs",
        "startDate",
    ),
    *("subOrganization", "temporalCoverage", "text", "url", "worksFor"),
}
# A page of each kind, and the class of what it is about.
PAGES = {
    "": "WebSite",
    "catalogue.html": "DataCatalog",
    "dcat.html": "DataCatalog",
    "ns.html": "DefinedTermSet",
    "edition/2022-06.html": "Dataset",
    "edition/2022-06/chart": "WebPage",
    "edition/2022-06/chart/unit/migration-health": "WebPage",
    "edition/2022-06/source/structure-2022.html": "Dataset",
    "edition/2022-06/doc/unit/legal-affairs.html": "Organization",
    "doc/organization/iom.html": "GovernmentOrganization",
    "doc/unit/legal-affairs.html": "Organization",
    "doc/body/council.html": "Organization",
    "doc/post/director-general.html": "Occupation",
    "doc/person/amy-pope.html": "Person",
    "doc/membership/amy-pope-director-general.html": "OrganizationRole",
    "doc/site/bangkok.html": "Place",
    "doc/source/structure-2022.html": "DigitalDocument",
    "doc/source/structure-2022.html?page=2": "DigitalDocument",
    "doc/change/ethics-and-pseah.html": "ReplaceAction",
    "doc/conflict/evaluation-name.html": "Comment",
    "timemap/doc/unit/legal-affairs.html": "CollectionPage",
    "query": "CollectionPage",
    "query/search": "WebPage",
    "query/search?text=legal": "WebPage",
    "query/branch?unit=iom": "WebPage",
    "sparql": "WebAPI",
    "sparql?query=ASK%7B%7D": "WebAPI",
    "edition/2021-09/sparql": "WebAPI",
    "openapi.html": "WebAPI",
    "search": "WebPage",
    "search?q=legal": "WebPage",
    "reconcile/preview?id=unit/treasury": "Organization",
    "changes.html": "CollectionPage",
    "changes/2022-06.html": "WebPage",
    "shapes.html": "CollectionPage",
    "shapes/edition.html": "CollectionPage",
    "about": "AboutPage",
    "edition/2022-06/report.html": "WebPage",
    "reform.html": "CollectionPage",
    "reform/2022-06/2023-10.html": "WebPage",
    "profile.html": "CollectionPage",
    "profile/cpov.html": "WebPage",
    "doc/unit/legal-affairs.html?_profile=alt": "CollectionPage",
    "edition/2022-06?_profile=alt": "CollectionPage",
}


class Scripts(HTMLParser):
    """Finds the scripts of a page, as a browser would divide it."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str | None] = []
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the beginning of a script."""
        # A file of the server's own is no block.
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        if self._is_inside:
            self.kinds.append(dict(attrs).get("type"))
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of one."""
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        """Keep what stands in one."""
        if self._is_inside:
            self.texts[-1] += data


def told(page: str) -> dict[str, Any]:
    """The one data block of a page."""
    scripts = Scripts()
    scripts.feed(page)
    assert scripts.kinds == ["application/ld+json"]
    found: dict[str, Any] = json.loads(scripts.texts[0])
    assert found["@context"] == {"@vocab": "https://schema.org/"}
    return found


def triples(page: str) -> Graph:
    """The same as triples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # RDFLib's own reader uses what RDFLib deprecates
        return Graph().parse(data=json.dumps(told(page)), format="json-ld")


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="module")
def everything(client: Client) -> dict[str, Graph]:
    """What every page of every thing says, by path; nothing foreign is fetched to read it."""

    def refuse(*asked: object, **more: object) -> None:
        raise AssertionError(f"A context was fetched: {asked}")

    mended = pytest.MonkeyPatch()
    mended.setattr(urllib.request, "urlopen", refuse)
    base = len("<loc>" + BASE)
    things = [line.strip()[len("<url>") + base :].removesuffix("</loc></url>") for line in client.get("/sitemap.xml").text.splitlines()]
    paths = [*PAGES, *(path for path in things if path.startswith("doc/"))]
    found = {path: triples(client.get(f"/{path}", HTML).text) for path in paths}
    mended.undo()
    assert len(found) > 250
    return found


def test_every_kind_of_page_has_it(everything: dict[str, Graph], client: Client) -> None:
    """Each template of a page has one block, about what the page is about; a problem alone has none."""
    for path, kind in PAGES.items():
        subjects = set(everything[path].subjects(RDF.type, SCHEMA[kind]))
        assert subjects, path
        if path.startswith("doc/") and "?_profile" not in path:
            thing = BASE + "id/" + path.removeprefix("doc/").partition(".html")[0]
            assert URIRef(thing) in subjects, path
    assert "ld+json" not in client.get("/doc/unit/nobody", HTML).text
    templates = {path.stem for path in (REPOSITORY / "server/organograph_server/templates").glob("[a-z]*.html")}
    assert templates == {
        *(
            "about",
            "alternates",
            "base",
            "catalogue",
            "chart",
            "changes",
            "changespage",
            "dcat",
            "edition",
            "evidence",
            "home",
            "openapi",
            "preview",
            "problem",
            "profiles",
            "reform",
            "reforms",
            "report",
            "rules",
        ),
        *("profiles", "queries", "query", "saved", "search", "thing", "timemap", "validate", "vocabulary"),
    }, "a new kind of page needs a row in PAGES"


def test_only_words_of_schema_org_are_used(everything: dict[str, Graph]) -> None:
    """No class and no property is used that the list of looked-up words does not have, and the list has no other."""
    classes = {str(kind) for graph in everything.values() for kind in graph.objects(None, RDF.type)}
    properties = {str(term) for graph in everything.values() for term in graph.predicates()} - {str(RDF.type)}
    assert classes == {str(SCHEMA[name]) for name in CLASSES}
    assert properties == {str(SCHEMA[name]) for name in PROPERTIES}


def is_document(path: str) -> bool:
    """Whether a path is that of a thing's document, now or dated."""
    return "?" not in path and path.startswith(("doc/", "edition/2022-06/doc/"))


def test_a_page_says_nothing_that_the_profile_does_not(client: Client, everything: dict[str, Graph]) -> None:
    """What the block of a page says of things stands in the same document in the profile schema.org, which leaves out no language."""
    compared = set()
    dated = {path: triples(client.get(f"/{path}", HTML).text) for path in PAGES if path.startswith("edition/2022-06/doc/")}
    for path, said in (everything | dated).items():
        answer = client.get(f"/{path.partition('.html')[0]}.ttl?_profile=schema") if is_document(path) else None
        if answer is None or answer.status == 406:
            continue
        around = {*said.subjects(RDF.type, SCHEMA.AboutPage), *said.subjects(RDF.type, SCHEMA.Dataset)}
        block = {(str(s), str(p), str(o)) for s, p, o in said if s not in around}
        profile = Graph().parse(data=answer.text, format="turtle")
        whole = {(str(s), str(p), str(o)) for s, p, o in profile}
        assert block, path
        assert block - whole == set(), path
        # Left out is only what is said in another language too.
        others = {(s, p) for s, p, o in profile if isinstance(o, Literal) and o.language not in (None, "en")}
        assert {(s, p) for s, p, _ in whole - block} <= {(str(s), str(p)) for s, p in others}, path
        compared.add(path.rpartition("doc/")[2].partition("/")[0])
    assert compared == {"organization", "unit", "body", "post", "membership", "person", "site"}


def test_names_and_places_are_those_of_the_documents(client: Client, everything: dict[str, Graph]) -> None:
    """Of every unit, post, body and organization of an edition, name, class, organization above and those below are as its RDF has it."""
    compared = 0
    for edition in ("2021-09", "2022-06", "2023-10"):
        facts = Graph().parse(data=client.get(f"/edition/{edition}.nt").text, format="nt")
        for thing in sorted({subject for subject in facts.subjects(SKOS.prefLabel, None) if "#" not in str(subject)}):
            path = f"edition/{edition}/doc/{str(thing).removeprefix(f'{BASE}id/')}"
            said = triples(client.get(f"/{path}.html").text)
            assert [str(name) for name in said.objects(thing, SCHEMA.name)] == [str(name) for name in facts.objects(thing, SKOS.prefLabel)]
            for term, predicate in ((SCHEMA.parentOrganization, ORG.subOrganizationOf), (SCHEMA.location, ORG.hasSite)):
                assert set(said.objects(thing, term)) == set(facts.objects(thing, predicate)), path
            assert set(said.objects(thing, SCHEMA.subOrganization)) == set(facts.subjects(ORG.subOrganizationOf, thing)), path
            assert {str(name) for name in said.objects(thing, SCHEMA.alternateName)} == {
                str(n) for n in facts.objects(thing, SKOS.altLabel)
            }
            compared += 1
    assert compared > 250


def test_persons_have_their_posts_and_dates(client: Client, everything: dict[str, Graph]) -> None:
    """A person works in the organization with the title of the post and the dates of the tenure; who has left has the dates alone."""
    post, organization = URIRef(f"{BASE}id/post/director-general"), URIRef(f"{BASE}id/organization/iom")
    for person, slug, edition, begins, ends in (
        ("amy-pope", "amy-pope-director-general", "2023-10", "2023-10-01", None),
        ("antonio-vitorino", "antonio-vitorino-director-general", "2022-06", "2018-10-01", "2023-09-30"),
    ):
        facts = Graph().parse(data=client.get(f"/edition/{edition}.nt").text, format="nt")
        dates = {str(date) for date in facts.objects(URIRef(f"{BASE}id/membership/{slug}#beginning"), TIME.inXSDDate)}
        dates |= {str(date) for date in facts.objects(URIRef(f"{BASE}id/membership/{slug}#end"), TIME.inXSDDate)}
        assert dates == {begins, ends} - {None}
        said, iri, role = everything[f"doc/person/{person}"], URIRef(f"{BASE}id/person/{person}"), URIRef(f"{BASE}id/membership/{slug}")
        assert (iri, SCHEMA.name, Literal(str(facts.value(iri, FOAF.name)))) in said
        assert (iri, SCHEMA.hasOccupation, role) in said
        assert (role, SCHEMA.hasOccupation, post) in said
        assert {str(date) for term in (SCHEMA.startDate, SCHEMA.endDate) for date in said.objects(role, term)} == dates
        assert ((iri, SCHEMA.worksFor, organization) in said) == (ends is None)
        assert {str(title) for title in said.objects(iri, SCHEMA.jobTitle)} == ({"Director General"} if ends is None else set())
    above = everything["doc/organization/iom.html"]
    assert (organization, SCHEMA.employee, URIRef(f"{BASE}id/membership/amy-pope-director-general")) in above


def test_sites_have_addresses(everything: dict[str, Graph]) -> None:
    """A place has the town and the code of the country of its address."""
    said, site = everything["doc/site/bangkok.html"], URIRef(f"{BASE}id/site/bangkok")
    (address,) = said.objects(site, SCHEMA.address)
    assert (address, RDF.type, SCHEMA.PostalAddress) in said
    assert (str(said.value(address, SCHEMA.addressLocality)), str(said.value(address, SCHEMA.addressCountry))) == ("Bangkok", "TH")


def test_every_address_leads_somewhere(everything: dict[str, Graph], client: Client) -> None:
    """Every IRI and address of this server that a page names is there."""
    named = {str(term) for graph in everything.values() for triple in graph for term in triple if str(term).startswith(BASE)}
    paths = sorted({iri.removeprefix(BASE).partition("#")[0] for iri in named})
    assert len(paths) > 500
    assert [path for path in paths if client.ask("HEAD", f"/{path}", {"Accept": HTML}).status >= 400] == []


def test_editions_have_what_search_for_datasets_needs(client: Client) -> None:
    """An edition has name, description, licence, creator, time and files in the form that Google's guide to dataset markup asks for."""
    for edition in ("2021-09", "2022-06", "2023-10"):
        node = told(client.get(f"/edition/{edition}.html").text)
        assert node["@type"] == "Dataset"
        assert node["name"]
        assert 50 <= len(node["description"]) <= 5_000
        assert node["license"].startswith("https://")
        assert node["creator"]["@type"].endswith("Organization")
        assert node["creator"]["name"]
        assert node["temporalCoverage"].startswith(f"{edition}/")
        assert node["identifier"] == edition
        assert node["isBasedOn"]
        for file in node["distribution"]:
            answer = client.ask("HEAD", "/" + file["contentUrl"].removeprefix(BASE))
            assert (answer.status, answer.media_type) == (200, file["encodingFormat"])


def test_nothing_that_is_written_can_end_the_block() -> None:
    """Signs that mean something in HTML or to old readers of scripts are escaped, and read as what they were."""
    name = "</script><!--<script>&amp;\u2028\u2029 Ω"
    block = embedded({"@id": "http://data.example/x", "name": name})
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block)["name"] == name


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of another organization, one of whose units has a name that would end a script."""
    place = tmp_path_factory.mktemp("lon")
    folder = place / "lon"
    assert run("init", folder, *SETTINGS, "--edition", FIRST).exit_code == 0
    document = Document("chart-2024", folder)
    (folder / "documents/first-note.txt").unlink()
    named = [unit | ({"name": NASTY} if unit["slug"] == "plankton" else {}) for unit in units()]
    write_edition(folder, FIRST, document, named, "Ada Brine")
    store_rows(folder / "sources.csv", [document.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    built = run("build", folder, "--out", place / "out")
    assert built.exit_code == 0, built.output
    with listening(create_app(Settings(dataset=place / "out"))) as address:
        yield Client(address)


NASTY = 'Department of </script><script>alert("plankton")</script> & <!-- Krill'


def test_a_hostile_name_of_another_organization_does_no_harm(hostile: Client) -> None:
    """A unit whose name would end the script is named to the letter, on its own page and on those that refer to it."""
    for path in ("/doc/unit/plankton.html", "/doc/unit/drifting-plankton.html", "/doc/organization/lon.html"):
        page = hostile.get(path).text
        assert NASTY in {str(name) for name in triples(page).objects(None, SCHEMA.name)}, path
    for path in ("/", f"/edition/{FIRST}.html", "/catalogue.html", "/query", "/sparql"):
        told(hostile.get(path, HTML).text)


def test_files_and_other_bases_have_it_too(tmp_path: Path) -> None:
    """Pages of files, and of a dataset under another base, have the block; its IRIs are under their base."""
    (tmp_path / "data.nt").write_text("<http://a.example/a> <http://a.example/p> <http://a.example/b> .\n", "utf-8")
    for app in (
        create_app(Settings(files=(tmp_path / "data.nt",), base="https://x.example/y/")),
        small_app(tmp_path, "https://x.example/y/"),
    ):
        for path in ("/", "/sparql", "/openapi.html"):
            graph = triples(app.test_client().get(path, headers={"Accept": HTML}).get_data(as_text=True))
            iris = {str(subject) for subject in graph.subjects() if isinstance(subject, URIRef)}
            assert iris
            assert all(iri.startswith("https://x.example/y/") for iri in iris)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed (Debian: chromium)")
def test_the_policy_of_the_pages_does_not_forbid_it(iom: Running, hostile: Client) -> None:
    """A browser with JavaScript reads the block, runs nothing, and reports no violation of the policy; of a script that runs it does."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        reported: list[str] = []
        page.on("console", lambda message: reported.append(message.text))
        page.on("pageerror", lambda error: reported.append(str(error)))
        page.on("dialog", lambda dialog: reported.append(dialog.message))
        addresses = [iom.address + path for path in ("", "edition/2022-06.html", "doc/unit/legal-affairs.html", "sparql", "openapi.html")]
        for address in [*addresses, f"{hostile.address}/doc/unit/plankton.html"]:
            page.goto(address)
            blocks = page.locator('script[type="application/ld+json"]')
            assert blocks.count() == page.locator("script:not([src])").count() == 1
            assert json.loads(blocks.text_content() or "")["@context"] == {"@vocab": "https://schema.org/"}
        assert reported == []
        page.evaluate("document.body.appendChild(Object.assign(document.createElement('script'), {text: '1'}))")
        assert any("Content Security Policy" in text for text in reported)
        browser.close()
