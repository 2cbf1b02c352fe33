"""Reads the W3C SPARQL 1.1 query suite: its manifests, its data, and the results that it expects."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "sparql11-query"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_RDF = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}
_RESULTS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}
_NUMBERS = ("integer", "decimal", "double", "float")

Row = dict[str, NamedNode | BlankNode | Literal]


@dataclass(frozen=True)
class Case:
    """One entry of a manifest: what it is, its query, its data and the file with its result."""

    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()
    result: Path | None = None

    @property
    def base(self) -> str:
        """The IRI that the query's relative IRIs are resolved against."""
        return self.query.as_uri()

    @property
    def dataset(self) -> tuple[object, ...]:
        """What tells the data of the case from that of others."""
        return (self.data, self.named)

    def quads(self) -> bytes:
        """The data of the case in N-Quads."""
        graphs = [(None, path) for path in self.data] + [(NamedNode(name), path) for name, path in self.named]
        found = (
            Quad(quad.subject, quad.predicate, quad.object, graph) if graph else quad
            for graph, path in graphs
            for quad in parse(path=path, format=_RDF[path.suffix], base_iri=path.as_uri(), rename_blank_nodes=True)
        )
        return serialize(found, format=RdfFormat.N_QUADS) or b""


def cases() -> list[Case]:
    """Every case of the suite, in the order of its manifests; none where the suite is not at hand."""
    if not SUITE.is_dir():
        return []
    return [case for path in sorted(SUITE.glob("*/manifest.ttl")) for case in _cases_of(path)]


def _cases_of(manifest: Path) -> Iterator[Case]:
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    for entries in graph.objects(None, MF.entries):
        for entry in Collection(graph, entries):
            yield _case(graph, entry, f"{manifest.parent.name}/{str(entry).rpartition('#')[2]}")


def _case(graph: Graph, entry: Node, name: str) -> Case:
    action = graph.value(entry, MF.action)
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    result = graph.value(entry, MF.result)
    if isinstance(action, URIRef):
        return Case(name, kind, _path(action))
    data = tuple(_path(node) for node in graph.objects(action, QT.data))
    named = tuple(_named(graph, node) for node in graph.objects(action, QT.graphData))
    return Case(name, kind, _path(graph.value(action, QT.query)), data, named, _path(result) if result else None)


def _named(graph: Graph, node: Node) -> tuple[str, Path]:
    inner = graph.value(node, QT.graph)
    if inner is None:
        return str(node), _path(node)
    return str(graph.value(node, RDFS.label)), _path(inner)


def _path(node: Node | None) -> Path:
    return Path(unquote(urlsplit(str(node)).path))


@dataclass(frozen=True)
class Expected:
    """What a case expects: a graph, a truth, or rows with their variables; `ordered` where their order counts."""

    graph: tuple[Quad, ...] | None = None
    truth: bool | None = None
    rows: tuple[Row, ...] = ()
    ordered: bool = False


def expected(path: Path) -> Expected:
    """Read a file of results."""
    if path.suffix in _RESULTS:
        return rows_of(path.read_bytes(), _RESULTS[path.suffix])
    graph = Graph().parse(path, publicID=path.as_uri())
    for result in graph.subjects(RDF.type, RS.ResultSet):
        return _from_graph(graph, result)
    return Expected(graph=tuple(parse(path=path, format=_RDF[path.suffix], base_iri=path.as_uri())))


def rows_of(content: bytes, form: QueryResultsFormat) -> Expected:
    """Read results in one of the formats of the W3C."""
    found = parse_query_results(content, format=form)
    if isinstance(found, QueryBoolean):
        return Expected(truth=bool(found))
    names = [variable.value for variable in found.variables]
    return Expected(rows=tuple({n: row[n] for n in names if row[n] is not None} for row in found))


def csv_rows(content: bytes) -> list[list[tuple[str, str]]]:
    """The rows of a CSV result by column, sorted, numbers by value, blank nodes alike."""
    read = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return sorted(sorted((name, _cell(value)) for name, value in row.items()) for row in read)


def _cell(text: str) -> str:
    try:
        return repr(float(text))
    except ValueError:
        return "_:" if text.startswith("_:") else text


def _from_graph(graph: Graph, result: Node) -> Expected:
    """Rows written in the vocabulary of result sets."""
    found: list[tuple[int, Row]] = []
    for solution in graph.objects(result, RS.solution):
        row: Row = {}
        for binding in graph.objects(solution, RS.binding):
            row[str(graph.value(binding, RS.variable))] = _term(graph.value(binding, RS.value))
        found.append((int(str(graph.value(solution, RS["index"]) or 0)), row))
    ordered = any(index for index, _ in found)
    return Expected(rows=tuple(row for _, row in sorted(found, key=lambda entry: entry[0])), ordered=ordered)


def _term(node: Node | None) -> NamedNode | BlankNode | Literal:
    assert node is not None
    (quad,) = parse(f"<urn:s> <urn:p> {node.n3()} .", format=RdfFormat.TURTLE)
    assert not isinstance(quad.object, type(quad.triple))
    return quad.object


def same_rows(found: Sequence[Row], wanted: Sequence[Row], ordered: bool) -> bool:
    """Whether rows are the same multiset up to the names of blank nodes, numbers compared by value."""
    return _canonical(found, ordered) == _canonical(wanted, ordered)


def same_graph(found: Sequence[Quad], wanted: Sequence[Quad]) -> bool:
    """Whether graphs are isomorphic."""
    return _names(Dataset(found)) == _names(Dataset(wanted))


def _canonical(rows: Sequence[Row], ordered: bool) -> list[str]:
    quads = [
        Quad(BlankNode(f"row{number}"), NamedNode(f"urn:{name}"), _by_value(term))
        for number, row in enumerate(rows)
        for name, term in [("row", Literal(str(number if ordered else 0))), *row.items()]
    ]
    return _names(Dataset(quads))


def _names(dataset: Dataset) -> list[str]:
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def _by_value(term: NamedNode | BlankNode | Literal) -> NamedNode | BlankNode | Literal:
    if isinstance(term, Literal) and term.datatype.value.rpartition("#")[2] in _NUMBERS:
        try:
            return Literal(repr(float(term.value)), datatype=term.datatype)
        except ValueError:
            return term
    if isinstance(term, Literal) and term.datatype.value.endswith("#boolean"):
        return Literal({"0": "false", "1": "true"}.get(term.value, term.value), datatype=term.datatype)
    return term
