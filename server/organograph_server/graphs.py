"""The graphs: editions, what documents state, the catalogue and the ontology, each whole in RDF or as a page."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from organograph_server.errors import ResourceUnknown
from organograph_server.formats import DOCUMENT_FORMATS, HTML, RDF_FORMATS, Format, choose
from organograph_server.publication import Publication, current
from organograph_server.responses import accepted, answered, document, page, page_response, split_suffix, wanted
from organograph_server.views.graphs import (
    edition_bodies,
    edition_entries,
    edition_entry,
    linker_for,
    stated_in,
    things_by_type,
    vocabulary,
)

blueprint = Blueprint("graphs", __name__)


@blueprint.get("/")
def home() -> AnyResponse:
    """Show the editions and the tree of the latest; a client that wants RDF is led to the catalogue."""
    if choose((HTML, *RDF_FORMATS), accepted()).format is not HTML:
        return redirect(request.script_root + "/catalogue", 303)
    publication = current()
    return page_response(publication.tag("/"), lambda: page("home.html", **_home(publication)))


@blueprint.get("/edition/<identifier>")
def edition(identifier: str) -> Response:
    """Give the graph of an edition."""
    return _graph("edition/", identifier)


@blueprint.get("/edition/<identifier>/source/<slug>")
def evidence(identifier: str, slug: str) -> Response:
    """Give the graph of what one document states."""
    return _graph(f"edition/{identifier}/source/", slug)


@blueprint.get("/catalogue", defaults={"ending": ""})
@blueprint.get("/catalogue.<ending>")
def catalogue(ending: str) -> Response:
    """Give the graph of editions, sources, changes, conflicts and the register."""
    return _graph("", "catalogue" + (f".{ending}" if ending else ""))


@blueprint.get("/ns", defaults={"ending": ""})
@blueprint.get("/ns.<ending>")
def ontology(ending: str) -> Response:
    """Give the ontology, whose own address is at w3id.org."""
    return _graph("", "ns" + (f".{ending}" if ending else ""))


@blueprint.get("/data/<path:name>")
def data(name: str) -> Response:
    """Give a file of the dataset as it was built."""
    published = current().published
    file = published.files.get(name)
    if file is None:
        raise ResourceUnknown(f"The dataset has no file {name!r}.", "See the list of files on the catalogue's page.")
    return answered(file.media_type, published.read(file))


def _graph(folder: str, name: str) -> Response:
    publication = current()
    stem, suffix = split_suffix(name, DOCUMENT_FORMATS)
    path = folder + stem
    iri = publication.published.ontology if path == "ns" else publication.iri(path)
    files = publication.published.graphs.get(iri)
    if files is None:
        raise ResourceUnknown(f"There is no graph {'/' + path!r}.", "Editions and graphs are listed on the home page, /.")
    choice = wanted(DOCUMENT_FORMATS, suffix)

    def body(form: Format) -> bytes:
        if form is HTML:
            return _page(publication, iri, path)
        return publication.published.read(files[form.name])

    links = [] if iri == publication.published.catalogue else [(request.script_root + "/catalogue", "describedby")]
    tag = publication.tag(request.path, choice.content_type)
    return document(path, choice, tag, body, DOCUMENT_FORMATS, links)


def _page(publication: Publication, iri: str, path: str) -> bytes:
    quads, published = publication.quads, publication.published
    shared = {"iri": iri, "path": path, "formats": DOCUMENT_FORMATS}
    if iri == published.catalogue:
        entries, things = edition_entries(quads, published), things_by_type(quads, published)
        return page("catalogue.html", editions=entries, groups=things, files=published.files.values(), **shared)
    if iri == published.ontology:
        return page("vocabulary.html", terms=vocabulary(quads, published), **shared)
    linker = linker_for(quads, published, iri)
    if (found := published.edition(iri)) is not None:
        entry = edition_entry(linker, published, found)
        bodies = edition_bodies(quads, published, found)
        return page("edition.html", entry=entry, tree=publication.tree(found), bodies=bodies, **shared)
    stated = stated_in(quads, published, iri)
    spans, of = (stated[1], linker.link(stated[0].iri, stated[0].title)) if stated else ([], None)
    return page("evidence.html", spans=spans, edition=of, name=linker.facts.label(iri), **shared)


def _home(publication: Publication) -> dict[str, object]:
    quads, published = publication.quads, publication.published
    linker = linker_for(quads, published, published.latest.iri)
    return {
        "organization": linker.link(published.organization),
        "editions": edition_entries(quads, published),
        "latest": published.latest,
        "tree": publication.tree(published.latest),
        "bodies": edition_bodies(quads, published, published.latest),
        "triples": len(quads),
    }
