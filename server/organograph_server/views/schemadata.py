"""Datasets, catalogue, vocabulary and site in the words of schema.org, as search engines for data read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from organograph.names import DCTERMS, OG, ORG, PREFIXES, SKOS
from organograph_server.content.formats import EDITION_FORMATS, Format
from organograph_server.dataset.facts import COMMENT, TYPE, Facts
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.profiles.state import State
from organograph_server.views.offers import Offer, file_offer, offers
from organograph_server.views.schemaorg import SCHEMA, Node, Wording, without_gaps

# What could end the element of a page, or a line of a script, written otherwise (HTML 13.1.3, "restrictions on contents").
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_LONGEST = 5_000
_KINDS = {ORG.OrganizationalUnit: ("unit", "units"), ORG.Post: ("post", "posts"), OG.Body: ("body", "bodies")}
_WHOLE = ".well-known/void#dataset"
_NOTE = PREFIXES["skos"] + "editorialNote"


def embedded(*nodes: Node) -> Markup:
    """Nodes as JSON-LD that can stand in an element `script` of a page; its context fetches nothing.

    Args:
        nodes: things in the words of schema.org.
    """
    document = {"@context": {"@vocab": SCHEMA}, **nodes[0]} if len(nodes) == 1 else {"@context": {"@vocab": SCHEMA}, "@graph": nodes}
    # Every sign that means something in HTML is escaped.
    return Markup(json.dumps(document, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704


class Catalogue:
    """Says what is published in the words of schema.org.

    Args:
        publication: the dataset.
        edition: whose names things have; without it the latest.
    """

    def __init__(self, publication: Publication, edition: Edition | None = None) -> None:
        self.publication, self.published = publication, publication.published
        shown = (edition or self.published.latest).iri
        self.facts = Facts(publication.quads, [shown, self.published.catalogue, self.published.ontology])
        self.wording = Wording(State(publication.quads, self.published, edition or self.published.latest))

    @property
    def title(self) -> str:
        """What the dataset is called."""
        return self.facts.text(self.published.catalogue, DCTERMS.title.value) or f"The structure of {self._name}"

    @property
    def _name(self) -> str:
        return self.facts.label(self.published.organization)

    def home(self) -> tuple[Node, ...]:
        """The site, what it is about, and the catalogue."""
        base, about = self.published.names.base, {"@id": self.published.organization}
        site = {"@id": f"{base}#site", "@type": "WebSite", "name": self.title, "url": base, "about": about}
        return (site, *self.wording.nodes(self.published.organization), self.catalogue())

    def catalogue(self) -> Node:
        """The catalogue with its datasets: the whole, and each edition."""
        iri = self.published.catalogue
        told = {
            "@id": iri,
            "@type": "DataCatalog",
            "name": self.title,
            "description": f"{self.title} as linked data, in {len(self.published.editions)} dated editions with their sources.",
            "url": iri,
            "dataset": [self.whole(), *(self.edition(edition) for edition in reversed(self.published.editions))],
        }
        return without_gaps(told | self.shared())

    def whole(self) -> Node:
        """The whole dataset, with its dumps."""
        dumps = [file for file in self.published.files.values() if file.path.startswith("dataset.")]
        told = {
            "@id": self.publication.iri(_WHOLE),
            "@type": "Dataset",
            "name": self.title,
            "description": f"{self.title}: all editions, what each document states, what changed, and where documents differ.",
            "url": self.published.names.base,
            "distribution": [self.download(file_offer(file)) for file in dumps],
            "temporalCoverage": _span(self.published.editions[0], self.published.latest),
        }
        return without_gaps(told | self.shared() | self._dated())

    def edition(self, edition: Edition) -> Node:
        """An edition as a dataset (Google, "Dataset structured data")."""
        documents = [self._document(iri) for iri in self.facts.iris(edition.iri, DCTERMS.source.value)]
        told = {
            "@id": edition.iri,
            "@type": "Dataset",
            "name": f"{self.title}: {edition.title}",
            "alternateName": edition.title,
            "description": self._description(edition),
            "identifier": edition.identifier,
            "url": edition.iri,
            "about": self.wording.reference(self.published.organization),
            "temporalCoverage": _span(edition, edition),
            "distribution": self._formats(f"edition/{edition.identifier}", EDITION_FORMATS),
            "isBasedOn": documents,
            "includedInDataCatalog": {"@id": self.published.catalogue, "@type": "DataCatalog", "name": self.title},
        }
        return without_gaps(told | self.shared() | self._dated())

    def evidence(self, graph: str, path: str, formats: Sequence[Format]) -> Node:
        """What one document states, as a dataset that is part of an edition."""
        edition = next(found for found in self.published.editions if graph in found.evidence)
        documents = [self._document(iri) for iri in self.facts.iris(graph, DCTERMS.source.value)]
        names = "; ".join(document["name"] for document in documents)
        told = {
            "@id": graph,
            "@type": "Dataset",
            "name": f"What one document states: {names}",
            "description": f"Exactly what this document says of {self._name}, with the characters where it says so: {names}.",
            "url": graph,
            "isBasedOn": documents,
            "isPartOf": {"@id": edition.iri, "@type": "Dataset", "name": f"{self.title}: {edition.title}"},
            "distribution": self._formats(path, formats),
        }
        return without_gaps(told | self.shared())

    def vocabulary(self) -> Node:
        """The terms and kinds."""
        iri = self.published.ontology
        labelled = self.publication.quads.match([iri], predicate=SKOS.prefLabel.value)
        found = sorted({triple.subject.value for triple in labelled if isinstance(triple.subject, NamedNode)})
        facts = Facts(self.publication.quads, [iri])
        terms = [
            without_gaps(
                {"@id": term, "@type": "DefinedTerm", "name": facts.label(term), "description": facts.text(term, SKOS.definition.value)}
            )
            for term in found
        ]
        name = self.facts.label(iri)
        return without_gaps(
            {"@id": iri, "@type": "DefinedTermSet", "name": name, "url": self.publication.iri("ns"), "hasDefinedTerm": terms}
        )

    def _description(self, edition: Edition) -> str:
        """An edition in sentences, of at most 5,000 characters: what it holds, since when, what its limits are."""
        amounts = self.publication.once(("amounts", edition.identifier), lambda: self._amounts(edition))
        numbers = ", ".join(f"{amount} {names[amount != 1]}" for amount, names in zip(amounts, _KINDS.values(), strict=True))
        span = f", from {edition.not_before}" if edition.not_before else ""
        told = [f"{self.title}, edition {edition.identifier}{span}: {numbers}, and what stands above each."]
        told += self.facts.texts(edition.iri, _NOTE)
        told += [self.facts.text(limit, COMMENT) for limit in self.facts.iris(edition.iri, OG.scopeLimit.value)]
        text = " ".join(dict.fromkeys(told))
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    def _amounts(self, edition: Edition) -> list[int]:
        """How much of each kind an edition has."""
        return self.publication.quads.amounts(edition.iri, TYPE, [kind.value for kind in _KINDS])

    def _document(self, iri: str) -> Node:
        return self.wording.reference(iri) | without_gaps({"isBasedOn": self.facts.iris(iri, DCTERMS.source.value)})

    def shared(self) -> Node:
        """What holds for all that is published: by whom and under which licence.

        Where the catalogue names nobody, the creator is the organization, as in the feed: the structure is its own.
        """
        catalogue, facts = self.published.catalogue, self.facts
        makers = facts.iris(catalogue, DCTERMS.creator.value) or facts.iris(catalogue, DCTERMS.publisher.value)
        creators = [self._maker(iri) for iri in makers or [self.published.organization]]
        return {"creator": creators, "license": self.publication.licences, "isAccessibleForFree": True}

    def _maker(self, iri: str) -> Node:
        told = self.wording.reference(iri)
        return told | {"@type": "Organization"} if told["@type"] == "Thing" else told

    def _dated(self) -> Node:
        return {"dateModified": self.published.issued.date().isoformat() if self.published.issued else ""}

    def _formats(self, path: str, formats: Iterable[Format]) -> list[Node]:
        return [self.download(offer) for offer in offers(path, formats)]

    def download(self, offer: Offer) -> Node:
        """A file, with its size where that is known."""
        told = {"@type": "DataDownload", "contentUrl": self.publication.iri(offer.path), "encodingFormat": offer.media_type}
        return told | {"name": offer.label} | ({"contentSize": f"{offer.size} B"} if offer.size is not None else {})


def _span(first: Edition, last: Edition) -> str:
    """From the beginning of one edition to the end of another, as ISO 8601 has it; "" where no beginning is known."""
    return f"{first.not_before}/{last.not_after or '..'}" if first.not_before else ""
