"""The command that serves a published dataset."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import click
import waitress
from flask import Flask

from organograph.errors import OrganographError
from organograph_server.app import create_app
from organograph_server.errors import AddressUnavailable, SettingsInvalid
from organograph_server.service import Service
from organograph_server.settings import Settings

# The engine reads and answers a query by recursion; what the guard lets pass needs a small part of this.
_STACK = 64 * 1024 * 1024


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dataset", type=click.Path(path_type=Path), help="Directory that `organograph build` wrote; the same as PATH.")
@click.option("--base", metavar="IRI", help="Of files: what relative IRIs start from; by default the address that is listened at.")
@click.option("--union-default-graph", is_flag=True, help="Of files: let the default graph be the union of all graphs.")
@click.option("--require-isolation", is_flag=True, help="Do not serve where a wall around queries is missing.")
@click.option("--host", help="Name or address to listen at (environment: HOST).")
@click.option("--port", help="Port to listen at, 0 for any free one (environment: PORT).")
def serve(
    paths: tuple[Path, ...],
    dataset: Path | None,
    base: str | None,
    union_default_graph: bool,
    require_isolation: bool,
    host: str | None,
    port: str | None,
) -> None:
    """Serve a published dataset as linked data, or RDF files as they are, with a SPARQL endpoint.

    PATH is a directory that `organograph build` wrote, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files
    state is taken together, graph by graph, and their blank nodes are kept apart.

    Settings also come from the environment, as ORGANOGRAPH_DATASET and the like. Stop it with Ctrl-C.
    """
    try:
        files, dataset = _divided(paths, dataset)
        settings = Settings.from_environment(
            os.environ,
            dataset=dataset,
            files=files,
            base=base or "",
            union_default_graph=union_default_graph,
            require_isolation=require_isolation,
            host=host,
            port=port,
        )
        app, sockets = _ready(settings)
        Service.of(app).start()
    except OrganographError as error:
        click.echo(f"organograph serve: {error}", err=True)
        sys.exit(2)
    threading.stack_size(_STACK)
    server = waitress.create_server(app, sockets=sockets, **waitress_options(settings))
    click.echo(f"{_greeting(Service.of(app))} at {_address(sockets[0])} (Ctrl-C stops).")
    signal.signal(signal.SIGTERM, _stop)
    server.run()


def _divided(paths: tuple[Path, ...], dataset: Path | None) -> tuple[tuple[Path, ...], Path | None]:
    """What is named on the command line, as files or as a directory.

    Raises:
        SettingsInvalid: it is both, or several directories.
    """
    named = (*paths, *([dataset] if dataset else []))
    folders = [path for path in named if path.is_dir()]
    if folders and len(named) > 1:
        raise SettingsInvalid(f"{folders[0]} is a directory, and more is named beside it.", "Name one directory, or files alone.")
    return ((), named[0]) if folders or (dataset and not dataset.exists()) else (named, None)


def _ready(settings: Settings) -> tuple[Flask, list[socket.socket]]:
    """The application, and the sockets that listen for it; of the two the faults of the data are told first.

    Raises:
        OrganographError: the data cannot be read, or the address cannot be had.
    """
    if settings.base or not settings.files:
        app = create_app(settings)
        return app, _listen(settings)
    # The port may be any free one, and then is known only now.
    sockets = _listen(settings)
    try:
        return create_app(replace(settings, base=_address(sockets[0]))), sockets
    except OrganographError:
        for opened in sockets:
            opened.close()
        raise


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


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _greeting(serving: Service) -> str:
    triples = f"{len(serving.quads)} triple{'s' if len(serving.quads) != 1 else ''}"
    if serving.publication is None:
        graphs = len(serving.quads.graphs)
        return f"Serving {triples} of {serving.title}" + (f", with {graphs} named graph{'s' if graphs != 1 else ''}" if graphs else "")
    return f"Serving {triples} of editions {', '.join(edition for edition in serving.doors if edition)}"


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
