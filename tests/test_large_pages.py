"""Pages of a structure that is too large for one page: its upper levels, and ways to all the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from organograph_server.app import create_app
from organograph_server.routes import structures
from organograph_server.settings import Settings
from organograph_server.views import changes
from organograph_server.views.links import Link
from organograph_server.views.structure import Branch, cut
from serving import small_dataset

_HTML = {"Accept": "text/html"}
_MOST = 20


@pytest.fixture
def client(published: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of the structure of IOM where a page shows but few things."""
    monkeypatch.setattr(structures, "_MOST", _MOST)
    return create_app(Settings(dataset=published)).test_client()


def _tree(html: str) -> str:
    """The list of the structure."""
    return html[html.index('<ul class="tree">') : html.index("</section>", html.index('<ul class="tree">'))]


@pytest.mark.parametrize("path", ["/", "/edition/2022-06"])
def test_a_large_structure_is_shown_by_its_upper_levels(client: FlaskClient, path: str) -> None:
    """The page has no more things than it may, says so, and leads from each at the end to the page that lists what is below."""
    html = client.get(path, headers=_HTML).text
    tree = _tree(html)
    assert 2 < tree.count("<li ") <= _MOST
    assert "Only the upper levels are shown here." in html
    assert "data-part" in html
    below = re.findall(r'<a class="more" href="([^"]+)"><span class="hidden">[^<]+</span>([0-9]+) [^<]*below</a>', tree)
    assert below
    for address, number in below[:3]:
        page = client.get(urljoin(path, address), headers=_HTML)
        assert page.status_code == 200
        assert int(number) >= 1
    assert "Seuls les niveaux" in client.get(path, headers=_HTML | {"Accept-Language": "fr"}).text


def test_the_filter_finds_what_is_not_shown(client: FlaskClient) -> None:
    """A unit of a lower level is not on the page of the whole, but on that of the filter, with what is above it."""
    whole = _tree(client.get("/edition/2022-06", headers=_HTML).text)
    found = client.get("/edition/2022-06?q=Flow+Monitoring", headers=_HTML).text
    assert "flow-monitoring" not in whole
    assert "flow-monitoring" in _tree(found)
    assert "Too many fit" not in found
    many = client.get("/edition/2022-06?q=o", headers=_HTML).text
    assert "Too many fit for all to be shown here." in many
    assert 0 < _tree(many).count("<li ") <= _MOST


def _branch(name: str, *children: Branch) -> Branch:
    units = sum(1 + child.units for child in children)
    return Branch(Link(name, name), name, "", (), children=children, units=units)


def _each(branch: Branch) -> Iterator[Branch]:
    """A branch and all below, each before what is below it."""
    yield branch
    for child in branch.children:
        yield from _each(child)


def test_levels_are_cut_as_a_whole() -> None:
    """As many levels are shown as fit; of one that does not fit alone, as many things as may; what fits stays as it is."""
    wide = _branch("a", *(_branch(f"b{number}", _branch(f"c{number}")) for number in range(4)))
    assert cut(wide, 9) is wide
    shown = cut(wide, 8)
    assert [each.path for each in _each(shown)] == ["a", "b0", "b1", "b2", "b3"]
    assert {(each.left_out, each.units) for each in shown.children} == {(1, 1)}
    flat = cut(wide, 3)
    assert [each.path for each in _each(flat)] == ["a", "b0", "b1", "b2"]
    assert (flat.left_out, flat.units) == (1, 8)


def test_of_very_many_pages_of_changes_the_ends_are_linked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry names the first and last pages of each edition, and each page leads to the one beside it, so that all are reached."""
    monkeypatch.setattr(changes, "_ENDS", 1)
    client = create_app(Settings(dataset=small_dataset(tmp_path), page_members=1)).test_client()
    linked = r'<a href="(?:[^"]*/)?(changes/2022-06(?:/[0-9]+)?)">([0-9]+)</a> (…)?'
    first, last = re.findall(linked, client.get("/changes", headers=_HTML).text)
    assert first == ("changes/2022-06", "1", "…")
    reached = [first[0]]
    while found := re.search(
        r'<a rel="next" href="(?:[^"]*/)?(changes/2022-06/[0-9]+)"', client.get(f"/{reached[-1]}", headers=_HTML).text
    ):
        reached.append(found[1])
    assert reached[-1] == last[0]
    assert len(reached) == int(last[1]) > 2
