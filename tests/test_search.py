"""Search: what people would type leads first to what they mean, in every format, and nothing that is typed breaks it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from httpclient import HTML, Client
from places import CHROMIUM_FLAGS
from serving import Running, listening, small_app

OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
# What is typed, what must come first, and how the answer says that it was found.
QUERIES = [
    ("Office of Legal Affairs", "unit/legal-affairs", "name"),
    ("office of legal affairs", "unit/legal-affairs", "name"),
    ("Department of Legal Affairs", "unit/legal-affairs", "former name"),
    ("Dept. of Legal Affairs", "unit/legal-affairs", "former name"),
    ("legal affairs", "unit/legal-affairs", "name"),
    ("Affairs, Legal", "unit/legal-affairs", "name"),
    ("Legl Afairs", "unit/legal-affairs", "name"),
    ("OLA", "unit/legal-affairs", "name"),
    ("legal", "unit/legal-affairs", "name"),
    ("IOM", "organization/iom", "other name"),
    ("International Organisation for Migration", "organization/iom", "name"),
    ("director general", "post/director-general", "name"),
    ("DG", "post/director-general", "name"),
    ("DDG Operations", "post/deputy-director-general-operations", "name"),
    ("deputy director management", "post/deputy-director-general-management-and-reform", "name"),
    ("chief of staff", "post/chief-of-staff", "name"),
    ("Antonio Vitorino", "person/antonio-vitorino", "name"),
    ("VITORINO", "person/antonio-vitorino", "name"),
    ("Amy E. Pope", "person/amy-pope", "former name"),
    ("ugochi daniel", "person/ugochi-daniels", "name"),
    ("ECO", "unit/ethics-and-conduct", "former name"),
    ("Ethics and Conduct Unit", "unit/ethics-and-conduct", "other name"),
    ("PSEAH", "unit/ethics-and-pseah", "other name"),
    ("ICT", "unit/information-and-communications-technology", "name"),
    ("DICT", "unit/information-and-communications-technology", "former name"),
    ("information & communication technology", "unit/information-and-communications-technology", "name"),
    ("tresury", "unit/treasury", "name"),
    ("Treasury Div.", "unit/treasury", "name"),
    ("human resource management", "unit/human-resources-management", "name"),
    ("inspector general", "unit/inspector-general", "name"),
    ("counsil", "body/council", "name"),
    ("IDM", "body/international-dialogue-on-migration", "name"),
    ("International Dialogue on Migration", "body/international-dialogue-on-migration", "name"),
    ("standing committee programme finance", "body/standing-committee-on-programmes-and-finance", "name"),
    ("policy hub", "unit/policy-hub", "name"),
    ("san jose", "site/san-jose", "name"),
    ("Regional Office San Jose", "unit/regional-office-san-jose", "name"),
    ("bangkok", "site/bangkok", "name"),
    ("regional office brusels", "unit/regional-office-brussels", "name"),
    ("Nur Sultan Kazakhstan", "site/nur-sultan", "name"),
    ("nursultan, kazakhstan", "site/nur-sultan", "name"),
    ("monitoring and evaluation unit", "unit/evaluation", "other name"),
    ("unit/treasury", "unit/treasury", "name"),
    ("http://127.0.0.1:8000/id/unit/treasury", "unit/treasury", "name"),
]


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def found(client: Client, text: str, **more: str | int) -> dict[str, Any]:
    """The answer to a search, in JSON."""
    answer = client.get(f"/search?{urlencode({'q': text, **more})}", "application/json")
    assert (answer.status, answer.media_type) == (200, "application/json"), answer.text
    told: dict[str, Any] = json.loads(answer.body)
    return told


@pytest.mark.parametrize(("text", "path", "role"), QUERIES, ids=[query[0] for query in QUERIES])
def test_what_is_meant_comes_first(client: Client, text: str, path: str, role: str) -> None:
    """What people type leads first to the thing that they mean, and says by which of its names."""
    first = found(client, text)["results"][0]
    assert (first["iri"].partition("/id/")[2], first["matched_as"]) == (path, role)


def test_the_table_is_long_enough() -> None:
    """The table has forty queries, over all types of things."""
    assert len({text for text, _, _ in QUERIES}) >= 40
    assert {path.partition("/")[0] for _, path, _ in QUERIES} == {"organization", "unit", "post", "body", "person", "site"}
    assert {role for _, _, role in QUERIES} >= {"name", "other name", "former name"}


def test_an_answer_tells_what_a_thing_is_and_where(client: Client) -> None:
    """A row has the type, the kind, the name that fits with its editions, the editions of the thing, and what it stands below."""
    row = found(client, "department of legal affairs")["results"][0]
    score = row.pop("score")
    assert 95 < score < 100
    assert row == {
        "iri": "http://127.0.0.1:8000/id/unit/legal-affairs",
        "name": "Office of Legal Affairs",
        "type": "unit",
        "kind": "office",
        "matched": "Department of Legal Affairs",
        "matched_as": "former name",
        "matched_in": ["2022-06"],
        "editions": ["2021-09", "2022-06", "2023-10"],
        "above": ["International Organization for Migration", "Director General"],
    }


def test_every_thing_is_found_by_its_own_names(client: Client, iom: Running) -> None:
    """Of everything that an edition's table lists, the name leads to it first, or to a namesake."""
    for edition in ("2021-09", "2022-06", "2023-10"):
        for row in csv.DictReader(io.StringIO(client.get(f"/edition/{edition}.csv").text)):
            results = found(client, row["name"], edition=edition)["results"]
            exact = [each["iri"] for each in results if each["matched"].casefold() == row["name"].casefold()]
            assert row["iri"] in exact, row["name"]
            assert results[0]["iri"] in exact, row["name"]


def test_types_and_editions_narrow_the_answer(client: Client) -> None:
    """With a type only things of it are found; with an edition only names of it."""
    assert {row["type"] for row in found(client, "bangkok")["results"]} == {"site", "unit"}
    assert {row["type"] for row in found(client, "bangkok", type="unit")["results"]} == {"unit"}
    former = found(client, "legal affairs", edition="2022-06")["results"][0]
    assert (former["matched"], former["above"][-1]) == ("Department of Legal Affairs", "Deputy Director General for Management and Reform")


def test_formats_say_the_same(client: Client) -> None:
    """JSON, CSV and the page have the same things in the same order, page by page."""
    rows = found(client, "office")["results"]
    table = list(csv.DictReader(io.StringIO(client.get("/search?q=office", "text/csv").text)))
    assert [row["iri"] for row in table] == [row["iri"] for row in rows]
    assert table[0]["editions"] == "; ".join(rows[0]["editions"])
    page = client.get("/search?q=office", HTML).text
    places = [page.index(f'<p class="row"><a href="./doc/{row["iri"].partition("/id/")[2]}">') for row in rows]
    assert places == sorted(places)


def test_pages_together_are_the_answer(client: Client) -> None:
    """The Link field leads through all pages, on which each thing stands once; there is no page beyond, and order never changes."""
    whole, path = [], "/search?q=office"
    while path:
        answer = client.get(path, "application/json")
        whole += [row["iri"] for row in json.loads(answer.body)["results"]]
        following = [link for link in answer.fields["Link"].split(", ") if 'rel="next"' in link]
        path = following[0].partition(">")[0][1:] if following else ""
    told = found(client, "office")
    assert len(whole) == len(set(whole)) == told["total"] > 20
    assert [row["iri"] for row in found(client, "office", page=2)["results"]] == whole[20:40]
    assert client.get(f"/search?q=office&page={told['pages'] + 1}").status == 404
    assert 'rel="next"' not in client.get("/search?q=treasury").fields["Link"]


def test_nothing_asked_gives_the_form(client: Client) -> None:
    """Without a text, or with blanks alone, there is the form, and for programs an empty answer."""
    for path in ("/search", "/search?q=", "/search?q=%20%20"):
        page = client.get(path, HTML)
        assert page.status == 200
        assert '<input id="text" name="q"' in page.text
        assert "found for" not in page.text
        assert json.loads(client.get(path, "application/json").body)["results"] == []
    assert "Nothing found" in client.get("/search?q=zzzzzz", HTML).text


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("q=" + "x" * 201, 400, "has 201 characters"),
        ("q=a%00b", 400, "control characters"),
        ("q=a%0d%0aSet-Cookie:x", 400, "control characters"),
        ("q=a&q=b", 400, "more than once"),
        ("q=%ff", 400, "cannot be read"),
        ("q=a&type=vessel", 400, "no type 'vessel'"),
        ("q=a&edition=1999-01", 400, "no edition '1999-01'"),
        ("q=office&page=x", 400, "no number of a page"),
        ("q=office&page=" + "9" * 5000, 404, "no page"),
        ("q=a&format=png", 406, "There is no format 'png'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_makes_no_sense_is_refused(client: Client, query: str, status: int, sentence: str) -> None:
    """Texts too long or of control characters, and values that there are not, are answered with a sentence."""
    answer = client.get(f"/search?{query}", "application/json")
    assert answer.status == status
    assert sentence in json.loads(answer.body)["detail"]


def test_odd_texts_do_no_harm(client: Client) -> None:
    """Markup is shown as it was typed, and signs of any script are answered."""
    page = client.get("/search?q=" + quote("<script>alert(1)</script>\"'"), HTML).text
    assert "<script>alert" not in page
    for text in ("!!!", "ﷺ" * 200, "\u0301" * 200, "الهجرة", "移民", "🚢", "a " * 100, "\\", "%", "ß", "\ud7ff", "x" * 200):
        assert client.get(f"/search?q={quote(text)}", HTML).status == 200, text


def test_it_is_described_for_browsers(client: Client) -> None:
    """Every page leads to a description by OpenSearch 1.1, whose address gives the answer."""
    for path in ("/", "/doc/unit/treasury.html", "/sparql", "/search"):
        assert 'rel="search" href="' in client.get(path, HTML).text
    answer = client.get("/opensearch.xml")
    assert answer.media_type == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{OPEN_SEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPEN_SEARCH}ShortName", "")) <= 16
    assert 0 < len(root.findtext(f"{OPEN_SEARCH}Description", "")) <= 1024
    templates = {url.get("type"): url.get("template", "") for url in root.findall(f"{OPEN_SEARCH}Url")}
    for kind in ("text/html", "application/json", "text/csv"):
        where = urlsplit(templates[kind].replace("{searchTerms}", "treasury").replace("{startPage?}", ""))
        found_there = client.get(f"{where.path}?{where.query}", HTML)
        assert (found_there.status, found_there.media_type) == (200, kind)
        assert "Treasury Division" in found_there.text
        assert parse_qs(where.query)["q"] == ["treasury"]


def test_another_base_and_organization(tmp_path: Path) -> None:
    """Another dataset under another base is found by its own names."""
    with listening(small_app(tmp_path, "https://x.example/y/")) as address:
        client = Client(address)
        assert found(client, "crisis response")["results"][0]["iri"] == "https://x.example/y/id/unit/crisis-response"
        assert found(client, "emergency")["results"][0]["iri"] == "https://x.example/y/id/unit/emergencies"
        assert b"https://x.example/y/search?q={searchTerms}" in client.get("/opensearch.xml").body
        assert "Crisis &lt;Response&gt; &amp; Recovery" in client.get("/search?q=crisis", HTML).text


@pytest.fixture(scope="module")
def browsing(iom: Running) -> Iterator[Any]:
    """A browser without JavaScript."""
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        yield browser.new_context(java_script_enabled=False, base_url=iom.address)
        browser.close()


def test_the_box_is_on_every_page_and_works_by_keyboard(browsing: Any) -> None:
    """Whoever types into the box of any page and presses Enter is shown what was found, and leads on from there."""
    page = browsing.new_page()
    for path in ("/", "/doc/unit/treasury", "/edition/2022-06", "/ns.html", "/no-such-page", "/search"):
        page.goto(path)
        box = page.get_by_role("search").get_by_role("searchbox", name="Search by name")
        box.fill("dept of legal afairs")
        box.press("Enter")
        assert page.get_by_role("heading", level=1).inner_text() == "Search"
        first = page.locator("ol.found > li").first
        assert "formerly" in first.inner_text()
        first.get_by_role("link", name="Office of Legal Affairs").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Office of Legal Affairs"


def test_nothing_sticks_out_on_a_small_screen(browsing: Any) -> None:
    """At 320 pixels no page is wider than the screen, with the box in its header."""
    page = browsing.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/search", "/search?q=office", "/doc/unit/treasury"):
        page.goto(path)
        assert page.locator("header.bar").bounding_box()["width"] <= 320
        for each in page.locator("header.bar a, header.bar input, header.bar button, main form *, main ol *, main > section > *").all():
            box = each.bounding_box()
            assert box is None or box["x"] + box["width"] <= 321, (path, each.inner_text())
