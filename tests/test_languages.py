"""Pages come in the language that a request asks for, by parameter or by field, and data has all its languages whatever is asked for."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from htmlpages import read_page, text_of
from httpclient import HTML, Client
from languagepages import SPOKEN
from organograph_server.app import create_app
from organograph_server.languages.choosing import choose_language, language_for
from organograph_server.languages.links import asking, kept_in
from organograph_server.settings import Settings
from serving import Running, listening, small_dataset
from test_access import parse_errors

UNIT = "/doc/unit/legal-affairs"
FRENCH = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"}
# What browsers, tools and crawlers really send, and what the standards allow.
FIELDS = {
    None: "en",
    "": "en",
    "  ": "en",
    "*": "en",
    "en-US,en;q=0.9": "en",
    "en-GB,en-US;q=0.9,en;q=0.8,fr;q=0.7": "en",
    "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7": "fr",
    "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5": "fr",
    "fr": "fr",
    "FR-ca": "fr",
    "fr-Latn-CH-x-private": "fr",
    "de-DE,de;q=0.9": "en",
    "de,fr;q=0.2": "fr",
    "es-ES,es;q=0.9,en;q=0.8,fr;q=0.8": "en",
    "ar,fr;q=0.8,en;q=0.8": "fr",
    "en;q=0.3, fr;q=0.7": "fr",
    "en;q=0.8, fr": "fr",
    "en, fr;q=0": "en",
    "en;q=0, fr;q=0": "en",
    "en;q=0, *": "fr",
    "fr;q=0, *": "en",
    "fr;q=0.3, *;q=0.8": "en",
    "fr-FR;q=0.9, fr;q=0, en;q=0.1": "en",
    "frp, en;q=0.1": "en",
    "fr;q=1.5, en;q=0.2": "en",
    "fr;level=1, en;q=0.2": "en",
    ",,fr,,": "fr",
    "fr;q = 0.5,en;q=0.4": "fr",
    "i-klingon, x-pig-latin": "en",
    "€, fr": "fr",
    "fr" + ",fr" * 5000: "fr",
}


@pytest.mark.parametrize(("field", "language"), FIELDS.items(), ids=lambda value: str(value)[:40])
def test_a_field_chooses_by_weight_and_by_lookup(field: str | None, language: str) -> None:
    """The language is that of the greatest weight, of equal ones the first; ranges lead to what they begin with."""
    assert choose_language(field, ("en", "fr"), "en") == language


def test_the_default_is_for_who_likes_none() -> None:
    """Who sends nothing, or nothing that there is, gets the default, whichever that is."""
    fields = {None: "fr", "*": "fr", "de": "fr", "en": "en", "en-GB;q=0.1, de": "en"}
    assert {field: choose_language(field, ("en", "fr"), "fr") for field in fields} == fields
    tags = {"fr": "fr", "fr-CA": "fr", "FR": "fr", "fra": None, "": None, "f": None, "de": None}
    assert {tag: language_for(tag, ("en", "fr")) for tag in tags} == tags


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.mark.parametrize("path", [path for path in SPOKEN if path != "/dcat"])  # which takes long to be made at first
def test_every_page_is_given_in_both_languages(client: Client, path: str) -> None:
    """A page says its language in its field and its element; parameter and field give the same bytes; tags differ by language."""
    asked = f"{path}{'&' if '?' in path else '?'}lang=fr"
    accept = "text/html, image/svg+xml;q=0.9"
    english, french, pinned = client.get(path, accept), client.get(path, accept, **FRENCH), client.get(asked, accept)
    assert [answer.fields["Content-Language"] for answer in (english, french, pinned)] == ["en", "fr", "fr"]
    assert ["Accept-Language" in (answer.fields["Vary"] or "") for answer in (english, french, pinned)] == [True, True, False]
    assert english.status == french.status == pinned.status
    assert french.body == pinned.body
    assert english.body != french.body
    if english.media_type == "text/html":
        assert [re.findall(r'<html lang="(..)">', answer.text) for answer in (english, french)] == [["en"], ["fr"]]
        assert parse_errors(french.text) == []
        read_page(french.text)
    if english.status == 200:
        tags = [answer.fields["ETag"] or "" for answer in (english, french, pinned)]
        assert all(tag.startswith('"') for tag in tags)
        assert tags[0] != tags[1] == tags[2]
        again = client.get(asked, accept, **{"If-None-Match": tags[1]})
        assert (again.status, again.body, "Accept-Language" in (again.fields["Vary"] or "")) == (304, b"", False)


def test_data_does_not_depend_on_the_language(client: Client) -> None:
    """What programs read is the same whatever language a request asks for, has all languages, and says nothing of the field."""
    paths = (UNIT, "/edition/2023-10", "/catalogue", "/ns", "/reform/2022-06/2023-10", "/query", "/search?q=legal", "/edition/2022-06.csv")
    for path in paths:
        for accept in ("text/turtle, application/json;q=0.5, text/csv;q=0.4",):
            plain = client.get(path, accept)
            pinned = client.get(f"{path}{'&' if '?' in path else '?'}lang=fr", accept)
            for other in (client.get(path, accept, **FRENCH), pinned):
                assert other.body == plain.body, path
                assert other.fields["ETag"] == plain.fields["ETag"]
                assert "Accept-Language" not in (other.fields["Vary"] or "")
                assert other.fields["Content-Language"] is None
                assert (other.fields["Content-Location"] or "") == (plain.fields["Content-Location"] or "")
    assert '"relève de"@fr' in client.get("/ns", "text/turtle").text


def test_problems_for_programs_are_in_english(client: Client) -> None:
    """Problems in JSON and RDF are as they were; the page of a problem is in French, and keeps what was asked for."""
    assert client.get("/doc/unit/nobody", "application/json", **FRENCH).body == client.get("/doc/unit/nobody", "application/json").body
    page = client.get("/doc/unit/nobody", HTML, **FRENCH)
    assert (page.status, page.fields["Content-Language"], page.fields["Vary"]) == (404, "fr", "Accept, Accept-Language")
    assert "404 Introuvable" in page.text
    assert "Ce jeu de données ne décrit pas de unit" in page.text
    refused = client.get("/sparql?query=SELECT&lang=fr", HTML)
    assert refused.status == 400
    assert "Demande incorrecte" in refused.text


def test_a_problem_leads_to_itself_in_each_language(client: Client) -> None:
    """The page of a problem with a query leads to the same query in the other language, where the problem is the same."""
    for query in ("SELECT", "SELECT%20%2A&format=json", "%22%3E%3Cb%3E%26lang=%FF"):
        path, english = f"/sparql?query={query}", client.get(f"/sparql?query={query}", HTML)
        [there] = re.findall('<a href="([^"]*)" lang="fr" hreflang="fr"', english.text)
        french = client.get("/sparql" + unescape(there), HTML)
        [back] = re.findall('<a href="([^"]*)" lang="en" hreflang="en"', french.text)
        assert (english.status, french.status, french.fields["Content-Language"]) == (400, 400, "fr"), path
        assert client.get("/sparql" + unescape(back), HTML).body == client.get(f"{path}&lang=en", HTML).body


def test_an_unknown_language_is_as_if_not_named(client: Client) -> None:
    """A language that there is not, and nonsense, are ignored: the field decides, as the answer says."""
    for name in ("de", "xx-YY", "", "%00", "fr%27%22%3C"):
        answer = client.get(f"{UNIT}?lang={name}", HTML, **FRENCH)
        assert (answer.status, answer.fields["Content-Language"]) == (200, "fr"), name
        assert "Accept-Language" in (answer.fields["Vary"] or "")
    assert client.get(f"{UNIT}?lang=fr-CA", HTML).fields["Content-Language"] == "fr"
    assert client.get(f"{UNIT}?lang=en", HTML, **FRENCH).fields["Content-Language"] == "en"


def test_links_lead_to_each_language_and_to_one_address(client: Client) -> None:
    """A page leads to itself in each language and for any, and its canonical address is its own in its language."""
    for path, own in ((f"{UNIT}.html", UNIT), ("/", "/"), ("/catalogue", "/catalogue"), ("/?q=legal", "/?q=legal")):
        for language, canonical in (("", ""), ("fr", "lang=fr"), ("en", "lang=en")):
            mark = "&" if "?" in path else "?"
            answer = client.get(f"{path}{mark}lang={language}" if language else path, HTML)
            found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', answer.text)
            base = found[2][1].removesuffix(own)
            join = "&amp;" if "?" in own else "?"
            assert found == [("en", f"{base}{own}{join}lang=en"), ("fr", f"{base}{own}{join}lang=fr"), ("x-default", f"{base}{own}")], path
            if path == f"{UNIT}.html":
                link = answer.fields["Link"] or ""
                expected = f"{base}{own}{'?' if canonical else ''}{canonical}"
                assert f'<{expected}>; rel="canonical"' in link


def test_who_has_chosen_a_language_stays_in_it(client: Client) -> None:
    """Links to pages, forms and redirects of a page that was asked for in French ask for French; links to data do not."""
    page = client.get(f"{UNIT}?lang=fr", HTML).text
    links = re.findall(r'<a [^>]*href="([^"#][^"]*)"', page)
    pages = [link for link in links if not re.search(r"^https?:|\.(ttl|jsonld|rdf|nt|trig|nq)$|_profile=(?!alt)|lang=en", link)]
    assert len(pages) > 15
    assert [link for link in pages if "lang=fr" not in link] == []
    assert [link for link in links if link not in pages and "lang=fr" in link] == []
    assert page.count('<input type="hidden" name="lang" value="fr">') == page.count("<form ")
    english = client.get(UNIT, HTML).text
    assert re.findall(r'href="[^"]*lang=en|name="lang"', re.sub(r"<link[^>]*>", "", english)) == []
    led = client.get("/id/unit/legal-affairs?lang=fr", HTML)
    assert (led.status, led.fields["Location"]) == (303, f"{UNIT}?lang=fr")
    assert client.get("/id/unit/legal-affairs", HTML, **FRENCH).fields["Location"] == UNIT


def test_links_are_changed_only_where_they_lead_to_pages() -> None:
    """Addresses of data, of other sites and of the same page are left alone; parameters and fragments stay."""
    table = {
        "../unit/x": "../unit/x?lang=fr",
        "x.html#facts": "x.html?lang=fr#facts",
        "search?q=a&amp;page=2": "search?q=a&amp;page=2&amp;lang=fr",
        "./": "./?lang=fr",
        "chart.svg": "chart.svg?lang=fr",
        "x?format=html": "x?format=html&amp;lang=fr",
        "#facts": "#facts",
        "x.ttl": "x.ttl",
        "x?format=ttl": "x?format=ttl",
        "x?_profile=cpov": "x?_profile=cpov",
        "x?_profile=alt": "x?_profile=alt&amp;lang=fr",
        "data/dataset.nq": "data/dataset.nq",
        "https://www.iom.int/": "https://www.iom.int/",
        "?lang=en": "?lang=en",
        "edition/2022-06": "edition/2022-06?lang=fr",
    }
    assert {link: asking(link, "fr") for link in table} == table
    assert kept_in('<a href="x">x</a>', "") == '<a href="x">x</a>'


def test_kept_answers_differ_by_language_alone(tmp_path: Path) -> None:
    """A page that is kept is given to all who get the same language, and never in another; what is no page is kept once for all."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    with listening(app) as address:
        client = Client(address)
        for _ in range(2):
            for fields, language in ((FRENCH, "fr"), ({}, "en"), ({"Accept-Language": "fr"}, "fr"), ({"Accept-Language": "de"}, "en")):
                assert client.get("/", HTML, **fields).fields["Content-Language"] == language
                assert f'<html lang="{language}">' in client.get("/", HTML, **fields).text
    lane = app.wsgi_app.__self__ if hasattr(app.wsgi_app, "__self__") else app.wsgi_app
    kept = lane._wsgi._kept  # type: ignore[attr-defined]  # what the fast lane has
    assert len([key for key in kept if key[1] == "/"]) == 3


def test_the_datasets_language_is_the_default(tmp_path: Path) -> None:
    """An organization that is named in French has pages in French for who asks for no language."""
    corrections = {'"International Organization for Migration"@en': '"Organisation internationale pour les migrations"@fr'}
    with listening(create_app(Settings(dataset=small_dataset(tmp_path, corrections=corrections)))) as address:
        client = Client(address)
        french, english = client.get("/", HTML), client.get("/", HTML, **{"Accept-Language": "en"})
        assert [answer.fields["Content-Language"] for answer in (french, english)] == ["fr", "en"]
        assert "<h1>Organisation internationale pour les migrations</h1>" in french.text
        assert '<h1 lang="fr">Organisation internationale pour les migrations</h1>' in english.text
        assert 'lang=fr"' not in re.sub(r"<link[^>]*>", "", french.text)
        assert 'lang=en"' in re.sub(r"<link[^>]*>", "", english.text)


def test_data_says_its_language_on_a_page(client: Client) -> None:
    """On a French page what the data says in English says so, French names of kinds are taken, and sentences are French."""
    page = read_page(client.get(f"{UNIT}?lang=fr", HTML).text)
    (heading,) = [element for element in page.iter() if element.tag == "h1"]
    assert (text_of(heading), heading.get("lang")) == ("Office of Legal Affairs", "en")
    text = text_of(page)
    assert "Ce bureau est indépendant" in text
    assert "et relève de Director General" in text
    assert "depuis octobre 2023" in text_of(read_page(client.get("/?lang=fr", HTML).text))


def test_a_reform_is_told_in_french(client: Client) -> None:
    """What became of a unit is a French sentence with links where it names things, its class and its basis are French."""
    page = read_page(client.get("/reform/2022-06/2023-10?lang=fr", HTML).text)
    text = text_of(page)
    assert "succède à « Office of the Inspector General »." in text
    assert "Événement : Inspector General succeeded by Internal Oversight Services, par déduction." in text
    assert "Remplacement par un successeur" in text
    assert "hors du champ de 2023-10" in text
