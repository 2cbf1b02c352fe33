"""The command that loads a dataset into the store that answers queries about it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click

from organograph.errors import OrganographError
from organograph_server.dataset.publication import Publication
from organograph_server.errors import SettingsInvalid
from organograph_server.query.place import DISK, SPARQL
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.client import Client
from organograph_server.stores.contract import Marker
from organograph_server.stores.credentials import Credentials
from organograph_server.stores.disk import Disk
from organograph_server.stores.endpoint import Endpoint
from organograph_server.stores.loading import KEPT, Loading


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--store", metavar="PLACE", help="disk:DIR, or sparql:URL of a store's queries (environment: ORGANOGRAPH_STORE).")
@click.option("--graphs", metavar="URL", help="Where the store has its graphs, if it is not where such stores mostly have them.")
@click.option("--keep", type=click.IntRange(1), default=KEPT, show_default=True, help="How many publications stay in the store.")
@click.option("--base", metavar="IRI", help="Of files: what relative IRIs start from; the same as `organograph serve` is given.")
@click.option("--union-default-graph", is_flag=True, help="Of files: let the default graph be the union of all graphs.")
def load(paths: tuple[Path, ...], store: str | None, graphs: str | None, keep: int, base: str | None, union_default_graph: bool) -> None:
    """Load a published dataset, or RDF files, into the store that `organograph serve --store` asks.

    PATH is what `organograph serve` is given. Load a release after it is published and before servers take it up: servers of the
    release before go on answering from the store, and no answer is of both. User, password and token of the store come from the
    environment (ORGANOGRAPH_STORE_USER and so on), or stand in the URL.
    """
    try:
        settings = Settings.from_environment(
            os.environ,
            dataset=paths[0] if len(paths) == 1 and paths[0].is_dir() else None,
            files=() if len(paths) == 1 and paths[0].is_dir() else paths,
            base=base or "",
            union_default_graph=union_default_graph,
            store=store,
            store_graphs=graphs,
        )
        told = _loaded(settings, _service(settings), keep)
    except OrganographError as error:
        click.echo(f"organograph load: {error}", err=True)
        sys.exit(2)
    click.echo(told)


def _service(settings: Settings) -> Service:
    if settings.files:
        return Service.of_files(settings, settings.files)
    return Service.of_publication(Publication.open(settings))


def _loaded(settings: Settings, serving: Service, keep: int) -> str:
    """Load a dataset; says in a sentence what came of it.

    Raises:
        OrganographError: it could not be loaded.
    """
    place = settings.place
    held = f"{len(serving.quads)} triples of {serving.title}"
    if place.kind == DISK:
        disk, key = Disk(Path(place.where)), serving.holdings.key
        disk.build(key, lambda: serving.quads, serving.holdings.doors, keep)
        return f"{disk.of(key)} holds {held}."
    if place.kind != SPARQL:
        raise SettingsInvalid("There is no store to load into.", "Name one with --store disk:DIR or --store sparql:URL.")
    marker = _sent(settings, serving, keep)
    kept = len(marker.whole)
    return f"The store holds {held}; {kept} publication{'s' if kept != 1 else ''} can be asked there."


def _sent(settings: Settings, serving: Service, keep: int) -> Marker:
    """Load a dataset into a store of others, with a bar on a terminal."""
    place = settings.place
    graphs = place.graphs(settings.store_graphs)
    if not graphs:
        raise SettingsInvalid("Where this store has its graphs is not known.", "Name it with --graphs, or as ORGANOGRAPH_STORE_GRAPHS.")
    who = Credentials(place.user, place.password, settings.store_token)
    with click.progressbar(length=1, label="loading", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        endpoint = Endpoint(Client(place.where, who), settings.store_timeout)
        return asyncio.run(Loading(serving.holdings, endpoint, Client(graphs, who), keep, tell=tell).run())
