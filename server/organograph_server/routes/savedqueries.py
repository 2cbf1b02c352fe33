"""The addresses of saved queries: the list of all, and each as a form, as data, and with parameters as its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from organograph.messages import Message
from organograph.names import PREFIXES
from organograph.resources import queries_folder
from organograph_server.answers.responses import here, located, page, represent, wanted
from organograph_server.api.operations import Parameter, Values, Variant, answers
from organograph_server.api.protocol import UNANSWERED
from organograph_server.content.formats import (
    CSV_RESULTS,
    GRAPH_FORMATS,
    HTML,
    JSON_RESULTS,
    STORE_FORMATS,
    TSV_RESULTS,
    TURTLE,
    XML_RESULTS,
    Choice,
    Format,
)
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.content.writing import write_graph
from organograph_server.dataset import parameters
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.saved import SCHEMA, SavedQueries, SavedQuery
from organograph_server.dataset.saved import Parameter as SavedParameter
from organograph_server.errors import ResourceUnknown
from organograph_server.query.asking import Question
from organograph_server.query.guard import examine
from organograph_server.service import Service, service
from organograph_server.views.query import shown_answer
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import queries_node, query_node

blueprint = Blueprint("savedqueries", __name__)

_KEY = "organograph.saved"
# Spreadsheets accept everything, and read CSV.
ROW_FORMATS = (CSV_RESULTS, JSON_RESULTS, XML_RESULTS, TSV_RESULTS, HTML)


@blueprint.record_once
def _read(state: BlueprintSetupState) -> None:
    """Read the queries once, when the application is put together."""
    state.app.extensions[_KEY] = SavedQueries.read(queries_folder(), Service.of(cast(Flask, state.app)).base)


@blueprint.get("/query")
@answers(*STORE_FORMATS, HTML)
def listing() -> Response:
    """List the saved queries, as a page or in RDF (the vocabulary of SIB's sparql-examples: SHACL and schema.org)."""
    publication, queries = current(), known()
    choice = wanted((*STORE_FORMATS, HTML))

    def make() -> bytes:
        if choice.format is not HTML:
            return _written(queries, choice.format)
        entries = [(query, _asked(query, publication)) for query in queries.by_name.values()]
        return page("queries.html", entries=entries, linked=embedded(queries_node(service(), queries.by_name.values())))

    response = represent(choice.content_type, make, ("query", choice.format.name), dated=False)
    return located(response, "query", choice)


@blueprint.get("/query/<name>")
@answers(variants=lambda _: _variants(), also=UNANSWERED)
def saved(name: str) -> Response:
    """Answer a saved query; without parameters, and where it needs some or RDF is asked for, tell what it is."""
    publication, queries = current(), known()
    query = queries.by_name.get(name)
    if query is None:
        raise ResourceUnknown(Message("There is no saved query %(name)r.", name=name), "Those that there are are listed at /query.")
    pairs = parameters.given(request.query_string)
    formats = GRAPH_FORMATS if query.gives_graph else ROW_FORMATS
    choice = _choice(query, formats, bool(pairs))
    form = choice.format
    if not pairs and form in STORE_FORMATS and (query.needs or not query.gives_graph):
        response = represent(choice.content_type, lambda: _written(queries, form, query.iri), ("query", name, form.name), dated=False)
        return located(response, f"query/{query.name}", choice)
    if not pairs and form is HTML and query.needs:
        response = represent(choice.content_type, lambda: _page(query, publication))
    else:
        made = partial(_answer, query, pairs, publication, form)
        response = represent(choice.content_type, made, place=(request.path[1:], urlencode(pairs)))
    response.headers["Link"] = link_field([WebLink(here("query"), "collection"), WebLink(query.iri, "describedby", TURTLE.media_type)])
    return located(response, f"query/{query.name}", choice, pairs)


def _choice(query: SavedQuery, formats: Sequence[Format], is_asked: bool) -> Choice:
    """The format of an answer; who gives no parameters, where some are needed, and takes everything is given the form for it."""
    if is_asked or query.gives_graph:
        return wanted(formats)
    return wanted((*((HTML,) if query.needs else ()), *formats, *STORE_FORMATS))


def _variants() -> Iterator[Variant]:
    """Each saved query as an address of its own, with its parameters."""
    publication = current()
    for query in known().by_name.values():
        taken = [_taken(parameter, publication) for parameter in query.parameters]
        formats = GRAPH_FORMATS if query.gives_graph else ROW_FORMATS if query.needs else (*ROW_FORMATS, *STORE_FORMATS)
        yield Variant({"name": query.name}, query.label, query.comment, taken, formats)


def _taken(parameter: SavedParameter, publication: Publication) -> Parameter:
    schema: dict[str, object] = {"type": "string", "minLength": 1}
    if parameter.kind == "number":
        schema = {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
    elif parameter.kind == "edition":
        schema = {"type": "string", "enum": [edition.identifier for edition in publication.published.editions]}
    elif parameter.kind == "text":
        schema |= {"maxLength": parameter.most}
    example = parameters.example(parameter, publication)
    values = Values(schema, int(example) if parameter.kind == "number" else example)
    return Parameter(parameter.name, "query", parameter.comment, lambda _: values, required=not parameter.optional)


def known() -> SavedQueries:
    """The saved queries of the application that answers the request."""
    return cast(SavedQueries, current_app.extensions[_KEY])


def _answer(query: SavedQuery, pairs: list[tuple[str, str]], publication: Publication, form: Format) -> bytes:
    serving = service()
    text = examine(query.bound(parameters.bound(query, pairs, publication)), serving.settings.query_limits)
    machine = form if form is not HTML else TURTLE if query.gives_graph else JSON_RESULTS
    found = serving.answer(Question("", text, machine))
    if form is not HTML:
        return found
    return _page(query, publication, values=dict(pairs), text=text, **shown_answer(found, query.gives_graph))


def _page(query: SavedQuery, publication: Publication, **shown: object) -> bytes:
    examples = {parameter.name: parameters.example(parameter, publication) for parameter in query.parameters}
    editions = [edition.identifier for edition in publication.published.editions]
    formats = GRAPH_FORMATS if query.gives_graph else ROW_FORMATS
    asked = {"text": query.text, "values": {}, "linked": embedded(query_node(service(), query))} | shown
    return page("saved.html", saved=query, examples=examples, editions=editions, formats=formats, base=service().base, **asked)


def _asked(query: SavedQuery, publication: Publication) -> list[tuple[str, str]]:
    """Parameters to show how a query is asked: all that it needs, with examples of this dataset."""
    return [(found.name, parameters.example(found, publication)) for found in query.parameters if not found.optional]


def _written(queries: SavedQueries, form: Format, iri: str = "") -> bytes:
    return write_graph(queries.described(iri), form, PREFIXES | {"schema": SCHEMA})
