"""A small sound edition with every kind of thing and value, for tests of reasoning."""

from pathlib import Path

from rdflib import Graph

from independent import Iris
from organograph.names import PREFIXES

FOLDER = Path(__file__).parents[1] / "ontology"
NAMES = Iris("https://example.org/")
EDITION = NAMES.edition("2023-10")
LEGAL = NAMES.thing("unit", "legal-affairs")
HEAD = NAMES.thing("post", "director-general")
WHOLE = NAMES.thing("organization", "iom")
SITE = NAMES.thing("site", "bangkok")
HOLDER = NAMES.thing("person", "amy-pope")

STRUCTURE = """
<organization/iom> a org:FormalOrganization, cv:PublicOrganisation, org:Organization ;
    skos:prefLabel "International Organization for Migration"@en ; skos:altLabel "IOM"@en ;
    org:purpose "To keep migration humane."@en ; foaf:homepage <https://www.example.org/> .
<post/director-general> a org:Post ; skos:prefLabel "Director General"@en ; og:parent <organization/iom> ;
    og:basis og:stated ; org:postIn <organization/iom> ; og:heads <organization/iom> ;
    og:termOfOffice "P5Y"^^xsd:duration ; og:electedBy <body/council> ; org:heldBy <person/amy-pope> .
<post/regional-directors> a org:Post ; skos:prefLabel "Regional Directors"@en ; og:manyHolders true ;
    og:cardinality 9 ; og:parent <unit/bangkok> ; og:basis og:inferred ; org:postIn <unit/bangkok> ;
    org:reportsTo <post/director-general> ; og:appointedBy <post/director-general> .
<unit/legal-affairs> a org:OrganizationalUnit, org:Organization, og:IndependentOffice ;
    skos:prefLabel "Legal Affairs"@en ; org:classification kind:office ; og:parent <post/director-general> ;
    og:basis og:stated ; org:unitOf <organization/iom> ; org:subOrganizationOf <organization/iom> ;
    org:reportsTo <post/director-general> ; og:focalPointFor "contracts"@en ; skos:editorialNote "A note."@en ;
    og:coordinatesWith <unit/bangkok> ; og:secretariatOf <body/council> ; og:oversees <unit/bangkok> .
<unit/bangkok> a org:OrganizationalUnit, org:Organization, og:RegionalOffice ; og:remit "Asia"@en ;
    skos:prefLabel "Regional Office in Bangkok"@en ; org:classification kind:regional-office ;
    og:parent <unit/legal-affairs> ; og:basis og:layout ; org:unitOf <organization/iom> ;
    org:subOrganizationOf <unit/legal-affairs> ; org:hasSite <site/bangkok> ; org:hasPrimarySite <site/bangkok> .
<site/bangkok> a org:Site ; skos:prefLabel "Bangkok, Thailand"@en ; og:countryCode "TH" ;
    org:siteAddress <site/bangkok#address> .
<site/bangkok#address> a vcard:Address ; vcard:locality "Bangkok" ; vcard:country-name "Thailand" .
<body/council> a og:Body, org:Organization ; skos:prefLabel "Council"@en ; og:basis og:stated ;
    org:classification kind:governing-body ; og:seat <post/director-general> ; org:linkedTo <unit/bangkok> .
<person/amy-pope> a foaf:Person ; foaf:name "Amy Pope" ; skos:prefLabel "Amy Pope"@en .
<membership/amy-pope> a org:Membership ; org:member <person/amy-pope> ; org:organization <organization/iom> ;
    og:post <post/director-general> ; org:memberDuring <membership/amy-pope#interval> ;
    dcterms:source <source/page> .
<membership/amy-pope#interval> a time:Interval ; time:hasBeginning <membership/amy-pope#beginning> ;
    time:hasEnd <membership/amy-pope#end> .
<membership/amy-pope#beginning> a time:Instant ; time:inXSDDate "2023-10-01"^^xsd:date .
<membership/amy-pope#end> a time:Instant ; time:inXSDgYearMonth "2028-09"^^xsd:gYearMonth .
"""


def graph_of(text: str) -> Graph:
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    return Graph().parse(data=f"@base <{NAMES.base}id/> .\n{head}{text}", format="turtle")
