"""The things that shapes are about (SHACL section 2.1.3), as patterns of queries, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from pyoxigraph import BlankNode, Literal

from organograph.engine.terms import Term as EngineTerm
from organograph.remote.asking import PAGE, NotFetched, Source, written
from organograph.statements import Term

Targets = tuple[tuple[str, EngineTerm], ...]
"""What shapes are about, as properties of SHACL and their values."""


def pattern(targets: Targets, variable: str, below: Callable[[EngineTerm], Sequence[Term]]) -> str:
    """A group that binds a variable to each thing that shapes are about.

    Args:
        targets: what they are about.
        variable: its name.
        below: tells a class and its subclasses.

    Raises:
        NotFetched: a blank node is named there.
    """
    return " UNION ".join(f"{{ {_pattern(word, term, variable, below)} }}" for word, term in targets)


def _pattern(word: str, term: EngineTerm, variable: str, below: Callable[[EngineTerm], Sequence[Term]]) -> str:
    if isinstance(term, BlankNode):
        raise NotFetched("its target is a blank node")
    if word == "targetClass":
        classes = below(term)
        if len(classes) == 1:
            return f"?{variable} a {term}"
        return f"?{variable} a ?{variable}_class FILTER (?{variable}_class IN ({', '.join(map(written, classes))}))"
    if word == "targetSubjectsOf":
        return f"?{variable} {term} ?{variable}_value"
    if word == "targetObjectsOf":
        return f"?{variable}_subject {term} ?{variable}"
    return f"VALUES ?{variable} {{ {term} }}"


def pages(source: Source, head: str, group: str) -> Iterator[list[Term]]:
    """The things that `?this` is bound to, each once, in pages.

    A page goes on where the one before ended: by the text of the thing, which does not change, and not by a number of rows to be left out.

    Args:
        source: where.
        head: prefixes of the query.
        group: what binds `?this`.

    Raises:
        NotFetched: a thing is a blank node, too many have the same text, or the store orders texts otherwise than SPARQL does.
        Refused: the store can do nothing with it.
        TooMuch: a page is too long.
    """
    last, seen = "", set[Term]()
    while True:
        after = f" FILTER (STR(?this) >= {Literal(last)})" if last else ""
        query = f"{head}SELECT DISTINCT ?this WHERE {{ {group}{after} }} ORDER BY STR(?this) LIMIT {PAGE}"
        found = [row[0] for row in source.rows(query) if row[0] is not None]
        if any(one.value > other.value for one, other in pairwise(found)):
            raise NotFetched("the store orders texts in a way of its own, so that pages could leave things out")
        new = [term for term in found if term not in seen]
        if new:
            yield new
        if len(found) < PAGE:
            return
        if not new:
            raise NotFetched("too many of its things have the same text")
        last = found[-1].value
        seen = {term for term in found if term.value == last}
