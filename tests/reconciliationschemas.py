"""The messages of the Reconciliation Service API 0.2 as JSON Schemas, written from the text of the specification."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
NAME: Json = {"type": "string", "minLength": 1}
ADDRESS: Json = {"type": "string", "pattern": "^https?://[^ ]+$"}


def record(needed: Json, **optional: Json) -> Json:
    """An object with members that must be there and some that may; others are a slip of ours."""
    return {"type": "object", "required": [*needed], "properties": needed | optional, "additionalProperties": False}


def listing(items: Json) -> Json:
    """A list."""
    return {"type": "array", "items": items}


def keyed(values: Json) -> Json:
    """An object whose keys are free."""
    return {"type": "object", "additionalProperties": values}


# Section 2: an entity has id and name, and may have a description and types; a type has id and name.
TYPE = record({"id": NAME, "name": NAME})
PROPERTY = record({"id": NAME, "name": NAME}, description=TEXT)
# Section 3.1, the manifest; section 5.1, preview; 6.1, suggest; 7.1, data extension with its settings.
TEMPLATE: Json = ADDRESS | {"allOf": [{"pattern": r"\{\{id\}\}"}]}
SERVICE = record({"service_url": ADDRESS, "service_path": {"type": "string", "pattern": "^/"}})
CHOICE = record({"value": TEXT, "name": NAME})
SETTING: Json = {
    "oneOf": [
        record({"name": NAME, "label": NAME, "type": {"const": "number"}}, default={"type": "number"}, help_text=TEXT),
        record({"name": NAME, "label": NAME, "type": {"const": "text"}}, default=TEXT, help_text=TEXT),
        record({"name": NAME, "label": NAME, "type": {"const": "checkbox"}}, default={"type": "boolean"}, help_text=TEXT),
        record({"name": NAME, "label": NAME, "type": {"const": "select"}, "choices": listing(CHOICE)}, default=TEXT, help_text=TEXT),
    ]
}
PIXELS: Json = {"type": "integer", "minimum": 1}
MANIFEST = record(
    {"versions": listing(TEXT) | {"contains": {"const": "0.2"}}, "name": NAME, "identifierSpace": ADDRESS, "schemaSpace": ADDRESS},
    defaultTypes=listing(TYPE) | {"uniqueItems": True},
    documentation=ADDRESS,
    logo=ADDRESS,
    serviceVersion=TEXT,
    view=record({"url": TEMPLATE}),
    preview=record({"url": TEMPLATE, "width": PIXELS, "height": PIXELS}),
    suggest=record({}, entity=SERVICE, property=SERVICE, type=SERVICE),
    extend=record({}, propose_properties=SERVICE, property_settings=listing(SETTING)),
    batchSize={"type": "integer", "minimum": 1},
)
# Section 4.2: candidates with their features, by the keys of the batch.
FEATURE = record({"id": NAME, "value": {"type": ["boolean", "number"]}})
CANDIDATE = record(
    {"id": NAME, "name": NAME, "type": listing(TYPE), "score": {"type": "number"}, "match": {"type": "boolean"}},
    description=TEXT,
    features=listing(FEATURE),
)
RESULTS = keyed(record({"result": listing(CANDIDATE)}))
# Section 6.3.
ENTITIES = record({"result": listing(record({"id": NAME, "name": NAME}, description=TEXT, notable=listing(TYPE)))})
TYPES = record({"result": listing(TYPE)})
PROPERTIES = record({"result": listing(PROPERTY)})
# Sections 7.2 and 7.4: a cell holds an entity or one value that is named by its type.
PROPOSAL = record({"type": TEXT, "properties": listing(PROPERTY)}, limit={"type": "integer"})
CELL: Json = {
    "oneOf": [
        record({"id": NAME, "name": NAME}),
        *(
            record({name: {"type": kind}})
            for name, kind in (("str", "string"), ("int", "integer"), ("float", "number"), ("bool", "boolean"))
        ),
    ]
}
EXTENSION = record({"meta": listing(record({"id": NAME, "name": NAME}, type=TYPE)), "rows": keyed(keyed(listing(CELL)))})
