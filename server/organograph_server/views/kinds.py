"""The kinds of units and bodies as a tree, with those that the organization alone has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from organograph.names import KINDS, PREFIXES
from organograph_server.dataset.facts import Facts, Value
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.ruleset import Rule
from organograph_server.languages.speaking import strangeness
from organograph_server.views.usage import Sample, Usage, Use

_SKOS = PREFIXES["skos"]
_NOTES = tuple(_SKOS + name for name in ("scopeNote", "editorialNote", "note", "example"))


@dataclass(frozen=True)
class KindEntry:
    """A kind or a collection of kinds; `of` are the collections that have it, `narrower` the kinds below it."""

    iri: str
    anchor: str
    labels: Sequence[Value]
    definition: str
    notes: Sequence[str]
    of: Sequence[str]
    is_own: bool
    narrower: Sequence[KindEntry]
    rules: Sequence[Rule]
    uses: Sequence[Use]
    sample: Sample | None


class Kinds:
    """The scheme of kinds.

    Args:
        publication: the dataset.
        usage: counts what is used.
    """

    def __init__(self, publication: Publication, usage: Usage) -> None:
        self._publication, self._usage = publication, usage
        self._facts = Facts(publication.quads, [publication.published.ontology, publication.published.catalogue])

    @property
    def title(self) -> str:
        """What the scheme is called."""
        return self._facts.label(KINDS.value)

    @property
    def definition(self) -> str:
        """What it is."""
        return self._facts.text(KINDS.value, f"{_SKOS}definition")

    def tree(self) -> list[KindEntry]:
        """The kinds that have none above them, and below each the narrower ones."""
        kinds = self._facts.subjects(f"{_SKOS}inScheme", KINDS.value)
        return self._sorted(kind for kind in kinds if not self._facts.iris(kind, f"{_SKOS}broader"))

    def collections(self) -> list[KindEntry]:
        """The collections of kinds."""
        return self._sorted(iri for iri, _ in self._facts.having(f"{_SKOS}member") if iri.startswith(KINDS.value))

    def _sorted(self, iris: Iterable[str]) -> list[KindEntry]:
        return sorted((self._entry(iri) for iri in dict.fromkeys(iris)), key=lambda entry: entry.anchor)

    def _entry(self, iri: str) -> KindEntry:
        facts, publication = self._facts, self._publication
        labels = sorted(facts.values(iri, f"{_SKOS}prefLabel"), key=lambda value: (strangeness(value.language), value.language))
        own = publication.iri("kind/")
        return KindEntry(
            iri,
            f"kind-{iri.removeprefix(own).removeprefix(KINDS.value)}",
            labels,
            facts.text(iri, f"{_SKOS}definition"),
            [text for note in _NOTES for text in facts.texts(iri, note)],
            [facts.label(collection) for collection in facts.subjects(f"{_SKOS}member", iri)],
            iri.startswith(own),
            self._sorted(facts.subjects(f"{_SKOS}broader", iri)),
            publication.ruleset.checking.get(iri, []),
            self._usage.uses(iri, "thing"),
            self._usage.sample(iri, "thing"),
        )
