"""SKOS: the units of an edition as a tree of concepts below the organization, for pick lists and thesaurus browsers."""

from __future__ import annotations

from pyoxigraph import NamedNode

from organograph.names import OG, PREFIXES, SKOS
from organograph_server.content.telling import Telling, english
from organograph_server.dataset.facts import PARENT
from organograph_server.profiles.state import State

KINDS = ("organization", "unit")

_PURPOSE = PREFIXES["org"] + "purpose"


def scheme_of(state: State) -> str:
    """The IRI of the concept scheme of an edition, a part of the edition."""
    return f"{state.edition.iri}#units"


def describe(state: State, iri: str, telling: Telling) -> None:
    """Describe the organization or a unit as a concept.

    Args:
        state: the edition.
        iri: one of KINDS.
        telling: collects the triples.
    """
    name(state, iri, telling)
    telling.say(iri, "skos:altLabel", *state.other_names(iri))
    telling.say(iri, "skos:definition", *state.texts(iri, _PURPOSE))
    if (above := state.above(iri, KINDS)) is not None:
        telling.say(iri, "skos:broader", NamedNode(above))
    if iri == state.organization:
        telling.say(iri, "skos:topConceptOf", NamedNode(scheme_of(state)))
    telling.say(iri, "skos:narrower", *map(NamedNode, _below(state, iri, {iri})))
    telling.say(iri, "skos:related", *map(NamedNode, _related(state, iri)))


def name(state: State, iri: str, telling: Telling) -> None:
    """Say what a concept or the scheme is called, where it is only mentioned."""
    scheme = scheme_of(state)
    if iri == scheme:
        names = [str(found.value) for found in state.names(state.organization)[:1]]
        telling.say(scheme, "a", SKOS.ConceptScheme)
        telling.say(scheme, "skos:prefLabel", english(": ".join([*names, f"units in the edition {state.edition.title}"])))
        telling.say(scheme, "skos:hasTopConcept", NamedNode(state.organization))
        telling.say(scheme, "dcterms:source", NamedNode(state.edition.iri))
    elif state.kind(iri) in KINDS:
        telling.say(iri, "a", SKOS.Concept)
        telling.say(iri, "skos:inScheme", NamedNode(scheme))
        telling.say(iri, "skos:prefLabel", *state.names(iri))


def _below(state: State, iri: str, seen: set[str]) -> list[str]:
    """The units whose nearest unit above is this one: below a post they are those of who stands above the post."""
    found: list[str] = []
    for child in state.facts.subjects(PARENT, iri):
        if child not in seen:
            seen.add(child)
            found += [child] if state.kind(child) in KINDS else _below(state, child, seen)
    return found


def _related(state: State, iri: str) -> list[str]:
    """The units that it coordinates with, but for those above and below, which are related as such (SKOS, S27)."""
    facts, property_ = state.facts, OG.coordinatesWith.value
    others = {*facts.iris(iri, property_), *facts.subjects(property_, iri)} - {iri}
    return sorted(
        other for other in others if state.kind(other) in KINDS and not _is_above(state, iri, other) and not _is_above(state, other, iri)
    )


def _is_above(state: State, upper: str, lower: str) -> bool:
    seen = {lower}
    step = state.above(lower, KINDS)
    while step is not None and step not in seen:
        if step == upper:
            return True
        seen.add(step)
        step = state.above(step, KINDS)
    return False
