"""What this server serves: the published dataset, its store, and what names the state of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import pyoxigraph
from flask import Flask, current_app

from organograph_server.published import QUADS, Edition, Published, read_published
from organograph_server.quads import Quads
from organograph_server.settings import Settings
from organograph_server.views.graphs import edition_tree
from organograph_server.views.tree import Node

_KEY = "organograph"


@dataclass(frozen=True)
class Publication:
    """One dataset as it is served.

    Args:
        settings: of the server.
        published: the dataset directory.
        quads: what it says, for documents.
        software: hash of what turns the dataset into bytes, so that an ETag changes with the pages.
        tree: the tree of an edition, made once.
    """

    settings: Settings
    published: Published
    quads: Quads
    software: str
    tree: Callable[[Edition], Node]

    @classmethod
    def open(cls, settings: Settings) -> Publication:
        """Read and verify the dataset that the settings name.

        Raises:
            DatasetUnreadable: there is none, or it is not whole.
        """
        published = read_published(settings.dataset)
        quads = Quads(published.read(published.files[QUADS]))
        tree = lru_cache(len(published.editions))(lambda edition: edition_tree(quads, published, edition))
        return cls(settings, published, quads, software_state(), tree)

    @classmethod
    def of(cls, app: Flask) -> Publication:
        """The publication that an application serves."""
        return cast(Publication, app.extensions[_KEY])

    def attach(self, app: Flask) -> None:
        """Let an application serve this."""
        app.extensions[_KEY] = self

    def iri(self, path: str) -> str:
        """The IRI of what a path of this server names, wherever the server stands."""
        return f"{self.published.names.base}{path}"

    def tag(self, *representation: str) -> str:
        """The entity tag of a representation: equal bytes have equal tags, over restarts too."""
        parts = (self.published.state, self.software, *representation)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def current() -> Publication:
    """The publication of the application that answers the request."""
    return Publication.of(current_app)


def software_state() -> str:
    """The hash of what turns data into bytes."""
    digest = hashlib.sha256(pyoxigraph.__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".html", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
