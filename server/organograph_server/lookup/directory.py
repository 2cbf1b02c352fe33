"""The directory of all things that people look for: their names in every edition, found by the matcher; made once for an application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from organograph.messages import Message
from organograph.names import FOAF, SKOS
from organograph_server.dataset.facts import NAME, PARENT, Facts
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words
from organograph_server.matching.index import Entry, Hit, Index
from organograph_server.matching.words import squeezed

_OTHER = SKOS.altLabel.value
_OF_PERSON = FOAF.name.value
# What can be found, in the order in which things that fit equally are listed; with what a page calls several of them.
FINDABLE = {
    "organization": Message("organizations"),
    "unit": Message("units"),
    "post": Message("posts"),
    "body": Message("bodies"),
    "person": Message("persons"),
    "site": Message("sites"),
}
NOW, OTHER, FORMER, PRINTED = "name", "other name", "former name", "as printed"
# How much a name counts beside others: less than a slip of spelling, and enough to tell namesakes apart.
_STANDING = {NOW: 1.0, OTHER: 0.99, FORMER: 0.98, PRINTED: 0.97}


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that a thing has or had.

    Args:
        text: the name.
        role: NOW, OTHER, FORMER or PRINTED.
        editions: the identifiers of those in which it has it, the earliest first.
    """

    text: str
    role: str
    editions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findable:
    """A thing that has names.

    Args:
        iri: the thing.
        type: one of FINDABLE.
        label: its latest name.
        editions: those that describe it, the earliest first.
    """

    iri: str
    type: str
    label: str
    editions: tuple[Edition, ...]

    @property
    def shown(self) -> Edition:
        """The latest edition that describes it."""
        return self.editions[-1]


class Directory:
    """All that can be found in a dataset.

    Args:
        publication: the dataset.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._things = publication.iri("id/")

    @cached_property
    def things(self) -> Mapping[str, Findable]:
        """Everything that an edition names, by IRI."""
        return {iri: self._thing(iri) for iri in sorted(self._named) if NAME in self._named[iri]}

    @cached_property
    def index(self) -> Index:
        """The names of all that."""
        return Index(self._entry(thing, naming) for thing in self.things.values() for naming in self.names(thing.iri))

    def find(self, text: str, most: int, types: Sequence[str] = (), edition: str = "", is_begun: bool = False) -> list[Hit]:
        """The things that a text means, best first.

        Args:
            text: a name, what is left of one, or an IRI or the part of it from its type on.
            most: how many are wanted.
            types: of FINDABLE, one of which it must be of; none for any.
            edition: identifier of the edition in which the name must be a name; "" for any.
            is_begun: whether there may be more of the text to come.
        """

        def fits(entry: Entry) -> bool:
            is_of_edition = not edition or (isinstance(entry.tag, Naming) and edition in entry.tag.editions)
            return is_of_edition and (not types or self.things[entry.thing].type in types)

        known = self.known(text.strip())
        if known is not None:
            entry = self.entry(known)
            return [Hit(entry, 100.0, True)] if fits(entry) else []
        return self.index.find(text, most, fits if edition or types else None, is_begun)

    def entry(self, thing: Findable) -> Entry:
        """A thing under its present name, as the index has it."""
        return self._entry(thing, self.names(thing.iri)[0])

    def known(self, identifier: str) -> Findable | None:
        """The thing with an IRI, or with the part of it from its type on (`unit/legal-affairs`)."""
        return self.things.get(identifier) or self.things.get(self._things + identifier)

    def names(self, iri: str) -> list[Naming]:
        """All names of a thing, each once, the present one first."""
        latest = self.things[iri].shown.identifier
        found: dict[str, list[Naming]] = defaultdict(list)
        for predicate, stated in self._named[iri].items():
            for text, editions in stated.items():
                found[squeezed(text)].append(_naming(predicate, text, editions, latest))
        merged = [_merged(namings) for namings in found.values()]
        return sorted(merged, key=lambda naming: (-_STANDING[naming.role], naming.text))

    def above(self, thing: Findable, edition: Edition | None = None) -> list[str]:
        """The IRIs of what a thing stands below, from the organization down to what is directly above.

        Args:
            thing: the thing.
            edition: where; without it the latest that describes the thing.
        """
        parents = self._parents[(edition or thing.shown).iri]
        chain: list[str] = []
        while (parent := parents.get(chain[-1] if chain else thing.iri)) and parent not in chain and parent != thing.iri:
            chain.append(parent)
        return chain[::-1]

    def _thing(self, iri: str) -> Findable:
        order = [edition for edition in self.publication.published.editions if any(edition in of for of in self._named[iri][NAME].values())]
        label = Facts(self.publication.quads, [order[-1].iri]).label(iri)
        return Findable(iri, iri.removeprefix(self._things).partition("/")[0], label, tuple(order))

    def _entry(self, thing: Findable, naming: Naming) -> Entry:
        is_past = thing.shown != self.publication.published.latest
        order = (is_past, [*FINDABLE].index(thing.type), len(self.above(thing)), thing.label)
        return Entry(naming.text, thing.iri, _STANDING[naming.role], order, naming)

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, Mapping[str, set[Edition]]]]:
        """By thing, kind of name (a property, or PRINTED) and text: the editions in which it has that name."""
        found: dict[str, dict[str, dict[str, set[Edition]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
        editions = self.publication.published.editions
        graphs = {edition.iri: edition for edition in editions}
        printed = {graph: edition for edition in editions for graph in edition.evidence}
        for predicate in (NAME, _OTHER, _OF_PERSON):
            for iri, text, edition in self._stated(graphs, predicate):
                found[iri][predicate][text].add(edition)
            for iri, text, edition in self._stated(printed, predicate):
                found[iri][PRINTED][text].add(edition)
        return found

    def _stated(self, graphs: Mapping[str, Edition], predicate: str) -> Iterator[tuple[str, str, Edition]]:
        findable = tuple(f"{self._things}{type_}/" for type_ in FINDABLE)
        for quad in self.publication.quads.quads(graphs, None, predicate):
            if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
                iri = quad.subject.value
                if iri.startswith(findable) and "#" not in iri:
                    yield iri, Words(quad.object.value, quad.object.language or ""), graphs[quad.graph_name.value]

    @cached_property
    def _parents(self) -> Mapping[str, Mapping[str, str]]:
        """By edition what stands directly above each thing."""
        found: dict[str, dict[str, str]] = {edition.iri: {} for edition in self.publication.published.editions}
        for quad in self.publication.quads.quads(found, None, PARENT):
            if isinstance(quad.graph_name, NamedNode) and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                found[quad.graph_name.value][quad.subject.value] = quad.object.value
        return found


def naming_of(hit: Hit) -> Naming:
    """The name by which a thing of the directory was found."""
    if not isinstance(hit.entry.tag, Naming):
        raise TypeError("The hit is of another index.")
    return hit.entry.tag


def _naming(predicate: str, text: str, editions: Iterable[Edition], latest: str) -> Naming:
    found = tuple(edition.identifier for edition in sorted(editions, key=lambda edition: edition.order))
    if predicate == PRINTED:
        return Naming(text, PRINTED, found)
    role = OTHER if predicate == _OTHER else NOW
    return Naming(text, role if latest in found else FORMER, found)


def _merged(namings: Sequence[Naming]) -> Naming:
    """Names that differ by case, accents and punctuation alone, as the one that counts most."""
    first = min(namings, key=lambda naming: (-_STANDING[naming.role], naming.text))
    return Naming(first.text, first.role, tuple(sorted({edition for naming in namings for edition in naming.editions})))
