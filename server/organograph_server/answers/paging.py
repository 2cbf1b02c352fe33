"""Divides long descriptions into pages that are linked in RDF (Hydra Core, PartialCollectionView), in HTML and in the Link field alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from organograph.messages import Message
from organograph.names import PREFIXES
from organograph_server.answers.responses import by_parameter, here
from organograph_server.content.formats import Format
from organograph_server.content.weblinks import WebLink
from organograph_server.errors import RequestMalformed, ResourceUnknown

HYDRA = "http://www.w3.org/ns/hydra/core#"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True)
class Place:
    """Which page of something long is meant.

    Args:
        number: which it is, from 1.
        count: how many there are.
        total: how many statements, or whatever else is listed, all pages have.
    """

    number: int
    count: int
    total: int

    @property
    def others(self) -> dict[str, int]:
        """The numbers of the first, previous, next and last page, as far as there are several."""
        if self.count == 1:
            return {}
        found = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.count}
        return {relation: number for relation, number in found.items() if 1 <= number <= self.count}

    def links(self, path: str, formats: Sequence[Format]) -> list[WebLink]:
        """The links to the other pages, which keep the ending or the parameter by which this one was asked for.

        Args:
            path: of the whole, without leading slash and ending.
            formats: what it is given in.
        """
        form = request.args.get("format") and by_parameter(formats)
        place = here(f"{path}.{form.format.name}") if form else here(request.path[1:])
        return [WebLink(f"{place}?page={number}", relation) for relation, number in self.others.items()]


@dataclass(frozen=True)
class Page(Place):
    """One page of a description.

    Args:
        number: which it is, from 1.
        count: how many there are.
        total: how many statements all pages have.
        statements: those of this page.
    """

    statements: Sequence[Quad]

    def controls(self, document: str) -> Iterator[Quad]:
        """How the pages hang together, as statements about the document.

        Args:
            document: its IRI, without `?page=`.
        """
        if self.count == 1:
            return
        view = NamedNode(f"{document}?page={self.number}")
        yield _quad(NamedNode(document), "totalItems", Literal(self.total))
        yield _quad(NamedNode(document), "view", view)
        yield Quad(view, _TYPE, NamedNode(f"{HYDRA}PartialCollectionView"), DefaultGraph())
        for relation, number in self.others.items():
            term = "previous" if relation == "prev" else relation
            yield _quad(view, term, NamedNode(f"{document}?page={number}"))


def divide(statements: Sequence[Quad], size: int, asked: str | None) -> Page:
    """The page that is asked for.

    Args:
        statements: of the whole description.
        size: how many a page may have.
        asked: the number as the request gives it; None for the first.

    Raises:
        RequestMalformed: it is no number.
        ResourceUnknown: there are fewer pages.
    """
    count = max(1, -(-len(statements) // size))
    number = page_number(asked, count, "This description")
    return Page(number, count, len(statements), statements[(number - 1) * size : number * size])


def page_number(asked: str | None, count: int, of: str) -> int:
    """The number of the page that is asked for.

    Args:
        asked: as the request gives it; None for the first.
        count: how many pages there are.
        of: what has them, to begin a sentence with.

    Raises:
        RequestMalformed: it is no number.
        ResourceUnknown: there are fewer pages.
    """
    text = "1" if asked is None else asked
    if not (text.isascii() and text.isdigit()):
        raise RequestMalformed(
            Message("%(text)r is no number of a page.", text=text[:20]), Message("Give one from 1 to %(count)s.", count=count)
        )
    # A number of thousands of digits is not worth reading.
    number = int(text) if len(text) < 10 else 0
    if not 1 <= number <= count:
        raise ResourceUnknown(
            Message("%(of)s has no page %(text)s.", of=of, text=text[:20]), Message("Give one from 1 to %(count)s.", count=count)
        )
    return number


def _quad(subject: NamedNode, term: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, NamedNode(HYDRA + term), value, DefaultGraph())
