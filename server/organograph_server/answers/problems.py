"""Turns what went wrong into an HTTP answer, in the format that the client asks for: the one place that knows how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, request
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from werkzeug.exceptions import HTTPException

from organograph.messages import Joined, Message, Told
from organograph.names import PREFIXES
from organograph_server import errors
from organograph_server.answers.asked import asked_speech
from organograph_server.answers.responses import accepted, page
from organograph_server.content.formats import RDF_FORMATS, named
from organograph_server.content.negotiate import negotiate
from organograph_server.content.writing import write_graph
from organograph_server.languages.links import PARAMETER
from organograph_server.languages.speaking import ENGLISH, Words, gettext, speaking, tell

_STATUS: dict[type[errors.RequestRefused], HTTPStatus] = {
    errors.ResourceUnknown: HTTPStatus.NOT_FOUND,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.RequestMalformed: HTTPStatus.BAD_REQUEST,
    errors.Misdirected: HTTPStatus.MISDIRECTED_REQUEST,
    errors.FieldsTooLarge: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.BodyUnsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.QueryMalformed: HTTPStatus.BAD_REQUEST,
    errors.QueryTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.QueryTooDeep: HTTPStatus.BAD_REQUEST,
    errors.ServiceRefused: HTTPStatus.BAD_REQUEST,
    errors.UpdateRefused: HTTPStatus.FORBIDDEN,
    errors.AnswerTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.QueryDeadline: HTTPStatus.GATEWAY_TIMEOUT,
    errors.EngineFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BudgetSpent: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UploadUnusable: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.NotPermitted: HTTPStatus.FORBIDDEN,
    errors.BeingPublished: HTTPStatus.CONFLICT,
    errors.PublishingFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ClientGone: HTTPStatus.SERVICE_UNAVAILABLE,
}
# What a client that has to show a token is told (RFC 6750, section 3).
_CHALLENGES: dict[type[errors.RequestRefused], str] = {
    errors.Unauthenticated: 'Bearer realm="organograph"',
    errors.NotPermitted: 'Bearer realm="organograph", error="insufficient_scope"',
}
FAILURE = (Message("The server failed to answer; the fault is its own and has been logged."), Message("Try again later."))
_SENTENCES = {
    404: (Message("Nothing is published at this address."), Message("Begin at the home page, /.")),
    405: (Message("This address does not answer that method."), Message("The Allow field lists those that it answers.")),
    413: (Message("The body of the request is too large."), Message("Ask for less at a time.")),
    500: FAILURE,
}
# What the page calls each status, and each further member of a problem.
_TITLES: Mapping[int, str] = {
    400: Message("Bad Request"),
    401: Message("Unauthorized"),
    403: Message("Forbidden"),
    404: Message("Not Found"),
    405: Message("Method Not Allowed"),
    406: Message("Not Acceptable"),
    409: Message("Conflict"),
    412: Message("Precondition Failed"),
    413: Message("Request Entity Too Large"),
    414: Message("Request-URI Too Long"),
    415: Message("Unsupported Media Type"),
    421: Message("Misdirected Request"),
    422: Message("Unprocessable Entity"),
    429: Message("Too Many Requests"),
    431: Message("Request Header Fields Too Large"),
    500: Message("Internal Server Error"),
    501: Message("Not Implemented"),
    503: Message("Service Unavailable"),
    504: Message("Gateway Timeout"),
}
_MEMBERS: Mapping[str, str] = {
    "available": Message("available"),
    "column": Message("column"),
    "limit": Message("limit"),
    "line": Message("line"),
    "reason": Message("reason"),
    "retry_after": Message("retry after seconds"),
}
PROBLEM = "application/problem+json"
OFFERS = (PROBLEM, "application/json", "text/html", "application/xhtml+xml", "text/plain", *(form.media_type for form in RDF_FORMATS))
_HTTP = "http://www.w3.org/2011/http#"


def register(app: Flask) -> None:
    """Let an application answer errors with problems."""
    app.register_error_handler(errors.RequestRefused, refused)
    app.register_error_handler(HTTPException, failed)


def refused(error: errors.RequestRefused) -> Response:
    """Answer what this server itself refuses."""
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    if isinstance(error, errors.QueryTooLarge) and request.method != "POST":
        status = HTTPStatus.REQUEST_URI_TOO_LONG
    response = problem(status, error.message, error.cure, error.details, **_query_at_fault(error))
    if (seconds := error.details.get("retry_after")) is not None:
        response.headers["Retry-After"] = str(seconds)
    if (challenge := _CHALLENGES.get(type(error))) is not None:
        response.headers["WWW-Authenticate"] = challenge
    return response


def _query_at_fault(error: errors.RequestRefused) -> dict[str, object]:
    """The query that a browser asked, so that its page can show where it fails, and have it asked again; nothing for other requests."""
    query = request.args.get("query", "") if request.endpoint == "sparql.sparql" and request.method == "GET" else ""
    lines, line, column = query.splitlines(), error.details.get("line"), error.details.get("column")
    if not isinstance(line, int) or not isinstance(column, int) or not 1 <= line <= len(lines):
        return {"query": query} if query else {}
    told = lines[line - 1].expandtabs(1)
    return {"query": query, "place": f"{told}\n{' ' * (min(column, len(told) + 1) - 1)}^"}


def failed(error: HTTPException) -> Response:
    """Answer what the framework refuses, and failures of our own (500), of which only the log says more."""
    status = HTTPStatus(error.code or 500)
    message, cure = _SENTENCES.get(status, (error.description or status.phrase, ""))
    response = problem(status, message, cure, {})
    for name, value in error.get_headers():
        if name in ("Allow", "Location", "Retry-After"):
            response.headers[name] = value
    return response


def bare_problem(status: HTTPStatus, message: str, cure: str) -> bytes:
    """A problem in JSON, for what the application is not asked about."""
    return f"{json.dumps(_told(status, message, cure), ensure_ascii=False, indent=1)}\n".encode()


def _told(status: HTTPStatus, message: str, cure: str) -> dict[str, object]:
    told: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": message}
    return told | ({"cure": cure} if cure else {})


def problem(status: HTTPStatus, message: str, cure: str, details: dict[str, object], **shown: object) -> Response:
    """An answer by RFC 9457, or the same as a page, as plain text or in RDF.

    Args:
        status: of the answer.
        message: what is wrong and where.
        cure: what to do about it.
        details: further members of the problem.
        shown: what only the page is told.
    """
    asked = negotiate(accepted(), OFFERS) or PROBLEM
    told = _told(status, message, cure)
    language = ""
    if asked in ("text/html", "application/xhtml+xml"):
        speech = asked_speech(others=_other_parameters())
        with speaking(speech):
            content = page("problem.html", **_shown(told, details), **shown)
        text, asked, language = content.decode(), "text/html", speech.language
    elif asked == "text/plain":
        text = f"{status.value} {status.phrase}\n{message}\n{cure}".rstrip() + "\n"
    elif (choice := named(RDF_FORMATS, asked)) and asked == choice.media_type:
        text = write_graph(_triples(status, f"{message} {cure}".strip()), choice.format, PREFIXES | {"http": _HTTP}).decode()
    else:
        text = json.dumps(told | details, ensure_ascii=False, indent=1) + "\n"
    content_type = f"{asked}; charset=utf-8" if asked.startswith("text/") else asked
    response = Response(text, status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    if language:
        response.headers["Content-Language"] = language
    return response


def _other_parameters() -> str:
    """The query of the address as it was sent but without a language, for links to others: the problem may be of that query."""
    parts = request.query_string.decode("latin-1").split("&")
    return "&".join(part for part in parts if part.partition("=")[0] != PARAMETER)


def _shown(told: Mapping[str, object], details: Mapping[str, object]) -> dict[str, object]:
    """A problem as its page shows it: in the language that is spoken, and what nobody has translated marked as English."""
    title = _TITLES.get(cast(int, told["status"]), told["title"])
    members = {_MEMBERS.get(name, name): value for name, value in details.items()}
    texts = {name: _in_words(cast(str, told.get(name, ""))) for name in ("detail", "cure")}
    return {**told, **texts, "title": title, "details": members}


def _in_words(text: str) -> str:
    if isinstance(text, Joined):
        return text
    words = tell(text) if isinstance(text, Told) else gettext(text)
    return Words(text, ENGLISH) if words == text else str(words)


def _triples(status: HTTPStatus, told: str) -> list[Triple]:
    """The answer described in the words of HTTP Vocabulary in RDF 1.0 (W3C Note of 2 February 2017)."""
    answer = BlankNode("answer")
    return [
        Triple(answer, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(f"{_HTTP}Response")),
        Triple(answer, NamedNode(f"{_HTTP}statusCodeValue"), Literal(status.value)),
        Triple(answer, NamedNode(f"{_HTTP}reasonPhrase"), Literal(status.phrase)),
        Triple(answer, NamedNode(PREFIXES["dcterms"] + "description"), Literal(told, language="en")),
    ]
