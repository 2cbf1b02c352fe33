"""The Core Public Organisation Vocabulary (CPOV 2.1.2, SEMIC): public organization, units, bodies, addresses, changes."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from organograph.names import CV, FOAF, ORG, PREFIXES, SKOS
from organograph_server.content.telling import Telling, word
from organograph_server.dataset.facts import TYPE
from organograph_server.profiles.state import ORIGINAL, RESULTING, State, one_a_language

KINDS = ("organization", "unit", "body")

_ORG = PREFIXES["org"]
_VCARD = PREFIXES["vcard"]
_CLASSES = {CV.PublicOrganisation.value, ORG.FormalOrganization.value, ORG.OrganizationalUnit.value}


def describe(state: State, iri: str, telling: Telling) -> None:
    """Describe the organization, a unit or a body.

    Args:
        state: the edition.
        iri: one of KINDS.
        telling: collects the triples.
    """
    name(state, iri, telling)
    telling.say(iri, "skos:altLabel", *one_a_language(state.other_names(iri)))
    # In CPOV a purpose is a concept of a code list; a sentence is a description.
    telling.say(iri, "dcterms:description", *one_a_language(state.texts(iri, f"{_ORG}purpose")))
    for kind in state.classes(iri):
        telling.say(iri, "org:classification", NamedNode(kind))
        telling.say(kind, "a", SKOS.Concept)
        telling.say(kind, "skos:prefLabel", *state.names(kind))
    for page in state.facts.iris(iri, FOAF.homepage.value):
        telling.say(iri, "foaf:homepage", NamedNode(page))
        telling.say(page, "a", FOAF.Document)
    _place(state, iri, telling)
    for site in state.facts.iris(iri, f"{_ORG}hasSite"):
        _address(state, iri, site, telling)
    for property_, role in (("org:changedBy", ORIGINAL), ("org:resultedFrom", RESULTING)):
        telling.say(iri, property_, *map(NamedNode, state.changes(iri, role)))


def name(state: State, iri: str, telling: Telling) -> None:
    """Say what a thing is and how it is called, where it is only mentioned."""
    kind = state.kind(iri)
    if kind == "change":
        telling.say(iri, "a", ORG.ChangeEvent)
        telling.say(iri, "dcterms:description", *state.names(iri))
    if kind in KINDS:
        telling.say(iri, "a", ORG.Organization, *(NamedNode(found) for found in state.facts.iris(iri, TYPE) if found in _CLASSES))
        telling.say(iri, "skos:prefLabel", *state.names(iri))


def _place(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    telling.say(iri, "org:unitOf", *map(NamedNode, facts.iris(iri, f"{_ORG}unitOf")))
    telling.say(iri, "org:hasUnit", *map(NamedNode, facts.subjects(f"{_ORG}unitOf", iri)))
    telling.say(iri, "org:subOrganizationOf", *map(NamedNode, facts.iris(iri, f"{_ORG}subOrganizationOf")))
    telling.say(iri, "org:hasSubOrganization", *map(NamedNode, facts.subjects(f"{_ORG}subOrganizationOf", iri)))


def _address(state: State, iri: str, site: str, telling: Telling) -> None:
    """The address of a site in the words of the Core Location Vocabulary, whose texts all have a language."""
    for address in state.facts.iris(site, f"{_ORG}siteAddress"):
        telling.say(iri, "locn:address", NamedNode(address))
        telling.say(address, "a", word("locn:Address"))
        telling.say(address, "locn:fullAddress", *state.names(site))
        language = next((found.language for found in state.names(site)), None) or "und"
        for term, property_ in (("locality", "locn:postName"), ("country-name", "locn:adminUnitL1")):
            texts = state.facts.texts(address, _VCARD + term)
            telling.say(address, property_, *(Literal(text, language=language) for text in texts[:1]))
