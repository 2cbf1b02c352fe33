"""Where things are described in a text of JSON-LD or RDF/XML; told only where each name in it can be told for sure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ParserCreate

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")|([{}\[\]:,])|[^\s"{}\[\]:,]+')
_UNSURE = ('"@reverse"', '"@base"', '"@import"', '"@nest"', '"@json"')
"""Words by which a statement may be made elsewhere than where its subject is described, or names be read otherwise."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")


@dataclass
class _Object:
    """An object: its keys with their offsets, and what it names itself."""

    names: dict[str, int] = field(default_factory=dict)
    id: str | None = None


def described(text: str) -> Mapping[str, int]:
    """The things that are described in one place only, with the offset of the key that names each.

    Args:
        text: a well-formed JSON-LD document.

    Returns:
        nothing where a name could not be told for sure: contexts within, names that start from a base, statements turned round.
    """
    if text.count('"@context"') > 1 or any(word in text for word in _UNSURE) or "\\u" in text:
        return {}
    whole = json.loads(text)
    prefixes = _prefixes(whole.get("@context", {}) if isinstance(whole, dict) else {})
    if prefixes is None:
        return {}
    keys = {"@id"} | {*(name for name, value in prefixes.items() if value == "@id")}
    found: dict[str, list[int]] = {}
    for held in _objects(text, keys):
        iri = None if held.id is None else _expanded(held.id, prefixes)
        if held.id is not None and iri is None:
            return {}
        if iri is not None and len(held.names) > 1:
            found.setdefault(iri, []).append(next(at for name, at in held.names.items() if name in keys))
    return {iri: places[0] for iri, places in found.items() if len(places) == 1}


def _prefixes(context: Any) -> dict[str, str] | None:
    """The names that a context declares, or None where it is made of several or of what is elsewhere."""
    if not isinstance(context, dict):
        return None
    told = {name: value.get("@id") if isinstance(value, dict) else value for name, value in context.items()}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _expanded(name: str, prefixes: Mapping[str, str]) -> str | None:
    """An IRI written out (JSON-LD 1.1, section 4.1.5); None where it starts from a base. A blank node has another name in each reading."""
    prefix, colon, local = name.partition(":")
    if _ABSOLUTE.fullmatch(name) or prefix == "_":
        return name
    space = prefixes.get(prefix, "")
    return space + local if colon and _ABSOLUTE.fullmatch(space) and space[-1] in ":/?#[]@" else None


def _objects(text: str, keys: set[str]) -> Iterator[_Object]:
    """All objects of a text but those of its context, inner ones first."""
    open_: list[_Object | None] = []
    name, string, at, context = "", "", 0, 0
    for token in _TOKEN.finditer(text):
        held, sign = open_[-1] if open_ else None, token[2]
        if token[1] is not None:
            string, at = token[1], token.start()
            if held is not None and name in keys:
                held.id = json.loads(string)
        elif sign == ":" and held is not None:
            name = json.loads(string)
            held.names[name] = at
        elif sign in ("{", "["):
            open_.append(_Object() if sign == "{" else None)
            context = len(open_) if name == "@context" and not context else context
            name = ""
        elif sign in ("}", "]"):
            closed, name = open_.pop(), ""
            if closed is not None and not context:
                yield closed
            context = context if len(open_) >= context else 0
        elif sign == ",":
            name = ""


def described_in_xml(text: str) -> Mapping[str, int]:
    """The same of RDF/XML: the things that one element alone describes, with its offset.

    Args:
        text: a well-formed RDF/XML document.

    Returns:
        nothing where a name starts from a base, or statements are made beside the element of their subject.
    """
    content, found, unsure = text.encode(), dict[str, list[int]](), list[str]()
    parser = ParserCreate("utf-8", " ")

    def begins(name: str, attributes: Mapping[str, str]) -> None:
        about = attributes.get(f"{_RDF}about")
        if about is not None:
            found.setdefault(about, []).append(parser.CurrentByteIndex)
            unsure.extend(() if _ABSOLUTE.fullmatch(about) else (about,))
        elif f"{_RDF}ID" in attributes or (f"{_RDF}resource" in attributes and len(attributes) > 1):
            unsure.append(name)

    parser.StartElementHandler = begins
    parser.Parse(content, True)
    return {} if unsure else {iri: len(content[: places[0]].decode()) for iri, places in found.items() if len(places) == 1}
