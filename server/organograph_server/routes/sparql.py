"""The SPARQL endpoint: queries by GET, by form and by direct POST (SPARQL 1.1 Protocol section 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from organograph.messages import Message
from organograph_server.answers.responses import accepted, located, represent, wanted
from organograph_server.api.operations import answers
from organograph_server.api.protocol import FORM, FORMATS, PARAMETERS, QUERY, REFUSED, UNANSWERED, UPDATE, body
from organograph_server.api.servicedescription import service_description
from organograph_server.api.values import EDITION
from organograph_server.content.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON_RESULTS,
    STORE_FORMATS,
    TABLE_FORMATS,
    TRUTH_FORMATS,
    TURTLE,
    Choice,
    Format,
    choose,
    named,
)
from organograph_server.content.formfields import decoded, pairs
from organograph_server.content.weblinks import link_field
from organograph_server.errors import BodyUnsupported, NotAcceptable, RequestMalformed, UpdateRefused
from organograph_server.languages.links import PARAMETER
from organograph_server.query.asking import Examined, Question
from organograph_server.query.doors import Door
from organograph_server.query.editor import editor
from organograph_server.query.head import UPDATES
from organograph_server.query.store import Dataset
from organograph_server.routes.openapi import service_links
from organograph_server.routes.savedqueries import known
from organograph_server.service import Service, key_of, service
from organograph_server.views.query import query_page, shown_answer

blueprint = Blueprint("sparql", __name__)


_READ_ONLY = (
    Message("The published data cannot be changed here."),
    Message("Send a query; stewards change the tables and build again."),
)
_ONE_QUERY = Message("Give exactly one parameter `query`, or POST the query itself.")


@dataclass(frozen=True)
class Asked:
    """What a request asks: the query, the dataset it names, and the formats it names by parameter."""

    query: str
    dataset: Dataset | None
    formats: Sequence[str]


@blueprint.route("/sparql", methods=["GET", "POST"], defaults={"edition": ""})
@blueprint.route("/edition/<edition>/sparql", methods=["GET", "POST"])
@answers(*FORMATS, chosen=(), parameters=(EDITION, *PARAMETERS), body=body, also=(*REFUSED, *UNANSWERED))
def sparql(edition: str) -> Response:
    """Answer a query; without one, describe the service, or show a form to a browser."""
    serving = service()
    door = serving.door(edition)
    asked = _asked()
    if asked is None:
        return _described(serving, door)
    head = serving.examined(asked.query)
    if head.form in UPDATES:
        raise UpdateRefused(*_READ_ONLY)
    choice = _choice(head, asked.formats)
    form = choice.format
    if form is HTML:
        g.styles_of_editor = editor().styles
        form = TURTLE if head.gives_graph else JSON_RESULTS
    question = Question(door.prefix, head.text, form, asked.dataset)

    def make() -> bytes:
        found = serving.answer(question)
        return _page(door, head, asked.query, found) if choice.format is HTML else found

    key = key_of(request.path, question, choice)
    place = (request.path[1:], urlencode({"query": asked.query})) if choice.format is HTML else None
    return represent(choice.content_type, make, key if serving.is_kept(key) else None, place, dated=key is not None)


def _asked() -> Asked | None:
    """Read the request; None where it is a GET that asks nothing.

    Raises:
        RequestMalformed: there is no query, or more than one, or bytes that are not UTF-8.
        BodyUnsupported: the body is of another type, or in another charset.
        UpdateRefused: it is an update.
    """
    limit = service().settings.max_query_bytes
    given_pairs = pairs(request.query_string, limit)
    if request.method == "POST":
        given_pairs += _posted(limit)
    given: dict[str, list[str]] = {}
    for name, value in given_pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise UpdateRefused(*_READ_ONLY)
    queries = given.get("query", [])
    # What names only a format is a wish for the description of the service in that format.
    if request.method != "POST" and not given.keys() - {"format", "output", "_mediatype", PARAMETER}:
        return None
    if len(queries) != 1:
        raise RequestMalformed("The request has more than one query." if queries else "The request has no query.", _ONE_QUERY)
    default, named_graphs = (tuple(given.get(f"{kind}-graph-uri", [])) for kind in ("default", "named"))
    dataset = Dataset(default, named_graphs) if default or named_graphs else None
    return Asked(queries[0], dataset, [value for name in ("format", "output") for value in given.get(name, [])])


def _posted(limit: int) -> list[tuple[str, str]]:
    kind = request.mimetype
    if kind == UPDATE:
        raise UpdateRefused(*_READ_ONLY)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if kind not in (FORM, QUERY) or charset not in ("utf-8", "utf8", "us-ascii"):
        sent = request.headers.get("Content-Type") or "no type"
        raise BodyUnsupported(
            Message("A body of %(sent)r is not read here.", sent=sent),
            Message("Send %(query)s or %(form)s in UTF-8.", query=QUERY, form=FORM),
        )
    body = request.get_data(cache=False)
    return pairs(body, limit) if kind == FORM else [("query", decoded(body))]


def _choice(head: Examined, names: Sequence[str]) -> Choice:
    """The format of the answer: by parameter where that names one fit for the query, else by the Accept field."""
    if not head.form:
        return Choice(JSON_RESULTS, JSON_RESULTS.media_type)  # no query; the engine will say where it fails
    formats: tuple[Format, ...] = GRAPH_FORMATS if head.gives_graph else TRUTH_FORMATS if head.form == "ASK" else TABLE_FORMATS
    by_name = (named(formats, name) for name in names)
    return next((choice for choice in by_name if choice), None) or choose(formats, accepted())


def _described(serving: Service, door: Door) -> Response:
    """The description of the service, or the form for queries where a page is wanted.

    Raises:
        RequestMalformed: what is wanted is the answer to a query, of which there is none.
    """
    try:
        choice = wanted((*STORE_FORMATS, HTML))
    except NotAcceptable as error:
        raise RequestMalformed("The request has no query.", _ONE_QUERY) from error
    if choice.format is HTML:
        g.styles_of_editor = editor().styles
        response = represent(choice.content_type, lambda: _page(door), (request.path, "page"))
    else:
        key = (request.path, "description", choice.format.name)
        response = represent(choice.content_type, lambda: service_description(serving, door, choice.format), key, dated=False)
    response.headers["Link"] = link_field(service_links())
    return located(response, f"{door.prefix}sparql", choice)


def _page(door: Door, head: Examined | None = None, query: str = "", found: bytes = b"") -> bytes:
    """The form for queries, with the answer to one; the editor on it may ask this server, and no other."""
    shown = {} if head is None else shown_answer(found, head.gives_graph)
    serving = service()
    menu = () if serving.publication is None else [(saved.label, saved.text, saved.name) for saved in known().by_name.values()]
    return query_page(serving, door, query=query, menu=menu, **shown)
