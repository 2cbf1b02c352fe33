"""Writes triples and query results in the formats of the web, in an order that is always the same."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    serialize,
)

from organograph.messages import Message
from organograph.names import PREFIXES
from organograph_server.content.formats import (
    CSV_RESULTS,
    JSON_LD,
    JSON_RESULTS,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TRUTH,
    TSV_RESULTS,
    TURTLE,
    XML_RESULTS,
    Format,
)
from organograph_server.errors import AnswerTooLarge, NotAcceptable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_RESULTS = {
    JSON_RESULTS: QueryResultsFormat.JSON,
    XML_RESULTS: QueryResultsFormat.XML,
    CSV_RESULTS: QueryResultsFormat.CSV,
    TSV_RESULTS: QueryResultsFormat.TSV,
    TRUTH: QueryResultsFormat.TSV,  # which has no header for a truth, and so is the bare word
}
_GRAPHS = {
    TURTLE: RdfFormat.TURTLE,
    RDF_XML: RdfFormat.RDF_XML,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    N_QUADS: RdfFormat.N_QUADS,
    TRIG: RdfFormat.TRIG,
}
_DATASETS = {TRIG: RdfFormat.TRIG, N_QUADS: RdfFormat.N_QUADS}
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
# Bytes by which most namespaces differ.
_BEGINNING = 24
_FEW = 50
# The declarations at the top of Turtle, which the engine writes in any order.
_DECLARATIONS = re.compile(rb"\A(?:@prefix [^\n]*\n)+")
# Characters that XML 1.0 cannot carry (section 2.2), and an element left without a name.
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<[^\s<>/:]*:[\s/>]")


class _Bounded(io.BytesIO):
    """Takes bytes up to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, piece: Buffer) -> int:
        written = super().write(piece)
        if self.tell() > self._most:
            raise answer_too_large(self._most)
        return written


def answer_too_large(most: int) -> AnswerTooLarge:
    """The refusal of an answer that is longer than the limit; a part of one is never given."""
    return AnswerTooLarge(
        Message("The answer has more than %(most)s bytes.", most=most), "Ask for less: LIMIT and OFFSET divide it.", limit=most
    )


def write_results(results: QuerySolutions | QueryBoolean, form: Format, most: int = sys.maxsize) -> bytes:
    """Write the rows of a SELECT or the truth of an ASK.

    Args:
        results: what the engine found.
        form: one of the formats of results.
        most: how many bytes it may have.

    Raises:
        NotAcceptable: a value has a character that XML cannot carry.
        AnswerTooLarge: it has more bytes; rows beyond the limit are not even worked out.
    """
    out = _Bounded(most)
    results.serialize(out, format=_RESULTS[form])
    return _fit(out.getvalue(), form, form is XML_RESULTS)


def write_graph(triples: Iterable[Triple], form: Format, prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Write triples, each once and sorted, so that equal graphs without blank nodes give equal bytes.

    Args:
        triples: the graph.
        form: one of the formats of RDF.
        prefixes: names for namespaces; only those used are written.

    Raises:
        NotAcceptable: the graph has something that the format cannot carry.
    """
    found = list(triples)
    # Their lines in N-Triples, which the library makes in one go, tell them apart and in which order they come.
    by_line = dict(zip((serialize(found, format=RdfFormat.N_TRIPLES) or b"").split(b"\n"), found, strict=False))
    lines = sorted(by_line)
    if form is N_TRIPLES:
        return b"".join([line + b"\n" for line in lines])
    ordered = [by_line[line] for line in lines]
    if form is JSON_LD:
        return _json_ld(ordered, prefixes)
    used = _named(b"\n".join(lines), prefixes)
    written = serialize(ordered, format=_GRAPHS[form], prefixes=used) or b""
    if form is TURTLE:
        # The engine writes these lines in any order.
        head = _head(tuple(used), tuple(used.values()))
        return head + written[len(head) :]
    return _fit(_DECLARATIONS.sub(_sorted_lines, written, count=1), form, form is RDF_XML)


def write_quads(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Write quads, each once and sorted, the default graph first.

    Args:
        quads: the dataset.
        form: one of the formats of RDF datasets.
        prefixes: names for namespaces; only those used are written.
    """
    ordered = sorted(set(quads), key=lambda quad: (isinstance(quad.graph_name, NamedNode), str(quad.graph_name), str(quad.triple)))
    used = _used([quad.triple for quad in ordered], prefixes) if form is TRIG else None
    written = serialize(ordered, format=_DATASETS[form], prefixes=used) or b""
    return _DECLARATIONS.sub(_sorted_lines, written, count=1)


def write_in_order(quads: Sequence[Quad], form: Format, prefixes: Mapping[str, str]) -> bytes:
    """Write quads in the order that they come in; formats of triples leave the names of graphs out.

    In JSON-LD, whose order means nothing, each named graph stands with what is said of its name.

    Args:
        quads: the dataset, each quad once.
        form: one of the formats of RDF but RDF/XML.
        prefixes: names for namespaces; only those used are written.
    """
    used = _used([quad.triple for quad in quads], prefixes)
    if form is JSON_LD:
        return _json_ld_graphs(quads, used)
    kind = next(kind for known, kind in _GRAPHS.items() if known.name == form.name)
    data = quads if kind.supports_datasets else [quad.triple for quad in quads]
    written = serialize(data, format=kind, prefixes=used) or b""
    return _DECLARATIONS.sub(_sorted_lines, written, count=1)


def _named(text: bytes, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Those prefixes in whose namespaces something of a text in N-Triples is; what a literal quotes is taken for it."""
    # Pieces are much alike, and are cut only once.
    beginnings = frozenset([piece[:_BEGINNING] for piece in {*text.split(b"<")}])
    is_common = prefixes is PREFIXES and len(beginnings) <= _FEW
    candidates = _common_candidates(beginnings) if is_common else _candidates(beginnings, prefixes)
    return {name: prefixes[name] for name, opening in candidates if opening in text}


def _candidates(beginnings: frozenset[bytes], prefixes: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """Those prefixes that IRIs with these beginnings may use, each with the beginning of such an IRI in N-Triples."""
    spaces = [(name, space.encode()) for name, space in prefixes.items()]
    return [(name, b"<" + space) for name, space in spaces if len(space) < _BEGINNING or space[:_BEGINNING] in beginnings]


@lru_cache(maxsize=64)
def _common_candidates(beginnings: frozenset[bytes]) -> list[tuple[str, bytes]]:
    """Those of the common prefixes; small graphs are much alike."""
    return _candidates(beginnings, PREFIXES)


def _used(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = _iris(triples)
    # What an IRI has up to its last sign of division is shared by many, and tells as much of a namespace that ends in one.
    stems = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}

    def has(space: str) -> bool:
        return any(known.startswith(space) for known in (stems if space.endswith(("/", "#")) else iris))

    return {name: space for name, space in prefixes.items() if has(space)}


@lru_cache(maxsize=256)
def _head(names: tuple[str, ...], spaces: tuple[str, ...]) -> bytes:
    """The declarations of prefixes at the top of Turtle, sorted."""
    return b"".join(sorted(f"@prefix {name}: <{space}> .\n".encode() for name, space in zip(names, spaces, strict=True)))


@lru_cache(maxsize=256)
def head_of(used: int) -> bytes:
    """The declarations at the top of Turtle of some of the common prefixes, which are the bits of a number in their order."""
    names = [name for place, name in enumerate(PREFIXES) if used >> place & 1]
    return _head(tuple(names), tuple(PREFIXES[name] for name in names))


def _sorted_lines(found: re.Match[bytes]) -> bytes:
    return b"".join(sorted(found[0].splitlines(keepends=True)))


def _fit(content: bytes, form: Format, is_xml: bool) -> bytes:
    if is_xml and _NO_XML.search(content):
        raise NotAcceptable(
            Message("This answer has a character or a property that %(label)s cannot carry.", label=form.label), "Ask for JSON or Turtle."
        )
    return content


def _iris(triples: Iterable[Triple]) -> set[str]:
    found: set[str] = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode):
                found.add(term.value)
            elif isinstance(term, Literal) and not term.language and term.datatype.value != _XSD_STRING:
                found.add(term.datatype.value)
    return found


def _json_ld(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Flattened JSON-LD 1.1 whose properties are prefixed names and whose identifiers are whole IRIs."""
    # A prefix that is also the scheme of an IRI would change the meaning of that IRI.
    schemes = {iri.partition(":")[0] for iri in _iris(triples)}
    known = {name: space for name, space in prefixes.items() if name not in schemes}
    used: dict[str, str] = {}
    nodes: dict[str, dict[str, list[object]]] = {}

    def short(iri: str) -> str:
        for name, space in known.items():
            if iri.startswith(space) and len(iri) > len(space) and not iri.startswith("//", len(space)):
                used[name] = space
                return f"{name}:{iri[len(space) :]}"
        return iri

    for triple in triples:
        node = nodes.setdefault(_identifier(triple.subject), {})
        value: object
        if triple.predicate.value == _RDF_TYPE and isinstance(triple.object, NamedNode):
            key, value = "@type", short(triple.object.value)
        else:
            key, value = short(triple.predicate.value), _value(triple.object, short)
        node.setdefault(key, []).append(value)
    graph = [{"@id": identifier, **node} for identifier, node in nodes.items()]
    document = {"@context": dict(sorted(used.items())), "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _json_ld_graphs(quads: Sequence[Quad], prefixes: Mapping[str, str]) -> bytes:
    schemes = {iri.partition(":")[0] for iri in _iris(quad.triple for quad in quads)}
    fit = {name: space for name, space in prefixes.items() if name not in schemes}
    graphs: dict[str, list[Triple]] = {"": []}
    for quad in quads:
        graphs.setdefault(quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else "", []).append(quad.triple)
    parts = {name: json.loads(_json_ld(triples, fit)) for name, triples in graphs.items()}
    nodes = {node["@id"]: node for node in parts[""]["@graph"]}
    for name in graphs.keys() - {""}:
        nodes.setdefault(name, {"@id": name})["@graph"] = parts[name]["@graph"]
    context = {short: space for part in parts.values() for short, space in part["@context"].items()}
    document = {"@context": dict(sorted(context.items())), "@graph": [*nodes.values()]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _identifier(term: object) -> str:
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    raise NotAcceptable("This answer has a triple within a triple, which JSON-LD cannot carry.", "Ask for Turtle.")


def _value(term: object, short: Callable[[str], str]) -> object:
    if not isinstance(term, Literal):
        return {"@id": _identifier(term)}
    if term.language:
        direction = {"@direction": str(term.direction)} if term.direction else {}
        return {"@value": term.value, "@language": term.language, **direction}
    if term.datatype.value == _XSD_STRING:
        return term.value
    return {"@value": term.value, "@type": short(term.datatype.value)}
