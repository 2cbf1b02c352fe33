"""The feed of editions and changes over a real socket: valid Atom, dated by the editions, and named by the IRIs of the data."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from httpclient import HTML, Client
from organograph.names import DEFAULT_BASE
from serving import Running, listening, small_app

ATOM = "{http://www.w3.org/2005/Atom}"
BEGINNINGS = {"2021-09": "2021-09-01T00:00:00Z", "2022-06": "2022-06-01T00:00:00Z", "2023-10": "2023-10-01T00:00:00Z"}


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture
def feed(client: Client) -> ElementTree.Element:
    """The feed as it is given."""
    answer = client.get("/changes.atom")
    assert (answer.status, answer.media_type) == (200, "application/atom+xml")
    return ElementTree.fromstring(answer.body)


def text(node: ElementTree.Element, name: str) -> str:
    """The text of a child that is there exactly once."""
    (found,) = node.findall(ATOM + name)
    assert found.text
    return found.text


def test_the_feed_has_what_the_standard_demands(feed: ElementTree.Element) -> None:
    """Feed and entries have one id, title and date each; ids are whole IRIs, once each; the feed has an author and a self link."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [f"{DEFAULT_BASE}changes.atom"]
    entries = feed.findall(f"{ATOM}entry")
    for node in (feed, *entries):
        assert text(node, "id").startswith(DEFAULT_BASE)
        assert text(node, "title")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(node, "updated"))
        assert len([link for link in node.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
    assert len({text(entry, "id") for entry in entries}) == len(entries)
    dates = [text(entry, "updated") for entry in entries]
    assert dates == sorted(dates, reverse=True)
    assert text(feed, "updated") == dates[0]


def test_every_edition_and_change_is_told_with_the_date_of_its_edition(client: Client, feed: ElementTree.Element) -> None:
    """The entries are the editions and the changes that SPARQL counts, dated by the month that the edition begins with."""
    query = (
        "PREFIX og: <https://w3id.org/organograph/ns#> SELECT ?thing ?edition "
        "{ { ?thing og:toEdition ?edition } UNION { ?thing a og:Edition BIND(?thing AS ?edition) } }"
    )
    rows = json.loads(client.sparql(query).body)["results"]["bindings"]
    wanted = {row["thing"]["value"]: BEGINNINGS[row["edition"]["value"].rpartition("/")[2]] for row in rows}
    assert {text(entry, "id"): text(entry, "updated") for entry in feed.findall(f"{ATOM}entry")} == wanted
    assert len(wanted) > 20


def test_every_entry_leads_to_its_page(client: Client, feed: ElementTree.Element) -> None:
    """What an entry links to is there, as a page."""
    for entry in feed.findall(f"{ATOM}entry"):
        (link,) = entry.findall(f"{ATOM}link")
        answer = client.get("/" + (link.get("href") or "").removeprefix(DEFAULT_BASE), HTML)
        assert (answer.status, answer.media_type) == (200, "text/html")


def test_a_merger_tells_what_it_was_made_of(feed: ElementTree.Element) -> None:
    """A change says what was and what became, and of what kind it is."""
    (found,) = [entry for entry in feed.findall(f"{ATOM}entry") if text(entry, "id").endswith("/change/ethics-and-pseah")]
    assert text(found, "summary").startswith("Was: Office of Ethics and Conduct; Prevention of")
    assert "Became: Office of Ethics and Prevention" in text(found, "summary")
    (category,) = found.findall(f"{ATOM}category")
    assert (category.get("term"), category.get("label")) == ("https://w3id.org/organograph/ns#Merger", "Merger")


def test_the_home_page_leads_to_the_feed(client: Client) -> None:
    """Readers of news find the feed from the home page, and it is cached like all else."""
    page = client.get("/", HTML).text
    assert 'rel="alternate" type="application/atom+xml"' in page
    assert re.search(r'href="\.?/?changes\.atom"', page)
    assert client.get("/changes.atom", **{"If-None-Match": client.get("/changes.atom").fields["ETag"]}).status == 304


def test_signs_of_markup_in_names_stay_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A name with `<` and `&` is in the feed as it is."""
    with listening(small_app(tmp_path_factory.mktemp("other"))) as place:
        feed = ElementTree.fromstring(Client(place).get("/changes.atom").body)
    assert any("Became: Crisis <Response> & Recovery." in text(entry, "summary") for entry in feed.findall(f"{ATOM}entry"))


def archives(client: Client, feed: ElementTree.Element) -> list[ElementTree.Element]:
    """The archives that a reader finds who goes back from the feed, the latest first."""
    found: list[ElementTree.Element] = []
    while links := [link for link in (found or [feed])[-1].findall(f"{ATOM}link") if link.get("rel") == "prev-archive"]:
        (link,) = links
        answer = client.get("/" + (link.get("href") or "").removeprefix(DEFAULT_BASE))
        assert (answer.status, answer.media_type) == (200, "application/atom+xml")
        found.append(ElementTree.fromstring(answer.body))
    return found


def test_archives_tell_of_each_thing_of_each_edition(client: Client, feed: ElementTree.Element) -> None:
    """Who goes back from the feed, archive by archive, finds each version of each thing once (RFC 5005), the latest edition first."""
    found = archives(client, feed)
    entries = [entry for archive in found for entry in archive.findall(f"{ATOM}entry")]
    query = (
        "PREFIX og: <https://w3id.org/organograph/ns#> "
        "SELECT DISTINCT ?thing ?edition { ?edition a og:Edition GRAPH ?edition { ?thing ?p ?o } }"
    )
    rows = json.loads(client.sparql(query).body)["results"]["bindings"]
    described = {(row["edition"]["value"].rpartition("/")[2], row["thing"]["value"]) for row in rows if "#" not in row["thing"]["value"]}
    told = {
        tuple(re.fullmatch(f"{DEFAULT_BASE}edition/([^/]+)/doc/(.+)#version-[0-9a-f]{{16}}", text(entry, "id")).groups())  # type: ignore[union-attr]
        for entry in entries
    }
    kinds = [category.get("label") for entry in entries for category in entry.findall(f"{ATOM}category")]
    assert len(told) == len(entries) == len(described) + kinds.count("Delete")
    assert {(edition, thing.removeprefix(f"{DEFAULT_BASE}id/")) for edition, thing in described} <= told
    dates = [text(archive, "updated") for archive in found]
    assert dates == sorted(dates, reverse=True)


def test_archives_are_feeds_that_know_their_place(client: Client, feed: ElementTree.Element) -> None:
    """Each archive says that it is one, leads to the feed and to the archive after it, and has what any feed must have."""
    found = archives(client, feed)
    later = ""
    for archive in found:
        links = {link.get("rel"): link.get("href") for link in archive.findall(f"{ATOM}link") if link.get("rel") != "alternate"}
        assert archive.find("{http://purl.org/syndication/history/1.0}archive") is not None
        assert links["current"] == f"{DEFAULT_BASE}changes.atom"
        assert links.get("next-archive", "") == later
        later = links["self"] or ""
        assert archive.find(f"{ATOM}author/{ATOM}name") is not None
        for node in (archive, *archive.findall(f"{ATOM}entry")):
            assert text(node, "id").startswith(DEFAULT_BASE)
            assert text(node, "title")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(node, "updated"))
        for entry in archive.findall(f"{ATOM}entry"):
            (link,) = entry.findall(f"{ATOM}link")
            (category,) = entry.findall(f"{ATOM}category")
            assert (category.get("label") == "Delete") == ("/edition/" not in (link.get("href") or ""))
    assert len({text(archive, "id") for archive in found}) == len(found) > 3


def test_what_changed_is_told_in_words(client: Client, feed: ElementTree.Element) -> None:
    """An entry of a thing says which of its properties changed, or that none did, or why it left."""
    summaries = {
        text(entry, "id").partition("#")[0].removeprefix(f"{DEFAULT_BASE}edition/"): text(entry, "summary")
        for archive in archives(client, feed)
        for entry in archive.findall(f"{ATOM}entry")
    }
    assert summaries["2021-09/doc/unit/legal-affairs"] == "This is the first edition."
    assert summaries["2022-06/doc/unit/treasury"] == "The edition before does not describe it."
    moved = "Moved from “Deputy Director General for Management and Reform” to “Director General”."
    assert summaries["2022-06/doc/unit/legal-affairs"].startswith("Was renamed from “Office of Legal Affairs”. Moved from ")
    assert moved in summaries["2023-10/doc/unit/legal-affairs"]
    assert "As in the edition before." in summaries.values()
