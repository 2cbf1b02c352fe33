"""The evidence graph of a document: exactly what it states of an edition, each name with its span."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from rdflib import PROV, RDF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import XSD

from organograph.graph import same_name
from organograph.model import Dataset, Edition, Reading, Span
from organograph.names import OA, OG, ORG, Names, part
from organograph.triples import BASIS, Triple, Writer, new_graph, words


def evidence_graphs(dataset: Dataset, edition: Edition, names: Names) -> dict[str, Graph]:
    """Write what each document of an edition states.

    Args:
        dataset: for the organization and its persons.
        edition: its readings, seats, relations, sites and tenures.
        names: the IRIs.

    Returns:
        source slug to the graph named BASE edition/ID/source/SLUG.
    """
    writer = Writer(names, dataset.organization.reference, dataset.organization.classes, dataset.own_kinds)
    graphs = {}
    for source in edition.sources:
        graphs[source] = new_graph()
        for triple in _triples(dataset, edition, source, writer):
            graphs[source].add(triple)
    return graphs


def _triples(dataset: Dataset, edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    yield from writer.types(dataset.organization.reference)
    yield writer.organization, SKOS.prefLabel, words(dataset.organization.name)
    readings: dict[str, list[Reading]] = {}
    for reading in edition.readings:
        if reading.span.source == source:
            readings.setdefault(reading.thing, []).append(reading)
    for thing, read in readings.items():
        yield from _thing(thing, read, edition, writer)
    yield from _people(dataset, edition, source, writer)
    yield from _sites(edition, source, writer)
    yield from _statements(edition, source, writer)


def _thing(reference: str, readings: list[Reading], edition: Edition, writer: Writer) -> Iterator[Triple]:
    iri, first = writer.names.reference(reference), readings[0]
    placed = next((reading for reading in readings if reading.parent), None)
    classes = {name for reading in readings for name in reading.classes}
    yield from writer.types(reference, tuple(sorted(classes)))
    yield from writer.kind(reference, first.kind)
    if placed:
        yield from writer.place(reference, placed.parent, placed.basis)
    if first.thing.startswith("unit:"):
        yield iri, ORG.unitOf, writer.organization
    yield iri, SKOS.prefLabel, words(first.name)
    for name in {name for reading in readings for name in (reading.name, reading.printed)}:
        if not same_name(name, first.name):
            yield iri, SKOS.altLabel, words(name)
    for reading in readings:
        yield iri, OG.mention, _at(reading.span, writer.names)
        yield from span_triples(reading.span, writer.names)
        if reading.heads:
            yield iri, OG.heads, writer.names.reference(reading.heads)
    if edition.by_reference[reference].many:
        yield iri, OG.manyHolders, Literal("true", datatype=XSD.boolean)


def _people(dataset: Dataset, edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    persons = {person.slug: person.name for person in dataset.persons}
    for tenure in edition.tenures:
        if tenure.span.source == source:
            person = writer.names.thing("person", tenure.person)
            yield from writer.membership(tenure, persons[tenure.person])
            yield person, OG.mention, _at(tenure.span, writer.names)
            yield from span_triples(tenure.span, writer.names)
            if not same_name(tenure.printed, persons[tenure.person]):
                yield person, SKOS.altLabel, words(tenure.printed.title())


def _sites(edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    stated = {site.slug for site in edition.sites if site.span.source == source and site.basis != "inferred"}
    for site in edition.sites:
        if site.span.source == source:
            yield from writer.site(site, with_country=site.slug in stated)
            yield writer.names.thing("site", site.slug), OG.mention, _at(site.span, writer.names)
            yield from span_triples(site.span, writer.names)


def _statements(edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    said: list[tuple[Triple, Span, str]] = [
        ((writer.names.thing("body", seat.body), OG.seat, writer.names.thing("post", seat.post)), seat.span, seat.basis)
        for seat in edition.seats
    ]
    said += [(writer.relation(relation), relation.span, relation.basis) for relation in edition.relations]
    for triple, span, basis in said:
        if span.source == source and basis != "inferred":
            yield triple
            yield from _statement(triple, span, basis, writer.names)


def _statement(triple: Triple, span: Span, basis: str, names: Names) -> Iterator[Triple]:
    """A statement with the span that makes it (RDF Schema section 5.3)."""
    told = " ".join(term.n3() for term in triple if isinstance(term, (URIRef, Literal))).replace(names.base, "")
    iri = part(names.thing("source", span.source), f"statement-{hashlib.sha256(told.encode()).hexdigest()[:12]}")
    yield iri, RDF.type, RDF.Statement
    for role, term in zip((RDF.subject, RDF.predicate, RDF.object), triple, strict=True):
        yield iri, role, term
    yield iri, OG.basis, BASIS[basis]
    yield iri, PROV.wasDerivedFrom, _at(span, names)
    yield from span_triples(span, names)


def _at(span: Span, names: Names) -> URIRef:
    return part(names.thing("source", span.source), f"at-{span.start}-{span.end}")


def span_triples(span: Span, names: Names) -> Iterable[Triple]:
    """A span of a document as a specific resource with a text position selector (Web Annotation sections 4.1, 4.2.5)."""
    source = names.thing("source", span.source)
    at, selector = _at(span, names), part(source, f"selector-{span.start}-{span.end}")
    return (
        (at, RDF.type, OA.SpecificResource),
        (at, OA.hasSource, source),
        (at, OA.hasSelector, selector),
        (selector, RDF.type, OA.TextPositionSelector),
        (selector, OA.start, Literal(str(span.start), datatype=XSD.nonNegativeInteger)),
        (selector, OA.end, Literal(str(span.end), datatype=XSD.nonNegativeInteger)),
    )
