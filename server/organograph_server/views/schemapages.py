"""Pages of things, lists and endpoints in the words of schema.org."""

from __future__ import annotations

from collections.abc import Iterable

from organograph_server.dataset.description import Described
from organograph_server.dataset.mementos import History
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.dataset.saved import SavedQuery
from organograph_server.profiles.prof import LIST as PROFILES
from organograph_server.profiles.state import State
from organograph_server.profiles.table import ALTERNATES, Profile
from organograph_server.query.doors import Door
from organograph_server.service import Service
from organograph_server.stream.eventstream import PATH as CHANGES
from organograph_server.stream.eventstream import EventStream
from organograph_server.stream.eventstream import Node as TreeNode
from organograph_server.views.schemaorg import Node, Wording, without_gaps


def thing_nodes(publication: Publication, described: Described, path: str) -> list[Node]:
    """A thing, the page that tells of it, and the things that it names.

    Args:
        publication: the dataset.
        described: the thing, now or in one edition.
        path: of the page.
    """
    published, shown = publication.published, described.shown
    wording = Wording(State(publication.quads, published, shown or published.latest))
    thing, *others = wording.nodes(described.iri)
    address = publication.iri(path)
    page = {
        "@id": address,
        "@type": "AboutPage",
        "name": thing.get("name") or wording.state.words.label(described.iri),
        "url": address,
        "mainEntity": {"@id": described.iri},
        "license": publication.licences,
        "isPartOf": {"@id": shown.iri, "@type": "Dataset", "name": shown.title} if shown else "",
    }
    return [thing, without_gaps(page), *others]


def queries_node(serving: Service, queries: Iterable[SavedQuery]) -> Node:
    """The list of saved queries."""
    parts = [without_gaps({"@id": query.iri, "@type": "WebPage", "name": query.label, "description": query.comment}) for query in queries]
    address = f"{serving.base}query"
    return {"@id": address, "@type": "CollectionPage", "name": "Saved queries", "url": address, "hasPart": parts}


def query_node(serving: Service, query: SavedQuery) -> Node:
    """A saved query."""
    told = {"@id": query.iri, "@type": "WebPage", "name": query.label, "description": query.comment, "url": query.iri}
    listing = {"@id": f"{serving.base}query", "@type": "CollectionPage", "name": "Saved queries"}
    return without_gaps(told | {"keywords": list(query.keywords), "isPartOf": listing})


def search_node(serving: Service) -> Node:
    """The search by name."""
    address = f"{serving.base}search"
    told = f"Finds what {serving.title} describes by name, former name or acronym."
    return {"@id": address, "@type": "WebPage", "name": "Search", "description": told, "url": address}


def checking_node(serving: Service) -> Node:
    """The form by which files are sent to be checked."""
    address = f"{serving.base}validate"
    return {"@id": address, "@type": "WebPage", "name": "Check tables or RDF", "url": address}


def changes_node(found: EventStream) -> Node:
    """The stream of changes, edition by edition."""
    address = found.publication.iri(CHANGES)
    pages = [_changes_page(found, nodes[0]) for nodes in found.editions.values() if nodes]
    return {"@id": address, "@type": "CollectionPage", "name": "Changes", "url": address, "hasPart": pages}


def changes_page_node(found: EventStream, node: TreeNode) -> Node:
    """One page of the changes that an edition brought."""
    whole = {"@id": found.publication.iri(CHANGES), "@type": "CollectionPage", "name": "Changes"}
    return _changes_page(found, node) | {"isPartOf": whole}


def _changes_page(found: EventStream, node: TreeNode) -> Node:
    address, edition = found.publication.iri(node.path), node.memento.edition.identifier
    number = f", page {node.number} of {node.count}" if node.count > 1 else ""
    return {"@id": address, "@type": "WebPage", "name": f"Changes of edition {edition}{number}", "url": address}


def listing_node(address: str, name: str, parts: Iterable[tuple[str, str]]) -> Node:
    """A page that lists others, each with its address and name."""
    listed = [{"@id": part, "@type": "WebPage", "name": told, "url": part} for part, told in parts]
    return without_gaps({"@id": address, "@type": "CollectionPage", "name": name, "url": address, "hasPart": listed})


def part_node(address: str, name: str, whole: str, whole_name: str) -> Node:
    """A page that another lists."""
    listing = {"@id": whole, "@type": "CollectionPage", "name": whole_name}
    return {"@id": address, "@type": "WebPage", "name": name, "url": address, "isPartOf": listing}


def chart_node(publication: Publication, edition: Edition, path: str, name: str) -> Node:
    """The chart of a branch in an edition."""
    address = publication.iri(path)
    whole = {"@id": edition.iri, "@type": "Dataset", "name": edition.title}
    return {"@id": address, "@type": "WebPage", "name": name, "url": address, "isPartOf": whole}


def about_node(publication: Publication, path: str, title: str) -> Node:
    """The page about the data."""
    address, about = publication.iri(path), {"@id": publication.published.catalogue, "@type": "DataCatalog", "name": title}
    told = {"@id": address, "@type": "AboutPage", "name": f"About {title}", "url": address, "about": about}
    return without_gaps(told | {"license": publication.licences})


def report_node(publication: Publication, edition: Edition, path: str, name: str) -> Node:
    """The validation report of an edition."""
    address = publication.iri(path)
    about = {"@id": edition.iri, "@type": "Dataset", "name": edition.title}
    return {"@id": address, "@type": "WebPage", "name": name, "url": address, "about": about}


def rules_node(publication: Publication, path: str) -> Node:
    """All rules, or one set of them."""
    address, whole = publication.iri(path), publication.iri("shapes")
    told = {"@id": address, "@type": "CollectionPage", "name": "Rules", "url": address}
    return told if address == whole else told | {"isPartOf": {"@id": whole, "@type": "CollectionPage", "name": "Rules"}}


def profiles_node(publication: Publication, path: str, shown: Iterable[Profile]) -> Node:
    """All profiles, or the description of one."""
    address, whole = publication.iri(path), publication.iri(PROFILES)
    told = {"@id": address, "@type": "CollectionPage", "name": "Profiles", "url": address}
    if address == whole:
        parts = [{"@id": f"{whole}/{found.token}", "@type": "WebPage", "name": found.title, "description": found.told} for found in shown]
        return told | {"hasPart": parts}
    (found,) = shown
    part = {"@id": address, "@type": "WebPage", "name": f"Profile {found.title}", "description": found.told, "url": address}
    return part | {"isPartOf": {"@id": whole, "@type": "CollectionPage", "name": "Profiles"}}


def alternates_node(publication: Publication, path: str) -> Node:
    """The list of all representations of a document."""
    address = f"{publication.iri(path)}?_profile={ALTERNATES}"
    told = {"@id": address, "@type": "CollectionPage", "name": f"Representations of /{path}", "url": address}
    return told | {"about": {"@id": publication.iri(path)}}


def timemap_node(publication: Publication, found: History, name: str) -> Node:
    """The dated states of a document, each with the edition that it is of."""
    address = publication.iri(found.timemap)
    states = [
        {"@id": publication.iri(memento.path), "@type": "WebPage", "name": f"{name}, {memento.edition.identifier}"}
        for memento in found.mementos
    ]
    return {"@id": address, "@type": "CollectionPage", "name": f"States of {name}", "url": address, "hasPart": states}


def endpoint_node(serving: Service, door: Door) -> Node:
    """An endpoint for SPARQL."""
    address = f"{serving.base}{door.prefix}sparql"
    told = f"Answers queries in SPARQL; where a query names no graph, it is asked of {door.label}."
    return _interface(serving, address, f"SPARQL endpoint of {serving.title}", told)


def interface_node(serving: Service) -> Node:
    """All that programs can ask."""
    told = "Every address with its parameters and formats."
    return _interface(serving, serving.base, f"Addresses of {serving.title}", told)


def files_node(serving: Service) -> Node:
    """Files that are served as they are, as a dataset."""
    told = f"{len(serving.quads):,} statements of {serving.title}, to be asked in SPARQL and read graph by graph."
    dump = {"@type": "DataDownload", "contentUrl": f"{serving.base}rdf-graph-store?default", "encodingFormat": "text/turtle"}
    iri = f"{serving.base}.well-known/void#dataset"
    return {"@id": iri, "@type": "Dataset", "name": serving.title, "description": told, "url": serving.base, "distribution": dump}


def _interface(serving: Service, address: str, name: str, told: str) -> Node:
    manual = f"{serving.base}openapi.html"
    return {"@id": f"{address}#api", "@type": "WebAPI", "name": name, "description": told, "url": address, "documentation": manual}
