"""Long reforms over a real socket: people read them in pages that together tell all, programs get them whole."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urljoin, urlsplit

import pytest

from httpclient import HTML, Client
from organograph import publish
from organograph.names import DEFAULT_BASE, Names
from organograph_server.app import create_app
from organograph_server.dataset.published import read_current
from organograph_server.settings import Settings
from organograph_server.views.links import Link
from organograph_server.views.reformlinks import links_of_thing
from organograph_server.views.reformtrees import Leaf, Mark, cut
from places import ONTOLOGY, SHAPES
from random_reforms import NEW, OLD, RandomReform
from serving import Running, listening

REFORM = f"/reform/{OLD}/{NEW}"
SIZE = 10
_CHANGED, _UNSAID = (Mark("renamed", "changed"),), (Mark("outside", "unsaid"),)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Client]]:
    """Clients of two servers of one large reform, of which the first divides it into pages and the second does not."""
    out = tmp_path_factory.mktemp("reform") / "published"
    done = RandomReform(Random(1))  # noqa: S311  # chance for tests
    publish.build(done.dataset(), Names(DEFAULT_BASE), ONTOLOGY, SHAPES, out)
    with ExitStack() as stack:
        addresses = [stack.enter_context(listening(create_app(Settings(dataset=out, page_size=size)))) for size in (SIZE, 100_000)]
        yield Client(addresses[0]), Client(addresses[1])


@pytest.fixture
def client(clients: tuple[Client, Client]) -> Client:
    return clients[0]


@pytest.fixture
def whole(clients: tuple[Client, Client]) -> Client:
    return clients[1]


def pages(client: Client, path: str = f"{REFORM}.html") -> list[str]:
    """All pages, found by following `next`."""
    found: list[str] = []
    while path:
        answer = client.get(path, HTML)
        assert answer.status == 200
        found.append(answer.text)
        following = re.search(r'<([^>]*)>; rel="next"', answer.fields["Link"])
        path = following[1] if following else ""
    return found


def changes(text: str) -> Counter[str]:
    """The names of the changes that a page tells, as rows of tables."""
    return Counter(re.findall(r'<tr role="row" id="([^"]+)">', text))


def unspoken(text: str) -> Counter[str]:
    """Where the things are that a page lists as a matter of scope."""
    _, _, section = text.partition('<section aria-labelledby="scope">')
    return Counter(re.findall(r'<li(?: id="[^"]*")?><a href="([^"]+)"', section.partition("</section>")[0]))


def test_each_change_stands_on_exactly_one_page(client: Client, whole: Client) -> None:
    """The pages tell together what the undivided page tells, each change once, and none has many more than it may."""
    found, undivided = pages(client), whole.get(f"{REFORM}.html", HTML).text
    assert len(found) > 2
    assert sum(map(changes, found), Counter()) == changes(undivided)
    assert sum(map(unspoken, found), Counter()) == unspoken(undivided)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{REFORM}.csv").text)))
    assert changes(undivided).total() + unspoken(undivided).total() == len(rows)
    assert set(changes(undivided).values()) == {1}
    of_one = max(Counter(row["iri"] for row in rows).values())
    for text in found:
        assert 0 < changes(text).total() + unspoken(text).total() <= max(SIZE, of_one)
    assert f"Page 1 of {len(found)}; {len(rows)} changes in all." in found[0]


def test_the_first_page_sums_the_whole(client: Client, whole: Client) -> None:
    """How many changes of each class the reform has stands on the first page, with the trees; further pages have changes alone."""
    first, *others = pages(client)
    counts = re.compile(r'<section aria-labelledby="counts">.*?</section>', re.DOTALL)
    found, undivided = counts.search(first), counts.search(whole.get(f"{REFORM}.html", HTML).text)
    assert found
    assert undivided
    assert found[0] == undivided[0]
    for name in ("counts", "merged", "earlier", "later"):
        assert f'id="{name}"' in first
        assert not any(f'id="{name}"' in text for text in others)
    trees = first.partition('<section aria-labelledby="merged">')[2]
    assert "Not all of it is shown here: every change is on one of the pages." in trees


def test_pages_lead_to_each_other(client: Client) -> None:
    """First, previous, next and last page are links on the page and in the Link field; the other formats are linked whole."""
    last = len(pages(client))
    answer = client.get(f"{REFORM}?page=2", HTML)
    assert answer.fields["Content-Location"] == f"{REFORM}.html?page=2"
    for relation, number in (("first", 1), ("prev", 1), ("next", 3), ("last", last)):
        assert f'<{REFORM}?page={number}>; rel="{relation}"' in answer.fields["Link"]
        assert f'<a rel="{relation}" href="../../reform/{OLD}/{NEW}.html?page={number}">' in answer.text
    assert f'<{REFORM}.ttl>; rel="alternate"' in answer.fields["Link"]
    final = client.get(f"{REFORM}.html?page={last}", HTML)
    assert 'rel="next"' not in final.fields["Link"] + final.text
    assert final.fields["ETag"] != answer.fields["ETag"]


def test_links_find_what_is_on_other_pages(client: Client) -> None:
    """Each link to a branch or a change leads to the page that has it; branches have the same name on all pages that tell of them."""
    texts = {f"{REFORM}.html?page={number}": text for number, text in enumerate(pages(client), 1)}
    elsewhere = 0
    for address, text in texts.items():
        for found in re.findall(r'<a href="([^"]*#[^"]*)"', text):
            to = urlsplit(urljoin(address, found))
            if to.path == f"{REFORM}.html":
                elsewhere += f"{to.path}?{to.query}" != address
                assert f'id="{to.fragment}"' in texts[f"{to.path}?{to.query}"], (address, found)
    assert elsewhere
    names = {(anchor, name.strip()) for text in texts.values() for anchor, name in re.findall(r'<h3 id="(branch-\d+)">([^<]*)', text)}
    assert len(names) == len({anchor for anchor, _ in names})


def test_a_thing_leads_to_the_page_that_tells_of_it(client: Client) -> None:
    """Who asks for what changed of a thing is led to its page and its place there; where nothing changed, to the first page."""
    found = {f"{REFORM}.html?page={number}": text for number, text in enumerate(pages(client), 1)}
    rows = list(csv.DictReader(io.StringIO(client.get(f"{REFORM}.csv").text)))
    changed = {row["iri"].partition("/id/")[2] for row in rows}
    for thing in changed - {""}:
        answer = client.get(f"{REFORM}.html?thing={thing}")
        assert answer.status == 303
        address, _, anchor = answer.fields["Location"].partition("#")
        assert f'id="{anchor}"' in found[address if "?" in address else f"{address}?page=1"], thing
    assert len({client.get(f"{REFORM}?thing={thing}", HTML).fields["Location"].partition("#")[0] for thing in changed}) == len(found)
    assert client.get(f"{REFORM}?thing=organization/agency&lang=fr", HTML).fields["Location"] == f"{REFORM}?lang=fr"
    assert client.get(f"{REFORM}.ttl?thing=organization/agency").status == 200
    for nothing in ("", "unit/nothing", "unit", "%0d%0aX:y"):
        assert client.get(f"{REFORM}.html?thing={nothing}").status == 404


def test_things_of_a_large_dataset_lead_there(published: Path) -> None:
    """In a large dataset the page of a thing leaves it to the reform on which page it is; in a small one it names the place itself."""
    dataset, unit = read_current(published), f"{DEFAULT_BASE}id/unit/treasury"
    assert {link.path for link in links_of_thing(dataset, unit, is_large=True)} == {
        "reform/2022-06/2023-10?thing=unit/treasury", "reform/2021-09/2022-06?thing=unit/treasury"
    }  # fmt: skip
    assert {link.path for link in links_of_thing(dataset, unit)} == {
        "reform/2022-06/2023-10#unit-treasury", "reform/2021-09/2022-06#unit-treasury"
    }  # fmt: skip


@pytest.mark.parametrize(("number", "status"), [("0", 404), ("999", 404), ("9" * 5000, 404), ("-1", 400), ("two", 400), ("", 400)])
@pytest.mark.parametrize("ending", ["html", "ttl"])
def test_pages_that_are_not_there(client: Client, number: str, status: int, ending: str) -> None:
    """What is no page is refused with how many there are."""
    answer = client.get(f"{REFORM}.{ending}?page={number}", Accept="application/json")
    assert answer.status == status
    assert f"Give one from 1 to {len(pages(client)) if ending == 'html' else 1}." in answer.text


@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf", "nt", "csv", "rdfp"])
def test_programs_get_it_whole(client: Client, whole: Client, ending: str) -> None:
    """RDF, the table and the patch are as they are where nothing is divided."""
    answer = client.get(f"{REFORM}.{ending}")
    assert answer.body == whole.get(f"{REFORM}.{ending}").body
    assert 'rel="next"' not in answer.fields["Link"]
    assert client.get(f"{REFORM}.{ending}?page=2").status == 404


def test_pages_in_french(client: Client) -> None:
    """In French the pages tell the same changes, and in which page of how many they are."""
    found = [client.get(f"{REFORM}.html?page={number}&lang=fr", HTML).text for number in (1, 2)]
    english = pages(client)
    for number, text in enumerate(found, 1):
        assert f"Page {number} sur {len(english)}\N{NO-BREAK SPACE}; " in text
        assert changes(text) == changes(english[number - 1])
    assert f'href="../../reform/{OLD}/{NEW}.html?page=2&amp;lang=fr"' in found[0]


def test_reforms_of_iom_have_one_page(iom: Running) -> None:
    """What is short is not divided, and says nothing of pages."""
    client = Client(iom.address.rstrip("/"))
    for path in re.findall(r'href="\./(reform/[^"/]+/[^"/.]+)"', client.get("/reform", HTML).text):
        answer = client.get(f"/{path}.html")
        assert 'rel="next"' not in answer.fields["Link"]
        assert 'class="pager"' not in answer.text
        assert "continued" not in answer.text
        assert "Not all of it is shown" not in answer.text


def leaf(name: str, *children: Leaf, marks: tuple[Mark, ...] = _CHANGED, unsaid: tuple[Leaf, ...] = ()) -> Leaf:
    return Leaf(partial(Link, name), marks, children, unsaid, size=1 + sum(child.size for child in (*children, *unsaid)))


def test_trees_are_cut_by_levels() -> None:
    """As many levels are shown as fit; of one that does not fit alone, as many places as may; what is a matter of scope is counted."""
    outside = leaf("d", marks=_UNSAID, unsaid=(leaf("e", marks=_UNSAID),))
    tree = leaf("a", *(leaf(f"b{number}", leaf(f"c{number}")) for number in range(4)), unsaid=(outside,))
    assert cut(tree, 11) is tree
    shown = cut(tree, 8)
    assert [child.link.label for child in shown.children] == ["b0", "b1", "b2", "b3"]
    assert {(child.children, child.left_out) for child in shown.children} == {((), 1)}
    assert (shown.unsaid, shown.counted, shown.left_out) == ((), (("outside", 2),), 0)
    flat = cut(tree, 3)
    assert [child.link.label for child in flat.children] == ["b0", "b1", "b2"]
    assert flat.left_out == 1
