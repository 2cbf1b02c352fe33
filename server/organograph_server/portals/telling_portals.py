"""Says what values of registers are: each with its class, its name and its register, so that no reader must fetch it first."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from organograph.names import PREFIXES
from organograph_server.content.telling import Telling, english, word
from organograph_server.portals import authorities
from organograph_server.portals.authorities import Code
from organograph_server.portals.portal import Period

_XSD = PREFIXES["xsd"]


class PortalTelling(Telling):
    """A description for portals as it grows.

    Args:
        here: IRI of the description, under which everything stands that is a part of it.
    """

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here

    def code(self, code: Code, kind: str) -> NamedNode:
        """A term of a register.

        Args:
            code: which.
            kind: its class, as prefixed name.
        """
        self.say(code.iri, "a", word(kind))
        self.say(code.iri, "skos:prefLabel", english(code.label))
        if code.scheme:
            self.say(code.iri, "skos:inScheme", NamedNode(code.scheme))
        return NamedNode(code.iri)

    def concept(self, code: Code, scheme: Code) -> NamedNode:
        """A concept of a scheme, which DCAT-AP wants told too."""
        self.scheme(scheme)
        return self.code(code, "skos:Concept")

    def scheme(self, scheme: Code) -> NamedNode:
        """A scheme of concepts."""
        self.say(scheme.iri, "a", word("skos:ConceptScheme"))
        self.say(scheme.iri, "dcterms:title", english(scheme.label))
        return NamedNode(scheme.iri)

    def standard(self, iri: str, label: str) -> NamedNode:
        """Something to conform to."""
        self.say(iri, "a", word("dcterms:Standard"))
        self.say(iri, "rdfs:label", english(label))
        return NamedNode(iri)

    def document(self, iri: str) -> NamedNode:
        """A page for people."""
        self.say(iri, "a", word("foaf:Document"))
        return NamedNode(iri)

    def covered(self, iri: str, places: Iterable[Code], period: Period | None) -> None:
        """Which countries and which time a dataset covers."""
        self.say(iri, "dcterms:spatial", *(self.code(place, "dcterms:Location") for place in places))
        if period is None:
            return
        node = f"{self.here}#period-{period.name}"
        self.say(iri, "dcterms:temporal", NamedNode(node))
        self.say(node, "a", word("dcterms:PeriodOfTime"))
        for term, month in (("dcat:startDate", period.first), ("dcat:endDate", period.last)):
            if month:
                self.say(node, term, Literal(month, datatype=NamedNode(f"{_XSD}gYearMonth")))

    def licensed(self, iri: str, licences: Iterable[str]) -> None:
        """The licence, with what the EU calls it; of several the first, since a file may have one."""
        for address in sorted(licences)[:1]:
            self.say(iri, "dcterms:license", NamedNode(address))
            self.say(address, "a", word("dcterms:LicenseDocument"))
            if (known := authorities.licence(address)) is not None:
                same, kind = known
                self.say(address, "skos:exactMatch", NamedNode(same.iri))
                self.say(address, "dcterms:type", self.concept(kind, authorities.LICENCE_TYPES))

    def sized(self, iri: str, size: int, sha256: str) -> None:
        """The bytes of a file: how many, and their hash."""
        checksum, algorithm = f"{iri}-checksum", word("spdx:checksumAlgorithm_sha256")
        self.say(iri, "dcat:byteSize", Literal(str(size), datatype=NamedNode(f"{_XSD}nonNegativeInteger")))
        self.say(iri, "spdx:checksum", NamedNode(checksum))
        self.say(checksum, "a", word("spdx:Checksum"))
        self.say(checksum, "spdx:algorithm", algorithm)
        self.say(checksum, "spdx:checksumValue", Literal(sha256, datatype=NamedNode(f"{_XSD}hexBinary")))
        self.say(algorithm.value, "a", word("spdx:ChecksumAlgorithm"))

    def typed(self, iri: str, media_type: str) -> None:
        """The format of a file, by IANA and by the EU's table where that has it."""
        self.say(iri, "dcat:mediaType", self.code(authorities.media_type(media_type), "dcterms:MediaType"))
        if (form := authorities.file_type(media_type)) is not None:
            self.say(iri, "dcterms:format", self.code(form, "dcterms:MediaTypeOrExtent"))
