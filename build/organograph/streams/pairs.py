"""What is said of a thing, a property and a value, as each format writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TypeAlias

import pyoxigraph as ox

from organograph.names import PREFIXES, RDF, XSD
from organograph.streams.jsonld import Compaction
from organograph.streams.layouts import Property
from organograph.streams.runs import OF_TYPE

_KEPT = 20_000
"""How many pairs are kept as written, before all are forgotten: what is said of many things is soon there again."""
_LOCAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_BARE = frozenset(term.value for term in (XSD.integer, XSD.boolean, XSD.decimal, XSD.double))
"""Values of these types may stand in Turtle without quotes."""

Said: TypeAlias = tuple[str, Property, str, str, str]
"""A property and a value: both as N-Triples write them, with a space before each; the property; the value in Turtle; both as an
element of RDF/XML; and the value in JSON-LD. A plain tuple, for of many at once each format takes its own (see `graphfiles`)."""


@dataclass(frozen=True)
class _Texts:
    """What literals of one language or type have in common, as values of one property.

    Args:
        property: it, where JSON-LD tells them as plain texts.
        turtle: what follows the quotes in Turtle; None where the engine is asked for each.
        begin: of the element.
        end: of the element.
        language: the language, or "".
        datatype: the type, or "".
    """

    property: Property | None
    turtle: str | None
    begin: str
    end: str
    language: str
    datatype: str


@dataclass
class _Predicate:
    """How a property is written, and what its values have in common.

    Args:
        iri: the IRI.
        line: the same in N-Triples, with a space before and behind.
        turtle: in Turtle.
        element: the name of its element of RDF/XML, with the declaration that it needs.
        links: the property in JSON-LD, where its IRIs stand in short there; empty until it has one.
        by_key: the same property under each key of JSON-LD.
        texts: of literals, by what follows their text.
    """

    iri: str
    line: str
    turtle: str
    element: str
    links: list[Property | None] = field(default_factory=list)
    by_key: dict[str, Property] = field(default_factory=dict)
    texts: dict[str, _Texts] = field(default_factory=dict)

    def under(self, key: str) -> Property:
        """The property under a key of JSON-LD, each made once."""
        found = self.by_key.get(key)
        if found is None:
            found = self.by_key[key] = Property(self.line, self.turtle, key)
        return found


class Pairs(dict[str, Said]):
    """Pairs as runs hold them, each written as the engine and RDFLib do once it is asked for.

    Args:
        context: JSON-LD context.

    Attributes:
        stems: what the IRIs written begin with, up to their last `/` or `#`.
    """

    def __init__(self, context: Mapping[str, object]) -> None:
        super().__init__()
        self.compaction = Compaction(context)
        self.stems: set[str] = set()
        self._whole: set[str] = set()
        self._predicates: dict[str, _Predicate] = {}

    def __missing__(self, pair: str) -> Said:
        if len(self) >= _KEPT:
            self.clear()
        begin, _, value = pair.partition(" ")
        predicate = self._predicates.get(begin) or self._predicate(begin)
        made = self[pair] = self._link(predicate, value) if value[0] == "<" else self._text(predicate, value)
        return made

    def named(self, iri: str) -> tuple[str, str]:
        """An IRI, without brackets, in Turtle and in JSON-LD."""
        # Most IRIs are of the dataset: nothing shortens these.
        slash, sign = iri.rfind("/"), iri.rfind("#")
        stem = iri[: (slash if slash > sign else sign) + 1]
        if stem in self._whole:
            return f"<{iri}>", iri
        written = self.iri(iri)
        short = self.compaction.short(iri)
        if not any(stem.startswith(space) for space in _PREFIX_OF) and not self.compaction.shortens(stem) and len(self._whole) < _KEPT:
            self._whole.add(stem)
        return written, short

    def iri(self, value: str) -> str:
        """An IRI in Turtle."""
        stem = value[: max(value.rfind("/"), value.rfind("#")) + 1]
        self.stems.add(stem)
        prefix = _PREFIX_OF.get(stem)
        if prefix is not None and _LOCAL.fullmatch(value, len(stem)):
            return f"{prefix}:{value[len(stem) :]}"
        if prefix is not None or any(stem.startswith(space) for space in _PREFIX_OF):
            return _in_turtle(f"<{value}>")
        return f"<{value}>"

    def _predicate(self, begin: str) -> _Predicate:
        iri = begin or RDF.type.value  # classes have none, see `runs`
        written = self.iri(iri)
        made = self._predicates[begin] = _Predicate(iri, f" <{iri}> ", written if begin else "a", element(iri))
        return made

    def _link(self, predicate: _Predicate, value: str) -> Said:
        iri = value[1:-1]
        xml = f'\t\t<{predicate.element} rdf:resource="{escaped_iri(iri)}"/>\n'
        if not predicate.links:
            key = self.compaction.key_of_links(predicate.iri)
            predicate.links.append(None if key is None else predicate.under(key))
        (plain,) = predicate.links
        if plain:
            turtle, short = self.named(iri)
            return f"{predicate.line}{value}", plain, turtle, xml, f'"{short}"'
        key, json = self.compaction.link(predicate.iri, iri)
        return f"{predicate.line}{value}", predicate.under(key), self.iri(iri), xml, json

    def _text(self, predicate: _Predicate, value: str) -> Said:
        end = value.rindex('"')
        written = value[: end + 1]
        text = value[1:end]
        # What N-Triples write without a backslash, JSON writes in the same way.
        plain = "\\" not in text
        if not plain:
            text = unescaped(text)
        of = predicate.texts.get(value[end:]) or self._texts(predicate, value[end:], text)
        turtle = _in_turtle(value) if of.turtle is None else f"{written}{of.turtle}"
        xml = f"{of.begin}{escaped(text)}{of.end}"
        if of.property:
            self.compaction.note(text)
            return f"{predicate.line}{value}", of.property, turtle, xml, written if plain else encode_basestring(text)
        key, json = self.compaction.literal(predicate.iri, text, of.language, of.datatype)
        return f"{predicate.line}{value}", predicate.under(key), turtle, xml, json

    def _texts(self, predicate: _Predicate, tail: str, text: str) -> _Texts:
        """What literals have in common that end so, from the quote on; this text is one of them."""
        language = datatype = tag = ""
        turtle: str | None = tail[1:]
        if tail == '"':
            self.stems.add(str(XSD))
        elif tail[1] == "@":
            self.stems.add(str(RDF))
            language = tail[2:]
            tag = f' xml:lang="{language}"'
        else:
            datatype = tail[4:-1]
            tag = f' rdf:datatype="{escaped(datatype)}"'
            written = self.iri(datatype)
            turtle = None if datatype in _BARE else f"^^{written}"
        key = self.compaction.key_of_texts(predicate.iri, language, datatype, text)
        begin, end = f"\t\t<{predicate.element}{tag}>", f"</{predicate.element.partition(' ')[0]}>\n"
        made = _Texts(None if key is None else predicate.under(key), turtle, begin, end, language, datatype)
        predicate.texts[tail] = made
        return made


def class_name(pair: str) -> str:
    """Of a class, as runs hold it, the name of its element of RDF/XML; of anything else nothing."""
    return element(pair[len(OF_TYPE) + 1 : -1]) if pair.startswith(OF_TYPE) else ""


_PREFIX_OF = {space: prefix for prefix, space in PREFIXES.items()}


def unescaped(text: str) -> str:
    """What is between the quotes of a literal of N-Triples, as text."""
    return _ESCAPE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SIGNS.get(match[3], match[3])


def escaped(text: str) -> str:
    """A text within XML, as the engine writes it."""
    if "&" in text or "<" in text or ">" in text or "'" in text or '"' in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;").replace('"', "&quot;")
    return text


def escaped_iri(iri: str) -> str:
    """The same of an IRI, which holds neither brackets nor quotes."""
    return escaped(iri) if "&" in iri or "'" in iri else iri


@lru_cache(maxsize=1_000)
def element(iri: str) -> str:
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
