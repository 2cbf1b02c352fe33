"""schema.org: organizations and their parts, posts and tenures as organization roles, persons and places."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from organograph.names import CV, FOAF, OG, PREFIXES
from organograph_server.facts import TYPE
from organograph_server.profiles.state import State
from organograph_server.telling import Telling, word

KINDS = ("organization", "unit", "body", "post", "membership", "person", "site")

_ORG = PREFIXES["org"]
_VCARD = PREFIXES["vcard"]
_TIME = PREFIXES["time"]
_CLASSES = {
    "organization": "schema:Organization",
    "unit": "schema:Organization",
    "body": "schema:Organization",
    "post": "schema:OrganizationRole",
    "membership": "schema:OrganizationRole",
    "person": "schema:Person",
    "site": "schema:Place",
}
_ENDS = {"schema:startDate": f"{_TIME}hasBeginning", "schema:endDate": f"{_TIME}hasEnd"}


def describe(state: State, iri: str, telling: Telling) -> None:
    """Describe a thing.

    Args:
        state: the edition.
        iri: one of KINDS.
        telling: collects the triples.
    """
    name(state, iri, telling)
    telling.say(iri, "schema:alternateName", *state.other_names(iri))
    telling.say(iri, "schema:description", *state.texts(iri, f"{_ORG}purpose"))
    _DESCRIBED[state.kind(iri)](state, iri, telling)


def name(state: State, iri: str, telling: Telling) -> None:
    """Say what a thing is and how it is called, where it is only mentioned."""
    if (kind := state.kind(iri)) in KINDS:
        is_public = CV.PublicOrganisation.value in state.facts.iris(iri, TYPE)
        telling.say(iri, "a", word("schema:GovernmentOrganization" if is_public else _CLASSES[kind]))
        telling.say(iri, "schema:name", *state.names(iri))
        telling.say(iri, "schema:roleName", *(state.names(iri) if kind == "post" else ()))


def _organization(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    telling.say(iri, "schema:url", *map(NamedNode, facts.iris(iri, FOAF.homepage.value)))
    telling.say(iri, "schema:additionalType", *map(NamedNode, state.classes(iri)))
    telling.say(iri, "schema:parentOrganization", *map(NamedNode, facts.iris(iri, f"{_ORG}subOrganizationOf")))
    telling.say(iri, "schema:subOrganization", *map(NamedNode, facts.subjects(f"{_ORG}subOrganizationOf", iri)))
    telling.say(iri, "schema:location", *map(NamedNode, facts.iris(iri, f"{_ORG}hasSite")))
    # A role stands between an organization and who has it, and repeats the property (schema.org/Role).
    roles = [*facts.subjects(f"{_ORG}postIn", iri), *facts.iris(iri, OG.seat.value)]
    telling.say(iri, "schema:member", *map(NamedNode, roles))


def _post(state: State, iri: str, telling: Telling) -> None:
    telling.say(iri, "schema:member", *map(NamedNode, state.holders(iri)))


def _membership(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    telling.say(iri, "schema:memberOf", *map(NamedNode, facts.iris(iri, f"{_ORG}organization")))
    for post in facts.iris(iri, OG.post.value):
        telling.say(iri, "schema:roleName", *state.names(post))
    for interval in facts.iris(iri, f"{_ORG}memberDuring"):
        for property_, end in _ENDS.items():
            for instant in facts.iris(interval, end):
                dates = [value for predicate, value in facts.about(instant) if predicate.startswith(f"{_TIME}inXSD")]
                telling.say(iri, property_, *(Literal(date.text, datatype=NamedNode(date.datatype)) for date in dates))


def _person(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    posts = facts.subjects(f"{_ORG}heldBy", iri)
    for post in posts:
        telling.say(iri, "schema:jobTitle", *state.names(post))
    telling.say(iri, "schema:worksFor", *([NamedNode(state.organization)] if posts else []))
    telling.say(iri, "schema:memberOf", *map(NamedNode, facts.subjects(f"{_ORG}member", iri)))


def _site(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    for address in facts.iris(iri, f"{_ORG}siteAddress"):
        telling.say(iri, "schema:address", NamedNode(address))
        telling.say(address, "a", word("schema:PostalAddress"))
        telling.say(address, "schema:addressLocality", *map(Literal, facts.texts(address, f"{_VCARD}locality")))
        country = facts.texts(iri, OG.countryCode.value) or facts.texts(address, f"{_VCARD}country-name")
        telling.say(address, "schema:addressCountry", *map(Literal, country))


_DESCRIBED: dict[str, Callable[[State, str, Telling], None]] = {
    "organization": _organization,
    "unit": _organization,
    "body": _organization,
    "post": _post,
    "membership": _membership,
    "person": _person,
    "site": _site,
}
