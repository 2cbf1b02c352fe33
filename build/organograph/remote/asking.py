"""What may be asked of a store that holds the data, and in how large pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from organograph.messages import Message
from organograph.statements import Term

Row = tuple[Term | None, ...]
"""The values of the variables that a query selects, in their order."""

BATCH = 2_000
"""How often one query names things. Stores read longer queries slowly, and some not at all."""
PAGE = 2_000
"""How many things are judged at a time."""
MOST_ROWS = 50_000
"""How many statements are read of one property where it cannot be told of which things they are read."""
MOST_HELD = 1_000_000
"""How many statements may be read of one page."""


class TooMuch(Exception):
    """An answer has more bytes than it may."""


class Reasoned(Exception):
    """Says in a few words why something is not done, for `organograph.report.reasons` to tell in another language.

    Args:
        pattern: the words, with `%(name)s` for each blank.
        values: what fills the blanks.
    """

    def __init__(self, pattern: str, /, **values: object) -> None:
        self.why = Message(pattern, **values)
        super().__init__(str(self.why))


class Refused(Reasoned):
    """The store can do nothing with a query, or not in time."""


class NotFetched(Reasoned):
    """What a shape reads cannot be fetched within bounds."""


class Store(Protocol):
    """A store of others.

    Attributes:
        requests: how many it was sent.
        size: how many bytes it answered.
        tell: is called after each answer.
    """

    requests: int
    size: int
    tell: Callable[[], None]

    def rows(self, query: str, graphs: Sequence[str]) -> Iterable[Sequence[Term | Triple | None]]:
        """The rows of a SELECT query.

        Args:
            query: standard SPARQL 1.1, which names no graph outside GRAPH.
            graphs: whose union is the default graph.

        Raises:
            TooMuch: the answer has too many bytes.
            Refused: the store can do nothing with the query, or not in time.
            StoreUnusable: the store does not answer.
        """

    def state(self) -> str:
        """What changes when another publication is loaded.

        Raises:
            StoreUnusable: the store does not answer, or a publication is just being loaded.
        """

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class Source:
    """Graphs of a store that are checked as one.

    Args:
        store: that holds them.
        graphs: their IRIs.
    """

    store: Store
    graphs: tuple[str, ...]

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a query.

        Raises:
            TooMuch: the answer has too many bytes.
            Refused: the store can do nothing with the query, or not in time.
            NotFetched: it names a blank node, by which nothing can be asked again.
            StoreUnusable: the store does not answer.
        """
        for row in self.store.rows(query, self.graphs):
            if any(isinstance(term, BlankNode | Triple) for term in row):
                raise NotFetched("it meets a blank node, by which a store cannot be asked again")
            yield tuple(row)  # type: ignore[arg-type]

    def about(self, terms: Sequence[Term], query: str) -> Iterator[Row]:
        """The rows of a query about some terms, in as many requests as it takes.

        Args:
            terms: what it is about.
            query: with `%s` wherever they are listed.

        Raises:
            NotFetched: what it reads of one term is too much.
        """
        size = max(1, BATCH // max(1, query.count("%s")))
        for start in range(0, len(terms), size):
            yield from self._about(terms[start : start + size], query)

    def _about(self, terms: Sequence[Term], query: str) -> Iterator[Row]:
        try:
            yield from list(self.rows(query.replace("%s", " ".join(map(written, terms)))))
        except TooMuch:
            if len(terms) == 1:
                raise NotFetched("what it reads of %(thing)s is more than one answer may have", thing=terms[0].value) from None
            half = len(terms) // 2
            yield from self._about(terms[:half], query)
            yield from self._about(terms[half:], query)


def written(term: Term | Triple) -> str:
    """A term as every store reads it: a number, too, in quotes, since some write it anew otherwise."""
    if isinstance(term, Literal | NamedNode):
        return str(term)
    raise NotFetched("it meets a blank node, by which a store cannot be asked again")
