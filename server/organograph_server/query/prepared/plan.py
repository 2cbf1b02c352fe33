"""Puts the parts of a query into the order in which they are done: what leaves few rows first, tests as soon as they can be made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from math import inf

from organograph_server.query.prepared.algebra import (
    Beyond,
    Bound,
    Exists,
    Filter,
    Given,
    Group,
    Named,
    Node,
    Optional,
    Pattern,
    Same,
    Test,
    Variable,
    names_of,
)
from organograph_server.query.prepared.columns import ROW, Step
from organograph_server.query.prepared.filtering import BoundTested, SameTested, TextTested
from organograph_server.query.prepared.graph import Graph
from organograph_server.query.prepared.steps import (
    Added,
    Among,
    Begin,
    Fact,
    Forget,
    Held,
    Leading,
    Matching,
    Pairs,
    Spread,
    Walked,
    Wandered,
)

_FAR = 8.0
"""How many things a repeated property is taken to lead to."""


class Planner:
    """Makes the steps of one query over one graph.

    Args:
        graph: the graph.

    Attributes:
        terms: the places of the constants that stand for terms, with the language of each.
        rows: about how many rows there are after the steps that were made.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.terms: dict[int, str] = {}
        self.rows = 1.0

    def group(self, group: Group, needed: Collection[str]) -> list[Step]:
        """The steps that work out a group from a row that binds nothing.

        Args:
            group: the group.
            needed: the variables whose values are asked for.

        Raises:
            Beyond: it is not worked out here.
        """
        certain = names_of(group.patterns)
        early = [test for test in group.filters if test.names <= certain and not isinstance(test, Exists | Bound)]
        late = [test for test in group.filters if test not in early]
        after = {*needed}.union(*(test.names for test in late), *(_looks_at(each) for each in group.optionals))
        steps = [*self._patterns(group.patterns, frozenset(), early, after)]
        # What leaves fewer rows goes before what adds to them.
        steps += [self._exists(test, certain) for test in late if isinstance(test, Exists)]
        steps += [self._optional(each, certain) for each in group.optionals]
        steps += [self._tested(test) for test in late if not isinstance(test, Exists)]
        return [*steps, Forget(frozenset(needed))]

    def node(self, node: Node) -> int:
        """A constant; see columns.number_of.

        Raises:
            Beyond: the graph does not have it.
        """
        if isinstance(node, Named):
            return self._graph.node(node.iri)
        assert isinstance(node, Given)  # noqa: S101 - a variable is no constant
        self.terms[node.place] = node.language
        return ~node.place

    def _patterns(self, patterns: Sequence[Pattern], outer: Set[str], filters: Sequence[Filter], after: Set[str]) -> Iterator[Step]:
        """Join patterns, and test what they find.

        Args:
            patterns: all of them.
            outer: the variables that have values already.
            filters: the tests.
            after: the variables that are needed then.
        """
        facts = [pattern for pattern in patterns if not pattern.names]
        waiting, pending = [pattern for pattern in patterns if pattern.names], [*filters]
        known, columns = {*outer}, {*outer}
        while waiting:
            best = min(waiting, key=lambda pattern: self._rows(pattern, known))
            self.rows = self._rows(best, known)
            if self.rows == inf:
                raise Beyond("things that have nothing to do with one another, or a path from anywhere")
            waiting.remove(best)
            yield self._joined(best, known)
            known |= best.names
            ready = [test for test in pending if test.names <= known]
            pending = [test for test in pending if test not in ready]
            yield from map(self._tested, ready)
            later = frozenset(after).union(names_of(waiting), *(test.names for test in pending))
            if not columns | best.names <= later:
                yield Forget(later)
            columns = (columns | best.names) & later
        yield from (self._fact(pattern) for pattern in facts)
        yield from map(self._tested, pending)

    def _rows(self, pattern: Pattern, known: Set[str]) -> float:
        """About how many rows there will be with a pattern."""
        links, back = self._graph.links(pattern.predicate)
        start, end = (_is_known(node, known) for node in (pattern.subject, pattern.object))
        if pattern.repeated and (start == end) and (not start or len(pattern.names) == 2):
            return inf
        if start and end:
            return self.rows * 0.5
        if not pattern.names & known and known and not (start or end):
            return inf
        if pattern.repeated:
            return self.rows * _FAR
        if start or end:
            return self.rows * links.number / max(1, len(links if start else back))
        return links.number

    def _joined(self, pattern: Pattern, known: Set[str]) -> Step:
        links, back = self._graph.links(pattern.predicate)
        subject, value, repeated = pattern.subject, pattern.object, pattern.repeated
        if isinstance(subject, Variable) and isinstance(value, Variable):
            if subject.name in known and value.name in known:
                return Held(links, subject.name, value.name)
            if subject.name not in known and value.name not in known:
                return Pairs(links, subject.name, value.name)
            start, end, way = (subject, value, links) if subject.name in known else (value, subject, back)
            return Wandered(way, start.name, end.name, repeated == "*") if repeated else Spread(way, start.name, end.name)
        variable, other, way = (value, subject, links) if isinstance(value, Variable) else (subject, value, back)
        assert isinstance(variable, Variable)  # noqa: S101 - one of both is
        node = self.node(other)
        if variable.name in known:
            return Among(way, variable.name, node, repeated)
        return Walked(way, node, variable.name, repeated == "*") if repeated else Begin(way, node, variable.name)

    def _fact(self, pattern: Pattern) -> Step:
        links, _ = self._graph.links(pattern.predicate)
        return Fact(links, self.node(pattern.subject), self.node(pattern.object), pattern.repeated)

    def _exists(self, test: Exists, certain: Set[str]) -> Step:
        needs = test.names & certain
        if len(test.patterns) == 1 and len(needs) == 1:
            (pattern,), (name,) = test.patterns, needs
            if not pattern.repeated and len(pattern.names) == 2:
                links, back = self._graph.links(pattern.predicate)
                return Leading(links if pattern.subject == Variable(name) else back, name, test.negated)
        return Matching([*self._inner(test.patterns, needs, (), frozenset())], needs, test.negated)

    def _optional(self, optional: Optional, certain: Set[str]) -> Step:
        names = names_of(optional.patterns)
        new, needs = sorted(names - certain), _looks_at(optional) & certain
        return Added([*self._inner(optional.patterns, needs, optional.filters, {*new})], needs, new)

    def _inner(self, patterns: Sequence[Pattern], needs: Set[str], filters: Sequence[Filter], after: Set[str]) -> list[Step]:
        before = self.rows
        steps = [*self._patterns(patterns, {*needs, ROW}, filters, {*after, ROW})]
        self.rows = max(before, self.rows)
        return steps

    def _tested(self, test: Filter) -> Step:
        if isinstance(test, Test):
            return TextTested(self._graph, test)
        if isinstance(test, Same):
            return SameTested(test, self.node(test.other))
        if isinstance(test, Bound):
            return BoundTested(test)
        raise Beyond("a group within an option")


def _looks_at(optional: Optional) -> frozenset[str]:
    return names_of(optional.patterns).union(*(test.names for test in optional.filters))


def _is_known(node: Node, known: Iterable[str]) -> bool:
    return not isinstance(node, Variable) or node.name in known
