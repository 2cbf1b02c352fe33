"""What an edition brings, found in passes and looked up thing by thing, is what dividing all its statements in memory gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from organograph.names import DCTERMS, RDF
from organograph_server.dataset.quads import Quads
from organograph_server.stream.versions import state, versions

_EDITIONS = ["urn:e/1", "urn:e/2", "urn:e/3"]
_THINGS = [
    "urn:a",
    "urn:a#b",
    "urn:a#b/c",
    "urn:a-b",
    "urn:ab",
    "urn:c#d",
    *(f"{edition}{end}" for edition in _EDITIONS for end in ("", "#s", "#t")),
]
_nodes = st.sampled_from([NamedNode(iri) for iri in _THINGS])
_blank = st.sampled_from([BlankNode("a"), BlankNode("b")])
_predicates = st.sampled_from([NamedNode("urn:p"), NamedNode("urn:q"), DCTERMS.source])
_triples = st.one_of(
    st.builds(Triple, st.one_of(_nodes, _blank), _predicates, st.one_of(_nodes, _blank, st.sampled_from([Literal("x"), Literal("y")]))),
    st.builds(Triple, st.one_of(_nodes, _blank), st.just(RDF.subject), _nodes),
)
_said = st.lists(st.tuples(_triples, st.sampled_from(_EDITIONS)), max_size=25)


def _whole(term: object) -> str:
    return term.value.partition("#")[0] if isinstance(term, NamedNode) else ""


def _divided(triples: Sequence[Triple], edition: str) -> dict[str, set[Triple]]:
    """All statements of an edition by the things that they are of: what a part, or a statement about a statement, belongs to."""
    about = {triple.subject: _whole(triple.object) for triple in triples if triple.predicate.value == RDF.subject.value}
    found: dict[str, set[Triple]] = defaultdict(set)
    for triple in triples:
        owner = _whole(triple.subject)
        found[about.get(triple.subject, edition) if owner in ("", edition) else owner].add(triple)
    return found


def _statements_are_about_one_thing(said: Sequence[tuple[Triple, str]]) -> bool:
    about: dict[tuple[object, str], set[str]] = defaultdict(set)
    for triple, edition in said:
        if triple.predicate.value == RDF.subject.value:
            about[triple.subject, edition].add(_whole(triple.object))
    return all(len(things) == 1 for things in about.values())


@settings(max_examples=300, deadline=None)
@given(_said.filter(_statements_are_about_one_thing))
def test_versions_are_those_of_all_statements_divided(said: list[tuple[Triple, str]]) -> None:
    """What is there, what left, what changed in which properties, and all that is said of each thing, are equal."""
    quads = Quads(Quad(triple.subject, triple.predicate, triple.object, NamedNode(edition)) for triple, edition in said)
    before, last = dict[str, set[Triple]](), ""
    for edition, found in zip(_EDITIONS, versions(quads, _EDITIONS), strict=True):
        now = _divided([triple for triple, where in dict.fromkeys(said) if where == edition], edition)
        assert list(found.now) == sorted(now)
        assert list(found.gone) == sorted(before.keys() - now.keys())
        assert {thing for thing in now if found.is_new(thing)} == now.keys() - before.keys()
        assert {thing: set(state(quads, edition, thing)) for thing in now} == now
        changed = {thing: _differing(thing, before[thing], now[thing]) for thing in before.keys() & now.keys()}
        assert found.changed == {thing: terms for thing, terms in changed.items() if terms and thing not in (last, edition)}
        assert found.between(0, len(found)) == (found.gone, found.now)
        before, last = now, edition


def _differing(thing: str, before: set[Triple], now: set[Triple]) -> list[str]:
    """The properties in which two states differ, beside what says where statements are from."""
    own = {triple for triple in before ^ now if _whole(triple.subject) == thing and triple.predicate != DCTERMS.source}
    return sorted({triple.predicate.value for triple in own})
