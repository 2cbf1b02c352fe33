"""Answers queries of the common forms over one graph; what it does not answer is to be asked of the engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import itemgetter

from organograph_server.content.formats import JSON_RESULTS, Format
from organograph_server.query.prepared.algebra import Beyond, Count, Node, Query, Variable
from organograph_server.query.prepared.columns import Asked, Table, number_of
from organograph_server.query.prepared.grammar import read
from organograph_server.query.prepared.graph import Graph
from organograph_server.query.prepared.plan import Planner
from organograph_server.query.prepared.solutions import ordered, told
from organograph_server.query.prepared.wording import Wording, worded
from organograph_server.query.prepared.writing import Restored, rows_in_json, triples_in, truth_in_json

_FORMS_KEPT, _PLANS_KEPT = 512, 16
# The engine stops at the first rows of a query that asks for no more in no order; here all are found first.
_MANY_ROWS = 2_000.0

Key = Callable[[Sequence[str]], object]


@dataclass(frozen=True)
class Subject:
    """What queries are about.

    Args:
        graph: the graph.
        restored: gives back triples as they were written.
        most: how many bytes an answer may have.
    """

    graph: Graph
    restored: Restored
    most: int


class Prepared:
    """Queries of the common forms about a graph.

    Args:
        graph: the graph.
        restored: gives back triples as they were written.
        most: how many bytes an answer may have.
    """

    def __init__(self, graph: Graph, restored: Restored = iter, most: int = sys.maxsize) -> None:
        self._subject = Subject(graph, restored, most)
        self._form = lru_cache(_FORMS_KEPT)(self._begun)

    def answer(self, text: str, form: Format) -> bytes | None:
        """Answer a query that the guard has let pass.

        Args:
            text: the query.
            form: a format of RDF for CONSTRUCT and DESCRIBE, else one of results.

        Returns:
            The whole answer; None where the engine is to be asked.

        Raises:
            NotAcceptable: the format cannot carry it.
            AnswerTooLarge: it has more bytes than the limit.
        """
        wording = worded(text)
        if wording is None:
            return None
        try:
            return self._form(wording.form, wording.kinds).answer(wording, form)
        except (Beyond, MemoryError):
            # The engine goes through rows one by one, and may have memory enough for that.
            return None

    def _begun(self, form: str, kinds: str) -> _Form:
        return _Form(self._subject)


class _Form:
    """A form of queries, with a plan for each of its prefixes and properties that came."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._key: Key | None = None
        self._plans: dict[object, _Plan | None] = {}

    def answer(self, wording: Wording, form: Format) -> bytes:
        """Answer a query of this form.

        Raises:
            Beyond: the engine is to be asked.
        """
        if self._key is None:
            self._begin(wording)
        assert self._key is not None  # noqa: S101 - it has begun
        key = self._key(wording.constants)
        if key not in self._plans:
            if len(self._plans) >= _PLANS_KEPT:
                self._plans.clear()
            self._plans[key] = self._planned(read(wording).query)
        plan = self._plans[key]
        if plan is None:
            raise Beyond("a form that is not answered about these properties")
        return plan.answer(wording.constants, form)

    def _begin(self, wording: Wording) -> None:
        """Find out what tells queries of the form apart that need plans of their own, and plan the first."""
        try:
            found = read(wording)
        except Beyond:
            self._key, self._plans = _nothing, {(): None}
            return
        key: Key = itemgetter(*found.fixed) if found.fixed else _nothing
        self._plans[key(wording.constants)] = self._planned(found.query)
        self._key = key

    def _planned(self, query: Query) -> _Plan | None:
        try:
            return _Plan(query, self._subject)
        except Beyond:
            return None


def _nothing(constants: Sequence[str]) -> object:
    """What tells queries apart that have all in common."""
    return ()


class _Plan:
    """A query, made ready to be answered about any constants."""

    def __init__(self, query: Query, subject: Subject) -> None:
        self._query, self._subject, self._graph = query, subject, subject.graph
        planner = Planner(subject.graph)
        self._steps = planner.group(query.group, _needed(query)) if query.form != "DESCRIBE" else []
        stops_early = query.form == "ASK" or (query.limit is not None and not query.order and not query.is_grouped)
        if stops_early and planner.rows > _MANY_ROWS:
            raise Beyond("few of many rows")
        self._described = [planner.node(node) for node in query.described]
        self._template = [
            (_part(each.subject, planner), self._graph.number(each.predicate), _part(each.object, planner)) for each in query.template
        ]
        self._terms = planner.terms
        self._names = [each.name if isinstance(each, Count) else each for each in query.chosen]

    def answer(self, constants: Sequence[str], form: Format) -> bytes:
        """Answer the query.

        Raises:
            Beyond: the engine is to be asked.
        """
        query, graph = self._query, self._graph
        if query.form in ("SELECT", "ASK") and form is not JSON_RESULTS:
            raise Beyond("another format of results")
        asked = self._asked(constants)
        if query.form == "DESCRIBE":
            triples = (triple for node in self._described for triple in graph.described(number_of(node, asked)))
            return triples_in(form, triples, graph, self._subject.restored)
        table = Table({}, 1)
        for step in self._steps:
            step(table, asked)
        if query.form == "ASK":
            return truth_in_json(table.size > 0)
        if query.form == "SELECT":
            return rows_in_json(self._names, *told(query, table, graph), graph, self._subject.most)
        return triples_in(form, self._made(table, asked), graph, self._subject.restored)

    def _asked(self, constants: Sequence[str]) -> Asked:
        numbers = [0] * len(constants)
        for place, language in self._terms.items():
            numbers[place] = self._graph.node(_line(constants[place], language))
        return Asked(constants, numbers)

    def _made(self, table: Table, asked: Asked) -> Iterator[tuple[int, int, int]]:
        """The triples that a CONSTRUCT makes (SPARQL 1.1 section 16.2), without those that are none."""
        query, lines = self._query, self._graph.lines
        if query.order or query.limit is not None or query.offset:
            places = ordered(query.order, table, {}, self._graph)
            table.take(places[query.offset : None if query.limit is None else query.offset + query.limit])
        for parts in self._template:
            columns = [_column(part, table, asked) for part in parts]
            yield from (
                (subject, predicate, value)
                for subject, predicate, value in zip(*columns, strict=False)
                if subject >= 0 and value >= 0 and lines[subject][0] != '"'
            )


def _part(node: Node, planner: Planner) -> str | int:
    """A part of a template: the name of a variable, or a constant."""
    return node.name if isinstance(node, Variable) else planner.node(node)


def _column(part: str | int, table: Table, asked: Asked) -> Iterable[int]:
    if isinstance(part, int):
        return repeat(number_of(part, asked), table.size)
    return table.columns.get(part, ())


def _line(constant: str, language: str) -> str:
    """A constant as N-Triples writes it."""
    if constant[0] == "<":
        return constant
    text = constant[1:-1].replace('"', '\\"') if constant[0] == "'" else constant[1:-1]
    return f'"{text}"@{language}' if language else f'"{text}"'


def _needed(query: Query) -> set[str]:
    """The variables whose values are asked for."""
    if query.is_grouped:
        return {*query.keys, *(count.of for count in query.counts if count.of)}
    made = {node.name for each in query.template for node in (each.subject, each.object) if isinstance(node, Variable)}
    return {*(each for each in query.chosen if isinstance(each, str)), *(each.name for each in query.order), *made}
