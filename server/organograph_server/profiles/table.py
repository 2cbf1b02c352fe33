"""The table of profiles: what each is called, which standard it applies, what it describes, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Triple

from organograph.messages import Message
from organograph.names import ONTOLOGY, PREFIXES
from organograph_server.content.formats import JSON_LD, N_TRIPLES, RDF_FORMATS, RDF_XML, TURTLE, Format
from organograph_server.content.telling import WORDS, Telling
from organograph_server.content.writing import write_graph
from organograph_server.profiles import chart, cpov, schemaorg, skos
from organograph_server.profiles.state import State

EDITION = "edition"
ALTERNATES = "alt"
"""The token that asks for the list of all representations (Content Negotiation by Profile, "URL Query String Arguments")."""

_FOLDER = Path(__file__).parent
_DATA = "data/"
_SHACL = "https://www.w3.org/TR/shacl/"
_SHAPES_OF_CPOV = "https://semiceu.github.io/CPOV/releases/2.1.2/shacl/core-public-organisation-ap-SHACL.ttl"


@dataclass(frozen=True)
class Resource:
    """Something that explains or checks a profile (PROF, class ResourceDescriptor).

    Args:
        title: what it is.
        role: its role in the vocabulary of roles.
        media_type: its format.
        standard: what it is written in.
        artifact: its address, elsewhere or relative to the base; "" where it is a file of the profile.
        file: its name below the address of the profile, and in this folder with the token before it.
    """

    title: str
    role: str
    media_type: str
    standard: str
    artifact: str = ""
    file: str = ""


@dataclass(frozen=True)
class Profile:
    """A profile in which documents are given.

    Args:
        token: what it is called in `_profile` and Accept-Profile, and the end of its IRI.
        title: what a page calls it.
        told: what it holds, in a sentence.
        standards: IRIs of what it is a profile of; it is asked for by them too.
        kinds: the things whose documents have it, and EDITION.
        formats: what it is given in, best first.
        make: makes the description of some things; None for the document itself.
        resources: what explains and checks it.
        public: whether it describes public organizations alone.
    """

    token: str
    title: str
    told: str
    standards: Sequence[str]
    kinds: frozenset[str]
    formats: Sequence[Format] = RDF_FORMATS
    make: Callable[[State, Sequence[str], Format], bytes] | None = None
    resources: Sequence[Resource] = ()
    public: bool = False

    def resources_in(self, files: Collection[str]) -> list[Resource]:
        """Its resources, without files of the dataset that are not there.

        Args:
            files: paths of the files of the dataset.
        """
        return [each for each in self.resources if not each.artifact.startswith(_DATA) or each.artifact.removeprefix(_DATA) in files]

    def bytes_of(self, resource: Resource) -> bytes:
        """The file of one of its resources."""
        return (_FOLDER / f"{self.token}-{resource.file}").read_bytes()


Describe = Callable[[State, str, Telling], None]


def triples(describe: Describe, name: Describe, state: State, things: Iterable[str]) -> Sequence[Triple]:
    """Describe things in a vocabulary, and name what the descriptions mention.

    Args:
        describe: describes one.
        name: names one.
        state: the edition.
        things: IRIs of what is described.
    """
    telling, described = Telling(), set(things)
    for iri in sorted(described):
        describe(state, iri, telling)
    while mentioned := telling.mentioned - described:
        for iri in sorted(mentioned):
            name(state, iri, telling)
        described |= mentioned
    return telling.triples


def _made(describe: Describe, name: Describe) -> Callable[[State, Sequence[str], Format], bytes]:
    return lambda state, things, form: write_graph(triples(describe, name, state, things), form, WORDS)


def _chart(state: State, things: Sequence[str], form: Format) -> bytes:
    """The chart from the organization down where it is among the things, else from the first of them."""
    root = state.organization if state.organization in things else things[0]
    node = chart.chart_of(state, root)
    if form is JSON_LD:
        return chart.json_of(node, state.edition.iri, chart.kinds_in(state, node))
    return write_graph(chart.triples_of(node, state.edition.iri), form, WORDS)


_EVERY_KIND = ("organization", "unit", "post", "membership", "person", "body", "site", "change", "conflict", "source")

PROFILES = (
    Profile(
        "org",
        "ORG",
        Message("All that is known: the W3C Organization Ontology with the terms of Organograph, evidence and labels. The default."),
        (PREFIXES["org"],),
        frozenset((*_EVERY_KIND, EDITION)),
        resources=(
            Resource(Message("The ontology"), "vocabulary", "text/turtle", "http://www.w3.org/TR/owl2-overview/", artifact=ONTOLOGY.value),
            Resource(Message("Shapes of an edition"), "validation", "text/turtle", _SHACL, artifact=f"{_DATA}shapes/edition.ttl"),
        ),
    ),
    Profile(
        "cpov",
        "CPOV",
        Message(
            "The Core Public Organisation Vocabulary (European Union): a public organization, its units and bodies, addresses and changes."
        ),
        ("https://semiceu.github.io/CPOV/releases/2.1.2", "http://data.europa.eu/m8g/"),
        frozenset((*cpov.KINDS, EDITION)),
        make=_made(cpov.describe, cpov.name),
        resources=(Resource(Message("Shapes of CPOV 2.1.2"), "validation", "text/turtle", _SHACL, artifact=_SHAPES_OF_CPOV),),
        public=True,
    ),
    Profile(
        "schema",
        "schema.org",
        Message("What search engines read: organizations, occupations, roles, persons and places in the words of schema.org."),
        (WORDS["sdo"], WORDS["schema"]),
        frozenset((*schemaorg.KINDS, EDITION)),
        make=_made(schemaorg.describe, schemaorg.name),
        resources=(Resource(Message("Shapes of this profile"), "validation", "text/turtle", _SHACL, file="shapes.ttl"),),
    ),
    Profile(
        "skos",
        "SKOS",
        Message("The units of an edition as a tree of concepts below the organization, for pick lists and thesaurus browsers."),
        (PREFIXES["skos"], "https://www.w3.org/TR/skos-reference/"),
        frozenset((*skos.KINDS, EDITION)),
        make=_made(skos.describe, skos.name),
        resources=(
            Resource(Message("The integrity conditions of SKOS as shapes"), "validation", "text/turtle", _SHACL, file="shapes.ttl"),
        ),
    ),
    Profile(
        "chart",
        Message("Chart"),
        Message("An organization chart as a tree of plain JSON for D3, ECharts and the like, which is JSON-LD too."),
        (PREFIXES["org"],),
        frozenset((*chart.KINDS, EDITION)),
        formats=(JSON_LD, TURTLE, RDF_XML, N_TRIPLES),
        make=_chart,
        resources=(
            Resource(
                Message("Schema of the tree in JSON"),
                "schema",
                "application/schema+json",
                "https://json-schema.org/draft/2020-12/schema",
                file="schema.json",
            ),
        ),
    ),
)
DEFAULT = PROFILES[0]


def offered(kind: str, state: State | None) -> Sequence[Profile]:
    """The profiles in which a document is given, the default first.

    Args:
        kind: of the thing described, or EDITION.
        state: what is described; None for what no edition describes, which has the default alone.
    """
    if state is None:
        return (DEFAULT,)
    return [profile for profile in PROFILES if kind in profile.kinds and (state.is_public or not profile.public)]
