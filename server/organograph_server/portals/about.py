"""The page about the data: what they are, under which licence, how to cite an edition, and how to fetch them with the usual tools."""

from __future__ import annotations

from flask import Blueprint, Response

from organograph_server.answers.responses import here, page, page_response
from organograph_server.api.operations import answers
from organograph_server.content.formats import HTML
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.dataset.publication import current
from organograph_server.portals.aboutpage import about_page
from organograph_server.portals.portal import Portal
from organograph_server.service import service
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import about_node

blueprint = Blueprint("about", __name__)

PATH = "about"


@blueprint.get(f"/{PATH}")
@answers(HTML)
def about() -> Response:
    """Tell what the data are, their licence, how to cite an edition, and how to fetch them with curl, Python, R, Excel and OpenRefine."""
    publication, serving = current(), service()

    def make() -> bytes:
        portal = Portal(serving, publication)
        return page("about.html", about=about_page(portal), linked=embedded(about_node(publication, PATH, portal.title)))

    response = page_response(make)
    licences = [WebLink(found, "license") for found in publication.licences]
    response.headers["Link"] = link_field([WebLink(publication.iri(PATH), "canonical"), WebLink(here("catalogue"), "about"), *licences])
    return response
