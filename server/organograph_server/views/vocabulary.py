"""The ontology as documentation: its metadata, its terms with all that is said of them, and the terms of others that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode

from organograph.conformance.rules import qname
from organograph.messages import Message
from organograph.names import ONTOLOGY, OWL, PREFIXES, RDF, RDFS, SKOS
from organograph.statements import Graph, Term
from organograph_server.dataset.facts import Facts, Value
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.ruleset import Rule
from organograph_server.languages.speaking import strangeness
from organograph_server.views.links import Link, Linker
from organograph_server.views.usage import Role, Sample, Usage, Use
from organograph_server.views.vocabularies import Specification, specification

_SPACE = f"{ONTOLOGY.value}#"
KINDS_OF_TERMS: Mapping[str, str] = {
    Message("Classes"): OWL.Class.value,
    Message("Object properties"): OWL.ObjectProperty.value,
    Message("Datatype properties"): OWL.DatatypeProperty.value,
    Message("Annotation properties"): OWL.AnnotationProperty.value,
}
_PROPERTY = {value for name, value in KINDS_OF_TERMS.items() if name != "Classes"}
_CHARACTERISTICS = {
    OWL.FunctionalProperty.value: Message("functional"),
    OWL.InverseFunctionalProperty.value: Message("inversefunctional"),
    OWL.TransitiveProperty.value: Message("transitive"),
    OWL.SymmetricProperty.value: Message("symmetric"),
    OWL.AsymmetricProperty.value: Message("asymmetric"),
    OWL.ReflexiveProperty.value: Message("reflexive"),
    OWL.IrreflexiveProperty.value: Message("irreflexive"),
}
# What is said of a term, and, read backwards, of the terms that say it: the words for both.
_RELATIONS = (
    (RDFS.subClassOf, Message("Subclass of"), Message("Superclass of")),
    (OWL.equivalentClass, Message("Same class as"), Message("Same class as")),
    (RDFS.subPropertyOf, Message("Subproperty of"), Message("Superproperty of")),
    (OWL.equivalentProperty, Message("Same property as"), Message("Same property as")),
    (OWL.inverseOf, Message("Inverse of"), Message("Inverse of")),
    (RDFS.domain, Message("Domain"), Message("In the domain of")),
    (RDFS.range, Message("Range"), Message("In the range of")),
    (OWL.propertyDisjointWith, Message("Never together with"), Message("Never together with")),
    (OWL.disjointWith, Message("Disjoint with"), Message("Disjoint with")),
    (RDF.type, "", Message("Individuals")),
)
_GROUPS = (
    (OWL.AllDisjointClasses, OWL.members, Message("Disjoint with")),
    (OWL.AllDifferent, OWL.distinctMembers, Message("Different from")),
)
_CLASS, _A_PROPERTY = Message("class"), Message("property")
_ONE = {
    "Classes": _CLASS,
    "Object properties": Message("object property"),
    "Datatype properties": Message("datatype property"),
    "Annotation properties": Message("annotation property"),
}
# What an example begins with that shows what a term is not.
_NEGATIVE = re.compile(r"(?:Negative example:|Contre-exemple\s*:)\s*")
_NOTES = (RDFS.comment, SKOS.scopeNote, SKOS.editorialNote, SKOS.historyNote, SKOS.note)
_TERMS = PREFIXES["dcterms"]
_METADATA = (
    (Message("Version"), (OWL.versionInfo.value,)),
    (Message("Address of this version"), (OWL.versionIRI.value,)),
    (Message("Creators"), (f"{_TERMS}creator",)),
    (Message("Contributors"), (f"{_TERMS}contributor",)),
    (Message("Publisher"), (f"{_TERMS}publisher",)),
    (Message("Issued"), (f"{_TERMS}issued", f"{_TERMS}created")),
    (Message("Modified"), (f"{_TERMS}modified",)),
    (Message("Licence"), (f"{_TERMS}license", f"{_TERMS}rights")),
    (Message("Preferred prefix"), (PREFIXES["vann"] + "preferredNamespacePrefix",)),
    (Message("Namespace"), (PREFIXES["vann"] + "preferredNamespaceUri",)),
    (Message("Imports"), (OWL.imports.value,)),
    (Message("See also"), (RDFS.seeAlso.value,)),
)


@dataclass(frozen=True)
class Row:
    """Something said of a term: in words, and the terms it is said of; where `joiner` is "or" one of them is meant."""

    label: str
    links: Sequence[Link]
    joiner: str = ","


@dataclass(frozen=True)
class TermEntry:
    """A term with all that is said of it; `name` is its prefixed name, `anchor` its place on the page."""

    iri: str
    name: str
    anchor: str
    labels: Sequence[Value]
    definitions: Sequence[Value]
    examples: Sequence[Value]
    negatives: Sequence[Value]
    notes: Sequence[Value]
    rows: Sequence[Row]
    characteristics: Sequence[str]
    is_deprecated: bool
    defined_by: Sequence[Link]
    rules: Sequence[Rule]
    uses: Sequence[Use]
    sample: Sample | None


@dataclass(frozen=True)
class OtherTerm:
    """A term of others; `kind` says in a word what it is."""

    iri: str
    name: str
    anchor: str
    kind: str
    rules: Sequence[Rule]
    uses: Sequence[Use]


class Vocabulary:
    """The ontology, read for its page.

    Args:
        publication: the dataset with the ontology.
    """

    def __init__(self, publication: Publication) -> None:
        published, quads = publication.published, publication.quads
        self._ruleset = publication.ruleset
        self.graph = Graph((q.subject, q.predicate, q.object) for q in sorted(quads.graph(published.ontology), key=str))  # type: ignore[misc]
        self.facts = Facts(quads, [published.ontology])
        newest = [edition.iri for edition in reversed(published.editions)]
        self.usage = Usage(publication, Linker(published.names.base, Facts(quads, [*newest, published.catalogue, published.ontology])))

    @cached_property
    def sections(self) -> Mapping[str, list[TermEntry]]:
        """The ontology's own terms by what they are, each group by name."""
        typed = {iri: set(self.facts.iris(iri, RDF.type.value)) for iri in self._own}
        found = {name: [iri for iri in typed if kind in typed[iri]] for name, kind in KINDS_OF_TERMS.items()}
        listed = {iri for iris in found.values() for iri in iris}
        found[Message("Individuals")] = [iri for iri in typed if iri not in listed]
        return {name: [self._entry(iri) for iri in sorted(iris, key=str.lower)] for name, iris in found.items() if iris}

    @cached_property
    def others(self) -> Mapping[Specification, list[OtherTerm]]:
        """The terms of other vocabularies that the ontology names or the data uses, by vocabulary."""
        groups: dict[Specification, list[OtherTerm]] = {}
        for iri, kind in sorted(self._foreign.items()):
            role: Role = "class" if kind == "class" else "property"
            entry = OtherTerm(iri, qname(NamedNode(iri)), anchor_of(iri), kind, self.rules(iri), self.usage.uses(iri, role))
            groups.setdefault(specification(iri), []).append(entry)
        return dict(sorted(groups.items(), key=lambda group: (group[0].prefix != "org", group[0].name)))

    def metadata(self) -> list[tuple[str, list[Value]]]:
        """What the ontology says of itself beside its title and description, in words, in the order of _METADATA."""
        found = ((label, [v for name in names for v in self.facts.values(ONTOLOGY.value, name)]) for label, names in _METADATA)
        return [(label, values) for label, values in found if values]

    def texts(self, iri: str, predicate: NamedNode) -> list[Value]:
        """The texts of a property, those in the language that is spoken first."""
        found = [value for value in self.facts.values(iri, predicate.value) if not value.is_iri]
        return sorted(found, key=lambda value: (strangeness(value.language), value.language))

    def told(self, iri: str, predicate: NamedNode) -> list[Value]:
        """Those in the language that is spoken, where there are any; else those of the language that is nearest to it."""
        found = self.texts(iri, predicate)
        return [value for value in found if strangeness(value.language) == strangeness(found[0].language)]

    def rules(self, iri: str) -> list[Rule]:
        """The rules that name a term."""
        return self._ruleset.checking.get(iri, [])

    def ref(self, iri: str) -> Link:
        """The place of a term on this page, by its prefixed name."""
        shown = iri.startswith(_SPACE) or iri in self._foreign
        return Link(qname(NamedNode(iri)), f"#{anchor_of(iri)}" if shown else None, iri)

    def members(self, node: Term) -> tuple[list[str], str]:
        """The classes that a class expression is made of, and how it joins them (OWL 2 section 8.1)."""
        if isinstance(node, NamedNode):
            return [node.value], ","
        for predicate, joiner in ((OWL.unionOf, "or"), (OWL.intersectionOf, "and"), (OWL.oneOf, "or")):
            if (start := self.graph.value(node, predicate)) is not None:
                return [item.value for item in self.graph.items(start) if isinstance(item, NamedNode)], joiner
        return [], ","

    @cached_property
    def _own(self) -> list[str]:
        return sorted(node.value for node in self.graph.things() if isinstance(node, NamedNode) and node.value.startswith(_SPACE))

    @cached_property
    def _foreign(self) -> Mapping[str, str]:
        """The terms of others, each with a word for what it is."""
        used = dict.fromkeys(self.usage.used("class"), _CLASS) | dict.fromkeys(self.usage.used("property"), _A_PROPERTY)
        named = dict.fromkeys(self._named_classes(), _CLASS)
        declared = {
            subject.value: _ONE[name]
            for name, kind in KINDS_OF_TERMS.items()
            for subject in self.graph.subjects(RDF.type, NamedNode(kind))
            if isinstance(subject, NamedNode)
        }
        return {iri: word for iri, word in (used | named | declared).items() if not iri.startswith((_SPACE, PREFIXES["xsd"]))}

    def _named_classes(self) -> set[str]:
        places = [value for predicate in (RDFS.subClassOf, RDFS.domain, RDFS.range) for _, value in self.graph.pairs(predicate)]
        return {iri for place in places for iri in self.members(place)[0]}

    def _entry(self, iri: str) -> TermEntry:
        types = self.facts.iris(iri, RDF.type.value)
        examples = self.told(iri, SKOS.example)
        role: Role = "class" if OWL.Class.value in types else "property" if _PROPERTY & set(types) else "thing"
        return TermEntry(
            iri,
            qname(NamedNode(iri)),
            anchor_of(iri),
            self.texts(iri, SKOS.prefLabel),
            self.told(iri, SKOS.definition),
            [example for example in examples if not _NEGATIVE.match(example.text)],
            [replace(example, text=_without(example.text)) for example in examples if _NEGATIVE.match(example.text)],
            [note for predicate in _NOTES for note in self.told(iri, predicate)],
            self._rows(NamedNode(iri), set(types)),
            [word for kind, word in _CHARACTERISTICS.items() if kind in types],
            "true" in self.facts.texts(iri, OWL.deprecated.value) or OWL.DeprecatedClass.value in types,
            [Link(link, None, link) for link in self.facts.iris(iri, RDFS.isDefinedBy.value)],
            self.rules(iri),
            self.usage.uses(iri, role),
            self.usage.sample(iri, role),
        )

    def _rows(self, term: NamedNode, types: set[str]) -> list[Row]:
        rows: list[Row] = []
        kinds = [iri for iri in types if not iri.startswith(PREFIXES["owl"])]
        if kinds:
            rows.append(self._row(Message("Type"), kinds))
        for predicate, forwards, backwards in _RELATIONS:
            if forwards:
                values = self.graph.objects(term, predicate)
                rows.append(self._row(forwards, [value.value for value in values if isinstance(value, NamedNode)]))
                rows += [self._row(forwards, *self.members(value)) for value in values if not isinstance(value, NamedNode)]
            rows.append(self._row(backwards, [s.value for s, value in self.graph.pairs(predicate) if term.value in self.members(value)[0]]))
        for kind, members, label in _GROUPS:
            groups = [self._group(node, members) for node in self.graph.subjects(RDF.type, kind)]
            rows.append(self._row(label, {iri for group in groups if term.value in group for iri in group} - {term.value}))
        return [row for row in rows if row.links]

    def _group(self, node: Term, members: NamedNode) -> set[str]:
        start = self.graph.value(node, members)
        return set() if start is None else {item.value for item in self.graph.items(start)}

    def _row(self, label: str, iris: Iterable[str], joiner: str = ",") -> Row:
        return Row(label, [self.ref(iri) for iri in sorted(set(iris), key=str.lower)], joiner)


def anchor_of(iri: str) -> str:
    """The place of a term on the page: the fragment of its own address; for terms of others their prefixed name with a hyphen."""
    return iri.removeprefix(_SPACE) if iri.startswith(_SPACE) else qname(NamedNode(iri)).replace(":", "-", 1)


def _without(text: str) -> str:
    rest = _NEGATIVE.sub("", text, count=1)
    return rest[:1].upper() + rest[1:]
