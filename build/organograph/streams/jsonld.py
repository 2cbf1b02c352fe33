"""JSON-LD as RDFLib compacts it, a value at a time: keys and values by the context, and which terms of it are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from organograph.names import RDF

INDENT, INNER = "\n   ", "\n    "
_TYPE = RDF.type.value
_PROBE = "urn:x-probe:a"


class Nested(str):
    """A value of several lines, as it stands alone.

    Attributes:
        inner: the same within a list, where it is indented once more.
        order: the same in one line, by which the values of a list are sorted.
    """

    __slots__ = ("inner", "order")
    inner: str
    order: str

    @classmethod
    def of(cls, value: Any) -> Nested:
        """A compacted value in JSON."""
        written = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
        made = cls(written.replace("\n", INDENT))
        made.inner = written.replace("\n", INNER)
        made.order = json.dumps(value, ensure_ascii=False, sort_keys=True)
        return made

    @classmethod
    def link(cls, name: str, iri: str) -> Nested:
        """An object that only names a thing, under the key of names."""
        pair = f'"{name}": "{iri}"'
        made = cls(f"{{{INDENT} {pair}{INDENT}}}")
        made.inner = f"{{{INNER} {pair}{INNER}}}"
        made.order = f"{{{pair}}}"
        return made


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
        self._spaces: dict[str, str | None] = {}
        self._used: set[str] = set()
        self._named: dict[str, tuple[str, str] | None] = {}

    def key_of_links(self, predicate: str) -> str | None:
        """The key of a property whose values are IRIs in short; None where each is told in another way."""
        return self._tried(predicate, "@id", "", _PROBE)

    def key_of_texts(self, predicate: str, language: str, datatype: str, text: str) -> str | None:
        """The key of a property whose values of a language or a type are plain texts, such as this; None where they are more than that."""
        term = self._context.find_term(predicate, datatype) if datatype else None
        if datatype and (term is None or term.type != datatype):
            return None  # numbers and truth values may then be told without their type
        return self._tried(predicate, language, datatype, text)

    def link(self, predicate: str, iri: str) -> tuple[str, Nested]:
        """A property with an IRI for a value that is told in another way than in short."""
        from rdflib import URIRef

        if predicate not in self._named:
            ((key, found),) = self._asked(predicate, URIRef(_PROBE)).items()
            plain = predicate != _TYPE and isinstance(found, dict) and [*map(str, found.values())] == [_PROBE]
            self._named[predicate] = (str(key), str(*found)) if plain else None
        named = self._named[predicate]
        if named is None or iri == RDF.nil.value:  # which RDFLib takes for a list
            return self._converted(predicate, URIRef(iri))
        key, name = named
        short = self.short(iri)
        for text in (key, name, short):
            self.note(text)
        return key, Nested.link(name, short)

    def literal(self, predicate: str, text: str, language: str, datatype: str) -> tuple[str, Nested]:
        """A property with a literal for a value that is no plain text."""
        return self._converted(predicate, _literal(text, language, datatype))

    def short(self, iri: str) -> str:
        """An IRI as a value or as the name of a node."""
        place = max(iri.rfind("/"), iri.rfind("#")) + 1
        stem = iri[:place]
        begin = self._begin(stem)
        # A fragment may hold a slash, and RDFLib looks for the number sign first.
        if "#" in stem[:-1]:
            return str(self._context.shrink_iri(iri))
        return iri if begin is None else begin + iri[place:]

    def shortens(self, stem: str) -> bool:
        """Whether any IRI that begins so, up to its last `/` or `#`, is written in another way."""
        return self._begin(stem) is not None or "#" in stem[:-1]

    def head(self) -> str:
        """The beginning of a document with the terms that are used, and those that these need."""
        used = set(self._used) | {"id"}
        used |= set().union(*(_names(meaning) for term, meaning in self._terms.items() if term in used))
        terms = {term: meaning for term, meaning in sorted(self._terms.items()) if term.startswith("@") or term in used}
        text = json.dumps({"@context": terms, "@graph": []}, ensure_ascii=False, indent=1)
        return text.removesuffix("[]\n}") + "[\n"

    def note(self, text: str) -> None:
        """Remember which terms a text is, or begins with, as RDFLib's own context would need them."""
        if text in self._terms:
            self._used.add(text)
        if ":" in text and (head := text.partition(":")[0]) in self._terms:
            self._used.add(head)

    def _begin(self, stem: str) -> str | None:
        """What IRIs that begin so begin with in short; None where they stay whole."""
        if stem not in self._spaces:
            shortened = str(self._context.shrink_iri(f"{stem}x"))
            self._spaces[stem] = None if shortened == f"{stem}x" else shortened[:-1]
            self.note(shortened)
        return self._spaces[stem]

    def _tried(self, predicate: str, language: str, datatype: str, text: str) -> str | None:
        from rdflib import URIRef

        probe = URIRef(text) if language == "@id" else _literal(text, language, datatype)
        ((key, value),) = self._asked(predicate, probe).items()
        self.note(str(key))
        return str(key) if predicate != _TYPE and isinstance(value, str) and str(value) == text else None

    def _asked(self, predicate: str, value: Any) -> dict[str, Any]:
        from rdflib import Graph, URIRef

        node: dict[str, Any] = {}
        self._converter.add_to_node(Graph(), URIRef("urn:s"), URIRef(predicate), value, node, {})
        return node

    def _converted(self, predicate: str, value: Any) -> tuple[str, Nested]:
        ((key, found),) = self._asked(predicate, value).items()
        for name in [str(key), *_names(found)]:
            self.note(name)
        return str(key), Nested.of(found)


def _literal(text: str, language: str, datatype: str) -> Any:
    from rdflib import Literal, URIRef

    if language:
        return Literal(text, lang=language)
    return Literal(text, datatype=URIRef(datatype), normalize=False) if datatype else Literal(text)


def _names(value: Any) -> set[str]:
    """Every term and every prefix that a compacted value uses."""
    if isinstance(value, dict):
        keys = set(value) | {key.partition(":")[0] for key in value}
        return keys.union(*(_names(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_names(inner) for inner in value))
    return {value, value.partition(":")[0]} if isinstance(value, str) else set()
