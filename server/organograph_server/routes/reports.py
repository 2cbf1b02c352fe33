"""The validation report of each edition, as it was published: in RDF (W3C SHACL, section 3.6), or as a page."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response
from pyoxigraph import RdfFormat, parse

from organograph.messages import Message
from organograph_server.answers.responses import Document, give, here, page, redirect, split_suffix, wanted
from organograph_server.api.operations import answers, leads
from organograph_server.api.values import endings, listed, newest_first
from organograph_server.content.formats import HTML, REFORMS_FORMATS, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.content.writing import write_graph
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.published import Edition, PublishedFile
from organograph_server.dataset.quads import Quads
from organograph_server.errors import ResourceUnknown
from organograph_server.service import Service
from organograph_server.views.report import NAME, reported
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import report_node

blueprint = Blueprint("reports", __name__)

_TYPE = "http://www.w3.org/ns/shacl#ValidationReport"


def _with_report(serving: Service) -> list[str]:
    publication = serving.publication
    return [each for each in newest_first(serving) if publication is not None and file_of(publication, each) is not None]


_EDITION = listed("identifier", "The edition.", _with_report)


def path_of(edition: Edition) -> str:
    """Where the report of an edition is, from the root of this server."""
    return f"edition/{edition.identifier}/{NAME}"


def file_of(publication: Publication, identifier: str) -> PublishedFile | None:
    """The file that holds the report of an edition; None where the dataset was published without."""
    return publication.published.files.get(f"editions/{identifier}/report.ttl")


def reported_editions(publication: Publication) -> list[tuple[str, str]]:
    """The editions that have a report, the latest first, each with the path of it."""
    editions = reversed(publication.published.editions)
    return [(edition.identifier, path_of(edition)) for edition in editions if file_of(publication, edition.identifier)]


@blueprint.get("/rules")
@leads(HTTPStatus.SEE_OTHER, given=lambda _: bool(current().ruleset.graphs), also=(HTTPStatus.NOT_FOUND,))
def rules() -> Response:
    """Lead to the rules, each with its reason, its examples and what it looked at in each edition."""
    if not current().ruleset.graphs:
        raise ResourceUnknown("This dataset was published without its rules.", "Build it again with `organograph build`.")
    return redirect("shapes", HTTPStatus.SEE_OTHER, [WebLink(here("shapes"), "describedby")])


@blueprint.get(f"/edition/<identifier>/{NAME}", defaults={"ending": ""})
@blueprint.get(f"/edition/<identifier>/{NAME}.<ending>")
@answers(*REFORMS_FORMATS, parameters=(endings(REFORMS_FORMATS), _EDITION))
def report(identifier: str, ending: str) -> Response:
    """Give the report of what the rules found when the edition was published.

    Raises:
        ResourceUnknown: there is no such edition or format, or the dataset was published without reports.
    """
    publication = current()
    edition = next((each for each in publication.published.editions if each.identifier == identifier), None)
    if edition is None:
        raise ResourceUnknown(
            Message("There is no edition %(edition)r.", edition=identifier), "The editions are listed on the home page, /."
        )
    file = file_of(publication, identifier)
    if file is None:
        raise ResourceUnknown("This dataset was published without reports.", "Build it again with `organograph build`.")
    name, suffix = split_suffix(f"{NAME}.{ending}" if ending else NAME, REFORMS_FORMATS)
    if name != NAME:
        message = Message("The report has no format %(ending)r.", ending=ending)
        raise ResourceUnknown(message, "Leave the ending out, and name one in the Accept field.")
    path = path_of(edition)

    def make(form: Format) -> bytes:
        triples = [quad.triple for quad in parse(publication.published.read(file), RdfFormat.TURTLE)]
        if form is not HTML:
            return write_graph(triples, form)
        shown = reported(publication, edition, Quads.of_triples(triples))
        linked = embedded(report_node(publication, edition, path, shown.title))
        return page("report.html", path=path, iri=publication.iri(path), formats=REFORMS_FORMATS, page=shown, linked=linked)

    links = [WebLink(publication.iri(path), "cite-as"), WebLink(_TYPE, "type"), WebLink(here("shapes"), "related")]
    links += [WebLink(here(f"edition/{identifier}"), relation) for relation in ("about", "collection")]
    links += [WebLink(found, "license") for found in publication.licences]
    return give(Document(path, REFORMS_FORMATS, make, links), wanted(REFORMS_FORMATS, suffix))
