"""The catalogue: editions, documents, changes, conflicts and the register of everything ever described."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from organograph.graphs.evidence_graph import at, span_triples
from organograph.graphs.register import Register
from organograph.graphs.triples import BASIS, Writer, kind_iri
from organograph.model import Change, Conflict, Dataset, Edition, Kind, Source, Span
from organograph.names import DCAT, DCTERMS, FOAF, KIND, KINDS, OG, ORG, PROV, RDF, RDFS, SKOS, SPDX, XSD, Names, part
from organograph.statements import Graph, Triple

_CHANGES = {"merger": OG.Merger, "split": OG.Split, "succession": OG.Succession, "foundation": OG.Foundation, "closure": OG.Closure}
_TYPES = {"unit": ORG.OrganizationalUnit, "post": ORG.Post, "body": OG.Body}


def catalogue_graph(dataset: Dataset, names: Names) -> Graph:
    """Write the catalogue.

    Args:
        dataset: all editions.
        names: the IRIs.

    Returns:
        the graph named BASE catalogue.
    """
    return Graph(catalogue_triples(dataset, names))


def catalogue_triples(dataset: Dataset, names: Names, register: Register | None = None) -> Iterator[Triple]:
    """The same as triples, some of them several times.

    Args:
        dataset: all editions.
        names: the IRIs.
        register: of the dataset, or of some of its things; by default of all.
    """
    writer, register = Writer(names, dataset), register or Register(dataset)
    yield names.catalogue, RDF.type, DCAT.Catalog
    yield names.catalogue, DCTERMS.title, writer.words(dataset.title)
    if dataset.licence:
        yield names.catalogue, DCTERMS.license, NamedNode(dataset.licence)
    for edition in dataset.editions:
        yield names.catalogue, DCAT.dataset, names.edition(edition.id)
        yield from _edition(edition, writer)
        yield from _scope(edition, register, writer)
    for source in dataset.sources:
        yield from _source(source, writer)
    for change in dataset.changes:
        yield from _change(change, writer)
    for conflict in dataset.conflicts:
        yield from _conflict(conflict, writer)
    for kind in dataset.kinds:
        yield from _kind(kind, dataset.own_kinds, writer)
    yield from _register(register, writer)
    yield from _others(dataset, writer)


def _edition(edition: Edition, writer: Writer) -> Iterator[Triple]:
    names = writer.names
    iri = names.edition(edition.id)
    yield iri, RDF.type, OG.Edition
    yield iri, RDF.type, DCAT.Dataset
    yield iri, DCTERMS.identifier, Literal(edition.id)
    yield iri, DCTERMS.title, writer.words(edition.title)
    yield iri, SKOS.prefLabel, writer.words(edition.title)
    yield iri, OG.order, Literal(str(edition.order), datatype=XSD.integer)
    yield from _bounds(iri, edition.not_before, edition.not_after)
    if edition.note:
        yield iri, SKOS.editorialNote, writer.words(edition.note)
    if edition.previous:
        yield iri, PROV.wasRevisionOf, names.edition(edition.previous)
    for source in edition.sources:
        graph, document = names.evidence(edition.id, source), names.thing("source", source)
        yield iri, DCTERMS.source, document
        yield iri, OG.evidenceGraph, graph
        yield graph, RDF.type, OG.EvidenceGraph
        yield graph, DCTERMS.source, document
        yield graph, OG.inEdition, iri


def _bounds(iri: NamedNode, not_before: str, not_after: str) -> Iterator[Triple]:
    for term, month in ((OG.notBefore, not_before), (OG.notAfter, not_after)):
        if month:
            yield iri, term, Literal(month, datatype=XSD.gYearMonth)


def _scope(edition: Edition, register: Register, writer: Writer) -> Iterator[Triple]:
    names = writer.names
    for number, limit in register.limits[edition.id]:
        iri = names.scope(edition.id, number)
        yield names.edition(edition.id), OG.scopeLimit, iri
        yield iri, RDF.type, OG.ScopeLimit
        yield iri, OG.inEdition, names.edition(edition.id)
        yield iri, OG.branch, names.reference(limit.branch)
        yield iri, OG.depth, Literal(str(limit.depth), datatype=XSD.integer)
        yield iri, OG.things, Literal(limit.things)
        yield iri, RDFS.comment, writer.words(limit.reason)
        yield iri, DCTERMS.source, names.thing("source", limit.span.source)
        yield iri, OG.basis, BASIS[limit.basis]
        yield from _derived(iri, limit.span, names)


def _source(source: Source, writer: Writer) -> Iterator[Triple]:
    names = writer.names
    iri = names.thing("source", source.slug)
    checksum = part(iri, "checksum")
    yield iri, RDF.type, OG.SourceDocument
    yield iri, DCTERMS.identifier, Literal(source.identifier)
    yield iri, DCTERMS.title, writer.words(source.title)
    yield iri, SKOS.prefLabel, writer.words(source.title)
    yield iri, DCTERMS.source, NamedNode(source.address)
    yield iri, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(source.sha256, datatype=XSD.hexBinary)
    yield iri, OG.characters, Literal(str(source.characters), datatype=XSD.integer)
    yield from _bounds(iri, source.not_before, source.not_after)
    if source.note:
        yield iri, SKOS.editorialNote, writer.words(source.note)


def _change(change: Change, writer: Writer) -> Iterator[Triple]:
    names = writer.names
    iri = names.thing("change", change.slug)
    yield iri, RDF.type, ORG.ChangeEvent
    yield iri, RDF.type, _CHANGES[change.type]
    yield iri, SKOS.prefLabel, writer.words(change.label)
    for reference in change.originals:
        thing = names.reference(reference)
        if reference.startswith("post:"):
            yield iri, OG.originalPost, thing
        else:
            yield iri, ORG.originalOrganization, thing
            yield thing, ORG.changedBy, iri
    for reference in change.results:
        thing = names.reference(reference)
        if reference.startswith("post:"):
            yield iri, OG.resultingPost, thing
        else:
            yield iri, ORG.resultingOrganization, thing
            yield thing, ORG.resultedFrom, iri
    yield iri, OG.fromEdition, names.edition(change.from_edition)
    yield iri, OG.toEdition, names.edition(change.to_edition)
    yield iri, DCTERMS.source, names.thing("source", change.span.source)
    yield iri, OG.basis, BASIS[change.basis]
    yield from _derived(iri, change.span, names)
    if change.note:
        yield iri, SKOS.editorialNote, writer.words(change.note)


def _conflict(conflict: Conflict, writer: Writer) -> Iterator[Triple]:
    names = writer.names
    iri = names.thing("conflict", conflict.slug)
    yield iri, RDF.type, OG.Conflict
    yield iri, OG.about, names.reference(conflict.about)
    yield iri, OG.inEdition, names.edition(conflict.edition)
    yield iri, OG.aspect, Literal(conflict.aspect)
    for term, sources in ((OG.chosen, conflict.chosen), (OG.rejected, conflict.rejected)):
        for source in sources:
            yield iri, term, names.evidence(conflict.edition, source)
    for span in conflict.spans:
        yield from _derived(iri, span, names)
    yield iri, SKOS.editorialNote, writer.words(conflict.note)


def _derived(iri: NamedNode, span: Span, names: Names) -> Iterator[Triple]:
    """The passage that a record rests on."""
    yield iri, PROV.wasDerivedFrom, at(span, names)
    yield from span_triples(span, names)


def _kind(kind: Kind, own: frozenset[str], writer: Writer) -> Iterator[Triple]:
    """A kind of this organization alone, in the common scheme, so that every rule and query that looks for kinds finds it."""
    names = writer.names
    iri = names.kind(kind.slug)
    yield iri, RDF.type, SKOS.Concept
    for language, label in kind.labels:
        yield iri, SKOS.prefLabel, Literal(label, language=language)
    yield iri, SKOS.notation, Literal(kind.slug)
    yield iri, SKOS.definition, writer.words(kind.definition)
    yield iri, SKOS.inScheme, KINDS
    if kind.broader:
        yield iri, SKOS.broader, kind_iri(kind.broader, own, names)
    else:
        yield iri, SKOS.topConceptOf, KINDS
    yield KIND[kind.of], SKOS.member, iri
    if kind.note:
        yield iri, SKOS.editorialNote, writer.words(kind.note)


def _register(register: Register, writer: Writer) -> Iterator[Triple]:
    """Units, posts and bodies; their nature is dcterms:type, for rdf:type would put them into the edition they are checked with."""
    names = writer.names
    for entry in register.entries:
        iri = names.reference(entry.reference)
        yield names.catalogue, DCTERMS.hasPart, iri
        yield iri, DCTERMS.type, _TYPES[entry.reference.partition(":")[0]]
        yield iri, RDFS.label, writer.words(entry.name)
        for edition in entry.described:
            yield iri, OG.describedIn, names.edition(edition)
        for edition, number in entry.outside:
            yield iri, OG.notDescribedIn, names.edition(edition)
            yield iri, OG.outsideScope, names.scope(edition, number)


def _others(dataset: Dataset, writer: Writer) -> Iterator[Triple]:
    """The organization, persons, tenures and sites in the register; absence is no question for them."""
    names = writer.names
    persons = {person.slug: person.name for person in dataset.persons}
    for edition in dataset.editions:
        described: list[tuple[NamedNode, NamedNode, str]] = [
            (names.reference(dataset.organization.reference), ORG.FormalOrganization, dataset.organization.name)
        ]
        for tenure in edition.tenures:
            post = edition.by_reference[f"post:{tenure.post}"].name
            described.append((names.thing("person", tenure.person), FOAF.Person, persons[tenure.person]))
            described.append((names.thing("membership", tenure.slug), ORG.Membership, f"{persons[tenure.person]}, {post}"))
        described += [(names.thing("site", site.slug), ORG.Site, f"{site.city}, {site.country}") for site in edition.sites]
        for iri, kind, name in described:
            yield iri, DCTERMS.type, kind
            yield iri, RDFS.label, writer.words(name)
            yield iri, OG.describedIn, names.edition(edition.id)
