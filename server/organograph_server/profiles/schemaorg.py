"""schema.org: organizations and their parts, posts as occupations, tenures as roles, persons and places.

The words are those that pages say to search engines; here texts keep their languages, and kinds are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode

from organograph.names import CV, FOAF, OG, PREFIXES
from organograph_server.facts import TYPE
from organograph_server.profiles.state import State
from organograph_server.telling import Telling, word

KINDS = ("organization", "unit", "body", "post", "membership", "person", "site")

_ORG = PREFIXES["org"]
_VCARD = PREFIXES["vcard"]
_TIME = PREFIXES["time"]
_BEGINNING, _END = f"{_TIME}hasBeginning", f"{_TIME}hasEnd"
_CLASSES = {
    "organization": "sdo:Organization",
    "unit": "sdo:Organization",
    "body": "sdo:Organization",
    "post": "sdo:Occupation",
    "membership": "sdo:OrganizationRole",
    "person": "sdo:Person",
    "site": "sdo:Place",
}


def describe(state: State, iri: str, telling: Telling) -> None:
    """Describe a thing.

    Args:
        state: the edition.
        iri: one of KINDS.
        telling: collects the triples.
    """
    name(state, iri, telling)
    page = NamedNode(state.page(iri))
    telling.say(iri, "sdo:alternateName", *state.other_names(iri))
    telling.say(iri, "sdo:description", *state.texts(iri, f"{_ORG}purpose"))
    telling.say(iri, "sdo:url", page)
    telling.say(iri, "sdo:mainEntityOfPage", page)
    _DESCRIBED[state.kind(iri)](state, iri, telling)


def name(state: State, iri: str, telling: Telling) -> None:
    """Say what a thing is and how it is called, where it is only mentioned; of tenures and sites also what they tie together."""
    if (kind := state.kind(iri)) in KINDS:
        is_public = CV.PublicOrganisation.value in state.facts.iris(iri, TYPE)
        telling.say(iri, "a", word("sdo:GovernmentOrganization" if is_public else _CLASSES[kind]))
        telling.say(iri, "sdo:name", *state.names(iri))
        if kind in ("membership", "site"):
            _DESCRIBED[kind](state, iri, telling)


def _organization(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    telling.say(iri, "sdo:sameAs", *_nodes(facts.iris(iri, FOAF.homepage.value)))
    telling.say(iri, "sdo:additionalType", *_nodes(state.classes(iri)))
    telling.say(iri, "sdo:parentOrganization", *_nodes(facts.iris(iri, f"{_ORG}subOrganizationOf")))
    telling.say(iri, "sdo:subOrganization", *_nodes(facts.subjects(f"{_ORG}subOrganizationOf", iri)))
    telling.say(iri, "sdo:location", *_nodes(facts.iris(iri, f"{_ORG}hasSite")))
    # A role stands between an organization and who has it, and repeats the property (schema.org, "Role").
    heads = facts.subjects(OG.heads.value, iri)
    roles = [*facts.subjects(f"{_ORG}organization", iri), *(role for post in heads for role in facts.subjects(OG.post.value, post))]
    telling.say(iri, "sdo:employee", *_nodes(roles))


def _membership(state: State, iri: str, telling: Telling) -> None:
    facts, role = state.facts, NamedNode(iri)
    for organization in facts.iris(iri, f"{_ORG}organization"):
        telling.say(organization, "sdo:employee", role)
        name(state, organization, telling)
    for person in facts.iris(iri, f"{_ORG}member"):
        telling.say(person, "sdo:hasOccupation", role)
        telling.say(iri, "sdo:employee", NamedNode(person))
    for post in facts.iris(iri, OG.post.value):
        telling.say(iri, "sdo:hasOccupation", NamedNode(post))
        telling.say(iri, "sdo:roleName", *state.names(post))
    for property_, end in (("sdo:startDate", _BEGINNING), ("sdo:endDate", _END)):
        telling.say(iri, property_, *_moments(state, iri, end))


def _person(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    roles = facts.subjects(f"{_ORG}member", iri)
    telling.say(iri, "sdo:hasOccupation", *_nodes(roles))
    # Who has left a post neither works there nor has its title now; that is told with its dates only.
    for role in (role for role in roles if not _moments(state, role, _END)):
        telling.say(iri, "sdo:worksFor", *_nodes(facts.iris(role, f"{_ORG}organization")))
        for post in facts.iris(role, OG.post.value):
            telling.say(iri, "sdo:jobTitle", *state.names(post))


def _site(state: State, iri: str, telling: Telling) -> None:
    facts = state.facts
    for address in facts.iris(iri, f"{_ORG}siteAddress"):
        telling.say(iri, "sdo:address", NamedNode(address))
        telling.say(address, "a", word("sdo:PostalAddress"))
        telling.say(address, "sdo:addressLocality", *map(Literal, facts.texts(address, f"{_VCARD}locality")))
        country = facts.texts(iri, OG.countryCode.value) or facts.texts(address, f"{_VCARD}country-name")
        telling.say(address, "sdo:addressCountry", *map(Literal, country))


def _post(state: State, iri: str, telling: Telling) -> None:
    for role in state.facts.subjects(OG.post.value, iri):
        name(state, role, telling)


def _moments(state: State, tenure: str, end: str) -> list[Literal]:
    """When a tenure began or ended, as exactly as it is known."""
    facts = state.facts
    instants = (instant for interval in facts.iris(tenure, f"{_ORG}memberDuring") for instant in facts.iris(interval, end))
    told = (value for instant in instants for predicate, value in facts.about(instant) if predicate.startswith(f"{_TIME}inXSD"))
    return [Literal(value.text, datatype=NamedNode(value.datatype)) for value in told]


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    return [NamedNode(iri) for iri in iris]


_DESCRIBED: dict[str, Callable[[State, str, Telling], None]] = {
    "organization": _organization,
    "unit": _organization,
    "body": _organization,
    "post": _post,
    "membership": _membership,
    "person": _person,
    "site": _site,
}
