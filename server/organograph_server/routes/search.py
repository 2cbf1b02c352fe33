"""Search by name: the form, its answers as pages, JSON and CSV, and their description for browsers (OpenSearch 1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from organograph.csvtables import csv_table
from organograph.messages import Message
from organograph_server.answers.paging import page_number
from organograph_server.answers.responses import here, page, represent, wanted
from organograph_server.api.operations import Parameter, Values, answers
from organograph_server.api.values import one_of
from organograph_server.content.formats import CSV_RESULTS, HTML, JSON, Format
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.dataset.parameters import given
from organograph_server.dataset.publication import Publication, current
from organograph_server.errors import RequestMalformed
from organograph_server.lookup.directory import Directory
from organograph_server.lookup.naming import FINDABLE
from organograph_server.matching.index import Hit
from organograph_server.service import Service, service
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import search_node
from organograph_server.views.search import COLUMNS, found_rows, told_row

blueprint = Blueprint("search", __name__)

PATH = "search"
OPEN_SEARCH = "opensearch.xml"
OPEN_SEARCH_TYPE = "application/opensearchdescription+xml"
FORMATS = (JSON, CSV_RESULTS, HTML)
LONGEST = 200
MOST = 200
"""How many things an answer has on all its pages."""
SIZE = 20
_KEY = "organograph.directory"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Have one directory for the application; it is made when first asked for."""
    app = cast(Flask, state.app)
    app.extensions[_KEY] = Directory(Publication.of(app))


def directory() -> Directory:
    """The directory of the application that answers the request."""
    return cast(Directory, current_app.extensions[_KEY])


@dataclass(frozen=True)
class Wish:
    """What is searched for.

    Args:
        text: a name or a part of one; "" for nothing.
        type: one of FINDABLE, or "" for all.
        edition: identifier of the edition that has the name, or "" for all.
        page: the number of the page as the request gives it.
    """

    text: str
    type: str = ""
    edition: str = ""
    page: str | None = None

    def query(self, **other: str | int) -> str:
        """The query of the address that asks for this, with some parameters changed."""
        told = {"q": self.text, "type": self.type, "edition": self.edition, **other}
        return urlencode({name: value for name, value in told.items() if value})


def _text(_: Service) -> Values:
    found = directory()
    example = next(iter(found.things.values())).label if found.things else None
    return Values({"type": "string", "maxLength": LONGEST}, example)


def _editions(serving: Service) -> Values:
    return Values({"type": "string", "enum": [name for name in serving.doors if name]})


TEXT = Parameter("q", "query", "A name, a former name, an acronym, or some words of one; small slips are forgiven.", _text)
OF_TYPE = Parameter("type", "query", "Of what type the thing must be.", lambda _: Values(one_of([*FINDABLE]).schema))
OF_EDITION = Parameter("edition", "query", "In which edition it must have the name.", _editions)
PAGE = Parameter("page", "query", "Which page of the answer.", lambda _: Values({"type": "integer", "minimum": 1, "default": 1}))


@blueprint.get(f"/{PATH}")
@answers(*FORMATS, schema="Search", parameters=(TEXT, OF_TYPE, OF_EDITION, PAGE), also=(HTTPStatus.NOT_FOUND,))
def search() -> Response:
    """Find things by any name that they have or had; without a text, give the form.

    Raises:
        RequestMalformed: a parameter is given twice, too long, or has no such value.
        ResourceUnknown: the answer has no such page.
    """
    choice = wanted(FORMATS)
    wish = _wish()
    hits = directory().find(wish.text, MOST, [wish.type] if wish.type else (), wish.edition) if wish.text else []
    count = max(1, -(-len(hits) // SIZE))
    number = page_number(wish.page, count, "This answer")
    shown = hits[(number - 1) * SIZE : number * SIZE]
    key = (PATH, choice.format.name, wish.query(page=number))
    kept = key if not wish.text or service().asked.again(key) else None
    made = partial(_written, wish, shown, len(hits), number, count, choice.format)
    response = represent(choice.content_type, made, kept, (PATH, wish.query(page=number if number > 1 else "")))
    others = {"first": 1, "prev": number - 1, "next": number + 1, "last": count} if count > 1 else {}
    links = [WebLink(f"{here(PATH)}?{_in(choice.format, wish, other)}", name) for name, other in others.items() if 1 <= other <= count]
    links += [
        WebLink(f"{here(PATH)}?{wish.query(page=number, format=form.name)}", "alternate", form.media_type)
        for form in FORMATS
        if form is not choice.format
    ]
    response.headers["Link"] = link_field([*links, WebLink(here(OPEN_SEARCH), "search", OPEN_SEARCH_TYPE)])
    return response


@blueprint.get(f"/{OPEN_SEARCH}")
@answers(OPEN_SEARCH_TYPE)
def open_search() -> Response:
    """Describe the search for browsers and portals (OpenSearch 1.1)."""
    return represent(OPEN_SEARCH_TYPE, lambda: _description(current()), (OPEN_SEARCH,), dated=False)


def _wish() -> Wish:
    """Read and check what is searched for."""
    pairs = [pair for pair in given(request.query_string) if pair[0] in ("q", "type", "edition", "page")]
    values = dict(pairs)
    if len(values) < len(pairs):
        raise RequestMalformed("A parameter is given more than once.", "Give q, type, edition and page once each at most.")
    text = values.get("q", "")
    if len(text) > LONGEST:
        raise RequestMalformed(
            Message("The text to search for has %(number)s characters.", number=len(text)),
            Message("Search for up to %(longest)s.", longest=LONGEST),
        )
    if _CONTROL.search(text):
        raise RequestMalformed("The text to search for has control characters.", "Write a name in one line.")
    editions = [edition.identifier for edition in current().published.editions]
    for name, known in (("type", [*FINDABLE]), ("edition", editions)):
        if values.get(name, "") not in ("", *known):
            raise RequestMalformed(
                Message("There is no %(name)s %(values)r to search in.", name=name, values=values[name][:60]),
                Message("Choose one of %(known)s.", known=", ".join(known)),
            )
    return Wish(text.strip(), values.get("type", ""), values.get("edition", ""), values.get("page"))


def _in(form: Format, wish: Wish, number: int) -> str:
    """The query of another page in the same format, where the request names it."""
    return wish.query(page=number, **({"format": form.name} if "format" in request.args else {}))


def _written(wish: Wish, hits: Sequence[Hit], total: int, number: int, count: int, form: Format) -> bytes:
    found = found_rows(directory(), hits, wish.edition)
    if form is HTML:
        editions = [edition.identifier for edition in current().published.editions]
        shown = {"wish": wish, "found": found, "total": total, "number": number, "count": count, "most": MOST, "size": SIZE}
        return page(
            "search.html",
            editions=editions,
            types=FINDABLE,
            longest=LONGEST,
            formats=FORMATS,
            linked=embedded(search_node(service())),
            **shown,
        )
    rows = [told_row(row) for row in found]
    if form is JSON:
        told = {"query": wish.text, "total": total, "page": number, "pages": count, "results": rows}
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    cells = ([row[name] for name in COLUMNS] for row in rows)
    return csv_table([COLUMNS, *(["; ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in cells)])


def _description(publication: Publication) -> bytes:
    """The description of the search, whose addresses are under the base."""
    address, title = f"{publication.iri(PATH)}?q={{searchTerms}}&page={{startPage?}}", service().title
    urls = [
        f"  <Url type={quoteattr(form.media_type)} template={quoteattr(f'{address}&format={form.name}')}/>"
        for form in (HTML, JSON, CSV_RESULTS)
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        # At most 16 characters (section 4.3).
        f"  <ShortName>{escape(short_name(publication))}</ShortName>",
        f"  <Description>{escape(f'Search in {title} by name, former name or acronym.'[:1024])}</Description>",
        *urls,
        f'  <Url type="{OPEN_SEARCH_TYPE}" rel="self" template={quoteattr(publication.iri(OPEN_SEARCH))}/>',
        f'  <Image width="16" height="16" type="image/svg+xml">{escape(publication.iri("static/icon.svg"))}</Image>',
        "  <Language>en</Language>\n  <InputEncoding>UTF-8</InputEncoding>\n  <OutputEncoding>UTF-8</OutputEncoding>",
        "</OpenSearchDescription>",
        "",
    ]
    return "\n".join(lines).encode()


def short_name(publication: Publication) -> str:
    """What a browser calls the search: the shortest name of the organization, cut to 16 characters."""
    found, organization = directory(), publication.published.organization
    names = [naming.text for naming in found.names(organization)] if organization in found.things else []
    return min(names, key=len, default="Organograph")[:16]
