"""What stands before the application: limits of header fields, and addresses that name a version and never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, request

from organograph_server.errors import BodyUnsupported, FieldsTooLarge, RequestMalformed, ResourceUnknown
from organograph_server.http1 import HEAD_SIZE
from organograph_server.lane import Answer, Environ, Wsgi
from organograph_server.operations import Parameter, Values, answers, leads
from organograph_server.representations import Representations
from organograph_server.responses import redirect
from organograph_server.values import VERSION

blueprint = Blueprint("front", __name__)

_LONGEST_FIELD = 8_192
_ALL_FIELDS = 65_536
_REST = Parameter(
    "rest", "path", "The address, with %2F for each slash.", lambda _: Values({"type": "string"}, "robots.txt"), required=True
)
# An address behind a version may answer whatever it answers without.
_LEADING = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT)


def is_sound(environ: Environ) -> bool:
    """Whether a request has a Host field, and no header fields, with their names, too long to be meant."""
    if environ.get(HEAD_SIZE, _LONGEST_FIELD) < _LONGEST_FIELD:
        # Most are so short that no field can be too long.
        return "HTTP_HOST" in environ or environ["SERVER_PROTOCOL"] != "HTTP/1.1"
    sizes = [len(name) + len(value) for name, value in environ.items() if name.startswith("HTTP_")]
    fits = max(sizes, default=0) <= _LONGEST_FIELD and sum(sizes) <= _ALL_FIELDS
    return fits and ("HTTP_HOST" in environ or environ.get("SERVER_PROTOCOL") != "HTTP/1.1")


@blueprint.before_app_request
def check() -> None:
    """Refuse a request that is not sound.

    Raises:
        FieldsTooLarge: a field has more than 8 KiB, or all together more than 64 KiB.
        RequestMalformed: it has no Host field, which HTTP/1.1 demands (RFC 9112 section 3.2).
        BodyUnsupported: its body is coded (RFC 9110 section 8.4).
    """
    if request.headers.get("Content-Encoding"):
        raise BodyUnsupported("A body that is compressed, or coded otherwise, is not read here.", "Send it without Content-Encoding.")
    if is_sound(request.environ):
        return
    if "HTTP_HOST" not in request.environ:
        raise RequestMalformed("The request has no Host field.", "Send one, as HTTP/1.1 demands.")
    raise FieldsTooLarge(
        f"A field of the request has more than {_LONGEST_FIELD} characters with its name, or all together have more than {_ALL_FIELDS}.",
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
        f"This server has no version {version!r} of the dataset.",
        f"Leave out /version/{version} for the present one, which is /version/{Representations.of(current_app).version}.",
    )


class Versioned:
    """Lets every address also be asked for below `/version/V/`, where V names the dataset, the software and its settings.

    What is found there can never change: with another dataset or other software the address is unknown. So caches may
    keep it without asking (RFC 8246), and they may keep no other, since a rebuild may change any edition's bytes.

    Args:
        wsgi: the application.
        version: what V is now.
        kept: gives kept answers of the application.
    """

    def __init__(self, wsgi: Wsgi, version: str, kept: Callable[[Environ], Answer | None]) -> None:
        self._wsgi = wsgi
        self._kept = kept
        self._prefix = f"/version/{version}"
        self._below = f"{self._prefix}/"

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Hand a request on, the prefix moved from the path to where the application stands."""
        self._place(environ)
        return self._wsgi(environ, start_response)

    def kept(self, environ: Environ) -> Answer | None:
        """The answer to a request, if it is kept; the prefix is moved as in a call, which may follow."""
        self._place(environ)
        return self._kept(environ)

    def _place(self, environ: Environ) -> None:
        path = environ.get("PATH_INFO", "")
        if path.startswith(self._below) and "organograph.version" not in environ:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :]
            environ["organograph.version"] = self._prefix
