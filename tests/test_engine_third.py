"""A third opinion on rules of SHACL Core: rudof, which is written in another language by other people."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from organograph.conformance.rules import FILES
from organograph.engine import Data, Plan, compile_shapes, parsed
from organograph.engine.terms import sh, shown
from organograph.names import PREFIXES, TYPES
from places import REPOSITORY, SHAPES

HERE = "https://example.org/"
HEAD = {**PREFIXES, "base": HERE, "edition": f"{HERE}edition/", **{kind: f"{HERE}id/{kind}/" for kind in TYPES}}
CASES = REPOSITORY / "tests/shapes"
KINDS = sorted({folder.name.partition("-")[0] for folder in CASES.iterdir() if folder.is_dir()})
pyrudof = pytest.importorskip("pyrudof", reason="there is no wheel of rudof for this machine")
Told = set[tuple[str, str, str, str]]

MISSED = {
    ("shape:Post-term", "DatatypeConstraintComponent"): "it takes a duration of any form for one",
}
"""What rudof does not find that SHACL asks for, by rule and component, and why."""


@cache
def rules() -> list[ox.Triple]:
    """The rules of an edition without their queries."""
    texts = [(SHAPES / f"{name}.ttl").read_text(encoding="utf-8") for name in ("prefixes", *FILES["edition"])]
    return [triple for text in texts for triple in parsed(text) if triple.predicate != sh("sparql")]


@cache
def plan() -> Plan:
    return compile_shapes((triple.subject, triple.predicate, triple.object) for triple in rules())


def faulty(kind: str) -> list[ox.Triple]:
    """The faults of all rules about one class of things, in one graph."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in HEAD.items())
    files = (CASES / "_base.ttl", *sorted(CASES.glob(f"{kind}-*/*.ttl")))
    return [triple for file in files for triple in parsed(head + file.read_text(encoding="utf-8"))]


def ours(triples: list[ox.Triple]) -> Told:
    """What the engine finds: rule, component, node and value."""
    results = plan().run(Data((triple.subject, triple.predicate, triple.object) for triple in triples)).results
    return {
        (_rule(shown(one.source)), _component(shown(one.component)), shown(one.focus), shown(one.value) if one.value else "")
        for one in results
    }


def theirs(triples: list[ox.Triple], folder: Path) -> Told:
    """What rudof finds."""
    ox.serialize(rules(), folder / "rules.ttl", format=ox.RdfFormat.TURTLE)
    ox.serialize(triples, folder / "data.ttl", format=ox.RdfFormat.TURTLE)
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_shacl(folder / "rules.ttl")
    rudof.read_data(folder / "data.ttl")
    return {
        (_rule(one.source_shape), _component(one.constraint_component), one.focus_node, _text(one.value)) for one in rudof.validate_shacl()
    }


def _rule(iri: str) -> str:
    return f"shape:{iri.rpartition('/')[2]}"


def _component(iri: str) -> str:
    return iri.rpartition("#")[2]


def _text(value: str | None) -> str:
    """A value without the signs and the kind that rudof tells with texts."""
    literal = re.fullmatch(r'"(.*)"(?:@[\w-]+|\^\^\S+)?', value or "", re.DOTALL)
    return literal[1] if literal else value or ""


@pytest.mark.parametrize("kind", KINDS)
def test_rudof_finds_the_same(kind: str, tmp_path: Path) -> None:
    """In the faults of every rule both find the same, but for what is known to be missed."""
    triples = faulty(kind)
    found, other = ours(triples), theirs(triples, tmp_path)
    assert other - found == set()
    assert {told[:2] for told in found - other} <= MISSED.keys()


@pytest.mark.parametrize("missed", MISSED, ids=": ".join)
def test_what_rudof_misses_is_still_missed(missed: tuple[str, str], tmp_path: Path) -> None:
    """The list of what is missed holds nothing that is found."""
    triples = faulty(missed[0].removeprefix("shape:").partition("-")[0])
    assert missed in {told[:2] for told in ours(triples) - theirs(triples, tmp_path)}
