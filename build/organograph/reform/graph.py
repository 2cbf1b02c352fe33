"""A reform as RDF: each change as a change set (Changeset vocabulary), with what rests on which passage of which document."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from organograph.names import DCTERMS, OA, OG, ORG, PROV, RDF, RDFS, SKOS, XSD, Namespace, part
from organograph.reform.lineage import Event, Passage
from organograph.reform.model import MEANINGS, SORTS, Reform, Row, Value
from organograph.statements import Triple

CS = Namespace("http://purl.org/vocab/changeset/schema#")
ACTIVITY = Namespace("https://www.w3.org/ns/activitystreams#")
PREFIXES_OF_REFORMS = {"cs": str(CS), "as": str(ACTIVITY)}


def reform_triples(reform: Reform, base: str) -> Iterator[Triple]:
    """Tell a reform: of each change its class, its thing, the statements removed and added, its words and its evidence.

    Args:
        reform: what changed.
        base: under which its IRI, `reform/A/B`, and those of the classes of change, `reform#moved`, stand.
    """
    own, before, after = reform_iri(reform, base), NamedNode(reform.before.iri), NamedNode(reform.after.iri)
    yield own, RDF.type, ACTIVITY.Update
    yield own, DCTERMS.title, _words(f"What changed from edition {reform.before.identifier} to edition {reform.after.identifier}")
    yield own, ACTIVITY.origin, before
    yield own, ACTIVITY.target, after
    if reform.after.root:
        yield own, ACTIVITY.object, NamedNode(reform.after.root)
    for state in (reform.before, reform.after):
        yield NamedNode(state.iri), DCTERMS.identifier, Literal(state.identifier)
        yield NamedNode(state.iri), DCTERMS.title, Literal(state.title)
    for sort, number in reform.counts.items():
        count = part(own, f"count-{sort}")
        yield own, DCTERMS.extent, count
        yield count, DCTERMS.type, _class(sort, base)
        yield count, RDFS.label, _words(f"{SORTS[sort]}: {number}")
        yield count, RDF.value, Literal(str(number), datatype=XSD.integer)
    for row in reform.rows:
        yield from _row(row, reform, base)
    for event in reform.events:
        yield from _event(event, reform)
    yield from sort_triples(base)


def sort_triples(base: str) -> Iterator[Triple]:
    """The classes of change as concepts (SKOS), under `reform#`."""
    scheme = NamedNode(f"{base}reform#classes")
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield scheme, DCTERMS.title, _words("Classes of change")
    for sort, label in SORTS.items():
        own = _class(sort, base)
        yield own, RDF.type, SKOS.Concept
        yield own, SKOS.inScheme, scheme
        yield own, SKOS.notation, Literal(sort)
        yield own, SKOS.prefLabel, _words(label)
        yield own, SKOS.definition, _words(MEANINGS[sort])


def reform_iri(reform: Reform, base: str) -> NamedNode:
    """What names a reform, also the address of its page."""
    return NamedNode(f"{base}reform/{reform.before.identifier}/{reform.after.identifier}")


def _event(event: Event, reform: Reform) -> Iterator[Triple]:
    """A change event as the catalogue tells it: what ended and what began."""
    own = NamedNode(event.iri)
    yield own, RDF.type, ORG.ChangeEvent
    yield own, RDFS.label, Literal(event.label)
    for terms, things in (
        ((ORG.originalOrganization, OG.originalPost), event.originals),
        ((ORG.resultingOrganization, OG.resultingPost), event.results),
    ):
        for iri in things:
            thing = reform.before.things.get(iri) or reform.after.things.get(iri)
            yield own, terms[bool(thing and thing.type == "post")], NamedNode(iri)


def _row(row: Row, reform: Reform, base: str) -> Iterator[Triple]:
    whole = reform_iri(reform, base)
    own, thing = part(whole, row.anchor), NamedNode(row.thing)
    yield whole, DCTERMS.hasPart, own
    yield own, RDF.type, CS.ChangeSet
    yield own, DCTERMS.type, _class(row.sort, base)
    yield own, CS.subjectOfChange, thing
    yield own, CS.changeReason, _words(row.sentence)
    yield thing, RDFS.label, _label(reform, row.thing, row.name)
    if row.branch:
        yield own, DCTERMS.coverage, NamedNode(row.branch)
    if row.event:
        yield own, DCTERMS.references, NamedNode(row.event)
    if row.limit:
        yield own, DCTERMS.references, NamedNode(row.limit)
    if row.basis:
        yield own, OG.basis, OG[row.basis]
    if row.note:
        yield own, SKOS.editorialNote, _words(row.note)
    for term, values in ((CS.removal, row.before), (CS.addition, row.after)):
        if row.predicate:
            for number, value in enumerate(_only(values, row), 1):
                place = part(whole, f"{row.anchor}-{term.value.rpartition('#')[2]}-{number}")
                yield own, term, place
                yield from _statement(place, row, value, reform)
    for passage in row.passages:
        yield from _passage(own, passage)


def _only(values: tuple[Value, ...], row: Row) -> list[Value]:
    """The values that are not both before and after."""
    return [value for value in values if not (value in row.before and value in row.after)]


def _statement(own: NamedNode, row: Row, value: Value, reform: Reform) -> Iterator[Triple]:
    """What one edition states and the other does not."""
    yield own, RDF.type, RDF.Statement
    yield own, RDF.subject, NamedNode(row.thing)
    yield own, RDF.predicate, NamedNode(row.predicate)
    yield own, RDF.object, NamedNode(value.iri) if value.iri else Literal(value.label, language=value.language or None)
    if value.iri:
        yield NamedNode(value.iri), RDFS.label, _label(reform, value.iri, value.label)


def _passage(row: NamedNode, passage: Passage) -> Iterator[Triple]:
    """Where a document says so (Web Annotation Data Model, sections 4.1 and 4.2.5)."""
    place = NamedNode(passage.place)
    selector = NamedNode(f"{passage.document}#selector-{passage.start}-{passage.end}")
    yield row, PROV.wasDerivedFrom, place
    if passage.graph:
        yield row, DCTERMS.source, NamedNode(passage.graph)
    yield place, RDF.type, OA.SpecificResource
    yield place, OA.hasSource, NamedNode(passage.document)
    yield place, OA.hasSelector, selector
    yield selector, RDF.type, OA.TextPositionSelector
    yield selector, OA.start, Literal(str(passage.start), datatype=XSD.nonNegativeInteger)
    yield selector, OA.end, Literal(str(passage.end), datatype=XSD.nonNegativeInteger)
    yield NamedNode(passage.document), RDFS.label, Literal(passage.title)


def _label(reform: Reform, iri: str, text: str) -> Literal:
    return Literal(text, language=reform.language(iri, text) or None)


def _class(sort: str, base: str) -> NamedNode:
    return NamedNode(f"{base}reform#{sort}")


def _words(text: str) -> Literal:
    return Literal(text, language="en")
