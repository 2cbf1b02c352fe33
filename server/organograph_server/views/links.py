"""Labels and links: where the page of an IRI is, and how properties and classes are called in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from organograph.names import KINDS, ONTOLOGY, PREFIXES
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words, gettext

_SOURCE = PREFIXES["dcterms"] + "source"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Link:
    """Something named on a page.

    Args:
        label: its name.
        path: where its page is, from the root of this server; None where it has none here.
        url: its address on another server.
    """

    label: str
    path: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Linker:
    """Makes links.

    Args:
        base: the base of the dataset's IRIs.
        facts: where labels are found.
        edition: whose states links lead to, where it describes a thing; None for their documents of now.
    """

    base: str
    facts: Facts
    edition: Edition | None = None

    def link(self, iri: str, label: str = "") -> Link:
        """The link to an IRI, under its own label or the one given."""
        path = page_of(iri, self.base)
        if path and self.edition and path.startswith("doc/") and self.facts.states(self.edition.iri, iri.partition("#")[0]):
            path = f"edition/{self.edition.identifier}/{path}"
        url = iri if path is None and iri.startswith(("http://", "https://")) else None
        return Link(label or self.name(iri), path, url)

    def name(self, iri: str) -> str:
        """What an IRI is called: its label, for a graph of evidence that of its document, for an address itself."""
        label = self.facts.label(iri)
        if isinstance(label, Words):
            return label
        if documents := self.facts.iris(iri, _SOURCE) if iri.startswith(f"{self.base}edition/") else []:
            return self.facts.label(documents[0])
        if iri.startswith(self.base):
            return label
        return self.words(iri) if iri.startswith(tuple(PREFIXES.values())) else iri

    def words(self, iri: str) -> str:
        """What a property or class is called: its label, or else its local name in words, which are ours to translate."""
        label = self.facts.label(iri)
        return label if isinstance(label, Words) else gettext(_HUMP.sub(" ", label).lower())


def titled(edition: Edition) -> Words:
    """The title of an edition with its identifier, which knows its language."""
    title = edition.title
    return Words(f"{title} ({edition.identifier})", title.language if isinstance(title, Words) else "")


def page_of(iri: str, base: str) -> str | None:
    """The path of the page that shows an IRI, from the root of this server; None for IRIs of others."""
    if iri.startswith(f"{base}id/"):
        return "doc/" + iri[len(base) + 3 :]
    for kinds in (KINDS.value, f"{base}kind/"):
        if iri.startswith(kinds):
            return f"ns#kind-{iri[len(kinds) :]}"
    if iri.startswith(base):
        return iri[len(base) :]
    return "ns" + iri[len(ONTOLOGY.value) :] if iri.partition("#")[0] == ONTOLOGY.value else None
