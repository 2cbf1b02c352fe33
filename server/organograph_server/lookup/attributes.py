"""What can be asked of a thing beside its name: its place, kind, posts, sites and editions, as values of one edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from organograph.names import OG, ORG
from organograph_server.dataset.facts import CLASSIFICATION, Facts
from organograph_server.dataset.published import Edition
from organograph_server.lookup.directory import Directory
from organograph_server.lookup.naming import Findable
from organograph_server.matching.words import squeezed

_HEADS, _HELD_BY, _SEAT, _SITE = (term.value for term in (OG.heads, ORG.heldBy, OG.seat, ORG.hasSite))
_COUNTRY, _PURPOSE = OG.countryCode.value, ORG.purpose.value


@dataclass(frozen=True)
class Value:
    """A value: a text, and the IRI of what it names where it is more."""

    text: str
    iri: str = ""


@dataclass(frozen=True)
class Attribute:
    """Something that can be asked of things.

    Args:
        id: what requests call it.
        name: what people call it.
        description: what it means.
        types: of the things that have it (FINDABLE).
        leads_to: the type of the things that are its values; "" for texts; "*" for things of several types.
    """

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    leads_to: str = ""


_ALL = ("organization", "unit", "post", "body", "person", "site")
ATTRIBUTES = {
    each.id: each
    for each in (
        Attribute("parent", "directly below", "What stands directly above it.", ("unit", "post"), "*"),
        Attribute("above", "below", "All that stands above it, the nearest first.", ("unit", "post"), "*"),
        Attribute("kind", "kind", "What kind of unit or body it is.", ("unit", "body")),
        Attribute("head", "head", "The post that heads it.", ("organization", "unit"), "post"),
        Attribute("holder", "held by", "Who holds the post.", ("post",), "person"),
        Attribute("post", "post", "The posts that the person holds.", ("person",), "post"),
        Attribute("seat", "seats", "The posts that have a seat in it.", ("body",), "post"),
        Attribute("site", "site", "The premises where it is.", ("organization", "unit"), "site"),
        Attribute("country", "country", "The code of the country (ISO 3166-1) where it is.", ("organization", "unit", "site")),
        Attribute("purpose", "purpose", "What it is for, in a sentence.", ("organization", "unit", "body")),
        Attribute("name", "name", "Its name in the edition.", _ALL),
        Attribute("other-names", "other names", "Other names, acronyms and former names.", _ALL),
        Attribute("edition", "edition", "The editions that describe it; to match, the edition or the date that a name is from.", _ALL),
    )
}
"""All of them, by what requests call them."""


class Attributes:
    """Gives the values of attributes.

    Args:
        directory: of the things.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._quads = directory.publication.quads
        self._published = directory.publication.published
        self._having: dict[str, Mapping[str, Sequence[str]]] = {}

    def values(self, thing: Findable, attribute: str, edition: Edition | None = None) -> list[Value]:
        """The values of an attribute of a thing.

        Args:
            thing: the thing.
            attribute: one of ATTRIBUTES.
            edition: where; without it the latest that describes the thing. An edition that does not describe it says nothing of it.
        """
        shown = edition or thing.shown
        if shown not in thing.editions:
            return []
        if not ATTRIBUTES[attribute].leads_to:
            return [Value(text) for text in self._texts(thing, attribute, shown)]
        facts = Facts(self._quads, [shown.iri, self._published.catalogue])
        return [Value(facts.label(iri), iri) for iri in self._things(thing, attribute, shown)]

    def keys(self, thing: Findable, attribute: str) -> list[str]:
        """What the values of an attribute are compared by, in the latest edition that describes the thing: IRIs, or letters and digits."""
        if ATTRIBUTES[attribute].leads_to:
            return list(self._things(thing, attribute, thing.shown))
        return [squeezed(text) for text in self._texts(thing, attribute, thing.shown)]

    def having(self, attribute: str) -> Mapping[str, Sequence[str]]:
        """The things that have a value, by what it is compared by; made when first asked for."""
        if attribute not in self._having:
            found: dict[str, list[str]] = defaultdict(list)
            for thing in self._directory.things.all():
                for key in dict.fromkeys(self.keys(thing, attribute)):
                    found[key].append(thing.iri)
            self._having[attribute] = found
        return self._having[attribute]

    def in_force(self, date: str) -> list[Edition]:
        """The editions in force at some time of a year, a month or a day; of an earlier time, the first.

        Args:
            date: as ISO 8601 writes it, or the identifier or IRI of an edition.
        """
        editions = self._published.editions
        named = [edition for edition in editions if date in (edition.identifier, edition.iri)]
        if named:
            return named
        first, last = date + "0000-01-01"[len(date) :], date + "9999-12-31"[len(date) :]
        begun = [edition for edition in editions if edition.not_before and f"{edition.not_before}-01"[:10] <= last]
        before = [edition for edition in begun if f"{edition.not_before}-01"[:10] <= first]
        return begun[max(len(before) - 1, 0) :] or list(editions[:1])

    def _things(self, thing: Findable, attribute: str, edition: Edition) -> Sequence[str]:
        """The IRIs that an attribute leads to."""
        if attribute in ("parent", "above"):
            chain = self._directory.above(thing, edition)[::-1]
            return chain[:1] if attribute == "parent" else chain
        facts = Facts(self._quads, [edition.iri])
        if attribute in ("head", "post"):
            return facts.subjects(_HEADS if attribute == "head" else _HELD_BY, thing.iri)
        return facts.iris(thing.iri, {"holder": _HELD_BY, "seat": _SEAT, "site": _SITE}[attribute])

    def _texts(self, thing: Findable, attribute: str, edition: Edition) -> Iterable[str]:
        """The texts that an attribute has."""
        facts = Facts(self._quads, [edition.iri])
        if attribute == "edition":
            return [each.identifier for each in thing.editions]
        if attribute == "other-names":
            return [naming.text for naming in self._directory.names(thing.iri) if naming.text != thing.label]
        if attribute == "kind":
            words = Facts(self._quads, [self._published.ontology, self._published.catalogue, edition.iri])
            return map(words.label, facts.iris(thing.iri, CLASSIFICATION))
        if attribute == "country":
            places = [thing.iri, *facts.iris(thing.iri, _SITE)]
            return dict.fromkeys(text for place in places for text in facts.texts(place, _COUNTRY))
        text = facts.text(thing.iri, _PURPOSE) if attribute == "purpose" else facts.label(thing.iri)
        return [text] if text else []


def of_type(type_: str) -> list[Attribute]:
    """The attributes that things of a type have; all for "" ."""
    return [each for each in ATTRIBUTES.values() if not type_ or type_ in each.types]
