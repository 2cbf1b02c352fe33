"""The command that serves a published dataset."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click
import waitress
from waitress.server import BaseWSGIServer, MultiSocketServer

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
        server = _listen(app, settings)
    except OrganographError as error:
        click.echo(f"organograph serve: {error}", err=True)
        sys.exit(2)
    click.echo(_greeting(Publication.of(app), _address(server, settings)))
    signal.signal(signal.SIGTERM, _stop)
    server.run()


def _listen(app: object, settings: Settings) -> MultiSocketServer | BaseWSGIServer:
    threading.stack_size(_STACK)
    try:
        return waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident="organograph",
            clear_untrusted_proxy_headers=True,
            max_request_header_size=4 * settings.max_query_bytes,
            max_request_body_size=4 * settings.max_query_bytes + 20_000,
        )
    except (OSError, ValueError) as error:
        raise AddressUnavailable(
            f"The server cannot listen at {settings.host}, port {settings.port}: {_reason(error)}.",
            "Stop what uses the port, or choose another with --port and --host.",
        ) from error


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _address(server: MultiSocketServer | BaseWSGIServer, settings: Settings) -> str:
    listening = getattr(server, "effective_listen", None) or [(settings.host, server.effective_port)]
    host, port = listening[0]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _greeting(publication: Publication, address: str) -> str:
    editions = ", ".join(edition.identifier for edition in publication.published.editions)
    return f"Serving {publication.store.size} triples of editions {editions} at {address} (Ctrl-C stops)."


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
