"""The things: each IRI leads by 303 to its document, which is given in RDF or as a page, as it is now or in one edition."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from organograph.messages import Joined, Message
from organograph.names import PREFIXES
from organograph_server.answers.paging import HYDRA, Page, divide
from organograph_server.answers.responses import Document, by_parameter, here, page, redirect, split_suffix
from organograph_server.api.operations import answers, leads
from organograph_server.api.values import ACCEPT_PROFILE, IDENTIFIER, KIND, NAME, PAGE, PROFILE
from organograph_server.content.formats import DOCUMENT_FORMATS, HTML, N_QUADS, TRIG, Choice, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.content.writing import write_graph, write_quads
from organograph_server.dataset.description import Described
from organograph_server.dataset.facts import TYPE, Facts
from organograph_server.dataset.mementos import history
from organograph_server.dataset.publication import Publication, current
from organograph_server.errors import ResourceUnknown
from organograph_server.routes.profiled import Profiled, asked, give_profiled, led
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import thing_nodes
from organograph_server.views.thing import thing_page

blueprint = Blueprint("documents", __name__)

_PREFIXES = PREFIXES | {"hydra": HYDRA}
_ABOUT_PAGE = "https://schema.org/AboutPage"


@blueprint.get("/id/<kind>/<name>")
@leads(HTTPStatus.SEE_OTHER, chosen=DOCUMENT_FORMATS, parameters=(KIND, NAME, PROFILE, ACCEPT_PROFILE))
def identify(kind: str, name: str) -> Response:
    """Lead from a thing to its document, since a thing cannot itself be sent ("Cool URIs", section 4.2)."""
    publication = current()
    slug, suffix = known(kind, name)
    path = f"doc/{kind}/{slug}"
    iri = publication.iri(f"id/{kind}/{slug}")
    described = Described(publication.quads, publication.published, iri)
    query, profiles = led(Profiled.of_thing(publication, described), suffix)
    dated = history(publication.quads, publication.published, path)
    types = [WebLink(found, "type") for found in _types(described)]
    links = [WebLink(here(path), "describedby"), *types, *profiles, *(dated.links(request.script_root) if dated else ())]
    return redirect(path + ending_of(suffix or by_parameter(DOCUMENT_FORMATS)), HTTPStatus.SEE_OTHER, links, query)


@blueprint.get("/doc/<kind>/<name>")
@answers(*DOCUMENT_FORMATS, parameters=(KIND, NAME, PAGE, PROFILE, ACCEPT_PROFILE))
def describe(kind: str, name: str) -> Response:
    """Give the document of a thing: its state in the latest edition that describes it, and what the catalogue knows."""
    publication = current()
    slug, suffix = known(kind, name)
    iri = publication.iri(f"id/{kind}/{slug}")
    return _given(publication, f"doc/{kind}/{slug}", Described(publication.quads, publication.published, iri), suffix)


@blueprint.get("/edition/<identifier>/doc/<kind>/<name>")
@answers(*DOCUMENT_FORMATS, parameters=(IDENTIFIER, KIND, NAME, PAGE, PROFILE, ACCEPT_PROFILE))
def state(identifier: str, kind: str, name: str) -> Response:
    """Give the state of a thing in one edition."""
    publication = current()
    edition = publication.published.edition(publication.iri(f"edition/{identifier}"))
    if edition is None:
        raise ResourceUnknown(
            Message("There is no edition %(identifier)r.", identifier=identifier), "Editions are listed on the home page, /."
        )
    slug, suffix = known(kind, name)
    described = Described(publication.quads, publication.published, publication.iri(f"id/{kind}/{slug}"), edition)
    path = f"doc/{kind}/{slug}"
    if edition not in described.editions:
        reason = described.absence(edition)
        others = [f"/edition/{other.identifier}/{path}" for other in described.editions]
        cure = Message("It is described at %(places)s.", places=", ".join([f"/{path}", *others]))
        message = Message("Edition %(edition)s does not describe the %(kind)s %(slug)r.", edition=identifier, kind=kind, slug=slug)
        raise ResourceUnknown(Joined(" ", [message, reason]) if reason else message, cure, reason=reason)
    return _given(publication, f"edition/{identifier}/{path}", described, suffix)


def known(kind: str, name: str) -> tuple[str, Choice | None]:
    """The slug and format of a name, where there is such a thing.

    Raises:
        ResourceUnknown: there is none.
    """
    publication = current()
    for slug, suffix in ((name, None), split_suffix(name, DOCUMENT_FORMATS)):
        if publication.quads.knows(publication.iri(f"id/{kind}/{slug}")):
            return slug, suffix
    raise ResourceUnknown(
        Message("This dataset describes no %(kind)s %(name)r.", kind=kind, name=name), "Look it up in the catalogue, /catalogue."
    )


def ending_of(choice: Choice | None) -> str:
    """The file ending of a format with its dot; "" for none."""
    return f".{choice.format.name}" if choice else ""


def _given(publication: Publication, path: str, described: Described, suffix: Choice | None) -> Response:
    profiled = Profiled.of_thing(publication, described)
    profile, choice = asked(profiled, suffix)
    original = f"doc/{described.iri.removeprefix(publication.iri('id/'))}"
    part = divide(described.statements(), publication.settings.page_size, request.args.get("page"))

    def make(form: Format) -> bytes:
        if form is HTML:
            shown = {"page": thing_page(described, part, publication.originals), "part": part, "dated": described.edition, "now": original}
            shown["linked"] = embedded(*thing_nodes(publication, described, path))
            return page("thing.html", path=path, formats=DOCUMENT_FORMATS, profiles=profiled.others, **shown)
        quads = [*part.statements, *described.labels(part.statements)]
        if form in (TRIG, N_QUADS):
            return write_quads([*quads, *part.controls(publication.iri(path))], form, _PREFIXES)
        return write_graph((quad.triple for quad in (*quads, *part.controls(publication.iri(path)))), form, _PREFIXES)

    links = _links(publication, path, described, part)
    dated = history(publication.quads, publication.published, original)
    memento = dated.of(described.edition) if dated and described.edition else None
    links += dated.links(request.script_root, memento, ordered=part.count == 1) if dated else []
    document = Document(path, DOCUMENT_FORMATS, make, links, part.number, memento.since if memento else None)
    return give_profiled(profiled, document, profile, choice)


def _links(publication: Publication, path: str, described: Described, part: Page) -> list[WebLink]:
    """What the document leads to (Signposting, section 3.1), and its other pages."""
    collection = f"edition/{described.edition.identifier}" if described.edition else "catalogue"
    links = [
        WebLink(described.iri, "describes"),
        WebLink(described.iri, "cite-as"),
        WebLink(here(collection), "collection"),
        WebLink(_ABOUT_PAGE, "type"),
        *(WebLink(found, "type", anchor=described.iri) for found in _types(described)),
        *(WebLink(found, "license") for found in publication.licences),
    ]
    return links + part.links(path, DOCUMENT_FORMATS)


def _types(described: Described) -> list[str]:
    return Facts(described.quads, described.graphs).iris(described.iri, TYPE)
