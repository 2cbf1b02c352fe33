"""Finds the smallest sets of axioms that contradict each other, by simple rules or by halving."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rdflib.term import Node

from organograph.reasoning.axioms import Axiom
from organograph.reasoning.closure import Clash, Closure

Question = Callable[[Sequence[Axiom]], bool]


def find_clashes(axioms: Sequence[Axiom], contradict: Question) -> list[Clash]:
    """Say why axioms contradict each other.

    Args:
        axioms: facts and rules that a reasoner found inconsistent together.
        contradict: asks the reasoner about a part of them; used only where the rules find nothing.

    Returns:
        The smallest clash of each individual that the rules find, or the one to which halving leads.
    """
    return clashes_by_rules(axioms) or [_clash_by_halving(axioms, contradict)]


def clashes_by_rules(axioms: Sequence[Axiom]) -> list[Clash]:
    """Follow simple rules from the facts to the smallest clash of each individual, none told twice."""
    closure = Closure(axioms)
    best: dict[Node | None, Clash] = {}
    for clash in sorted(closure.clashes(), key=closure.rank):
        best.setdefault(clash.individual, clash)
    once: dict[tuple[Axiom, ...], Clash] = {}
    for clash in sorted(best.values(), key=lambda clash: str(clash.individual)):
        once.setdefault(clash.axioms, clash)
    return list(once.values())


def smallest_part(axioms: Sequence[Axiom], contradict: Question, given: Sequence[Axiom] = ()) -> list[Axiom]:
    """Find a part of axioms that still contradicts what is given, with none to spare.

    Args:
        axioms: contradictory together with what is given.
        contradict: whether axioms contradict each other.
        given: axioms taken for granted.

    Source: U. Junker, QuickXplain, AAAI 2004: the number of questions grows with the logarithm of the axioms.
    """

    def search(base: list[Axiom], grown: bool, candidates: list[Axiom]) -> list[Axiom]:
        if grown and contradict(base):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        from_second = search(base + first, True, second)
        return search(base + from_second, bool(from_second), first) + from_second

    return search(list(given), True, list(axioms)) if axioms else []


def _clash_by_halving(axioms: Sequence[Axiom], contradict: Question) -> Clash:
    facts = [axiom for axiom in axioms if axiom.is_fact]
    rules = [axiom for axiom in axioms if not axiom.is_fact]
    needed = smallest_part(facts, contradict, rules)
    return Clash(tuple(sorted(needed + smallest_part(rules, contradict, needed), key=str)))
