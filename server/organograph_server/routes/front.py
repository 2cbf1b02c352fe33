"""What stands before all addresses: requests that are not sound are refused, and addresses below a version are explained."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, current_app, request

from organograph.messages import Message
from organograph_server.answers.representations import Representations
from organograph_server.answers.responses import redirect
from organograph_server.api.operations import Parameter, Values, answers, leads
from organograph_server.api.values import VERSION
from organograph_server.errors import BodyUnsupported, FieldsTooLarge, Misdirected, RequestMalformed, ResourceUnknown
from organograph_server.gate.versioned import ALL_FIELDS, LONGEST_FIELD, is_misdirected, is_sound, names_host
from organograph_server.service import Service

blueprint = Blueprint("front", __name__)

_REST = Parameter(
    "rest", "path", "The address, with %2F for each slash.", lambda _: Values({"type": "string"}, "robots.txt"), required=True
)
# An address behind a version may answer whatever it answers without.
_LEADING = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT)


@blueprint.before_app_request
def check() -> None:
    """Refuse a request that is not sound.

    Raises:
        FieldsTooLarge: a field has more than 8 KiB, or all together more than 64 KiB.
        RequestMalformed: it has not exactly one Host field that names a host, which HTTP/1.1 demands (RFC 9112 section 3.2).
        Misdirected: it names a host that is not served (section 7.4 there).
        BodyUnsupported: its body is coded (RFC 9110 section 8.4).
    """
    if request.headers.get("Content-Encoding"):
        raise BodyUnsupported("A body that is compressed, or coded otherwise, is not read here.", "Send it without Content-Encoding.")
    if is_misdirected(request.environ, Service.of(current_app).settings.hosts):
        raise Misdirected(
            Message("This server does not answer for %(host)s.", host=request.environ["HTTP_HOST"][:200]),
            "Ask by a name that it is known by; who runs it names these in ORGANOGRAPH_HOSTS.",
        )
    if is_sound(request.environ):
        return
    if not names_host(request.environ):
        is_missing = "HTTP_HOST" not in request.environ
        raise RequestMalformed(
            "The request has no Host field." if is_missing else "The request has several Host fields, or one that is no host.",
            "Send one, as HTTP/1.1 demands.",
        )
    raise FieldsTooLarge(
        Message(
            "A field of the request has more than %(longest)s characters with its name, or all together have more than %(most)s.",
            longest=LONGEST_FIELD,
            most=ALL_FIELDS,
        ),
        "Send less; a long query belongs into the body of a POST.",
    )


@blueprint.get("/version/<version>")
@leads(HTTPStatus.TEMPORARY_REDIRECT, parameters=(VERSION,))
def entrance(version: str) -> Response:
    """Lead to the home page of a version."""
    if version == Representations.of(current_app).version:
        return redirect(f"version/{version}/", HTTPStatus.TEMPORARY_REDIRECT)
    return unknown(version, "")


@blueprint.get("/version/<version>/<path:rest>")
@answers("*/*", parameters=(VERSION, _REST), also=(*_LEADING, HTTPStatus.FORBIDDEN))
def unknown(version: str, rest: str) -> Response:
    """Give what the address behind the version gives, for ever the same; any other version is not served here (any more)."""
    raise ResourceUnknown(
        Message("This server has no version %(version)r of the dataset.", version=version),
        Message(
            "Leave out /version/%(version)s for the present one, which is /version/%(present)s.",
            version=version,
            present=Representations.of(current_app).version,
        ),
    )
