"""A client of event streams made of RDFLib alone, which knows the address of the entry and nothing else (LDES, TREE)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.request import Request, urlopen

from rdflib import Dataset, Graph, Namespace, URIRef
from rdflib.term import Identifier

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")


@dataclass(frozen=True)
class Version:
    """A member as the client reads it: when, of what, whether that left, and the graph of its name."""

    iri: Identifier
    created: str
    thing: Identifier
    deleted: bool
    ends_transaction: bool
    transaction: Identifier
    state: Graph


class Replica:
    """All members that can be reached from the entry of a stream.

    Args:
        entry: its address.
        accept: the format to ask for, one that has graphs.
        kind: how RDFLib calls it.
    """

    def __init__(self, entry: str, accept: str = "application/trig", kind: str = "trig") -> None:
        self._accept, self._kind = accept, kind
        self.pages: dict[str, Dataset] = {}
        self.context = self._read(entry)
        (self.stream,) = self.context.subjects(TREE.view, URIRef(entry))
        self._follow(entry)
        self.versions = sorted(self._versions(), key=lambda version: (version.created, version.ends_transaction, version.iri))

    def at(self, date: str | None = None) -> Graph:
        """What a replica holds that has replayed all members up to a time; all where no time is given."""
        states: dict[Identifier, Graph] = {}
        for version in self.versions:
            if date is not None and version.created > date:
                break
            if version.deleted:
                del states[version.thing]
            else:
                states[version.thing] = version.state
        whole = Graph()
        for state in states.values():
            before = len(whole)
            whole += state
            assert len(whole) == before + len(state), "a statement is in the state of one thing only"
        return whole

    def _read(self, address: str) -> Dataset:
        with urlopen(Request(address, headers={"Accept": self._accept})) as answer:
            assert answer.url == address
            data = Dataset()
            data.parse(data=answer.read(), format=self._kind, publicID=address)
        self.pages[address] = data
        return data

    def _follow(self, address: str) -> None:
        page = self.pages[address]
        for relation in page.objects(URIRef(address), TREE.relation):
            for node in page.objects(relation, TREE.node):
                if str(node) not in self.pages:
                    self._read(str(node))
                    self._follow(str(node))

    def _versions(self) -> Iterator[Version]:
        path = {name: self._told(name) for name in ("timestampPath", "versionOfPath", "versionDeletePath", "transactionPath")}
        left, over = self._told("versionDeleteObject"), self._told("transactionFinalizedObject")
        finished = self._told("transactionFinalizedPath")
        for page in self.pages.values():
            for iri in page.objects(self.stream, TREE.member):
                ((created,), (thing,), (transaction,)) = (
                    list(page.objects(iri, path[name])) for name in ("timestampPath", "versionOfPath", "transactionPath")
                )
                deleted = (iri, path["versionDeletePath"], left) in page.default_graph
                ends = (iri, finished, over) in page.default_graph
                yield Version(iri, str(created), thing, deleted, ends, transaction, page.graph(iri))

    def _told(self, name: str) -> Identifier:
        (value,) = self.context.objects(self.stream, LDES[name])
        return value
