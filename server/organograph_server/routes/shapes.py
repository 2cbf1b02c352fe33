"""The rules: all or one set of them in RDF or as a page, and the addresses of rules and kinds, which lead to their place."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Blueprint, Response
from pyoxigraph import NamedNode, Quad

from organograph.messages import Message
from organograph.names import KINDS, PREFIXES, SHAPE
from organograph.report.examples import base
from organograph.report.explained import explanations
from organograph.resources import cases_folder
from organograph_server.answers.responses import Document, give, here, offered, page, redirect, represent, split_suffix, wanted
from organograph_server.api.operations import answers, leads
from organograph_server.api.values import endings, listed, with_endings
from organograph_server.content.formats import DOCUMENT_FORMATS, HTML, N_QUADS, TRIG, Format, choose
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.content.writing import write_graph, write_quads
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.ruleset import ROOMS, triples
from organograph_server.errors import ResourceUnknown
from organograph_server.views.rules import holder_entries, rule_groups
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import rules_node

blueprint = Blueprint("shapes", __name__)

_TYPES = ("https://schema.org/DefinedTermSet", PREFIXES["owl"] + "Ontology")
_CONTEXT = "context.jsonld"
_ROOM = with_endings("name", "Over what they run.", DOCUMENT_FORMATS, lambda _: [*current().ruleset.graphs])
_KIND = listed("name", "The kind.", lambda _: _kinds())
# Of the faults that the reading of tables tells.
_SUBJECT, _NAME = (
    listed(name, told, lambda _, place=place: [key.split(":")[place] for key in explanations(()) if ":" in key])  # type: ignore[misc]
    for place, (name, told) in enumerate((("subject", "What it is about."), ("name", "The fault.")))
)


@blueprint.get("/shapes", defaults={"ending": ""})
@blueprint.get("/shapes.<ending>")
@answers(*DOCUMENT_FORMATS, parameters=(endings(DOCUMENT_FORMATS),), given=lambda _: _has_rules(), also=(HTTPStatus.NOT_FOUND,))
def shapes(ending: str) -> Response:
    """Give all rules, to be read; those that run together are at /shapes/ROOM."""
    return _given("shapes" + (f".{ending}" if ending else ""), "")


@blueprint.get("/shapes/<name>")
@answers(*DOCUMENT_FORMATS, parameters=(_ROOM,))
def room(name: str) -> Response:
    """Give the rules that run together over one kind of graph."""
    return _given(name, "shapes/")


@blueprint.get("/shape/<name>")
@leads(HTTPStatus.SEE_OTHER, parameters=(listed("name", "The rule.", lambda _: _rules()),))
def shape(name: str) -> Response:
    """Lead from a rule to its place among all."""
    iri = SHAPE[name].value if _is_iri(name) else ""
    ruleset = current().ruleset
    if iri not in ruleset.rules and iri not in ruleset.holders:
        raise ResourceUnknown(Message("There is no rule %(name)r.", name=name), "All rules are listed at /shapes.")
    return redirect("shapes", HTTPStatus.SEE_OTHER, [WebLink(here("shapes"), "describedby")], fragment=name)


@blueprint.get("/rule/<subject>/<name>")
@leads(HTTPStatus.SEE_OTHER, parameters=(_SUBJECT, _NAME), given=lambda _: _has_rules())
def table_rule(subject: str, name: str) -> Response:
    """Lead from a fault of tables, which findings name by its address, to its place among the rules."""
    if f"{subject}:{name}" not in explanations(()) or not current().ruleset.graphs:
        raise ResourceUnknown(
            Message("There is no rule %(name)r of %(subject)r.", name=name, subject=subject), "All rules are listed at /shapes."
        )
    return redirect("shapes.html", HTTPStatus.SEE_OTHER, fragment=f"{subject}-{name}")


@blueprint.get("/kind/", defaults={"name": ""})
@blueprint.get("/kind/<name>")
@leads(
    HTTPStatus.SEE_OTHER,
    parameters=(listed("name", "The kind.", lambda _: _kinds()),),
    also=(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE),
)
def kind(name: str) -> Response:
    """Lead from a kind of unit or body to its place in the vocabulary; from one of this organization alone to the catalogue's data."""
    publication = current()
    published = publication.published
    if name and not _is_iri(name):
        raise ResourceUnknown(Message("There is no kind %(name)r.", name=name), "All kinds are listed at /ns.")
    if _says(publication, published.ontology, KINDS.value + name):
        return redirect("ns", HTTPStatus.SEE_OTHER, [WebLink(here("ns"), "describedby")], fragment=f"kind-{name}")
    if name and _says(publication, published.catalogue, publication.iri(f"kind/{name}")):
        # The ontology's graph is everybody's; what one organization adds stands in its catalogue, and on the page beside the others.
        links = [WebLink(here("catalogue"), "describedby")]
        if choose(DOCUMENT_FORMATS, offered(DOCUMENT_FORMATS)).format is HTML:
            return redirect("ns.html", HTTPStatus.SEE_OTHER, links, fragment=f"kind-{name}")
        return redirect("catalogue", HTTPStatus.SEE_OTHER, links)
    raise ResourceUnknown(Message("There is no kind %(name)r.", name=name), "All kinds are listed at /ns.")


@blueprint.get(f"/{_CONTEXT}")
@answers("application/ld+json", given=lambda _: _CONTEXT in current().published.files, also=(HTTPStatus.NOT_FOUND,))
def context() -> Response:
    """Give the short names of JSON-LD."""
    published = current().published
    file = published.files.get(_CONTEXT)
    if file is None:
        raise ResourceUnknown("This dataset was published without a JSON-LD context.", "Build it again with `organograph build`.")
    response = represent(file.media_type, lambda: published.read(file), (_CONTEXT,))
    response.headers["Link"] = link_field([WebLink(here("ns"), "describedby")])
    return response


def _has_rules() -> bool:
    return bool(current().ruleset.graphs)


def _rules() -> list[str]:
    ruleset = current().ruleset
    return sorted(iri.removeprefix(PREFIXES["shape"]) for iri in {*ruleset.rules, *ruleset.holders})


def _kinds() -> list[str]:
    publication = current()
    found = publication.quads.match([publication.published.ontology], predicate=f"{PREFIXES['skos']}inScheme", value=KINDS.value)
    return sorted(triple.subject.value.removeprefix(KINDS.value) for triple in found if isinstance(triple.subject, NamedNode))


def _is_iri(name: str) -> bool:
    return name.isascii() and all(sign.isalnum() or sign in "-_." for sign in name)


def _says(publication: Publication, graph: str, iri: str) -> bool:
    return next(publication.quads.match([graph], iri), None) is not None


def _given(name: str, folder: str) -> Response:
    publication = current()
    stem, suffix = split_suffix(name, DOCUMENT_FORMATS)
    wanted_room = stem if folder else None
    if not folder and stem != "shapes":
        raise ResourceUnknown(
            Message("There is no format %(ending)r of the rules.", ending=name.partition(".")[2]), "Formats are listed at /shapes.html."
        )
    graphs = publication.ruleset.graphs
    if not graphs:
        raise ResourceUnknown("This dataset was published without its rules.", "Build it again with `organograph build`.")
    if wanted_room is not None and wanted_room not in graphs:
        raise ResourceUnknown(
            Message("There is no set of rules %(stem)r.", stem=stem),
            Message("There are %(all)s.", all=", ".join(f"/shapes/{known}" for known in graphs)),
        )
    choice = wanted(DOCUMENT_FORMATS, suffix)
    path = f"{folder}{stem}"
    rooms = [wanted_room] if wanted_room else list(graphs)

    def make(form: Format) -> bytes:
        if form is HTML:
            return _page(publication, path, wanted_room)
        if form in (TRIG, N_QUADS):
            return write_quads(_quads(publication, rooms), form)
        return write_graph((triple for each in rooms for triple in triples(graphs[each])), form)

    links = [WebLink(found, "license") for found in publication.licences]
    links += [WebLink(kind, "type") for kind in _TYPES]
    links += [WebLink(here("shapes"), "collection")] if folder else [WebLink(here(f"shapes/{each}"), "item") for each in rooms]
    return give(Document(path, DOCUMENT_FORMATS, make, links), choice)


def _quads(publication: Publication, rooms: Iterable[str]) -> Iterable[Quad]:
    """The rules with the names of their sets, since all in one graph would contradict each other."""
    for each in rooms:
        graph = NamedNode(publication.iri(f"shapes/{each}"))
        found = triples(publication.ruleset.graphs[each])
        yield from (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in found)


def _page(publication: Publication, path: str, wanted_room: str | None) -> bytes:
    cases = cases_folder()
    return page(
        "rules.html",
        iri=publication.iri(path),
        path=path,
        formats=DOCUMENT_FORMATS,
        rooms={name: over for name, over in ROOMS.items() if name in publication.ruleset.graphs},
        room=wanted_room,
        groups=rule_groups(publication, cases, wanted_room),
        holders=holder_entries(publication, wanted_room),
        of_tables=() if wanted_room else explanations(()).values(),
        start=base(cases),
        linked=embedded(rules_node(publication, path)),
    )
