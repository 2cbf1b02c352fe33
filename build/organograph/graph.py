"""The graph of an edition: the reconciled structure, complete on its own."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import DCTERMS, FOAF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import XSD

from organograph.model import Dataset, Edition, Thing
from organograph.names import OG, ORG, Names
from organograph.triples import Triple, Writer, new_graph, words


def edition_graph(dataset: Dataset, edition: Edition, names: Names) -> Graph:
    """Write one edition as RDF, without blank nodes.

    Args:
        dataset: for the organization and its persons.
        edition: what to write.
        names: the IRIs.

    Returns:
        the graph named BASE edition/ID.
    """
    graph = new_graph()
    writer = Writer(names, dataset.organization.reference, dataset.organization.classes, dataset.own_kinds)
    for triple in _triples(dataset, edition, writer):
        graph.add(triple)
    return graph


def _triples(dataset: Dataset, edition: Edition, writer: Writer) -> Iterator[Triple]:
    yield from _organization(dataset, writer)
    documents: dict[str, set[str]] = {}
    printed: dict[str, set[str]] = {}
    for reading in edition.readings:
        documents.setdefault(reading.thing, set()).add(reading.span.source)
        printed.setdefault(reading.thing, set()).update((reading.name, reading.printed))
    for thing in edition.things:
        yield from _thing(thing, edition, writer, printed[thing.reference])
        for source in sorted(documents[thing.reference]):
            yield writer.names.reference(thing.reference), DCTERMS.source, writer.names.thing("source", source)
    yield from _people(dataset, edition, writer)
    for site in edition.sites:
        yield from writer.site(site, with_country=True)
    for seat in edition.seats:
        yield writer.names.thing("body", seat.body), OG.seat, writer.names.thing("post", seat.post)
    for relation in edition.relations:
        yield writer.relation(relation)


def _organization(dataset: Dataset, writer: Writer) -> Iterator[Triple]:
    organization = dataset.organization
    yield from writer.types(organization.reference)
    yield writer.organization, SKOS.prefLabel, words(organization.name)
    if organization.acronym:
        yield writer.organization, SKOS.altLabel, words(organization.acronym)
    if organization.purpose:
        yield writer.organization, ORG.purpose, words(organization.purpose)
    if organization.homepage:
        yield writer.organization, FOAF.homepage, URIRef(organization.homepage)


def _thing(thing: Thing, edition: Edition, writer: Writer, printed: set[str]) -> Iterator[Triple]:
    iri = writer.names.reference(thing.reference)
    yield from writer.types(thing.reference, thing.classes)
    yield from writer.kind(thing.reference, thing.kind)
    yield from writer.place(thing.reference, thing.parent, thing.basis)
    yield iri, SKOS.prefLabel, words(thing.name)
    for name in {*thing.alt_names, *(name for name in printed if not same_name(name, thing.name))}:
        yield iri, SKOS.altLabel, words(name)
    if thing.purpose:
        yield iri, ORG.purpose, words(thing.purpose)
    if thing.note:
        yield iri, SKOS.editorialNote, words(thing.note)
    if thing.type == "unit":
        yield iri, ORG.unitOf, writer.organization
    if thing.type == "post":
        yield from _post(thing, edition, writer)


def _post(post: Thing, edition: Edition, writer: Writer) -> Iterator[Triple]:
    iri = writer.names.reference(post.reference)
    superior = edition.superior(post.reference)
    if superior:
        yield iri, ORG.reportsTo, writer.names.reference(superior)
    if post.heads:
        yield iri, OG.heads, writer.names.reference(post.heads)
    if post.many:
        yield iri, OG.manyHolders, Literal("true", datatype=XSD.boolean)


def _people(dataset: Dataset, edition: Edition, writer: Writer) -> Iterator[Triple]:
    persons = {person.slug: person for person in dataset.persons}
    for tenure in edition.tenures:
        iri, person = writer.names.thing("membership", tenure.slug), persons[tenure.person]
        post = edition.by_reference[f"post:{tenure.post}"]
        yield from writer.membership(tenure, person.name)
        yield from writer.interval(tenure)
        yield iri, SKOS.prefLabel, words(f"{person.name}, {post.name}")
        yield iri, DCTERMS.source, writer.names.thing("source", tenure.span.source)
        if tenure.note:
            yield iri, SKOS.editorialNote, words(tenure.note)
        if not same_name(tenure.printed, person.name):
            yield writer.names.thing("person", person.slug), SKOS.altLabel, words(tenure.printed.title())


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for white space and case."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
