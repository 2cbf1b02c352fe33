"""One edition as its graph tells it: each unit, post and body with what a reform may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, cast

from pyoxigraph import Literal, NamedNode

from organograph.messages import Message
from organograph.names import FOAF, OG, ORG, RDF, RDFS, SKOS
from organograph.statements import Term, Triple

NAME, PARENT, KIND, CLASS = SKOS.prefLabel.value, OG.parent.value, ORG.classification.value, RDF.type.value
REPORTS_TO, HEADS, HELD_BY = ORG.reportsTo.value, OG.heads.value, ORG.heldBy.value
WITHIN, BASIS, NOTE = ORG.subOrganizationOf.value, OG.basis.value, SKOS.editorialNote.value
_LABELS = (NAME, FOAF["name"].value, RDFS.label.value)
_READ: dict[Term, str] = {
    NamedNode(each): each for each in (PARENT, KIND, CLASS, REPORTS_TO, HEADS, HELD_BY, WITHIN, BASIS, NOTE, *_LABELS)
}
TYPES = {ORG.OrganizationalUnit.value: "unit", ORG.Post.value: "post", OG.Body.value: "body"}
_KEPT = (NAME, PARENT, KIND, HEADS, HELD_BY, BASIS, REPORTS_TO, CLASS)
_PLACE = {predicate: place for place, predicate in enumerate(_KEPT)}
_COMMON = frozenset({*TYPES, ORG.Organization.value})
_FORMAL = ORG.FormalOrganization.value

_Said = Mapping[str, Sequence[Term]]


class Stated(Protocol):
    """A graph of what a document states, in which things are looked up."""

    def about(self, subject: Term) -> Sequence[tuple[Term, Term]]:
        """What is said of a thing: properties and values."""

    def subjects(self, predicate: Term, value: Term) -> Sequence[Term]:
        """What has a property with that value."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit, a post or a body as one edition describes it.

    Args:
        iri: what names it.
        type: `unit`, `post` or `body`.
        name: its name; of several languages the English one.
        said: the sorted values, texts or IRIs, of each property that a reform may change, in the order in which they are read.
        note: what is noted of it.
    """

    iri: str
    type: str
    name: str
    said: tuple[tuple[str, ...], ...]
    note: str = ""

    def values(self, predicate: str) -> tuple[str, ...]:
        """The values of a property, sorted."""
        return self.said[_PLACE[predicate]]

    @property
    def parent(self) -> str:
        """What stands directly above it; of a body, what it is part of; "" for nothing."""
        return next(iter(self.values(PARENT)), "")


@dataclass(frozen=True)
class State:
    """One edition, read from its graph.

    Args:
        identifier: such as `2022-06`.
        iri: of the edition.
        order: its place in the chain of editions.
        title: in words.
        things: units, posts and bodies by IRI, in the order of their names.
        names: of all that the edition names, by IRI.
        languages: of each text that names something, by IRI and text; "" for none.
        root: IRI of the organization, or "" where the graph names none.
        evidence: the graphs of what its documents state, by IRI.
    """

    identifier: str
    iri: str
    order: int
    title: str
    things: Mapping[str, Thing]
    names: Mapping[str, str]
    languages: Mapping[tuple[str, str], str]
    root: str
    evidence: Mapping[str, Stated] = field(default_factory=dict, repr=False)

    @cached_property
    def head(self) -> str:
        """The post that heads the organization, or ""."""
        return min(self.heads_of.get(self.root, ()), default="") if self.root else ""

    @cached_property
    def below(self) -> Mapping[str, list[str]]:
        """What stands directly below each, posts first, by name."""
        found: dict[str, list[str]] = {}
        for iri, thing in self.things.items():
            if thing.type != "body" and thing.parent:
                found.setdefault(thing.parent, []).append(iri)
        for children in found.values():
            children.sort(key=lambda iri: (self.things[iri].type != "post", self.things[iri].name))
        return found

    @cached_property
    def heads_of(self) -> Mapping[str, list[str]]:
        """The posts that head each unit or organization."""
        found: dict[str, list[str]] = {}
        for iri, thing in self.things.items():
            for headed in thing.values(HEADS):
                found.setdefault(headed, []).append(iri)
        return found

    def chain(self, iri: str) -> Iterator[str]:
        """What stands above a thing, from its parent upwards; a circle ends it."""
        seen = {iri}
        while (thing := self.things.get(iri)) and (iri := thing.parent) and iri not in seen:
            seen.add(iri)
            yield iri

    def branch(self, iri: str) -> str:
        """The branch that a thing stands in: what is directly below the head of the organization and has something below it.

        What is directly below the head and has nothing below it is in the branch of the head; what stands in no tree in none, "".
        """
        chain = list(self.chain(iri))
        inner = [above for above in chain if above not in (self.root, self.head)]
        if inner:
            return inner[-1]
        return iri if chain and iri != self.head and iri in self.below else next(iter(chain), "")

    def name(self, iri: str) -> str:
        """What a thing is called, or else the last part of its IRI in words."""
        return self.names.get(iri) or in_words(iri)


def read_state(
    identifier: str, iri: str, order: int, title: str, triples: Iterable[Triple], evidence: Mapping[str, Stated] | None = None
) -> State:
    """Read an edition out of its graph.

    Args:
        identifier: such as `2022-06`.
        iri: of the edition.
        order: its place in the chain of editions.
        title: in words.
        triples: its graph; a triple may come several times.
        evidence: the graphs of what its documents state, by IRI.
    """
    names: dict[str, str] = {}
    languages: dict[tuple[str, str], str] = {}
    things: list[Thing] = []
    roots: list[str] = []
    shared: dict[object, tuple[str, ...]] = {}
    for each, said in _found(triples):
        if name := _named(said):
            names[each] = name
        if _type(said):
            things.append(_thing(each, said, name, shared))
        if any(value.value == _FORMAL for value in said.get(CLASS, ())):
            roots.append(each)
        labels = (label for predicate in _LABELS for label in said.get(predicate, ()))
        languages |= {(each, label.value): label.language or "" for label in labels if isinstance(label, Literal)}
    ordered = {thing.iri: thing for thing in sorted(things, key=lambda thing: (thing.name, thing.iri))}
    return State(identifier, iri, order, title, ordered, names, languages, min(roots, default=""), evidence or {})


def _found(triples: Iterable[Triple]) -> Iterator[tuple[str, _Said]]:
    """What is said of each subject, as far as it is read here; until then in a list for each, and each IRI once."""
    found: dict[str, list[str | Term]] = {}
    terms: dict[Term, Term] = {}
    for subject, predicate, value in triples:
        if (name := _READ.get(predicate)) is not None:
            found.setdefault(subject.value, []).extend((name, value if isinstance(value, Literal) else terms.setdefault(value, value)))
    for each, pairs in found.items():
        said: dict[str, list[Term]] = {}
        for place in range(0, len(pairs), 2):
            values = said.setdefault(cast(str, pairs[place]), [])
            if (value := cast(Term, pairs[place + 1])) not in values:
                values.append(value)
        yield each, said


def in_words(iri: str) -> str:
    """The last part of an IRI in words, which can be told in other languages: `ns#RegionalOffice` is a regional office."""
    last = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
    spaced = "".join(f" {sign.lower()}" if sign.isupper() and place else sign for place, sign in enumerate(last))
    return Message(spaced.replace("-", " ").strip().lower() if "-" in last or iri.partition("#")[2] else last)


def _thing(iri: str, said: _Said, name: str, shared: dict[object, tuple[str, ...]]) -> Thing:
    """A thing; values that several things have are held once, among those that are shared."""
    kind = _type(said)
    kept = {each: _values(said.get(each, ())) for each in _KEPT}
    if kind == "body" and WITHIN in said:
        kept[PARENT] = _values(said[WITHIN])
    kept[CLASS] = tuple(each for each in kept[CLASS] if each not in _COMMON)
    values = tuple(shared.setdefault(each, each) for each in kept.values())
    return Thing(iri, kind, name, values, " ".join(_values(said.get(NOTE, ()))))


def _type(said: _Said) -> str:
    return next((TYPES[value.value] for value in said.get(CLASS, ()) if value.value in TYPES), "")


def _values(found: Sequence[Term]) -> tuple[str, ...]:
    return (found[0].value,) if len(found) == 1 else tuple(sorted(value.value for value in found))


def _named(said: _Said) -> str:
    for predicate in _LABELS:
        texts = [value for value in said.get(predicate, ()) if isinstance(value, Literal)]
        if texts:
            return min(texts, key=_strangeness).value
    return ""


def _strangeness(text: Literal) -> tuple[int, str]:
    """How far a language is from what the words are written in."""
    language = text.language or ""
    return (0 if language == "en" or language.startswith("en-") else 2 if language else 1, text.value)
