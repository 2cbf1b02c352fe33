"""The doors through time: TimeGates, TimeMaps and the latest edition by that name (RFC 7089, pattern 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Triple

from organograph.messages import Message
from organograph.names import PREFIXES
from organograph_server.answers.responses import Document, by_parameter, give, page, redirect, split_suffix, wanted
from organograph_server.api.operations import answers, leads
from organograph_server.api.values import ACCEPT_DATETIME, ACCEPT_PROFILE, KIND, NAME, ORIGINAL, PROFILE, endings
from organograph_server.content.conditions import fixdate
from organograph_server.content.formats import EDITION_FORMATS, HTML, LINK_FORMAT, TIMEMAP_FORMATS, Choice, Format, named
from organograph_server.content.weblinks import WebLink
from organograph_server.content.writing import write_graph
from organograph_server.dataset.description import Described
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.mementos import LATEST, History, history
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.published import Edition
from organograph_server.errors import RequestMalformed, ResourceUnknown
from organograph_server.languages.speaking import gettext
from organograph_server.routes.documents import ending_of, known
from organograph_server.routes.profiled import Profiled, led, named_profile
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import timemap_node

blueprint = Blueprint("timetravel", __name__)

# The terms that Fedora and Trellis use too; RFC 7089 itself says nothing of RDF.
MEM = "http://mementoweb.org/ns#"


@blueprint.get("/timegate/<path:original>")
@leads(HTTPStatus.FOUND, parameters=(ORIGINAL, ACCEPT_DATETIME, PROFILE, ACCEPT_PROFILE), also=(HTTPStatus.NOT_ACCEPTABLE,))
def timegate(original: str) -> Response:
    """Lead to the state that was in force at the time that the Accept-Datetime field gives."""
    publication = current()
    if (thing := original.removeprefix(publication.published.names.base)).startswith("id/"):
        # A thing leads to its document, so its TimeGate to that of its document; and says nothing of time itself.
        described = Described(publication.quads, publication.published, publication.iri(thing))
        found = _history(publication, f"doc/{thing[3:]}")
        token = named_profile(Profiled.of_thing(publication, described))
        return redirect(found.timegate, HTTPStatus.FOUND, query=f"?_profile={token}" if token else "")
    found = _history(publication, thing)
    text = request.headers.get("Accept-Datetime")
    when = fixdate(text) if text is not None else None
    if text is not None and when is None:
        raise RequestMalformed(
            Message("The field Accept-Datetime holds %(text)r, which is no date.", text=text),
            "Write it like Thu, 01 Sep 2022 00:00:00 GMT.",
        )
    memento = found.at(when)
    query, profiles = _profile(publication, memento.edition, thing)
    response = redirect(memento.path, HTTPStatus.FOUND, [*found.links(request.script_root, memento), *profiles], query)
    response.vary.add("Accept-Datetime")
    return response


@blueprint.get("/timemap/<path:original>")
@answers(*TIMEMAP_FORMATS, parameters=(ORIGINAL,))
def timemap(original: str) -> Response:
    """List all dated states, in link format or in RDF."""
    publication = current()
    path = original.removeprefix(publication.published.names.base)
    stem, suffix = split_suffix(path, TIMEMAP_FORMATS)
    found = _history(publication, stem if suffix else path)
    choice = wanted(TIMEMAP_FORMATS, suffix)

    def make(form: Format) -> bytes:
        base = publication.published.names.base
        if form is HTML:
            name = _name(publication, found)
            linked = embedded(timemap_node(publication, found, name))
            return page("timemap.html", found=found, name=name, path=found.timemap, formats=TIMEMAP_FORMATS, linked=linked)
        return _link_format(found, base) if form is LINK_FORMAT else write_graph(_triples(found, base), form, PREFIXES | {"mem": MEM})

    links = [WebLink(f"{request.script_root}/{found.original}", "original"), *found.links(request.script_root)[:1]]
    return give(Document(found.timemap, TIMEMAP_FORMATS, make, links), choice)


@blueprint.get("/edition/latest", defaults={"ending": ""})
@blueprint.get("/edition/latest.<ending>")
@leads(HTTPStatus.TEMPORARY_REDIRECT, chosen=EDITION_FORMATS, parameters=(endings(EDITION_FORMATS), PROFILE, ACCEPT_PROFILE))
def latest(ending: str) -> Response:
    """Lead to the latest edition; this address stays, and what it leads to changes."""
    publication = current()
    choice = named(EDITION_FORMATS, ending) if ending else by_parameter(EDITION_FORMATS)
    if ending and (choice is None or choice.format.name != ending):
        raise ResourceUnknown(
            Message("An edition has no format %(ending)r.", ending=ending), "Leave the ending out, and name a format in the Accept field."
        )
    path = f"edition/{publication.published.latest.identifier}"
    found = history(publication.quads, publication.published, LATEST)
    query, profiles = _profile(publication, publication.published.latest, suffix=choice)
    links = [*(found.links(request.script_root) if found else []), *profiles]
    return redirect(f"{path}.{choice.format.name}" if choice else path, HTTPStatus.TEMPORARY_REDIRECT, links, query)


@blueprint.get("/edition/latest/doc/<kind>/<name>")
@leads(HTTPStatus.TEMPORARY_REDIRECT, parameters=(KIND, NAME, PROFILE, ACCEPT_PROFILE), also=(HTTPStatus.NOT_ACCEPTABLE,))
def latest_state(kind: str, name: str) -> Response:
    """Lead to the state of a thing in the latest edition."""
    slug, suffix = known(kind, name)
    publication = current()
    edition = publication.published.latest
    query, links = _profile(publication, edition, f"doc/{kind}/{slug}", suffix)
    path = f"edition/{edition.identifier}/doc/{kind}/{slug}{ending_of(suffix)}"
    return redirect(path, HTTPStatus.TEMPORARY_REDIRECT, links, query)


def _profile(publication: Publication, edition: Edition, original: str = LATEST, suffix: Choice | None = None) -> tuple[str, list[WebLink]]:
    """How to lead to a whole edition or to the state of a document in it, in the profile that the request asks for."""
    if original == LATEST:
        return led(Profiled.of_edition(publication, edition), suffix)
    iri = publication.iri(f"id/{original.removeprefix('doc/')}")
    return led(Profiled.of_thing(publication, Described(publication.quads, publication.published, iri, edition)), suffix)


def _history(publication: Publication, original: str) -> History:
    found = history(publication.quads, publication.published, original)
    if found is None:
        raise ResourceUnknown(
            Message("No dated edition describes what %(original)r describes.", original="/" + original),
            Message("Its only state is at /%(original)s.", original=original),
        )
    return found


def _name(publication: Publication, found: History) -> str:
    """What the original is called now."""
    if found.original == LATEST:
        return gettext("The latest edition")
    graphs = [found.mementos[-1].edition.iri, publication.published.catalogue]
    return Facts(publication.quads, graphs).label(publication.iri(f"id/{found.original.removeprefix('doc/')}"))


def _link_format(found: History, base: str) -> bytes:
    """The TimeMap as RFC 7089 section 5 writes it."""
    first, last = found.mementos[0].datetime, found.mementos[-1].datetime
    own = f'<{base}{found.timemap}>; rel="self"; type="{LINK_FORMAT.media_type}"; from="{first}"; until="{last}"'
    lines = [str(WebLink(base + found.original, "original")), own, str(WebLink(base + found.timegate, "timegate"))]
    for place, memento in enumerate(found.mementos):
        ends = {0: "first", len(found.mementos) - 1: "last"}
        names = ["first", "last"] if len(found.mementos) == 1 else [ends[place]] if place in ends else []
        lines.append(str(WebLink(base + memento.path, " ".join([*names, "memento"]), datetime=memento.datetime)))
    return (",\n".join(lines) + "\n").encode()


def _triples(found: History, base: str) -> Iterator[Triple]:
    original, gate, times = (NamedNode(base + path) for path in (found.original, found.timegate, found.timemap))
    a, moment = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["xsd"] + "dateTime")
    for resource, kind in ((original, "OriginalResource"), (gate, "TimeGate"), (times, "TimeMap")):
        yield Triple(resource, a, NamedNode(MEM + kind))
    yield Triple(original, NamedNode(f"{MEM}timegate"), gate)
    yield Triple(original, NamedNode(f"{MEM}timemap"), times)
    for memento in found.mementos:
        state = NamedNode(base + memento.path)
        yield Triple(original, NamedNode(f"{MEM}memento"), state)
        yield Triple(state, a, NamedNode(f"{MEM}Memento"))
        yield Triple(state, NamedNode(f"{MEM}original"), original)
        yield Triple(state, NamedNode(f"{MEM}mementoDatetime"), Literal(memento.since.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=moment))
        yield Triple(state, NamedNode(PREFIXES["og"] + "inEdition"), NamedNode(memento.edition.iri))
