"""The addresses of the reconciliation service, by which tools such as OpenRefine match names to IRIs (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState

from organograph.messages import Message
from organograph_server.answers.responses import page, redirect, represent
from organograph_server.api.operations import Json, answers, leads
from organograph_server.content.formats import HTML, Choice
from organograph_server.content.formfields import fields
from organograph_server.dataset.description import Described
from organograph_server.errors import RequestMalformed, ResourceUnknown
from organograph_server.lookup.attributes import ATTRIBUTES, Attributes, of_type
from organograph_server.lookup.naming import FINDABLE, Findable
from organograph_server.matching.index import Entry, Index
from organograph_server.reconcile import extension
from organograph_server.reconcile.reconciliationtold import (
    CURSOR,
    EXTEND,
    ID,
    LIMIT,
    OF_EDITION,
    PATH,
    PREFIX,
    QUERIES,
    TYPE,
    body,
    manifest,
)
from organograph_server.reconcile.reconciling import LONGEST, Query, Reconciler, description, read_batch, type_of
from organograph_server.routes.search import directory
from organograph_server.service import service
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import thing_nodes
from organograph_server.views.search import Found, found_rows

blueprint = Blueprint("reconciliation", __name__)

_JSON = "application/json"
_KEY = "organograph.reconciler"
_SUGGESTED = 20
_REFUSED = (HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.TOO_MANY_REQUESTS)
_TOO_MUCH = (*_REFUSED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


@dataclass
class Words:
    """What can be suggested beside things: types and properties, found by name as these are."""

    entries: Mapping[str, Json]

    @cached_property
    def index(self) -> Index:
        """Their names and what requests call them."""
        named = [(entry["name"], key) for key, entry in self.entries.items()] + [(key, key) for key in self.entries]
        return Index.of(Entry(text, key) for text, key in named)


_TYPES = Words({name: type_of(name) for name in FINDABLE})
_PROPERTIES = Words({each.id: {"id": each.id, "name": each.name, "description": each.description} for each in ATTRIBUTES.values()})


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    with app.app_context():
        found = directory()
        app.extensions[_KEY] = Reconciler(found, Attributes(found))


@blueprint.before_request
def _begin() -> None:
    """Let a client ask that has time left: to match names costs work as queries do.

    Raises:
        BudgetSpent: it has none.
    """
    g.spending = ExitStack()
    g.spending.enter_context(service().spending(request.environ))


@blueprint.teardown_request
def _end(failure: BaseException | None) -> None:
    """Take from its budget the time that the answer took."""
    g.pop("spending", ExitStack()).close()


def _reconciler() -> Reconciler:
    return cast(Reconciler, current_app.extensions[_KEY])


@blueprint.route(f"/{PATH}", methods=["GET", "POST"])
@answers(_JSON, parameters=(QUERIES, EXTEND, OF_EDITION), body=body, also=_TOO_MUCH)
def reconcile() -> Response:
    """Match names to things, or give the values of their properties; without a query, say what the service offers (its manifest).

    Raises:
        RequestMalformed: a parameter cannot be read, or there are two queries, or a POST has none.
        QueryTooLarge: the batch is too large.
        BodyUnsupported: the body is no form.
    """
    given = fields(service().settings.max_query_bytes)
    asked = [name for name in ("queries", "extend") if given.get(name)]
    if len(asked) == 2 or (request.method == "POST" and not asked):
        raise RequestMalformed(
            Message("The request has both `queries` and `extend`.") if asked else "The request has neither `queries` nor `extend`.",
            "Send one of them in JSON.",
        )
    if not asked:
        return _json(manifest(service(), directory()), (PATH,))
    if asked == ["extend"]:
        return _json(extension.extended(given["extend"], directory(), _reconciler().attributes))
    edition = _edition(given.get("edition", ""))
    batch = read_batch(given["queries"])
    return _json({key: {"result": _reconciler().candidates(_dated(query, edition))} for key, query in batch.items()})


@blueprint.get(f"/{PATH}/suggest/entity")
@answers(_JSON, parameters=(PREFIX, CURSOR), also=_REFUSED)
def suggest_entity() -> Response:
    """Suggest things while a name is typed."""
    prefix, cursor = _typed()
    hits = directory().find(prefix, cursor + _SUGGESTED, is_begun=True)[cursor:] if len(prefix) <= LONGEST else []
    rows = found_rows(directory(), hits)
    return _json({"result": [_suggestion(row) for row in rows]})


def _suggestion(row: Found) -> Json:
    return {"id": row.thing.iri, "name": row.thing.label, "description": description(row), "notable": [type_of(row.thing.type)]}


@blueprint.get(f"/{PATH}/suggest/type")
@answers(_JSON, parameters=(PREFIX, CURSOR), also=_REFUSED)
def suggest_type() -> Response:
    """Suggest types of things."""
    return _suggested(_TYPES)


@blueprint.get(f"/{PATH}/suggest/property")
@answers(_JSON, parameters=(PREFIX, CURSOR), also=_REFUSED)
def suggest_property() -> Response:
    """Suggest properties, which can be asked for and matched by."""
    return _suggested(_PROPERTIES)


@blueprint.get(f"/{PATH}/properties")
@answers(_JSON, parameters=(TYPE, LIMIT), also=_REFUSED)
def properties() -> Response:
    """Propose the properties that things of a type have."""
    given = fields(service().settings.max_query_bytes)
    limit = _number(given, "limit")
    found = [_PROPERTIES.entries[each.id] for each in of_type(given.get("type", ""))]
    told = {"type": given.get("type", ""), "properties": found[: limit or None]}
    return _json(told | ({"limit": limit} if "limit" in given else {}))


@blueprint.get(f"/{PATH}/view")
@leads(HTTPStatus.SEE_OTHER, parameters=(ID,), also=(HTTPStatus.NOT_FOUND, *_REFUSED))
def view() -> Response:
    """Lead from a thing to its document."""
    return redirect(f"doc/{_slug(_known())}", HTTPStatus.SEE_OTHER)


@blueprint.get(f"/{PATH}/preview")
@answers(HTML, parameters=(ID,), also=(HTTPStatus.NOT_FOUND, *_REFUSED))
def preview() -> Response:
    """Show a thing in a small page, which other sites may put into a frame of theirs."""
    thing = _known()
    publication = directory().publication
    g.may_be_framed = True

    def make() -> bytes:
        (row,) = found_rows(directory(), directory().find(thing.iri, 1))
        path = f"doc/{_slug(thing)}"
        shown = {"row": row, "names": directory().names(thing.iri), "path": path}
        purpose = next(iter(_reconciler().attributes.values(thing, "purpose")), None)
        nodes = thing_nodes(publication, Described(publication.quads, publication.published, thing.iri), path)
        return page("preview.html", purpose=purpose.text if purpose else "", linked=embedded(*nodes), **shown)

    return represent(Choice(HTML, HTML.media_type).content_type, make, (PATH, "preview", thing.iri))


def _dated(query: Query, edition: str) -> Query:
    """A query of which the request says from which edition its names are."""
    if not edition or any(name == "edition" for name, _ in query.properties):
        return query
    return Query(query.text, query.types, query.is_strict, query.limit, (*query.properties, ("edition", (edition,))))


def _edition(name: str) -> str:
    editions = [edition.identifier for edition in directory().publication.published.editions]
    if name not in ("", *editions):
        raise RequestMalformed(
            Message("There is no edition %(name)r.", name=name[:60]), Message("Choose of %(editions)s.", editions=", ".join(editions))
        )
    return name


def _typed() -> tuple[str, int]:
    given = fields(service().settings.max_query_bytes)
    return given.get("prefix", "").strip(), _number(given, "cursor")


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name) or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise RequestMalformed(
            Message("The parameter %(name)s is %(text)r, no whole number up to 999,999.", name=name, text=text[:20]),
            "Leave it out, or give one.",
        )
    return int(text)


def _suggested(found: Words) -> Response:
    prefix, cursor = _typed()
    hits = found.index.find(prefix, len(found.entries), is_begun=True) if len(prefix) <= LONGEST else []
    return _json({"result": [found.entries[hit.entry.thing] for hit in hits][cursor : cursor + _SUGGESTED]})


def _known() -> Findable:
    given = fields(service().settings.max_query_bytes).get("id", "")
    if (thing := directory().known(given)) is None:
        raise ResourceUnknown(
            Message("This dataset has nothing with the identifier %(given)r.", given=given[:200]), "Look it up at /search."
        )
    return thing


def _slug(thing: Findable) -> str:
    return thing.iri.removeprefix(directory().publication.iri("id/"))


def _json(told: Json | Iterable[object], key: tuple[str, ...] | None = None) -> Response:
    # In ASCII, for a text in JSON may hold halves of signs, which no other coding has.
    return represent(_JSON, (json.dumps(told) + "\n").encode, key)
