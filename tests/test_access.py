"""Pages for everybody: by keyboard, by screen reader, on a small screen, by night, on paper, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import html5lib
import pytest
from html5lib.constants import E as FAULTS
from playwright.sync_api import Browser, Page

from httpclient import HTML, Client
from organograph_server.app import create_app
from organograph_server.settings import Settings
from peoplepages import PAGES, hostile_dataset
from second_organization import FIRST
from serving import Running, listening

# What Tab can reach: what takes the focus by itself, and is there to be seen.
_REACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('details:not([open]) > :not(summary)'))
    .map((each, number) => (each.dataset.reach = number, each.outerHTML.slice(0, 120)))"""

# What has had the focus, and when the focus has gone beyond the last of them.
_NOTED = """() => {
    window.noted = [];
    document.addEventListener('focusin', event => noted.push(event.target.dataset.reach ?? ''));
    document.addEventListener('focusout', event => event.relatedTarget || noted.push('left'));
}"""
_AXE = """async () => (await axe.run()).violations
    .map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.html)])"""


@contextmanager
def opened(browser: Browser, address: str, **given: Any) -> Iterator[Page]:
    """A page of a browser of its own, which fails the test where it asks another host, runs what it must not, or meets an error."""
    context = browser.new_context(base_url=address, **given)
    page = context.new_page()
    faults: list[str] = []
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
    # That a page of a problem comes with its status is what the browser then says of it.
    page.on("console", lambda message: None if re.search(r"status of 40[04] ", message.text) else faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of an organization with hostile names, with its documents at hand."""
    out, documents = hostile_dataset(tmp_path_factory.mktemp("hostile"))
    with listening(create_app(Settings(dataset=out, sources=documents))) as address:
        yield address


HOSTILE = (
    "/",
    f"/edition/{FIRST}.html",
    f"/edition/{FIRST}/chart",
    f"/edition/{FIRST}/chart/unit/plankton",
    "/doc/unit/plankton.html",
    "/doc/unit/sediments.html",
    "/doc/unit/instruments.html",
    "/doc/unit/moored-instruments.html",
    "/doc/post/secretary-general.html",
    f"/edition/{FIRST}/source/chart-2024.html",
    "/catalogue.html",
)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(browser: Browser, iom: Running, axe: str, path: str) -> None:
    """axe-core finds nothing that keeps people from using a page, by day and by night, on wide and narrow screens."""
    with opened(browser, iom.address, viewport={"width": 1280, "height": 800}) as page:
        assert violations(page, path, axe) == []
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate(_AXE) == []


@pytest.mark.parametrize("path", HOSTILE)
def test_axe_finds_none_on_hostile_pages(browser: Browser, hostile: str, axe: str, path: str) -> None:
    """Nor on pages with names of 300 letters, of another script, or of another writing direction, and with passages of documents."""
    with opened(browser, hostile) as page:
        assert violations(page, path, axe) == []


def violations(page: Page, path: str, axe: str) -> list[object]:
    """What axe-core finds on a page: each rule with the first elements that break it."""
    page.goto(path)
    page.evaluate(axe)
    return list(page.evaluate(_AXE))


@pytest.mark.parametrize("path", PAGES)
def test_html_is_valid(iom: Running, path: str) -> None:
    """A strict parser of the HTML Standard meets no error."""
    assert parse_errors(Client(iom.address.rstrip("/")).get(path, HTML).text) == []


def test_html_of_hostile_pages_is_valid(hostile: str) -> None:
    """Nor where names are hostile."""
    client = Client(hostile)
    assert {path: found for path in HOSTILE if (found := parse_errors(client.get(path, HTML).text))} == {}


def test_parser_sees_errors() -> None:
    """The parser that proves this is not blind."""
    assert parse_errors("<!doctype html><title>x</title><p><b>x</p>") != []


def parse_errors(text: str) -> list[str]:
    """The errors of parsing (HTML Standard, section 13.2) in a page."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    parser.parse(text)
    return [f"line {place[0]}: {FAULTS[code] % told}" for place, code, told in parser.errors]


@pytest.mark.parametrize("path", PAGES)
def test_tab_reaches_everything_and_leaves(browser: Browser, iom: Running, path: str) -> None:
    """By Tab alone all links, fields, buttons and branches of a page are reached in its order, and the page is left again."""
    with opened(browser, iom.address) as page:
        page.goto(path)
        wanted = page.evaluate(_REACHABLE)
        page.evaluate(_NOTED)
        left = False
        while not left and page.evaluate("noted.length") <= 2 * len(wanted):
            for _ in range(25):
                page.keyboard.press("Tab")
            left = page.evaluate("noted.includes('left')")
        noted = page.evaluate("noted")
        assert left, "Tab does not leave the page"
        reached = [int(each) for each in noted[: noted.index("left")] if each]
        assert [each for number, each in enumerate(wanted) if number not in reached] == []
        assert reached == sorted(reached)


@pytest.mark.parametrize("with_script", [True, False])
def test_every_page_fits_a_small_screen(browser: Browser, iom: Running, with_script: bool) -> None:
    """At a width of 320 pixels no page is scrolled sideways, with JavaScript or without; wide tables and charts scroll in their frames."""
    with opened(browser, iom.address, viewport={"width": 320, "height": 800}, java_script_enabled=with_script) as page:
        widths = {}
        for path in PAGES:
            page.goto(path)
            widths[path] = page.evaluate("document.documentElement.scrollWidth")
        assert {path: width for path, width in widths.items() if width > 320} == {}


def test_hostile_names_do_no_harm(browser: Browser, hostile: str) -> None:
    """Names with scripts, of 300 letters or written from right to left are shown to the letter, run nothing, and break no page."""
    with opened(browser, hostile, viewport={"width": 320, "height": 800}) as page:
        for path in HOSTILE:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
            assert page.locator("img, script:not([src]):not([type])").count() == 0, path


@pytest.mark.parametrize("path", ["/edition/2022-06/chart", "/edition/2022-06/chart/unit/migration-health"])
def test_a_chart_prints_on_one_page(browser: Browser, iom: Running, path: str) -> None:
    """Printed, a chart takes one page."""
    with opened(browser, iom.address, java_script_enabled=False) as page:
        page.goto(path)
        printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_scripts_are_files_of_the_server_alone(iom: Running) -> None:
    """The policy lets files of the server run, and nothing written into a page; the pages have no such thing."""
    client = Client(iom.address.rstrip("/"))
    for path in PAGES:
        answer = client.get(path, HTML)
        policy = dict(part.strip().partition(" ")[::2] for part in answer.fields["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == "'self'"
        assert policy["default-src"] == "'none'"
        assert re.findall(r"<[^>]* (?:on[a-z]+|style)=", answer.text) == [], path
    for name in ("structure.js", "chart.js"):
        assert client.get(f"/static/{name}").media_type == "text/javascript"


def test_software_of_the_pages_names_the_version(published: Path) -> None:
    """Documents at hand make another version, since pages show their passages."""
    versions = {
        create_app(Settings(dataset=published, sources=folder)).extensions["organograph.representations"].version
        for folder in (None, published)
    }
    assert len(versions) == 2
