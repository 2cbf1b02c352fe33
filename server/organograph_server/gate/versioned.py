"""What stands before the application: limits of header fields, and addresses that name a version and never change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from organograph_server.answers.lane import Answer, Environ, Wsgi
from organograph_server.gate.http1 import HEAD_SIZE

LONGEST_FIELD = 8_192
"""Characters of the longest field of a request, with its name."""
ALL_FIELDS = 65_536
"""Characters of all fields of a request, with their names."""
# A name or an address, and a port (RFC 3986 section 3.2.2); several fields are joined by commas, which it cannot have here.
# Parts of a name have up to 63 letters (RFC 1035 section 2.3.4), which the framework would miss in words of its own.
_LABEL = r"[\w~!$&'()*+;=%-]{1,63}"
_HOST = re.compile(rf"(?:\[[0-9A-Fa-f:.]+\]|(?:{_LABEL}(?:\.{_LABEL})*\.?)?)(?::[0-9]*)?", re.ASCII)
_PORT = re.compile(r":[0-9]*\Z", re.ASCII)


MISDIRECTED = "organograph.misdirected"
"""In the environment of a request: that it names a host that is not served."""
_FOR_WATCHERS = ("/healthz", "/readyz")


def is_sound(environ: Environ) -> bool:
    """Whether a request has a Host field that names who is served, and no header fields, with their names, too long to be meant."""
    if MISDIRECTED in environ:
        return False
    if environ.get(HEAD_SIZE, LONGEST_FIELD) < LONGEST_FIELD:
        # Most heads are so short that no field can be too long.
        return names_host(environ)
    sizes = [len(name) + len(value) for name, value in environ.items() if name.startswith("HTTP_")]
    fits = max(sizes, default=0) <= LONGEST_FIELD and sum(sizes) <= ALL_FIELDS
    return fits and names_host(environ)


def names_host(environ: Environ) -> bool:
    """Whether a request says once, and legibly, whom it means; of HTTP/1.0 it need not say so at all."""
    host: str | None = environ.get("HTTP_HOST")
    return environ.get("SERVER_PROTOCOL") != "HTTP/1.1" if host is None else _is_host(host)


def is_misdirected(environ: Environ, hosts: frozenset[str]) -> bool:
    """Whether a request names a host that is not served; who watches a server may ask by its address.

    Args:
        environ: of the request.
        hosts: see Settings.
    """
    host: str | None = environ.get("HTTP_HOST")
    if not hosts or host is None or environ["PATH_INFO"] in _FOR_WATCHERS:
        return False
    return hosts.isdisjoint((host.lower(), _PORT.sub("", host.lower())))


@lru_cache(maxsize=64)
def _is_host(host: str) -> bool:
    return _HOST.fullmatch(host) is not None


class Versioned:
    """Lets every address also be asked for below `/version/V/`, where V names the dataset, the software and its settings.

    What is found there can never change: with another dataset or other software the address is unknown. So caches may
    keep it without asking (RFC 8246), and they may keep no other, since a rebuild may change any edition's bytes.

    Args:
        wsgi: the application.
        version: what V is now.
        kept: gives kept answers of the application.

    Attributes:
        below: how these addresses begin now.
    """

    def __init__(self, wsgi: Wsgi, version: str, kept: Callable[[Environ], Answer | None]) -> None:
        self._wsgi = wsgi
        self._kept = kept
        self._prefix = f"/version/{version}"
        self.below = f"{self._prefix}/"

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
        if path.startswith(self.below) and "organograph.version" not in environ:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :]
            environ["organograph.version"] = self._prefix
