"""The command that serves a published dataset."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click
import uvloop
from flask import Flask

from organograph.errors import OrganographError
from organograph_server.app import create_app
from organograph_server.errors import EngineFailed, SettingsInvalid
from organograph_server.gate import notifying
from organograph_server.gate.gateway import Gateway, gateway_of
from organograph_server.gate.listening import Front, address_of, allow_connections, listen
from organograph_server.portals.preparing import Preparation
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.steward.door import StewardsDoor

# The engine reads and answers a query by recursion; what the guard lets pass needs a small part of this.
_STACK = 64 * 1024 * 1024
_LOOK_SECONDS = 0.05


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dataset", type=click.Path(path_type=Path), help="Directory that `organograph build` wrote; the same as PATH.")
@click.option("--sources", type=click.Path(path_type=Path), help="Directory with the source documents, whose passages pages then show.")
@click.option("--base", metavar="IRI", help="Of files: what relative IRIs start from; by default the address that is listened at.")
@click.option("--union-default-graph", is_flag=True, help="Of files: let the default graph be the union of all graphs.")
@click.option("--require-isolation", is_flag=True, help="Do not serve where a wall around queries is missing.")
@click.option(
    "--steward", type=click.Path(path_type=Path), metavar="FILE", help="Open the steward's door; FILE says who may do what there."
)
@click.option("--store", metavar="PLACE", help="What answers queries: memory (the default), disk:DIR or sparql:URL.")
@click.option("--access-log", metavar="FILE", help="Write each request to this file as a line of JSON; - is standard output.")
@click.option("--host", help="Name or address to listen at (environment: HOST).")
@click.option("--port", help="Port to listen at, 0 for any free one (environment: PORT).")
def serve(
    paths: tuple[Path, ...],
    dataset: Path | None,
    sources: Path | None,
    base: str | None,
    union_default_graph: bool,
    require_isolation: bool,
    steward: Path | None,
    store: str | None,
    access_log: str | None,
    host: str | None,
    port: str | None,
) -> None:
    """Serve a published dataset as linked data, or RDF files as they are, with a SPARQL endpoint.

    PATH is a directory that `organograph build` wrote, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files
    state is taken together, graph by graph, and their blank nodes are kept apart.

    Settings also come from the environment, as ORGANOGRAPH_DATASET and the like. Stop it with Ctrl-C. On SIGHUP it reads the dataset
    anew, such as the release that is current now; each request is answered from one state alone, and none is lost.
    """
    try:
        files, dataset = _divided(paths, dataset)
        settings = Settings.from_environment(
            os.environ,
            dataset=dataset,
            files=files,
            sources=sources,
            base=base or "",
            union_default_graph=union_default_graph,
            require_isolation=require_isolation,
            steward=steward,
            store=store,
            access_log=access_log,
            host=host,
            port=port,
        )
        app, sockets = _ready(settings)
        gateway = gateway_of(app)
        _start(app)
    except OrganographError as error:
        click.echo(f"organograph serve: {error}", err=True)
        sys.exit(2)
    _allow_much()
    place = address_of(sockets[0])
    renewal = Renewal(gateway, lambda: _made(replace(settings, base=settings.base or place if settings.files else "")))
    greeting = f"{_greeting(Service.of(app))} at {place} (Ctrl-C stops)."
    if not uvloop.run(_run(Front(gateway, sockets), renewal, app, greeting)):
        # What still works is not waited for.
        os._exit(0)


def _allow_much() -> None:
    """Let threads read deep queries, and as many connections come as may."""
    threading.stack_size(_STACK)
    allow_connections()


def _start(app: Flask) -> None:
    """Tell what is to be known, and have workers ready for the first query, and inspectors for the first upload.

    No document waits for them, unless walls are demanded.

    Raises:
        WallsMissing: walls that are demanded do not stand.
    """
    _tell_notice(app)
    Service.of(app).start()
    _tell_faults(Service.of(app))
    if (door := StewardsDoor.of(app)) is None:
        return
    if Service.of(app).settings.require_isolation:
        door.start()
    else:
        threading.Thread(target=_begun, args=(door,), name="inspectors", daemon=True).start()


def _begun(door: StewardsDoor) -> None:
    with suppress(EngineFailed):  # the first upload tries again, and tells its sender
        door.start()


def _tell_faults(serving: Service) -> None:
    """Say what is wrong with the documents whose passages are to be shown."""
    for fault in () if serving.publication is None else serving.publication.originals.faults:
        click.echo(f"organograph serve: {fault}", err=True)


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
        return app, listen(settings)
    # The port may be any free one, and then is known only now.
    sockets = listen(settings)
    try:
        return create_app(replace(settings, base=address_of(sockets[0]))), sockets
    except OrganographError:
        for opened in sockets:
            opened.close()
        raise


def _tell_notice(app: Flask) -> None:
    """Say so where another release is served than the one that is current."""
    publication = Service.of(app).publication
    if publication is not None and publication.published.notice:
        click.echo(f"organograph serve: {publication.published.notice}", err=True)


def _greeting(serving: Service) -> str:
    triples = f"{len(serving.quads)} triple{'s' if len(serving.quads) != 1 else ''}"
    if serving.publication is None:
        graphs = len(serving.quads.graphs)
        return f"Serving {triples} of {serving.title}" + (f", with {graphs} named graph{'s' if graphs != 1 else ''}" if graphs else "")
    return f"Serving {triples} of editions {', '.join(edition for edition in serving.doors if edition)}"


def _made(settings: Settings) -> Flask:
    """An application that is ready to answer, queries too.

    Raises:
        OrganographError: the data cannot be read, or walls that are demanded do not stand.
    """
    app = create_app(settings)
    _tell_notice(app)
    Service.of(app).start(waits=True)
    return app


class Renewal:
    """Lets what is served be read anew while the server runs.

    Args:
        gateway: that takes the requests.
        make: makes an application of what is there now.
    """

    def __init__(self, gateway: Gateway, make: Callable[[], Flask]) -> None:
        self._gateway, self._make = gateway, make
        self._lock = asyncio.Lock()
        self._preparation: Preparation | None = None
        self._tasks: set[asyncio.Task[str]] = set()

    def begin(self) -> None:
        """Begin to read anew; to be called in the event loop."""
        self._gateway.traffic.reopen()
        notifying.tell(*notifying.reloading())
        task = asyncio.ensure_future(self.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def prepare(self, app: Flask) -> None:
        """Let what takes long be made beforehand for an application, and no more for the one before."""
        self.leave()
        self._preparation = Preparation(app, lambda: self._gateway.traffic.number)
        self._preparation.begin()

    def leave(self) -> None:
        """Make nothing more beforehand; not to be called in the event loop."""
        if self._preparation is not None:
            self._preparation.stop()

    async def run(self) -> str:
        """Read anew; gives the directory that is served from now on, or "" where what was served before still is."""
        async with self._lock:
            try:
                app = await asyncio.to_thread(self._make)
            except OrganographError as error:
                click.echo(f"organograph serve: {error} What was served before still is.", err=True)
                served = ""
            else:
                self._gateway.relieve(app)
                await asyncio.to_thread(self.prepare, app)
                click.echo(f"{_greeting(Service.of(app))} from now on.")
                publication = Service.of(app).publication
                served = str(publication.published.directory) if publication else ""
            notifying.tell(notifying.READY)
            return served


async def _run(front: Front, renewal: Renewal, app: Flask, greeting: str) -> bool:
    """Greet, and serve until a signal comes; whether every answer was finished."""
    loop = asyncio.get_running_loop()

    def leave(seconds: float) -> None:
        notifying.tell(notifying.STOPPING)
        front.leave(seconds)

    loop.add_signal_handler(signal.SIGTERM, leave, Service.of(app).settings.drain_seconds)
    loop.add_signal_handler(signal.SIGINT, leave, 0)
    loop.add_signal_handler(signal.SIGHUP, renewal.begin)
    if (door := StewardsDoor.of(app)) is not None:
        door.renew = lambda: asyncio.run_coroutine_threadsafe(renewal.run(), loop).result()
    click.echo(greeting)
    renewal.prepare(app)
    telling = asyncio.ensure_future(_tell_when_ready(Service.of(app)))
    try:
        return await front.run()
    finally:
        telling.cancel()
        # What is being made may wait for this loop, so the loop must not wait for it.
        await asyncio.to_thread(renewal.leave)


async def _tell_when_ready(serving: Service) -> None:
    """Tell the manager of services that the server serves once queries can be answered too."""
    while serving.is_starting:
        await asyncio.sleep(_LOOK_SECONDS)
    notifying.tell(notifying.READY)
