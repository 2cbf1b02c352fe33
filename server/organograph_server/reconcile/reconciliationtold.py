"""What the reconciliation service tells of itself: its manifest, and its parameters with examples for the description of all addresses."""

from __future__ import annotations

import json
from importlib.metadata import version

from organograph.names import ONTOLOGY
from organograph_server.api.operations import Json, Parameter, Values
from organograph_server.content.formfields import FORM
from organograph_server.lookup.directory import Directory
from organograph_server.lookup.naming import FINDABLE, Findable
from organograph_server.reconcile import extension
from organograph_server.reconcile.reconciling import BATCH, type_of
from organograph_server.routes.search import directory
from organograph_server.service import Service

PATH = "reconcile"
# Pixels of a frame with a preview.
_WIDTH, _HEIGHT = 420, 240


def manifest(serving: Service, found: Directory) -> Json:
    """What the service offers, with addresses under the base (section 3.1).

    Args:
        serving: the dataset.
        found: its things.
    """
    base, own = serving.base, f"{serving.base}{PATH}"
    here = [type_of(name) for name in FINDABLE if any(thing.type == name for thing in found.things.values())]
    editions = {edition.identifier: edition for edition in found.publication.published.editions}
    suggests = {name: {"service_url": own, "service_path": f"/suggest/{name}"} for name in ("entity", "property", "type")}
    proposes = {"service_url": own, "service_path": "/properties"}
    return {
        "versions": ["0.2"],
        "name": serving.title[:1].upper() + serving.title[1:],
        "identifierSpace": f"{base}id/",
        "schemaSpace": f"{ONTOLOGY.value}#",
        "defaultTypes": here,
        "documentation": f"{base}openapi.html",
        "logo": f"{base}static/icon.svg",
        "serviceVersion": version("organograph"),
        "view": {"url": f"{own}/view?id={{{{id}}}}"},
        "preview": {"url": f"{own}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": suggests,
        "extend": {"propose_properties": proposes, "property_settings": extension.settings(editions)},
        "batchSize": BATCH,
    }


def _example(_: Service) -> Findable | None:
    return next(iter(directory().things.values()), None)


def _queries(serving: Service) -> Values:
    found = _example(serving)
    told = {"q0": {"query": found.label, "limit": 3}} if found else {}
    return Values({"type": "string"}, json.dumps(told, ensure_ascii=False))


def _extend(serving: Service) -> str:
    found = _example(serving)
    return json.dumps({"ids": [found.iri] if found else [], "properties": [{"id": "name"}]})


def body(serving: Service) -> Json:
    """What a POST sends, by media type: one of two queries in a form."""
    texts = {"queries": f"A batch of up to {BATCH} reconciliation queries, in JSON.", "extend": "A data extension query, in JSON."}
    schema = {"type": "object", "properties": {name: {"type": "string", "description": told} for name, told in texts.items()}}
    values = {"queries": {"queries": _queries(serving).example}, "extend": {"extend": _extend(serving)}}
    return {FORM: {"schema": schema, "examples": {name: {"value": value} for name, value in values.items()}}}


def _editions(serving: Service) -> Values:
    return Values({"type": "string", "enum": [name for name in serving.doors if name]})


def _things(serving: Service) -> Values:
    found = _example(serving)
    return Values({"type": "string"}, found.iri if found else None)


QUERIES = Parameter("queries", "query", f"A batch of up to {BATCH} reconciliation queries, in JSON.", _queries)
EXTEND = Parameter("extend", "query", "A data extension query, in JSON.", lambda _: Values({"type": "string"}))
OF_EDITION = Parameter("edition", "query", "The edition that names are from, for queries that do not say so.", _editions, is_posted=True)
ID = Parameter("id", "query", "The IRI of a thing, or what stands after `id/` in it.", _things, required=True)
PREFIX = Parameter("prefix", "query", "What was typed.", lambda _: Values({"type": "string"}, "o"))
CURSOR = Parameter("cursor", "query", "How many suggestions to leave out.", lambda _: Values({"type": "integer", "minimum": 0}))
TYPE = Parameter("type", "query", "The type of the things.", lambda _: Values({"type": "string", "enum": [*FINDABLE]}, "unit"))
LIMIT = Parameter("limit", "query", "How many are wanted.", lambda _: Values({"type": "integer", "minimum": 0}))
