"""The names of things: namespaces, the ontology's IRI and the IRIs of a dataset (README, "Addresses")."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from organograph.errors import OrganographError


class Namespace:
    """Terms whose IRIs begin alike, as attributes or items; each is made once.

    Args:
        iri: how they begin.
    """

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> NamedNode:
        made: NamedNode | None = self.__dict__.get(name)
        if made is None:
            made = self.__dict__[name] = NamedNode(self._iri + name)
        return made

    def __str__(self) -> str:
        return self._iri


ONTOLOGY = NamedNode("https://w3id.org/organograph/ns")
KINDS = NamedNode("https://w3id.org/organograph/kind/")
DEFAULT_BASE = "http://127.0.0.1:8000/"

OG = Namespace("https://w3id.org/organograph/ns#")
KIND = Namespace(KINDS.value)
SHAPE = Namespace("https://w3id.org/organograph/shape/")
ORG = Namespace("http://www.w3.org/ns/org#")
CV = Namespace("http://data.europa.eu/m8g/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
OA = Namespace("http://www.w3.org/ns/oa#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TIME = Namespace("http://www.w3.org/2006/time#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: dict[str, str] = {
    "og": str(OG),
    "kind": str(KIND),
    "org": str(ORG),
    "cv": str(CV),
    "oa": str(OA),
    "spdx": str(SPDX),
    "vann": "http://purl.org/vocab/vann/",
    "vcard": str(VCARD),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "sh": str(SH),
    "shape": str(SHAPE),
    "skos": str(SKOS),
    "time": str(TIME),
    "xsd": str(XSD),
}

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
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
            parts, _ = urlsplit(self.base), NamedNode(self.base)
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        except ValueError:
            wrong = True
        if wrong or any(sign in self.base for sign in ' <>"{}|\\^`?#\n\r\t'):
            raise OrganographError(
                f"The base IRI {base!r} cannot be used.", "Give an http or https address such as https://example.org/iom/."
            )
        self._things: dict[str, NamedNode] = {}

    def thing(self, kind: str, slug: str) -> NamedNode:
        """The IRI of a thing of one of TYPES: BASE id/TYPE/SLUG."""
        return self.reference(f"{kind}:{slug}")

    def reference(self, text: str) -> NamedNode:
        """The IRI of a reference as tables write it, `unit:legal-affairs`."""
        made = self._things.get(text)
        if made is None:
            kind, _, slug = text.partition(":")
            made = self._things[text] = NamedNode(f"{self.base}id/{kind}/{slug}")
        return made

    def edition(self, identifier: str) -> NamedNode:
        """The IRI of an edition, also its graph's name."""
        return NamedNode(f"{self.base}edition/{identifier}")

    def evidence(self, edition: str, source: str) -> NamedNode:
        """The IRI of the graph of what one document states within an edition."""
        return NamedNode(f"{self.base}edition/{edition}/source/{source}")

    def report(self, edition: str) -> NamedNode:
        """The report of what the rules say of an edition."""
        return NamedNode(f"{self.base}edition/{edition}/report")

    def shapes(self, room: str) -> NamedNode:
        """A set of rules that run together."""
        return NamedNode(f"{self.base}shapes/{room}")

    def kind(self, slug: str) -> NamedNode:
        """The IRI of a kind that the dataset's organization alone has."""
        return NamedNode(f"{self.base}kind/{slug}")

    def scope(self, edition: str, number: int) -> NamedNode:
        """The IRI of the number-th limit of an edition's declared scope, a part of the catalogue, which describes it."""
        return part(self.catalogue, f"scope-{edition}-{number}")

    def read_scope(self, iri: str) -> tuple[str, int] | None:
        """Read edition and number out of the IRI of a limit of scope; None for any other IRI."""
        edition, _, number = iri.removeprefix(f"{self.catalogue.value}#scope-").rpartition("-")
        return (edition, int(number)) if number.isdigit() and iri == self.scope(edition, int(number)).value else None

    @property
    def catalogue(self) -> NamedNode:
        """The IRI of the graph of editions, sources, changes, conflicts and the register."""
        return NamedNode(f"{self.base}catalogue")

    def read(self, iri: str) -> tuple[str, str] | None:
        """Read type and slug out of the IRI of a thing or of its part; None for any other IRI."""
        head, _, rest = iri.partition(f"{self.base}id/")
        kind, _, slug = rest.partition("#")[0].partition("/")
        return (kind, slug) if not head and kind in TYPES and slug and "/" not in slug else None


def part(owner: NamedNode, name: str) -> NamedNode:
    """The hash IRI of a part of a thing, `OWNER#interval`."""
    return NamedNode(f"{owner.value}#{name}")


def is_address(text: str) -> bool:
    """Whether a text is an http or https address, one that can stand in RDF (RFC 3987, section 2.2)."""
    try:
        return _ADDRESS.fullmatch(text) is not None and bool(NamedNode(text))
    except ValueError:
        return False
