"""The command that serves a published dataset."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click
import waitress

from organograph.errors import OrganographError
from organograph_server.app import create_app
from organograph_server.errors import AddressUnavailable
from organograph_server.publication import Publication
from organograph_server.settings import Settings

# The engine reads and answers a query by recursion; what the guard lets pass needs a small part of this.
_STACK = 64 * 1024 * 1024


@click.command()
@click.option("--dataset", type=click.Path(path_type=Path), help="Directory that `organograph build` wrote.")
@click.option("--host", help="Name or address to listen at (environment: HOST).")
@click.option("--port", help="Port to listen at, 0 for any free one (environment: PORT).")
def serve(dataset: Path | None, host: str | None, port: str | None) -> None:
    """Serve a published dataset as linked data, with a SPARQL endpoint.

    Settings also come from the environment, as ORGANOGRAPH_DATASET and the like. Stop it with Ctrl-C.
    """
    try:
        settings = Settings.from_environment(os.environ, dataset=dataset, host=host, port=port)
        app = create_app(settings)
        sockets = _listen(settings)
    except OrganographError as error:
        click.echo(f"organograph serve: {error}", err=True)
        sys.exit(2)
    threading.stack_size(_STACK)
    server = waitress.create_server(app, sockets=sockets, **waitress_options(settings))
    click.echo(_greeting(Publication.of(app), sockets[0]))
    signal.signal(signal.SIGTERM, _stop)
    server.run()


def waitress_options(settings: Settings) -> dict[str, Any]:
    """How the WSGI server is set up; its limits are wider than ours, which answer with a problem."""
    return {
        "threads": settings.threads,
        "ident": "organograph",
        "clear_untrusted_proxy_headers": True,
        "max_request_header_size": 4 * settings.max_query_bytes + 20_000,
        "max_request_body_size": 4 * settings.max_query_bytes + 20_000,
    }


def _listen(settings: Settings) -> list[socket.socket]:
    """Sockets at every address of the host that this machine has.

    Raises:
        AddressUnavailable: the host has none here, or the port is in use at one of them.
    """
    listening: list[socket.socket] = []
    failure: OSError | UnicodeError | None = None
    try:
        for family, address in _addresses(settings):
            try:
                listening.append(socket.create_server(address, family=family))
            except OSError as error:
                failure = error
    except (OSError, UnicodeError) as error:
        failure = error
    if failure is None or (listening and getattr(failure, "errno", None) != errno.EADDRINUSE):
        return listening
    for opened in listening:
        opened.close()
    raise AddressUnavailable(
        f"The server cannot listen at {settings.host!r}, port {settings.port}: {_reason(failure)}.",
        "Stop what uses the port, or choose another with --port and --host.",
    ) from failure


def _addresses(settings: Settings) -> list[tuple[int, Any]]:
    found = socket.getaddrinfo(settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((entry[0], entry[4]) for entry in found))


def _reason(failure: OSError | UnicodeError) -> str:
    if isinstance(failure, OSError) and failure.errno:
        # The numbers of look-ups that fail are below zero, and have their own words.
        return os.strerror(failure.errno) if failure.errno > 0 else str(failure.strerror)
    return str(failure)


def _greeting(publication: Publication, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    editions = ", ".join(edition.identifier for edition in publication.published.editions)
    return f"Serving {len(publication.quads)} triples of editions {editions} at {address} (Ctrl-C stops)."


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
