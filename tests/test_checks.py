"""What a check promises: findings in words, where they were written, and plain refusals of unusable rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from organograph.checks import FILES, Shapes, check, counts, load_shapes, prepare
from organograph.errors import CheckFailed
from organograph.faults import Fault, Location
from organograph.names import PREFIXES

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
HERE = "@prefix : <https://example.org/id/unit/> .\n"
UNIT = "shape:Unit a sh:NodeShape ; sh:targetClass org:OrganizationalUnit ; sh:property shape:Unit-rule .\n"
WORDS = 'sh:message "“{$this}” is wrong: {?value}. Mend it. Then check again."@en, "« {$this} » est faux : {?value}. Corrigez."@fr'
SHAPES = Path(__file__).parent.parent / "shapes"


def rules(constraint: str) -> Shapes:
    """One rule about units."""
    return prepare(graph(f"{UNIT}shape:Unit-rule a sh:PropertyShape ; {constraint} ; {WORDS} ."))


def graph(text: str) -> Graph:
    return Graph().parse(data=HEAD + HERE + text, format="turtle")


def nowhere(this: str, path: str | None, value: str | None) -> Location | None:
    return None


def only(faults: list[Fault]) -> Fault:
    (fault,) = faults
    return fault


UNITS = graph(
    """
    :a a org:OrganizationalUnit ; skos:prefLabel "Alpha"@en, "Alpha (fr)"@fr ; og:parent :b, :c .
    :b a org:OrganizationalUnit ; skos:prefLabel "Beta"@en ; og:parent :c .
    :c a org:OrganizationalUnit ; og:parent :c .
    """
)


def test_a_finding_names_things_by_their_labels_and_tells_the_cure() -> None:
    """Rule, message, cure, severity and thing are those of the rule, with labels filled in."""
    fault = only(check(UNITS, rules("sh:path og:parent ; sh:maxCount 1 ; sh:severity sh:Warning"), nowhere))
    assert (fault.rule, fault.severity, fault.where) == ("shape:Unit-rule", "warning", None)
    assert fault.message == "“Alpha” is wrong: Beta, unit:c."
    assert fault.cure == "Mend it. Then check again."
    assert fault.thing == "https://example.org/id/unit/a"


def test_a_finding_can_be_told_in_french() -> None:
    """Words and labels are French where there are any."""
    fault = only(check(UNITS, rules("sh:path og:parent ; sh:maxCount 1"), nowhere, language="fr"))
    assert fault.message == "« Alpha (fr) » est faux : Beta, unit:c."
    assert fault.cure == "Corrigez."


def test_a_finding_is_traced_by_thing_property_and_value() -> None:
    """The place is asked for with all that the result knows."""
    asked: list[tuple[str, str | None, str | None]] = []

    def locate(this: str, path: str | None, value: str | None) -> Location:
        asked.append((this, path, value))
        return Location("units.csv", 4, "parent")

    query = "SELECT $this ?value WHERE { $this og:parent ?value . ?value og:parent ?value FILTER ($this != ?value) }"
    shapes = rules(f'sh:path og:parent ; sh:sparql [ sh:prefixes shape:prefixes ; sh:select "{query}" ]')
    faults = check(UNITS, with_prefixes(shapes), locate)
    assert sorted(asked) == [
        (f"https://example.org/id/unit/{slug}", PREFIXES["og"] + "parent", "https://example.org/id/unit/c") for slug in "ab"
    ]
    assert {str(fault.where) for fault in faults} == {"units.csv, row 4, column parent"}


def with_prefixes(shapes: Shapes) -> Shapes:
    return prepare(shapes.graph + Graph().parse(SHAPES / "prefixes.ttl"))
