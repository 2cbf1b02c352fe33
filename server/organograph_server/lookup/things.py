"""All things of a dataset that have names, with these and with what they stand below: in one pass, and in few bytes for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

from organograph_server.dataset.facts import Facts
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words, strangeness
from organograph_server.lookup.gathered import Gathered, Way
from organograph_server.lookup.naming import FINDABLE, Findable, Naming
from organograph_server.matching.texts import Texts

_TYPES = list(FINDABLE)


class Things(Mapping[str, Findable]):
    """Everything that an edition names, by IRI and in the order of the IRIs; and all names, those of a thing together.

    A thing and a name each have a number. What is not asked for again and again is made when it is asked for.

    Args:
        publication: the dataset.
    """

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._beginning = publication.iri("id/")
        self._published = publication.published
        self._editions = {edition.iri: number for number, edition in enumerate(self._published.editions)}
        gathered = Gathered(publication.quads, self._published.editions, self._beginning)
        self._ways: Sequence[Way] = list(gathered.ways)
        self._described: Sequence[tuple[Edition, ...]] = [
            tuple(edition for number, edition in enumerate(self._published.editions) if bits >> number & 1) for bits in gathered.sets
        ]
        order = gathered.order()
        self._keys = Texts(map(gathered.keys.__getitem__, order))
        self._sets = array("I", map(gathered.described.__getitem__, order))
        self.texts = Texts()
        """The names."""
        self._begins, self._way, self._owners = array("I"), array("I"), array("I")
        for number, old in enumerate(order):
            self._begins.append(len(self.texts))
            for place in range(gathered.begins[old], gathered.begins[old + 1]):
                self.texts.append(gathered.texts[place])
                self._way.append(gathered.way[place])
                self._owners.append(number)
        self._begins.append(len(self.texts))
        self._parents, self._strays = gathered.parents(order)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return (self._beginning + key for key in self._keys)

    def __getitem__(self, iri: str) -> Findable:
        return self.thing(self.number(iri))

    def number(self, iri: str) -> int:
        """The number of a thing.

        Raises:
            KeyError: it is none that an edition names.
        """
        key = iri.removeprefix(self._beginning)
        place = bisect_left(self._keys, key)
        if len(key) == len(iri) or place == len(self._keys) or self._keys[place] != key:
            raise KeyError(iri)
        return place

    def thing(self, number: int) -> Findable:
        """A thing, with its label in the language that is spoken."""
        key = self._keys[number]
        return Findable(self._beginning + key, key.partition("/")[0], self._label(number), self._described[self._sets[number]])

    def all(self) -> Iterator[Findable]:
        """All of them."""
        return map(self.thing, range(len(self)))

    def owner(self, name: int) -> int:
        """The thing that has a name."""
        return self._owners[name]

    def names(self, number: int) -> range:
        """The names of a thing, the present one first."""
        return range(self._begins[number], self._begins[number + 1])

    def naming(self, name: int) -> Naming:
        """A name, with how the thing has it."""
        way = self._ways[self._way[name]]
        return Naming(Words(self.texts[name], way.language), way.role, way.editions)

    def wanted(self, types: Sequence[str], edition: str) -> Callable[[int], bool]:
        """Whether a name is one of a thing of some types, and one in an edition.

        Args:
            types: of FINDABLE; none for any.
            edition: identifier of the edition; "" for any.
        """
        # The sign after the slash is nought.
        ends = [[bisect_left(self._keys, f"{type_}{sign}") for sign in "/0"] for type_ in types]
        allowed = [range(self._begins[begin], self._begins[end]) for begin, end in ends]
        way, ways = self._way, bytes(not edition or edition in way.editions for way in self._ways)
        if not types:
            return lambda name: bool(ways[way[name]])
        if len(allowed) == 1:
            names = allowed[0]
            return lambda name: name in names and bool(ways[way[name]])
        return lambda name: any(name in names for names in allowed) and bool(ways[way[name]])

    def order(self, number: int) -> tuple[object, ...]:
        """By what things that fit equally are listed: those of today first, then by type, by depth and by label."""
        key, shown = self._keys[number], self._described[self._sets[number]][-1]
        depth = len(self._above(number, self._editions[shown.iri]))
        return shown != self._published.latest, _TYPES.index(key.partition("/")[0]), depth, self._label(number)

    def above(self, number: int, edition: Edition) -> list[str]:
        """The IRIs of what a thing stands below in an edition, from the organization down to what is directly above."""
        return [self.iri(step) for step in reversed(self._above(number, self._editions[edition.iri]))]

    def _above(self, number: int, edition: int) -> list[int]:
        """What a thing stands below, the nearest first; what is above itself is left out."""
        parents = self._parents[edition]
        chain: list[int] = []
        step = parents[number]
        while step != len(parents) and step not in chain and step != number:
            chain.append(step)
            step = parents[step]
        return chain

    def iri(self, number: int) -> str:
        """The IRI of a thing, or of something that stands above one."""
        return self._beginning + self._keys[number] if number < len(self) else self._strays[number - len(self)]

    def _label(self, number: int) -> str:
        found = [name for name in self.names(number) if self._ways[self._way[name]].is_label]
        if len(found) == 1:
            return Words(self.texts[found[0]], self._ways[self._way[found[0]]].language)
        if not found:
            edition = self._described[self._sets[number]][-1]
            return Facts(self._publication.quads, [edition.iri]).label(self._beginning + self._keys[number])
        said = [Words(self.texts[name], self._ways[self._way[name]].language) for name in found]
        return min(said, key=lambda text: (strangeness(text.language), text, text.language))
