"""What this server serves: the published dataset, its store, and what names the state of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import pyoxigraph
from flask import Flask, current_app

from organograph.names import PREFIXES
from organograph.resources import cases_folder, queries_folder
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.filed import Filed
from organograph_server.dataset.originals import Originals
from organograph_server.dataset.positions import find_positions
from organograph_server.dataset.published import QUADS, Published, read_current
from organograph_server.dataset.quads import Quads
from organograph_server.dataset.ruleset import Ruleset
from organograph_server.settings import Settings

_KEY = "organograph"
Made = TypeVar("Made")


@dataclass(frozen=True)
class Publication:
    """One dataset as it is served.

    Args:
        settings: of the server.
        published: the dataset directory.
        quads: what it says, for documents.
        state: names the dataset and the software that together make its bytes.
    """

    settings: Settings
    published: Published
    quads: Quads
    state: str

    @classmethod
    def open(cls, settings: Settings) -> Publication:
        """Read and verify the dataset that the settings name.

        Raises:
            DatasetUnreadable: there is none, or it is not whole.
        """
        published = read_current(settings.dataset)
        quads = _quads(published)
        published = _in_languages(published, quads)
        return cls(settings, published, quads, f"{published.state} {software_state()}")

    @property
    def is_large(self) -> bool:
        """Whether what the dataset says is left on the disk, since it is so much."""
        return isinstance(self.quads, Filed)

    @cached_property
    def ruleset(self) -> Ruleset:
        """The rules that the dataset publishes, read once."""
        return Ruleset.read(self.published)

    @cached_property
    def read(self) -> dict[tuple[str, ...], object]:
        """What was read from the quads for pages and serves again, since the data never change."""
        return {}

    def once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """What is made of the data when it is first asked for, and kept.

        Args:
            key: names it among all that is kept.
            make: makes it.
        """
        if key not in self.read:
            self.read[key] = make()
        return cast(Made, self.read[key])

    @cached_property
    def originals(self) -> Originals:
        """The texts of the documents that the settings lead to, read once.

        Raises:
            SettingsInvalid: there is no such folder.
        """
        return Originals.read(self.settings.sources, Facts(self.quads, [self.published.catalogue]))

    @property
    def licences(self) -> list[str]:
        """The addresses of the licences that the catalogue names."""
        return Facts(self.quads, [self.published.catalogue]).iris(self.published.catalogue, f"{PREFIXES['dcterms']}license")

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


def _quads(published: Published) -> Quads:
    """What a dataset says: left on the disk where it is large."""
    file = published.files[QUADS]
    if (large := published.large(file)) is not None and (found := find_positions(large)) is not None:
        return Filed(large, found)
    return Quads.read(published.read(file))


def _in_languages(published: Published, quads: Quads) -> Published:
    """What the manifest lists, with titles that know their language, which the catalogue tells."""
    facts = Facts(quads, [published.catalogue])
    titles = {edition.iri: facts.values(edition.iri, f"{PREFIXES['dcterms']}title") for edition in published.editions}
    editions = tuple(
        replace(edition, title=next((found.words for found in titles[edition.iri] if found.text == edition.title), edition.title))
        for edition in published.editions
    )
    return replace(published, editions=editions, latest=next(each for each in editions if each.iri == published.latest.iri))


def current() -> Publication:
    """The publication of the application that answers the request."""
    return Publication.of(current_app)


def software_state() -> str:
    """The hash of what turns data into bytes."""
    digest = hashlib.sha256(pyoxigraph.__version__.encode())
    endings = (".py", ".html", ".css", ".js", ".svg", ".ttl", ".json", ".po")
    own = [path for path in sorted(Path(__file__).parent.parent.rglob("*")) if path.suffix in endings]
    for path in (*own, *sorted(queries_folder().glob("*.ttl")), *sorted(cases_folder().glob("**/*.ttl"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
