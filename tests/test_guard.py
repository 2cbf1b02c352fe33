"""The guard before the query engine: what it refuses, what it lets pass, and that what passes does no harm."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from canary import Canary
from organograph_server.content.formats import JSON_RESULTS, TURTLE
from organograph_server.errors import (
    QueryMalformed,
    QueryTooDeep,
    QueryTooLarge,
    RequestMalformed,
    RequestRefused,
    ServiceRefused,
)
from organograph_server.query.guard import Limits, examine, is_plain
from organograph_server.query.head import plain_form, read_head
from organograph_server.query.store import QueryStore
from organograph_server.query.tokens import tokens

LIMITS = Limits()
FAR = "<http://far.example/>"
DATA = b'<http://e/a> <http://e/p> <http://e/a> .\n<http://e/a> <http://e/p> "a"@en .\n<http://e/a> <http://e/p> true .\n'
QUADS = list(parse(DATA.replace(b" true ", b' "true"^^<http://www.w3.org/2001/XMLSchema#boolean> '), format=RdfFormat.N_TRIPLES))


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {FAR} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service silent {FAR} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE#c\n{FAR}{{}} }}",
        "SELECT * { ?s ?p ?o SERVICE?o{} }",
        f"SELECT * {{ \\u0053ERVICE {FAR} {{}} }}",
        f"SELECT * {{ \\U00000053ERVICE {FAR} {{}} }}",
        # The engine does not look where a word ends.
        f"SELECT * {{ SERVICESILENT{FAR}{{}} }}",
        f"SELECT * {{ ?s ?p trueSERVICE {FAR} {{}} }}",
        f"SELECT * {{ ?s ?p 1SERVICE {FAR} {{}} }}",
        # It tries a name, and where that fails reads the keyword out of it.
        f"PREFIX : {FAR} SELECT * {{ SERVICE:{{}} }}",
        f"PREFIX e: {FAR} SELECT * {{ SERVICEe:{{}} }}",
        f"PREFIX SERVICEe: <http://e/> PREFIX e: {FAR} SELECT * {{ SERVICEe:{{}} }}",
        f"PREFIX e: {FAR} SELECT * {{ ?s ?p trueSERVICEe:{{}} }}",
        # A name whose IRI is none is read again from its colon on.
        f"PREFIX h: <http://h:80> SELECT * {{ ?s ?p h:SERVICE{FAR}{{}} }}",
        "PREFIX h: <http://h:80> SELECT * { ?s ?p h:SERVICE SILENT #c\n ?s {} }",
        # What looks like an IRI is an operator after an operand, so a string or comment may end elsewhere.
        f"SELECT * {{ FILTER('a'<'x>1')SERVICE{FAR}{{}} #'\n}}",
        f"SELECT * {{ BIND('a' AS ?b) FILTER(?b<?b#>'''\n)SERVICE{FAR}{{}} #'''\n}}",
        f"SELECT * {{ FILTER(EXISTS{{}}<'x>1')SERVICE{FAR}{{}} #'\n}}",
        f"SELECT * {{ FILTER(?b<<urn:x#y>)SERVICE{FAR}{{}}\n }}",
        # A long string with a bad escape is a short one, and then more.
        f'SELECT * {{ VALUES ?x {{ """abc" }} SERVICE {FAR} {{}} #\\q"""\n }}',
        f'SELECT * {{ VALUES ?x {{ """abc" }} SERVICE {FAR} {{}} #\\ud800"""\n }}',
    ],
)
def test_service_is_refused_in_every_disguise(query: str) -> None:
    """No query that has the engine call another server reaches it."""
    with pytest.raises(ServiceRefused) as refusal:
        examine(query, LIMITS)
    assert refusal.value.details["line"]


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "SERVICE <http://x> { }" }',
        "SELECT * { ?s ?p '''a\nSERVICE <x> {''' }",
        "SELECT ?service { ?s ?p ?service } # SERVICE <x> { }",
        "PREFIX e: <http://x/> SELECT * { ?s e:service ?service ; e:SERVICE <http://x/SERVICE> . ?s ?p _:service }",
        "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s service:p 1 } }",
        "PREFIX e: <http://x/> SELECT * FROM e:service { ?s a e:Service OPTIONAL { ?s ?p ?o } }",
        "SELECT * { VALUES (?a ?b) { (<urn:service> <urn:x#service>) (<http://x/service/y> <http://y/service/x>) } }",
        "SELECT * { ?s ?p ?a, ?b FILTER(?a<?b&&?b>?a) FILTER(?a < 1 || ?a<=2) }",
        "SELECT * { VALUES ?x { " + "<http://e/a> -1 'x'@en " * 1_500 + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(["<http://e/a>"] * 3_000) + ")) }",
        "SELECT * {" + "{" * 90 + "}" * 90 + "}",
        "SELECT * { ?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * 450) + ") }",
    ],
)
def test_harmless_queries_pass(query: str) -> None:
    """The word in strings, comments, IRIs, variables and names is no call, and long lists of values are no depth."""
    assert examine(query, LIMITS) == query
    QueryStore(QUADS, "http://e/").query(query, JSON_RESULTS)


def test_escapes_are_replaced_before_the_engine_reads() -> None:
    """Codepoint escapes outside strings are what they stand for; within strings and IRIs the engine reads them."""
    assert examine("\\u0041SK { ?s ?p '\\u0061' }", LIMITS) == "ASK { ?s ?p 'a' }"
    assert examine("ASK { ?s ?p '\\u0027' }", LIMITS) == "ASK { ?s ?p '\\u0027' }"
    assert examine("\\u0041SK { ?s ?p '\\\\u0061' \\ud800 }", LIMITS) == "ASK { ?s ?p '\\\\u0061' \\ud800 }"


Family = Callable[[int], str]
DEEP: dict[str, Family] = {
    "groups": lambda n: "SELECT * " + "{" * n + "}" * n,
    "groups never closed": lambda n: "SELECT * " + "{" * n,
    "parentheses": lambda n: "SELECT (" + "(" * n + "1" + ")" * n + " AS ?x) {}",
    "function calls": lambda n: "SELECT (" + "STR(" * n + "1" + ")" * n + " AS ?x) {}",
    "aggregates": lambda n: "SELECT (" + "COUNT(" * n + "1" + ")" * n + " AS ?x) {}",
    "EXISTS": lambda n: "SELECT * {" + "FILTER EXISTS {" * n + "}" * n + "}",
    "NOT EXISTS in an expression": lambda n: "SELECT * {" + "FILTER(1 && NOT EXISTS {" * n + "})" * n + "}",
    "subqueries": lambda n: "SELECT * {" + "{SELECT * {" * n + "}}" * n + "}",
    "paths in parentheses": lambda n: "SELECT * { ?s " + "(" * n + "<p>" + ")?" * n + " ?o }",
    "IN within IN": lambda n: "SELECT (" + "(1 IN (" * n + "1" + "))" * n + " AS ?x) {}",
    "triples within triples": lambda n: "SELECT * { ?s ?p " + "<<(?s ?p " * n + "1" + ")>>" * n + " }",
    "brackets hidden in an IRI": lambda n: "SELECT * { FILTER(1<" + "(" * n + "1>0" + ")" * n + ") }",
    "negations": lambda n: "SELECT (" + "!" * n + "1 AS ?x) {}",
    "sums": lambda n: "SELECT (1" + "+1" * n + " AS ?x) {}",
    "alternatives": lambda n: "SELECT (1" + "||1" * n + " AS ?x) {}",
    "steps of a path": lambda n: "SELECT * { ?s <p>" + "|<p>" * n + " ?o }",
    "unions": lambda n: "SELECT * { {}" + "UNION{}" * n + "}",
    "options": lambda n: "SELECT * { " + "OPTIONAL{}" * n + "}",
    "subtractions": lambda n: "SELECT * { " + "MINUS{}" * n + "}",
    "bindings": lambda n: "SELECT * { " + "".join(f"BIND(1 AS ?b{i})" for i in range(n)) + "}",
    "constant triples": lambda n: "SELECT * { " + "".join(f"<a> <p> <b{i}>." for i in range(n)) + "}",
    "projected expressions": lambda n: "SELECT " + " ".join(f"(1 AS ?v{i})" for i in range(n)) + "{}",
    "described things": lambda n: "DESCRIBE " + " ".join(f"<a{i}>" for i in range(n)),
    "conditions": lambda n: "SELECT (1 AS ?x) {} GROUP BY ?s HAVING" + "(1)" * n,
    "members of a list": lambda n: "SELECT * { ?s ?p (" + " 1" * n + ") }",
    "objects": lambda n: "SELECT * { ?s ?p 1" + ",1" * n + " }",
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_is_refused(name: str) -> None:
    """What nests or chains without end is refused, whatever it is made of, with its place."""
    with pytest.raises(QueryTooDeep) as refusal:
        examine(DEEP[name](5_000), LIMITS)
    assert refusal.value.details["column"]


def _deepest(family: Family) -> str:
    low, high = 1, 5_000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            examine(family(middle), LIMITS)
            low = middle
        except QueryTooDeep:
            high = middle
    return family(low)


def test_the_deepest_that_passes_leaves_half_of_the_stack() -> None:
    """The engine answers the deepest query of each family on half of the usual stack; less would end the process."""
    slow = {"members of a list", "objects"}  # they take the engine's planner seconds, and less stack than constant triples
    queries = [_deepest(family) for name, family in DEEP.items() if name not in slow]
    program = """
import sys, threading, pyoxigraph
def run():
    store = pyoxigraph.Store()
    for query in sys.stdin.read().split("\\0"):
        try:
            list(store.query(query, base_iri="http://e/"))
        except SyntaxError:
            pass
        except TypeError:
            pass
threading.stack_size(4 * 1024 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
print("whole")
"""
    done = subprocess.run([sys.executable, "-c", program], input="\0".join(queries), capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "whole", done.stderr


def test_size_and_surrogates_are_refused() -> None:
    """A query that is too long, or that no encoding of text can carry, is refused before anything reads it."""
    with pytest.raises(QueryTooLarge):
        examine("ASK {} #" + "é" * LIMITS.size, LIMITS)
    with pytest.raises(RequestMalformed):
        examine("ASK { ?s ?p '\ud800' }", LIMITS)


# By what is repeated: what was once read in the square or the cube of its length.
LONG = {
    "a space after a possible call": ("SELECT * { ?s e:service", " "),
    "comments after a possible call": ("SELECT * { ?s e:service", "#\n"),
    "letters and dots": ("SELECT * { VALUES ?x {", "a."),
    "quotes behind reversed solidi": ("", '\\"'),
    "other quotes behind reversed solidi": ("", "\\'"),
    "long strings that break off": ("", "'''a\\q\"\"\"b\\q"),
    "operators that may open an IRI": ("SELECT * { VALUES (?x) {(", "1<"),
    "names of a service": ("SELECT * { VALUES ?x {", "e:service "),
    "escapes": ("", "\\u0020"),
}


@pytest.mark.parametrize("name", LONG)
def test_the_longest_query_is_read_in_a_bounded_time(name: str) -> None:
    """Of a query as long as the limit each part is read a few times at most: half a minute of processor time is more than enough."""
    before, repeated = LONG[name]
    query = before + repeated * ((LIMITS.size - len(before)) // len(repeated))
    program = """
import contextlib, resource, sys
from organograph_server.errors import RequestRefused
from organograph_server.query.guard import Limits, examine, is_plain
from organograph_server.query.head import plain_form, read_head
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
query = sys.stdin.read()
with contextlib.suppress(RequestRefused):
    examine(query, Limits())
read_head(query)
print("whole")
"""
    done = subprocess.run([sys.executable, "-c", program], input=query, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "whole", done.stderr


PIECES = r"""
< > <= << >> " ' # \ \" \' \q \ud800 \u0027 \u003c ( ) { } [ ] , . ; | || && ! * + - / ^^ ?u ?b 1 2. .5 <'x>1' <b#>
e:x h:x h: : e:a\'b e:a\#b @en @en--ltr true a VALUES UNION _:b <urn:x> <urn:x#y> 'x>y' FILTER( FILTER(1< FILTER(?b< OPTIONAL{
EXISTS{ IN( SERVICE SERVICESILENT trueSERVICE h:SERVICE SERVICEe: SILENT %41 · {}
"""
FRAGMENTS = (
    *PIECES.split(),
    *("\n", "\x00", '"""', "BIND(1 AS ?b)", "GRAPH ?g {", "<<( ?s ?p ?o )>>", "?s ?p ", "SELECT * {", "?u {}", "e: {}", "'" * 3),
)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """A listener that nobody should call."""
    listener = Canary()
    yield listener
    listener.close()


def test_the_canary_hears(canary: Canary) -> None:
    """Without the guard the engine does call, so that silence means something."""
    store = QueryStore(QUADS, "http://e/")
    store.query(f"SELECT * {{ SERVICE SILENT <{canary.address}> {{ ?s ?p ?o }} }}", JSON_RESULTS)
    assert canary.calls == 1
    canary.calls = 0


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=24), st.booleans())
def test_nothing_that_passes_calls(canary: Canary, fragments: list[str], spaced: bool) -> None:
    """Of whatever words a query is put together, if the guard lets it pass the engine calls nobody."""
    here = canary.address
    prologue = f"PREFIX : <{here}> PREFIX e: <{here}> PREFIX h: <{here[:-1]}> PREFIX SERVICEe: <{here}s> "
    query = f"{prologue}SELECT * {{ {(' ' if spaced else '').join(fragments)} <{here}> {{}} }}"
    try:
        text = examine(query, LIMITS)
    except RequestRefused:
        return
    with contextlib.suppress(QueryMalformed):
        QueryStore(QUADS, "http://e/").query(text, TURTLE if read_head(text).gives_graph else JSON_RESULTS)
    assert canary.calls == 0


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join) | st.text(max_size=60))
def test_any_text_is_passed_or_refused(query: str) -> None:
    """Whatever the text, the guard passes it on or refuses it with its reason."""
    with contextlib.suppress(RequestRefused):
        assert isinstance(examine(query, Limits(depth=5, steps=30)), str)


@given(st.text(alphabet=st.sampled_from("<>\"'#\\u0a{}()[]?$@:_.-^|&!ex \n"), max_size=80))
def test_tokens_are_the_whole_text(text: str) -> None:
    """Whatever the text, its tokens come in order and leave out nothing but space and comments."""
    place = 0
    for token in tokens(text):
        between = text[place : token.start]
        assert not between.strip(" \t\r\n") or between.lstrip(" \t\r\n").startswith("#")
        assert token.text == text[token.start : token.end]
        place = token.end


HEADS = (
    *("SELECT * {", "ask{", "DESCRIBE<urn:x>", "CONSTRUCT {", "#x\nSELECT(", "select:", "SELECTED "),
    *("PREFIX e: <urn:> ", "prefix : <urn:x#>", "BASE <urn:x>"),
)


@settings(max_examples=1_000)
@given(
    st.lists(st.sampled_from((*FRAGMENTS, *HEADS)), max_size=60).map(" ".join)
    | st.lists(st.sampled_from((*FRAGMENTS, *HEADS)), max_size=60).map("".join)
    | st.text(max_size=60)
    | st.text(alphabet=st.sampled_from("<>\"'#0a{}()[]?$@:_.-^|&!ex% \n\u017f"), max_size=80)
)
def test_what_is_plain_would_pass(query: str) -> None:
    """What a few searches let pass, the guard lets pass as it is; a form that is told quickly is the one that is read."""
    for limits in (LIMITS, Limits(depth=5, steps=30)):
        if is_plain(query, limits):
            assert examine(query, limits) == query
    if form := plain_form(query):
        assert read_head(query).form == form


def test_most_queries_are_plain() -> None:
    """What a client asks every day needs no more than a few searches."""
    for query in (
        "SELECT * { ?s ?p ?o }",
        "PREFIX og: <https://w3id.org/organograph/ns#>\nSELECT ?a WHERE { <urn:x> og:parent+ ?a }",
        "# all\nDESCRIBE <urn:x>",
    ):
        assert is_plain(query, LIMITS)
        assert plain_form(query)
    assert not is_plain("SELECT * { " + "?s ?p ?o . " * 400 + "}", LIMITS)
