"""The graphs by the Graph Store Protocol, to read (SPARQL 1.1 Graph Store HTTP Protocol sections 4.1 and 5.2)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from organograph.messages import Message
from organograph_server.answers.responses import located, represent, wanted
from organograph_server.api.operations import answers
from organograph_server.api.values import DEFAULT, EDITION, GRAPH
from organograph_server.content.formats import STORE_FORMATS
from organograph_server.content.writing import write_graph
from organograph_server.errors import RequestMalformed, ResourceUnknown
from organograph_server.query.doors import GRAPH_STORE
from organograph_server.service import service

blueprint = Blueprint("graphstore", __name__)

_CURE = Message("Name one graph with ?graph= and its IRI, or the default graph with ?default.")


@blueprint.get(f"/{GRAPH_STORE}", defaults={"edition": ""})
@blueprint.get(f"/edition/<edition>/{GRAPH_STORE}")
@answers(*STORE_FORMATS, parameters=(EDITION, GRAPH, DEFAULT), also=(HTTPStatus.NOT_FOUND,))
def graph(edition: str) -> Response:
    """Give one graph whole; the address answers GET and HEAD alone, since nothing can be changed here."""
    serving = service()
    door = serving.door(edition)
    named = _named()
    if named is not None and named.value not in serving.quads.graphs:
        raise ResourceUnknown(
            Message("There is no graph %(graph)r.", graph=named.value), "The graphs are listed in the service description, /sparql."
        )
    choice = wanted(STORE_FORMATS)

    def body() -> bytes:
        return write_graph(serving.default_graph(door) if named is None else serving.quads.triples(named), choice.format)

    key = (GRAPH_STORE, door.prefix, choice.format.name, *(() if named is None else (named.value,)))
    response = represent(choice.content_type, body, key)
    return located(response, f"{door.prefix}{GRAPH_STORE}", choice, [("default", "")] if named is None else [("graph", named.value)])


def _named() -> NamedNode | None:
    """The name of the graph that the request is about; None for the default graph.

    Raises:
        RequestMalformed: it names none, or more than one, or something that is no IRI.
    """
    graphs, default = request.args.getlist("graph"), "default" in request.args
    if len(graphs) + default != 1:
        is_none = not graphs and not default
        raise RequestMalformed("The request names no graph." if is_none else "The request names more than one graph.", _CURE)
    if default:
        return None
    try:
        return NamedNode(graphs[0])
    except ValueError as error:
        raise RequestMalformed(
            Message("%(graphs)r cannot be the IRI of a graph: %(error)s.", graphs=graphs[0], error=error), _CURE
        ) from error
