"""The languages of a static twin: who has chosen one stays in it, problems are told in it, and who goes back finds the page again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from serving import small_dataset
from twins import Lasting, Walk
from twinstage import QUICK, SERVERS, Stage, staged

NAMED_IN_FRENCH = {'"International Organization for Migration"@en': '"Organisation internationale pour les migrations"@fr'}
UNIT = "/doc/unit/legal-affairs"
WITHOUT_PARAMETERS = ("/", "/about", "/catalogue", UNIT, f"{UNIT}.ttl", "/id/unit/legal-affairs", "/reconcile")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The small dataset, which is in English."""
    with staged(small_dataset(tmp_path_factory.mktemp("english"))) as stage:
        yield stage


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same of an organization that is named in French, with pages so short that some documents have several."""
    with staged(small_dataset(tmp_path_factory.mktemp("french"), corrections=NAMED_IN_FRENCH), page_size=20) as stage:
        yield stage


@pytest.mark.parametrize("program", SERVERS)
def test_who_is_led_on_stays_in_the_language(small: Stage, program: str, tmp_path: Path) -> None:
    """What leads elsewhere leads there in the language that was asked for, and a parameter that nobody reads changes nothing."""
    led = [f"{address}?lang=fr" for address in small.twin.leading if "?" not in address]
    with small.on(program, tmp_path) as client, closing(Lasting(small.live)) as live:
        walk = Walk(live, {program: client}, small.twin.base)
        walk.compare([*led, *(f"{address}?utm_source=other" for address in WITHOUT_PARAMETERS)])
        assert client.get("/id/unit/legal-affairs?lang=fr").fields["Location"].endswith("doc/unit/legal-affairs?lang=fr")
    assert walk.differences == []


@pytest.mark.parametrize("program", SERVERS)
@pytest.mark.parametrize(("path", "status"), [("/nothing?", 404), (f"{UNIT}?format=nonsense&", 406), ("/sparql?query=ASK%20%7B%7D&", 501)])
def test_problems_are_told_in_the_language_that_the_address_names(
    small: Stage, program: str, tmp_path: Path, path: str, status: int
) -> None:
    """A page of a problem is in that language and leads home in it; it offers no other, since a file knows no address for that."""
    with small.on(program, tmp_path) as client:
        french, english, plain = (client.get(f"{path}{language}", "text/html") for language in ("lang=fr", "lang=en", ""))
        assert client.get(f"{path}lang=fr").body == client.get(path).body
    told = [(page.status, page.fields["Content-Language"], page.fields["Vary"]) for page in (french, english, plain)]
    assert told == [(status, "fr", "Accept"), (status, "en", "Accept"), (status, "en", "Accept")]
    assert english.body == plain.body
    assert re.findall('<html lang="(..)">', french.text + plain.text) == ["fr", "en"]
    assert ('href="/?lang=fr"' in french.text, 'href="/"' in plain.text) == (True, True)
    assert "hreflang" not in french.text + plain.text


def test_a_problem_has_the_title_that_the_server_gives_it(small: Stage, tmp_path: Path) -> None:
    """The page of what is not there is called as on the server, in French too."""
    with small.on("nginx", tmp_path) as client, closing(Lasting(small.live)) as live:
        titles = [re.findall("<title>.*</title>", each.get("/nothing?lang=fr", "text/html").text) for each in (live, client)]
    assert titles[0] == titles[1] != []


@pytest.mark.parametrize("program", QUICK)
def test_the_twin_of_who_is_named_in_french(french: Stage, program: str, tmp_path: Path) -> None:
    """Where pages are in French without being asked, those in English have addresses of their own, and lead back."""
    with french.on(program, tmp_path) as client:
        walk = french.walk(client, program, whole=False)
        pages = [client.get(address, "text/html") for address in ("/", "/?lang=fr", "/?lang=en", "/nothing", "/nothing?lang=en")]
    assert walk.differences == []
    assert [page.fields["Content-Language"] for page in pages] == ["fr", "fr", "en", "fr", "en"]
    assert pages[0].body == pages[1].body
    asked = "".join(walk.seen)
    assert ("page=2&lang=fr" in asked, "page=2&lang=en" in asked) == (True, True)
