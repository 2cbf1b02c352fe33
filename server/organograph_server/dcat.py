"""The catalogue for portals of data at /dcat: in RDF, which portals harvest, and as a page with every file, its size and its hash."""

from __future__ import annotations

from flask import Blueprint, Response

from organograph_server.dcatap import catalogue_description
from organograph_server.errors import ResourceUnknown
from organograph_server.formats import GRAPH_FORMATS, HTML, Format
from organograph_server.portal import PATH, Portal
from organograph_server.publication import current
from organograph_server.responses import Document, give, here, page, split_suffix, wanted
from organograph_server.service import service
from organograph_server.services import data_services
from organograph_server.weblinks import WebLink

blueprint = Blueprint("dcat", __name__)

_TYPES = ("http://www.w3.org/ns/dcat#Catalog", "https://schema.org/DataCatalog")


@blueprint.get(f"/{PATH}", defaults={"ending": ""})
@blueprint.get(f"/{PATH}.<ending>")
def catalogue(ending: str) -> Response:
    """Give the description of all datasets, their files and services."""
    publication = current()
    name = f"{PATH}.{ending}" if ending else PATH
    stem, suffix = split_suffix(name, GRAPH_FORMATS)
    if stem != PATH:
        raise ResourceUnknown(
            f"The catalogue for portals has no format {ending!r}.", f"Ask at /{PATH}, and name a format in the Accept field."
        )
    choice = wanted(GRAPH_FORMATS, suffix)
    portal = Portal(service(), publication)

    def make(form: Format) -> bytes:
        if form is HTML:
            return page("dcat.html", portal=portal, services=[*data_services(portal)], path=PATH, formats=GRAPH_FORMATS)
        return catalogue_description(portal, form)

    links = [
        WebLink(publication.iri(PATH), "cite-as"),
        *(WebLink(found, "type") for found in _TYPES),
        *(WebLink(found, "license") for found in publication.licences),
        *(WebLink(here(f"edition/{edition.identifier}"), "item") for edition in publication.published.editions),
    ]
    return give(Document(PATH, GRAPH_FORMATS, make, links), choice)
