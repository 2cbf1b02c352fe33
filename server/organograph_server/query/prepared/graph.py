"""One graph as numbers: its terms with the texts that answers are made of, and each property as a dictionary in both directions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from organograph.links import Links, linked, unwatched
from organograph.names import PREFIXES
from organograph_server.query.prepared.algebra import Beyond, Reading

Term = NamedNode | BlankNode | Literal

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_OPENINGS = [(1 << place, f"<{space}") for place, space in enumerate(PREFIXES.values())]
_AT_ONCE = 50_000
_CASES: dict[str, Callable[[str], str]] = {"LCASE": str.lower, "UCASE": str.upper, "": str}
# Texts that a worker keeps, of what it may have for its queries.
_MOST_TEXTS = 300_000
# More properties than these are looked through by the engine when a thing is described.
_MANY_PROPERTIES = 500


class Graph:
    """A graph that nobody changes.

    Args:
        triples: of the graph, each once, as queries see them.
        changed: literals that were written otherwise than queries see them.

    Raises:
        Beyond: it has terms that RDF 1.1 does not have.

    Attributes:
        terms: each term by its number.
        lines: each term as N-Triples writes it.
        turtle: each term as Turtle writes it with the common prefixes.
        changed: the numbers of those literals.
        kept: texts that tests read, by the functions that they were read with.
    """

    def __init__(self, triples: Iterable[Triple], changed: Iterable[Literal] = ()) -> None:
        numbers: dict[Term | Triple, int] = {}
        self._forward = linked(triples, numbers, {})
        self.terms: list[Term] = []
        for term in numbers:
            if isinstance(term, Triple) or (isinstance(term, Literal) and term.direction):
                raise Beyond("a term that RDF 1.1 does not have")
            self.terms.append(term)
        self.lines = list(_written(self.terms, RdfFormat.N_TRIPLES))
        self.turtle = list(_written(self.terms, RdfFormat.TURTLE))
        self.changed = frozenset(numbers[literal] for literal in changed if literal in numbers)
        # The engine takes dots out of the paths of IRIs that it reads in a query.
        self._numbers = {line: place for place, line in enumerate(self.lines) if line[0] != "_" and "/." not in line}
        with unwatched():
            self._backward = {predicate: links.turned() for predicate, links in self._forward.items()}
        ends = (*self._forward.values(), *self._backward.values())
        self._bare = {predicate for predicate in self._forward if not any(predicate in links.first for links in ends)}
        self._spaces = [-1] * len(self.terms)
        self._json = [*map(_in_json, self.terms)]
        self.kept: dict[tuple[str, str], dict[int, str | None]] = {}

    def number(self, line: str) -> int:
        """The number of an IRI or a literal, as N-Triples writes it.

        Raises:
            Beyond: the graph does not hold it, or it may be read as another one.
        """
        found = self._numbers.get(line)
        if found is None:
            raise Beyond("a term that is not in the graph")
        return found

    def node(self, line: str) -> int:
        """The number of a subject or an object.

        Raises:
            Beyond: the graph has it in neither place; for the engine, a path of no length then leads nowhere.
        """
        found = self.number(line)
        if found in self._bare:
            raise Beyond("a property in the place of a thing")
        return found

    def links(self, predicate: str) -> tuple[Links, Links]:
        """What a property leads to, and back.

        Args:
            predicate: its IRI, as N-Triples writes it.

        Raises:
            Beyond: the graph does not have it.
        """
        number = self.number(predicate)
        if number not in self._forward:
            raise Beyond("a property that is not in the graph")
        return self._forward[number], self._backward[number]

    def described(self, node: int) -> Iterator[tuple[int, int, int]]:
        """The triples of a thing, and those of the blank nodes that it leads to.

        Raises:
            Beyond: to look for them would take long.
        """
        if len(self._forward) > _MANY_PROPERTIES:
            raise Beyond("a description among many properties")
        waiting, seen = [node], {node}
        while waiting:
            subject = waiting.pop()
            for predicate, links in self._forward.items():
                if subject in links.first:
                    for value in links[subject]:
                        yield subject, predicate, value
                        if value not in seen and self.lines[value][0] == "_":
                            seen.add(value)
                            waiting.append(value)

    def triple(self, subject: int, predicate: int, value: int) -> Triple:
        """A triple by the numbers of its terms."""
        return Triple(self.terms[subject], self.terms[predicate], self.terms[value])  # type: ignore[arg-type]

    def json(self, column: Iterable[int]) -> list[str]:
        """Terms as SPARQL results in JSON write them (SPARQL 1.1 Query Results JSON Format, section 3.2.2)."""
        return [*map(self._json.__getitem__, column)]

    def texts(self, reading: Reading, column: Sequence[int]) -> list[str | None]:
        """The texts that a test reads; None where there is none to be read."""
        if sum(map(len, self.kept.values())) > _MOST_TEXTS:
            self.kept.clear()
        known = self.kept.setdefault((reading.function, reading.case), {})
        read, change, terms = _READ[reading.function], _CASES[reading.case], self.terms
        for number in {*column} - known.keys():
            text = None if number < 0 else read(terms[number])
            known[number] = None if text is None else change(text)
        return [*map(known.get, column)]

    def sortable(self, column: Iterable[int]) -> list[str | tuple[str, str]]:
        """What terms are sorted by (SPARQL 1.1 section 15.1), where all of them are of one kind.

        Raises:
            Beyond: there are others.
        """
        terms = [self.terms[number] if number >= 0 else None for number in column]
        if all(isinstance(term, NamedNode) for term in terms):
            return [term.value for term in terms]  # type: ignore[union-attr]
        if all(isinstance(term, Literal) and term.language for term in terms):
            return [(term.value, term.language) for term in terms]  # type: ignore[union-attr,misc]
        if all(isinstance(term, Literal) and term.datatype.value == _XSD_STRING for term in terms):
            return [term.value for term in terms]  # type: ignore[union-attr]
        raise Beyond("an order of terms of several kinds")

    def namespaces(self, number: int) -> int:
        """Which of the common prefixes a term has IRIs of, as the bits of a number."""
        found = self._spaces[number]
        if found < 0:
            line = self.lines[number]
            found = self._spaces[number] = sum(bit for bit, opening in _OPENINGS if opening in line)
        return found


def _written(terms: Sequence[Term], form: RdfFormat) -> Iterator[str]:
    """Each term as a format writes it in the place of an object."""
    prefixes = PREFIXES if form == RdfFormat.TURTLE else {}
    rest, predicate = iter(terms), NamedNode("urn:p")
    middle = f" {predicate} ".encode()
    while some := [*islice(rest, _AT_ONCE)]:
        # Each with a subject of its own, so that it has a line of its own.
        triples = (Triple(NamedNode(f"urn:{place}"), predicate, term) for place, term in enumerate(some))
        lines = (serialize(triples, format=form, prefixes=prefixes) or b"").split(b"\n")
        for line in lines[len(prefixes) : len(prefixes) + len(some)]:
            yield line.partition(middle)[2][: -len(" .")].decode()


def _in_json(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{_quoted(term.value)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{_quoted(term.value)}}}'
    if term.language:
        return f'{{"type":"literal","value":{_quoted(term.value)},"xml:lang":{_quoted(term.language)}}}'
    if term.datatype.value == _XSD_STRING:
        return f'{{"type":"literal","value":{_quoted(term.value)}}}'
    return f'{{"type":"literal","value":{_quoted(term.value)},"datatype":{_quoted(term.datatype.value)}}}'


def _text(term: Term) -> str | None:
    return None if isinstance(term, BlankNode) else term.value


def _language(term: Term) -> str | None:
    return (term.language or "") if isinstance(term, Literal) else None


def _itself(term: Term) -> str | None:
    """The text of a literal that is one, with a language or without."""
    return term.value if isinstance(term, Literal) and (term.language or term.datatype.value == _XSD_STRING) else None


_quoted = json.JSONEncoder(ensure_ascii=False).encode
_READ: Mapping[str, Callable[[Term], str | None]] = {"STR": _text, "LANG": _language, "": _itself}
