"""schema.org: organizations and their parts, posts as occupations, tenures as roles, persons, places, documents and changes.

The profile says this of what editions describe, pages say it to search engines of every thing (views/schemaorg.py). What schema.org
has no word for is left out: that a unit stands below a post (its organization above is told), and how each fact is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode

from organograph.names import CV, DCTERMS, FOAF, OG, PREFIXES
from organograph_server.content.telling import Telling, word
from organograph_server.dataset.facts import TYPE
from organograph_server.profiles.state import ORIGINAL, RESULTING, State

KINDS = ("organization", "unit", "body", "post", "membership", "person", "site")
"""What editions describe; the other classes are of what the catalogue alone knows."""

_ORG = PREFIXES["org"]
_VCARD = PREFIXES["vcard"]
_TIME = PREFIXES["time"]
_BEGINNING, _END = f"{_TIME}hasBeginning", f"{_TIME}hasEnd"
CLASSES = {
    "organization": "sdo:Organization",
    "unit": "sdo:Organization",
    "body": "sdo:Organization",
    "post": "sdo:Occupation",
    "membership": "sdo:OrganizationRole",
    "person": "sdo:Person",
    "site": "sdo:Place",
    "source": "sdo:DigitalDocument",
    "conflict": "sdo:Comment",
    "change": "sdo:UpdateAction",
}
_NOTE = f"{PREFIXES['skos']}editorialNote"


def describe(state: State, iri: str, telling: Telling) -> None:
    """Describe a thing.

    Args:
        state: the edition.
        iri: of a kind that has a class.
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
    if (kind := state.kind(iri)) in CLASSES:
        is_public = CV.PublicOrganisation.value in state.facts.iris(iri, TYPE)
        named = "sdo:GovernmentOrganization" if is_public else _action(state, iri) if kind == "change" else CLASSES[kind]
        telling.say(iri, "a", word(named))
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


def _source(state: State, iri: str, telling: Telling) -> None:
    telling.say(iri, "sdo:identifier", *map(Literal, state.words.texts(iri, DCTERMS.identifier.value)))
    telling.say(iri, "sdo:isBasedOn", *_nodes(state.words.iris(iri, DCTERMS.source.value)))


def _conflict(state: State, iri: str, telling: Telling) -> None:
    telling.say(iri, "sdo:text", *map(Literal, state.words.texts(iri, _NOTE)))
    telling.say(iri, "sdo:about", *_nodes(state.words.iris(iri, OG.about.value)))


def _change(state: State, iri: str, telling: Telling) -> None:
    """What was replaced by what; a beginning has only the one, an end only the other."""
    was, became = _before(state, iri), _after(state, iri)
    telling.say(iri, "sdo:description", *map(Literal, state.words.texts(iri, _NOTE)))
    telling.say(iri, "sdo:replacee" if became else "sdo:object", *_nodes(was))
    telling.say(iri, "sdo:replacer" if was else "sdo:result", *_nodes(became))


def _action(state: State, change: str) -> str:
    if _before(state, change):
        return "sdo:ReplaceAction" if _after(state, change) else "sdo:DeleteAction"
    return "sdo:CreateAction" if _after(state, change) else CLASSES["change"]


def _before(state: State, change: str) -> list[str]:
    return [thing for term in (ORIGINAL, OG.originalPost.value) for thing in state.words.iris(change, term)]


def _after(state: State, change: str) -> list[str]:
    return [thing for term in (RESULTING, OG.resultingPost.value) for thing in state.words.iris(change, term)]


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
    "source": _source,
    "conflict": _conflict,
    "change": _change,
}
