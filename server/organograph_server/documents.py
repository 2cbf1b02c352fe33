"""The things: each IRI leads by 303 to its document, which is given in RDF or as a page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request

from organograph_server.description import description
from organograph_server.errors import ResourceUnknown
from organograph_server.formats import DOCUMENT_FORMATS, HTML, Choice, Format
from organograph_server.publication import Publication, current
from organograph_server.responses import document, page, split_suffix, wanted
from organograph_server.views.thing import thing_page
from organograph_server.writing import write_graph

blueprint = Blueprint("documents", __name__)


@blueprint.get("/id/<kind>/<name>")
def identify(kind: str, name: str) -> Response:
    """Lead from a thing to its document, since a thing cannot itself be sent ("Cool URIs", section 4.2)."""
    slug, suffix = _known(current(), kind, name)
    path = quote(f"/doc/{kind}/{slug}" + (f".{suffix.format.name}" if suffix else ""))
    location = request.script_root + path
    response = Response(f"See {location}\n", 303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Link"] = f'<{location}>; rel="describedby"'
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/doc/<kind>/<name>")
def describe(kind: str, name: str) -> Response:
    """Give the document of a thing."""
    publication = current()
    slug, suffix = _known(publication, kind, name)
    choice = wanted(DOCUMENT_FORMATS, suffix)
    path = f"doc/{kind}/{slug}"
    iri = publication.iri(f"id/{kind}/{slug}")

    def body(form: Format) -> bytes:
        if form is HTML:
            shown = thing_page(publication.quads, publication.published, iri)
            return page("thing.html", page=shown, path=path, formats=DOCUMENT_FORMATS)
        return write_graph(description(publication.quads, publication.published, iri), form)

    # The path that was asked for is part of the tag, since the links of a page are relative to it.
    tag = publication.tag(request.path, choice.content_type)
    return document(path, choice, tag, body, DOCUMENT_FORMATS, [(quote(iri, safe=":/"), "describes")])


def _known(publication: Publication, kind: str, name: str) -> tuple[str, Choice | None]:
    """The slug and format of a name, where there is such a thing."""
    for slug, suffix in ((name, None), split_suffix(name, DOCUMENT_FORMATS)):
        if publication.quads.knows(publication.iri(f"id/{kind}/{slug}")):
            return slug, suffix
    raise ResourceUnknown(f"This dataset describes no {kind} {name!r}.", "Look it up in the catalogue, /catalogue.")
