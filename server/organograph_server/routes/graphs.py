"""The graphs: editions, what documents state, the catalogue and the ontology, each whole in RDF or as a page."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from organograph.messages import Message
from organograph.names import DCTERMS
from organograph_server.answers.filed import represent_file
from organograph_server.answers.responses import (
    Document,
    give,
    here,
    offered,
    page,
    page_response,
    redirect,
    represent,
    split_suffix,
    wanted,
)
from organograph_server.api.operations import answers
from organograph_server.api.values import (
    ACCEPT_PROFILE,
    FILE,
    OF_EVIDENCE,
    PROFILE,
    endings,
    newest_first,
    slugs_of_evidence,
    types_of_files,
    with_endings,
)
from organograph_server.content.formats import (
    CSV_RESULTS,
    DOCUMENT_FORMATS,
    EDITION_FORMATS,
    HTML,
    LISTED_FORMATS,
    N_QUADS,
    RDF_FORMATS,
    TRIG,
    WORKBOOK,
    Choice,
    Format,
    choose,
)
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.content.writing import write_quads
from organograph_server.dataset.mementos import LATEST, history
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.published import Edition, Published
from organograph_server.errors import ResourceUnknown
from organograph_server.routes import reports
from organograph_server.routes.openapi import service_links
from organograph_server.routes.profiled import Profiled, asked, give_profiled
from organograph_server.routes.structures import SORT, TEXT, filtering, is_filtered, shown, switch
from organograph_server.views.documentation import documentation
from organograph_server.views.graphs import (
    edition_bodies,
    edition_entries,
    edition_entry,
    linker_for,
    stated_in,
    things_by_type,
)
from organograph_server.views.reformlinks import reform_links
from organograph_server.views.schemadata import Catalogue, embedded
from organograph_server.views.structure import Structure
from organograph_server.views.tables import edition_table, register_table
from organograph_server.views.workbook import edition_workbook

blueprint = Blueprint("graphs", __name__)

_HTML = Choice(HTML, HTML.media_type).content_type


@blueprint.get("/")
@answers(HTML, also=(HTTPStatus.SEE_OTHER,), parameters=(TEXT, SORT))
def home() -> Response:
    """Show the editions and the tree of the latest; a client that wants RDF is led to the catalogue."""
    formats = (HTML, *RDF_FORMATS)
    if choose(formats, offered(formats)).format is not HTML:
        return redirect("catalogue", HTTPStatus.SEE_OTHER)
    publication = current()
    if is_filtered():
        response = represent(_HTML, lambda: page("home.html", **_home(publication)), place=("", filtering()))
    else:
        response = page_response(lambda: page("home.html", **_home(publication)))
    described = [WebLink(here(path), "describedby") for path in ("catalogue", "dcat")]
    response.headers["Link"] = link_field([*described, WebLink(here("catalogue"), "collection"), *service_links()])
    return response


@blueprint.get("/edition/<identifier>")
@answers(
    *EDITION_FORMATS,
    parameters=(
        with_endings("identifier", "The edition, with or without the ending of a format.", EDITION_FORMATS, newest_first),
        PROFILE,
        ACCEPT_PROFILE,
        TEXT,
        SORT,
    ),
)
def edition(identifier: str) -> Response:
    """Give the graph of an edition."""
    return _graph("edition/", identifier)


@blueprint.get("/edition/<identifier>/source/<slug>")
@answers(
    *DOCUMENT_FORMATS,
    parameters=(
        OF_EVIDENCE,
        with_endings("slug", "The document, with or without the ending of a format.", DOCUMENT_FORMATS, slugs_of_evidence),
    ),
)
def evidence(identifier: str, slug: str) -> Response:
    """Give the graph of what one document states."""
    return _graph(f"edition/{identifier}/source/", slug)


@blueprint.get("/catalogue", defaults={"ending": ""})
@blueprint.get("/catalogue.<ending>")
@answers(*LISTED_FORMATS, parameters=(endings(LISTED_FORMATS),))
def catalogue(ending: str) -> Response:
    """Give the graph of editions, sources, changes, conflicts and the register."""
    return _graph("", "catalogue" + (f".{ending}" if ending else ""))


@blueprint.get("/ns", defaults={"ending": ""})
@blueprint.get("/ns.<ending>")
@answers(*DOCUMENT_FORMATS, parameters=(endings(DOCUMENT_FORMATS),))
def ontology(ending: str) -> Response:
    """Give the ontology, whose own address is at w3id.org."""
    return _graph("", "ns" + (f".{ending}" if ending else ""))


@blueprint.get("/data/<path:name>")
@answers(computed=types_of_files, parameters=(FILE,))
def data(name: str) -> Response:
    """Give a file of the dataset as it was built."""
    published = current().published
    file = published.files.get(name)
    if file is None:
        raise ResourceUnknown(Message("The dataset has no file %(name)r.", name=name), "See the list of files on the catalogue's page.")
    content_type = f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type
    if (large := published.large(file)) is not None:
        response = represent_file(content_type, large)
    else:
        response = represent(content_type, lambda: published.read(file), ("data", name))
    links = [WebLink(here("catalogue"), "collection"), *(WebLink(found, "license") for found in current().licences)]
    response.headers["Link"] = link_field(links)
    return response


def _graph(folder: str, name: str) -> Response:
    publication = current()
    published = publication.published
    stem, suffix = split_suffix(name, EDITION_FORMATS if folder == "edition/" else LISTED_FORMATS)
    path = folder + stem
    iri = published.ontology if path == "ns" else publication.iri(path)
    if iri not in published.graphs:
        raise ResourceUnknown(
            Message("There is no graph %(path)r.", path="/" + path), "Editions and graphs are listed on the home page, /."
        )
    edition = published.edition(iri)
    document = graph_document(publication, iri)
    if suffix and suffix.format not in document.formats:
        raise ResourceUnknown(
            Message("The graph %(path)r has no format %(name)r.", path="/" + path, name=suffix.format.name),
            Message("It is at /%(path)s, in other formats.", path=path),
        )
    profiled = Profiled.of_edition(publication, edition) if edition else None
    profile, choice = asked(profiled, suffix) if profiled else (None, wanted(document.formats, suffix))
    dated = history(publication.quads, published, LATEST) if edition else None
    memento = dated.of(edition) if dated and edition else None
    links = [*_links(publication, iri), *(dated.links(request.script_root, memento) if dated and memento else ())]
    if edition and choice.format is HTML and is_filtered():
        response = represent(_HTML, lambda: _page(publication, iri, path), place=(path, filtering()))
        response.headers["Link"] = link_field([WebLink(iri, "canonical"), *links])
        return response
    document = replace(document, links=links, memento=memento.since if memento else None)
    return give_profiled(profiled, document, profile, choice) if profiled else give(document, choice)


def graph_document(publication: Publication, iri: str) -> Document:
    """A graph in all the formats that it is given in, without what it is linked to.

    Args:
        publication: what it is part of.
        iri: names one of its graphs.
    """
    published = publication.published
    path = "ns" if iri == published.ontology else iri.removeprefix(published.names.base)
    edition = published.edition(iri)
    formats = EDITION_FORMATS if edition else LISTED_FORMATS if iri == published.catalogue else DOCUMENT_FORMATS

    def make(form: Format) -> bytes:
        if form is HTML:
            return _page(publication, iri, path)
        if form is WORKBOOK and edition:
            return edition_workbook(publication.quads, published, edition)
        if form is CSV_RESULTS:
            return edition_table(publication.quads, published, edition) if edition else register_table(publication.quads, published)
        if form in (TRIG, N_QUADS):
            return write_quads(publication.quads.graph(iri), form)
        return published.read(published.graphs[iri][form.name])

    def large(choice: Choice) -> Response | None:
        file = published.graphs[iri].get(choice.format.name)
        found = published.large(file) if file else None
        return represent_file(choice.content_type, found) if found else None

    return Document(path, formats, make, large=large)


def _links(publication: Publication, iri: str) -> list[WebLink]:
    """What a graph leads to (Signposting, section 3.1): what it is of, what it is made of, its licence."""
    published = publication.published
    links = [WebLink(iri, "cite-as"), *(WebLink(found, "license") for found in publication.licences)]
    links += [WebLink(kind, "type") for kind in _kinds(published, iri)]
    links.append(WebLink(here("dcat"), "describedby"))
    if iri == published.catalogue:
        links += [WebLink(here(f"edition/{edition.identifier}"), "item") for edition in published.editions]
        files = [file for file in published.files.values() if file.path.startswith("dataset.")]
    else:
        whole = next((f"edition/{edition.identifier}" for edition in published.editions if iri in edition.evidence), "catalogue")
        links += [WebLink(here("catalogue"), "describedby"), WebLink(here(whole), "collection")]
        files = list(published.graphs[iri].values())
    return links + [WebLink(here(f"data/{file.path}"), "item", file.media_type) for file in files]


def _kinds(published: Published, iri: str) -> tuple[str, ...]:
    if iri == published.catalogue:
        return ("http://www.w3.org/ns/dcat#Catalog", "https://schema.org/DataCatalog")
    if iri == published.ontology:
        return ("http://www.w3.org/2002/07/owl#Ontology", "https://schema.org/DefinedTermSet")
    return ("http://www.w3.org/ns/dcat#Dataset", "https://schema.org/Dataset")


def _page(publication: Publication, iri: str, path: str) -> bytes:
    quads, published = publication.quads, publication.published
    shared: dict[str, object] = {"iri": iri, "path": path, "formats": DOCUMENT_FORMATS}
    if iri == published.catalogue:
        entries, things = edition_entries(quads, published), things_by_type(quads, published)
        files, shared["linked"] = published.files.values(), embedded(Catalogue(publication).catalogue())
        shared |= {"reports": reports.reported_editions(publication), "formats": LISTED_FORMATS}
        return page("catalogue.html", editions=entries, groups=things, files=files, **shared)
    if iri == published.ontology:
        shared["linked"] = embedded(Catalogue(publication).vocabulary())
        return page("vocabulary.html", **documentation(publication), **shared)
    if (found := published.edition(iri)) is not None:
        linker = linker_for(quads, published, iri, found)
        entry, bodies = edition_entry(linker, published, found), edition_bodies(linker, quads, found)
        shared |= {"linked": embedded(Catalogue(publication, found).edition(found)), "formats": EDITION_FORMATS}
        shared |= {"report": reports.path_of(found) if reports.file_of(publication, found.identifier) else ""}
        shared |= {"profiles": Profiled.of_edition(publication, found).others, "reforms": reform_links(published, found)}
        return page("edition.html", entry=entry, bodies=bodies, **shared, **_structure(publication, found, is_dated=True))
    linker = linker_for(quads, published, iri)
    stated = stated_in(publication, iri)
    shared["linked"] = embedded(Catalogue(publication, stated[0] if stated else None).evidence(iri, path, DOCUMENT_FORMATS))
    said, of = (stated[1], linker.link(stated[0].iri, stated[0].title)) if stated else ([], None)
    documents = [linker.link(document) for document in linker.facts.iris(iri, DCTERMS.source.value)]
    return page("evidence.html", stated=said, edition=of, documents=documents, name=linker.facts.label(iri), **shared)


def _home(publication: Publication) -> dict[str, object]:
    quads, published = publication.quads, publication.published
    linker = linker_for(quads, published, published.latest.iri)
    return {
        "organization": linker.link(published.organization),
        "editions": edition_entries(quads, published),
        "latest": published.latest,
        "reforms": reform_links(published),
        **_structure(publication, published.latest, is_dated=False),
        "bodies": edition_bodies(linker, quads, published.latest),
        "triples": len(quads),
        "linked": embedded(*Catalogue(publication).home()),
    }


def _structure(publication: Publication, found: Edition, is_dated: bool) -> dict[str, object]:
    """What a page shows of the structure of an edition."""
    structure = Structure(publication, found, is_dated)
    return {"structure": shown(publication, structure), "independents": structure.independents(), "switch": switch(publication, found)}
