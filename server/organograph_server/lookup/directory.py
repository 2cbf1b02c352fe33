"""The directory of all things that people look for: their names in every edition, found by the matcher; made once for an application."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.lookup.naming import STANDING, Findable, Naming
from organograph_server.lookup.things import Things
from organograph_server.matching.index import Entry, Hit, Index


class Directory:
    """All that can be found in a dataset.

    Args:
        publication: the dataset.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._things = publication.iri("id/")

    @cached_property
    def things(self) -> Things:
        """Everything that an edition names, by IRI."""
        return Things(self.publication)

    @cached_property
    def index(self) -> Index:
        """The names of all that."""
        return Index(self.things.texts, self._entry)

    def find(self, text: str, most: int, types: Sequence[str] = (), edition: str = "", is_begun: bool = False) -> list[Hit]:
        """The things that a text means, best first.

        Args:
            text: a name, what is left of one, or an IRI or the part of it from its type on.
            most: how many are wanted.
            types: of FINDABLE, one of which it must be of; none for any.
            edition: identifier of the edition in which the name must be a name; "" for any.
            is_begun: whether there may be more of the text to come.
        """
        fits = self.things.wanted(types, edition) if edition or types else None
        known = self.known(text.strip())
        if known is not None:
            name = self.things.names(self.things.number(known.iri))[0]
            return [Hit(self._entry(name), 100.0, True)] if fits is None or fits(name) else []
        return self.index.find(text, most, fits, is_begun)

    def entry(self, thing: Findable) -> Entry:
        """A thing under its present name, as the index has it."""
        return self._entry(self.things.names(self.things.number(thing.iri))[0])

    def known(self, identifier: str) -> Findable | None:
        """The thing with an IRI, or with the part of it from its type on (`unit/legal-affairs`)."""
        return self.things.get(identifier) or self.things.get(self._things + identifier)

    def names(self, iri: str) -> list[Naming]:
        """All names of a thing, each once, the present one first."""
        return [self.things.naming(name) for name in self.things.names(self.things.number(iri))]

    def above(self, thing: Findable, edition: Edition | None = None) -> list[str]:
        """The IRIs of what a thing stands below, from the organization down to what is directly above.

        Args:
            thing: the thing.
            edition: where; without it the latest that describes the thing.
        """
        return self.things.above(self.things.number(thing.iri), edition or thing.shown)

    def _entry(self, name: int) -> Entry:
        """A name as the index gives it."""
        things, naming = self.things, self.things.naming(name)
        number = things.owner(name)
        return Entry(naming.text, things.iri(number), STANDING[naming.role], things.order(number), naming)


def naming_of(hit: Hit) -> Naming:
    """The name by which a thing of the directory was found."""
    if not isinstance(hit.entry.tag, Naming):
        raise TypeError("The hit is of another index.")
    return hit.entry.tag
