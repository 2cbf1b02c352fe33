"""Pages in French as people meet them in a browser: nothing keeps anybody from using them, and who changes the language stays in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from serving import Running
from test_access import opened, violations

# One page of each template, for what takes long to look at.
TEMPLATES = (
    "/",
    "/edition/2022-06.html?kind=division",
    "/edition/2022-06/chart/unit/migration-health",
    "/edition/2023-10/source/director-general-2023.html",
    "/doc/unit/legal-affairs.html",
    "/catalogue.html",
    "/shapes/unit.html",
    "/query/search?text=legal&format=html",
    "/sparql",
    "/changes.html",
    "/changes/2022-06.html",
    "/timemap/doc/unit/legal-affairs.html",
    "/reform",
    "/reform/2022-06/2023-10",
    "/search?q=legal",
    "/about",
    "/edition/2022-06/report",
    "/profile",
    "/doc/unit/legal-affairs?_profile=alt",
    "/doc/unit/nobody.html",
)


@pytest.mark.parametrize("path", TEMPLATES)
def test_axe_finds_no_violation_in_french(browser: Browser, iom: Running, axe: str, path: str) -> None:
    """axe-core finds nothing that keeps people from using a French page, and at a width of 320 pixels it is not scrolled sideways."""
    asked = f"{path}{'&' if '?' in path else '?'}lang=fr"
    with opened(browser, iom.address, viewport={"width": 320, "height": 800}) as page:
        assert violations(page, asked, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("with_script", [True, False], ids=["with JavaScript", "without"])
def test_a_reader_changes_the_language_and_stays_in_it(browser: Browser, iom: Running, with_script: bool) -> None:
    """A click leads to the same page in French, its links and forms stay in French, and a click leads back."""
    context = browser.new_context(base_url=iom.address, java_script_enabled=with_script, locale="en-US")
    page = context.new_page()
    page.goto("/edition/2022-06.html?kind=division")
    switch = page.get_by_role("link", name="Français")
    assert (switch.get_attribute("lang"), switch.get_attribute("hreflang")) == ("fr", "fr")
    switch.click()
    assert page.get_by_role("heading", name="Structure").count() == 1
    assert page.url.endswith("/edition/2022-06.html?kind=division&lang=fr")
    assert "19 sur 165 correspondent." in page.locator("#found").inner_text()
    page.get_by_label("Nom, sigle ou titulaire").fill("treasury")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url(re.compile("q=treasury"))
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("link", name="Treasury Division").first.click()
    assert page.get_by_role("navigation", name="Ligne hiérarchique").count() == 1
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("navigation", name="Chain of command").count() == 1
    page.get_by_role("navigation", name="Chain of command").get_by_role("link").last.click()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_a_french_browser_gets_french(browser: Browser, iom: Running) -> None:
    """Who has French set in the browser reads French at once, and the filter of the tree tells in French while one types."""
    context = browser.new_context(base_url=iom.address, locale="fr-FR")
    page = context.new_page()
    page.goto("/edition/2022-06")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_label("Nom, sigle ou titulaire").fill("treasury")
    page.locator("#found", has_text="1 sur 165 correspondent.").wait_for()
    page.goto("/edition/2022-06/chart")
    assert page.get_by_role("button").all_inner_texts() == ["Rechercher", "Agrandir", "Réduire", "Ajuster", "Taille réelle"]
    context.close()
