"""JSON-LD as RDFLib compacts it, a node at a time: keys and values by the context, and which terms of it are used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any, Protocol, TypeAlias

from organograph.names import RDF

_TYPE = RDF.type.value
_INDENT, _INNER = "\n   ", "\n    "
Value: TypeAlias = tuple[str, str, str, str]
"""A key, what its values are sorted by, a value, and the same within a list."""


class InJson(Protocol):
    """A property and a value; the same within a list is indented once more."""

    @property
    def key(self) -> str:
        """The property."""

    @property
    def order(self) -> str:
        """By what values of one property are sorted."""

    @property
    def json(self) -> str:
        """The value."""

    @property
    def inner(self) -> str:
        """The value within a list."""


class Compaction:
    """Writes one document by a context as RDFLib's serializer does, whose rules it asks once for each kind of value.

    Args:
        context: JSON-LD context.
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        from rdflib.plugins.serializers.jsonld import Converter
        from rdflib.plugins.shared.jsonld.context import Context

        self._terms = context
        self._context = Context(dict(context))
        self._converter = Converter(self._context, use_native_types=False, use_rdf_type=False)
        self._simple: dict[tuple[str, str, str], str | None] = {}
        self._spaces: dict[str, str | None] = {}
        self._used: set[str] = set()

    def link(self, predicate: str, iri: str) -> Value:
        """A property with an IRI for a value."""
        key = self._plain_key(predicate, "@id", "", "urn:x-probe:a")
        if key is None:
            from rdflib import URIRef

            return self._converted(predicate, URIRef(iri))
        written = encode_basestring(self.short(iri))
        return key, written, written, written

    def text(self, predicate: str, text: str, language: str, datatype: str) -> Value:
        """A property with a literal for a value."""
        key = self._plain_key(predicate, language, datatype, text)
        if key is None:
            return self._converted(predicate, _literal(text, language, datatype))
        self._note(text)
        written = encode_basestring(text)
        return key, written, written, written

    def short(self, iri: str) -> str:
        """An IRI as a value or as the name of a node."""
        place = max(iri.rfind("/"), iri.rfind("#")) + 1
        stem = iri[:place]
        if stem not in self._spaces:
            shortened = str(self._context.shrink_iri(f"{stem}x"))
            self._spaces[stem] = None if shortened == f"{stem}x" else shortened[:-1]
            self._note(shortened)
        # A fragment may hold a slash, and RDFLib looks for the number sign first.
        if "#" in stem[:-1]:
            return str(self._context.shrink_iri(iri))
        begin = self._spaces[stem]
        return iri if begin is None else begin + iri[place:]

    def node(self, iri: str, said: Iterable[InJson]) -> tuple[str, str]:
        """A node with all that is said of it: by what nodes are sorted, and the node."""
        name = self.short(iri)
        first, found, several = dict[str, InJson](), {"id": encode_basestring(name)}, dict[str, list[InJson]]()
        for each in said:
            if each.key in found:
                several.setdefault(each.key, []).append(each)
            else:
                found[each.key] = each.json
                first[each.key] = each
        for key, more in several.items():
            found[key] = _several([first[key], *more])
        return name, "  {" + ",".join([f'{_INDENT}"{key}": {value}' for key, value in sorted(found.items())]) + "\n  }"

    def head(self) -> str:
        """The beginning of a document with the terms that are used, and those that these need."""
        used = set(self._used) | {"id"}
        used |= set().union(*(_names(meaning) for term, meaning in self._terms.items() if term in used))
        terms = {term: meaning for term, meaning in sorted(self._terms.items()) if term.startswith("@") or term in used}
        text = json.dumps({"@context": terms, "@graph": []}, ensure_ascii=False, indent=1)
        return text.removesuffix("[]\n}") + "[\n"

    def _note(self, text: str) -> None:
        """Remember which terms a text is, or begins with, as RDFLib's own context would need them."""
        if text in self._terms:
            self._used.add(text)
        if (head := text.partition(":")[0]) in self._terms:
            self._used.add(head)

    def _plain_key(self, predicate: str, language: str, datatype: str, text: str) -> str | None:
        """The key of a property whose values of a language or a type are plain texts; None where they are more than that."""
        sort = (predicate, language, datatype)
        if sort not in self._simple:
            self._simple[sort] = self._tried(*sort, text)
        return self._simple[sort]

    def _tried(self, predicate: str, language: str, datatype: str, text: str) -> str | None:
        from rdflib import URIRef

        term = self._context.find_term(predicate, datatype) if datatype else None
        if datatype and (term is None or term.type != datatype):
            return None  # numbers and truth values may then be told without their type
        probe = URIRef(text) if language == "@id" else _literal(text, language, datatype)
        ((key, value),) = self._asked(predicate, probe).items()
        self._note(str(key))
        return str(key) if predicate != _TYPE and isinstance(value, str) and str(value) == text else None

    def _asked(self, predicate: str, value: Any) -> dict[str, Any]:
        from rdflib import Graph, URIRef

        node: dict[str, Any] = {}
        self._converter.add_to_node(Graph(), URIRef("urn:s"), URIRef(predicate), value, node, {})
        return node

    def _converted(self, predicate: str, value: Any) -> Value:
        ((key, found),) = self._asked(predicate, value).items()
        for name in [str(key), *_names(found)]:
            self._note(name)
        written = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        order = json.dumps(found, ensure_ascii=False, sort_keys=True)
        return str(key), order, written.replace("\n", _INDENT), written.replace("\n", _INNER)


def _literal(text: str, language: str, datatype: str) -> Any:
    from rdflib import Literal, URIRef

    if language:
        return Literal(text, lang=language)
    return Literal(text, datatype=URIRef(datatype), normalize=False) if datatype else Literal(text)


def _several(said: list[InJson]) -> str:
    return f"[{','.join([f'{_INNER}{each.inner}' for each in sorted(said, key=_order)])}{_INDENT}]"


def _order(said: InJson) -> str:
    return said.order


def _names(value: Any) -> set[str]:
    """Every term and every prefix that a compacted value uses."""
    if isinstance(value, dict):
        keys = set(value) | {key.partition(":")[0] for key in value}
        return keys.union(*(_names(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_names(inner) for inner in value))
    return {value, value.partition(":")[0]} if isinstance(value, str) else set()
