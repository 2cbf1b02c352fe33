"""Chooses what answers queries, by the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from organograph_server.dataset.filed import Filed
from organograph_server.dataset.largefile import LargeFile
from organograph_server.errors import SettingsInvalid
from organograph_server.query.asking import Engine, LocalEngine
from organograph_server.query.doors import Door
from organograph_server.query.place import DISK, SPARQL
from organograph_server.settings import Settings
from organograph_server.stores.holdings import Holdings
from organograph_server.walls.handles import has_walls
from organograph_server.walls.terms import Terms
from organograph_server.walls.walled import WalledEngine

# How long a query waits for a worker.
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Data:
    """What an engine is to answer from.

    Args:
        quads: the dataset as written.
        written: gives the same in N-Quads.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        holdings: what is published, told without an engine.
    """

    quads: Iterable[Quad]
    written: Callable[[], bytes | LargeFile]
    base: str
    doors: Sequence[Door]
    holdings: Holdings


def engine_for(settings: Settings, data: Data) -> Engine:
    """What answers queries: workers behind walls, or this very process where the system has no such walls, or a store of others."""
    place = settings.place
    if place.kind == SPARQL:
        return _remote(settings, data)
    if place.kind == DISK:
        return _on_disk(settings, data)
    if not has_walls():
        return LocalEngine(data.quads, data.base, data.doors, settings.max_answer_bytes)
    return _walled(settings, data.written, data.base, data.doors, is_large=isinstance(data.quads, Filed))


def _walled(
    settings: Settings, written: Callable[[], bytes | LargeFile], base: str, doors: Sequence[Door], *, is_large: bool = False
) -> WalledEngine:
    most, memory = settings.max_answer_bytes, settings.query_memory
    return WalledEngine(written, base, doors, most, memory, _terms(settings), is_large=is_large)


def _on_disk(settings: Settings, data: Data) -> Engine:
    from organograph_server.stores.disk import Disk
    from organograph_server.stores.ondisk import DiskEngine

    if not has_walls():
        raise SettingsInvalid("A store on disk is only asked by workers, which this system has none of.", "Serve on Linux 5.3 or newer.")
    disk, most, memory = Disk(Path(settings.place.where)), settings.max_answer_bytes, settings.query_memory
    return DiskEngine(disk, data.holdings.key, data.base, [*data.doors], most, memory, _terms(settings))


def _terms(settings: Settings) -> Terms:
    return Terms(
        settings.query_seconds,
        settings.query_workers,
        settings.slow_queries,
        settings.max_waiting_queries,
        _PATIENCE_SECONDS,
        settings.max_answer_bytes + settings.max_query_bytes,
    )


def _remote(settings: Settings, data: Data) -> Engine:
    """A store of others, whose client is loaded only for it."""
    from organograph_server.stores.client import Client
    from organograph_server.stores.credentials import Credentials
    from organograph_server.stores.endpoint import Endpoint
    from organograph_server.stores.reading import Reading
    from organograph_server.stores.remote import RemoteEngine
    from organograph_server.stores.turns import Turns

    place, most = settings.place, settings.max_answer_bytes
    client = Client(place.where, Credentials(place.user, place.password, settings.store_token))
    # Its workers hold no data.
    walled = _walled(settings, bytes, data.base, ()) if has_walls() else None
    reading = Reading(data.base, most, walled)
    endpoint = Endpoint(client, settings.store_timeout)
    return RemoteEngine(endpoint, data.holdings, reading, Turns(_terms(settings)), settings.query_seconds, most)
