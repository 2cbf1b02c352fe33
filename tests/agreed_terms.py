"""The terms and kinds that were agreed on, of our own and of others, against which tests hold the ontology."""

from rdflib import OWL, URIRef

from independent import OG
from organograph.names import PREFIXES

CLASSES = """IndependentOffice RegionalOffice SpecialLiaisonOffice CountryOffice AdministrativeCentre Body
    SourceDocument Edition EvidenceGraph Conflict Basis ScopeLimit Merger Split Succession Foundation Closure"""
INDIVIDUALS = "stated layout inferred"
OBJECT_PROPERTIES = """parent heads post seat oversees coordinatesWith secretariatOf appointedBy electedBy
    evidenceGraph describedIn notDescribedIn outsideScope scopeLimit branch about inEdition chosen rejected mention
    basis fromEdition toEdition originalPost resultingPost"""
DATA_PROPERTIES = """countryCode remit focalPointFor aspect order depth cardinality characters things manyHolders"""
ANNOTATION_PROPERTIES = "notBefore notAfter termOfOffice"

KINDS_OF_UNITS = """office headquarters department division unit team function workstream component centre secretariat
    institute hub group unspecified regional-office special-liaison-office country-office administrative-centre"""
KINDS_OF_BODIES = """governing-body committee coordinating-committee advisory-committee working-group board network
    forum"""

OF_OTHERS = {
    OWL.Class: """cv:PublicOrganisation foaf:Person org:FormalOrganization org:Membership org:Organization
        org:OrganizationalUnit org:Post org:Site org:ChangeEvent oa:SpecificResource oa:TextPositionSelector
        dcat:Dataset prov:Entity skos:Concept spdx:Checksum time:Instant time:Interval vcard:Address""",
    OWL.ObjectProperty: """foaf:homepage org:classification org:unitOf org:subOrganizationOf org:reportsTo
        org:hasSite org:hasPrimarySite org:postIn org:heldBy org:member org:organization org:memberDuring
        org:linkedTo org:siteAddress org:originalOrganization org:resultingOrganization org:changedBy
        org:resultedFrom dcterms:source oa:hasSource oa:hasSelector prov:wasRevisionOf prov:wasDerivedFrom
        spdx:checksum spdx:algorithm time:hasBeginning time:hasEnd""",
    OWL.DatatypeProperty: """foaf:name org:purpose vcard:locality vcard:country-name oa:start oa:end
        dcterms:identifier spdx:checksumValue skos:notation""",
    OWL.AnnotationProperty: """skos:prefLabel skos:altLabel skos:editorialNote dcterms:title time:inXSDDate
        time:inXSDgYearMonth time:inXSDgYear""",
}
STATEMENTS = "rdf:Statement rdf:subject rdf:predicate rdf:object rdfs:label rdfs:comment"


def iri(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)


def terms(names: str) -> set[URIRef]:
    return {OG[name] for name in names.split()}


OWN = terms(" ".join((CLASSES, INDIVIDUALS, OBJECT_PROPERTIES, DATA_PROPERTIES, ANNOTATION_PROPERTIES)))
