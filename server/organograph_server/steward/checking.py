"""Checks what is sent, tables or RDF, and gives the report; a form lets people send files."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from organograph.messages import Message
from organograph.uploads.sent import FORM, TYPES
from organograph_server.answers.finishing import styled
from organograph_server.answers.responses import page, page_response, wanted
from organograph_server.api.operations import Json, Parameter, Values, answers
from organograph_server.content.formats import HTML, Choice
from organograph_server.errors import BodyUnsupported, RequestMalformed, UploadTooLarge
from organograph_server.service import ASKER, Service, service
from organograph_server.steward.asking import check_sender
from organograph_server.steward.door import CHECKING, the_door
from organograph_server.steward.reports import LANGUAGES, REPORT_FORMATS, ROOMS, disposition, one_of, report_format
from organograph_server.steward.rights import CHECK
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import checking_node
from organograph_server.walls import wire

blueprint = Blueprint("checking", __name__)

CONFORMS = "Report-Conforms"
_EXAMPLE = "<https://example.org/a> a <http://www.w3.org/ns/org#OrganizationalUnit> ."
_CHARSETS = ("utf-8", "utf8", "us-ascii")
UNANSWERED = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


def _chosen(name: str, told: str, found: tuple[str, ...]) -> Parameter:
    values: Json = {"type": "string", "enum": list(found), "default": found[0]}
    return Parameter(name, "query", told, lambda _: Values(values), is_posted=True)


_NAME = Parameter(
    "name", "query", "What findings call the file.", lambda _: Values({"type": "string", "maxLength": 120}, "units.ttl"), is_posted=True
)
_FORMAT = _chosen("format", "The format of the report; else the Accept field chooses.", tuple(form.name for form in REPORT_FORMATS))
_LANGUAGE = _chosen("language", "The language of the findings.", LANGUAGES)
_ROOM = _chosen("room", "Of RDF that names no editions: which of the shipped rules run.", ROOMS)
PARAMETERS = (_FORMAT, _LANGUAGE)


def body(serving: Service) -> Json:
    """What is sent, by media type."""
    told = f"Up to {serving.settings.max_upload_bytes:,} bytes."
    binary: Json = {"schema": {"type": "string", "format": "binary", "description": told}}
    files: Json = {"type": "array", "items": {"type": "string", "format": "binary"}, "description": told}
    form: Json = {"schema": {"type": "object", "required": ["file"], "properties": {"file": files, "format": {"type": "string"}}}}
    return dict.fromkeys(TYPES, binary) | {"text/turtle": {**binary, "example": _EXAMPLE}, FORM: form}


@blueprint.get(f"/{CHECKING}")
@answers(HTML)
def validate_form() -> Response:
    """Give the form by which people send files to be checked."""
    door, serving = the_door(), service()
    shown = {
        "formats": REPORT_FORMATS,
        "most": serving.settings.max_upload_bytes,
        "anyone": door.rights.anyone_checks,
        "base": serving.base,
    }
    return page_response(lambda: page("validate.html", linked=embedded(checking_node(serving)), **shown))


@blueprint.post(f"/{CHECKING}")
@answers(
    *REPORT_FORMATS,
    chosen=(),
    is_kept=False,
    schema="Report",
    parameters=(*PARAMETERS, _ROOM, _NAME),
    body=body,
    also=(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, *UNANSWERED),
)
def validate() -> Response:
    """Check tables in a zip, or RDF, with the shipped rules, and give the report, whether it conforms or not.

    The findings are those of `organograph check` for the same files. Nothing that is sent is kept.

    Raises:
        RequestMalformed: nothing was sent, or a parameter has no such value.
        BodyUnsupported: it is of a type that is not read here.
        UploadUnusable: it is not what it says it is.
        UploadTooLarge: it is longer than the limit.
        NotAcceptable: there is no such format of reports.
    """
    door, serving = the_door(), service()
    check_sender(None if door.rights.anyone_checks else CHECK)
    content, head = sent(), order("check", serving.base)
    with serving.spending(request.environ):
        told, report = door.inspectors.ask(head, content, serving.settings.upload_seconds, request.environ.get(ASKER))
    return reported(told, report)


def order(ask: str, base: str) -> wire.Head:
    """The order that a request gives to an inspector, of which nothing is read in what was sent.

    Raises:
        BodyUnsupported: what was sent is of a type that is not read.
        NotAcceptable: there is no such format of reports.
        RequestMalformed: a parameter has no such value.
    """
    kind = request.mimetype
    if kind != FORM and kind not in TYPES:
        sent_as = (request.headers.get("Content-Type") or "no type")[:100]
        message = Message("A body of %(type)r is not read here.", type=sent_as)
        raise BodyUnsupported(message, Message("Send one of %(types)s.", types=", ".join((*TYPES, FORM))))
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in _CHARSETS:
        raise BodyUnsupported(Message("A body in %(charset)r is not read here.", charset=charset[:60]), "Send it in UTF-8.")
    return {
        "ask": ask,
        "type": kind,
        "boundary": request.mimetype_params.get("boundary", "") if kind == FORM else "",
        "name": request.args.get("name", ""),
        "format": wanted(REPORT_FORMATS).format.name,
        "language": one_of("language", request.args.get("language", ""), LANGUAGES),
        "room": one_of("room", request.args.get("room", ""), ROOMS),
        "base": base,
        "most": service().settings.max_answer_bytes,
    }


def sent() -> bytes:
    """What a request sends, as bytes.

    Raises:
        RequestMalformed: nothing.
        UploadTooLarge: more than the limit.
    """
    most = service().settings.max_upload_bytes
    request.max_content_length = most
    try:
        content = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise UploadTooLarge(
            Message("What was sent has more than %(limit)s bytes.", limit=most), "Send less at a time.", limit=most
        ) from error
    if not content:
        raise RequestMalformed(
            "The request has no body, so nothing was sent.", "Send a file as the body, such as curl --data-binary @iom.zip does."
        )
    return content


def reported(told: wire.Head, report: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The answer with a report, which also says in a field whether what was sent conforms."""
    form = report_format(told["format"]).format
    choice = Choice(form, form.media_type)
    response = Response(report, status, content_type=choice.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers[CONFORMS] = "true" if told["conforms"] else "false"
    response.headers["Content-Disposition"] = disposition(choice)
    return styled(response) if form is HTML else response
