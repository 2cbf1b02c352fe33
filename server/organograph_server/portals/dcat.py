"""The catalogue for portals of data at /dcat: in RDF, which portals harvest, and as a page with every file, its size and its hash."""

from __future__ import annotations

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.responses import Document, give, here, page, split_suffix, wanted
from organograph_server.api.operations import answers
from organograph_server.api.values import endings
from organograph_server.content.formats import GRAPH_FORMATS, HTML, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.dataset.publication import current
from organograph_server.errors import ResourceUnknown
from organograph_server.portals.dcatap import catalogue_description
from organograph_server.portals.portal import PATH, Entry, Portal
from organograph_server.portals.services import data_services
from organograph_server.service import service
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemaorg import Node, without_gaps

blueprint = Blueprint("dcat", __name__)

_TYPES = ("http://www.w3.org/ns/dcat#Catalog", "https://schema.org/DataCatalog")


@blueprint.get(f"/{PATH}", defaults={"ending": ""})
@blueprint.get(f"/{PATH}.<ending>")
@answers(*GRAPH_FORMATS, parameters=(endings(GRAPH_FORMATS),))
def catalogue(ending: str) -> Response:
    """Give the description of all datasets, their files and services."""
    publication = current()
    name = f"{PATH}.{ending}" if ending else PATH
    stem, suffix = split_suffix(name, GRAPH_FORMATS)
    if stem != PATH:
        raise ResourceUnknown(
            Message("The catalogue for portals has no format %(ending)r.", ending=ending),
            Message("Ask at /%(path)s, and name a format in the Accept field.", path=PATH),
        )
    choice = wanted(GRAPH_FORMATS, suffix)
    portal = Portal(service(), publication)

    def make(form: Format) -> bytes:
        if form is HTML:
            shown = {"portal": portal, "services": [*data_services(portal)], "path": PATH, "formats": GRAPH_FORMATS}
            return page("dcat.html", **shown, linked=embedded(_node(portal)))
        return catalogue_description(portal, form)

    links = [
        WebLink(publication.iri(PATH), "cite-as"),
        *(WebLink(found, "type") for found in _TYPES),
        *(WebLink(found, "license") for found in publication.licences),
        *(WebLink(here(f"edition/{edition.identifier}"), "item") for edition in publication.published.editions),
    ]
    return give(Document(PATH, GRAPH_FORMATS, make, links), choice)


def _node(portal: Portal) -> Node:
    """The same catalogue for search engines (schema.org)."""
    iri = portal.publication.iri(PATH)
    told = {"@id": iri, "@type": "DataCatalog", "name": portal.catalogue_title, "description": portal.catalogue_description, "url": iri}
    return without_gaps(told | {"dataset": [_dataset(portal, entry) for entry in portal.entries]} | portal.words_of_search.shared())


def _dataset(portal: Portal, entry: Entry) -> Node:
    told = {
        "@id": entry.iri,
        "@type": "Dataset",
        "name": entry.titles[0].value,
        "description": entry.descriptions[0].value,
        "url": entry.page,
        "distribution": [portal.words_of_search.download(file.offer) for file in entry.downloads],
    }
    # The ontology has other makers than the data.
    return without_gaps(told | (portal.words_of_search.shared() if entry.is_ours else {}))
