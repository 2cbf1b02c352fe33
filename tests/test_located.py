"""What the located reader promises: the triples of pyoxigraph, and of each the line and character at which it was written."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from organograph.errors import DatasetUnreadable
from organograph.located import Document, format_of, read_document
from organograph.located.scan import Scan
from organograph.names import RDF
from places import ONTOLOGY, SHAPES, shared

HEAD = "@prefix : <u:> .\n@prefix p.q: <v:> .\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
REST = RDF.rest


def document(folder: Path, text: str, format: str = "ttl") -> Document:
    file = folder / f"file.{format}"
    file.write_text(text, encoding="utf-8")
    return read_document(file, format, "file")


def misplaced(text: str, head: str, format: RdfFormat = RdfFormat.TURTLE) -> list[str]:
    """The triples of a text at whose place, read alone, something else stands than their object."""
    scan = Scan(text)
    quads = [quad for quad in pyoxigraph.parse(text, format=format) if quad.predicate != REST]
    assert len(quads) == len(scan.objects) == len(scan.subjects)
    return [
        f"{quad} at {text[at : at + 20]!r} of {text[of : of + 20]!r}"
        for quad, at, of in zip(quads, scan.objects, scan.subjects, strict=True)
        if not (_stands(quad.object, text, at, head) and _stands(quad.subject, text, of, head))
    ]


def _stands(term: object, text: str, at: int, head: str) -> bool:
    if isinstance(term, BlankNode):
        return text[at] in "[(" or text.startswith(f"_:{term.value}", at)
    if text[at] in "[(":
        return term == RDF.nil
    rest = text[at : at + 60]
    for end in range(len(rest), 0, -1):
        try:
            (found,) = pyoxigraph.parse(f"{head}<u:s> <u:p> {rest[:end]} .", format=RdfFormat.TURTLE)
        except (SyntaxError, ValueError):
            continue
        return bool(found.object == term)
    return False


CORNERS = [
    ":s :p :o , :o2 ; :q :r ; ; .",
    ":s :p [ :q :r ; :q2 [ :a :b ] ] , :o ; :p2 :o2 .",
    ":s :p ( :a [ :x :y ] ( :c ) ) , :o .",
    "[ :q :r ] :p :o . [ :q :r ] . ( :a :b ) :p :o . [] :p () , [] .",
    ":s :p ((( :a :b ) :c) () ( [] [:x ( 1 )] ) ) . #x . y",
    ':s :p ( "x" :a "y"@en "z" ( "b" ) [ :q "x" ] [ :q "x" , "y" ; :r 1 ] "k"^^:d ) , [ :z ( "a" ) ; :y "u" ] .',
    '( "x" ) :p [ :q [ :r "x" ] ] . [ :p "x" ] . [ :p ( 1 [ :q ( ) ] ) ] :q ( ) .',
    ':s :p "x" @en , "y" ^^ :d , "z"#c "no" .\n^^:d , "w"@base .',
    ":s :p 1 , -1.5 , +.5e2 , 5.E3 , true , false . :s :p 5 .",
    ':s :p """a "" \\""" b\n # no . """ , \'\'\'it\'s\n\'\'\' , "#" , "\\\\" , \'<u:a>\' .',
    ":a\\,b :p :o.b , p.q:x-y.z , p.q:%20\\# , :1 , : , p.q: .",
    "_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> ( :a :b ) , [ :r :q ], :f; :p :o .",
    "_:x rdf:rest :y , ( :z ) ; rdf:first :a ; :rest :b . :s :p [ rdf:rest ( 1 ) ; :rest 2 ] .",
    "<u:s><u:p><u:o>,<u:#o>.<u:s>a<u:#o>.",
    "# only a comment\n\t\r\n",
    ":s :p _:a.b , _:c . _:c :p :prefix , :base , <u:base> .",
]


@pytest.mark.parametrize("text", CORNERS)
def test_each_triple_stands_where_it_is_said_to(text: str) -> None:
    """Lists, brackets, literals, numbers and directives in all forms that Turtle has."""
    assert misplaced(HEAD + text, HEAD) == []


def test_directives_are_told_from_subjects() -> None:
    """Prefixes and bases in both styles, and names that look like them, are no statements."""
    text = "BASE <u:x> PREFIX a.b: <u:> a.b:b a.b:c a.b:d . @base <u:> . prefix base: <u:> base:x a base:y . "
    text += "@prefix graph: <v:> . graph:x a 1 ."
    scan = Scan(text)
    assert [text[at:].split()[0] for at in scan.objects] == ["a.b:d", "base:y", "1"]
    assert [text[of:].split()[0] for of in scan.subjects] == ["a.b:b", "base:x", "graph:x"]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (":g { :s :p :o . :s2 :p :o2 ; a :d } GRAPH :h { :a :b ( 1 2 ) } { :k :p [] } :x :y :z . [] { :s :p :o }", RdfFormat.TRIG),
        ('<u:s> <u:p> "x" <u:g> .\n<u:s> <u:p> <u:o> .\n_:a <u:p> "y"@en _:g . # <u:z>\n', RdfFormat.N_QUADS),
        (f'<u:s> <u:p> "x\\u00e9"^^<u:d> .\n#c\n_:a {REST} _:b .\n_:a <u:p> _:b .', RdfFormat.N_TRIPLES),
    ],
)
def test_the_other_formats_of_the_family(text: str, format: RdfFormat) -> None:
    """TriG, N-Quads and N-Triples are located as Turtle is."""
    head = HEAD if format == RdfFormat.TRIG else ""
    assert misplaced(head + text, HEAD, format) == []


@pytest.mark.parametrize("file", sorted([*ONTOLOGY.glob("*.ttl"), *SHAPES.glob("*.ttl")]), ids=lambda file: str(file.stem))
def test_the_projects_own_files(file: Path) -> None:
    """Every statement of the ontology and the shapes is placed."""
    text = file.read_text(encoding="utf-8")
    quads = [quad for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE) if quad.predicate != REST]
    scan = Scan(text)
    assert len(quads) == len(scan.objects)
    for quad, at in zip(quads, scan.objects, strict=True):
        assert isinstance(quad.object, BlankNode) == (text[at] in "[(" or text.startswith("_:", at))


def test_the_suite_of_the_w3c() -> None:
    """Every statement of the files of the SHACL test suite is placed."""
    for file in sorted(shared("suites/shacl-tests").rglob("*.ttl")):
        text = file.read_text(encoding="utf-8")
        quads = pyoxigraph.parse(text, format=RdfFormat.TURTLE, base_iri="u:")
        assert len(Scan(text).objects) == sum(quad.predicate != REST for quad in quads), file


WORDS = [
    ":a§",
    ":b.c§",
    "<u:x§>",
    "_:n§",
    "p.q:z§",
    "1.§",
    "-§",
    "§e5",
    '"x§"',
    '"x§"@en',
    '"x§" ^^ :d',
    "'''y§\n'''",
    '"# §"',
    "( )",
    "[ ]",
]


def _members(depth: int) -> st.SearchStrategy[str]:
    words = st.sampled_from(WORDS)
    if depth == 0:
        return words
    lists = st.lists(_members(depth - 1), min_size=1, max_size=3).map(lambda inner: f"( {' '.join(inner)} )")
    return words | lists | _said(depth - 1).map(lambda inner: f"[ {inner}\n# . ;\n]")


def _said(depth: int) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.sampled_from([":p", "a", "rdf:rest", ":rest", "<u:q>"]), st.lists(_members(depth), min_size=1, max_size=2))
    return st.lists(pairs, min_size=1, max_size=2).map(lambda both: " ; ".join(f"{p} {' , '.join(os)}" for p, os in both))


def _statement() -> st.SearchStrategy[str]:
    subjects = st.sampled_from([":s§", "<u:s§>", "_:s§"]) | _members(2).filter(lambda term: term[0] in "[(")
    return st.tuples(subjects, _said(3)).map(lambda both: f"{both[0]} {both[1]} .\n")


@given(st.lists(_statement(), max_size=3))
@settings(max_examples=200)
def test_whatever_is_written_is_placed(written: list[str]) -> None:
    """Random documents in which no term is written twice, each subject and object read again at its place."""
    number = count()
    assert misplaced(HEAD + re.sub("§", lambda _: str(next(number)), "".join(written)), HEAD) == []


def test_places_of_statements_are_lines_and_characters(tmp_path: Path) -> None:
    """A statement is at its object, a thing at its first statement, what is only spoken of where it first is."""
    read = document(tmp_path, "# é\r\n<u:s> <u:p> <u:o> ,\r\n\t<u:q> .\n<u:s>\n  <u:p> <u:o> , 'é', <u:z> .")
    this, that = NamedNode("u:s"), NamedNode("u:p")
    assert [str(place) for place in read.statements(this, that, NamedNode("u:o"))] == ["file:2:13", "file:5:9"]
    assert [str(place) for place in read.statements(this, that)] == ["file:2:13", "file:3:2", "file:5:9", "file:5:17", "file:5:22"]
    assert str(read.subject(this)) == "file:2:1"
    assert str(read.subject(NamedNode("u:z"))) == "file:5:22"
    assert read.subject(NamedNode("u:nowhere")) is None


def test_terms_stay_as_written(tmp_path: Path) -> None:
    """Neither forms nor datatypes of literals are rewritten; language tags, which have no case, are found in any."""
    read = document(tmp_path, '_:b <u:p> "007"^^<http://www.w3.org/2001/XMLSchema#positiveInteger> , "x" , "y"@en-GB .')
    values = {str(value) for _, _, value in read.graphs[None]}
    assert values == {'"007"^^<http://www.w3.org/2001/XMLSchema#positiveInteger>', '"x"', '"y"@en-gb'}
    (this,) = read.graphs[None].things()
    assert [str(place) for place in read.statements(this, NamedNode("u:p"), Literal("x"))] == ["file:1:71"]
    assert [str(place) for place in read.statements(this, NamedNode("u:p"), Literal("y", language="en-GB"))] == ["file:1:77"]


def test_addresses_start_from_the_file(tmp_path: Path) -> None:
    """What is written without a base is the file itself or stands beside it."""
    read = document(tmp_path, "<> <u:p> <#a> , <b> .")
    here = (tmp_path / "file.ttl").as_uri()
    assert {term.value for s, _, o in read.graphs[None] for term in (s, o)} == {here, f"{here}#a", (tmp_path / "b").as_uri()}


@pytest.mark.parametrize("format", ["jsonld", "rdf"])
def test_what_has_no_lines_is_told_by_its_file(tmp_path: Path, format: str) -> None:
    """JSON-LD and RDF/XML findings name the file alone."""
    texts = {
        "jsonld": '{"@id": "u:s", "u:p": {"@id": "u:o"}}',
        "rdf": '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="u:">'
        '<r:Description r:about="u:s"><u:p r:resource="u:o"/></r:Description></r:RDF>',
    }
    read = document(tmp_path, texts[format], format)
    assert not read.is_located
    assert [str(place) for place in read.statements(NamedNode("u:s"), NamedNode("u:p"))] == ["file"]


@pytest.mark.parametrize(
    ("text", "format", "says"),
    [
        ("<u:s> <u:p> <u:o> .\n<u:s> é <u:o> .", "ttl", "file:2:7: é is not a valid predicate. Mend that place"),
        ("<u:s> <u:p> no:x .", "ttl", "file:1:13: The prefix no: has not been declared."),
        ('<u:s> <u:p> "x', "ttl", "file:1:13: Unexpected end of file."),
        ('<u:s> <u:p> "' + "x" * 17_000_000, "ttl", "more than 16 MiB"),
        ("<u:s> <u:p> <<( <u:a> <u:b> <u:c> )>> .", "ttl", "RDF 1.2"),
        ('{"@context": "http://127.0.0.1:9/", "u:p": 1}', "jsonld", "nothing is fetched. Write the context into the file."),
        ('{"u:p":' * 70_000, "jsonld", "Max stack size"),
        ('<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "aa">]><r>&a;</r>', "rdf", "file:2:14: the file declares entities."),
        ("<r>\n<s></r>", "rdf", "file:2:6: mismatched tag"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, text: str, format: str, says: str) -> None:
    """File, line and position where the parser knows them, and how to mend it; nothing is fetched or expanded."""
    with pytest.raises(DatasetUnreadable) as refused:
        document(tmp_path, text, format)
    assert says in str(refused.value)


def test_what_is_not_text_is_told(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named by line and character; a missing file is named."""
    file = tmp_path / "file.ttl"
    file.write_bytes('# é\n<u:s> <u:p> "é" , "'.encode() + b'\xff" .')
    with pytest.raises(DatasetUnreadable, match="file:2:20: the file is not UTF-8"):
        read_document(file, "ttl", "file")
    with pytest.raises(DatasetUnreadable, match="cannot be read"):
        read_document(tmp_path / "none.ttl", "ttl")


def test_deep_nesting_is_read(tmp_path: Path) -> None:
    """A hundred thousand brackets are no harm: neither reading nor locating goes down into them."""
    deep = document(tmp_path, "<u:s> <u:p> " + "( " * 100_000 + ")" * 100_000 + " .")
    assert [str(place) for place in deep.statements(NamedNode("u:s"), NamedNode("u:p"))] == ["file:1:13"]


@pytest.mark.parametrize(("name", "chosen", "format"), [("a.TTL", None, "ttl"), ("a.txt", None, None), ("a.txt", "nt", "nt")])
def test_a_format_is_that_of_the_suffix_unless_chosen(name: str, chosen: str | None, format: str | None) -> None:
    """Suffixes are read in any case."""
    assert format_of(Path(name), chosen) == format


@pytest.mark.parametrize("file", sorted([*SHAPES.glob("*.ttl"), *ONTOLOGY.glob("*.ttl")]), ids=lambda file: file.name)
def test_one_thing_is_placed_as_in_the_whole(file: Path) -> None:
    """Reading only the blocks of a thing tells the same places as walking over the whole text."""
    whole, single = read_document(file, "ttl"), read_document(file, "ttl")
    whole._asked = 10**9
    asked = {(quad.subject, quad.predicate, quad.object) for quad in whole.quads if isinstance(quad.subject, NamedNode)}
    asked = {each for each in asked if not isinstance(each[2], BlankNode)}  # which each reading names anew
    for subject, predicate, value in list(asked)[:250]:
        assert single.statements(subject, predicate, value) == whole.statements(subject, predicate, value)  # type: ignore[arg-type]
        single._asked = 0
    assert asked


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<u:a> <u:p> 1.5 , 2. <u:a> <u:p> 3 .", [1, 1, 1]),
        ('@prefix a: <u:> .\na:a a:p \'x.\' ; # a . comment\n a:p """ . """ .\na:b a:p 1 .\na:a a:p 2 .', [2, 3, 5]),
        ("PREFIX a: <v:> PREFIX a: <u:>\na:a a:p 1 .\nprefix a: <w:>\na:a a:p 2 .\n<u:a> <u:p> 3 .", [2, 5]),
        ("@base <u:> .\n<a> <p> 1 .", []),
        ("@prefix a: <u:> .\na:\\-a <u:p> 1 .\n[] <u:p> [ <u:p> 1 ] .\n( 1 ) <u:p> 2 .\n_:x <u:p> 1 .", []),
        ("<u:a> <u:p> <u:o>.<u:a> <u:p> 2 .\n<u:a> <u:p> 3 .", [1, 1, 2]),
        ("<u:a> <u:p> ( 1 2 ) , [ <u:q> 3 ] ,\n 4 .", [1, 1, 2]),
    ],
)
def test_blocks_are_divided_as_turtle_says(tmp_path: Path, text: str, lines: list[int]) -> None:
    """Full stops in numbers, texts and comments, prefixes declared anew, statements without space: each statement has its line."""
    file = tmp_path / "a.ttl"
    file.write_text(text, encoding="utf-8")
    document = read_document(file, "ttl")
    found = [place.line for place in document.statements(NamedNode("u:a"), NamedNode("u:p"))]
    assert found == lines or not lines


CONTEXT = '"@context": {"e": "http://e/", "id": "@id", "knows": {"@id": "e:knows", "@type": "@id"}}'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[\n {"@id": "http://e/a",\n  "http://e/p": 1},\n {"@id": "http://e/b", "http://e/p": {"@id": "http://e/a"}}]', (2, 3)),
        (f'{{{CONTEXT},\n "@graph": [\n  {{"knows": "e:b", "id": "e:a"}}]}}', (3, 20)),
        (f'{{{CONTEXT},\n "id": "e:b", "knows":\n  {{"id": "http://e/a", "e:p": "\\"{{"}}}}', (3, 4)),
        ('[{"@id": "http://e/a", "http://e/p": 1},\n {"@id": "http://e/a", "http://e/p": 2}]', None),
        ('[{"@id": "a", "http://e/p": 1},\n {"@id": "http://e/a", "http://e/p": 2}]', None),
        ('{"@id": "http://e/b",\n "@reverse": {"http://e/p": {"@id": "http://e/a", "http://e/q": 1}}}', None),
        ('{"@context": {"e": "http://e/"},\n "@id": "e:a", "e:p": {"@context": {"e": "http://f/"}, "@id": "e:a", "e:p": 1}}', None),
        ('{"@id": "http://e/\\u0061", "http://e/p": 1}', None),
    ],
)
def test_a_thing_of_json_ld_is_found_where_it_alone_is_described(tmp_path: Path, text: str, place: tuple[int, int] | None) -> None:
    """The key that names a thing is its place; where a name could be read in two ways, or two objects describe it, the file is told."""
    (tmp_path / "a.jsonld").write_text(text, encoding="utf-8")
    found = read_document(tmp_path / "a.jsonld", "jsonld").subject(NamedNode("http://e/a"))
    assert found is not None
    assert (found.line, found.position) == (place or (None, None))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('<!-- é -->\n <e:K r:about="http://e/a"><e:p>1</e:p></e:K>', (2, 2)),
        ('<e:K r:about="http://e/b"><e:p>\n<!-- é --><e:K r:about="http://e/a" e:n="1"/></e:p></e:K>', (2, 11)),
        ('<e:K r:about="http://e/a"/><e:L r:about="http://e/a"/>', None),
        ('<e:K r:about="http://e/a"/><e:L r:about="x"/>', None),
        ('<e:K r:about="http://e/a"><e:p r:ID="s">1</e:p></e:K>', None),
        ('<e:K r:about="http://e/a"/><e:L><e:p r:resource="http://e/a" e:q="1"/></e:L>', None),
    ],
)
def test_a_thing_of_rdf_xml_is_found_where_it_alone_is_described(tmp_path: Path, body: str, place: tuple[int, int] | None) -> None:
    """Likewise the element that is about it."""
    text = f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">{body}</r:RDF>'
    (tmp_path / "a.rdf").write_text(text, encoding="utf-8")
    found = read_document(tmp_path / "a.rdf", "rdf").subject(NamedNode("http://e/a"))
    assert found is not None
    assert (found.line, found.position) == (place or (None, None))
