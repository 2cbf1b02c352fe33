"""What stands before the application: limits of header fields, and addresses that name a version and never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, request

from organograph_server.errors import FieldsTooLarge, RequestMalformed, ResourceUnknown
from organograph_server.publication import current

blueprint = Blueprint("front", __name__)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
_LONGEST_FIELD = 8_192
_ALL_FIELDS = 65_536


@blueprint.before_app_request
def check() -> None:
    """Refuse a request whose header fields are too long to be meant, or that says not whom it asks.

    Raises:
        FieldsTooLarge: a field has more than 8 KiB, or all together more than 64 KiB.
        RequestMalformed: it has no Host field, which HTTP/1.1 demands (RFC 9112 section 3.2).
    """
    sizes = {name: len(value) for name, value in request.headers.items()}
    longest = max(sizes, key=lambda name: sizes[name], default="")
    if longest and (sizes[longest] > _LONGEST_FIELD or sum(sizes.values()) > _ALL_FIELDS):
        raise FieldsTooLarge(
            f"The field {longest[:40]!r} of the request has {sizes[longest]} characters; this server reads up to {_LONGEST_FIELD}.",
            "Send less; a long query belongs into the body of a POST.",
        )
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and "HTTP_HOST" not in request.environ:
        raise RequestMalformed("The request has no Host field.", "Send one, as HTTP/1.1 demands.")


@blueprint.get("/version/<version>", defaults={"rest": ""})
@blueprint.get("/version/<version>/<path:rest>")
def unknown(version: str, rest: str) -> Response:
    """Tell that a version is not served here (any more)."""
    raise ResourceUnknown(
        f"This server has no version {version!r} of the dataset.",
        f"Leave out /version/{version} for the present one, which is /version/{current().version}.",
    )


class Versioned:
    """Lets every address also be asked for below `/version/V/`, where V names the dataset, the software and its settings.

    What is found there can never change: with another dataset or other software the address is unknown. So caches may
    keep it without asking (RFC 8246), and they may keep no other, since a rebuild may change any edition's bytes.

    Args:
        wsgi: the application.
        version: what V is now.
    """

    def __init__(self, wsgi: Wsgi, version: str) -> None:
        self._wsgi = wsgi
        self._prefix = f"/version/{version}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Hand a request on, the prefix moved from the path to where the application stands."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{self._prefix}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :]
            environ["organograph.version"] = self._prefix
        return self._wsgi(environ, start_response)
