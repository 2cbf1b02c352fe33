"""Counts what graphs hold: triples, things, classes and properties (VoID section 4.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from organograph.names import PREFIXES

_TYPE = NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True)
class Counts:
    """What a graph holds.

    Args:
        triples: how many.
        subjects: how many different ones.
        objects: how many different ones, literals too.
        properties: for each property how many triples have it, by IRI.
        classes: for each class how many things are said to be of it, by IRI.
    """

    triples: int
    subjects: int
    objects: int
    properties: Mapping[str, int]
    classes: Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """What the default graph and each named graph hold."""

    default: Counts
    named: Mapping[str, Counts]


def count(triples: Iterable[Triple]) -> Counts:
    """Count the triples of one graph, which gives each once."""
    subjects, objects = set(), set()
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for subject, predicate, value in triples:
        subjects.add(subject)
        objects.add(value)
        properties[predicate.value] += 1
        if predicate == _TYPE and isinstance(value, NamedNode):
            classes[value.value] += 1
    return Counts(properties.total(), len(subjects), len(objects), dict(sorted(properties.items())), dict(sorted(classes.items())))
