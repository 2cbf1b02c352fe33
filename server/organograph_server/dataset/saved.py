"""Saved queries: read from their files, and bound to parameters that are checked by their kind and never pasted as they came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from organograph.errors import DatasetUnreadable
from organograph.names import PREFIXES
from organograph_server.dataset.facts import COMMENT, LABEL, TYPE, Facts, last_part
from organograph_server.dataset.quads import Quads

_SH, _OG, _ORG = PREFIXES["sh"], PREFIXES["og"], PREFIXES["org"]
SCHEMA = "https://schema.org/"
_NOTE, _EXAMPLE = PREFIXES["skos"] + "note", PREFIXES["skos"] + "example"
# By what its parameter is described as: what the kind is called, and under which types of addresses such a thing may stand.
_KINDS = {
    f"{_ORG}OrganizationalUnit": ("unit", ("unit",)),
    f"{_ORG}Organization": ("unit", ("unit", "body", "organization")),
    f"{_ORG}Post": ("post", ("post",)),
    f"{_OG}Edition": ("edition", ()),
    f"{PREFIXES['xsd']}string": ("text", ()),
    f"{PREFIXES['xsd']}integer": ("number", ()),
}
_CURE = "Mend the file, or install Organograph again."


@dataclass(frozen=True)
class Parameter:
    """A parameter of a saved query.

    Args:
        name: in the address, and of its variable.
        iri: what names it in the file.
        kind: unit, post, edition, text or number.
        example: a value that it can have.
        optional: whether it may be left out; what is then meant is the latest edition.
        types: of the things it can name, as in their addresses.
        least: the smallest number.
        most: the largest number, or how many characters a text may have.
        facts: what the file says.
    """

    name: str
    iri: str
    kind: str
    example: str
    optional: bool
    types: tuple[str, ...]
    least: int
    most: int
    facts: Facts = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """What people call it, in the language that is spoken."""
        return self.facts.text(self.iri, f"{_SH}name")

    @property
    def comment(self) -> str:
        """What to give."""
        return self.facts.text(self.iri, f"{_SH}description")

    @property
    def place(self) -> re.Pattern[str]:
        """Where its value stands in the text of a query: one block VALUES for its variable."""
        return re.compile(rf"VALUES \?{self.name} \{{[^{{}}]*\}}")


@dataclass(frozen=True)
class SavedQuery:
    """A query that has a name.

    Args:
        name: in its address.
        iri: the address.
        keywords: what it is about.
        text: the query, whole, with the examples for values: as it stands it can be asked at the endpoint.
        gives_graph: whether the answer is a graph and no table.
        parameters: in the order of the text.
        empty_in: IRIs of the editions that have no rows for the examples.
        facts: what the file says.
    """

    name: str
    iri: str
    keywords: tuple[str, ...]
    text: str
    gives_graph: bool
    parameters: tuple[Parameter, ...]
    empty_in: tuple[str, ...]
    facts: Facts = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """Its title, in the language that is spoken."""
        return self.facts.text(self.iri, LABEL)

    @property
    def comment(self) -> str:
        """What it answers."""
        return self.facts.text(self.iri, COMMENT)

    @property
    def note(self) -> str:
        """Why some editions have no rows for the examples."""
        return self.facts.text(self.iri, _NOTE)

    @property
    def needs(self) -> bool:
        """Whether it cannot be asked without parameters."""
        return any(not parameter.optional for parameter in self.parameters)

    def bound(self, terms: Mapping[str, NamedNode | Literal]) -> str:
        """The text with other values than the examples.

        Args:
            terms: by the name of their parameters; each is written as SPARQL writes terms, with all that could end it escaped.
        """
        text = self.text
        # From the last block to the first, by their places in the text as saved: so no value is ever searched for a block.
        for parameter in reversed(self.parameters):
            begin, end = _place(self.text, parameter)
            text = f"{text[:begin]}VALUES ?{parameter.name} {{ {terms[parameter.name]} }}{text[end:]}"
        return text


class SavedQueries:
    """All saved queries of a server.

    Args:
        quads: what their files say.
        graph: the IRI they are kept under.
    """

    def __init__(self, quads: Quads, graph: str) -> None:
        self._quads, self._graph = quads, graph
        facts = Facts(quads, [graph])
        found = facts.subjects(TYPE, f"{_SH}SPARQLExecutable")
        self.by_name = {last_part(iri): _query(facts, iri) for iri in found}

    @classmethod
    def read(cls, folder: Path, base: str) -> SavedQueries:
        """Read the files of a folder.

        Args:
            folder: holds them as Turtle.
            base: what their relative IRIs start from.

        Raises:
            DatasetUnreadable: one is no Turtle, or a query has no place for a parameter.
        """
        graph = f"{base}query"
        quads: list[Quad] = []
        for path in sorted(folder.glob("*.ttl")):
            try:
                read = parse(path=path, format=RdfFormat.TURTLE, base_iri=base)
                quads += [Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph)) for quad in read]
            except (OSError, SyntaxError) as error:
                raise DatasetUnreadable(f"The file of saved queries {path.name} cannot be read: {error}.", _CURE) from error
        return cls(Quads(quads), graph)

    def described(self, iri: str = "") -> Iterator[Triple]:
        """What the files say of one query and of what all share, or of everything."""
        shown = (iri, self._graph)
        return (
            quad.triple
            for quad in self._quads.graph(self._graph)
            if not iri or (isinstance(quad.subject, NamedNode) and quad.subject.value.partition("#")[0] in shown)
        )


def _query(facts: Facts, iri: str) -> SavedQuery:
    name, graph = last_part(iri), iri.rpartition("/")[0]
    select, construct = (facts.text(iri, f"{_SH}{form}") for form in ("select", "construct"))
    text = _prologue(facts, facts.iris(iri, f"{_SH}prefixes")) + (select or construct)
    found = [_parameter(facts, parameter) for parameter in facts.iris(iri, f"{_SH}parameter")]
    found.sort(key=lambda parameter: _place(text, parameter))
    keywords = tuple(facts.texts(iri, f"{SCHEMA}keywords"))
    empty_in = tuple(facts.iris(iri, f"{graph}#emptyIn"))
    return SavedQuery(name, iri, keywords, text, not select, tuple(found), empty_in, facts)


def _prologue(facts: Facts, groups: Sequence[str]) -> str:
    declared = [iri for group in groups for iri in facts.iris(group, f"{_SH}declare")]
    pairs = sorted((facts.text(iri, f"{_SH}prefix"), facts.text(iri, f"{_SH}namespace")) for iri in declared)
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in pairs)


def _parameter(facts: Facts, iri: str) -> Parameter:
    described = [*facts.iris(iri, f"{_SH}class"), *facts.iris(iri, f"{_SH}datatype")]
    kind, types = _KINDS.get(next(iter(described), ""), ("", ()))
    optional = facts.text(iri, f"{_SH}optional") == "true"
    if not kind or (optional and kind != "edition"):
        raise DatasetUnreadable(f"The parameter {iri} of a saved query is of no kind that can be checked.", _CURE)
    name = last_part(next(iter(facts.iris(iri, f"{_SH}path")), iri))
    least, most = (facts.text(iri, f"{_SH}{term}") for term in ("minInclusive", "maxInclusive"))
    most = most or facts.text(iri, f"{_SH}maxLength")
    return Parameter(name, iri, kind, facts.text(iri, _EXAMPLE), optional, types, int(least or 0), int(most or 0), facts)


def _place(text: str, parameter: Parameter) -> tuple[int, int]:
    found = [match.span() for match in parameter.place.finditer(text)]
    if len(found) != 1:
        raise DatasetUnreadable(f"A saved query has {len(found)} blocks VALUES for its parameter {parameter.name}, and not one.", _CURE)
    return found[0]
