"""What is said of a thing, a property and a value, as each format writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from organograph.names import PREFIXES, RDF, XSD
from organograph.streams.jsonld import Compaction

_KEPT = 20_000
"""How many pairs are kept as written, before all are forgotten: what is said of many things is soon there again."""
_LOCAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_BARE = frozenset(term.value for term in (XSD.integer, XSD.boolean, XSD.decimal, XSD.double))
"""Values of these types may stand in Turtle without quotes."""


class Said(NamedTuple):
    """A property and a value.

    Args:
        line: both as N-Triples write them, with a space before each.
        predicate: the property in Turtle.
        value: the value in Turtle.
        element: both as an element of RDF/XML.
        class_name: of a class the name of its element, or "".
        key: the property in JSON-LD.
        order: by which values of one property are sorted there.
        json: the value there.
        inner: the value there within a list, which is indented once more.
    """

    line: str
    predicate: str
    value: str
    element: str
    class_name: str
    key: str
    order: str
    json: str
    inner: str


class Pairs:
    """Writes what one graph says of things in each format, as the engine and RDFLib do.

    Args:
        context: JSON-LD context.

    Attributes:
        stems: what the IRIs written begin with, up to their last `/` or `#`.
    """

    def __init__(self, context: Mapping[str, object]) -> None:
        self.compaction = Compaction(context)
        self.stems: set[str] = set()
        self._plain: set[str] = set()
        self._kept: dict[str, Said] = {}
        self._predicates: dict[str, tuple[str, str, str]] = {}

    def said(self, pair: str) -> Said:
        """A pair as runs hold it, in each format."""
        found = self._kept.get(pair)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[pair] = self._written(pair)
        return found

    def iri(self, value: str) -> str:
        """An IRI in Turtle."""
        stem = value[: max(value.rfind("/"), value.rfind("#")) + 1]
        if stem in self._plain:
            return f"<{value}>"
        self.stems.add(stem)
        prefix = _PREFIX_OF.get(stem)
        if prefix is not None and _LOCAL.fullmatch(value, len(stem)):
            return f"{prefix}:{value[len(stem) :]}"
        if prefix is not None or any(stem.startswith(space) for space in _PREFIX_OF):
            return _in_turtle(f"<{value}>")
        if len(self._plain) < _KEPT:
            self._plain.add(stem)
        return f"<{value}>"

    def _written(self, pair: str) -> Said:
        predicate, _, value = pair.partition(" ")
        if not predicate:
            predicate, class_name = RDF.type.value, _element(value[1:-1])
        else:
            class_name = ""
        known = self._predicates.get(predicate)
        if known is None:
            element = _element(predicate)
            known = self._predicates[predicate] = (self._property(predicate), element, element.partition(" ")[0])
        in_turtle, element, closing = known
        if value[0] == "<":
            iri = value[1:-1]
            turtle, xml = self.iri(iri), f'\t\t<{element} rdf:resource="{escaped(iri)}"/>\n'
            json = self.compaction.link(predicate, iri)
        else:
            turtle, text, tag, language, datatype = self._literal(value)
            xml = f"\t\t<{element}{tag}>{escaped(text)}</{closing}>\n"
            json = self.compaction.text(predicate, text, language, datatype)
        return Said(f" <{predicate}> {value}", in_turtle, turtle, xml, class_name, *json)

    def _property(self, predicate: str) -> str:
        written = self.iri(predicate)
        return "a" if predicate == RDF.type.value else written

    def _literal(self, value: str) -> tuple[str, str, str, str, str]:
        """A literal in Turtle, its text, the attribute for its language or type, its language and its type."""
        end = value.rindex('"')
        text = unescaped(value[1:end])
        if value[end:] == '"':
            self.stems.add(str(XSD))
            return value, text, "", "", ""
        if value[end + 1] == "@":
            language = value[end + 2 :]
            self.stems.add(str(RDF))
            return value, text, f' xml:lang="{language}"', language, ""
        datatype = value[end + 4 : -1]
        written = self.iri(datatype)
        turtle = _in_turtle(value) if datatype in _BARE else f"{value[: end + 1]}^^{written}"
        return turtle, text, f' rdf:datatype="{escaped(datatype)}"', "", datatype


_PREFIX_OF = {space: prefix for prefix, space in PREFIXES.items()}


def unescaped(text: str) -> str:
    """What is between the quotes of a literal of N-Triples, as text."""
    return _ESCAPE.sub(_sign, text) if "\\" in text else text


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SIGNS.get(match[3], match[3])


def escaped(text: str) -> str:
    """A text within XML, as the engine writes it."""
    if "&" in text or "<" in text or ">" in text or "'" in text or '"' in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;").replace('"', "&quot;")
    return text


def _element(iri: str) -> str:
    """The name of an element of RDF/XML, with the declaration that it needs."""
    stem = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    prefix = _PREFIX_OF.get(stem)
    if prefix is not None and _LOCAL.fullmatch(iri, len(stem)):
        return f"{prefix}:{iri[len(stem) :]}"
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode(iri), ox.NamedNode("urn:o"))
    written = (ox.serialize([triple], format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b"").decode()
    return written.split("\t\t<", 1)[1].split(" rdf:resource=", 1)[0]


def used_prefixes(stems: Iterable[str]) -> dict[str, str]:
    """The prefixes of the IRIs that begin so, in order."""
    held = set(stems)
    return {prefix: space for prefix, space in sorted(PREFIXES.items()) if any(stem.startswith(space) for stem in held)}


def _in_turtle(value: str) -> str:
    """A term as the engine writes it in Turtle."""
    quads = ox.parse(f"<urn:s> <urn:p> {value} .", format=ox.RdfFormat.N_TRIPLES)
    triples = [quad.triple for quad in quads]
    written = (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()
    return written.rpartition("<urn:s> <urn:p> ")[2][: -len(" .\n")]
