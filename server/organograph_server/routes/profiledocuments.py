"""The addresses of profiles: the list of all, the description of each, and the files that check what is given in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.responses import Document, give, here, page, represent, split_suffix, wanted
from organograph_server.api.operations import Variant, answers
from organograph_server.api.values import endings, with_endings
from organograph_server.content.formats import HTML, RDF_FORMATS, Format
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.dataset.publication import Publication, current
from organograph_server.errors import ResourceUnknown
from organograph_server.languages.speaking import gettext
from organograph_server.profiles.prof import LIST, artifact, description, listing
from organograph_server.profiles.state import State
from organograph_server.profiles.table import EDITION, PROFILES, Profile, offered
from organograph_server.routes.profiled import iri_of
from organograph_server.views.links import page_of
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import profiles_node

blueprint = Blueprint("profiles", __name__)

_FORMATS = (*RDF_FORMATS, HTML)
_LEAD = Message("Documents and editions are given in these profiles; the first is the default.")

_KINDS = {
    "body": Message("body"),
    "change": Message("change"),
    "conflict": Message("conflict"),
    EDITION: Message("edition"),
    "membership": Message("membership"),
    "organization": Message("organization"),
    "person": Message("person"),
    "post": Message("post"),
    "site": Message("site"),
    "source": Message("source"),
    "unit": Message("unit"),
}


@dataclass(frozen=True)
class Entry:
    """A profile on a page: what it describes in words, an example, and its resources by title, path here and IRI."""

    profile: Profile
    iri: str
    kinds: list[str]
    example: str
    resources: list[tuple[str, str, str]]


@blueprint.get(f"/{LIST}", defaults={"ending": ""})
@blueprint.get(f"/{LIST}.<ending>")
@answers(*_FORMATS, parameters=(endings(_FORMATS),))
def profiles(ending: str) -> Response:
    """List the profiles."""
    publication = current()
    stem, suffix = split_suffix(LIST + (f".{ending}" if ending else ""), _FORMATS)
    if stem != LIST:
        raise ResourceUnknown(
            Message("The list of profiles has no format %(ending)r.", ending=ending),
            Message("Ask for /%(list)s, and name a format in the Accept field.", list=LIST),
        )
    published = publication.published

    def make(form: Format) -> bytes:
        return (
            _page(publication, LIST, gettext("Profiles"), _LEAD, PROFILES)
            if form is HTML
            else listing(published.names.base, published.files).written(form)
        )

    return give(Document(LIST, _FORMATS, make), wanted(_FORMATS, suffix))


@blueprint.get(f"/{LIST}/<name>")
@answers(*_FORMATS, parameters=(with_endings("name", "The profile.", _FORMATS, lambda _: [found.token for found in PROFILES]),))
def profile(name: str) -> Response:
    """Describe a profile."""
    publication = current()
    token, suffix = split_suffix(name, _FORMATS)
    found = _known(token)
    published, path = publication.published, f"{LIST}/{token}"

    def make(form: Format) -> bytes:
        if form is HTML:
            title, lead = gettext("Profile %(title)s", title=found.title), gettext("How documents are asked for in this profile.")
            return _page(publication, path, title, lead, (found,))
        return description(published.names.base, found, published.files).written(form)

    return give(Document(path, _FORMATS, make, [WebLink(here(LIST), "collection")]), wanted(_FORMATS, suffix))


@blueprint.get(f"/{LIST}/<token>/<file>")
@answers(variants=lambda _: _files())
def resource(token: str, file: str) -> Response:
    """Give a file that explains or checks a profile."""
    found = _known(token)
    of_file = next((each for each in found.resources if each.file == file and file), None)
    if of_file is None:
        raise ResourceUnknown(
            Message("The profile %(token)s has no file %(file)r.", token=token, file=file),
            Message("What it has is listed at /%(list)s/%(token)s.", list=LIST, token=token),
        )
    content_type = f"{of_file.media_type}; charset=utf-8" if of_file.media_type.startswith("text/") else of_file.media_type
    response = represent(content_type, lambda: found.bytes_of(of_file), (LIST, token, file), dated=False)
    response.headers["Link"] = link_field([WebLink(here(f"{LIST}/{token}"), "describedby")])
    return response


def _files() -> Iterator[Variant]:
    """Each file of a profile as an address of its own."""
    for found in PROFILES:
        for each in found.resources:
            if each.file:
                path = {"token": found.token, "file": each.file}
                yield Variant(path, f"{found.title}: {each.title}", "", (), (each.media_type,))


def _known(token: str) -> Profile:
    found = next((each for each in PROFILES if each.token == token), None)
    if found is None:
        raise ResourceUnknown(
            Message("There is no profile %(token)r.", token=token), Message("Those that there are are listed at /%(list)s.", list=LIST)
        )
    return found


def _page(publication: Publication, path: str, title: str, lead: str, shown: tuple[Profile, ...]) -> bytes:
    entries = [_entry(publication, each) for each in shown]
    linked = embedded(profiles_node(publication, path, shown))
    return page("profiles.html", path=path, title=title, lead=lead, entries=entries, formats=_FORMATS, linked=linked)


def _entry(publication: Publication, shown: Profile) -> Entry:
    published = publication.published
    state = State(publication.quads, published, published.latest)
    is_given = shown in offered(EDITION, state)
    iris = [(each.title, artifact(published.names.base, shown, each)) for each in shown.resources_in(published.files)]
    files = [(title, page_of(iri, published.names.base) or "", iri) for title, iri in iris]
    example = f"edition/{published.latest.identifier}?_profile={shown.token}" if is_given else ""
    return Entry(shown, iri_of(shown, publication), [_KINDS[kind] for kind in sorted(shown.kinds)], example, files)
