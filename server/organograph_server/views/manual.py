"""The page of all addresses, made from their description for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from organograph.messages import Message
from organograph_server.languages.speaking import ENGLISH, Words, gettext

Json = Mapping[str, Any]
_PLACES: Mapping[str, str] = {"path": Message("path"), "query": Message("query"), "header": Message("header")}


@dataclass(frozen=True)
class Taken:
    """A parameter of an address: its name, where it stands, what it means, and what it can be."""

    name: str
    place: str
    description: str
    values: str
    required: bool


@dataclass(frozen=True)
class Entry:
    """An address: how it is asked, what it takes and gives, and where an example is."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[Taken]
    media_types: list[str]
    statuses: list[str]
    example: str


def manual_of(document: Json) -> dict[str, object]:
    """What the page shows: the entries by their group, and what the groups are.

    Args:
        document: the description (OpenAPI 3.1).
    """
    entries = list(_entries(document))
    groups = [(_told(tag["description"]), [entry for name, entry in entries if name == tag["name"]]) for tag in document["tags"]]
    return {"title": document["info"]["title"], "told": _told(document["info"]["description"].replace("`", "")), "groups": groups}


def example_of(path: str, operation: Json) -> str:
    """The address of the example of an operation, from the root of the server.

    Args:
        path: with its parameters in braces.
        operation: of that path.
    """
    asked = [(taken["in"], taken["name"], _example(taken)) for taken in operation.get("parameters", ()) if _example(taken) is not None]
    for _, name, value in (each for each in asked if each[0] == "path"):
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    query = urlencode([(name, value) for place, name, value in asked if place == "query"])
    return path.removeprefix("/") + (f"?{query}" if query else "")


def _example(taken: Json) -> object:
    return taken.get("example", next((each["value"] for each in taken.get("examples", {}).values()), None))


def _entries(document: Json) -> Iterator[tuple[str, Entry]]:
    for path, item in document["paths"].items():
        for method, told in item.items():
            parameters = [_taken(each) for each in told.get("parameters", ()) if "$ref" not in each]
            types = next(iter(told["responses"].values())).get("content", {})
            example = example_of(path, told) if method == "get" else ""
            entry = Entry(
                method.upper(),
                path,
                _told(told["summary"]),
                _told(told.get("description", "")),
                parameters,
                [*types],
                [*told["responses"]],
                example,
            )
            yield told["tags"][0], entry


def _told(text: str) -> Words:
    """What the code says of itself, which is in English."""
    return Words(text, ENGLISH)


def _taken(told: Json) -> Taken:
    schema = told["schema"]
    most = 12
    listed = schema.get("enum", ())
    values = ", ".join(map(str, listed[:most])) + (
        " " + gettext("and %(number)s more", number=len(listed) - most) if len(listed) > most else ""
    )
    return Taken(told["name"], _PLACES.get(told["in"], told["in"]), _told(told["description"]), values, told.get("required", False))
