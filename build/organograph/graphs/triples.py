"""What an edition and its evidence graphs say alike: names, kinds, places, sites, tenures and relations as triples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from organograph.model import Dataset, Reference, Relation, Seat, Site, Tenure
from organograph.names import DCTERMS, FOAF, KIND, OG, ORG, PREFIXES, RDF, SKOS, TIME, VCARD, XSD, Names, part
from organograph.statements import Triple

BASIS = {"stated": OG.stated, "layout": OG.layout, "inferred": OG.inferred}
RELATIONS: dict[str, NamedNode] = {
    "oversees": OG.oversees,
    "coordinates-with": OG.coordinatesWith,
    "secretariat-of": OG.secretariatOf,
    "reports-to": ORG.reportsTo,
    "linked-to": ORG.linkedTo,
    "elected-by": OG.electedBy,
    "appointed-by": OG.appointedBy,
    "focal-point-for": OG.focalPointFor,
    "remit": OG.remit,
    "term-of-office": OG.termOfOffice,
    "is-a": RDF.type,
}
_TYPES = {
    "unit": (ORG.OrganizationalUnit, ORG.Organization),
    "post": (ORG.Post,),
    "body": (OG.Body, ORG.Organization),
    "organization": (ORG.FormalOrganization, ORG.Organization),
}
_DATES = {4: (TIME.inXSDgYear, XSD.gYear), 7: (TIME.inXSDgYearMonth, XSD.gYearMonth), 10: (TIME.inXSDDate, XSD.date)}


def expand(name: str) -> NamedNode:
    """The IRI of a prefixed name such as og:IndependentOffice."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def kind_iri(notation: str, own: frozenset[str], names: Names) -> NamedNode:
    """The IRI of a kind: under the dataset's base where its organization alone has it, else of the scheme."""
    return names.kind(notation) if notation in own else KIND[notation]


class Writer:
    """Writes things of one dataset as triples.

    Args:
        names: its IRIs.
        dataset: for the organization it describes, its own kinds and its language.
    """

    def __init__(self, names: Names, dataset: Dataset) -> None:
        self.names = names
        self.language = dataset.language
        self.organization = names.reference(dataset.organization.reference)
        self._own_kinds = dataset.own_kinds
        self._classes = tuple(expand(name) for name in dataset.organization.classes)

    def words(self, text: str) -> Literal:
        """Text in the language of the dataset."""
        return Literal(text, language=self.language)

    def types(self, reference: Reference, classes: tuple[str, ...] = ()) -> Iterator[Triple]:
        """The classes of a thing."""
        iri, kind = self.names.reference(reference), reference.partition(":")[0]
        further = self._classes if kind == "organization" else tuple(expand(name) for name in classes)
        for name in (*_TYPES[kind], *further):
            yield iri, RDF.type, name

    def kind(self, reference: Reference, kind: str | None) -> Iterator[Triple]:
        """The classification of a thing (ORG section 4.3.4)."""
        if kind:
            yield self.names.reference(reference), ORG.classification, kind_iri(kind, self._own_kinds, self.names)

    def place(self, reference: Reference, parent: Reference | None, basis: str | None) -> Iterator[Triple]:
        """The parent of a unit or post, and the ORG terms that follow from it."""
        iri = self.names.reference(reference)
        if basis:
            yield iri, OG.basis, BASIS[basis]
        if parent is None:
            return
        above, rank = self.names.reference(parent), parent.partition(":")[0]
        if reference.startswith("body:"):
            yield iri, ORG.subOrganizationOf, above
            return
        yield iri, OG.parent, above
        if rank == "post":
            yield iri, ORG.reportsTo, above
        if reference.startswith("unit:"):
            yield iri, ORG.subOrganizationOf, self.organization if rank == "post" else above
        else:
            yield iri, ORG.postIn, self.organization if rank == "post" else above

    def membership(self, tenure: Tenure, person: str) -> Iterator[Triple]:
        """A tenure without its dates, the post's holder and the person."""
        iri = self.names.thing("membership", tenure.slug)
        holder, post = self.names.thing("person", tenure.person), self.names.thing("post", tenure.post)
        yield iri, RDF.type, ORG.Membership
        yield iri, ORG.member, holder
        yield iri, ORG.organization, self.organization
        yield iri, OG.post, post
        yield post, ORG.heldBy, holder
        yield holder, RDF.type, FOAF.Person
        yield holder, FOAF.name, Literal(person)
        yield holder, SKOS.prefLabel, self.words(person)

    def interval(self, tenure: Tenure) -> Iterator[Triple]:
        """The time of a tenure (OWL-Time sections 4.2.5, 4.2.6); bounds that are unknown are absent."""
        iri = self.names.thing("membership", tenure.slug)
        interval = part(iri, "interval")
        yield iri, ORG.memberDuring, interval
        yield interval, RDF.type, TIME.Interval
        for address in tenure.dates_from:
            yield interval, DCTERMS.source, NamedNode(address)
        for bound, name, date in ((TIME.hasBeginning, "beginning", tenure.begins), (TIME.hasEnd, "end", tenure.ends)):
            if date:
                precision, datatype = _DATES[len(date)]
                yield interval, bound, part(iri, name)
                yield part(iri, name), RDF.type, TIME.Instant
                yield part(iri, name), precision, Literal(date, datatype=datatype)

    def site(self, site: Site, with_country: bool) -> Iterator[Triple]:
        """Premises with their address, and the unit at them."""
        iri, unit = self.names.thing("site", site.slug), self.names.thing("unit", site.unit)
        address = part(iri, "address")
        yield unit, ORG.hasSite, iri
        if site.primary:
            yield unit, ORG.hasPrimarySite, iri
        yield iri, RDF.type, ORG.Site
        yield iri, ORG.siteAddress, address
        yield address, RDF.type, VCARD.Address
        yield address, VCARD.locality, Literal(site.city)
        yield iri, SKOS.prefLabel, self.words(f"{site.city}, {site.country}" if with_country else site.city)
        if with_country:
            yield address, VCARD["country-name"], Literal(site.country)
            yield iri, OG.countryCode, Literal(site.country_code)

    def relation(self, relation: Relation) -> Triple:
        """One statement beside the tree."""
        subject, predicate = self.names.reference(relation.subject), RELATIONS[relation.relation]
        if relation.relation in ("focal-point-for", "remit"):
            return subject, predicate, self.words(relation.object)
        if relation.relation == "term-of-office":
            return subject, predicate, Literal(relation.object, datatype=XSD.duration)
        if relation.relation == "is-a":
            return subject, predicate, expand(relation.object)
        return subject, predicate, self.names.reference(relation.object)

    def seat(self, seat: Seat) -> Triple:
        """A post in a body."""
        return self.names.thing("body", seat.body), OG.seat, self.names.thing("post", seat.post)

    def statement(self, owner: NamedNode, triple: Triple, basis: str) -> tuple[NamedNode, list[Triple]]:
        """A statement of which something is told (RDF Schema section 5.3), as a part of its owner, and what it rests on."""
        told = " ".join(map(str, triple)).replace(self.names.base, "")
        iri = part(owner, f"statement-{hashlib.sha256(told.encode()).hexdigest()[:12]}")
        roles = zip((RDF.subject, RDF.predicate, RDF.object), triple, strict=True)
        return iri, [(iri, RDF.type, RDF.Statement), *((iri, role, term) for role, term in roles), (iri, OG.basis, BASIS[basis])]
