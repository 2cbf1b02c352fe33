"""Writes rows and triples of numbers, byte for byte as the library writes their terms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import Triple

from organograph_server.content.formats import N_TRIPLES, TURTLE, Format
from organograph_server.content.writing import answer_too_large, head_of, write_graph
from organograph_server.query.prepared.graph import Graph
from organograph_server.query.prepared.groups import TYPE
from organograph_server.query.prepared.solutions import Told

_INTEGER = '{"type":"literal","value":"%d","datatype":"http://www.w3.org/2001/XMLSchema#integer"}'
# Rows that are written at once.
_AT_ONCE = 10_000
Restored = Callable[[Iterable[Triple]], Iterable[Triple]]


def truth_in_json(truth: bool) -> bytes:
    """The answer to an ASK (SPARQL 1.1 Query Results JSON Format, section 3.3)."""
    return b'{"head":{},"boolean":%b}' % (b"true" if truth else b"false")


def rows_in_json(names: Sequence[str], columns: Sequence[Told], size: int, graph: Graph, most: int) -> bytes:
    """Rows (SPARQL 1.1 Query Results JSON Format, section 3.2).

    Args:
        names: of all variables that are told.
        columns: of those that have values.
        size: how many rows there are.
        graph: whose terms they are of.
        most: how many bytes they may have.

    Raises:
        AnswerTooLarge: they have more.
    """
    head = json.dumps([*names], ensure_ascii=False, separators=(",", ":"))
    parts, length = list[bytes](), 0
    for begin in range(0, size, _AT_ONCE):
        some = [column._replace(values=column.values[begin : begin + _AT_ONCE]) for column in columns]
        parts.append(",".join(_rows(some, min(_AT_ONCE, size - begin), graph)).encode())
        length += len(parts[-1])
        if length > most:
            raise answer_too_large(most)
    return b'{"head":{"vars":%b},"results":{"bindings":[%b]}}' % (head.encode(), b",".join(parts))


def _rows(columns: Sequence[Told], size: int, graph: Graph) -> list[str]:
    if not columns:
        return ["{}"] * size
    if any(not column.counts and -1 in column.values for column in columns):
        return _gapped(columns, size, graph)
    form = "{" + ",".join(f'"{column.name}":%s' for column in columns) + "}"
    return [form % row for row in zip(*(_texts(column, graph) for column in columns), strict=True)]


def _gapped(columns: Sequence[Told], size: int, graph: Graph) -> list[str]:
    """Rows of which some have no value for a variable."""
    rows: list[list[str]] = [[] for _ in range(size)]
    for column in columns:
        has = [place for place, value in enumerate(column.values) if column.counts or value >= 0]
        texts = _texts(column._replace(values=[column.values[place] for place in has]), graph)
        for place, text in zip(has, texts, strict=True):
            rows[place].append(f'"{column.name}":{text}')
    return ["{" + ",".join(row) + "}" for row in rows]


def _texts(column: Told, graph: Graph) -> list[str]:
    return [_INTEGER % value for value in column.values] if column.counts else graph.json(column.values)


def triples_in(form: Format, triples: Iterable[tuple[int, int, int]], graph: Graph, restored: Restored) -> bytes:
    """Triples as `content.writing.write_graph` writes them.

    Args:
        form: one of the formats of RDF.
        triples: numbers of subjects, predicates and objects.
        graph: whose terms they are of.
        restored: gives back triples as they were written.

    Raises:
        NotAcceptable: the format cannot carry them.
    """
    lines, found = graph.lines, dict.fromkeys(triples)
    if form not in (TURTLE, N_TRIPLES) or not graph.changed.isdisjoint([value for _, _, value in found]):
        return write_graph(restored([graph.triple(*each) for each in found]), form)
    by_line = {f"{lines[subject]} {lines[predicate]} {lines[value]} .": (subject, predicate, value) for subject, predicate, value in found}
    ordered = sorted(by_line)
    if form is N_TRIPLES:
        return "".join([line + "\n" for line in ordered]).encode()
    return _in_turtle([by_line[line] for line in ordered], graph)


def _in_turtle(triples: Sequence[tuple[int, int, int]], graph: Graph) -> bytes:
    turtle, spaces, used, parts = graph.turtle, graph.namespaces, 0, list[str]()
    before = about = -1
    for subject, predicate, value in triples:
        used |= spaces(subject) | spaces(predicate) | spaces(value)
        if subject == about and predicate == before:
            parts.append(f" , {turtle[value]}")
            continue
        said = "a" if graph.lines[predicate] == TYPE else turtle[predicate]
        if subject == about:
            parts.append(f" ;\n\t{said} {turtle[value]}")
        else:
            parts.append(f"{' .' + chr(10) if parts else ''}{turtle[subject]} {said} {turtle[value]}")
        about, before = subject, predicate
    end = " .\n" if parts else ""
    return head_of(used) + f"{''.join(parts)}{end}".encode()
