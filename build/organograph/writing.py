"""Canonical files: the same graph is the same bytes, whatever the run, hash seed, locale or time zone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from organograph.names import PREFIXES
from organograph.statements import Graph

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS: dict[str, ox.RdfFormat] = {"ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "nt": ox.RdfFormat.N_TRIPLES}
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "json": "application/json",
}


def quads(graph: Graph, name: ox.NamedNode | None) -> list[ox.Quad]:
    """The triples of a graph as quads in canonical order, blank nodes labelled by RDFC-1.0.

    Args:
        graph: what to write.
        name: its name, or None for the default graph.
    """
    label = name or ox.DefaultGraph()
    dataset = ox.Dataset(ox.Quad(s, p, o, label) for s, p, o in graph)  # type: ignore[arg-type]
    if any(isinstance(term, ox.BlankNode) for triple in graph for term in triple):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_place)


def _place(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    return (str(quad.graph_name), str(quad.subject), quad.predicate.value != _RDF_TYPE, quad.predicate.value, str(quad.object))


def rdfc10(lines: Iterable[ox.Quad]) -> str:
    """The SHA-256 of the canonical N-Quads of a dataset (RDF Dataset Canonicalization, section 5)."""
    return hashlib.sha256(b"".join(canonical_lines(lines))).hexdigest()


def canonical_lines(lines: Iterable[ox.Quad]) -> list[bytes]:
    """The canonical N-Quads of a dataset, a line each."""
    dataset = ox.Dataset(lines)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n".encode() for quad in dataset)


def serialize(lines: list[ox.Quad], extension: str, context: Mapping[str, Any]) -> bytes:
    """Write quads of one graph in a triple format.

    Args:
        lines: quads in canonical order.
        extension: ttl, rdf, nt or jsonld.
        context: JSON-LD context, of which the terms used are bundled.
    """
    if extension == "jsonld":
        return _json_ld(lines, context)
    triples = (quad.triple for quad in lines)
    data = _whole(ox.serialize(triples, format=FORMATS[extension], prefixes=_prefixes(lines, extension)))
    return _spaced(data) if extension == "ttl" else data


def serialize_dataset(lines: list[ox.Quad], extension: str) -> bytes:
    """Write quads of many graphs as TriG (trig) or N-Quads (nq)."""
    if extension == "nq":
        return _whole(ox.serialize(lines, format=ox.RdfFormat.N_QUADS))
    return _whole(ox.serialize(lines, format=ox.RdfFormat.TRIG, prefixes=_prefixes(lines, extension)))


def trig_body(lines: list[ox.Quad]) -> str:
    """Quads in TriG, without the prefixes that stand before them."""
    written = _whole(ox.serialize(lines, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)).decode()
    return "".join(line for line in written.splitlines(keepends=True) if not line.startswith("@prefix "))


def trig_head(prefixes: Mapping[str, str]) -> str:
    """What stands before the graphs of TriG."""
    node = ox.NamedNode("urn:x")
    written = _whole(ox.serialize([ox.Quad(node, node, node)], format=ox.RdfFormat.TRIG, prefixes=dict(prefixes))).decode()
    return "".join(line for line in written.splitlines(keepends=True) if line.startswith("@prefix "))


def xml_around(prefixes: Mapping[str, str]) -> tuple[str, str]:
    """What stands before and behind the things of RDF/XML."""
    written = _whole(ox.serialize([], format=ox.RdfFormat.RDF_XML, prefixes=dict(prefixes))).decode()
    head, end, foot = written.rpartition("</")
    return head, end + foot


def stems_of(lines: Iterable[ox.Quad]) -> set[str]:
    """What the IRIs of quads begin with, up to their last `/` or `#`."""
    return {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in _iris(lines)}


def in_turtle(lines: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    """Write triples without blank nodes as canonical Turtle, with those prefixes of theirs that are used."""
    ordered = sorted(set(lines), key=_place)
    iris = _iris(ordered)
    used = {prefix: space for prefix, space in sorted(prefixes.items()) if any(iri.startswith(space) for iri in iris)}
    return _spaced(_whole(ox.serialize((quad.triple for quad in ordered), format=ox.RdfFormat.TURTLE, prefixes=used)))


def _spaced(turtle: bytes) -> bytes:
    """The same Turtle with prefixes sorted and an empty line before each subject; literals hold no line breaks there."""
    lines = turtle.decode().rstrip("\n").split("\n")
    prefixes = sorted(line for line in lines if line.startswith("@prefix "))
    body = [line if line.startswith("\t") else f"\n{line}" for line in lines if not line.startswith("@prefix ")]
    return ("\n".join([*prefixes, *body]) + "\n").encode()


def _whole(data: bytes | None) -> bytes:
    return data or b""


def _prefixes(lines: list[ox.Quad], extension: str) -> dict[str, str] | None:
    if extension == "nt":
        return None
    iris = _iris(lines)
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if any(iri.startswith(namespace) for iri in iris)}
    return dict(sorted(used.items()))


def _iris(lines: Iterable[ox.Quad]) -> set[str]:
    iris = {node.value for quad in lines for node in (quad.subject, quad.predicate, quad.object) if isinstance(node, ox.NamedNode)}
    return iris | {quad.object.datatype.value for quad in lines if isinstance(quad.object, ox.Literal)}


def _json_ld(lines: list[ox.Quad], context: Mapping[str, Any]) -> bytes:
    from organograph.bridge import graph_of

    graph = graph_of((quad.subject, quad.predicate, quad.object) for quad in lines)  # type: ignore[misc]
    document = json.loads(graph.serialize(format="json-ld", context=dict(context)))
    nodes = document.get("@graph", [{key: value for key, value in document.items() if key != "@context"}])
    used = _used(nodes)
    used |= set().union(*(_used(meaning) for term, meaning in context.items() if term in used))
    terms = {term: meaning for term, meaning in sorted(context.items()) if term.startswith("@") or term in used}
    ordered = sorted((_ordered(node) for node in nodes), key=lambda node: str(node.get("@id", node.get("id", ""))))
    return (json.dumps({"@context": terms, "@graph": ordered}, ensure_ascii=False, indent=1) + "\n").encode()


def _used(value: Any) -> set[str]:
    """Every term and every prefix that a compacted value uses."""
    if isinstance(value, dict):
        keys = set(value) | {key.partition(":")[0] for key in value}
        return keys.union(*(_used(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_used(inner) for inner in value))
    return {value, value.partition(":")[0]} if isinstance(value, str) else set()


def _ordered(value: Any) -> Any:
    """The same JSON with keys and sets in order; the data holds no JSON-LD lists, whose order would matter."""
    if isinstance(value, dict):
        return {key: value[key] if key == "@list" else _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_ordered(inner) for inner in value), key=lambda inner: json.dumps(inner, ensure_ascii=False, sort_keys=True))
    return value
