"""Makes beforehand, while nobody asks, what the first who asked would wait long for: the files whose sizes and hashes `/dcat` tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from flask import Flask

from organograph_server.dataset.publication import Publication
from organograph_server.portals.downloads import Download, feed_download, graph_downloads, profile_downloads
from organograph_server.portals.portal import PATH
from organograph_server.service import Service

# Seconds in which nobody asks, before the next piece is made; a piece takes up to about a tenth of one.
_LEISURE = 0.02
# After so many seconds it goes on also where somebody always asks.
_PATIENCE = 60.0
# How many seconds a piece that is being made is waited for.
_LEAVING = 10.0


class Preparation:
    """Lets a thread make, piece by piece, what `/dcat` counts, and then `/dcat` itself.

    The threads of one process share a processor, so each piece waits until nobody is answered.

    Args:
        app: the application.
        answers: how many answers have been given until now.
    """

    def __init__(self, app: Flask, answers: Callable[[], int]) -> None:
        self._app, self._answers = app, answers
        self._seen = -1
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.run, name="preparing", daemon=True)

    def begin(self) -> None:
        """Begin; files that are served as they are need nothing."""
        if Service.of(self._app).publication is not None:
            self._thread.start()

    def stop(self) -> None:
        """Make nothing more, and wait for the piece that is being made, but not for ever: it may itself wait for the engine."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_LEAVING)

    def run(self) -> None:
        """Make everything, unless it is stopped before."""
        publication = Service.of(self._app).publication
        until = time.monotonic() + _PATIENCE
        with self._app.app_context():
            for _ in _pieces(publication) if publication else ():
                if not self._may_go_on(until):
                    return
        client = self._app.test_client(use_cookies=False)
        for ending in ("ttl", "html"):
            if not self._may_go_on(until):
                return
            client.get(f"/{PATH}.{ending}")

    def _may_go_on(self, until: float) -> bool:
        """Wait for leisure; whether it came before this was stopped."""
        while not self._stopped.wait(_LEISURE):
            before, self._seen = self._seen, self._answers()
            if before == self._seen or time.monotonic() >= until:
                return True
        return False


def _pieces(publication: Publication) -> Iterator[Download]:
    """What `/dcat` counts, each made and counted when it is asked for."""
    published = publication.published
    for edition in reversed(published.editions):
        yield from graph_downloads(publication, edition.iri)
        yield from profile_downloads(publication, edition)
    for iri in published.graphs:
        yield from graph_downloads(publication, iri)
    yield from feed_download(publication)
