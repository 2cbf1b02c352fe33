"""Data extension: properties of things, for columns beside those that were matched (Reconciliation Service API 0.2, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from organograph.messages import Message
from organograph_server.dataset.published import Edition
from organograph_server.errors import QueryTooLarge, RequestMalformed
from organograph_server.lookup.attributes import ATTRIBUTES, Attribute, Attributes, Value
from organograph_server.lookup.directory import Directory
from organograph_server.reconcile.reconciling import Json, read_json, type_of

MOST_IDS = 1_000
MOST_PROPERTIES = 20


@dataclass(frozen=True)
class Column:
    """A property that is wanted.

    Args:
        attribute: which.
        edition: of which edition; None for the latest that describes each thing.
        limit: how many values a row may have; 0 for all.
    """

    attribute: Attribute
    edition: Edition | None
    limit: int


def settings(editions: Mapping[str, Edition]) -> list[Json]:
    """What can be set for each property, for the manifest.

    Args:
        editions: by their identifiers, the earliest first.
    """
    choices = [{"value": "", "name": "the latest that describes it"}, *({"value": name, "name": name} for name in reversed([*editions]))]
    edition = {"name": "edition", "label": "Edition", "type": "select", "default": "", "choices": choices}
    limit = {"name": "limit", "label": "Limit", "type": "number", "default": 0}
    return [
        edition | {"help_text": "The edition that the values are taken from."},
        limit | {"help_text": "How many values a row may have; 0 for all."},
    ]


def extended(text: str, directory: Directory, attributes: Attributes) -> Json:
    """The answer to a data extension query.

    Args:
        text: the query in JSON.
        directory: of the things.
        attributes: of these.

    Raises:
        RequestMalformed: it is no such query, or asks for properties or editions that there are not.
        QueryTooLarge: it asks for too much at once.
    """
    told = read_json(text, "extend")
    ids, properties = told.get("ids"), told.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids) or not isinstance(properties, list):
        raise RequestMalformed("The parameter extend has no lists `ids` and `properties`.", 'Write it like {"ids": [], "properties": []}.')
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        raise QueryTooLarge(
            Message("The query asks for %(properties)s properties of %(things)s things.", properties=len(properties), things=len(ids)),
            Message("Ask for up to %(most_properties)s of up to %(most_ids)s at once.", most_properties=MOST_PROPERTIES, most_ids=MOST_IDS),
        )
    editions = {edition.identifier: edition for edition in directory.publication.published.editions}
    columns = [_column(each, editions) for each in properties]
    rows = {each: {column.attribute.id: _cells(each, column, directory, attributes) for column in columns} for each in ids}
    return {"meta": [_meta(column.attribute) for column in columns], "rows": rows}


def _column(told: Any, editions: Mapping[str, Edition]) -> Column:
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise RequestMalformed("A property of extend has no `id`.", 'Write it like {"id": "parent"}.')
    attribute = ATTRIBUTES.get(told["id"])
    if attribute is None:
        raise RequestMalformed(
            Message("There is no property %(told)r.", told=told["id"][:60]),
            Message("Choose of %(attributes)s.", attributes=", ".join(ATTRIBUTES)),
        )
    chosen = told.get("settings") or {}
    if not isinstance(chosen, dict):
        raise RequestMalformed(Message("The settings of %(id)s are no object.", id=attribute.id), 'Write them like {"edition": "2022-06"}.')
    edition, limit = chosen.get("edition") or "", str(chosen.get("limit") or "0")
    if not isinstance(edition, str) or edition not in ("", *editions):
        raise RequestMalformed(
            Message("There is no edition %(edition)r.", edition=str(edition)[:60]),
            Message("Choose of %(editions)s.", editions=", ".join(editions)),
        )
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10):
        raise RequestMalformed(
            Message("The limit of %(id)s is %(limit)r, no whole number.", id=attribute.id, limit=limit[:20]), "Give 0 for all."
        )
    return Column(attribute, editions.get(edition), int(limit))


def _cells(identifier: str, column: Column, directory: Directory, attributes: Attributes) -> list[Json]:
    thing = directory.known(identifier)
    values = attributes.values(thing, column.attribute.id, column.edition) if thing else []
    return [_cell(value) for value in values[: column.limit or None]]


def _cell(value: Value) -> Json:
    return {"id": value.iri, "name": value.text} if value.iri else {"str": value.text}


def _meta(attribute: Attribute) -> Json:
    leads = {"type": type_of(attribute.leads_to)} if attribute.leads_to not in ("", "*") else {}
    return {"id": attribute.id, "name": attribute.name, **leads}
