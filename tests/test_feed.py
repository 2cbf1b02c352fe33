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
