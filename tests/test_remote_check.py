"""Data that a store holds is found at fault where the same data here is: by the same rules, with the same words, or the rule is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import Literal, Quad

from organograph.conformance.checks import Shapes, examine, prepare
from organograph.errors import CheckFailed
from organograph.faults import Fault
from organograph.remote import asking, judging, targets
from organograph.remote.asking import Refused, Source, TooMuch
from organograph.remote.judging import Judge, Judgement
from organograph.statements import Graph, Term
from shaclsuite import SuiteCase
from shapecases import Case, cases, graph, rules, shapes
from test_checks import query, turtle
from test_checks import rules as rule
from test_engine_suite import CASES as SUITE

KNOWN = cases()
TRUE, ONE = Literal(True), Literal(1)


class InProcess:
    """A store in this process, which holds one graph.

    Args:
        triples: the graph.
        most: rows that an answer may have.
        unable: a word that it can do nothing with.
        changes: whether it gives a truth as a number.
        turns: whether it orders texts from last to first.
    """

    def __init__(self, triples: Graph, most: int = 1_000_000, unable: str = "", changes: bool = False, turns: bool = False) -> None:
        self._store = pyoxigraph.Store()
        self._store.bulk_extend(Quad(*triple) for triple in triples)  # type: ignore[arg-type]
        self._most, self._unable, self._changes = most, unable, changes
        self._turns = turns
        self.requests, self.size, self.longest = 0, 0, 0
        self.tell = lambda: None
        self.asked: list[str] = []

    def rows(self, query: str, graphs: Sequence[str]) -> list[Sequence[Term | None]]:
        """See Store."""
        self.requests += 1
        self.asked.append(query)
        if self._unable and self._unable in query:
            raise Refused("the store says: no")
        found = self._store.query(query.replace("BY STR(?this)", "BY DESC(STR(?this))") if self._turns else query)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        rows = [tuple(row) for row in found]
        if len(rows) > self._most:
            raise TooMuch
        self.longest = max(self.longest, len(rows))
        return [[ONE if self._changes and term == TRUE else term for term in row] for row in rows]  # type: ignore[misc]

    def state(self) -> str:
        """See Store; nobody loads anything."""
        return ""

    def close(self) -> None:
        """See Store."""


def judged(data: Graph, together: Shapes, push: bool = True, **store: Any) -> Judgement:
    return Judge(Source(InProcess(data, **store), ()), together, push=push).judgement()


def local(data: Graph, together: Shapes) -> set[Fault]:
    return set(examine(data, together, lambda found: [None]).faults)


@pytest.fixture
def one_rule(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the rules that are judged; the others are left out, so that each case takes little time."""
    chosen: set[str] = set()
    every = judging.pieces

    def some(plan, described):  # type: ignore[no-untyped-def]
        found, refused = every(plan, described)
        return [piece for piece in found if str(piece.node).rpartition("/")[2].rstrip(">") in chosen], refused

    monkeypatch.setattr(judging, "pieces", some)
    monkeypatch.setattr(Judge, "_looks", lambda self: {})
    return chosen


@pytest.mark.parametrize("case", KNOWN, ids=str)
def test_each_rule_finds_the_same_in_a_store(case: Case, one_rule: set[str]) -> None:
    """Each example of each shipped rule is judged in a store as here, after the store has narrowed down what may be at fault."""
    one_rule.add(case.rule.removeprefix("shape:"))
    found = judged(graph(case), shapes(rules()[case.rule]))
    assert found.refused == {}
    assert len(found.pushed) + len(found.fetched) == 1
    assert {fault.thing for fault in found.faults} == case.at


@pytest.mark.parametrize("push", [True, False])
@pytest.mark.parametrize("case", KNOWN[::60], ids=str)
def test_all_that_is_told_is_the_same(case: Case, push: bool) -> None:
    """All rules together find the same with the same words, values and severities, and look at as many things."""
    data, together = graph(case), shapes(rules()[case.rule])
    here, there = examine(data, together, lambda found: [None]), judged(data, together, push)
    unlike = {rule for rule in here.looked_at if here.looked_at[rule] != there.looked_at[rule]}
    assert (set(there.faults), unlike) == ({fault for fault in here.faults if fault.rule not in there.refused}, set())
    assert all("blank node" in why for why in there.refused.values())
    assert case.rule.startswith("shape:Term") or not there.refused


@pytest.mark.parametrize("case", SUITE, ids=str)
def test_every_kind_of_constraint_is_judged_as_here(case: SuiteCase) -> None:
    """Of the W3C's suite a store is found at fault as the same data here; what holds blank nodes or cannot be told is refused."""
    data, made = case.parts()
    try:
        together = prepare(Graph(data), own=False), prepare(Graph(made), own=False)
    except CheckFailed:
        assert case.expected() is None
        return
    here, there = examine(Graph(data), together[1], lambda found: [None]), judged(Graph(data), together[1])
    if there.refused:
        assert set(there.faults) < set(here.faults) or not here.faults
        assert any("blank node" in why or "cannot be told" in why for why in there.refused.values())
    else:
        assert (set(there.faults), there.looked_at) == (set(here.faults), here.looked_at)


def test_the_suite_is_at_hand() -> None:
    """The W3C's suite was tried, or it is told that it was not."""
    if not SUITE:
        pytest.skip("outside material is not at hand: ../shared/suites/shacl-tests")


MANY = " ".join(f":u{number:02} a org:OrganizationalUnit ; og:parent :u{(number + 1) % 12:02}, :x{number} ." for number in range(12))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and lists of a few things."""
    for module, name, number in ((targets, "PAGE", 5), (asking, "BATCH", 2)):
        monkeypatch.setattr(module, name, number)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("push", [True, False])
def test_no_more_than_a_page_is_read_at_a_time(push: bool) -> None:
    """However many things are at fault, all are found, and no answer is longer than a page or what is read of a few things."""
    store, together = InProcess(turtle(MANY)), rule("sh:path og:parent ; sh:maxCount 1")
    found = Judge(Source(store, ()), together, push=push).judgement()
    assert set(found.faults) == local(turtle(MANY), together)
    assert len(found.faults) == 12
    assert store.longest <= 6
    assert not any("OFFSET" in query for query in store.asked)


@pytest.mark.usefixtures("small_pages")
def test_what_is_too_long_is_asked_in_shorter_pieces() -> None:
    """An answer that is too long is asked for again in halves; what is too long for one thing is refused, and told."""
    data, together = turtle(MANY), rule("sh:path og:parent ; sh:maxCount 1")
    assert judged(data, together, most=5).faults.keys() == local(data, together)
    told = judged(turtle(MANY + " :u00 og:parent :a, :b, :c, :d, :e ."), together, most=5)
    assert told.refused == {"shape:Unit-rule": "what it reads of https://example.org/id/unit/u00 is more than one answer may have"}


@pytest.mark.parametrize(
    "constraint",
    [
        *(
            'sh:in ( "yes" "no" )',
            'sh:in ( <urn:x> "yes" )',
            "sh:in ( <urn:x> <urn:y> )",
            "sh:in ( )",
            'sh:hasValue "no"',
            "sh:hasValue <urn:y>",
        ),
        *("sh:datatype xsd:string", "sh:datatype rdf:langString", "sh:datatype xsd:integer", "sh:class org:OrganizationalUnit"),
        *("sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:nodeKind sh:BlankNodeOrIRI", "sh:disjoint og:note"),
    ],
)
def test_a_value_of_another_kind_is_at_fault_as_well(constraint: str) -> None:
    """Whatever a value is compared with, one for which that comparison fails in SPARQL is left by the store."""
    values = ('"yes"', '"yes"@en', '"oui"@en', '"no"^^<urn:t>', '"maybe"', "7", "true", "<urn:x>", ":u00")
    data = turtle(" ".join(f":u{number:02} a org:OrganizationalUnit ; og:note {value} ." for number, value in enumerate(values)))
    together = rule(f"sh:path og:note ; {constraint}")
    told = judged(data, together)
    assert (told.faults.keys(), told.refused) == (local(data, together), {})
    assert told.faults


def test_what_a_store_cannot_do_is_done_here() -> None:
    """A query that a store refuses narrows nothing down: all things are fetched, the reason is told, and the same is found."""
    data, together = turtle(MANY), rule("sh:path og:parent ; sh:maxCount 1")
    found = judged(data, together, unable="HAVING")
    assert found.faults.keys() == local(data, together)
    assert found.fetched == {"shape:Unit-rule": "the store does not narrow it: the store says: no"}
    assert judged(data, together, unable="ORDER BY").refused == {"shape:Unit-rule": "the store says: no"}


def test_a_store_with_an_order_of_its_own_is_refused() -> None:
    """Where pages do not come in the order that SPARQL tells, things could be left out between them, so nothing is judged."""
    told = judged(turtle(MANY), rule("sh:path og:parent ; sh:maxCount 1"), turns=True)
    assert "orders texts in a way of its own" in told.refused["shape:Unit-rule"]


def test_what_cannot_be_bounded_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that reads all statements of a property, more than are read at once, is refused with the reason."""
    monkeypatch.setattr(judging, "MOST_ROWS", 5)
    select = "SELECT $this WHERE { $this a ?any . FILTER EXISTS { ?a og:parent ?b . } }"
    found = judged(turtle(MANY), rule(f"sh:path og:parent ; {query(select)}"))
    assert "reads more than 5 statements" in found.refused["shape:Unit-rule"]


def test_blank_nodes_are_refused() -> None:
    """A thing without a name cannot be asked for again, so the rules that meet it are refused, and only these."""
    data = turtle(MANY + " [] a org:OrganizationalUnit ; og:parent :u00, :u01 .")
    assert "blank node" in judged(data, rule("sh:path og:parent ; sh:maxCount 1")).refused["shape:Unit-rule"]


def test_values_that_a_store_changes_are_not_judged() -> None:
    """A rule that reads what a store gives as something else, such as a truth as 1, is refused, and other rules are not."""
    data = turtle(MANY + " :u00 og:manyHolders true .")
    reads = rule("sh:path og:manyHolders ; sh:nodeKind sh:IRI")
    assert judged(data, reads, changes=True).refused == {"shape:Unit-rule": "it reads values of xsd:boolean, which this store changes"}
    assert judged(data, reads).refused == {}
    whole = turtle(MANY + ' :u00 og:order "7"^^xsd:nonNegativeInteger .')
    typed = judged(whole, rule("sh:path og:order ; sh:datatype xsd:nonNegativeInteger"))
    assert typed.refused == {"shape:Unit-rule": "it reads values of xsd:nonNegativeInteger, which this store changes"}
    assert judged(turtle(MANY), rule("sh:path og:order ; sh:datatype xsd:nonNegativeInteger")).refused == {}
    assert judged(data, rule("sh:path og:parent ; sh:maxCount 1"), changes=True).refused == {}
