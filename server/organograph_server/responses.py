"""Makes the answers: which representation, its validators, and the header fields that all answers share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from urllib.parse import quote

from flask import Response, g, render_template, request

from organograph_server.formats import HTML, Choice, Format, choose, named, not_acceptable

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def wanted(formats: Sequence[Format], suffix: Choice | None = None) -> Choice:
    """The format that a request asks for: by file ending, else by `?format=`, else by its Accept field.

    Raises:
        NotAcceptable: it asks for none of these.
    """
    if suffix is not None:
        return suffix
    if name := request.args.get("format") or request.args.get("_mediatype"):
        if (choice := named(formats, name)) is None:
            raise not_acceptable(formats, f"There is no format {name!r} here.")
        return choice
    return choose(formats, accepted())


def accepted() -> str | None:
    """The Accept field, for an answer that depends on it."""
    g.depends_on_accept = True
    return request.headers.get("Accept")


def split_suffix(name: str, formats: Sequence[Format]) -> tuple[str, Choice | None]:
    """Divide `slug.ttl` into the slug and the format; a name without a known ending is left whole."""
    stem, _, ending = name.rpartition(".")
    found = next((form for form in formats if form.name == ending), None)
    return (stem, Choice(found, found.media_type)) if stem and found else (name, None)


def represent(content_type: str, tag: str, body: Callable[[], bytes]) -> Response:
    """Answer with a representation, or with 304 where the client has it already (RFC 9110 section 13).

    Args:
        content_type: its Content-Type field.
        tag: its entity tag.
        body: makes its bytes.
    """
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else Response(body(), content_type=content_type)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def answered(content_type: str, content: bytes) -> Response:
    """Answer with bytes that are made already; the tag is their own hash."""
    return represent(content_type, hashlib.sha256(content).hexdigest()[:32], lambda: content)


def document(
    path: str,
    choice: Choice,
    tag: str,
    body: Callable[[Format], bytes],
    formats: Sequence[Format],
    links: Sequence[tuple[str, str]] = (),
) -> Response:
    """Answer with one format of a document, and say where its other formats are.

    Args:
        path: the document's own path, without leading slash and ending.
        choice: the format to give.
        tag: entity tag of this representation.
        body: makes it.
        formats: all formats of the document.
        links: further targets and relations for the Link field (RFC 8288).
    """
    response = represent(choice.content_type, tag, lambda: body(choice.format))
    place = f"{request.script_root}/{quote(path)}"
    response.headers["Content-Location"] = f"{place}.{choice.format.name}"
    fields = [f'<{target}>; rel="{relation}"' for target, relation in links]
    others = [form for form in formats if form is not choice.format]
    fields += [f'<{place}.{form.name}>; rel="alternate"; type="{form.media_type}"' for form in others]
    response.headers["Link"] = ", ".join(fields)
    return response


def page(template: str, **shown: object) -> bytes:
    """A page in HTML."""
    return render_template(template, **shown).encode()


def page_response(tag: str, make: Callable[[], bytes]) -> Response:
    """Answer with a page that has no other format."""
    return represent(Choice(HTML, HTML.media_type).content_type, tag, make)


def finish(response: Response) -> Response:
    """Give every answer the fields that all share."""
    if g.get("depends_on_accept"):
        response.vary.add("Accept")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Location, ETag, Link"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def root() -> str:
    """The relative path from the page asked for up to the root of this server."""
    return "../" * (request.path.count("/") - 1) or "./"
