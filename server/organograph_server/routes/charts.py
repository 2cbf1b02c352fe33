"""Charts of the structure of an edition, or of a branch of it: as a page, and as a drawing in SVG to keep or print."""

from __future__ import annotations

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.responses import Document, give, here, page, split_suffix, wanted
from organograph_server.api.operations import Parameter, Values, answers
from organograph_server.api.values import IDENTIFIER, KIND, endings, example_thing
from organograph_server.content.formats import CHART_FORMATS, SVG, Choice, Format
from organograph_server.content.weblinks import WebLink
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.published import Edition
from organograph_server.errors import ResourceUnknown
from organograph_server.languages.speaking import gettext
from organograph_server.service import Service
from organograph_server.views.chart import draw
from organograph_server.views.links import Link, titled
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import chart_node
from organograph_server.views.structure import Branch, Structure, chain_of

blueprint = Blueprint("charts", __name__)


def _names(serving: Service) -> Values:
    return Values({"type": "string"}, example_thing(serving.publication)[1] if serving.publication else None)


_NAME = Parameter("name", "path", "The last part of the address of a unit or post, with or without an ending.", _names, required=True)


@blueprint.get("/edition/<identifier>/chart", defaults={"ending": ""})
@blueprint.get("/edition/<identifier>/chart.<ending>")
@answers(*CHART_FORMATS, parameters=(endings(CHART_FORMATS), IDENTIFIER))
def whole(identifier: str, ending: str) -> Response:
    """Draw the structure of an edition, as many levels as fit on a page."""
    publication, edition = current(), _edition(identifier)
    choice = split_suffix(f"chart.{ending}", CHART_FORMATS)[1] if ending else None
    if ending and choice is None:
        raise ResourceUnknown(
            Message("A chart has no format %(ending)r.", ending=ending),
            Message("It is at /edition/%(identifier)s/chart, as a page and as SVG.", identifier=identifier),
        )
    return _given(publication, edition, publication.published.organization, f"edition/{identifier}/chart", choice)


@blueprint.get("/edition/<identifier>/chart/<kind>/<name>")
@answers(*CHART_FORMATS, parameters=(IDENTIFIER, KIND, _NAME))
def branch(identifier: str, kind: str, name: str) -> Response:
    """Draw a branch of an edition: a unit or post with what is below it."""
    publication, edition = current(), _edition(identifier)
    for slug, choice in ((name, None), split_suffix(name, CHART_FORMATS)):
        iri = publication.iri(f"id/{kind}/{slug}")
        if publication.quads.knows(iri):
            return _given(publication, edition, iri, f"edition/{identifier}/chart/{kind}/{slug}", choice)
    raise ResourceUnknown(
        Message("This dataset describes no %(kind)s %(name)r.", kind=kind, name=name),
        Message("Begin at the chart of the whole, /edition/%(identifier)s/chart.", identifier=identifier),
    )


def _edition(identifier: str) -> Edition:
    publication = current()
    edition = publication.published.edition(publication.iri(f"edition/{identifier}"))
    if edition is None:
        raise ResourceUnknown(
            Message("There is no edition %(identifier)r.", identifier=identifier), "Editions are listed on the home page, /."
        )
    return edition


def _given(publication: Publication, edition: Edition, iri: str, path: str, suffix: Choice | None) -> Response:
    choice = wanted(CHART_FORMATS, suffix)
    chain = chain_of(publication, edition, iri)
    if chain is None:
        at = f"/edition/{edition.identifier}"
        raise ResourceUnknown(
            Message("%(thing)s has no place in the structure of this edition.", thing=path.rpartition("chart/")[2]),
            Message("See the list at %(at)s.", at=at),
        )

    def make(form: Format) -> bytes:
        structure = Structure(publication, edition, is_dated=True, start=iri)
        found, above = structure.whole(), structure.above(chain)
        shared = {"title": _title(found, edition), "at": f"edition/{edition.identifier}", "chart": draw(found)}
        if form is SVG:
            return page("chart.svg", base=publication.published.names.base, **shared)
        return page("chart.html", **shared, **_around(publication, edition, found, above, path), path=path, formats=CHART_FORMATS)

    collection = WebLink(here(f"edition/{edition.identifier}"), "collection")
    licences = [WebLink(found, "license") for found in publication.licences]
    return give(Document(path, CHART_FORMATS, make, [collection, *licences]), choice)


def _title(found: Branch, edition: Edition) -> str:
    return gettext("Structure of %(name)s, edition %(edition)s", name=found.link.label, edition=edition.identifier)


def _around(publication: Publication, edition: Edition, found: Branch, above: list[Branch], path: str) -> dict[str, object]:
    """What the page of a chart shows beside it."""
    start = f"edition/{edition.identifier}"
    crumbs = [Link(step.link.label, f"{start}/chart" + (f"/{step.path}" if number else "")) for number, step in enumerate(above)]
    document = f"{found.link.path}"
    data = [(gettext("Edition as %(format)s", format=name), f"{start}.{ending}") for name, ending in (("CSV", "csv"), ("Excel", "xlsx"))]
    data += [
        (
            gettext("%(name)s as %(format)s", name=found.link.label if above else gettext("Edition"), format=name),
            f"{document if above else start}.{ending}",
        )
        for name, ending in _RDF
    ]
    places = [
        (Link(titled(other), f"edition/{other.identifier}/{path.removeprefix(f'{start}/')}"), other == edition)
        for other in publication.published.editions
        if chain_of(publication, other, publication.iri(f"id/{found.path}")) is not None
    ]
    linked = embedded(chart_node(publication, edition, path, _title(found, edition)))
    more = {"name": found.link.label, "page_link": Link(gettext("Page of %(name)s", name=found.link.label), document)}
    return {"above": crumbs, "data": data, "switch": places, "linked": linked, **more}


_RDF = (("Turtle", "ttl"), ("JSON-LD", "jsonld"))
