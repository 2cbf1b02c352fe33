"""Checks graphs of a store with shapes: the store narrows things down to what may be at fault, and the engine judges that page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from pyoxigraph import NamedNode

from organograph.conformance.checks import Shapes, failed, fault, found_by, name_of, on_its_way
from organograph.conformance.findings import LABELS, finding
from organograph.conformance.rules import qname
from organograph.engine import Data, Result, Unusable
from organograph.engine.description import Description
from organograph.engine.queries import NotHere
from organograph.engine.reads import Read
from organograph.engine.shapes import Shape
from organograph.engine.terms import SUBCLASS
from organograph.engine.terms import Term as EngineTerm
from organograph.errors import StoreUnusable
from organograph.faults import Fault, Language
from organograph.messages import Message
from organograph.remote.asking import MOST_ROWS, NotFetched, Refused, Source, TooMuch
from organograph.remote.forms import altered, has_numbers, named, with_values
from organograph.remote.narrowing import Unpushed, narrowed
from organograph.remote.neighbourhood import Neighbourhood, onward
from organograph.remote.pieces import Piece, pieces
from organograph.remote.targets import pages, pattern
from organograph.statements import Graph, Term, Triple

_TOO_MUCH = "an answer would have more bytes than it may"
_OF_WHICH = "it reads more than %(most)s statements of %(property)s, and it cannot be told of which things"
_AT_ONCE = 12
"""How many patterns one query joins."""


@dataclass
class Judgement:
    """What was found in some graphs of a store.

    Args:
        faults: the findings.
        looked_at: how many things each rule looked at, by its name.
        pushed: the shapes of which the store left what may be at fault.
        fetched: the shapes of which all things were fetched, and why.
        refused: the shapes that were not checked, and why.
    """

    faults: dict[Fault, None] = field(default_factory=dict)
    looked_at: dict[str, int] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)
    fetched: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class _Lot:
    """Pieces that are judged together.

    Args:
        pieces: they.
        head: prefixes of the query that finds their things.
        group: what binds `?this` to these.
    """

    pieces: list[Piece]
    group: str
    head: str = ""


class Judge:
    """Checks graphs of a store.

    Args:
        source: the graphs.
        shapes: the rules.
        language: of the findings.
        push: whether the store may leave what may be at fault.
        datatypes: those that the store alters, and whether values are lost; None to find out.
    """

    def __init__(
        self, source: Source, shapes: Shapes, language: Language = "en", push: bool = True, datatypes: Mapping[Term, bool] | None = None
    ) -> None:
        self._source, self._shapes, self._language, self._push, self._altered = source, shapes, language, push, datatypes
        self._described = Description(shapes.graph)
        self._slices: dict[Read, list[Triple]] = {}
        self._seen: set[Result] = set()
        self._judged = Judgement()

    def judgement(self) -> Judgement:
        """What is found.

        Raises:
            StoreUnusable: the store does not answer.
            CheckFailed: a rule fails to run.
        """
        classes = self._slice(Read(None, SUBCLASS))
        self._classes = Data(classes)
        self._below_of: dict[EngineTerm, list[Term]] = {}
        found, refused = pieces(self._shapes.plan, self._described)
        for node, why in refused.items():
            self._refuse(node, why)
        targets: dict[tuple[tuple[str, EngineTerm], ...], list[Piece]] = {}
        datatypes = altered(self._source) if self._altered is None else self._altered
        changed = with_values(self._source, (datatype for datatype, lost in datatypes.items() if lost))
        for piece in found:
            read = {*piece.properties}
            touched = {of for name, of in changed.items() if piece.reads_any or name in read}
            asked = {of for of in named(self._described, piece.asked, piece.uses) if of in datatypes}
            if touched := touched or (asked if asked and has_numbers(self._source, read) else set()):
                told = ", ".join(sorted(map(qname, touched)))
                self._refuse(piece.node, Message("it reads values of %(told)s, which this store changes", told=told))
            elif piece.constraints:
                targets.setdefault(piece.shape.targets, []).append(piece)
        for target, held in targets.items():
            self._of_target(target, held)
        self._judged.looked_at = self._looks()
        return self._judged

    def _of_target(self, target: tuple[tuple[str, EngineTerm], ...], held: list[Piece]) -> None:
        try:
            group = pattern(target, "this", self._below)
        except NotFetched as reason:
            for piece in held:
                self._refuse(piece.node, reason.why)
            return
        whole = _Lot([], group)
        for lot in self._lots(held, group, whole):
            try:
                self._judge(lot)
            except (Refused, TooMuch) as reason:
                for piece in lot.pieces:
                    self._fetch(whole, piece, Message("the store does not narrow it: %(reason)s", reason=_why(reason)))
        if whole.pieces:
            try:
                self._judge(whole)
            except (Refused, TooMuch) as reason:
                for piece in whole.pieces:
                    self._refuse(piece.node, _why(reason))

    def _lots(self, held: Sequence[Piece], group: str, whole: _Lot) -> Iterator[_Lot]:
        """What the store narrows; all other pieces go to the lot of which all things are judged."""
        together: list[tuple[Piece, tuple[str, ...]]] = []
        for piece in held:
            try:
                if not self._push:
                    raise Unpushed("nothing is left to the store")
                if piece.is_whole:
                    raise Unpushed("it asks by other shapes")
                found = narrowed(self._shapes.graph, self._described, piece.asked, self._below, piece.held is None)
            except (Unpushed, NotFetched) as reason:
                self._fetch(whole, piece, reason.why)
                continue
            for head, query in found.queries:
                prefixes = "".join(f"PREFIX {prefix}: <{name}> " for prefix, name in head.items() if f"{prefix}:" in query)
                yield _Lot([piece], f"{{ {query} }} {{ {group} }}", prefixes)
            if found.groups:
                together.append((piece, tuple(f"{{ {{ {group} }} {each} }}" for each in found.groups)))
            if self._name(piece.node) not in {*self._judged.fetched, *self._judged.refused}:
                self._judged.pushed.append(self._name(piece.node))
        for start in range(0, len(together), _AT_ONCE):
            some = together[start : start + _AT_ONCE]
            yield _Lot([piece for piece, _ in some], " UNION ".join(each for _, groups in some for each in groups))

    def _fetch(self, whole: _Lot, piece: Piece, why: str) -> None:
        name = self._name(piece.node)
        if name in self._judged.pushed:
            self._judged.pushed.remove(name)
        self._judged.fetched[name] = why
        if piece not in whole.pieces:
            whole.pieces.append(piece)

    def _judge(self, lot: _Lot) -> None:
        """Judge all things of a lot, page by page."""
        try:
            for page in pages(self._source, lot.head, lot.group):
                self._page(lot.pieces, page)
        except NotFetched as reason:
            for piece in lot.pieces:
                self._refuse(piece.node, reason.why)

    def _page(self, held: Sequence[Piece], page: Sequence[Term]) -> None:
        around = Neighbourhood(self._source, page, onward(read for piece in held for read in piece.reads))
        ready: list[Piece] = []
        slices: dict[Read, None] = {}
        for piece in held:
            try:
                around.fetch(piece.reads)
                for read in piece.reads:
                    if read.way is None:
                        self._slice(read)
                        slices[read] = None
                ready.append(piece)
            except (NotFetched, Refused) as reason:
                self._refuse(piece.node, reason.why)
        triples = dict.fromkeys(chain(around.triples, *(self._slice(read) for read in slices), self._slice(Read(None, SUBCLASS))))
        self._run(ready, page, Data(triples), Graph(triples))

    def _run(self, held: Sequence[Piece], page: Sequence[Term], data: Data, graph: Graph) -> None:
        run, focus, results = self._shapes.plan.run_over(data), dict.fromkeys(map(data.number, page)).keys(), list[Result]()
        for piece in held:
            try:
                results += [result for result in piece.results(run, focus) if result not in self._seen]
            except NotHere as reason:
                self._refuse(piece.node, str(reason))
            except Unusable as error:
                raise failed(error, self._shapes) from error
        self._told(list(dict.fromkeys(results)), data, graph)
        self._seen.update(results)  # not before, so that what could not be told is found again

    def _told(self, results: Sequence[Result], data: Data, graph: Graph) -> None:
        """Tell results in words, for which the labels of what they name are fetched."""
        found = [on_its_way(found_by(result, self._language), data, self._shapes) for result in results]
        named: dict[Term, None] = {}
        for one in found:
            rule = self._shapes.rules.get(one.shape)
            parts = (one.this, one.value, *(one.way[1] if one.way else ()))
            asked = (rule.path, *rule.expected, *chain(*rule.parameters.values())) if rule else ()
            listed = graph.objects(one.this, rule.path) if rule and rule.path else ()
            steps = [NamedNode(iri) for iri in one.way[0].replace(">", "<").split("<")[1::2]] if one.way else []
            named.update(dict.fromkeys(term for term in (*parts, *asked, *listed, *steps) if isinstance(term, NamedNode)))
        labels = Neighbourhood(self._source, named, frozenset(LABELS))
        labels.fetch(Read((), label) for label in LABELS)
        whole = graph + labels.triples
        for one in found:
            self._judged.faults[fault(finding(whole, self._shapes.rules, one, self._language), lambda found: [None])] = None

    def _slice(self, read: Read) -> list[Triple]:
        """All statements of a property, as far as they fit."""
        if read not in self._slices:
            subject, value = (term if term is None else str(term) for term in (read.subject, read.value))
            if read.predicate is None:
                raise NotFetched("it cannot be told what it reads")
            given = f"BIND ({subject} AS ?s) " if subject else "", f"BIND ({value} AS ?o) " if value else ""
            where = f"{subject or '?s'} {read.predicate} {value or '?o'}"
            rows = self._source.rows(f"SELECT DISTINCT ?s ?o WHERE {{ {where} {''.join(given)}}} LIMIT {MOST_ROWS + 1}")
            try:
                found: list[Triple] = [(s, read.predicate, o) for s, o in rows if s is not None and o is not None]
            except TooMuch as error:
                raise NotFetched(_TOO_MUCH) from error
            if len(found) > MOST_ROWS:
                raise NotFetched(_OF_WHICH, most=MOST_ROWS, property=read.predicate.value)
            self._slices[read] = list(found)
        return self._slices[read]

    def _below(self, of: EngineTerm) -> Sequence[Term]:
        """A class and its subclasses, as the store has them."""
        if of not in self._below_of:
            self._below_of[of] = cast(list[Term], self._classes.classes(of))
        return self._below_of[of]

    def _refuse(self, node: EngineTerm, why: str) -> None:
        name, judged = self._name(node), self._judged
        judged.refused.setdefault(name, why)
        judged.fetched.pop(name, None)
        judged.pushed = [other for other in judged.pushed if other != name]

    def _name(self, node: EngineTerm) -> str:
        return name_of(cast(Term, node), self._shapes)

    def _looks(self) -> dict[str, int]:
        """How many things each rule looks at; see Plan.looked_at. The store counts them."""
        groups: dict[EngineTerm, dict[str, None]] = {}
        waiting = [(shape, group, 0) for shape in self._shapes.plan.shapes if (group := self._counted(shape))]
        while waiting:
            shape, group, depth = waiting.pop()
            groups.setdefault(shape.node, {})[f"{{ SELECT (?x{depth} AS ?looked) WHERE {{ {group} }} }}"] = None
            beyond = group if shape.path is None else f"{{ {group} }} ?x{depth} {shape.path.sparql()} ?x{depth + 1}"
            waiting += [(held, beyond, depth + (shape.path is not None)) for held in shape.properties]
        known: dict[str, int] = {"": 0}
        return {rule.name: self._count(" UNION ".join(sorted(groups.get(node, ()))), known) for node, rule in self._shapes.rules.items()}

    def _counted(self, shape: Shape) -> str:
        try:
            return "" if shape.why_not else pattern(shape.targets, "x0", self._below)
        except NotFetched:
            return ""

    def _count(self, group: str, known: dict[str, int]) -> int:
        if group not in known:
            try:
                ((number,),) = self._source.rows(f"SELECT (COUNT(DISTINCT ?looked) AS ?number) WHERE {{ {group} }}")
            except (Refused, TooMuch, ValueError) as error:
                raise StoreUnusable("The store does not count the things that rules look at.", "Ask who keeps it.") from error
            known[group] = int(number.value) if number is not None else 0
        return known[group]


def _why(reason: Refused | TooMuch) -> str:
    return reason.why if isinstance(reason, Refused) else _TOO_MUCH
