"""The outline of an edition, read in one pass over its graph: the names, classes and places of its things, in few bytes for each."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad

from organograph.names import OG, ORG, PREFIXES
from organograph_server.dataset.facts import CLASSIFICATION, LABELS, PARENT, TYPE, last_part
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words, spoken, strangeness

# What things are called by beside their kinds.
POST, INDEPENDENT = "post", "independent-office"
_SORTS = ((POST, ORG.Post.value), (INDEPENDENT, OG.IndependentOffice.value))
# No organization has so many levels; a page of faulty data must end too.
_DEEPEST = 50
# Things of an outline from which no other of that size is kept beside it.
_LARGE = 20_000
_LARGEST = ("outline",)


class _Sets:
    """Sets of IRIs that many things share: each is held once, and has a number; that of the empty one is 0."""

    def __init__(self) -> None:
        self.members: list[tuple[str, ...]] = [()]
        self._numbers: dict[tuple[str, ...], int] = {(): 0}
        self._grown: dict[tuple[int, str], int] = {}

    def grown(self, number: int, iri: str) -> int:
        """The number of the set that has one more."""
        if (found := self._grown.get((number, iri))) is None:
            members = tuple(sorted({*self.members[number], iri}))
            found = self._grown[number, iri] = self._numbers.setdefault(members, len(self.members))
            if found == len(self.members):
                self.members.append(members)
        return found


class Outline:
    """The things of one edition, each with a number.

    Args:
        quads: the graph of the edition.
        root: IRI of the organization, whose number is 0.
    """

    def __init__(self, quads: Iterable[Quad], root: str) -> None:
        self.iris: list[str] = []
        self._numbers: dict[str, int] = {}
        self._sets = _Sets()
        self._types, self._kinds = array("I"), array("I")
        self._sorts: dict[tuple[int, int], tuple[str, ...]] = {}
        # The first name of each, and which property says it in which language; further names of the few that have some.
        self._names: list[str | None] = []
        self._said, self._languages = array("I"), list[str]()
        self._ways: dict[tuple[int, str], int] = {}
        self._more: dict[int, list[tuple[int, str, str]]] = {}
        self._others: dict[int, tuple[str, ...]] = {}
        self._below: dict[int, array[int]] = {}
        self._headed: dict[int, list[int]] = {}
        self._holders: dict[int, list[int]] = {}
        self._superiors: dict[int, list[int]] = {}
        self._trees: dict[str, Tree] = {}
        self._number(root)
        self._read(quads)

    def number(self, iri: str) -> int:
        """The number of a thing that the edition places or names.

        Raises:
            KeyError: it does neither.
        """
        return self._numbers[iri]

    def name(self, number: int) -> str:
        """What a thing is called in the language that is spoken, or else the end of its IRI."""
        text = self._names[number]
        if text is None:
            return last_part(self.iris[number])
        if number in self._more:
            _, _, text, language = min((rank, strangeness(tag), said, tag) for rank, said, tag in self._more[number])
            return Words(text, language)
        return Words(text, self._languages[self._said[number]])

    def other_names(self, number: int) -> Sequence[str]:
        """Its further names and acronyms, sorted."""
        return sorted(self._others.get(number, ()))

    def types(self, number: int) -> tuple[str, ...]:
        """Its classes, sorted."""
        return self._sets.members[self._types[number]]

    def kinds(self, number: int) -> tuple[str, ...]:
        """Its kinds, sorted."""
        return self._sets.members[self._kinds[number]]

    def sorts(self, number: int) -> tuple[str, ...]:
        """What it is: POST, INDEPENDENT, and the last part of each kind."""
        place = self._types[number], self._kinds[number]
        if place not in self._sorts:
            named = [sort for sort, iri in _SORTS if iri in self.types(number)]
            self._sorts[place] = (*named, *map(last_part, self.kinds(number)))
        return self._sorts[place]

    def is_post(self, number: int) -> bool:
        """Whether it is a post."""
        return ORG.Post.value in self.types(number)

    def below(self, number: int) -> Sequence[int]:
        """What is placed directly below it: posts first, by name."""
        return sorted(self._below.get(number, ()), key=self._order)

    def headed_by(self, number: int) -> Sequence[int]:
        """The posts that head it."""
        return self._by_iri(self._headed, number)

    def holders(self, number: int) -> Sequence[int]:
        """Who holds it."""
        return self._by_iri(self._holders, number)

    def superiors(self, number: int) -> Sequence[int]:
        """For an independent office, whom it reports to."""
        return self._by_iri(self._superiors, number)

    def tree(self, start: str) -> Tree:
        """What stands below a thing in the order of the language that is spoken; that of the organization is kept."""
        if (number := self.number(start)) != 0:
            return Tree(self, number)
        language = spoken().language if self._more else ""
        if language not in self._trees:
            self._trees[language] = Tree(self, number)
        return self._trees[language]

    def _read(self, quads: Iterable[Quad]) -> None:
        takes: dict[str, Callable[[int, NamedNode], None]] = {
            TYPE: self._take_type,
            CLASSIFICATION: self._take_kind,
            PARENT: self._take_place,
            OG.heads.value: self._take_head,
            ORG.heldBy.value: partial(self._take_link, self._holders),
            ORG.reportsTo.value: partial(self._take_link, self._superiors),
        }
        says: dict[str, Callable[[int, Literal], None]] = {label: partial(self._take_name, rank) for rank, label in enumerate(LABELS)}
        says[f"{PREFIXES['skos']}altLabel"] = self._take_other_name
        for quad in quads:
            predicate, subject, value = quad.predicate.value, quad.subject, quad.object
            if not isinstance(subject, NamedNode):
                continue
            if isinstance(value, NamedNode):
                if predicate in takes:
                    takes[predicate](self._number(subject.value), value)
            elif isinstance(value, Literal) and predicate in says:
                says[predicate](self._number(subject.value), value)
        self._languages = [language for _, language in self._ways]
        self._superiors = {number: found for number, found in self._superiors.items() if OG.IndependentOffice.value in self.types(number)}

    def _number(self, iri: str) -> int:
        if (number := self._numbers.get(iri)) is None:
            number = self._numbers[iri] = len(self.iris)
            self.iris.append(iri)
            self._names.append(None)
            for column in (self._types, self._kinds, self._said):
                column.append(0)
        return number

    def _take_type(self, number: int, value: NamedNode) -> None:
        self._types[number] = self._sets.grown(self._types[number], value.value)

    def _take_kind(self, number: int, value: NamedNode) -> None:
        self._kinds[number] = self._sets.grown(self._kinds[number], value.value)

    def _take_place(self, number: int, value: NamedNode) -> None:
        self._below.setdefault(self._number(value.value), array("I")).append(number)

    def _take_head(self, number: int, value: NamedNode) -> None:
        self._headed.setdefault(self._number(value.value), []).append(number)

    def _take_link(self, links: dict[int, list[int]], number: int, value: NamedNode) -> None:
        links.setdefault(number, []).append(self._number(value.value))

    def _take_name(self, rank: int, number: int, value: Literal) -> None:
        text, language = value.value, value.language or ""
        if (first := self._names[number]) is None:
            self._names[number] = text
            self._said[number] = self._ways.setdefault((rank, sys.intern(language)), len(self._ways))
        else:
            ways = list(self._ways)
            earlier = ways[self._said[number]]
            self._more.setdefault(number, [(earlier[0], first, earlier[1])]).append((rank, text, language))

    def _take_other_name(self, number: int, value: Literal) -> None:
        self._others[number] = (*self._others.get(number, ()), value.value)

    def _by_iri(self, links: Mapping[int, list[int]], number: int) -> Sequence[int]:
        return sorted(links.get(number, ()), key=self.iris.__getitem__)

    def _order(self, number: int) -> tuple[bool, str, str]:
        return not self.is_post(number), self.name(number), self.iris[number]


class Tree:
    """What stands below one thing, fifty levels deep; what is met again is not followed.

    Args:
        outline: of the edition.
        start: the number of the thing.
    """

    def __init__(self, outline: Outline, start: int) -> None:
        size = len(outline.iris)
        self._outline, self._seen = outline, bytearray(size)
        self._units, self._posts = array("I", bytes(4 * size)), array("I", bytes(4 * size))
        self._below: dict[int, array[int]] = {}
        self.start = start
        self.numbers = array("I")
        """The numbers of all things in it, each before those below it."""
        self.left_out: dict[int, int] = {}
        """How many stand directly below a thing that is too deep for them to be followed."""
        self._grow(start, 0)

    def below(self, number: int) -> Sequence[int]:
        """What is directly below a thing, in order."""
        return self._below.get(number, ())

    def units(self, number: int) -> int:
        """How many units are below a thing."""
        return self._units[number]

    def posts(self, number: int) -> int:
        """How many posts are below a thing."""
        return self._posts[number]

    def _grow(self, number: int, depth: int) -> None:
        self._seen[number] = True
        self.numbers.append(number)
        below = self._outline.below(number)
        if not below:
            return
        if depth >= _DEEPEST:
            self.left_out[number] = len(below)
            return
        kept = self._below[number] = array("I")
        for child in below:
            if not self._seen[child]:
                self._grow(child, depth + 1)
                kept.append(child)
                is_post = POST in self._outline.sorts(child)
                self._units[number] += self._units[child] + (not is_post)
                self._posts[number] += self._posts[child] + is_post


def outline_of(publication: Publication, edition: Edition) -> Outline:
    """The outline of an edition; of the large ones only that which was asked for last is kept.

    Args:
        publication: the dataset.
        edition: one of its editions.
    """
    key = ("outline", edition.identifier)
    if isinstance(kept := publication.read.get(key), Outline):
        return kept
    last, kept = cast(tuple[tuple[str, ...], Outline | None], publication.read.get(_LARGEST, ((), None)))
    if kept is not None and last == key:
        return kept
    found = Outline(publication.quads.graph(edition.iri), publication.published.organization)
    if len(found.iris) > _LARGE:
        publication.read[_LARGEST] = (key, found)
    else:
        publication.read[key] = found
    return found
