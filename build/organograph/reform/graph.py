"""A reform as RDF: each change as a change set (Changeset vocabulary), with what rests on which passage of which document."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from organograph.names import DCTERMS, OA, OG, PROV, RDF, RDFS, SKOS, XSD, Namespace, part
from organograph.reform.lineage import Passage
from organograph.reform.model import MEANINGS, SORTS, Reform, Row, Value
from organograph.reform.states import NAME
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
        yield NamedNode(state.iri), DCTERMS.title, _words(state.title)
    for sort, number in reform.counts.items():
        count = part(own, f"count-{sort}")
        yield own, DCTERMS.extent, count
        yield count, DCTERMS.type, _class(sort, base)
        yield count, RDFS.label, _words(f"{SORTS[sort]}: {number}")
        yield count, RDF.value, Literal(str(number), datatype=XSD.integer)
    for row in reform.rows:
        yield from _row(row, own, base)
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


def _row(row: Row, reform: NamedNode, base: str) -> Iterator[Triple]:
    own, thing = part(reform, row.anchor), NamedNode(row.thing)
    yield reform, DCTERMS.hasPart, own
    yield own, RDF.type, CS.ChangeSet
    yield own, DCTERMS.type, _class(row.sort, base)
    yield own, CS.subjectOfChange, thing
    yield own, CS.changeReason, _words(row.sentence)
    yield thing, RDFS.label, _words(row.name)
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
                yield from _statement(part(reform, f"{row.anchor}-{term.value.rpartition('#')[2]}-{number}"), own, term, row, value)
    for passage in row.passages:
        yield from _passage(own, passage)


def _only(values: tuple[Value, ...], row: Row) -> list[Value]:
    """The values that are not both before and after."""
    return [value for value in values if not (value in row.before and value in row.after)]


def _statement(own: NamedNode, row: NamedNode, term: NamedNode, told: Row, value: Value) -> Iterator[Triple]:
    yield row, term, own
    yield own, RDF.type, RDF.Statement
    yield own, RDF.subject, NamedNode(told.thing)
    yield own, RDF.predicate, NamedNode(told.predicate)
    if value.iri:
        yield own, RDF.object, NamedNode(value.iri)
        yield NamedNode(value.iri), RDFS.label, _words(value.label)
    else:
        yield own, RDF.object, _words(value.label) if told.predicate == NAME else Literal(value.label)


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


def _class(sort: str, base: str) -> NamedNode:
    return NamedNode(f"{base}reform#{sort}")


def _words(text: str) -> Literal:
    return Literal(text, language="en")
