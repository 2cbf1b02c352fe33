"""The home page of files that are served as they are."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response

from organograph_server.answers.responses import accepted, here, page_response, redirect
from organograph_server.api.operations import answers
from organograph_server.content.formats import HTML, STORE_FORMATS, choose
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.routes.openapi import service_links
from organograph_server.routes.void import PATH
from organograph_server.service import service
from organograph_server.views.query import query_page

blueprint = Blueprint("opened", __name__)


@blueprint.get("/")
@answers(HTML, also=(HTTPStatus.SEE_OTHER,))
def home() -> Response:
    """Show the form for queries and the graphs; a client that wants RDF is led to the description of the dataset."""
    choice = choose((HTML, *STORE_FORMATS), accepted())
    if choice.format is not HTML:
        return redirect(PATH, HTTPStatus.SEE_OTHER)
    serving = service()
    response = page_response(lambda: query_page(serving, serving.doors[""], query=""))
    response.headers["Link"] = link_field([WebLink(here(PATH), "describedby"), *service_links()])
    return response
