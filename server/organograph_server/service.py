"""What the doors for programs open to: a dataset, the ways to ask it, and what names the state of both."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, request
from pyoxigraph import DefaultGraph, NamedNode, Triple

from organograph.errors import DatasetUnreadable
from organograph.located import FORMATS, format_of, read_quads
from organograph.messages import Message
from organograph.names import DEFAULT_BASE, PREFIXES, Names
from organograph_server.answers.representations import Recent
from organograph_server.content.formats import Choice
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.publication import Publication, software_state
from organograph_server.dataset.quads import Quads
from organograph_server.errors import EngineFailed, ResourceUnknown, WallsMissing
from organograph_server.query.asking import Engine, Examined, Question
from organograph_server.query.budget import Budget
from organograph_server.query.counts import Counted
from organograph_server.query.doors import Door
from organograph_server.settings import Settings
from organograph_server.stores.choosing import Data, engine_for
from organograph_server.stores.contract import key_of as key_in_store
from organograph_server.stores.holdings import Holdings
from organograph_server.walls.handles import ALL_WALLS

_LOG = logging.getLogger(__name__)
_KEY = "organograph.service"
# In the environment of a request: who waits for the answer.
ASKER = "organograph.asker"
# In the environment of a request: what refused its query when it was asked already.
FAILED = "organograph.failed"
# Functions that give something else each time (SPARQL 1.1 sections 17.4.2.12, 17.4.4.5 and 17.4.5.1); names that only look so cost little.
_OF_THE_MOMENT = re.compile(r"(?:NOW|RAND|UUID)\s*\(", re.IGNORECASE)
# In the environment of a request: the room for its answer.
BOOKING = "organograph.booking"
# Queries that are remembered, to tell which are asked again.
_REMEMBERED = 10_000
# How long after the engine has failed to start it is tried again.
_AGAIN_SECONDS = 5.0


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
        asked: the queries of late.
    """

    settings: Settings
    quads: Quads
    base: str
    title: str
    sha256: str
    state: str
    doors: Mapping[str, Door]
    publication: Publication | None = None
    asked: Recent = field(default_factory=lambda: Recent(_REMEMBERED))
    _counted: dict[str, Counted] = field(default_factory=dict)
    _starting: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of_publication(cls, publication: Publication) -> Service:
        """The service of a published dataset: a door to the latest edition, and one to each."""
        published = publication.published
        shared = (published.catalogue, published.ontology)
        doors = {"": Door("", Message("the latest edition, the catalogue and the ontology"), (published.latest.iri, *shared))}
        for edition in published.editions:
            label = Message("edition %(edition)s, the catalogue and the ontology", edition=edition.identifier)
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
        label = Message("what the files state in no named graph")
        if settings.union_default_graph:
            label = Message("the union of all graphs")
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
        """Let an application give this service."""
        app.extensions[_KEY] = self

    def door(self, edition: str) -> Door:
        """The way to ask an edition; "" for the latest, which `latest` names too.

        Raises:
            ResourceUnknown: there is no such edition.
        """
        if edition == "latest" and self.publication is not None:
            edition = self.publication.published.latest.identifier
        if edition not in self.doors:
            raise ResourceUnknown(
                Message("There is no edition %(edition)r to ask.", edition=edition),
                "Ask at /sparql; editions are listed on the home page, /.",
            )
        return self.doors[edition]

    @cached_property
    def engine(self) -> Engine:
        """What answers queries."""
        return engine_for(self.settings, Data(self.quads, self.quads.written, self.base, [*self.doors.values()], self.holdings))

    @cached_property
    def holdings(self) -> Holdings:
        """What is published, as a store of others would hold it."""
        doors, quads = [*self.doors.values()], self.quads
        is_only_named = next(iter(quads.triples(DefaultGraph())), None) is None
        key = key_in_store(self.sha256, self.base, doors)
        return Holdings(key, doors, is_only_named, quads.graphs, quads.graph, self.default_graph, lambda: quads)

    @property
    def is_starting(self) -> bool:
        """Whether the engine is not ready yet: a query would have to wait for it."""
        return self._starting.is_set()

    def start(self, *, waits: bool = False) -> None:
        """Have the engine ready, so that the first query need not wait; unless walls are demanded, documents do not wait for it.

        Args:
            waits: whether to come back only when it is ready, or has failed once.

        Raises:
            EngineFailed: it cannot be started, and walls are demanded.
            WallsMissing: walls that the settings demand do not stand.
        """
        if not self.settings.require_isolation:
            self._starting.set()
            if not (waits and self._has_begun()):
                threading.Thread(target=self._begin, name="engine", daemon=True).start()
            return
        engine = self.engine
        engine.start()
        missing = [wall for wall in ALL_WALLS if wall not in engine.walls]
        if missing:
            raise WallsMissing(
                f"Queries would not be kept apart here: {', '.join(missing)} missing.",
                "Serve on Linux 5.3 or newer with seccomp, or leave out --require-isolation.",
            )

    def close(self) -> None:
        """Let go of the engine."""
        self._over.set()
        self.engine.close()

    def _begin(self) -> None:
        """Start the engine while documents are given already, however often it takes."""
        while not self._has_begun() and not self._over.wait(_AGAIN_SECONDS):
            pass

    def _has_begun(self) -> bool:
        """Start the engine; whether that went well."""
        try:
            self.engine.start()
        except EngineFailed as error:
            _LOG.warning("%s", error)
            return False
        self._starting.clear()
        return True

    def examined(self, query: str) -> Examined:
        """Let the guard look at a query of the request that is answered now.

        Raises:
            RequestRefused: it must not reach the engine.
        """
        return self.engine.examined(query, self.settings.query_limits, request.environ.get(ASKER))

    def answer(self, question: Question) -> bytes:
        """The answer to a query of the request that is answered now.

        Raises:
            RequestRefused: it cannot be read, cannot be answered, or goes beyond a limit.
        """
        if (failed := request.environ.get(FAILED)) is not None:
            raise failed
        return self.ask(question, request.environ)

    def ask(self, question: Question, environ: Mapping[str, Any]) -> bytes:
        """The answer to a query of a request: taken from its client's budget, and with room for it.

        Args:
            question: the query.
            environ: of the request.

        Raises:
            RequestRefused: it cannot be read, cannot be answered, or goes beyond a limit.
        """
        with self.spending(environ):
            found = self.engine.answer(question, environ.get(ASKER))
        if (booking := environ.get(BOOKING)) is not None:
            booking.take(len(found))
        return found

    def spending(self, environ: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Take the time that the block takes from the budget of the client of a request; see Budget."""
        return self.budget.spent(environ[ASKER].client if ASKER in environ else "")

    @cached_property
    def budget(self) -> Budget:
        """How much time clients may let queries take."""
        return Budget(self.settings.client_seconds)

    def is_kept(self, key: tuple[str, ...] | None) -> bool:
        """Whether an answer is worth keeping: from the second time that it is asked for, so that no flood sweeps out all else."""
        return key is not None and self.asked.again(key)

    def counted(self, door: Door) -> Counted:
        """What the graphs hold, as queries by a door see them; counted once."""
        if door.prefix not in self._counted:
            self._counted[door.prefix] = self.engine.counted(door.prefix)
        return self._counted[door.prefix]

    def default_graph(self, door: Door) -> Iterable[Triple]:
        """The triples of a door's default graph as written, each once."""
        if door.union:
            return {quad.triple for quad in self.quads}
        names: list[DefaultGraph | NamedNode] = [DefaultGraph(), *map(NamedNode, door.default)]
        return {triple for name in names for triple in self.quads.triples(name)}


def is_lasting(query: str) -> bool:
    """Whether the answer to a query is the same each time."""
    return "(" not in query or _OF_THE_MOMENT.search(query) is None


def key_of(path: str, question: Question, choice: Choice) -> tuple[str, ...] | None:
    """What the answer to a query is kept under; None where it changes from time to time."""
    if not is_lasting(question.text):
        return None
    named_by = "\0".join([path, choice.format.name, repr(question.dataset), question.text])
    # By its hash, so that long queries with short answers fill no memory.
    return ("answer", hashlib.sha256(named_by.encode("utf-8", "surrogatepass")).hexdigest())


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
