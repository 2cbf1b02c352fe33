"""Describes the tables as CSV on the Web (W3C Metadata Vocabulary for Tabular Data, Recommendation of 17 December 2015)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from organograph.tabular.columns import LISTS, Column, Table
from organograph.tabular.schema import OF_DATASET, OF_EDITION

_FORMATS: dict[str, Any] = {
    "slug": {"base": "string", "format": "[a-z0-9]+(-[a-z0-9]+)*"},
    "slugs": {"base": "string", "format": "[a-z0-9]+(-[a-z0-9]+)*"},
    "thing": {"base": "string", "format": "(organization|unit|post|body):[a-z0-9]+(-[a-z0-9]+)*"},
    "things": {"base": "string", "format": "(organization|unit|post|body):[a-z0-9]+(-[a-z0-9]+)*"},
    "number": "integer",
    "month": "gYearMonth",
    "date": {"base": "string", "format": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"},
    "hash": {"base": "string", "format": "[0-9a-f]{64}"},
    "address": "anyURI",
    "addresses": "anyURI",
    "spans": {"base": "string", "format": "[a-z0-9]+(-[a-z0-9]+)*:[0-9]{1,9}-[0-9]{1,9}"},
}
_FOREIGN = {
    "source": ("sources.csv", "slug"),
    "edition": ("editions.csv", "id"),
    "from_edition": ("editions.csv", "id"),
    "to_edition": ("editions.csv", "id"),
    "previous": ("editions.csv", "id"),
    "person": ("persons.csv", "slug"),
}
_WITHIN = {"post": ("posts.csv", "slug"), "body": ("bodies.csv", "slug"), "unit": ("units.csv", "slug")}


def table_group(editions: Iterable[str], absent: Collection[str] = ()) -> dict[str, Any]:
    """The description of a folder of tables.

    Args:
        editions: identifiers of its editions.
        absent: names of the optional tables that it does not have, since only what is there can be described.

    Returns:
        the JSON of csv-metadata.json: every table with its columns, datatypes, keys and references.
    """
    tables = [_table(table, f"{table.name}.csv", "") for table in OF_DATASET if table.name not in absent]
    for edition in editions:
        folder = f"editions/{edition}/"
        tables += [_table(table, f"{folder}{table.name}.csv", folder) for table in OF_EDITION]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dialect": {"encoding": "utf-8", "header": True},
        "tables": tables,
    }


def _table(table: Table, url: str, folder: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = [_reference(column.name, folder) for column in table.columns if column.kind == "slug"]
    if any(keys):
        schema["foreignKeys"] = [key for key in keys if key]
    return {"url": url, "dc:description": table.holds, "tableSchema": schema}


def _reference(column: str, folder: str) -> dict[str, Any] | None:
    if column in _FOREIGN:
        resource, name = _FOREIGN[column]
    elif folder and column in _WITHIN:
        resource, name = folder + _WITHIN[column][0], _WITHIN[column][1]
    else:
        return None
    return {"columnReference": column, "reference": {"resource": resource, "columnReference": name}}


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.holds, "required": column.needed}
    if column.kind == "choice":
        described["datatype"] = {"base": "string", "format": "|".join(column.choices)}
    else:
        described["datatype"] = _FORMATS.get(column.kind, "string")
    if column.kind in LISTS:
        described["separator"] = "; "
    return described
