"""The addresses of the stream of changes: its entry, the pages of each edition, for clients of LDES, readers of news, and people."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, current_app
from flask.blueprints import BlueprintSetupState

from organograph.messages import Message
from organograph_server.answers.responses import Document, give, here, page, split_suffix, wanted
from organograph_server.api.operations import answers
from organograph_server.api.values import endings, listed, with_endings
from organograph_server.content.formats import ATOM, HTML, JSON_LD, STREAM_FORMATS, STREAM_PAGE_FORMATS, Choice, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.content.writing import write_in_order
from organograph_server.dataset.publication import Publication
from organograph_server.errors import ResourceUnknown
from organograph_server.stream.atom import TYPE_OF_FEED
from organograph_server.stream.eventstream import PATH, EventStream, Node
from organograph_server.stream.treenodes import PROFILE, STREAM_PREFIXES, TreeNodes
from organograph_server.views.changes import STATES, archive, edition_rows, node_rows
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import changes_node, changes_page_node

blueprint = Blueprint("changes", __name__)

_KEY = "organograph.changes"
_FIRST = Message("Begin at /%(path)s, which leads to all that there are.", path=PATH)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Have one stream for the application; it is made when first asked for."""
    app = cast(Flask, state.app)
    app.extensions[_KEY] = EventStream(Publication.of(app))


def stream() -> EventStream:
    """The stream of the application that answers the request."""
    return cast(EventStream, current_app.extensions[_KEY])


@blueprint.get(f"/{PATH}", defaults={"ending": ""})
@blueprint.get(f"/{PATH}.<ending>")
@answers(*STREAM_FORMATS, parameters=(endings(STREAM_FORMATS),), also=(HTTPStatus.NOT_FOUND,))
def entry(ending: str) -> Response:
    """Give the entry of the stream: what it is, and the way to each edition.

    Raises:
        ResourceUnknown: no edition has a date, or there is no such format.
    """
    name, suffix = split_suffix(f"{PATH}.{ending}" if ending else PATH, STREAM_FORMATS)
    if name != PATH:
        raise ResourceUnknown(
            Message("The stream of changes has no format %(ending)r.", ending=ending),
            "Leave the ending out, and name one in the Accept field.",
        )
    found = stream()
    if not found.nodes:
        raise ResourceUnknown("No edition of this dataset is dated, so there is no stream of changes.", "Read the catalogue, /catalogue.")

    def make(form: Format) -> bytes:
        if form is HTML:
            return page(
                "changes.html",
                path=PATH,
                formats=STREAM_FORMATS,
                editions=edition_rows(found),
                kinds=STATES,
                base=found.publication.iri(""),
                linked=embedded(changes_node(found)),
            )
        return write_in_order(list(TreeNodes(found).root()), form, STREAM_PREFIXES)

    links = [*_shared_links(found), WebLink(here(f"{PATH}.atom"), "alternate", TYPE_OF_FEED)]
    return give(Document(PATH, STREAM_FORMATS, make, links), _grouped(wanted(STREAM_FORMATS, suffix)))


@blueprint.get(f"/{PATH}/<name>")
@answers(*STREAM_PAGE_FORMATS, parameters=(with_endings("name", "The edition.", STREAM_PAGE_FORMATS, lambda _: [*stream().editions]),))
def first(name: str) -> Response:
    """Give the first page of an edition's members."""
    identifier, suffix = split_suffix(name, STREAM_PAGE_FORMATS)
    return _given(_node(identifier, "1"), suffix)


@blueprint.get(f"/{PATH}/<identifier>/<name>")
@answers(
    *STREAM_PAGE_FORMATS,
    parameters=(
        listed("identifier", "The edition.", lambda _: _long()),
        with_endings("name", "The page, from 2.", STREAM_PAGE_FORMATS, lambda _: _numbers()),
    ),
)
def other(identifier: str, name: str) -> Response:
    """Give a further page of an edition's members."""
    number, suffix = split_suffix(name, STREAM_PAGE_FORMATS)
    if number == "1":
        raise ResourceUnknown(
            Message("The first page has no number of its own: it is /%(path)s/%(identifier)s.", path=PATH, identifier=identifier), _FIRST
        )
    return _given(_node(identifier, number), suffix)


def _long() -> list[str]:
    """The editions that have more than one page."""
    return [identifier for identifier, nodes in stream().editions.items() if len(nodes) > 1]


def _numbers() -> list[str]:
    most = max((len(nodes) for nodes in stream().editions.values()), default=0)
    return [str(number) for number in range(2, most + 1)]


def _node(identifier: str, text: str) -> Node:
    nodes = stream().editions.get(identifier)
    if nodes is None:
        raise ResourceUnknown(Message("The stream of changes has no edition %(identifier)r.", identifier=identifier), _FIRST)
    # A number has one way to be written, and none of thousands of digits is worth reading.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 and text[0] != "0" else 0
    if not 1 <= number <= len(nodes):
        raise ResourceUnknown(
            Message(
                "The changes of edition %(identifier)s have no page %(text)r; there are %(number)s.",
                identifier=identifier,
                text=text[:20],
                number=len(nodes),
            ),
            _FIRST,
        )
    return nodes[number - 1]


def _given(node: Node, suffix: Choice | None) -> Response:
    found = stream()

    def make(form: Format) -> bytes:
        if form is HTML:
            rows = node_rows(found, node)
            return page(
                "changespage.html",
                path=node.path,
                formats=STREAM_PAGE_FORMATS,
                node=node,
                rows=rows,
                linked=embedded(changes_page_node(found, node)),
            )
        if form is ATOM:
            return archive(found, node)
        return write_in_order(list(TreeNodes(found).page(node)), form, STREAM_PREFIXES)

    nodes = found.editions[node.memento.edition.identifier]
    around = {"prev": node.number - 1, "next": node.number + 1}
    links = [WebLink(here(nodes[number - 1].path), relation) for relation, number in around.items() if 1 <= number <= node.count]
    links += [WebLink(here(PATH), "collection"), WebLink(here(f"edition/{node.memento.edition.identifier}"), "related")]
    choice = _grouped(wanted(STREAM_PAGE_FORMATS, suffix))
    return give(Document(node.path, STREAM_PAGE_FORMATS, make, [*links, *_shared_links(found)]), choice)


def _shared_links(found: EventStream) -> list[WebLink]:
    return [WebLink(licence, "license") for licence in found.publication.licences]


def _grouped(choice: Choice) -> Choice:
    """The same, said to have the statements of each member together where the format keeps their order."""
    if choice.format in (HTML, ATOM, JSON_LD):
        return choice
    return replace(choice, media_type=f'{choice.media_type}; profile="{PROFILE}"')
