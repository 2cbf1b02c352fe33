"""Makes the answers: which representation, and its validators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, render_template, request

from organograph.messages import Message
from organograph_server.answers.asked import asked_speech, is_spoken
from organograph_server.answers.asked import by_parameter as language_by_parameter
from organograph_server.answers.lane import KEEP
from organograph_server.answers.representations import Finished, Measure, Representations
from organograph_server.content.coding import GZIP, coding_for, compressed
from organograph_server.content.conditions import evaluate
from organograph_server.content.formats import HTML, STORE_FORMATS, Choice, Format, choose, named, not_acceptable
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.dataset.publication import current
from organograph_server.errors import PreconditionFailed
from organograph_server.languages.links import PARAMETER, kept_in
from organograph_server.languages.speaking import speaking, spoken

_LOST_PLUS = re.compile(r"(?<=\w) (?=\w)")
OFFERED = "organograph.offered"


def wanted(formats: Sequence[Format], suffix: Choice | None = None) -> Choice:
    """The format that a request asks for: by file ending, else by `?format=`, else by its Accept field.

    Raises:
        NotAcceptable: it asks for none of these.
    """
    return suffix or by_parameter(formats) or choose(formats, offered(formats))


def by_parameter(formats: Sequence[Format]) -> Choice | None:
    """The format that `?format=` or `?_mediatype=` names; None where there is neither.

    Raises:
        NotAcceptable: it is none of these.
    """
    name = request.args.get("format") or request.args.get("_mediatype")
    if not name:
        return None
    # A plus sign that was not encoded arrives as a space.
    whole = _LOST_PLUS.sub("+", name.strip())
    # Several media types, or one with a weight, are read as the Accept field would be (Content Negotiation by Profile, section 7.2).
    if (choice := named(formats, whole)) is None and "/" in whole and not {",", ";"}.isdisjoint(whole):
        choice = choose(formats, whole)
    if choice is None:
        raise not_acceptable(formats, Message("There is no format %(name)r here.", name=name))
    return choice


def accepted() -> str | None:
    """The Accept field, for an answer that depends on it."""
    g.depends_on_accept = True
    return request.headers.get("Accept")


def offered(formats: Sequence[Format]) -> str | None:
    """The Accept field, for an answer that is given in one of these formats; who copies the server is told which these are."""
    request.environ.get(OFFERED, []).append(tuple(formats))
    return accepted()


def accepted_profile() -> str | None:
    """The Accept-Profile field, for an answer that depends on it."""
    g.depends_on_profile = True
    return request.headers.get("Accept-Profile")


def split_suffix(name: str, formats: Sequence[Format]) -> tuple[str, Choice | None]:
    """Divide `slug.ttl` into the slug and the format; a name without a known ending is left whole."""
    stem, _, ending = name.rpartition(".")
    found = next((form for form in formats if form.name == ending), None)
    return (stem, Choice(found, found.media_type)) if stem and found else (name, None)


@dataclass(frozen=True)
class Document:
    """A document in all its formats.

    Args:
        path: its own path, without leading slash and ending.
        formats: what it is given in, best first.
        make: makes the bytes of a format.
        links: what it is linked to, beside its other formats.
        page: which page of it this is.
        memento: when the state that it holds began, where it is a memento (RFC 7089).
        profile: what its address says in `_profile`; "" for the document in its default profile.
        conforms: IRI of the profile that it conforms to in the formats of RDF; "" for none.
        default: media type and profile of what is given when nothing is asked for; empty where there is one profile alone.
        large: answers with a format, in the default profile, where its bytes are a large file; None where they are made.
        divided: the formats that come in pages; None for all.
    """

    path: str
    formats: Sequence[Format]
    make: Callable[[Format], bytes]
    links: Sequence[WebLink] = ()
    page: int = 1
    memento: datetime | None = None
    profile: str = ""
    conforms: str = ""
    default: tuple[str, str] = ("", "")
    large: Callable[[Choice], Response | None] = lambda choice: None
    divided: Sequence[Format] | None = None

    def query(self, form: Format) -> str:
        """The query of its address in a format."""
        is_part = self.page > 1 and (self.divided is None or form in self.divided)
        found = {"_profile": self.profile, "page": str(self.page) if is_part else ""}
        text = "&".join(f"{name}={value}" for name, value in found.items() if value)
        return f"?{text}" if text else ""

    def place(self, form: Format) -> tuple[str, str]:
        """Its path and the query of its address in a format."""
        return self.path, self.query(form).removeprefix("?")

    def kept_as(self, form: Format) -> tuple[str, ...]:
        """What one of its formats is kept under."""
        return (self.path, form.name, str(self.page), self.profile)


def give(document: Document, choice: Choice) -> Response:
    """Answer with one format of a document, and say where its other formats are.

    Raises:
        PreconditionFailed: the request asks for another state of it.
        NotAcceptable: the request refuses every coding of it.
    """
    form = choice.format
    response = None if document.profile else document.large(choice)
    response = response or represent(choice.content_type, lambda: document.make(form), document.kept_as(form), document.place(form))
    place, query = here(document.path), document.query(form)
    pinned = asked_speech().pin if is_spoken(choice.content_type) else ""
    response.headers["Content-Location"] = f"{place}.{form.name}{with_language(query, pinned)}"
    others = [
        WebLink(
            f"{place}.{other.name}{document.query(other)}",
            "alternate",
            other.media_type,
            formats=document.conforms if other in STORE_FORMATS else "",
        )
        for other in document.formats
        if other is not form
    ]
    described = [WebLink(other.target, "describedby", other.type) for other in others if other.type == "application/ld+json"]
    page = f"?page={document.page}" if document.page > 1 else ""
    media_type, profile = document.default
    canonical = WebLink(f"{current().iri(document.path)}{with_language(page, pinned)}", "canonical", media_type, formats=profile)
    links = [canonical, *document.links, *(described if form is HTML else ()), *others]
    if document.conforms and form in STORE_FORMATS:
        links.append(WebLink(document.conforms, "profile"))
    response.headers["Link"] = link_field(links)
    if document.memento is not None:
        response.headers["Memento-Datetime"] = format_datetime(document.memento, usegmt=True)
    return response


def measured(document: Document, form: Format) -> Measure:
    """The size and the hash of the very bytes that are given of a document in one format."""
    return Representations.of(current_app).measure(document.kept_as(form), lambda: document.make(form))


def represent(
    content_type: str,
    make: Callable[[], bytes],
    key: tuple[str, ...] | None = None,
    place: tuple[str, str] | None = None,
    *,
    dated: bool = True,
) -> Response:
    """Answer with a representation, or with 304 where the client has it already (RFC 9110 section 13).

    What people read is told in the language that they ask for; data has all its languages, whatever is asked for.

    Args:
        content_type: its Content-Type field.
        make: makes its bytes.
        key: what it is kept under; None for what is made for one request.
        place: the path of a page without ending, and the query of its address without language; None for the path that was asked for.
        dated: whether it changes with the data alone, so that it has their date (RFC 9110 section 8.8.2).

    Raises:
        PreconditionFailed: the request asks for another state of it.
        NotAcceptable: the request refuses every coding of it.
    """
    if not is_spoken(content_type):
        return represent_silent(content_type, make, key, dated=dated)
    speech = asked_speech(*(place or (request.path[1:], "")))
    with speaking(speech):
        own = (*key, PARAMETER, speech.pin) if key is not None and speech.pin else key
        response = represent_silent(content_type, make, own, dated=dated)
    if response.status_code == HTTPStatus.OK:
        response.headers["Content-Language"] = speech.language
    return response


def represent_silent(content_type: str, make: Callable[[], bytes], key: tuple[str, ...] | None = None, *, dated: bool = True) -> Response:
    """Answer with a representation that is the same in every language."""
    kept = Representations.of(current_app)
    if key is not None:
        request.environ[KEEP] = True
    finished = Finished.of(make()) if key is None else kept.get(key, make)
    coding = coding_for(request.headers.get("Accept-Encoding"), len(finished.content))
    if coding == GZIP:
        finished = Finished.of(compressed(finished.content)) if key is None else kept.packed(key, finished)
    tag = finished.tag(content_type)
    modified = kept.modified(content_type) if dated else None
    status = evaluate(dict(request.headers), tag, modified, request.method)
    if status == HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionFailed("The representation is not in the state that the request names.", "Get it without a condition.")
    response = Response(status=304) if status == HTTPStatus.NOT_MODIFIED else Response(finished.content, content_type=content_type)
    response.set_etag(tag)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "no-cache"
    if coding and status == HTTPStatus.OK:
        response.headers["Content-Encoding"] = coding
    if modified is not None:
        response.last_modified = modified
    return response


def located(response: Response, path: str, choice: Choice, values: Iterable[tuple[str, str]] = ()) -> Response:
    """Say at which address the representation that was chosen is given to everybody (RFC 9110 section 8.7).

    Args:
        response: the answer.
        path: of what was asked for.
        choice: the format.
        values: the parameters that were asked with, as they were understood; without the format.
    """
    pin = asked_speech().pin if is_spoken(choice.content_type) else ""
    given = [*values, ("format", choice.format.name), *([(PARAMETER, pin)] if pin else [])]
    response.headers["Content-Location"] = f"{here(path)}?{urlencode(given, quote_via=quote)}"
    return response


def page(template: str, **shown: object) -> bytes:
    """A page in HTML or a drawing in SVG, in the language that is spoken; who has chosen that stays in it."""
    return kept_in(render_template(template, **shown), spoken().pin).encode()


def page_response(make: Callable[[], bytes]) -> Response:
    """Answer with a page that has no other format; it is the same whatever the query of the address, but for its language."""
    return represent(Choice(HTML, HTML.media_type).content_type, make, (request.path, "page"))


def with_language(query: str, language: str) -> str:
    """The query of an address that asks for a language too.

    Args:
        query: with its question mark, or "".
        language: its tag; "" for none.
    """
    return f"{query}{'&' if query else '?'}{PARAMETER}={language}" if language else query


def redirect(path: str, status: HTTPStatus, links: Sequence[WebLink] = (), query: str = "", fragment: str = "") -> Response:
    """Lead to another address of this server; a language that was asked for is asked for there too.

    Args:
        path: of a resource that is known to be there; never what the request itself says.
        status: SEE_OTHER, FOUND or TEMPORARY_REDIRECT.
        links: for the Link field.
        query: what stands after the path, with its question mark; made here too.
        fragment: the part of that resource that is meant (RFC 9110 section 10.2.2), or "".
    """
    query = with_language(query, language_by_parameter() or "")
    location = here(path + query) + (f"#{quote(fragment, safe='')}" if fragment else "")
    response = Response(f"See {location}\n", status, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Cache-Control"] = "no-cache"
    if links:
        response.headers["Link"] = link_field(links)
    return response


def here(path: str) -> str:
    """The reference to a path of this server, wherever it stands; only known characters are in it."""
    return quote(f"{request.script_root}/{path}", safe="/:@!$&'()*+,;=~?")


def root() -> str:
    """The relative path from the page asked for up to the root of this server."""
    return "../" * (request.path.count("/") - 1) or "./"
