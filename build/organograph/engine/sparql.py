"""Constraints that are queries (SHACL sections 5 and 6), asked of a store: once for all nodes where that is the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as Nodes
from dataclasses import dataclass
from textwrap import shorten

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QuerySolution

from organograph.engine.description import Unusable
from organograph.engine.focus import Values
from organograph.engine.once import joinable
from organograph.engine.queries import Word, filled, refuse_blind, refuse_forbidden, words
from organograph.engine.run import Run
from organograph.engine.select import Beyond, Finder, finder
from organograph.engine.shapes import Shape, Wrong
from organograph.engine.terms import Term, shown

_BLANK = re.compile(r"\{[$?](\w+)\}")
_LEFT = frozenset({"this", "value", "path", "PATH"})
"""Blanks that whoever tells the message fills in, by labels."""


@dataclass(frozen=True)
class Query:
    """A query that finds what does not hold.

    Args:
        head: its prefixes.
        body: its words, $PATH filled in.
        component: the IRI of the constraint component.
        messages: what it says of its results.
        given: values of further variables (SHACL section 6.2.1).
        once: whether one run answers for all nodes.
        finder: answers it without a store, where it is of the common forms.
    """

    head: Mapping[str, str]
    body: tuple[Word, ...]
    component: NamedNode
    messages: tuple[Literal, ...]
    given: Mapping[str, Term]
    once: bool
    finder: Finder | None = None

    def __call__(self, run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        """Ask the query of nodes."""
        nodes = values.focus
        holds = run.data.holds
        apart = [node for node in nodes if not (self.once and holds(node))]  # what the graph does not hold no query finds
        if len(apart) < len(nodes):
            yield from self._of_all(run, shape, nodes)
        for node in apart:
            rows = run.ask(self.head, filled([*self.body], {**self.given, "this": run.data.terms[node]}))
            yield from self._found(run, shape, rows, nodes, node)

    def _of_all(self, run: Run, shape: Shape, nodes: Nodes[int]) -> Iterator[Wrong]:
        """Answer for all nodes at once, of the store where the graph holds what the query cannot be answered with otherwise."""
        try:
            rows = None if self.finder is None else list(self.finder.rows(run.joining, nodes))
        except Beyond:
            rows = None
        if rows is None:
            yield from self._found(run, shape, run.ask(self.head, "".join(word.text for word in self.body)), nodes, None)
            return
        for this, value, path in rows:
            said = None if path is None else run.data.terms[path]
            found = this if value is None and shape.path is None else value
            yield Wrong(self.component, this, found, said if isinstance(said, NamedNode) else None, self.messages)

    def _found(self, run: Run, shape: Shape, rows: pyoxigraph.QuerySolutions, nodes: Nodes[int], node: int | None) -> Iterator[Wrong]:
        seen: set[tuple[int, Term | None, int | None]] = set()
        names = [variable.value for variable in rows.variables]
        for row in rows:
            this = node if node is not None else run.written(row["this"], None)
            if this is None or this not in nodes:
                continue
            value, path = self._of(run, row, names, this)
            if value is None and shape.path is None:
                value = this
            if (this, path, value) not in seen:
                seen.add((this, path, value))
                yield Wrong(self.component, this, value, path, said(self.messages, _bound(row, names)))

    @staticmethod
    def _of(run: Run, row: QuerySolution, names: list[str], this: int) -> tuple[int | None, Term | None]:
        value = run.written(row["value"], this) if "value" in names else None
        path = row["path"] if "path" in names else None
        return value, path if isinstance(path, NamedNode) else None


@dataclass(frozen=True)
class Ask:
    """A question asked of each value, whose answer must be yes (SHACL section 6.2.2).

    Args:
        head: its prefixes.
        body: its words.
        component: the IRI of the constraint component.
        messages: what it says of its results.
        given: values of further variables.
    """

    head: Mapping[str, str]
    body: tuple[Word, ...]
    component: NamedNode
    messages: tuple[Literal, ...]
    given: Mapping[str, Term]

    def __call__(self, run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        """Ask it of each value."""
        terms = run.data.terms
        for node, found in values.items():
            for value in found:
                bound = {**self.given, "this": terms[node], "value": terms[value]}
                if not run.asks(self.head, filled([*self.body], bound)):
                    yield Wrong(self.component, node, value, messages=self.messages)


def query(
    head: Mapping[str, str], text: str, path: str | None, component: NamedNode, messages: tuple[Literal, ...], given: Mapping[str, Term]
) -> Query:
    """Read a query.

    Args:
        head: its prefixes.
        text: a SELECT query.
        path: what $PATH stands for, or None in a node shape.
        component: the IRI of the constraint component.
        messages: what it says of its results.
        given: values of further variables, such as $currentShape.

    Raises:
        Unusable: it is not SPARQL, or SHACL does not allow it.
    """
    body = _with_path(words(text), path)
    refuse_blind(body)
    refuse_forbidden(body, ("this", "shapesGraph", "currentShape", *given))
    _refuse_nonsense(head, "".join(word.text for word in body))
    named = {name: term for name, term in given.items() if any(word.names(name) for word in body)}
    once, messages = not named and joinable(body), said(messages, given)
    plain = once and not any(_blanks(message) for message in messages)  # rows of the finder tell $this, ?value and ?path only
    return Query(head, tuple(body), component, messages, named, once, finder(body, head) if plain else None)


def said(messages: tuple[Literal, ...], known: Mapping[str, Term]) -> tuple[Literal, ...]:
    """Messages with values in the place of variables (SHACL section 5.3.2), but for those that are told by labels."""

    def filled_in(blank: re.Match[str]) -> str:
        name = blank[1]
        return shown(known[name]) if name in known and name not in _LEFT else blank[0]

    if not any(_blanks(message) for message in messages):
        return messages
    return tuple(Literal(_BLANK.sub(filled_in, text.value), language=text.language) for text in messages)


def _blanks(message: Literal) -> set[str]:
    return {*_BLANK.findall(message.value)} - _LEFT


def _bound(row: QuerySolution, names: list[str]) -> dict[str, Term]:
    return {name: term for name in names if (term := row[name]) is not None}


def ask(head: Mapping[str, str], text: str, component: NamedNode, messages: tuple[Literal, ...], given: Mapping[str, Term]) -> Ask:
    """Read a question; the same as `query` but for an ASK query.

    Raises:
        Unusable: it is not SPARQL, or SHACL does not allow it.
    """
    body = words(text)
    refuse_forbidden(body, ("this", "value", "shapesGraph", "currentShape", *given))
    _refuse_nonsense(head, text)
    return Ask(head, tuple(body), component, said(messages, given), given)


def _with_path(body: list[Word], path: str | None) -> list[Word]:
    if path is None and any(word.names("PATH") for word in body):
        raise Unusable("has $PATH, but its shape has no path")
    return [Word("iri", path) if path is not None and word.names("PATH") else word for word in body]


def _refuse_nonsense(head: Mapping[str, str], text: str) -> None:
    try:
        pyoxigraph.Store().query(text, prefixes={**head})
    except SyntaxError as error:
        raise Unusable(f"is not SPARQL: {shorten(str(error).splitlines()[0], 100, placeholder=' …').rstrip('.')}") from error
