"""Things in the words of schema.org, made of the same facts as their pages; for search engines, and for who wants such triples.

A node is a dictionary as JSON-LD has it, whose IRIs are those of the things. What schema.org has no word for is left out:
that a unit stands below a post (its organization above is told), and how each fact is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from organograph.names import CV, DCTERMS, FOAF, OG, ORG, PREFIXES, TIME, VCARD
from organograph_server.facts import TYPE, Facts
from organograph_server.views.links import page_of

Node = dict[str, Any]
SCHEMA = "https://schema.org/"
_ALT = PREFIXES["skos"] + "altLabel"
_NOTE = PREFIXES["skos"] + "editorialNote"
_SOURCE = DCTERMS.source.value
_SUB_ORGANIZATION = ORG.subOrganizationOf.value
# The moments of an interval, by what is known of them.
_MOMENTS = (TIME.inXSDDate.value, TIME.inXSDgYearMonth.value, TIME.inXSDgYear.value)
# What a thing is called here by its class; the first that fits counts.
TYPES: Mapping[str, str] = {
    CV.PublicOrganisation.value: "GovernmentOrganization",
    ORG.FormalOrganization.value: "Organization",
    ORG.OrganizationalUnit.value: "Organization",
    OG.Body.value: "Organization",
    ORG.Post.value: "Occupation",
    FOAF.Person.value: "Person",
    ORG.Membership.value: "OrganizationRole",
    ORG.Site.value: "Place",
    OG.SourceDocument.value: "DigitalDocument",
    ORG.ChangeEvent.value: "UpdateAction",
    OG.Conflict.value: "Comment",
    ORG.Organization.value: "Organization",
}


def without_gaps(node: Mapping[str, Any]) -> Node:
    """A node without what is not known; a list of one value becomes that value."""
    given = {name: value for name, value in node.items() if value not in (None, "", [], {})}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in given.items()}


class Wording:
    """Says facts in the words of schema.org.

    Args:
        facts: of one state of the structure, and of the catalogue.
        base: of the IRIs, which tells the pages of the things.
    """

    def __init__(self, facts: Facts, base: str) -> None:
        self.facts, self.base = facts, base
        self._by_type: Mapping[str, Callable[[str], Node]] = {
            "GovernmentOrganization": self._organization,
            "Organization": self._organization,
            "Occupation": self._post,
            "Person": self._person,
            "OrganizationRole": self._tenure,
            "Place": self._site,
            "DigitalDocument": self._document,
            "UpdateAction": self._change,
            "Comment": self._conflict,
        }

    def type_of(self, iri: str) -> str:
        """The class of a thing in schema.org."""
        own = set(self.facts.iris(iri, TYPE)) | set(self.facts.iris(iri, DCTERMS.type.value))
        return next((name for kind, name in TYPES.items() if kind in own), "Thing")

    def node(self, iri: str) -> Node:
        """All that schema.org can say of a thing."""
        kind = self.type_of(iri)
        page = self.page(iri)
        shared = self.reference(iri) | {"alternateName": self.facts.texts(iri, _ALT), "url": page, "mainEntityOfPage": {"@id": page}}
        own = self._by_type[kind](iri) if kind in self._by_type else {}
        return without_gaps(shared | own)

    def reference(self, iri: str) -> Node:
        """A thing by its IRI, with class and name."""
        return {"@id": iri, "@type": self.type_of(iri), "name": self.facts.label(iri)}

    def page(self, iri: str) -> str:
        """The address of the page of a thing."""
        return f"{self.base}{page_of(iri, self.base) or ''}"

    def _all(self, iris: Iterable[str]) -> list[Node]:
        return [self.reference(iri) for iri in iris]

    def _organization(self, iri: str) -> Node:
        facts = self.facts
        homepage = facts.iris(iri, FOAF.homepage.value)
        places = facts.iris(iri, ORG.hasSite.value)
        roles = dict.fromkeys([*facts.subjects(ORG.organization.value, iri), *self._roles_of(facts.subjects(OG.heads.value, iri))])
        return {
            "description": facts.text(iri, ORG.purpose.value),
            "sameAs": homepage,
            "parentOrganization": self._all(facts.iris(iri, _SUB_ORGANIZATION)),
            "subOrganization": self._all(facts.subjects(_SUB_ORGANIZATION, iri)),
            "location": [self._place(place) for place in places],
            "employee": [self._role(role, "employee") for role in roles],
        }

    def _roles_of(self, posts: Iterable[str]) -> list[str]:
        return [role for post in posts for role in self.facts.subjects(OG.post.value, post)]

    def _post(self, iri: str) -> Node:
        roles = self._roles_of([iri])
        return {
            "description": self.facts.text(iri, ORG.purpose.value),
            "@reverse": without_gaps({"hasOccupation": [self._role(role) | self._holder(role, "hasOccupation") for role in roles]}),
        }

    def _person(self, iri: str) -> Node:
        facts = self.facts
        roles = facts.subjects(ORG.member.value, iri)
        # Who has left a post neither works there nor has its title now; that is told with its dates only.
        lasting = [role for role in roles if not self._moment(role, TIME.hasEnd.value)]
        organizations = dict.fromkeys(found for role in lasting for found in facts.iris(role, ORG.organization.value))
        return {
            "jobTitle": [facts.label(post) for role in lasting for post in facts.iris(role, OG.post.value)],
            "worksFor": self._all(organizations),
            "hasOccupation": [self._role(role) | self._occupation(role) for role in roles],
        }

    def _tenure(self, iri: str) -> Node:
        return self._role(iri) | self._occupation(iri) | {"@reverse": without_gaps(self._of_tenure(iri))}

    def _of_tenure(self, iri: str) -> Node:
        """The person and the organization that a tenure stands between (schema.org, "Role")."""
        member, organization = ORG.member.value, ORG.organization.value
        return {
            "hasOccupation": self._all(self.facts.iris(iri, member)),
            "employee": self._all(self.facts.iris(iri, organization)),
        }

    def _role(self, iri: str, relation: str = "") -> Node:
        """A tenure as what qualifies a relation, with its dates; the relation leads on to the person."""
        posts = self.facts.iris(iri, OG.post.value)
        role = self.reference(iri) | {
            "roleName": [self.facts.label(post) for post in posts],
            "startDate": self._moment(iri, TIME.hasBeginning.value),
            "endDate": self._moment(iri, TIME.hasEnd.value),
        }
        return without_gaps(role | ({relation: self._all(self.facts.iris(iri, ORG.member.value))} if relation else {}))

    def _occupation(self, role: str) -> Node:
        return without_gaps({"hasOccupation": self._all(self.facts.iris(role, OG.post.value))})

    def _holder(self, role: str, relation: str) -> Node:
        return {"@reverse": {relation: self._all(self.facts.iris(role, ORG.member.value))}}

    def _moment(self, role: str, end: str) -> str:
        """When a tenure began or ended, in ISO 8601; "" where that is not known."""
        moments = (moment for interval in self.facts.iris(role, ORG.memberDuring.value) for moment in self.facts.iris(interval, end))
        return next((text for moment in moments for term in _MOMENTS if (text := self.facts.text(moment, term))), "")

    def _place(self, iri: str) -> Node:
        return without_gaps(self.reference(iri) | self._site(iri))

    def _site(self, iri: str) -> Node:
        addresses = self.facts.iris(iri, ORG.siteAddress.value)
        return {"address": [self._address(address, self.facts.text(iri, OG.countryCode.value)) for address in addresses]}

    def _address(self, iri: str, code: str) -> Node:
        locality, country = (self.facts.text(iri, f"{VCARD}{term}") for term in ("locality", "country-name"))
        return without_gaps({"@id": iri, "@type": "PostalAddress", "addressLocality": locality, "addressCountry": code or country})

    def _document(self, iri: str) -> Node:
        facts = self.facts
        return {"identifier": facts.texts(iri, DCTERMS.identifier.value), "isBasedOn": facts.iris(iri, _SOURCE)}

    def _change(self, iri: str) -> Node:
        """What was replaced by what; a beginning has only the one, an end only the other."""
        was, became = (
            self._all(thing for term in terms for thing in self.facts.iris(iri, term.value))
            for terms in ((ORG.originalOrganization, OG.originalPost), (ORG.resultingOrganization, OG.resultingPost))
        )
        told: Node = {"description": self.facts.text(iri, _NOTE)}
        if was and became:
            return told | {"@type": "ReplaceAction", "replacee": was, "replacer": became}
        return told | ({"@type": "CreateAction", "result": became} if became else {"@type": "DeleteAction", "object": was})

    def _conflict(self, iri: str) -> Node:
        return {"text": self.facts.text(iri, _NOTE), "about": self._all(self.facts.iris(iri, OG.about.value))}
