"""Writes the catalogue for portals of data: DCAT 3 (W3C Recommendation of 22 August 2024), as DCAT-AP 3.0.1 wants it.

Not told, since nobody knows it of the data: when each was first issued, and how long it will stay (dcatap:availability). What the EU
demands of high-value datasets (Regulation (EU) 2023/138) holds for public bodies of its members: no such legislation mandates these
data, so none is named (dcatap:applicableLegislation).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from organograph.names import OG, ORG, PREFIXES
from organograph_server.content.formats import Format
from organograph_server.content.telling import english, word
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.mementos import LATEST
from organograph_server.portals import authorities
from organograph_server.portals.downloads import Download
from organograph_server.portals.portal import PATH, Entry, Portal
from organograph_server.portals.services import DataService, data_services
from organograph_server.portals.telling_portals import PortalTelling
from organograph_server.routes import void
from organograph_server.routes.profiled import iri_of
from organograph_server.routes.reports import reported_editions

_RIGHTS = "Everybody may read these data. The documents that they rest on are named with their addresses, and are no part of them."
_EDITION_RULES = "edition"


def catalogue_description(portal: Portal, form: Format) -> bytes:
    """Describe the catalogue, its datasets, their versions, files and services.

    Args:
        portal: what there is to tell.
        form: a format of RDF.
    """
    telling = _Catalogue(portal)
    telling.catalogue()
    telling.series()
    for entry in portal.entries:
        telling.dataset(entry)
    for service in data_services(portal):
        telling.service(service)
    return telling.written(form)


class _Catalogue(PortalTelling):
    """The description as it grows."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal.publication.iri(PATH))
        self._portal = portal
        self._series, self._latest = f"{self.here}#editions", portal.publication.iri(LATEST)

    def catalogue(self) -> None:
        """The catalogue itself (DCAT-AP 3.0.1, "Catalogue")."""
        portal, here = self._portal, self.here
        self.say(here, "a", word("dcat:Catalog"))
        self.say(here, "dcterms:title", english(portal.catalogue_title))
        self.say(here, "dcterms:description", english(portal.catalogue_description))
        self._published(here)
        graphs = portal.publication.quads.graphs
        self._languages(here, graphs)
        self.covered(here, portal.countries(graphs), portal.whole_period)
        self._ours(here)
        self.say(here, "foaf:homepage", self.document(portal.published.names.base))
        self.say(here, "dcat:themeTaxonomy", self.scheme(authorities.THEMES))
        self.say(here, "rdfs:seeAlso", NamedNode(portal.publication.iri(void.PATH)))
        self.say(here, "dcat:dataset", *(NamedNode(entry.iri) for entry in portal.entries))
        self.say(here, "dcat:service", *(NamedNode(found.iri) for found in data_services(portal)))
        self.say(here, "dcat:resource", NamedNode(self._series))
        self._modified(here)

    def series(self) -> None:
        """The editions as a series (DCAT-AP 3.0.1, "Dataset Series"), and as versions of what the latest address leads to."""
        portal, editions = self._portal, self._portal.published.editions
        self.say(self._series, "a", word("dcat:DatasetSeries"))
        self.say(self._series, "dcterms:title", english(f"{portal.title}: editions"))
        self.say(self._series, "dcterms:description", english(portal.series_description))
        self._published(self._series)
        self.covered(self._series, portal.countries([edition.iri for edition in editions]), portal.whole_period)
        self.say(self._series, "dcterms:accrualPeriodicity", self.code(authorities.IRREGULAR, "dcterms:Frequency"))
        self.say(self._series, "dcat:first", NamedNode(editions[0].iri))
        self.say(self._series, "dcat:last", NamedNode(editions[-1].iri))
        self.say(self._latest, "dcat:hasVersion", *(NamedNode(edition.iri) for edition in editions))
        self.say(self._latest, "dcat:hasCurrentVersion", NamedNode(portal.published.latest.iri))
        for before, after in pairwise(editions):
            self.say(after.iri, "dcat:prev", NamedNode(before.iri))
            self.say(after.iri, "dcat:previousVersion", NamedNode(before.iri))

    def dataset(self, entry: Entry) -> None:
        """One dataset (DCAT-AP 3.0.1, "Dataset")."""
        iri, portal = entry.iri, self._portal
        self.say(iri, "a", word("dcat:Dataset"))
        self.say(iri, "dcterms:title", *entry.titles)
        self.say(iri, "dcterms:description", *entry.descriptions)
        self.say(iri, "dcterms:identifier", Literal(iri))
        self._found(iri)
        if entry.is_ours:
            self._published(iri)
        else:
            self.say(iri, "dcterms:type", self.code(authorities.ONTOLOGIES, "skos:Concept"))
        self._languages(iri, entry.covered)
        self.covered(iri, portal.countries(entry.covered), entry.period)
        self.say(iri, "dcterms:accessRights", self.code(authorities.PUBLIC, "dcterms:RightsStatement"))
        self.say(iri, "dcat:landingPage", self.document(entry.page))
        self.say(iri, "dcterms:hasPart", *map(NamedNode, entry.parts))
        self._lineage(entry)
        if entry.edition is not None:
            self._edition(iri, entry.edition.identifier)
        if iri == portal.publication.iri(void.WHOLE):
            self._modified(iri)
        for download in entry.downloads:
            self.say(iri, "dcat:distribution", NamedNode(f"{self.here}#{download.name}"))
            self._distribution(download, entry)

    def _edition(self, iri: str, identifier: str) -> None:
        """The place of an edition among the others, what changed to it, and what it keeps to."""
        portal = self._portal
        self.say(iri, "dcat:version", Literal(identifier))
        for _, path in (found for found in reported_editions(portal.publication) if found[0] == identifier):
            self.say(iri, "foaf:page", self.document(portal.publication.iri(path)))
        self.say(iri, "dcat:inSeries", NamedNode(self._series))
        self.say(iri, "dcat:isVersionOf", NamedNode(self._latest))
        changes = portal.facts.subjects(OG.toEdition.value, iri)
        self.say(iri, "adms:versionNotes", *(english(portal.facts.label(change)) for change in changes))
        ontology = portal.published.ontology
        standards = {str(ORG).rstrip("#"): "The Organization Ontology (W3C)", ontology: portal.facts.label(ontology)}
        if _EDITION_RULES in portal.publication.ruleset.graphs:
            standards[portal.publication.iri(f"shapes/{_EDITION_RULES}")] = "The rules for an edition (SHACL)"
        self.say(iri, "dcterms:conformsTo", *(self.standard(*found) for found in standards.items()))

    def _lineage(self, entry: Entry) -> None:
        """The documents that a dataset rests on."""
        if not entry.documents:
            return
        names = "; ".join(self._portal.facts.label(document) for document in entry.documents)
        statement = f"{self.here}#provenance-{entry.iri.removeprefix(self._portal.published.names.base)}"
        self.say(entry.iri, "prov:wasDerivedFrom", *map(NamedNode, entry.documents))
        self.say(entry.iri, "dcterms:provenance", NamedNode(statement))
        self.say(statement, "a", word("dcterms:ProvenanceStatement"))
        self.say(statement, "rdfs:label", english(f"Compiled from what is stated in: {names}."))

    def _distribution(self, download: Download, entry: Entry) -> None:
        """One file (DCAT-AP 3.0.1, "Distribution")."""
        iri = f"{self.here}#{download.name}"
        self.say(iri, "a", word("dcat:Distribution"))
        self.say(iri, "dcterms:title", *(Literal(f"{title.value} ({download.label})", language=title.language) for title in entry.titles))
        self.say(iri, "dcterms:description", english(f"The whole as {download.label} ({download.media_type})."))
        self.say(iri, "dcat:accessURL", NamedNode(download.access))
        self.say(iri, "dcat:downloadURL", *map(NamedNode, download.addresses))
        self.typed(iri, download.media_type)
        self.sized(iri, download.size, download.sha256)
        self._languages(iri, entry.covered)
        if entry.is_ours:
            self._ours(iri)
            if (stays := self._portal.publisher.availability) is not None:
                self.say(iri, "dcatap:availability", self.code(stays, "skos:Concept"))
        else:
            terms = Facts(self._portal.publication.quads, [entry.iri])
            self.licensed(iri, terms.iris(entry.iri, PREFIXES["dcterms"] + "license"))
        if (profile := download.profile) is not None:
            self.say(iri, "dcterms:conformsTo", self.standard(iri_of(profile, self._portal.publication), profile.title))
        if download.graph:
            self.say(iri, "dcat:accessService", NamedNode(self._portal.publication.iri("rdf-graph-store")))

    def service(self, found: DataService) -> None:
        """One service (DCAT-AP 3.0.1, "Data Service")."""
        iri = found.iri
        self.say(iri, "a", word("dcat:DataService"))
        self.say(iri, "dcterms:title", english(found.title))
        self.say(iri, "dcterms:description", english(found.description))
        self.say(iri, "dcat:endpointURL", NamedNode(iri))
        self.say(iri, "dcat:endpointDescription", *map(NamedNode, found.described_at))
        self.say(iri, "dcat:servesDataset", *map(NamedNode, found.serves))
        self.say(iri, "dcterms:conformsTo", *(self.standard(*standard) for standard in found.standards))
        self.say(iri, "dcat:landingPage", self.document(found.page))
        self.say(iri, "dcterms:accessRights", self.code(authorities.PUBLIC, "dcterms:RightsStatement"))
        self._published(iri)
        self._found(iri)
        self.licensed(iri, self._portal.publication.licences)

    def _published(self, iri: str) -> None:
        """Who publishes it, and whom to ask."""
        publisher = self._portal.publisher
        self.say(iri, "dcterms:publisher", NamedNode(publisher.iri))
        self.say(publisher.iri, "a", word("foaf:Agent"))
        self.say(publisher.iri, "foaf:name", *publisher.names)
        if publisher.homepage:
            self.say(publisher.iri, "foaf:homepage", self.document(publisher.homepage))
        if publisher.kind is not None:
            self.say(publisher.iri, "dcterms:type", self.concept(publisher.kind, authorities.PUBLISHER_TYPES))
        self._contact(iri)

    def _found(self, iri: str) -> None:
        """What it is found by."""
        self.say(iri, "dcat:keyword", *self._portal.keywords)
        self.say(iri, "dcat:theme", self.concept(authorities.GOVERNMENT, authorities.THEMES))

    def _contact(self, iri: str) -> None:
        address = self._portal.publisher.contact or self._portal.publisher.homepage
        if not address:
            return
        contact = f"{self.here}#contact"
        self.say(iri, "dcat:contactPoint", NamedNode(contact))
        self.say(contact, "a", word("vcard:Organization"), word("vcard:Kind"))
        self.say(contact, "vcard:fn", *self._portal.publisher.names)
        self.say(contact, "vcard:hasEmail" if address.startswith("mailto:") else "vcard:hasURL", NamedNode(address))

    def _languages(self, iri: str, graphs: Iterable[str]) -> None:
        found = self._portal.languages([*graphs])
        self.say(iri, "dcterms:language", *(self.code(language, "dcterms:LinguisticSystem") for language in found))

    def _ours(self, iri: str) -> None:
        """Licence and rights of what the publisher answers for."""
        rights = f"{self.here}#rights"
        self.licensed(iri, self._portal.publication.licences)
        self.say(iri, "dcterms:rights", NamedNode(rights))
        self.say(rights, "a", word("dcterms:RightsStatement"))
        self.say(rights, "rdfs:label", english(_RIGHTS))

    def _modified(self, iri: str) -> None:
        """When what was compiled last changed, where the build was told."""
        if (issued := self._portal.published.issued) is not None:
            moment = issued.strftime("%Y-%m-%dT%H:%M:%SZ")
            self.say(iri, "dcterms:modified", Literal(moment, datatype=NamedNode(f"{PREFIXES['xsd']}dateTime")))
