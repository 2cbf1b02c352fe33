"""The pages of a reform: what a person reads there, in a browser without JavaScript, and what programs get at the same address."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from httpclient import HTML, Client
from organograph.names import DEFAULT_BASE
from organograph.reform.patch import apply_patch
from organograph.writing import rdfc10
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import Running, small_dataset

REFORM = "/reform/2022-06/2023-10"
PATHS = ("/reform", REFORM, "/reform/2021-09/2022-06", "/reform/2021-09/2023-10", "/reform/2022-06/2022-06")


@pytest.fixture
def client(iom: Running) -> Client:
    return Client(iom.address.rstrip("/"))


@pytest.fixture
def page(browser: Browser, iom: Running) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=iom.address)
    yield context.new_page()
    context.close()


def told(page: Page, name: str) -> list[str]:
    """What the page says of a unit, in words."""
    rows = page.locator("tbody", has=page.get_by_role("rowheader", name=name)).get_by_role("row")
    return [row.get_by_role("cell").nth(1).inner_text().partition("\n")[0] for row in rows.all()]


def test_a_person_reads_what_became_of_three_units(page: Page) -> None:
    """The page answers what the reform did to the Inspector General and to Legal Affairs, and where Staff Security moved."""
    page.goto(REFORM)
    assert told(page, "Office of the Inspector General") == ["was succeeded by “Office of Internal Oversight Services”."]
    assert told(page, "Office of Legal Affairs") == [
        "was renamed from “Department of Legal Affairs”.",
        "moved from “Deputy Director General for Management and Reform” to “Director General”.",
        "was of kind department and is of kind office.",
        "became an independent office.",
    ]
    places = "moved from “Deputy Director General for Management and Reform” to “Deputy Director General for Operations”."
    assert places in told(page, "Staff Security")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Office of the Inspector General", ("Office of the Inspector General", "Office of Internal Oversight Services")),
        ("Office of Legal Affairs", ("Legal Affairs",)),
        ("Staff Security", ("Staff Security",)),
    ],
)
def test_each_answer_says_where_it_is_written(page: Page, client: Client, name: str, said: tuple[str, ...]) -> None:
    """From the first page on: each thing that the reform did to a unit cites documents and characters, where it is written."""
    page.goto("/")
    page.get_by_role("link", name="What changed from 2022-06 to 2023-10").click()
    rows = page.locator("tbody", has=page.get_by_role("rowheader", name=name)).get_by_role("row").all()
    assert rows
    evidence: dict[str, str] = {}
    for row in rows:
        cell = row.get_by_role("cell").nth(2)
        assert "Web page" in cell.inner_text(), row.inner_text()
        places = [urlsplit(urljoin(page.url, link.get_attribute("href") or "")) for link in cell.get_by_role("link").all()]
        assert places, row.inner_text()
        for place in places:
            text = evidence.setdefault(place.path, client.get(place.path, HTML).text)
            found = re.search(rf'<tr id="{place.fragment}">(.*?)</tr>', text, re.DOTALL)
            assert found, place
            assert any(word in found[1] for word in said), (place, found[1])


def test_a_click_leads_from_a_change_to_its_passage(page: Page) -> None:
    """The characters of a change lead to the very row of what its document states."""
    page.goto(f"{REFORM}#unit-staff-security-moved")
    page.locator("#unit-staff-security-moved").get_by_role("link", name="1522–1536").click()
    assert page.url.endswith("/edition/2023-10/source/director-general-2023#at-1522-1536")
    assert "Staff Security" in page.locator("#at-1522-1536").inner_text()


def test_home_and_editions_lead_to_reforms(page: Page) -> None:
    """The first page and each edition's page lead to what changed."""
    page.goto("/")
    page.get_by_role("link", name="What changed from 2022-06 to 2023-10").click()
    assert page.get_by_role("heading", level=1).inner_text() == "What changed from 2022-06 to 2023-10"
    page.goto("/edition/2022-06")
    names = page.get_by_role("link", name="What changed").all_inner_texts()
    assert names == ["What changed from 2022-06 to 2023-10", "What changed from 2021-09 to 2022-06"]
    page.goto("/reform")
    assert page.get_by_role("rowheader").count() == 3


def test_the_page_of_a_thing_leads_to_its_place(page: Page) -> None:
    """From the page of Staff Security, and of a unit that a later document does not speak of, a click leads to what is told of it."""
    for path, anchor in (("/doc/unit/staff-security", "unit-staff-security"), ("/doc/unit/treasury", "unit-treasury")):
        page.goto(path)
        page.get_by_role("link", name="What changed from 2022-06 to 2023-10").click()
        assert page.url.endswith(f"{REFORM}#{anchor}")
        assert page.locator(f"#{anchor}").count() == 1


def test_the_merged_tree_tells_moves_in_words(page: Page) -> None:
    """In the merged tree Staff Security stands where it is with where it was, and where it was with where it is."""
    page.goto(REFORM)
    merged = page.locator("section[aria-labelledby=merged] li").filter(has=page.get_by_role("link", name="Staff Security", exact=True))
    words = [item.inner_text() for item in merged.all() if item.locator("li").count() == 0]
    assert any("moved to “Deputy Director General for Operations”" in text for text in words)
    whole = page.locator("section[aria-labelledby=merged]").inner_text()
    assert "moved from “Deputy Director General for Management and Reform”" in whole
    assert "outside the scope of 2023-10" in whole


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_in_order(page: Page, path: str) -> None:
    """One first heading, none skipped, no name twice; tables have captions and scopes, and each link inside leads somewhere."""
    page.goto(path)
    levels = [int(heading.evaluate("e => e.tagName")[1]) for heading in page.locator("h1, h2, h3, h4, h5, h6").all()]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [element.get_attribute("id") for element in page.locator("[id]").all()]
    assert len(ids) == len(set(ids))
    inner = {link.get_attribute("href") for link in page.locator("a[href^='#']").all()}
    assert {str(target)[1:] for target in inner} <= {*ids}
    for table in page.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("th:not([scope])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_small_screen(browser: Browser, iom: Running, scheme: str) -> None:
    """At 320 pixels nothing has to be scrolled sideways, and a change still says its class."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme, base_url=iom.address)  # type: ignore[arg-type]
    opened = context.new_page()
    for path in PATHS:
        opened.goto(path)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 320, path
    opened.goto(REFORM)
    assert opened.locator("#unit-legal-affairs-moved").get_by_text("Moved", exact=True).is_visible()
    context.close()


_LINES = """elements => {
  const found = [], range = document.createRange();
  for (const element of elements) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const match of texts.currentNode.data.matchAll(/[0-9]{4}-[0-9]{2}/g)) {
        range.setStart(texts.currentNode, match.index);
        range.setEnd(texts.currentNode, match.index + match[0].length);
        found.push([match[0], new Set([...range.getClientRects()].map(place => Math.round(place.top))).size]);
      }
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", [320, 360])
def test_no_line_breaks_an_identifier(browser: Browser, iom: Running, width: int) -> None:
    """On a small screen an identifier such as 2023-10 stands on one line, in tables, headings and links."""
    context = browser.new_context(viewport={"width": width, "height": 640}, base_url=iom.address)
    opened = context.new_page()
    named = {
        "/reform": "tbody th",
        REFORM: "h1, .lead",
        "/edition/2022-06": "dd, .switch",
        "/catalogue": ".stacked td",
        "/changes": "td:first-child",
    }
    for path, places in named.items():
        opened.goto(path)
        found = opened.eval_on_selector_all(places, _LINES)
        assert found, path
        assert {lines for _, lines in found} == {1}, (path, found)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_programs_get_the_same_rows(client: Client) -> None:
    """The table, JSON-LD and the page have the same changes under the same names."""
    rows = list(csv.DictReader(io.StringIO(client.get(f"{REFORM}.csv").text)))
    document = json.loads(client.get(REFORM, Accept="application/ld+json").text)
    sets = [node for node in document["@graph"] if "cs:ChangeSet" in node.get("@type", [])]
    assert len(sets) == len(rows)
    names = {node["@id"].partition("#")[2] for node in sets if "reform#outside" not in node["dcterms:type"][0]["@id"]}
    html = client.get(f"{REFORM}.html").text
    assert {name for name in names if f'id="{name}"' not in html} == set()


@pytest.mark.parametrize(("before", "after"), [("2021-09", "2022-06"), ("2022-06", "2023-10"), ("2021-09", "2023-10")])
def test_the_patch_served_gives_the_edition_served(client: Client, published: Path, before: str, after: str) -> None:
    """The patch applied to the graph of A has the RDFC-1.0 hash that the manifest gives for B."""
    graph = {tuple(quad.triple) for quad in parse(client.get(f"/edition/{before}.nt").body, format=RdfFormat.N_TRIPLES)}
    patch = client.get(f"/reform/{before}/{after}.rdfp").body
    name = NamedNode(f"{DEFAULT_BASE}edition/{after}")
    digest = rdfc10(Quad(*triple, name) for triple in apply_patch(patch, graph))  # type: ignore[arg-type]
    manifest = json.loads((published / "manifest.json").read_text("utf-8"))
    assert digest == next(entry["rdfc10_sha256"] for entry in manifest["graphs"] if entry["iri"] == name.value)


def test_reforms_are_on_the_site_map(client: Client) -> None:
    """The list and each pair are pages that crawlers are told of."""
    text = client.get("/sitemap.xml").text
    for path in ("reform", "reform/2021-09/2022-06", "reform/2022-06/2023-10", "reform/2021-09/2023-10"):
        assert f"<loc>http://127.0.0.1:8000/{path}</loc>" in text


def test_what_is_not_there_is_told(client: Client) -> None:
    """Unknown editions and formats are 404, formats that nobody has 406, and odd names go nowhere."""
    for path in ("/reform/1999-01/2022-06", "/reform/2022-06/2023-10.png", "/reform.png", "/reform/2022-06/%0d%0aX", "/reform/x"):
        assert client.get(path).status == 404, path
    assert client.get(REFORM, Accept="image/png").status == 406


def test_another_organization_has_its_reform(tmp_path: Path) -> None:
    """Over the small dataset, with names that HTML must escape, the page, the table and RDF are whole."""
    client = create_app(Settings(dataset=small_dataset(tmp_path))).test_client()
    html = client.get("/reform/2021-09/2022-06.html").get_data(as_text=True)
    assert "Crisis &lt;Response&gt; &amp; Recovery" in html
    assert "Outside the scope of 2021-09" in html
    rows = {
        row["iri"].rpartition("/")[2]: row
        for row in csv.DictReader(io.StringIO(client.get("/reform/2021-09/2022-06.csv").get_data(as_text=True)))
    }
    assert rows["emergencies"]["told"] == "was succeeded by “Crisis <Response> & Recovery”."
    assert rows["deputy-operations"]["change"] == "unexplained"
    for ending in ("ttl", "jsonld", "rdf", "nt", "rdfp"):
        assert client.get(f"/reform/2021-09/2022-06.{ending}").status_code == 200
