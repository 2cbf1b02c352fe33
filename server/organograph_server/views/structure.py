"""The structure of an edition as pages show it: every unit and post below the organization, made where it is shown."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

from organograph.messages import Counted, Told, listed
from organograph.names import KIND, OG
from organograph_server.dataset.facts import PARENT, Facts, last_part
from organograph_server.dataset.outline import INDEPENDENT, POST, outline_of
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import gettext
from organograph_server.views.links import Link, Linker, page_of

_UNSPECIFIED = KIND.unspecified.value
_NO_KIND = last_part(_UNSPECIFIED)


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit or post with all that is placed below it.

    Args:
        link: to its page.
        path: the last two parts of its IRI, as `unit/legal-affairs`.
        kind: in words, "" where no document states it.
        sorts: what the filter finds it by: the last part of each kind, and `post` or `independent-office`.
        other_names: further names and acronyms.
        heads: the post that heads it, where one does, and who holds that post, or for a post who holds it.
        superiors: for an independent office, whom it reports to.
        children: what is directly below, posts first.
        units: how many units are below.
        posts: how many posts are below.
        is_match: whether a filter found it.
        is_open: whether a filter found something below it.
        left_out: how many of those directly below are not shown.
    """

    link: Link
    path: str
    kind: str
    sorts: tuple[str, ...]
    other_names: Sequence[str] = ()
    heads: Sequence[Link] = ()
    superiors: Sequence[Link] = ()
    children: Sequence[Branch] = ()
    units: int = 0
    posts: int = 0
    is_match: bool = False
    is_open: bool = False
    left_out: int = 0

    @property
    def is_independent(self) -> bool:
        """Whether it is an independent office."""
        return INDEPENDENT in self.sorts

    @property
    def is_post(self) -> bool:
        """Whether it is a post."""
        return POST in self.sorts

    @property
    def amount(self) -> Told:
        """How much is below, in words."""
        units = Counted("%(number)s unit", "%(number)s units", self.units)
        posts = Counted("%(number)s post", "%(number)s posts", self.posts)
        return listed(told for told, number in ((units, self.units), (posts, self.posts)) if number)


class _Below(Sequence[Branch]):
    """What is directly below a thing, each made when it is asked for: of a register most are only counted.

    Args:
        numbers: of the things.
        make: makes the branch of one.
    """

    __slots__ = ("_make", "_numbers")

    def __init__(self, numbers: Sequence[int], make: Callable[[int], Branch]) -> None:
        self._numbers, self._make = numbers, make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Branch: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Branch]: ...

    def __getitem__(self, place: int | slice) -> Branch | Sequence[Branch]:
        return _Below(self._numbers[place], self._make) if isinstance(place, slice) else self._make(self._numbers[place])

    def __iter__(self) -> Iterator[Branch]:
        return map(self._make, self._numbers)


class Structure:
    """The structure of one edition, in the language that is spoken.

    Args:
        publication: the dataset.
        edition: one of its editions.
        is_dated: whether links lead to the states in this edition, rather than to what is known now.
        start: IRI of what it begins with, which has a place in the edition; None for the organization.
    """

    def __init__(self, publication: Publication, edition: Edition, is_dated: bool, start: str | None = None) -> None:
        published = publication.published
        self._base = published.names.base
        self._path = f"edition/{edition.identifier}/" if is_dated else ""
        self._linker = Linker(self._base, Facts(publication.quads, [published.ontology, published.catalogue]))
        self._outline = outline_of(publication, edition)
        self._tree = self._outline.tree(start or published.organization)
        self._words: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}

    def __len__(self) -> int:
        return len(self._tree.numbers)

    def whole(self) -> Branch:
        """All of it."""
        return self._branch(self._tree.start)

    def above(self, chain: Sequence[str]) -> list[Branch]:
        """What stands above a thing, without what is below.

        Args:
            chain: IRIs, from the thing up.
        """
        return [Branch(self._link(self._outline.number(iri)), self._part(iri), "", ()) for iri in reversed(chain[1:])]

    def independents(self) -> Sequence[Branch]:
        """The independent offices, by name."""
        found = (self._branch(number) for number in self._tree.numbers if INDEPENDENT in self._outline.sorts(number))
        return sorted(found, key=lambda each: each.link.label)

    def kinds(self) -> Mapping[str, tuple[str, int]]:
        """The sorts of things that it has, the most frequent first: each in words, and how many there are of it."""
        words = {POST: gettext("post"), INDEPENDENT: gettext("independent office"), _NO_KIND: gettext("unspecified")}
        counts = Counter[str]()
        for number in self._tree.numbers:
            sorts = self._outline.sorts(number)
            counts.update(sorts)
            if not words.keys() >= {*sorts} and (kind := self._kind(number)):
                words |= {sort: kind for sort in sorts if sort not in words}
        found = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return {sort: (words.get(sort, sort.replace("-", " ")), number) for sort, number in found}

    def filtered(self, text: str, sort: str) -> tuple[Branch | None, int]:
        """What is left where only what fits is wanted, with what is above and below that, and how many fit; None where nothing does.

        Args:
            text: words that must all stand in a name, another name or the name of who heads or holds it; accents and case do not matter.
            sort: a kind, `post` or `independent-office`; "" for any.
        """
        words = plain(text).split()
        if not words and not sort:
            return self.whole(), 0
        fitting = {number for number in self._tree.numbers if self._fits(number, words, sort)}
        # What fits, and what has something below it that does.
        kept = set(fitting)
        for number in reversed(self._tree.numbers):
            if number not in kept and not kept.isdisjoint(self._tree.below(number)):
                kept.add(number)

        def make(number: int) -> Branch:
            branch = self._branch(number)
            if number not in kept:
                return branch
            below = self._tree.below(number)
            found = [child for child in below if child in kept]
            is_match = number in fitting
            return replace(
                branch, children=_Below(below if is_match else found, make), is_match=is_match, is_open=bool(found) or not is_match
            )

        return (make(self._tree.start) if self._tree.start in kept else None), len(fitting)

    def _fits(self, number: int, words: Sequence[str], sort: str) -> bool:
        if sort and sort not in self._outline.sorts(number):
            return False
        if not words:
            return True
        outline = self._outline
        heads = (outline.name(each) for each in self._heads(number))
        names = plain(" ".join([outline.name(number), *outline.other_names(number), *heads]))
        return all(word in names for word in words)

    def _branch(self, number: int) -> Branch:
        outline, tree = self._outline, self._tree
        return Branch(
            link=self._link(number),
            path=self._part(outline.iris[number]),
            kind=self._kind(number),
            sorts=outline.sorts(number),
            other_names=outline.other_names(number),
            heads=[self._link(each) for each in self._heads(number)],
            superiors=[self._link(each) for each in outline.superiors(number)],
            children=_Below(tree.below(number), self._branch),
            units=tree.units(number),
            posts=tree.posts(number),
            left_out=tree.left_out.get(number, 0),
        )

    def _heads(self, number: int) -> list[int]:
        outline = self._outline
        posts = outline.headed_by(number)
        found = [number] if outline.is_post(number) else posts
        return [*posts, *(holder for post in found for holder in outline.holders(post))]

    def _kind(self, number: int) -> str:
        """What it is in words, which many share."""
        types, kinds = self._outline.types(number), self._outline.kinds(number)
        if (types, kinds) not in self._words:
            named = kinds or sorted(types, key=lambda found: not found.startswith(str(OG)))
            self._words[types, kinds] = self._linker.words(named[0]) if named and _UNSPECIFIED not in kinds else ""
        return self._words[types, kinds]

    def _part(self, iri: str) -> str:
        return iri.removeprefix(f"{self._base}id/")

    def _link(self, number: int) -> Link:
        path = page_of(self._outline.iris[number], self._base)
        return Link(self._outline.name(number), f"{self._path}{path}" if path and path.startswith("doc/") else path)


def chain_of(publication: Publication, edition: Edition, iri: str) -> list[str] | None:
    """A thing and what stands above it in an edition, up to the organization; None where it has no place.

    Args:
        publication: the dataset.
        edition: one of its editions.
        iri: of the thing.
    """
    facts, chain = Facts(publication.quads, [edition.iri]), [iri]
    while (parents := facts.iris(chain[-1], PARENT)) and parents[0] not in chain:
        chain.append(parents[0])
    return chain if chain[-1] == publication.published.organization else None


def cut(branch: Branch, most: int) -> Branch:
    """A branch with as many levels as have no more things together, and at least one; what is below the last is counted alone."""
    level: Sequence[Branch] = [branch]
    depth, number = 0, 1
    while below := sum(len(each.children) for each in level):
        number += below
        if number > most:
            return _cut(branch, max(depth, 1), most)
        depth += 1
        level = [child for each in level for child in each.children]
    return branch


def _cut(branch: Branch, depth: int, most: int) -> Branch:
    kept = branch.children[: most if depth else 0]
    children = tuple(_cut(child, depth - 1, most) for child in kept)
    return replace(branch, children=children, left_out=branch.left_out or len(branch.children) - len(kept))


def plain(text: str) -> str:
    """A text without accents and in small letters."""
    if text.isascii():
        return text.casefold()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(sign))
