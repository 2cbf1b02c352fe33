"""Names and places of things as they are gathered from what the editions state, in the order in which it comes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Words
from organograph_server.lookup.naming import FINDABLE, FORMER, NOW, OTHER, PRINTED, Stated, merged
from organograph_server.lookup.stated import IS_ALSO_NAMED, IS_BELOW, IS_NAMED, IS_PRINTED, statements, text_of
from organograph_server.matching.texts import Texts


class Way(NamedTuple):
    """How a thing has a name; many names are had in the same way.

    Args:
        role: of the name.
        language: of it.
        editions: the identifiers of those in which the thing has it, sorted.
        is_label: whether it is what the latest edition that describes the thing calls it.
    """

    role: str
    language: str
    editions: tuple[str, ...]
    is_label: bool


class Gathered:
    """What is known of named things.

    Args:
        quads: what is stated.
        editions: in their order.
        beginning: what the IRIs of all things begin with.
    """

    def __init__(self, quads: Quads, editions: Sequence[Edition], beginning: str) -> None:
        self.keys = Texts()
        """The IRI of each thing, without its beginning."""
        self.described = array("I")
        """The set of editions that describe it."""
        self.begins = array("I", [0])
        """Where its names begin."""
        self.texts, self.way = Texts(), array("I")
        """The names, and in which of the ways they are had."""
        self.ways: dict[Way, int] = {}
        self.sets: dict[int, int] = {}
        """The sets of editions, an edition as a bit."""
        self._editions = editions
        self._identifiers: dict[int, tuple[str, ...]] = {}
        # Everything that stands below something or above it, and which of it is a thing here.
        self._nodes: dict[bytes, int] = {}
        self._things = array("I")
        self._parents: list[array[int]] = [array("I") for _ in editions]
        self._read(quads, tuple(f"<{beginning}{type_}/".encode() for type_ in FINDABLE), len(beginning.encode()) + 1)

    def order(self) -> Sequence[int]:
        """The things in the order of their IRIs."""
        return sorted(range(len(self.keys)), key=self.keys.__getitem__)

    def parents(self, order: Sequence[int]) -> tuple[Sequence[Sequence[int]], Sequence[str]]:
        """What stands directly above each thing, by edition; of what has nothing above it, a number that nothing has.

        Args:
            order: of the things, whose numbers are their places here.

        Returns:
            the numbers, and the IRIs of what is no thing here but stands above one: it has the numbers after those of the things.
        """
        numbers = array("I", bytes(4 * len(self._nodes)))
        is_thing = bytearray(len(self._nodes))
        for number, old in enumerate(order):
            numbers[self._things[old]] = number
            is_thing[self._things[old]] = True
        strays = [iri for iri, node in self._nodes.items() if not is_thing[node]]
        for number, iri in enumerate(strays, len(order)):
            numbers[self._nodes[iri]] = number
        found = [array("I", [len(numbers)]) * len(numbers) for _ in self._parents]
        for parents, stated in zip(found, self._parents, strict=True):
            for node, parent in enumerate(stated):
                if parent:
                    parents[numbers[node]] = numbers[parent - 1]
        return found, [iri[1:-1].decode() for iri in strays]

    def _read(self, quads: Quads, findable: tuple[bytes, ...], cut: int) -> None:
        for subject, found in statements(quads, self._editions):
            node = self._node(subject)
            named: dict[tuple[int, bytes], int] = {}
            for _, kind, edition, value in found:
                if kind != IS_BELOW:
                    named[kind, value] = named.get((kind, value), 0) | 1 << edition
                elif value.startswith(b"<") and not value.startswith(b"<<"):
                    self._parents[edition][node] = self._node(value) + 1
            if subject.startswith(findable) and b"#" not in subject:
                texts = [(kind, value, those) for (kind, value), those in named.items() if value.startswith(b'"')]
                self._name(subject[cut:-1].decode(), node, sorted(texts, key=itemgetter(0)))

    def _node(self, iri: bytes) -> int:
        if (node := self._nodes.get(iri)) is None:
            node = self._nodes[iri] = len(self._nodes)
            for parents in self._parents:
                parents.append(0)
        return node

    def _name(self, key: str, node: int, found: Sequence[tuple[int, bytes, int]]) -> None:
        """Remember a thing with its names, where an edition names it.

        Args:
            key: of the thing.
            node: its number here.
            found: the names: how each is stated, as a literal, and the editions as bits.
        """
        described = 0
        for kind, _, those in found:
            described |= those if kind == IS_NAMED else 0
        if not described:
            return
        self.keys.append(key)
        self._things.append(node)
        self.described.append(self.sets.setdefault(described, len(self.sets)))
        latest = 1 << described.bit_length() - 1
        stated: dict[tuple[int, Words], int] = {}
        for kind, value, those in found:
            text = text_of(value)
            stated[kind, text] = stated.get((kind, text), 0) | those
        labels = [text_of(value) for kind, value, those in found if kind == IS_NAMED and those & latest]
        self._remember(merged([(text, _role(kind, those & latest), those) for (kind, text), those in stated.items()]), labels)

    def _remember(self, names: Iterable[Stated], labels: Sequence[Words]) -> None:
        """Remember the names of a thing; no label is marked where one is not among them just as it is."""
        said = {(text, text.language) for text in labels if text}
        found = [(text, role, those, role == NOW and (text, text.language) in said) for text, role, those in names]
        is_whole = sum(is_label for _, _, _, is_label in found) == len(labels)
        for text, role, those, is_label in found:
            way = Way(role, text.language, self._identified(those), is_label and is_whole)
            self.texts.append(text)
            self.way.append(self.ways.setdefault(way, len(self.ways)))
        self.begins.append(len(self.texts))

    def _identified(self, editions: int) -> tuple[str, ...]:
        """The identifiers of a set of editions."""
        if editions not in self._identifiers:
            found = (edition.identifier for number, edition in enumerate(self._editions) if editions >> number & 1)
            self._identifiers[editions] = tuple(sorted(found))
        return self._identifiers[editions]


def _role(kind: int, is_latest: int) -> str:
    """The role of a name, by how it is stated and whether the latest edition that describes the thing states it."""
    if kind == IS_PRINTED:
        return PRINTED
    return FORMER if not is_latest else OTHER if kind == IS_ALSO_NAMED else NOW
