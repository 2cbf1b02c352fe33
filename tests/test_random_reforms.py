"""The differ on fifty random reforms: what was done is found again, and nothing that was not done."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

import pytest
from pyoxigraph import Quad

from organograph.difference import difference
from organograph.graphs.graph import edition_graph
from organograph.names import DEFAULT_BASE, Names
from organograph.reform.model import SORTS, Reform
from organograph.reform.patch import apply_patch, write_patch
from organograph.statements import Graph
from organograph.writing import quads, rdfc10
from random_reforms import Expected, RandomReform

NAMES = Names(DEFAULT_BASE)
SEEDS = range(50)
# Silence is what a reform does not do, and contradictions have a test of their own.
CLASSES = [sort for sort in SORTS if sort not in ("silent", "contradicted")]


@cache
def compared(seed: int) -> tuple[RandomReform, Reform, Graph, Graph]:
    """A random reform, and what the differ says of it."""
    done = RandomReform(Random(seed))  # noqa: S311  # chance for tests
    dataset = done.dataset()
    before, after = (edition_graph(dataset, edition, NAMES) for edition in dataset.editions)
    return done, difference(dataset, *dataset.editions, NAMES), before, after


def found(reform: Reform) -> Expected:
    """The class and thing of each row."""
    things = {NAMES.reference(text).value: text for text in {ref(row.thing) for row in reform.rows}}
    return {(row.sort, things[row.thing]) for row in reform.rows}


def ref(iri: str) -> str:
    """A thing as tables write it."""
    return ":".join(iri.rsplit("/", 2)[-2:])


def measured() -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How many changes of each class were made, found again, and told in all."""
    made, again, told = Counter[str](), Counter[str](), Counter[str]()
    for seed in SEEDS:
        done, reform, _, _ = compared(seed)
        expected, rows = done.expected | done.following(), found(reform)
        made.update(sort for sort, _ in expected)
        again.update(sort for sort, _ in expected & rows)
        told.update(sort for sort, _ in rows)
    return made, again, told


def test_of_each_class_at_least_nineteen_in_twenty_are_found() -> None:
    """Of the changes made, and of those told, at least 95 in 100 are the same, class by class."""
    made, again, told = measured()
    assert set(CLASSES) <= made.keys()
    assert {sort: f"{again[sort]} of {made[sort]}" for sort in made if again[sort] < 0.95 * made[sort]} == {}
    assert {sort: f"{again[sort]} of {told[sort]}" for sort in told if again[sort] < 0.95 * told[sort]} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_patch_of_a_random_reform_gives_the_other_edition(seed: int) -> None:
    """The patch applied to A gives B, by the hash of RDFC-1.0; applied from B to A it gives A again."""
    _, _, before, after = compared(seed)
    for one, other in ((before, after), (after, before)):
        made = Graph(apply_patch(write_patch(one, other, "urn:example:reform"), one))
        assert rdfc10(quads(made, None)) == rdfc10(Quad(*triple) for triple in other)  # type: ignore[arg-type]


def test_without_their_events_what_came_and_went_is_told_as_unexplained() -> None:
    """Where nobody recorded the changes, each unit that came or went is told as missing, and nothing else changes."""
    done, reform, _, _ = compared(1)
    done.changes.clear()
    dataset = done.dataset()
    bare = difference(dataset, *dataset.editions, NAMES)
    events = {"created", "closed", "merged", "split", "succeeded"}
    lineage = {(sort, thing) for sort, thing in found(reform) if sort in events}
    assert found(bare) == (found(reform) - lineage) | {("unexplained", thing) for _, thing in lineage}
    assert {ref(row.thing) for row in bare.missing} >= {thing for _, thing in lineage}
    compared.cache_clear()
