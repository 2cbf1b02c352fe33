"""What changed between two editions: the list of pairs, and each pair as a page, in RDF, as a table and as a patch."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, request
from flask.blueprints import BlueprintSetupState
from pyoxigraph import Literal, NamedNode, Triple

from organograph.messages import Message
from organograph.names import DCTERMS, PREFIXES, RDF
from organograph.reform.graph import ACTIVITY, PREFIXES_OF_REFORMS, reform_triples, sort_triples
from organograph.reform.model import anchor_of
from organograph.reform.patch import write_patch
from organograph.reform.table import write_table
from organograph_server.answers.paging import Place, page_number
from organograph_server.answers.responses import Document, by_parameter, give, here, page, redirect, split_suffix, wanted
from organograph_server.api.operations import answers
from organograph_server.api.values import PAGE, endings, listed, newest_first, text, with_endings
from organograph_server.content.formats import CSV_RESULTS, HTML, PATCH, REFORM_FORMATS, REFORMS_FORMATS, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.content.writing import write_graph
from organograph_server.dataset.division import Division
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.published import Edition
from organograph_server.dataset.reforms import PATH, Reforms, path_of, reforms
from organograph_server.errors import ResourceUnknown
from organograph_server.routes.documents import ending_of
from organograph_server.views.reform import reform_page
from organograph_server.views.reformlinks import THING, pairs_of
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import listing_node, part_node

blueprint = Blueprint("reform", __name__)

_PREFIXES = PREFIXES | PREFIXES_OF_REFORMS
_NAME = "What reforms changed"
_EARLIER = listed("earlier", "The earlier edition.", lambda serving: list(reversed(newest_first(serving))))
# Without an example, which static twins would follow: they cannot lead by format.
_THING = text("In HTML, lead to the page that tells of this thing: the end of its IRI.", THING)
_LATER = with_endings("later", "The later edition.", REFORM_FORMATS, newest_first)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Have the comparisons of one application."""
    app = cast(Flask, state.app)
    Reforms(Publication.of(app)).attach(app)


@blueprint.get(f"/{PATH}", defaults={"ending": ""})
@blueprint.get(f"/{PATH}.<ending>")
@answers(*REFORMS_FORMATS, parameters=(endings(REFORMS_FORMATS),), also=(HTTPStatus.NOT_FOUND,))
def pairs(ending: str) -> Response:
    """List the pairs of editions, and what the classes of change mean.

    Raises:
        ResourceUnknown: there is no such format.
    """
    name, suffix = split_suffix(f"{PATH}.{ending}" if ending else PATH, REFORMS_FORMATS)
    if name != PATH:
        raise ResourceUnknown(
            Message("The list of reforms has no format %(ending)r.", ending=ending),
            "Leave the ending out, and name one in the Accept field.",
        )
    found = reforms()

    def make(form: Format) -> bytes:
        if form is HTML:
            iri = found.publication.iri
            parts = [(iri(path_of(*pair)), _title(*pair)) for pair in found.pairs]
            shown = pairs_of(found) | {"iri": iri(PATH), "linked": embedded(listing_node(iri(PATH), _NAME, parts))}
            return page("reforms.html", path=PATH, formats=REFORMS_FORMATS, **shown)
        return write_graph(_listed(found), form, _PREFIXES)

    links = [WebLink(here(path), "item") for path in found.paths[1:]]
    return give(Document(PATH, REFORMS_FORMATS, make, [*links, *_shared(found)]), wanted(REFORMS_FORMATS, suffix))


@blueprint.get(f"/{PATH}/<earlier>/<later>")
@answers(*REFORM_FORMATS, parameters=(_EARLIER, _LATER, PAGE, _THING), also=(HTTPStatus.SEE_OTHER,))
def pair(earlier: str, later: str) -> Response:
    """Tell what changed from one edition to another; where the later one comes first, lead to the pair in order of time.

    Raises:
        ResourceUnknown: there is no such edition.
    """
    found = reforms()
    name, suffix = (later, None) if _named(found, later) else split_suffix(later, REFORM_FORMATS)
    before, after = _edition(found, earlier), _edition(found, name)
    if before.order > after.order:
        ending = ending_of(suffix or by_parameter(REFORM_FORMATS))
        return redirect(path_of(after, before) + ending, HTTPStatus.SEE_OTHER)
    path = path_of(before, after)
    choice = wanted(REFORM_FORMATS, suffix)
    if choice.format is HTML and (thing := request.args.get(_THING.name)) is not None:
        return _led(found.divided(before, after), found.publication.iri(f"id/{thing}"), path + ending_of(suffix))
    place = _place(found, before, after, choice.format)

    def make(form: Format) -> bytes:
        return _made(found, (before, after), place, form)

    links = [WebLink(here(f"edition/{edition.identifier}"), "related") for edition in (before, after)]
    links += [WebLink(here(PATH), "collection"), *_shared(found), *place.links(path, REFORM_FORMATS)]
    return give(Document(path, REFORM_FORMATS, make, links, place.number, divided=(HTML,)), choice)


def _led(division: Division, thing: str, path: str) -> Response:
    """Lead to the page of a long reform that tells of a thing, or to the first where nothing changed of it.

    Raises:
        ResourceUnknown: there is no such thing.
    """
    if not current().quads.knows(thing):
        raise ResourceUnknown(Message("This dataset describes no %(thing)s.", thing=thing), "Look it up in the catalogue, /catalogue.")
    number = division.things.get(thing, 0)
    query = f"?page={number}" if number > 1 else ""
    return redirect(path, HTTPStatus.SEE_OTHER, query=query, fragment=anchor_of(thing) if number else "")


def _place(found: Reforms, before: Edition, after: Edition, form: Format) -> Place:
    """The page that is asked for; for people what changed comes in pages, for programs it is whole.

    Raises:
        RequestMalformed: the page is no number.
        ResourceUnknown: there are fewer pages.
    """
    count, total = found.extent(before, after) if form is HTML else (1, 0)
    return Place(page_number(request.args.get("page"), count, "This description"), count, total)


def _made(found: Reforms, pair: tuple[Edition, Edition], place: Place, form: Format) -> bytes:
    before, after = pair
    path = path_of(before, after)
    iri = found.publication.iri(path)
    if form is PATCH:
        return write_patch(found.triples(before.iri), found.triples(after.iri), iri)
    division = found.divided(before, after)
    reform = division.reform
    if form is CSV_RESULTS:
        return write_table(reform)
    if form is HTML:
        linked = embedded(part_node(iri, _title(before, after), found.publication.iri(PATH), _NAME))
        shown = reform_page(found.publication, division, place.number)
        return page("reform.html", path=path, iri=iri, formats=REFORM_FORMATS, page=shown, part=place, linked=linked)
    return write_graph((Triple(*triple) for triple in reform_triples(reform, found.publication.iri(""))), form, _PREFIXES)  # type: ignore[arg-type]


def _title(before: Edition, after: Edition) -> str:
    return f"What changed from edition {before.identifier} to edition {after.identifier}"


def _named(found: Reforms, identifier: str) -> Edition | None:
    return next((edition for edition in found.publication.published.editions if edition.identifier == identifier), None)


def _edition(found: Reforms, identifier: str) -> Edition:
    edition = _named(found, identifier)
    if edition is None:
        raise ResourceUnknown(
            Message("There is no edition %(identifier)r.", identifier=identifier),
            Message("The pairs of editions are listed at /%(path)s.", path=PATH),
        )
    return edition


def _listed(found: Reforms) -> Iterator[Triple]:
    iri = found.publication.iri
    for triple in sort_triples(iri("")):
        yield Triple(*triple)  # type: ignore[arg-type]
    for before, after in found.pairs:
        own = NamedNode(iri(path_of(before, after)))
        yield Triple(NamedNode(iri(PATH)), DCTERMS.hasPart, own)
        yield Triple(own, RDF.type, ACTIVITY.Update)
        yield Triple(own, DCTERMS.title, Literal(_title(before, after), language="en"))
        yield Triple(own, ACTIVITY.origin, NamedNode(before.iri))
        yield Triple(own, ACTIVITY.target, NamedNode(after.iri))


def _shared(found: Reforms) -> list[WebLink]:
    licences = (WebLink(licence, "license") for licence in found.publication.licences)
    return [WebLink(here("catalogue"), "describedby"), *licences]
