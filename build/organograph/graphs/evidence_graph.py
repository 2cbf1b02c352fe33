"""The evidence graph of a document: exactly what it states of an edition, each name with its span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from organograph.graphs.graph import same_name
from organograph.graphs.triples import Writer
from organograph.model import Dataset, Edition, Reading, Reference, Span, Thing
from organograph.names import OA, OG, ORG, PROV, RDF, SKOS, XSD, Names, part
from organograph.statements import Graph, Triple


def evidence_graphs(dataset: Dataset, edition: Edition, names: Names) -> dict[str, Graph]:
    """Write what each document of an edition states.

    Args:
        dataset: for the organization and its persons.
        edition: its readings, seats, relations, sites and tenures.
        names: the IRIs.

    Returns:
        source slug to the graph named BASE edition/ID/source/SLUG.
    """
    return {source: Graph(evidence_triples(dataset, edition, source, names)) for source in edition.sources}


def evidence_triples(dataset: Dataset, edition: Edition, source: str, names: Names, stated: Edition | None = None) -> Iterator[Triple]:
    """What one document states, as triples, some of them several times.

    Args:
        dataset: for the organization and its persons.
        edition: what it states of it, or a part of that.
        source: the document.
        names: the IRIs.
        stated: of a part, the whole edition as the document tells it.
    """
    writer = Writer(names, dataset)
    yield from writer.types(dataset.organization.reference)
    yield writer.organization, SKOS.prefLabel, writer.words(dataset.organization.name)
    readings = readings_of(edition, source)
    stated = stated or stated_edition(edition, source)
    for thing, read in readings.items():
        yield from thing_triples(stated.by_reference[thing], read, stated, writer)
    yield from _people(dataset, edition, source, writer)
    yield from _sites(edition, source, writer)
    yield from _statements(edition, source, writer)


def stated_edition(edition: Edition, source: str) -> Edition:
    """An edition as one document names and places its things."""
    things = (stated_thing(edition.by_reference[thing], read) for thing, read in readings_of(edition, source).items())
    return replace(edition, things=tuple(things))


def readings_of(edition: Edition, source: str) -> dict[Reference, list[Reading]]:
    """Where a document mentions each thing of an edition, in the order of the rows."""
    readings: dict[Reference, list[Reading]] = {}
    for reading in edition.readings:
        if reading.span.source == source:
            readings.setdefault(reading.thing, []).append(reading)
    return readings


def stated_thing(thing: Thing, readings: Sequence[Reading]) -> Thing:
    """A thing as one document names and places it."""
    first, placed = readings[0], next((reading for reading in readings if reading.parent), None)
    return Thing(
        reference=thing.reference,
        name=first.name,
        kind=first.kind,
        parent=placed.parent if placed else None,
        basis=(placed.basis or "") if placed else "",
        classes=tuple(sorted({name for reading in readings for name in reading.classes})),
        alt_names=thing.alt_names,
        purpose=thing.purpose,
        note=thing.note,
        heads=next((reading.heads for reading in readings if reading.heads), None),
        many=thing.many,
    )


def thing_triples(thing: Thing, readings: Sequence[Reading], stated: Edition, writer: Writer) -> Iterator[Triple]:
    """What one document states of one thing.

    Args:
        thing: as the document names and places it.
        readings: where it mentions it.
        stated: the edition as the document tells it, in which the superior of a post is looked for.
        writer: writes terms.
    """
    iri = writer.names.reference(thing.reference)
    yield from writer.types(thing.reference, thing.classes)
    yield from writer.kind(thing.reference, thing.kind)
    yield from writer.place(thing.reference, thing.parent, thing.basis)
    if thing.type == "unit":
        yield iri, ORG.unitOf, writer.organization
    if thing.type == "post" and (superior := stated.superior(thing.reference)):
        yield iri, ORG.reportsTo, writer.names.reference(superior)
    yield iri, SKOS.prefLabel, writer.words(thing.name)
    for name in {name for reading in readings for name in (reading.name, reading.printed)}:
        if not same_name(name, thing.name):
            yield iri, SKOS.altLabel, writer.words(name)
    for reading in readings:
        yield iri, OG.mention, at(reading.span, writer.names)
        yield from span_triples(reading.span, writer.names)
    if thing.heads:
        yield iri, OG.heads, writer.names.reference(thing.heads)
    if thing.many:
        yield iri, OG.manyHolders, Literal("true", datatype=XSD.boolean)


def _people(dataset: Dataset, edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    persons = {person.slug: person.name for person in dataset.persons}
    for tenure in edition.tenures:
        if tenure.span.source == source:
            person = writer.names.thing("person", tenure.person)
            yield from writer.membership(tenure, persons[tenure.person])
            yield person, OG.mention, at(tenure.span, writer.names)
            yield from span_triples(tenure.span, writer.names)
            if not same_name(tenure.printed, persons[tenure.person]):
                yield person, SKOS.altLabel, writer.words(tenure.printed.title())


def _sites(edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    stated = {site.slug for site in edition.sites if site.span.source == source and site.basis != "inferred"}
    for site in edition.sites:
        if site.span.source == source:
            yield from writer.site(site, with_country=site.slug in stated)
            yield writer.names.thing("site", site.slug), OG.mention, at(site.span, writer.names)
            yield from span_triples(site.span, writer.names)


def _statements(edition: Edition, source: str, writer: Writer) -> Iterator[Triple]:
    said = [(writer.seat(seat), seat.span, seat.basis) for seat in edition.seats]
    said += [(writer.relation(relation), relation.span, relation.basis) for relation in edition.relations]
    for triple, span, basis in said:
        if span.source == source and basis != "inferred":
            yield triple
            iri, statement = writer.statement(writer.names.thing("source", source), triple, basis)
            yield from statement
            yield iri, PROV.wasDerivedFrom, at(span, writer.names)
            yield from span_triples(span, writer.names)


def at(span: Span, names: Names) -> NamedNode:
    """The IRI of a span, a part of its document."""
    return part(names.thing("source", span.source), f"at-{span.start}-{span.end}")


def span_triples(span: Span, names: Names) -> Iterable[Triple]:
    """A span of a document as a specific resource with a text position selector (Web Annotation sections 4.1, 4.2.5)."""
    source = names.thing("source", span.source)
    place, selector = at(span, names), part(source, f"selector-{span.start}-{span.end}")
    return (
        (place, RDF.type, OA.SpecificResource),
        (place, OA.hasSource, source),
        (place, OA.hasSelector, selector),
        (selector, RDF.type, OA.TextPositionSelector),
        (selector, OA.start, Literal(str(span.start), datatype=XSD.nonNegativeInteger)),
        (selector, OA.end, Literal(str(span.end), datatype=XSD.nonNegativeInteger)),
    )
