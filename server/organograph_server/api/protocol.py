"""What the SPARQL 1.1 Protocol takes and gives, for the description of the endpoints."""

from __future__ import annotations

from http import HTTPStatus

from organograph_server.api.operations import Json, Parameter, Values
from organograph_server.content.formats import GRAPH_FORMATS, HTML, STORE_FORMATS, TABLE_FORMATS, TRUTH_FORMATS
from organograph_server.service import Service

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
# Of all forms of queries, and of the description of the service.
FORMATS = tuple(dict.fromkeys((*TRUTH_FORMATS, *TABLE_FORMATS, *GRAPH_FORMATS)))
REFUSED = (
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
UNANSWERED = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
"""What a query that is right may still come to: an answer too large, too much asked, too much time."""
_EXAMPLES = {
    "table": "SELECT ?thing ?property ?value WHERE { ?thing ?property ?value } LIMIT 5",
    "truth": "ASK { ?thing ?property ?value }",
    "graph": "CONSTRUCT WHERE { ?thing ?property ?value } LIMIT 5",
}
_IRIS: Json = {"type": "array", "items": {"type": "string", "format": "iri"}}
_TEXTS = {
    "query": "One query in SPARQL 1.1. A GET without it gives the description of the service, or a form to a browser.",
    "default-graph-uri": "IRIs of graphs that make up the default graph.",
    "named-graph-uri": "IRIs of the named graphs.",
    "format": "The format, by its name, where that fits the query.",
    "output": "The same.",
}


def _schemas(serving: Service) -> dict[str, Json]:
    limits = serving.settings.query_limits
    told = f"Up to {limits.size:,} bytes of UTF-8, {limits.depth} brackets open at once, {limits.steps:,} patterns, operators and keywords."
    formats: Json = {"type": "string", "enum": list(dict.fromkeys(form.name for form in (*FORMATS, *STORE_FORMATS, HTML)))}
    query: Json = {"type": "string", "description": told}
    return {"query": query, "default-graph-uri": _IRIS, "named-graph-uri": _IRIS, "format": formats, "output": formats}


def _parameter(name: str) -> Parameter:
    examples = _EXAMPLES if name == "query" else {}
    return Parameter(
        name, "query", _TEXTS[name], lambda serving: Values(_schemas(serving)[name], examples=examples), is_posted=name != "query"
    )


PARAMETERS = tuple(_parameter(name) for name in _TEXTS)


def body(serving: Service) -> Json:
    """What a POST sends, by media type: the query itself, or a form."""
    examples: Json = {name: {"value": query} for name, query in _EXAMPLES.items()}
    described = {name: {"description": _TEXTS[name]} | schema for name, schema in _schemas(serving).items()}
    form = {"type": "object", "required": ["query"], "properties": described}
    return {
        QUERY: {"schema": {"type": "string"}, "examples": examples},
        FORM: {"schema": form, "example": {"query": _EXAMPLES["table"]}, "encoding": {"default-graph-uri": {"explode": True}}},
    }
