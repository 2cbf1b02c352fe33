"""What the doors for programs open to: a dataset, the ways to ask it, and what names the state of both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import Flask, current_app
from pyoxigraph import DefaultGraph, NamedNode, Triple

from organograph.errors import DatasetUnreadable
from organograph.located import FORMATS, format_of, read_quads
from organograph.names import DEFAULT_BASE, PREFIXES, Names
from organograph_server.counts import Counted, count
from organograph_server.errors import ResourceUnknown
from organograph_server.facts import Facts
from organograph_server.forms import Forms
from organograph_server.publication import Publication, software_state
from organograph_server.quads import Quads
from organograph_server.settings import Settings
from organograph_server.store import QueryStore

_KEY = "organograph.service"


@dataclass(frozen=True)
class Door:
    """One way to ask a dataset: what its default graph is, and where its addresses begin.

    Args:
        prefix: stands before `sparql` and `rdf-graph-store`: "" or "edition/2022-06/".
        label: what the default graph is, in words.
        default: the named graphs that are part of it, beside the triples that stand in no named graph.
        union: whether it has all of them.
    """

    prefix: str
    label: str
    default: tuple[str, ...] = ()
    union: bool = False


@dataclass
class Service:
    """A dataset as programs ask it.

    Args:
        settings: of the server.
        quads: the dataset as written.
        base: what relative IRIs of queries start from; with it begin all addresses that descriptions give.
        title: what the dataset is called.
        sha256: the hash that names the data.
        state: names the data and the software that gives it.
        doors: the ways to ask it, by edition; "" leads to the latest edition, or to the only state there is.
        publication: what else is published of it; None for files that are served as they are.
    """

    settings: Settings
    quads: Quads
    base: str
    title: str
    sha256: str
    state: str
    doors: Mapping[str, Door]
    publication: Publication | None = None
    _stores: dict[str, QueryStore] = field(default_factory=dict)
    _counted: dict[str, Counted] = field(default_factory=dict)

    @classmethod
    def of_publication(cls, publication: Publication) -> Service:
        """The service of a published dataset: a door to the latest edition, and one to each."""
        published = publication.published
        shared = (published.catalogue, published.ontology)
        doors = {"": Door("", "the latest edition, the catalogue and the ontology", (published.latest.iri, *shared))}
        for edition in published.editions:
            label = f"edition {edition.identifier}, the catalogue and the ontology"
            doors[edition.identifier] = Door(f"edition/{edition.identifier}/", label, (edition.iri, *shared))
        quads, base = publication.quads, published.names.base
        title = Facts(quads, [published.catalogue]).text(published.catalogue, f"{PREFIXES['dcterms']}title") or "the published dataset"
        return cls(publication.settings, quads, base, title, published.sha256, publication.state, doors, publication)

    @classmethod
    def of_files(cls, settings: Settings, files: Sequence[Path]) -> Service:
        """The service of RDF files, taken together and served as they are.

        Raises:
            DatasetUnreadable: one is missing, or cannot be read in the format that its name ends in; told with line and column.
            OrganographError: the base of the settings is no base.
        """
        base = Names(settings.base or DEFAULT_BASE).base
        read = [read_quads(path, _format(path), str(path), base, rename=len(files) > 1) for path in files]
        digest = hashlib.sha256("\0".join([base, *(text for text, _ in read)]).encode()).hexdigest()
        label = "the union of all graphs" if settings.union_default_graph else "what the files state in no named graph"
        door = Door("", label, union=settings.union_default_graph)
        title = ", ".join(path.name for path in files)
        state = f"{digest}\n{door.union}\n{software_state()}"
        quads = Quads(quad for _, stated in read for quad in stated)
        return cls(settings, quads, base, title, digest, state, {"": door})

    @classmethod
    def of(cls, app: Flask) -> Service:
        """The service of an application."""
        return cast(Service, app.extensions[_KEY])

    def attach(self, app: Flask) -> None:
        """Let an application give this service, ready to answer."""
        app.extensions[_KEY] = self
        self.store(self.doors[""])

    def door(self, edition: str) -> Door:
        """The way to ask an edition; "" for the latest.

        Raises:
            ResourceUnknown: there is no such edition.
        """
        if edition not in self.doors:
            raise ResourceUnknown(f"There is no edition {edition!r} to ask.", "Ask at /sparql; editions are listed on the home page, /.")
        return self.doors[edition]

    def store(self, door: Door) -> QueryStore:
        """What answers the queries that come by a door; made when the first does."""
        if door.prefix not in self._stores:
            self._stores[door.prefix] = QueryStore(self.quads, self.base, door.default, union=door.union, restored=self._forms.restored)
        return self._stores[door.prefix]

    def counted(self, door: Door) -> Counted:
        """What the graphs hold, as queries by a door see them; counted once."""
        if door.prefix not in self._counted:
            store = self.store(door)
            named = {iri: count(store.graph(NamedNode(iri))) for iri in self.quads.graphs}
            self._counted[door.prefix] = Counted(count(store.graph(DefaultGraph())), named)
        return self._counted[door.prefix]

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self.quads)

    def default_graph(self, door: Door) -> Iterable[Triple]:
        """The triples of a door's default graph as written, each once."""
        if door.union:
            return {quad.triple for quad in self.quads}
        names: list[DefaultGraph | NamedNode] = [DefaultGraph(), *map(NamedNode, door.default)]
        return {triple for name in names for triple in self.quads.triples(name)}


def service() -> Service:
    """The service of the application that answers the request."""
    return Service.of(current_app)


def _format(path: Path) -> str:
    form = format_of(path)
    if not path.exists():
        raise DatasetUnreadable(f"There is no file or directory {path}.", "Name a dataset directory, or RDF files.")
    if form is None:
        endings = ", ".join(f".{ending}" for ending in FORMATS)
        raise DatasetUnreadable(f"The name of {path} does not tell its format.", f"Let it end in one of {endings}.")
    return form
