"""Long descriptions over a real socket: in pages that together say all, in RDF and in HTML alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from httpclient import HTML, Client
from organograph_server.answers.paging import HYDRA
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import BASE, Running, listening, small_app, small_dataset

ORGANIZATION = "/doc/organization/iom"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset with ten statements a page."""
    directory = small_dataset(tmp_path_factory.mktemp("server"))
    with listening(create_app(Settings(dataset=directory, page_size=10))) as address:
        yield Client(address)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the same dataset that divides nothing."""
    with listening(small_app(tmp_path_factory.mktemp("whole"))) as address:
        yield Client(address)


def pages(client: Client, path: str, accept: str | None = None) -> list[bytes]:
    """All pages, found by following `next`."""
    found: list[bytes] = []
    while path:
        answer = client.get(path, accept)
        assert answer.status == 200
        found.append(answer.body)
        following = re.search(r'<([^>]*)>; rel="next"', answer.fields["Link"])
        path = following[1] if following else ""
    return found


def quads(contents: list[bytes]) -> set[Quad]:
    """What pages in N-Quads say, but for how they hang together."""
    return {quad for content in contents for quad in parse(content, format=RdfFormat.N_QUADS) if quad.graph_name != DefaultGraph()}


@pytest.mark.parametrize("path", [ORGANIZATION, "/edition/2022-06/doc/organization/iom", "/doc/source/structure-2022"])
def test_pages_together_say_all(client: Client, whole: Client, path: str) -> None:
    """The pages that `next` leads to say together just what the undivided description says; none says all."""
    found = pages(client, f"{path}.nq")
    assert len(found) > 1
    assert quads(found) == quads([whole.get(f"{path}.nq").body])
    assert all(len(quads([content])) < len(quads(found)) for content in found)
    assert pages(client, path, "application/n-quads") == found


def test_pages_are_linked_in_rdf(client: Client) -> None:
    """Each page says in Hydra which it is and which is next, so that a client of RDF alone finds all."""
    view, count, iri = f"{BASE}{ORGANIZATION[1:]}?page=1", 0, NamedNode(BASE + ORGANIZATION[1:])
    while view:
        triples = list(parse(client.get(view.removeprefix(BASE[:-1]), "application/n-triples").body, format=RdfFormat.N_TRIPLES))
        assert any(t.subject == iri and t.predicate.value == f"{HYDRA}view" and t.object == NamedNode(view) for t in triples)
        following = [t.object for t in triples if t.subject == NamedNode(view) and t.predicate.value == f"{HYDRA}next"]
        view, count = following[0].value if following else "", count + 1
    assert count == len(pages(client, ORGANIZATION, "text/turtle"))


def test_pages_are_linked_in_html(client: Client) -> None:
    """The pages in HTML have the same number, lead to each other, and show each thing below once."""
    contents = [content.decode() for content in pages(client, ORGANIZATION, HTML)]
    assert len(contents) == len(pages(client, ORGANIZATION, "text/turtle"))
    assert 'rel="next" href="../../doc/organization/iom.html?page=2"' in contents[0]
    assert f"Page 1 of {len(contents)}" in contents[0]
    listed = [content.partition('id="pointing"')[2] for content in contents]
    assert sum(text.count('href="../../doc/unit/legal-affairs"') for text in listed) >= 1


def test_the_link_field_tells_the_place(client: Client) -> None:
    """First, previous, next and last page are in the Link field, in the format that was asked for."""
    field = client.get(f"{ORGANIZATION}.ttl?page=2").fields["Link"]
    last = len(pages(client, ORGANIZATION))
    for relation, number in (("first", 1), ("prev", 1), ("last", last)):
        assert f'<{ORGANIZATION}.ttl?page={number}>; rel="{relation}"' in field
    assert f'<{ORGANIZATION}.ttl?page=2>; rel="next"' in client.get(f"{ORGANIZATION}?format=ttl").fields["Link"]
    answer = client.get(f"{ORGANIZATION}?page=2")
    assert answer.fields["Content-Location"] == f"{ORGANIZATION}.ttl?page=2"
    assert answer.body == client.get(f"{ORGANIZATION}.ttl?page=2").body
    assert answer.fields["ETag"] != client.get(ORGANIZATION).fields["ETag"]


def test_the_next_page_is_not_the_next_edition(client: Client) -> None:
    """On a page of a dated state `next` and `last` are pages alone; its other states are named without their order."""
    field = client.get("/edition/2022-06/doc/organization/iom").fields["Link"]
    assert 'rel="next"' in field
    assert not re.search('rel="[a-z ]*(?:first|prev|next|last) memento"', field)
    assert field.count('rel="memento"') == 2


@pytest.mark.parametrize(
    ("number", "status"), [("0", 404), ("999", 404), ("9" * 5000, 404), ("-1", 400), ("two", 400), ("", 400), ("%0d%0a", 400), ("²", 400)]
)
def test_pages_that_are_not_there(client: Client, number: str, status: int) -> None:
    """What is no page is refused with how many there are."""
    answer = client.get(f"{ORGANIZATION}?page={number.replace('²', '%C2%B2')}")
    assert answer.status == status
    assert re.search("Give one from 1 to [0-9]+", json.loads(answer.body)["cure"])


def test_short_descriptions_are_whole(whole: Client) -> None:
    """What fits on one page says nothing of pages."""
    answer = whole.get(ORGANIZATION)
    assert b"hydra" not in answer.body
    assert 'rel="first"' not in answer.fields["Link"]
    assert "Page 1" not in whole.get(f"{ORGANIZATION}.html").text


def test_the_longest_document_of_iom_comes_in_pages(iom: Running) -> None:
    """With the default size of pages the longest document of IOM has several, and each passage stands on one of them."""
    client = Client(iom.address[:-1])
    path = "/doc/source/structure-2022"
    mentioned = [re.findall(r'<tr id="(at-\d+-\d+)">', content.decode()) for content in pages(client, path, HTML)]
    assert len(mentioned) > 1
    assert all(mentioned)
    starts = [int(row.split("-")[1]) for page in mentioned for row in page]
    assert starts == sorted(starts)
    stated = {
        str(t.object) for content in pages(client, f"{path}.nt") for t in parse(content, format=RdfFormat.N_TRIPLES) if _is_mention(t)
    }
    assert sum(map(len, mentioned)) >= len(stated)
    assert {mention for page in mentioned for mention in page} == {iri.rpartition("#")[2].rstrip(">") for iri in stated}


def _is_mention(quad: Quad) -> bool:
    return quad.predicate.value.endswith("#mention")
