"""What all operations of the description share: schemas of JSON, header fields, conditions, and the refusals (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from organograph_server.answers.problems import OFFERS
from organograph_server.api.operations import Json

# What each refusal means here.
_REFUSALS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The request cannot be understood; the problem says where and what to write.",
    HTTPStatus.UNAUTHORIZED: "The request has no token, or none that is known.",
    HTTPStatus.FORBIDDEN: "The request would change the data, which is published to be read; or its token does not permit that.",
    HTTPStatus.NOT_FOUND: "Nothing is published at this address; the problem says where to look.",
    HTTPStatus.NOT_ACCEPTABLE: "None of the formats or codings asked for can be given; the problem lists those that can.",
    HTTPStatus.CONFLICT: "Another publication is under way; Retry-After tells when to try again.",
    HTTPStatus.PRECONDITION_FAILED: "The representation is in another state than the request names.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "What is sent, or the answer to it, is longer than the limit.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The query is longer than the limit.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "A body of this type is not read here.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What is sent cannot be checked: it is not what it says it is.",
    HTTPStatus.MISDIRECTED_REQUEST: "The request names a host that is not served here.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The header fields of the request are too long.",
    HTTPStatus.TOO_MANY_REQUESTS: "The queries of this client have taken all the time that they may; Retry-After tells when to ask again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too much is asked at once (Retry-After tells when to ask again), or the query needs too much memory.",
    HTTPStatus.GATEWAY_TIMEOUT: "The query takes longer than the limit.",
}
_HEADERS = {
    "ETag": ("A strong tag, made of the bytes.", True),
    "Link": ("What it is linked to (RFC 8288).", False),
    "Location": ("Where to go on.", True),
    "Vary": ("The request fields that the answer depends on.", False),
    "Content-Location": ("The address of this very format.", False),
    "Memento-Datetime": ("Since when the state holds (RFC 7089).", False),
}
OF_ANSWERS = ("ETag", "Link", "Vary", "Content-Location", "Memento-Datetime")
_CONDITIONS = {
    "If-None-Match": "Tags of what the client has; it is answered 304 where one fits, and a POST 412.",
    "If-Match": "Tags of the state that is wanted; any other is answered 412.",
    "If-Modified-Since": "A date; what was not changed since is answered 304.",
    "If-Unmodified-Since": "A date; what was changed since is answered 412.",
    "Accept-Encoding": "The codings that the client reads; gzip is given.",
}
_RESULTS: Json = {
    "type": "object",
    "required": ["head"],
    "description": "SPARQL 1.1 Query Results JSON Format: a table, or a truth value.",
    "properties": {
        "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {"type": "array", "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}}}
            },
        },
        "boolean": {"type": "boolean"},
    },
}
_TERM: Json = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {"type": ["string", "object"]},
        "xml:lang": {"type": "string"},
        "datatype": {"type": "string"},
    },
}
_PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "Problem Details (RFC 9457), with what to do about it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, and where."},
        "cure": {"type": "string", "description": "What to do about it."},
        "line": {"type": "integer", "minimum": 1, "description": "In a query."},
        "column": {"type": "integer", "minimum": 1, "description": "In a query."},
        "available": {"type": "array", "items": {"type": "string"}, "description": "The media types that can be given."},
        "limit": {"type": "number", "description": "The limit that was passed."},
        "retry_after": {"type": "integer", "minimum": 0, "description": "Seconds to wait before asking again."},
        "reason": {"type": "string", "description": "Why an edition does not describe a thing."},
    },
}
_HEALTH: Json = {
    "type": "object",
    "required": ["status", "dataset_sha256", "version", "editions", "graphs", "triples"],
    "properties": {
        "status": {"enum": ["ok", "degraded", "starting", "going away"]},
        "release": {"type": "string", "description": "The release of a directory of releases that is served."},
        "dataset_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "version": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Dataset, software and settings."},
        "editions": {"type": "array", "items": {"type": "string"}},
        "graphs": {"type": "integer", "minimum": 0},
        "triples": {"type": "integer", "minimum": 0},
        "walls": {"type": "array", "items": {"type": "string"}, "description": "What stands between a query and the machine."},
        "store": {
            "type": "object",
            "required": ["engine"],
            "properties": {name: {"type": "string"} for name in ("engine", "state", "reason")},
            "description": "What answers queries, and whether it can be asked.",
        },
        "steward": {"type": ["object", "boolean"], "description": "Whether the steward's door is open, and for whom."},
        "notice": {"type": "string", "description": "Why not the current release is served."},
    },
}
_RELEASE: Json = {
    "type": "object",
    "description": "The release that is current.",
    "required": ["release", "since", "editions"],
    "properties": {
        "release": {"type": "string", "description": "Its hash, which If-Match names."},
        "since": {"type": ["string", "null"], "format": "date-time"},
        "editions": {"type": "array", "items": {"type": "string"}},
        "new": {"type": "array", "items": {"type": "string"}, "description": "Of a publication: the editions that were not there before."},
        "before": {"type": "string", "description": "Of a publication: the release before."},
        "dataset_sha256": {"type": "string", "description": "Of a publication: the hash that names the data (RDFC-1.0)."},
        "triples": {"type": "integer"},
        "served": {"type": "boolean", "description": "Of a publication: whether this server answers from it already."},
    },
}
_REPORT: Json = {
    "type": "object",
    "description": "What a check found; docs/reports.md tells its fields.",
    "required": ["format", "version", "checked", "time", "language", "conforms", "counts", "parts", "findings"],
    "properties": {"conforms": {"type": "boolean"}, "findings": {"type": "array", "items": {"type": "object"}}},
}
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_FOUND: Json = {
    "type": "object",
    "description": "A thing, with the name by which it was found.",
    "required": ["iri", "name", "type", "kind", "matched", "matched_as", "matched_in", "editions", "above", "score"],
    "properties": {
        "iri": {"type": "string", "format": "iri"},
        "name": _TEXT | {"description": "Its latest name."},
        "type": _TEXT,
        "kind": _TEXT,
        "matched": _TEXT | {"description": "The name that fits."},
        "matched_as": {"enum": ["name", "other name", "former name", "as printed"]},
        "matched_in": _TEXTS | {"description": "The editions in which it has that name."},
        "editions": _TEXTS | {"description": "The editions that describe it."},
        "above": _TEXTS | {"description": "The names of what it stands below, from the organization down."},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
    },
}
_SEARCH: Json = {
    "type": "object",
    "required": ["query", "total", "page", "pages", "results"],
    "properties": {
        "query": _TEXT,
        "total": {"type": "integer", "minimum": 0},
        "page": {"type": "integer", "minimum": 1},
        "pages": {"type": "integer", "minimum": 1},
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Found"}},
    },
}


def shared() -> Json:
    """The components that operations refer to."""
    return {
        "schemas": {
            "Problem": _PROBLEM_SCHEMA,
            "Results": _RESULTS,
            "Term": _TERM,
            "Health": _HEALTH,
            "Release": _RELEASE,
            "Report": _REPORT,
            "Search": _SEARCH,
            "Found": _FOUND,
            "Description": {"type": "object", "required": ["openapi", "info", "paths"]},
        },
        "parameters": {_name(name): _condition(name, told) for name, told in _CONDITIONS.items()},
        "headers": {name: _header(told, required) for name, (told, required) in _HEADERS.items()},
        "responses": {_response_name(status): _refusal(told) for status, told in _REFUSALS.items()},
    }


def conditions() -> list[Json]:
    """References to the header fields that conditional requests have (RFC 9110, section 13)."""
    return [{"$ref": f"#/components/parameters/{_name(name)}"} for name in _CONDITIONS]


def headers(names: Iterable[str]) -> Json:
    """References to the header fields of answers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def refusals(statuses: Iterable[HTTPStatus]) -> Json:
    """The answers to requests that are refused, by status."""
    return {str(status.value): {"$ref": f"#/components/responses/{_response_name(status)}"} for status in sorted(set(statuses))}


def content(types: Iterable[str], schema: str = "") -> Json:
    """The content of an answer by media type.

    Args:
        types: what it can come as.
        schema: of what comes in plain JSON, by name; "" where JSON is JSON-LD or a table.
    """
    return {name: _media(name, schema) for name in types}


def _media(name: str, schema: str) -> Json:
    if name in ("application/problem+json", "application/sparql-results+json"):
        return {"schema": {"$ref": f"#/components/schemas/{'Problem' if 'problem' in name else 'Results'}"}}
    if name == "application/json":
        return {"schema": {"$ref": f"#/components/schemas/{schema}"}} if schema else {}
    return {"schema": {"type": "string"}} if name.startswith("text/") or name.endswith(("+xml", "-triples", "-quads", "/trig")) else {}


def _refusal(told: str) -> Json:
    return {"description": told, "content": content([name for name in OFFERS if name != "application/xhtml+xml"], "Problem")}


def _condition(name: str, told: str) -> Json:
    return {"name": name, "in": "header", "description": told, "schema": {"type": "string"}}


def _header(told: str, required: bool) -> Json:
    return {"description": told, "required": required, "schema": {"type": "string"}}


def _name(field: str) -> str:
    return field.replace("-", "")


def _response_name(status: HTTPStatus) -> str:
    return status.name.title().replace("_", "")
