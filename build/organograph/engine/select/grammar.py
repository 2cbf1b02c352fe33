"""Reads the common forms of SELECT queries into trees (SPARQL 1.1 section 19.8): the query, its groups and its patterns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal

from organograph.engine.paths import Kind, Path
from organograph.engine.queries import Word
from organograph.engine.select.algebra import (
    Beyond,
    Bind,
    Element,
    Exists,
    Expression,
    Group,
    Inner,
    Node,
    Optional,
    Pattern,
    Select,
    Union,
    Variable,
)
from organograph.engine.select.expressions import read_expression
from organograph.engine.select.tokens import Words
from organograph.engine.terms import TYPE

_REPEATED: Mapping[str, Kind] = {"*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}


def read_query(query: Sequence[Word], prefixes: Mapping[str, str]) -> Select:
    """Read a query that is known to be SPARQL.

    Args:
        query: its words.
        prefixes: the prefixes it may use.

    Raises:
        Beyond: it is of another form.
    """
    words = Words(query, prefixes)
    while words.takes("PREFIX"):
        words.declare()
    words.expect("SELECT")
    read = _Reader(words).select()
    if words.ahead().kind != "end":
        raise Beyond("a query with more than a pattern and groups of rows")
    return read


def _variables(words: Words) -> Iterator[str]:
    while words.ahead().kind == "variable":
        yield words.next().text[1:]


class _Reader:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._made = 0

    def select(self) -> Select:
        """What follows the word SELECT; whether rows are told once or several times makes no difference to who asks here."""
        words = self._words
        words.takes("DISTINCT", "REDUCED")
        chosen = tuple(_variables(words))
        words.takes("WHERE")
        group, keys, having = self.group(), tuple[str, ...](), list[Expression]()
        if words.takes("GROUP"):
            words.expect("BY")
            keys = tuple(_variables(words))
            if words.takes("HAVING"):
                while words.ahead().upper == "(":
                    having.append(self.expression())
        if not chosen or (keys and not set(chosen) <= set(keys)):
            raise Beyond("a query that tells more than variables of its pattern, or of its groups")
        return Select(chosen, group, keys, tuple(having))

    def expression(self) -> Expression:
        """An expression in brackets, or a call."""
        return read_expression(self._words, self.group)

    def group(self) -> Group:
        """A group from its opening bracket to its closing one."""
        words, elements, filters, patterns = self._words, list[Element](), list[Expression](), list[Pattern]()
        words.expect("{")
        if words.takes("SELECT"):
            elements.append(Inner(self.select()))
            words.expect("}")
            return Group(tuple(elements), ())
        while not words.takes("}"):
            if words.takes("FILTER"):
                filters.append(self.condition())
            elif words.ahead().upper in ("OPTIONAL", "BIND", "{"):
                elements += [tuple(patterns)] if patterns else []
                patterns = []
                elements.append(self.part())
            else:
                patterns += self.triples()
            words.takes(".")
        elements += [tuple(patterns)] if patterns else []
        return Group(tuple(elements), tuple(filters))

    def condition(self) -> Expression:
        """What follows the word FILTER."""
        said = self._words.takes("NOT", "EXISTS")
        if said == "NOT":
            self._words.expect("EXISTS")
        return Exists(self.group(), said == "NOT") if said else self.expression()

    def part(self) -> Element:
        """An optional part, a binding, a query, or groups of which each solution counts."""
        words = self._words
        if words.takes("OPTIONAL"):
            return Optional(self.group())
        if words.takes("BIND"):
            words.expect("(")
            value = read_expression(words, self.group, bare=True)
            words.expect("AS")
            variable = words.next().text[1:]
            words.expect(")")
            return Bind(value, variable)
        branches = [self.group()]
        while words.takes("UNION"):
            branches.append(self.group())
        alone = branches[0].elements if len(branches) == 1 and not branches[0].filters else ()
        return alone[0] if len(alone) == 1 and isinstance(alone[0], Inner) else Union(tuple(branches))

    def triples(self) -> Iterator[Pattern]:
        """The patterns about one thing, sequences of steps taken apart."""
        words, subject = self._words, self.node()
        while True:
            verb = self.verb()
            yield from self._steps(subject, verb, self.node())
            while words.takes(","):
                yield from self._steps(subject, verb, self.node())
            if not words.takes(";"):
                return
            while words.takes(";"):
                pass
            if words.ahead().upper in (".", "}"):
                return

    def node(self) -> Node:
        """A variable or a term."""
        word = self._words.next()
        if word.kind == "variable":
            return Variable(word.text[1:])
        return self._words.name(word) if word.kind in ("iri", "name") else self._words.literal(word)

    def verb(self) -> Path | Variable:
        """A variable or a path in the place of a property."""
        if self._words.ahead().kind == "variable":
            return Variable(self._words.next().text[1:])
        return self.path()

    def path(self) -> Path:
        """A path (section 9.1)."""
        parts = [self._sequence()]
        while self._words.takes("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("alternative", tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._step()]
        while self._words.takes("/"):
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts))

    def _step(self) -> Path:
        words = self._words
        turned = words.takes("^")
        if words.takes("("):
            path = self.path()
            words.expect(")")
        else:
            word = words.next()
            path = Path("step", predicate=TYPE if word.kind == "word" and word.text == "a" else words.name(word))
        if said := words.takes("*", "+", "?"):
            path = Path(_REPEATED[said], (path,))
        return Path("inverse", (path,)) if turned else path

    def _steps(self, start: Node, path: Path | Variable, end: Node) -> Iterator[Pattern]:
        if isinstance(path, Path) and path.kind == "inverse":
            yield from self._steps(end, path.parts[0], start)
        elif isinstance(path, Path) and path.kind == "sequence":
            for part in path.parts[:-1]:
                self._made += 1
                middle = Variable(f".{self._made}")  # no name that a query could give
                yield from self._steps(start, part, middle)
                start = middle
            yield from self._steps(start, path.parts[-1], end)
        elif isinstance(start, Literal):
            raise Beyond("a text in the place of a thing")
        else:
            yield Pattern(start, path, end)
