"""Pages in a real browser: the tree opens by keyboard, links lead on, nothing foreign is fetched."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from places import TABLES
from serving import Running


@pytest.fixture
def page(browser: Browser, iom: Running) -> Iterator[Page]:
    """A page that fails the test where it meets an error or asks another host for something."""
    context = browser.new_context(java_script_enabled=False, base_url=iom.address)
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("response", lambda response: asked.append(f"status {response.status}") if response.status >= 400 else None)
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith(iom.address)] == []


def test_tree_leads_to_a_unit_without_javascript(page: Page) -> None:
    """From the tree on the first page a click leads to the page of an office."""
    page.goto("/")
    page.get_by_role("region", name="Structure").get_by_role("link", name="Office of Legal Affairs").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Office of Legal Affairs"
    chain = page.get_by_role("navigation", name="Chain of command").get_by_role("link")
    assert chain.all_inner_texts() == ["International Organization for Migration", "Director General"]


def test_branch_opens_by_keyboard(page: Page) -> None:
    """A closed branch opens with Enter, and shows what stands below."""
    page.goto("/")
    below = page.locator("a", has_text="Deputy Chief of Staff")
    assert not below.is_visible()
    page.locator("li", has_text="Office of the Chief of Staff").locator("details:not([open]) > summary").last.focus()
    page.keyboard.press("Enter")
    assert below.is_visible()


def test_every_edition_has_its_page(page: Page) -> None:
    """Each edition's page shows its tree."""
    page.goto("/edition/2021-09")
    assert page.locator("a", has_text="Policy Hub").count() == 1
    page.goto("/edition/2022-06")
    assert page.locator("a", has_text="Treasury Division").count() == 1


def test_the_limits_of_an_edition_are_told_once_each(browser: Browser, iom: Running) -> None:
    """However many branches a document leaves out for one reason, the page tells the reason once."""
    page = browser.new_page()
    page.goto(f"{iom.address}edition/2023-10")
    told = page.locator("dt", has_text="limits of its scope").locator("xpath=following-sibling::dd[1]").locator("div").all_inner_texts()
    assert len(told) > 3
    assert len(told) == len(set(told))
    page.close()


@pytest.mark.parametrize("edition", ["2021-09", "2022-06", "2023-10"])
def test_the_limits_of_an_edition_name_their_branches(browser: Browser, iom: Running, edition: str) -> None:
    """Each reason is told with links to all branches that the tables give for it, and to no other."""
    page = browser.new_page()
    page.goto(f"{iom.address}edition/{edition}")
    found = {}
    for told in page.locator("dt", has_text="limits of its scope").locator("xpath=following-sibling::dd[1]").locator("div").all():
        links = told.get_by_role("link").all()
        found[told.inner_text().partition(" Branch")[0]] = {
            ":".join((link.get_attribute("href") or "").rsplit("/", 2)[-2:]) for link in links
        }
        assert len(links) == len({link.inner_text() for link in links})
    wanted: dict[str, set[str]] = {}
    for row in csv.DictReader((TABLES / "scope.csv").read_text("utf-8").splitlines()):
        if row["edition"] == edition:
            wanted.setdefault(row["reason"], set()).add(row["branch"])
    assert found == wanted
    page.close()


def test_query_form_answers(page: Page) -> None:
    """The query form gives its example's answer as a table."""
    page.goto("/sparql")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("cell", name="Office of Legal Affairs").count() >= 1


def test_missing_page_tells_what_to_do(browser: Browser, iom: Running) -> None:
    """A page that is not there is a page that says so."""
    context = browser.new_context(base_url=iom.address)
    opened = context.new_page()
    answer = opened.goto("/id/unit/no-such-unit")
    assert answer is not None
    assert answer.status == 404
    assert "no-such-unit" in opened.locator("main").inner_text()
    context.close()


@pytest.mark.parametrize("path", ["/ns.html", "/shapes/evidence.html", "/shapes.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_documentation_fits_a_small_screen(browser: Browser, iom: Running, path: str, scheme: Literal["light", "dark"]) -> None:
    """At a width of 320 pixels nothing is cut off or scrolled sideways but drawings, tables and code within their own frames."""
    context = browser.new_context(base_url=iom.address, viewport={"width": 320, "height": 800}, color_scheme=scheme)
    opened = context.new_page()
    opened.goto(path)
    assert opened.evaluate("document.documentElement.scrollWidth") == 320
    outside = """[...document.querySelectorAll("main *")].filter(each => !each.closest(".wide, pre") && !each.closest(".hidden")
        && each.getBoundingClientRect().right > 320).map(each => each.outerHTML.slice(0, 80))"""
    assert opened.evaluate(outside) == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_have_the_colours_of_the_page(browser: Browser, iom: Running, scheme: Literal["light", "dark"]) -> None:
    """Names and boxes of the drawings of the ontology differ as text and background must (WCAG 2.2, 1.4.3), by day and by night."""
    context = browser.new_context(base_url=iom.address, color_scheme=scheme)
    opened = context.new_page()
    opened.goto("/ns.html")
    colours = """[...document.querySelectorAll("figure svg g")].filter(each => each.querySelector("rect")).flatMap(each =>
        [...each.querySelectorAll("text")].map(text => [getComputedStyle(text).fill, getComputedStyle(each.querySelector("rect")).fill]))"""
    pairs = {tuple(pair) for pair in opened.evaluate(colours)}
    assert len(pairs) >= 2
    assert {pair for pair in pairs if _contrast(*pair) < 4.5} == set()
    opened.locator("figure a", has_text="og:IndependentOffice").first.click()
    assert opened.locator("#IndependentOffice").is_visible()
    assert opened.url.endswith("/ns.html#IndependentOffice")
    context.close()


@pytest.mark.parametrize("path", ["/", "/dcat", "/profile", "/query", "/sparql", "/doc/unit/legal-affairs?_profile=alt", "/openapi.html"])
def test_the_header_wraps_on_a_small_screen(browser: Browser, iom: Running, path: str) -> None:
    """At a width of 320 pixels every link of the header can be seen and touched, and the page is not scrolled sideways."""
    context = browser.new_context(base_url=iom.address, viewport={"width": 320, "height": 800})
    opened = context.new_page()
    opened.goto(path)
    assert opened.evaluate("document.documentElement.scrollWidth") == 320
    links = opened.locator("header a")
    assert links.count() == 9
    for number in range(links.count()):
        box = links.nth(number).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 320
        links.nth(number).click(trial=True)
    context.close()


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, `rgb(1, 2, 3)` (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_profiles_are_found_from_a_page(page: Page) -> None:
    """From a unit's page links lead to all its representations, and to what each profile is."""
    page.goto("/doc/unit/legal-affairs")
    page.get_by_role("link", name="all", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "/doc/unit/legal-affairs"
    assert page.get_by_role("link", name="/doc/unit/legal-affairs.jsonld?_profile=chart").count() == 1
    page.get_by_role("link", name="CPOV").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Profile CPOV"
    page.goto("/profile")
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["ORG", "CPOV", "schema.org", "SKOS", "Chart"]


def test_profile_pages_fit_a_small_screen(page: Page) -> None:
    """The list of profiles and the list of representations are not wider than a telephone."""
    page.set_viewport_size({"width": 360, "height": 700})
    for path in ("/profile", "/edition/2022-06?_profile=alt"):
        page.goto(path)
        assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
