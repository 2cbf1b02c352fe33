"""The home page of files that are served as they are."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from organograph_server.formats import HTML, STORE_FORMATS, choose
from organograph_server.responses import accepted, represent
from organograph_server.service import service
from organograph_server.views.query import query_page

blueprint = Blueprint("opened", __name__)


@blueprint.get("/")
def home() -> AnyResponse | Response:
    """Show the form for queries and the graphs; a client that wants RDF is led to the description of the dataset."""
    choice = choose((HTML, *STORE_FORMATS), accepted())
    if choice.format is not HTML:
        return redirect(request.script_root + "/.well-known/void", 303)
    serving = service()
    return represent(choice.content_type, serving.tag("/"), lambda: query_page(serving, serving.doors[""], query=""))
