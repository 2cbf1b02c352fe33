"""What rules look at (W3C SHACL, section 2.1.3): so that none passes by looking at nothing, and no thing goes unseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from organograph.conformance.checks import Shapes
from organograph.errors import CheckFailed
from organograph.names import OWL, RDF, RDFS, SH
from organograph.statements import Graph, Term


def looked_at(graph: Graph, shapes: Shapes) -> dict[str, set[Term]]:
    """The things that each rule looks at, by its name: those of its own targets, and of the shapes that hold it."""
    known: dict[Term, set[Term]] = {}
    return {rule.name: _seen(graph, shapes.graph, shape, known, frozenset()) for shape, rule in shapes.rules.items()}


def unseen(graph: Graph, looked: Mapping[str, set[Term]]) -> list[str]:
    """The subjects of a graph that no rule looked at, in order."""
    seen = set().union(*looked.values()) if looked else set()
    return sorted(str(thing) for thing in graph.things() if thing not in seen)


def refuse_idle(counts: Mapping[str, int], allowed: Collection[str], strict: bool, where: str) -> None:
    """Stop where rules looked at nothing.

    Args:
        counts: how many things each rule looked at.
        allowed: rules that may look at nothing.
        strict: whether each other one must look at something; if not, it is enough that one of them does.
        where: what was checked.

    Raises:
        CheckFailed: a rule looked at nothing, or all of them did; names them.
    """
    unknown = sorted(set(allowed) - set(counts))
    if unknown:
        raise CheckFailed(
            f"There is no rule {', '.join(unknown)} to be allowed to look at nothing.", f"The rules are: {', '.join(counts)}."
        )
    idle = [rule for rule, number in counts.items() if not number and rule not in allowed]
    if idle and not any(counts.values()):
        raise CheckFailed(
            f"No rule looked at anything in {where}, so nothing was checked.", "Check that the file holds what the shapes' targets name."
        )
    if idle and strict:
        cure = f"Mend the targets, or say that it is meant: {' '.join(f'--allow-empty {rule}' for rule in idle)}."
        raise CheckFailed(f"Rules that looked at nothing in {where}: {', '.join(idle)}. Their targets select no thing.", cure)


def _seen(graph: Graph, rules: Graph, shape: Term, known: dict[Term, set[Term]], below: frozenset[Term]) -> set[Term]:
    """The things of a shape's own targets and of those that hold it; a shape that holds itself adds nothing."""
    if shape in known:
        return known[shape]
    found = _targets(graph, rules, shape)
    for holder in rules.subjects(SH.property, shape):
        if holder not in below:
            found |= _seen(graph, rules, holder, known, below | {shape})
    known[shape] = found
    return found


def _targets(graph: Graph, rules: Graph, shape: Term) -> set[Term]:
    if any(value.value in ("true", "1") for value in rules.objects(shape, SH.deactivated)):
        return set()
    found = set(rules.objects(shape, SH.targetNode))
    classes = set(rules.objects(shape, SH.targetClass))
    if any((shape, RDF.type, kind) in rules for kind in (RDFS.Class, OWL.Class)):
        classes.add(shape)
    for kind in classes:
        for sort in _below(graph, kind):
            found.update(graph.subjects(RDF.type, sort))
    for predicate in rules.objects(shape, SH.targetSubjectsOf):
        found.update(subject for subject, _ in graph.pairs(predicate))
    for predicate in rules.objects(shape, SH.targetObjectsOf):
        found.update(value for _, value in graph.pairs(predicate))
    return found


def _below(graph: Graph, kind: Term) -> set[Term]:
    """A class and all its subclasses."""
    found, waiting = {kind}, [kind]
    while waiting:
        new = set(graph.subjects(RDFS.subClassOf, waiting.pop())) - found
        found |= new
        waiting += new
    return found
