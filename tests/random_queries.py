"""Random small graphs and queries of the forms that are made ready, for comparing the answers of two engines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

THINGS = [NamedNode(f"http://e/{name}") for name in ("a", "b", "c", "d/../d")]
BLANKS = [BlankNode("one"), BlankNode("two")]
PROPERTIES = [NamedNode(f"http://e/{name}") for name in ("p", "q", "r")] + [NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
LITERALS = [
    Literal("Unit 1"),
    Literal("unit 1", language="en"),
    Literal('Ünit "1"\n\\ <http://www.w3.org/ns/org#', language="en-GB"),
    Literal("1", datatype=INTEGER),
    Literal(""),
    Literal("\x01\x7f\u2028'é"),
]

triples = st.builds(
    Triple, st.sampled_from([*THINGS, *BLANKS]), st.sampled_from(PROPERTIES), st.sampled_from([*THINGS, *THINGS, *BLANKS, *LITERALS])
)
# What a query can name is mostly there, for of what is not there the engine is asked.
_COMMON = [
    *(Triple(THINGS[3], PROPERTIES[0], term) for term in (*THINGS, *LITERALS)),
    *(Triple(THINGS[0], each, THINGS[1]) for each in PROPERTIES[1:]),
]
graphs = st.lists(triples, min_size=1, max_size=14, unique=True).flatmap(
    lambda own: st.booleans().map(lambda with_common: [*dict.fromkeys([*own, *(_COMMON if with_common else ())])])
)

_VARIABLES = st.sampled_from(["?x", "?x", "?y", "?y", "?y", "?z", "$w"])
_IRIS = st.sampled_from(
    [*map(str, THINGS[:3]), ":a", ":b", ":c", ":a", ":p", ":q", *map(str, THINGS[:3]), "<http://e/d/../d>", "<http://e/nowhere>"]
)
_STRINGS = st.sampled_from(['"Unit 1"', "'Unit 1'", '"unit 1"@en', '"unit 1"@EN', '"1"', '""'])
_STEPS = st.sampled_from([":p", ":q", ":p", ":q", ":r", "a", "<http://e/p>", ":p+", ":q*", "^:p", "^:r+", ":p/:q", ":p/^:q", ":p+/:r"])
_TEXTS = st.sampled_from(["{}", "STR({})", "LCASE(STR({}))", "UCASE({})", "LANG({})", "LCASE({})", "ucase(str({}))"])
_NEEDLES = st.sampled_from(['"unit"', "'1'", '""', '"UNIT"', '"en"', '"*"', '"EN"', '"Unit 1"'])


@st.composite
def _triples(draw: st.DrawFn) -> str:
    subject = draw(st.sampled_from([_VARIABLES, _VARIABLES, _VARIABLES, _IRIS]).flatmap(lambda kind: kind))
    ends = st.sampled_from([_VARIABLES, _VARIABLES, _VARIABLES, _IRIS, _IRIS, _STRINGS]).flatmap(lambda kind: kind)
    said = [f"{draw(_STEPS)} {draw(ends)}" for _ in range(draw(st.sampled_from([1, 1, 2])))]
    return f"{subject} {' ; '.join(said)}"


@st.composite
def _conditions(draw: st.DrawFn) -> str:
    name, text, needle = draw(_VARIABLES), draw(_TEXTS), draw(_NEEDLES)
    inside = draw(_triples())
    return draw(
        st.sampled_from(
            [
                f"CONTAINS({text.format(name)}, {needle})",
                f"strstarts({text.format(name)}, {needle})",
                f"STRENDS({text.format(name)}, {needle})",
                f"LANGMATCHES(LANG({name}), {needle})",
                f"({text.format(name)} = {needle})",
                f"({text.format(name)} != {needle})",
                f"({name} = :a)",
                f"({name} != <http://e/b> && BOUND({name}))",
                f"(!BOUND({name}))",
                f"BOUND({name})",
                f"NOT EXISTS {{ {inside} }}",
                f"EXISTS {{ {inside} }}",
            ]
        )
    )


@st.composite
def groups(draw: st.DrawFn) -> str:
    """What stands between the braces of a query."""
    # Most things have to do with one another, and most tests are of what is there.
    first = draw(st.sampled_from([f"?x {draw(_STEPS)} ?y", f"?y {draw(_STEPS)} ?x", draw(_triples())]))
    parts = [first + " .", *(draw(_triples()) + " ." for _ in range(draw(st.integers(0, 2))))]
    if draw(st.booleans()):
        more = f" FILTER {draw(_conditions())}" if draw(st.booleans()) else ""
        parts.append(f"OPTIONAL {{ {draw(_triples())}{more} }}")
    parts += [f"FILTER {draw(_conditions())}" for _ in range(draw(st.integers(0, 2)))]
    return " ".join(parts)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query."""
    group = "{ " + draw(groups()) + " }"
    limit = draw(st.sampled_from(["", "", " LIMIT 2", " LIMIT 1 OFFSET 1", " OFFSET 1"]))
    order = draw(st.sampled_from(["", "", " ORDER BY ?x", " ORDER BY DESC(?y) ?x", " ORDER BY ASC(?z)"]))
    counted = draw(st.sampled_from(["(COUNT(*) AS ?n)", "(COUNT(?y) AS ?n)", "(COUNT(DISTINCT ?z) AS ?n) (COUNT(?x) AS ?m)"]))
    text = draw(
        st.sampled_from(
            [
                f"SELECT * WHERE {group}{order}{limit}",
                f"SELECT ?x ?y WHERE {group}{order}{limit}",
                f"SELECT DISTINCT ?x $w {group}{order}{limit}",
                f"SELECT ?z {group}{order}",
                f"SELECT {counted} WHERE {group}",
                f"SELECT ?x {counted} WHERE {group} GROUP BY ?x ORDER BY DESC(?n) ?x{limit}",
                f"SELECT ?x ?y {counted} WHERE {group} GROUP BY ?x ?y",
                f"ASK {group}",
                f"CONSTRUCT {{ ?x :r ?y ; a :b . :a :q ?z }} WHERE {group}{order}",
                f"DESCRIBE {draw(_IRIS)} {draw(_IRIS)}",
            ]
        )
    )
    return f"PREFIX : <http://e/> {text} #{draw(st.integers(0, 9))}"


_PIECES = re.compile(r"\s+|<[^>]*>|\"[^\"]*\"|'[^']*'|[?$:@]?\w+|.", re.DOTALL)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A query in which some words are missing, are there twice, have changed places or stand together."""
    pieces: list[str] = _PIECES.findall(draw(queries()))
    for _ in range(draw(st.integers(1, 3))):
        place, other = (draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
        pieces = draw(st.sampled_from(_ways(pieces, place, other)))
    return "".join(pieces)


def _ways(pieces: Sequence[str], place: int, other: int) -> list[list[str]]:
    swapped = [*pieces]
    swapped[place], swapped[other] = pieces[other], pieces[place]
    return [
        [*pieces[:place], *pieces[place + 1 :]] or [""],
        [*pieces[:place], pieces[place], *pieces[place:]],
        swapped,
        [*pieces[:place], pieces[other], *pieces[place + 1 :]],
    ]
