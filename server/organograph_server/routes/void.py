"""The description of the dataset at /.well-known/void (VoID, W3C Interest Group Note of 3 March 2011), computed from the data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode

from organograph.names import PREFIXES, TYPES
from organograph_server.answers.responses import located, represent, wanted
from organograph_server.api.operations import answers
from organograph_server.api.servicedescription import FORMAT_NAMES
from organograph_server.content.formats import STORE_FORMATS, Format
from organograph_server.content.telling import Telling, english, word
from organograph_server.profiles.prof import LIST as PROFILES
from organograph_server.query.counts import Counts
from organograph_server.routes import feed
from organograph_server.service import Service, service
from organograph_server.stream.eventstream import PATH as CHANGES
from organograph_server.views.changes import FEED

blueprint = Blueprint("void", __name__)

PATH = ".well-known/void"
WHOLE = f"{PATH}#dataset"
_LOCAL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# What the catalogue says of itself holds for the whole dataset.
_SHARED = ("title", "description", "license", "publisher", "creator", "issued", "modified", "language")
_EXAMPLES = 3


@blueprint.get(f"/{PATH}")
@answers(*STORE_FORMATS)
def void() -> Response:
    """Give the description of the dataset."""
    serving = service()
    choice = wanted(STORE_FORMATS)
    response = represent(choice.content_type, lambda: dataset_description(serving, choice.format), (PATH, choice.format.name))
    return located(response, PATH, choice)


def dataset_description(serving: Service, form: Format) -> bytes:
    """Describe the dataset, its graphs and its editions.

    Args:
        serving: the dataset.
        form: a format of RDF.
    """
    document = f"{serving.base}{PATH}"
    whole = f"{serving.base}{WHOLE}"
    telling = Telling()
    telling.say(document, "a", word("void:DatasetDescription"))
    telling.say(document, "foaf:primaryTopic", NamedNode(whole))
    _whole(telling, whole, serving)
    for number, (iri, counts) in enumerate(serving.counted(serving.doors[""]).named.items(), 1):
        _graph(telling, iri, f"{document}#graph-{number}", counts, serving)
    return telling.written(form)


def _whole(telling: Telling, whole: str, serving: Service) -> None:
    # A dataset of VoID is a set of triples: one that stands in several graphs counts once.
    counts = serving.engine.whole()
    telling.say(whole, "a", word("void:Dataset"))
    _told(telling, whole, serving)
    telling.say(whole, "void:sparqlEndpoint", NamedNode(f"{serving.base}sparql"))
    telling.say(whole, "void:feature", *(word(f"formats:{FORMAT_NAMES[each]}") for each in STORE_FORMATS))
    telling.say(whole, "void:vocabulary", *(NamedNode(iri) for iri in vocabularies(counts)))
    telling.say(whole, "void:exampleResource", *(NamedNode(iri) for iri in _examples(serving)))
    telling.say(whole, "void:subset", *(NamedNode(iri) for iri in _top(serving)))
    _numbers(telling, whole, f"{serving.base}{PATH}#all", counts)


def _told(telling: Telling, whole: str, serving: Service) -> None:
    publication = serving.publication
    if publication is None:
        telling.say(whole, "dcterms:title", english(serving.title))
        telling.say(whole, "void:dataDump", NamedNode(serving.doors[""].graph_address(serving.base, None)))
        return
    published = publication.published
    for name in _SHARED:
        found = publication.quads.match([published.catalogue], published.catalogue, PREFIXES["dcterms"] + name)
        telling.say(whole, f"dcterms:{name}", *(t.object for t in found if isinstance(t.object, NamedNode | Literal)))
    telling.say(whole, "foaf:homepage", NamedNode(published.names.base))
    rules, news = ["shapes"] if publication.ruleset.graphs else [], [CHANGES, FEED] if feed.news(publication) else []
    pages = ("dcat", "ns", *rules, PROFILES, "query", "openapi.html", *news)
    telling.say(whole, "foaf:page", *(NamedNode(publication.iri(path)) for path in pages))
    telling.say(whole, "void:uriSpace", Literal(f"{serving.base}id/"))
    dumps = [path for path in published.files if path.startswith("dataset.")]
    telling.say(whole, "void:dataDump", *(NamedNode(f"{serving.base}data/{path}") for path in dumps))


def _graph(telling: Telling, graph: str, parts: str, counts: Counts, serving: Service) -> None:
    """One graph as a subset: an edition, what a document states, the catalogue, the ontology, or one of a file."""
    publication, door = serving.publication, serving.doors[""]
    telling.say(graph, "a", word("void:Dataset"))
    telling.say(graph, "void:dataDump", NamedNode(door.graph_address(serving.base, graph)))
    if publication is not None:
        files = publication.published.graphs.get(graph, {}).values()
        telling.say(graph, "void:dataDump", *(NamedNode(f"{serving.base}data/{file.path}") for file in files))
        if (edition := publication.published.edition(graph)) is not None:
            own = serving.doors[edition.identifier]
            telling.say(graph, "dcterms:title", english(edition.title))
            telling.say(graph, "void:sparqlEndpoint", NamedNode(f"{serving.base}{own.prefix}sparql"))
            telling.say(graph, "void:subset", *map(NamedNode, edition.evidence))
    _numbers(telling, graph, parts, counts)


def _top(serving: Service) -> Iterable[str]:
    """The graphs that are parts of the dataset itself, and of no other part."""
    publication = serving.publication
    below = set() if publication is None else {iri for edition in publication.published.editions for iri in edition.evidence}
    return [iri for iri in serving.quads.graphs if iri not in below]


def _numbers(telling: Telling, dataset: str, parts: str, counts: Counts) -> None:
    """The numbers of a set of triples, and of its parts by class and by property."""
    telling.say(dataset, "void:triples", counts.triples)
    telling.say(dataset, "void:distinctSubjects", counts.subjects)
    telling.say(dataset, "void:distinctObjects", counts.objects)
    telling.say(dataset, "void:classes", len(counts.classes))
    telling.say(dataset, "void:properties", len(counts.properties))
    for kind, number, found in (("class", "entities", counts.classes), ("property", "triples", counts.properties)):
        for iri, amount in found.items():
            part = f"{parts}-{kind}-{_fragment(iri)}"
            telling.say(dataset, f"void:{kind}Partition", NamedNode(part))
            telling.say(part, f"void:{kind}", NamedNode(iri))
            telling.say(part, f"void:{number}", amount)


def _fragment(iri: str) -> str:
    """A name for a term within an IRI: its prefixed name, or a hash."""
    for prefix, space in PREFIXES.items():
        local = iri.removeprefix(space)
        if local != iri and _LOCAL.fullmatch(local):
            return f"{prefix}-{local}"
    return hashlib.sha256(iri.encode()).hexdigest()[:16]


def vocabularies(counts: Counts) -> list[str]:
    """The namespaces of the properties and classes that are used, sorted; of a name without a slash what is before its last colon."""
    return sorted({re.sub(r"[^/#]*\Z", "", iri) or f"{iri.rpartition(':')[0]}:" for iri in (*counts.properties, *counts.classes)})


def _examples(serving: Service) -> list[str]:
    """A thing of each type that is published; of files the first things of all."""
    publication = serving.publication
    if publication is not None:
        begun = (publication.quads.owners(publication.iri(f"id/{kind}/")) for kind in TYPES)
        return [found[0] for found in begun if found]
    subjects = {quad.subject.value for quad in serving.quads if isinstance(quad.subject, NamedNode)}
    return sorted(subjects)[:_EXAMPLES]
