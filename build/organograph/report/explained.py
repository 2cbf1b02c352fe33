"""What each rule demands and why: read from the shapes (W3C SHACL), and told here for the faults of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from organograph.errors import CheckFailed
from organograph.faults import Severity
from organograph.names import PREFIXES
from organograph.report.tablerules import TABLE_RULES

SHAPE = "https://w3id.org/organograph/shape/"
SH = "http://www.w3.org/ns/shacl#"
OTHER = "https://w3id.org/organograph/rule/"
_OWN = {name.partition(":")[0] for name in TABLE_RULES}
_RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
_NEVER = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
"""What stands in no IRI (RFC 3987, section 2.2)."""
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_SEVERITIES: Mapping[str, Severity] = {f"{SH}Warning": "warning", f"{SH}Info": "info"}


@dataclass(frozen=True)
class Explanation:
    """One rule in words.

    Args:
        name: its name, such as `shape:Unit-parent` or `table:empty-cell`.
        iri: its address.
        demands: what holds when all is well, by language; reads on from the thing.
        says: its message with blanks, by language; empty for faults of tables, which say what they found.
        reason: why it is demanded, by language.
        severity: how grave a breach is.
        subject: what it is about: the name of its file of shapes, or `tables`.
        targets: what it looks at, as IRIs.
        path: the triples of its sh:resultPath, the first one's object being the path; empty where it has none.
    """

    name: str
    iri: str
    demands: Mapping[str, str]
    reason: Mapping[str, str]
    severity: Severity = "violation"
    says: Mapping[str, str] = field(default_factory=dict)
    subject: str = "tables"
    targets: tuple[str, ...] = ()
    path: tuple[ox.Triple, ...] = ()


def rule_iri(name: str) -> str:
    """The address of a rule by its name."""
    prefix, _, local = name.partition(":")
    if prefix == "shape":
        return SHAPE + local
    if prefix in _OWN:
        return f"{OTHER}{prefix}/{local}"
    known = PREFIXES[prefix] + local if prefix in PREFIXES else name
    return known if is_iri(known) else OTHER + quote(name, safe="")


def is_iri(text: str) -> bool:
    """Whether a text can be an address; a rule of others without a name, or a thing that is a blank node or a text, has none."""
    return bool(urlsplit(text).scheme) and not _NEVER.search(text)


def _rule_name(iri: str) -> str:
    """The name of a rule by its address, as findings have it."""
    known = {"shape": SHAPE} if iri.startswith(SHAPE) else PREFIXES
    return next((f"{prefix}:{iri.removeprefix(namespace)}" for prefix, namespace in known.items() if iri.startswith(namespace)), iri)


def explanations(shapes: Iterable[Path]) -> dict[str, Explanation]:
    """Every rule of files of shapes, and those of tables, by name and in order.

    Args:
        shapes: the files, Turtle.

    Raises:
        CheckFailed: a file cannot be read or is not Turtle.
    """
    told = dict(_of_tables())
    for file in shapes:
        told |= {rule.name: rule for rule in _of_file(file)}
    return told


def _of_tables() -> Iterable[tuple[str, Explanation]]:
    for name, (severity, demands, reason) in TABLE_RULES.items():
        yield name, Explanation(name, rule_iri(name), _both(demands), _both(reason), severity)


def _both(texts: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("en", "fr"), texts, strict=True))


def _of_file(file: Path) -> Iterable[Explanation]:
    shapes = _Shapes(file)
    for subject in shapes.messaged():
        yield Explanation(
            name=_rule_name(subject.value),
            iri=subject.value,
            demands=shapes.words(subject, f"{SH}name"),
            reason=shapes.words(subject, _RDFS_COMMENT),
            severity=shapes.severity(subject),
            says=shapes.words(subject, f"{SH}message"),
            subject=file.stem,
            targets=shapes.targets(subject),
            path=shapes.path(subject),
        )


class _Shapes:
    """The triples of one file of shapes, by subject."""

    def __init__(self, file: Path) -> None:
        self._about: dict[Any, list[ox.Triple]] = {}
        try:
            for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
                self._about.setdefault(quad.subject, []).append(quad.triple)
        except OSError as error:
            raise CheckFailed(f"The rules in {file} cannot be read: {error}.", "Mend or restore the file.") from error
        except SyntaxError as error:
            raise CheckFailed(f"The rules in {file} are not Turtle: {error}.", "Mend the file of rules.") from error

        self._holders: dict[Any, list[Any]] = {}
        for holder in self._about:
            for held in self.of(holder, "property"):
                self._holders.setdefault(held, []).append(holder)

    def messaged(self) -> list[ox.NamedNode]:
        """The named shapes that have something to say, in order."""
        named = [node for node in self._about if isinstance(node, ox.NamedNode) and self.of(node, "message")]
        return sorted(named, key=lambda node: node.value)

    def of(self, subject: Any, term: str) -> list[Any]:
        """The values of a SHACL property."""
        return [triple.object for triple in self._about.get(subject, ()) if triple.predicate.value == SH + term]

    def severity(self, subject: Any) -> Severity:
        """How grave a breach is; a violation where the shape does not say (SHACL section 2.1.4)."""
        told: list[Severity] = [_SEVERITIES.get(node.value, "violation") for node in self.of(subject, "severity")]
        return told[0] if told else "violation"

    def words(self, subject: Any, predicate: str) -> dict[str, str]:
        """The texts of a property by language."""
        texts = [triple.object for triple in self._about[subject] if triple.predicate.value == predicate]
        return {text.language or "en": text.value for text in texts if isinstance(text, ox.Literal)}

    def targets(self, subject: Any) -> tuple[str, ...]:
        """What a shape looks at, by its own targets or those of the shapes that list it."""
        nodes = [target for node in (subject, *self._holders.get(subject, ())) for term in _TARGETS for target in self.of(node, term)]
        return tuple(sorted({node.value for node in nodes}))

    def path(self, subject: Any) -> tuple[ox.Triple, ...]:
        """The triples of a path (SHACL section 2.3.1), from the shape to the last of its blank nodes."""
        first = [triple for triple in self._about[subject] if triple.predicate.value == f"{SH}path"]
        return tuple(first) + tuple(inner for triple in first for inner in self._inside(triple.object))

    def _inside(self, node: Any) -> Iterable[ox.Triple]:
        for triple in self._about.get(node, ()) if isinstance(node, ox.BlankNode) else ():
            yield triple
            yield from self._inside(triple.object)
