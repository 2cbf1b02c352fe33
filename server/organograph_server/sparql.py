"""The SPARQL endpoint: queries by GET, by form and by direct POST (SPARQL 1.1 Protocol section 2.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from organograph_server.errors import BodyUnsupported, QueryTooLarge, RequestMalformed, UpdateRefused
from organograph_server.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON_RESULTS,
    TABLE_FORMATS,
    TURTLE,
    Choice,
    Format,
    choose,
    named,
)
from organograph_server.guard import examine
from organograph_server.head import UPDATES, Head, read_head
from organograph_server.negotiate import negotiate
from organograph_server.publication import current
from organograph_server.responses import accepted, answered, page, page_response
from organograph_server.store import Dataset

blueprint = Blueprint("sparql", __name__)

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_READ_ONLY = ("The published data cannot be changed here.", "Send a query; stewards change the tables and build again.")
_MOST_PARAMETERS = 1_000


@dataclass(frozen=True)
class Asked:
    """What a request asks: the query, the dataset it names, and the formats it names by parameter."""

    query: str
    dataset: Dataset | None
    formats: Sequence[str]


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; show a form to a browser that brings none."""
    asked = _asked()
    if asked is None:
        return _form()
    publication = current()
    text = examine(asked.query, publication.settings.query_limits)
    head = read_head(text)
    if head.form in UPDATES:
        raise UpdateRefused(*_READ_ONLY)
    choice = _choice(head, asked.formats)
    form = choice.format
    if form is HTML:
        form = TURTLE if head.gives_graph else JSON_RESULTS
    found = publication.store.query(text, form, asked.dataset)
    return answered(choice.content_type, _page(head, asked.query, found) if choice.format is HTML else found)


def _asked() -> Asked | None:
    """Read the request; None where it is a GET without query.

    Raises:
        RequestMalformed: there is no query, or more than one, or bytes that are not UTF-8.
        BodyUnsupported: the body is of another type, or in another charset.
        UpdateRefused: it is an update.
    """
    pairs = _pairs(request.query_string)
    if request.method == "POST":
        pairs += _posted()
    given = {name: [value for key, value in pairs if key == name] for name, _ in pairs}
    if "update" in given:
        raise UpdateRefused(*_READ_ONLY)
    queries = given.get("query", [])
    if not queries and request.method != "POST" and _prefers_page():
        return None
    if len(queries) != 1:
        message = "The request has no query." if not queries else "The request has more than one query."
        raise RequestMalformed(message, "Give exactly one parameter `query`, or POST the query itself.")
    default, named_graphs = (tuple(given.get(f"{kind}-graph-uri", [])) for kind in ("default", "named"))
    dataset = Dataset(default, named_graphs) if default or named_graphs else None
    return Asked(queries[0], dataset, [value for name in ("format", "output") for value in given.get(name, [])])


def _posted() -> list[tuple[str, str]]:
    kind = request.mimetype
    if kind == _UPDATE:
        raise UpdateRefused(*_READ_ONLY)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if kind not in (_FORM, _QUERY) or charset not in ("utf-8", "utf8", "us-ascii"):
        sent = request.headers.get("Content-Type") or "no type"
        raise BodyUnsupported(f"A body of {sent!r} is not read here.", f"Send {_QUERY} or {_FORM} in UTF-8.")
    body = request.get_data(cache=False)
    return _pairs(body) if kind == _FORM else [("query", _text(body))]


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    limit = current().settings.max_query_bytes
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


def _prefers_page() -> bool:
    return negotiate(accepted(), ("application/problem+json", "text/html")) == "text/html"


def _choice(head: Head, names: Sequence[str]) -> Choice:
    """The format of the answer: by parameter where that names one fit for the query, else by the Accept field."""
    if not head.form:
        return Choice(JSON_RESULTS, JSON_RESULTS.media_type)  # no query; the engine will say where it fails
    formats: tuple[Format, ...] = GRAPH_FORMATS if head.gives_graph else TABLE_FORMATS
    by_name = (named(formats, name) for name in names)
    return next((choice for choice in by_name if choice), None) or choose(formats, accepted())


def _form() -> Response:
    base = current().published.names.base
    return page_response(lambda: page("query.html", query="", base=base))


def _page(head: Head, query: str, found: bytes) -> bytes:
    base = current().published.names.base
    if head.gives_graph:
        return page("query.html", query=query, base=base, turtle=found.decode())
    return page("query.html", query=query, base=base, results=json.loads(found))
