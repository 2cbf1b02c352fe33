"""What a projection reads: the state of an organization in one edition, with the labels of what it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from organograph.names import CV, KIND, OG, PREFIXES
from organograph_server.dataset.facts import CLASSIFICATION, LABEL, NAME, PARENT, TYPE, Facts
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads

ALT_NAME = PREFIXES["skos"] + "altLabel"
ORIGINAL = PREFIXES["org"] + "originalOrganization"
RESULTING = PREFIXES["org"] + "resultingOrganization"


@dataclass(frozen=True)
class State:
    """The state of the organization in one edition.

    Args:
        quads: the published quads.
        published: its editions.
        edition: the one that is projected.
    """

    quads: Quads
    published: Published
    edition: Edition

    @cached_property
    def facts(self) -> Facts:
        """What the edition says."""
        return Facts(self.quads, [self.edition.iri])

    @cached_property
    def words(self) -> Facts:
        """The same, with the labels of kinds and of what only the catalogue names."""
        return Facts(self.quads, [self.edition.iri, self.published.catalogue, self.published.ontology])

    @property
    def organization(self) -> str:
        """The IRI of the organization."""
        return self.published.organization

    @property
    def is_public(self) -> bool:
        """Whether the edition says that the organization is a public one (CPOV, class Public Organisation)."""
        return CV.PublicOrganisation.value in self.facts.iris(self.organization, TYPE)

    def kind(self, iri: str) -> str:
        """What a thing is by its IRI: unit, post, person …; "" for parts of things, and for what is no thing of the dataset."""
        found = self.published.names.read(iri) if "#" not in iri else None
        return found[0] if found else ""

    def page(self, iri: str) -> str:
        """The address of the document of a thing."""
        base = self.published.names.base
        return f"{base}doc/{iri.removeprefix(f'{base}id/')}"

    def things(self, kinds: Iterable[str]) -> list[str]:
        """The things of some kinds that the edition describes, sorted."""
        owners = (self.quads.owners(f"{self.published.names.base}id/{kind}/") for kind in kinds)
        return sorted(iri for found in owners for iri in found if self.facts.states(self.edition.iri, iri))

    def names(self, iri: str) -> list[Literal]:
        """What a thing is called, one name a language: as the edition says, or else the catalogue or the ontology."""
        for graph in (self.edition.iri, self.published.catalogue, self.published.ontology):
            for predicate in (NAME, LABEL):
                if found := self._texts([graph], iri, predicate):
                    return one_a_language(found)
        return []

    def other_names(self, iri: str) -> list[Literal]:
        """Its further names and acronyms, without what it is called anyway."""
        return [name for name in self.texts(iri, ALT_NAME) if name not in self.names(iri)]

    def texts(self, iri: str, predicate: str) -> list[Literal]:
        """The texts that the edition says of a thing, each with a language: `und` where it has none (RFC 5646, section 4.1)."""
        return self._texts([self.edition.iri], iri, predicate)

    def classes(self, iri: str) -> list[str]:
        """The kinds of a unit or body in the scheme of kinds, but for that of what has no word of kind."""
        return [kind for kind in self.facts.iris(iri, CLASSIFICATION) if kind != KIND.unspecified.value]

    def above(self, iri: str, kinds: Sequence[str]) -> str | None:
        """The nearest thing of some kinds in the chain of command; None where there is none, or the chain goes round."""
        seen, step = {iri}, iri
        while parents := self.facts.iris(step, PARENT):
            step = parents[0]
            if step in seen:
                return None
            if self.kind(step) in kinds:
                return step
            seen.add(step)
        return None

    def holders(self, post: str) -> list[str]:
        """Who holds a post."""
        return self.facts.iris(post, PREFIXES["org"] + "heldBy")

    def changes(self, iri: str, role: str) -> list[str]:
        """The changes from or to this edition in which a thing has a role, ORIGINAL or RESULTING."""
        catalogue = Facts(self.quads, [self.published.catalogue])
        edition = OG.fromEdition if role == ORIGINAL else OG.toEdition
        found = (NamedNode(change) for change in catalogue.subjects(role, iri))
        return [change.value for change in found if self.edition.iri in catalogue.iris(change.value, edition.value)]

    def _texts(self, graphs: Sequence[str], iri: str, predicate: str) -> list[Literal]:
        found = (triple.object for triple in self.quads.match(graphs, iri, predicate))
        tagged = {Literal(term.value, language=term.language or "und") for term in found if isinstance(term, Literal)}
        return sorted(tagged, key=lambda text: (text.language != "en", str(text)))


def one_a_language(texts: Iterable[Literal]) -> list[Literal]:
    """The first of some texts in each language."""
    first: dict[str | None, Literal] = {}
    for text in texts:
        first.setdefault(text.language, text)
    return list(first.values())
