"""The graph of an edition: the reconciled structure, complete on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from organograph.graphs.triples import BASIS, Writer
from organograph.model import Dataset, Edition, Relation, Seat, Site, Thing
from organograph.names import DCTERMS, FOAF, OG, ORG, SKOS, XSD, Names
from organograph.statements import Graph, Triple
from organograph.tabular.columns import BASES


def edition_graph(dataset: Dataset, edition: Edition, names: Names) -> Graph:
    """Write one edition as RDF, without blank nodes.

    Args:
        dataset: for the organization and its persons.
        edition: what to write.
        names: the IRIs.

    Returns:
        the graph named BASE edition/ID.
    """
    return Graph(edition_triples(dataset, edition, names))


def edition_triples(dataset: Dataset, edition: Edition, names: Names) -> Iterator[Triple]:
    """The same as triples, some of them several times."""
    writer = Writer(names, dataset)
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
    yield from _sites(edition, writer)
    yield from _beside(edition, writer)


def _organization(dataset: Dataset, writer: Writer) -> Iterator[Triple]:
    organization = dataset.organization
    yield from writer.types(organization.reference)
    yield writer.organization, SKOS.prefLabel, writer.words(organization.name)
    if organization.acronym:
        yield writer.organization, SKOS.altLabel, writer.words(organization.acronym)
    if organization.purpose:
        yield writer.organization, ORG.purpose, writer.words(organization.purpose)
    if organization.homepage:
        yield writer.organization, FOAF.homepage, NamedNode(organization.homepage)


def _thing(thing: Thing, edition: Edition, writer: Writer, printed: set[str]) -> Iterator[Triple]:
    iri = writer.names.reference(thing.reference)
    yield from writer.types(thing.reference, thing.classes)
    yield from writer.kind(thing.reference, thing.kind)
    yield from writer.place(thing.reference, thing.parent, thing.basis)
    yield iri, SKOS.prefLabel, writer.words(thing.name)
    for name in {*thing.alt_names, *(name for name in printed if not same_name(name, thing.name))}:
        yield iri, SKOS.altLabel, writer.words(name)
    if thing.purpose:
        yield iri, ORG.purpose, writer.words(thing.purpose)
    if thing.note:
        yield iri, SKOS.editorialNote, writer.words(thing.note)
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
        yield iri, SKOS.prefLabel, writer.words(f"{person.name}, {post.name}")
        for cited in (iri, writer.names.thing("person", person.slug)):
            yield cited, DCTERMS.source, writer.names.thing("source", tenure.span.source)
        if tenure.note:
            yield iri, SKOS.editorialNote, writer.words(tenure.note)
        if not same_name(tenure.printed, person.name):
            yield writer.names.thing("person", person.slug), SKOS.altLabel, writer.words(tenure.printed.title())


def _sites(edition: Edition, writer: Writer) -> Iterator[Triple]:
    """Premises; one that several rows tell of rests on the strongest of them."""
    told: dict[str, list[Site]] = {}
    for site in edition.sites:
        yield from writer.site(site, with_country=True)
        told.setdefault(site.slug, []).append(site)
    for slug, rows in told.items():
        yield from _grounds(writer.names.thing("site", slug), rows, writer)
        yield writer.names.thing("site", slug), OG.basis, BASIS[_strongest(rows)]


def _beside(edition: Edition, writer: Writer) -> Iterator[Triple]:
    """Seats and relations; what is noted of one, and that it is reasoned, is told of a statement of its own."""
    told: dict[Triple, list[Seat | Relation]] = {}
    for seat in edition.seats:
        told.setdefault(writer.seat(seat), []).append(seat)
    for relation in edition.relations:
        told.setdefault(writer.relation(relation), []).append(relation)
    for triple, rows in told.items():
        yield triple
        if _strongest(rows) == "inferred" or any(row.note for row in rows):
            iri, statement = writer.statement(writer.names.edition(edition.id), triple, _strongest(rows))
            yield from statement
            yield from _grounds(iri, rows, writer)


def _strongest(rows: Sequence[Site | Seat | Relation]) -> str:
    return min((row.basis for row in rows), key=BASES.index)


def _grounds(iri: NamedNode, rows: Sequence[Site | Seat | Relation], writer: Writer) -> Iterator[Triple]:
    """The documents that tell of something, and the notes on it."""
    for row in rows:
        yield iri, DCTERMS.source, writer.names.thing("source", row.span.source)
        if row.note:
            yield iri, SKOS.editorialNote, writer.words(row.note)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for white space and case."""
    return one == other or " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
