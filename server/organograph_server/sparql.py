"""The SPARQL endpoint: queries by GET, by form and by direct POST (SPARQL 1.1 Protocol section 2.1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from organograph_server.asking import Door, Examined, Question
from organograph_server.errors import BodyUnsupported, NotAcceptable, QueryTooLarge, RequestMalformed, UpdateRefused
from organograph_server.formats import (
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
from organograph_server.head import UPDATES
from organograph_server.openapi import service_links
from organograph_server.operations import answers
from organograph_server.protocol import FORM, FORMATS, PARAMETERS, QUERY, REFUSED, UNANSWERED, UPDATE, body
from organograph_server.responses import accepted, represent, wanted
from organograph_server.service import Service, service
from organograph_server.servicedescription import service_description
from organograph_server.store import Dataset
from organograph_server.values import EDITION
from organograph_server.views.query import query_page, shown_answer
from organograph_server.weblinks import link_field

blueprint = Blueprint("sparql", __name__)


_READ_ONLY = ("The published data cannot be changed here.", "Send a query; stewards change the tables and build again.")
_ONE_QUERY = "Give exactly one parameter `query`, or POST the query itself."
_MOST_PARAMETERS = 1_000
# Functions that give something else each time (SPARQL 1.1 sections 17.4.2.12, 17.4.4.5 and 17.4.5.1); names that only look so cost little.
_OF_THE_MOMENT = re.compile(r"(?:NOW|RAND|UUID)\s*\(", re.IGNORECASE)


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
        form = TURTLE if head.gives_graph else JSON_RESULTS
    question = Question(door.prefix, head.text, form, asked.dataset)

    def make() -> bytes:
        found = serving.answer(question)
        return _page(door, head, asked.query, found) if choice.format is HTML else found

    return represent(choice.content_type, make, _key(serving, question, choice))


def _key(serving: Service, question: Question, choice: Choice) -> tuple[str, ...] | None:
    """What an answer is kept under: from the second time that it is asked for, so that no flood of queries sweeps out all else."""
    if _OF_THE_MOMENT.search(question.text):
        return None
    named_by = "\0".join([request.path, choice.format.name, repr(question.dataset), question.text])
    # By its hash, so that long queries with short answers fill no memory.
    key = ("answer", hashlib.sha256(named_by.encode("utf-8", "surrogatepass")).hexdigest())
    return key if serving.asked.again(key) else None


def _asked() -> Asked | None:
    """Read the request; None where it is a GET that asks nothing.

    Raises:
        RequestMalformed: there is no query, or more than one, or bytes that are not UTF-8.
        BodyUnsupported: the body is of another type, or in another charset.
        UpdateRefused: it is an update.
    """
    pairs = _pairs(request.query_string)
    if request.method == "POST":
        pairs += _posted()
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise UpdateRefused(*_READ_ONLY)
    queries = given.get("query", [])
    # What names only a format is a wish for the description of the service in that format.
    if request.method != "POST" and not given.keys() - {"format", "output", "_mediatype"}:
        return None
    if len(queries) != 1:
        message = "The request has no query." if not queries else "The request has more than one query."
        raise RequestMalformed(message, _ONE_QUERY)
    default, named_graphs = (tuple(given.get(f"{kind}-graph-uri", [])) for kind in ("default", "named"))
    dataset = Dataset(default, named_graphs) if default or named_graphs else None
    return Asked(queries[0], dataset, [value for name in ("format", "output") for value in given.get(name, [])])


def _posted() -> list[tuple[str, str]]:
    kind = request.mimetype
    if kind == UPDATE:
        raise UpdateRefused(*_READ_ONLY)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if kind not in (FORM, QUERY) or charset not in ("utf-8", "utf8", "us-ascii"):
        sent = request.headers.get("Content-Type") or "no type"
        raise BodyUnsupported(f"A body of {sent!r} is not read here.", f"Send {QUERY} or {FORM} in UTF-8.")
    body = request.get_data(cache=False)
    return _pairs(body) if kind == FORM else [("query", _text(body))]


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    limit = service().settings.max_query_bytes
    if len(encoded) > 3 * limit + 10_000:
        raise QueryTooLarge(f"The request is too long; a query may have {limit} bytes.", "Ask for less at a time.")
    try:
        return parse_qsl(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise RequestMalformed("The parameters of the request cannot be read.", "Encode them in UTF-8.") from error


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RequestMalformed(f"Byte {error.start} of the request is not UTF-8.", "Send it in UTF-8.") from error


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
        response = represent(choice.content_type, lambda: _page(door), (request.path, "page"))
    else:
        key = (request.path, "description", choice.format.name)
        response = represent(choice.content_type, lambda: service_description(serving, door, choice.format), key)
    response.headers["Link"] = link_field(service_links())
    return response


def _page(door: Door, head: Examined | None = None, query: str = "", found: bytes = b"") -> bytes:
    """The form for queries, with the answer to one."""
    shown = {} if head is None else shown_answer(found, head.gives_graph)
    return query_page(service(), door, query=query, **shown)
