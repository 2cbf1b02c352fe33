"""The services by which the data can be asked, as a portal of data is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.dataset.mementos import LATEST
from organograph_server.portals.portal import Portal
from organograph_server.query.doors import GRAPH_STORE
from organograph_server.routes import void
from organograph_server.routes.feed import news
from organograph_server.routes.openapi import PATH as DESCRIPTION
from organograph_server.stream.eventstream import PATH as CHANGES

_TR = "https://www.w3.org/TR/"
_PROTOCOL = (f"{_TR}sparql11-protocol/", "SPARQL 1.1 Protocol")
_LANGUAGE = (f"{_TR}sparql11-query/", "SPARQL 1.1 Query Language")
_STREAM = ("https://w3id.org/ldes/specification", "Linked Data Event Streams")
_TREE = ("https://w3id.org/tree/specification", "The TREE hypermedia specification")
_GRAPH_STORE = (f"{_TR}sparql11-http-rdf-update/", "SPARQL 1.1 Graph Store HTTP Protocol")


@dataclass(frozen=True)
class DataService:
    """One service.

    Args:
        iri: of the service, where it is asked.
        title: in English.
        description: likewise.
        described_at: IRIs of what a program reads of it.
        page: IRI of the page for people.
        serves: IRIs of the datasets that it answers of.
        standards: what it keeps to: IRI and name.
    """

    iri: str
    title: str
    description: str
    described_at: tuple[str, ...]
    page: str
    serves: tuple[str, ...]
    standards: tuple[tuple[str, str], ...] = ()


def data_services(portal: Portal) -> Iterator[DataService]:
    """The endpoint of the latest edition and of each edition, the graph store, the saved queries, and the stream of changes."""
    iri, serving = portal.publication.iri, portal.serving
    whole, latest, addresses = iri(void.WHOLE), iri(LATEST), iri(DESCRIPTION)
    for door in serving.doors.values():
        endpoint = iri(f"{door.prefix}sparql")
        served = (latest, whole) if door == serving.doors[""] else ()
        edition = door.default[0].rpartition("/")[2] if door.prefix else ""
        title = Message("SPARQL endpoint: %(title)s", title=portal.title)
        if edition:
            title = Message("SPARQL endpoint: %(title)s, edition %(edition)s", title=portal.title, edition=edition)
        told = Message("Answers queries of %(label)s, and of every other graph by its name.", label=door.label)
        yield DataService(endpoint, title, told, (endpoint, addresses), endpoint, (*served, *door.default), (_PROTOCOL, _LANGUAGE))
    graphs = tuple(portal.publication.quads.graphs)
    told = Message("Gives each graph whole, by its name and in all formats of RDF; nothing can be written.")
    title, endpoint = Message("Graph store: %(title)s", title=portal.title), iri(GRAPH_STORE)
    yield DataService(endpoint, title, told, (addresses,), iri("catalogue.html"), graphs, (_GRAPH_STORE,))
    told = Message(
        "Answers ready questions by their addresses, as tables for spreadsheets or in RDF; each is described with its parameters."
    )
    title = Message("Saved queries: %(title)s", title=portal.title)
    yield DataService(iri("query"), title, told, (iri("query"), addresses), iri("query"), (whole, latest), ())
    if news(portal.publication):
        editions = tuple(edition.iri for edition in portal.published.editions)
        told = Message(
            "Gives every version of every thing, edition by edition, so that a program can keep a copy that follows the structure."
        )
        title, entry = Message("Stream of changes: %(title)s", title=portal.title), iri(CHANGES)
        yield DataService(entry, title, told, (entry, addresses), f"{entry}.html", (latest, *editions), (_STREAM, _TREE))
