"""The names of things: namespaces, the ontology's IRI and the IRIs of a dataset (README, "Addresses")."""

from __future__ import annotations

from urllib.parse import urlsplit

from rdflib import Namespace, URIRef

from organograph.errors import OrganographError

ONTOLOGY = URIRef("https://w3id.org/organograph/ns")
KINDS = URIRef("https://w3id.org/organograph/kind/")
DEFAULT_BASE = "http://127.0.0.1:8000/"

OG = Namespace("https://w3id.org/organograph/ns#")
KIND = Namespace(str(KINDS))
SHAPE = Namespace("https://w3id.org/organograph/shape/")
ORG = Namespace("http://www.w3.org/ns/org#")
CV = Namespace("http://data.europa.eu/m8g/")
OA = Namespace("http://www.w3.org/ns/oa#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

PREFIXES: dict[str, str] = {
    "og": str(OG),
    "kind": str(KIND),
    "org": str(ORG),
    "cv": str(CV),
    "oa": str(OA),
    "spdx": str(SPDX),
    "vann": "http://purl.org/vocab/vann/",
    "vcard": str(VCARD),
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": str(SHAPE),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

TYPES = ("organization", "unit", "post", "membership", "person", "body", "site", "change", "conflict", "source")


class Names:
    """The IRIs of one dataset, all under its base.

    Args:
        base: absolute http(s) IRI without query or fragment; a final slash is added where it is missing.

    Raises:
        OrganographError: the base is not such an IRI.
    """

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.base = base if base.endswith("/") else base + "/"
        try:
            parts = urlsplit(self.base)
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        except ValueError:
            wrong = True
        if wrong or any(sign in self.base for sign in ' <>"{}|\\^`?#\n\r\t'):
            raise OrganographError(
                f"The base IRI {base!r} cannot be used.", "Give an http or https address such as https://example.org/iom/."
            )

    def thing(self, kind: str, slug: str) -> URIRef:
        """The IRI of a thing of one of TYPES: BASE id/TYPE/SLUG."""
        return URIRef(f"{self.base}id/{kind}/{slug}")

    def reference(self, text: str) -> URIRef:
        """The IRI of a reference as tables write it, `unit:legal-affairs`."""
        kind, _, slug = text.partition(":")
        return self.thing(kind, slug)

    def edition(self, identifier: str) -> URIRef:
        """The IRI of an edition, also its graph's name."""
        return URIRef(f"{self.base}edition/{identifier}")

    def evidence(self, edition: str, source: str) -> URIRef:
        """The IRI of the graph of what one document states within an edition."""
        return URIRef(f"{self.base}edition/{edition}/source/{source}")

    def kind(self, slug: str) -> URIRef:
        """The IRI of a kind that the dataset's organization alone has."""
        return URIRef(f"{self.base}kind/{slug}")

    def scope(self, edition: str, number: int) -> URIRef:
        """The IRI of the number-th limit of an edition's declared scope, a part of the catalogue, which describes it."""
        return part(self.catalogue, f"scope-{edition}-{number}")

    def read_scope(self, iri: str) -> tuple[str, int] | None:
        """Read edition and number out of the IRI of a limit of scope; None for any other IRI."""
        edition, _, number = str(iri).removeprefix(f"{self.catalogue}#scope-").rpartition("-")
        return (edition, int(number)) if number.isdigit() and iri == self.scope(edition, int(number)) else None

    @property
    def catalogue(self) -> URIRef:
        """The IRI of the graph of editions, sources, changes, conflicts and the register."""
        return URIRef(f"{self.base}catalogue")

    def read(self, iri: str) -> tuple[str, str] | None:
        """Read type and slug out of the IRI of a thing or of its part; None for any other IRI."""
        head, _, rest = str(iri).partition(f"{self.base}id/")
        kind, _, slug = rest.partition("#")[0].partition("/")
        return (kind, slug) if not head and kind in TYPES and slug and "/" not in slug else None


def part(owner: URIRef, name: str) -> URIRef:
    """The hash IRI of a part of a thing, `OWNER#interval`."""
    return URIRef(f"{owner}#{name}")
