"""Reads the W3C SHACL test suite: what each case gives, and what must be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from organograph.engine import Data, Report, Unusable, compile_shapes
from organograph.engine.description import Description
from organograph.engine.paths import read_path
from organograph.engine.terms import TRUE, Term, sh

MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SUITE = "http://www.w3.org/ns/shacl-test#"
PARTS = ("focusNode", "resultPath", "value", "sourceConstraintComponent", "sourceShape", "resultSeverity")

Found = Counter[tuple[str, ...]] | None
"""Results by focus node, path, value, component, shape and severity; None where the shapes must be refused."""


@dataclass(frozen=True)
class SuiteCase:
    """One case of the suite: its file, and the name it has there."""

    file: Path
    name: NamedNode

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}"

    def expected(self) -> Found:
        """What must be found."""
        about = _read(self.file)
        (report,) = about.objects(self.name, NamedNode(f"{MANIFEST}result"))
        if report == NamedNode(f"{SUITE}Failure"):
            return None
        return Counter(_told(about, [about.one(result, sh(part)) for part in PARTS]) for result in about.objects(report, sh("result")))

    def conforms(self) -> bool:
        """Whether nothing must be found."""
        about = _read(self.file)
        (report,) = about.objects(self.name, NamedNode(f"{MANIFEST}result"))
        return about.one(report, sh("conforms")) == TRUE

    def parts(self) -> tuple[list[Triple], list[Triple]]:
        """The data and the shapes."""
        about = _read(self.file)
        (action,) = about.objects(self.name, NamedNode(f"{MANIFEST}action"))
        (data,), (shapes,) = (about.objects(action, NamedNode(f"{SUITE}{part}Graph")) for part in ("data", "shapes"))
        read = {term: _triples(_file(term)) for term in {data, shapes}}
        return read[data], read[shapes]

    def found(self) -> tuple[Found, Report]:
        """What the engine finds."""
        data, shapes = self.parts()
        try:
            report = compile_shapes(shapes).run(Data(data))
        except Unusable:
            return None, Report()
        about = Description(shapes)
        told = (
            _told(about, [result.focus, result.path, result.value, result.component, result.source, result.severity])
            for result in report.results
        )
        return Counter(told), report


def suite(folder: Path) -> Iterator[SuiteCase]:
    """All cases that the manifest of the suite reaches."""
    about = _read(folder / "manifest.ttl")
    here = NamedNode((folder / "manifest.ttl").resolve().as_uri())
    yield from _reached(about, here)


def _reached(about: Description, manifest: NamedNode) -> Iterator[SuiteCase]:
    for included in about.objects(manifest, NamedNode(f"{MANIFEST}include")):
        assert isinstance(included, NamedNode)
        yield from _reached(_read(_file(included)), included)
    for entries in about.objects(manifest, NamedNode(f"{MANIFEST}entries")):
        for name in about.items(entries):
            assert isinstance(name, NamedNode)
            yield SuiteCase(_file(manifest), name)


def _file(address: Term) -> Path:
    assert isinstance(address, NamedNode)
    return Path(address.value.removeprefix("file://"))


def _triples(file: Path) -> list[Triple]:
    text = file.read_bytes()
    return [quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE, base_iri=file.resolve().as_uri())]


def _read(file: Path) -> Description:
    return Description(_triples(file))


def _told(about: Description, terms: list[Term | None]) -> tuple[str, ...]:
    """Terms as texts that can be compared: blank nodes alike, paths by what they mean."""
    focus, path, *rest = terms
    said = "" if path is None else read_path(about, path).sparql()
    return (*("" if term is None else "[]" if isinstance(term, BlankNode) else str(term) for term in (focus, *rest)), said)
