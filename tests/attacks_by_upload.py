"""Attacks by what is sent to the steward's door. Each says which answers are right."""

from __future__ import annotations

import gzip
import zipfile

import hostilezips as zips
from attack import CANARY, HOST, Attack
from hostilezips import file, form

_FAR = CANARY.encode()
_TYPE = b"Content-Type: "
_UNIT = b'<a:b> a <http://www.w3.org/ns/org#OrganizationalUnit> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "A"@en '
_RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:org="http://www.w3.org/ns/org#">%b</rdf:RDF>'
_POST = b'<org:Post rdf:about="%b"/>'
_TOKEN = b"Authorization: Bearer og_" + b"x" * 43


def _sends(
    name: str,
    body: bytes,
    media_type: bytes,
    *right: int,
    target: bytes = b"/validate",
    fields: tuple[bytes, ...] = (),
    told: bool = True,
    ends: bool = False,
) -> Attack:
    kind = (_TYPE + media_type,) if media_type else ()
    return Attack(name, frozenset(right), target, (HOST, *kind, *fields), body, b"POST", told=told, ends=ends)


def _turtle(name: str, body: bytes, *right: int) -> Attack:
    return _sends(name, body, b"text/turtle", *right)


def _json(name: str, body: bytes, *right: int) -> Attack:
    return _sends(name, body, b"application/ld+json", *right)


def _xml(name: str, body: bytes, *right: int) -> Attack:
    return _sends(name, body, b"application/rdf+xml", *right)


def _zip(name: str, body: bytes, *right: int) -> Attack:
    return _sends(name, body, b"application/zip", *right)


def _form(name: str, body: bytes, *right: int, boundary: bytes = b"; boundary=x") -> Attack:
    return _sends(name, body, b"multipart/form-data" + boundary, *right)


JSON = [
    _json("lists 30,000 deep", b"[" * 30_000 + b"]" * 30_000, 422),
    _json("objects 10,000 deep", b'{"a:b":' * 10_000 + b"1" + b"}" * 10_000, 422),
    _json("lists that never end", b"[" * 60_000, 422),
    _json("brackets in a text", b'{"@id":"a:b","@type":"http://www.w3.org/ns/org#Post","a:c":"' + b"[{" * 30_000 + b'"}', 200),
    _json("brackets behind an escaped quote", b'{"a:b":"\\"' + b"[" * 30_000 + b'"}', 422),
    _json("a context of elsewhere", b'{"@context":"%b","@id":"a:b"}' % _FAR, 422),
    _json("contexts of elsewhere in a list", b'{"@context":[{},"%b"],"@id":"a:b"}' % _FAR, 422),
    _json("a context that imports another", b'{"@context":{"@version":1.1,"@import":"%b"},"@id":"a:b"}' % _FAR, 422),
    _json("a context within a term", b'{"@context":{"x":{"@id":"a:x","@context":"%b"}},"x":{"a:y":1}}' % _FAR, 422),
    _json("a context by a relative address", b'{"@context":"/etc/passwd","@id":"a:b"}', 422),
    _json("terms that mean each other", b'{"@context":{"a":"b","b":"a"},"a":1}', 422),
    _json("half a surrogate pair", b'{"@id":"a:b","a:c":"\\ud800"}', 422),
    _json("a number of 100,000 digits", b'{"@id":"a:b","a:c":' + b"9" * 100_000 + b"}", 422),
    _json("JSON of another kind", b"NaN", 422),
]
XML = [
    _xml(
        "entities that multiply",
        b"<!DOCTYPE a [<!ENTITY a0 'evil'>"
        + b"".join(b"<!ENTITY a%d '&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;'>" % (n + 1, *(n,) * 8) for n in range(20))
        + b"]><a>&a20;</a>",
        422,
    ),
    _xml("a file as an entity", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 422),
    _xml("an address as an entity", b'<!DOCTYPE a [<!ENTITY b SYSTEM "%b">]><a>&b;</a>' % _FAR, 422),
    _xml("a document type of elsewhere", b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "%b"><a/>' % _FAR, 422),
    _xml("entities of parameters", b'<!DOCTYPE a [<!ENTITY %% b SYSTEM "%b"> %%b;]><a/>' % _FAR, 422),
    _xml("a document type behind comments", b"<!-- -->" * 20_000 + b"<!DOCTYPE a><a/>", 422),
    _xml("a document type in UTF-16", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16"), 422),
    _xml("elements 100,000 deep", _RDF % (b"<rdf:Description><org:a>" * 50_000 + b"</org:a></rdf:Description>" * 50_000), 422),
    _xml("a thing with a line break", _RDF % (_POST % b"a:b&#13;&#10;Set-Cookie:evil=1"), 200, 422),
    _xml("an inclusion", _RDF % b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%b"/>' % _FAR, 422),
    _xml("a style sheet", b'<?xml-stylesheet href="%b"?>' % _FAR + _RDF % (_POST % b"a:b"), 200),
    _xml("a charset of its own", b'<?xml version="1.0" encoding="utf-7"?><a/>', 422),
    _xml("an attribute of a megabyte", _RDF % (_POST % (b"a:" + b"b" * 1_000_000)), 200),
]
TURTLE = [
    _turtle("100,000 brackets in one another", b"<a:b> <a:c> " + b"[ <a:d> " * 100_000 + b"1" + b"]" * 100_000 + b" .", 422, 503),
    _turtle("100,000 brackets that never end", b"<a:b> <a:c> " + b"[ <a:d> " * 100_000, 422, 503),
    _turtle("lists in one another", b"<a:b> <a:c> " + b"(" * 100_000 + b")" * 100_000 + b" .", 422, 503),
    _turtle("an ontology of elsewhere", _UNIT + b". <a:o> a <http://www.w3.org/2002/07/owl#Ontology> ; "
            b"<http://www.w3.org/2002/07/owl#imports> <%b> ." % _FAR, 200),
    _turtle("rules of its own", _UNIT + b". @prefix sh: <http://www.w3.org/ns/shacl#> . <a:s> a sh:NodeShape ; sh:targetNode <a:b> ; "
            b"sh:sparql [ sh:select \"SELECT $this { SERVICE <%b> {} }\" ] ." % _FAR, 200),
    _turtle("rules of elsewhere", _UNIT + b"; <http://www.w3.org/ns/shacl#shapesGraph> <%b> ." % _FAR, 200),
    _turtle("rules that are scripts", _UNIT + b". @prefix sh: <http://www.w3.org/ns/shacl#> . "
            b"<a:s> sh:js [ sh:jsLibrary <%b> ] ." % _FAR, 200),
    _turtle("a base of elsewhere", b"@base <%b> . <b> a <http://www.w3.org/ns/org#Post> ." % _FAR, 200),
    _turtle("a text of 200,000 words", _UNIT + b'; <http://www.w3.org/ns/org#purpose> "' + b"a " * 200_000 + b'"@en .', 200, 503, 504),
    _turtle("a name of spaces", _UNIT[:-7] + b'"' + b" " * 200_000 + b'"@en .', 200, 503, 504),
    _turtle("a text that never ends", _UNIT + b'; <a:c> """' + b"a" * 1_000_000, 422),
    _turtle("a thing that never ends", b"<" + b"a" * 1_000_000, 422),
    _turtle("1,000 names of one thing", _UNIT + b"".join(b', "A%d"@en' % n for n in range(1_000)) + b" .", 200, 503, 504),
    _turtle("units in a chain of 500", b"".join(b"<a:%d> a <http://www.w3.org/ns/org#OrganizationalUnit> ; "
            b"<https://w3id.org/organograph/ns#parent> <a:%d> ." % (n, n + 1) for n in range(500)), 200, 503, 504),
    _turtle("units in a circle", b"".join(b"<a:%d> a <http://www.w3.org/ns/org#OrganizationalUnit> ; "
            b"<https://w3id.org/organograph/ns#parent> <a:%d> ." % (n, (n + 1) % 200) for n in range(200)), 200, 503, 504),
    _turtle("a name with signs that steer a terminal", _UNIT + b', "\\u001b]0;evil\\u0007\\u202E"@en .', 200),
    _turtle("a statement of a statement", _UNIT + b". <a:x> <a:y> <<( <a:b> <a:c> 1 )>> .", 422),
    _turtle("NUL", b"<a:b> a <a:\0c> .", 422),
    _turtle("UTF-16", "<a:b> <a:c> 1 .".encode("utf-16"), 422),
    _turtle("UTF-8 that is too long", b"<a:b> <a:c> \"\xc0\xaf\" .", 422),
    _turtle("20,000 prefixes", b"@prefix a: <a:> .\n" * 20_000, 422, 504),
]  # fmt: skip
ZIPS = [
    _zip("a path that climbs", zips.named("a/../../../../tmp/evil.csv"), 422),
    _zip("a whole path", zips.named("/etc/evil.csv"), 422),
    _zip("a path with a drive", zips.named("C:/evil.csv"), 422),
    _zip("a path with reversed solidi", zips.named("a\\..\\..\\evil.csv"), 422),
    _zip("a path with NUL", zips.renamed(b"a/evil0.csv", b"a/evil\0.csv"), 422),
    _zip("a path of nothing", zips.named("a//evil.csv"), 422),
    _zip("a path of 60,000 letters", zips.named("a/" + "b" * 60_000 + ".csv"), 422),
    _zip("a path that is no UTF-8", zips.renamed("a/évil.csv".encode(), b"a/\xff\xfevil.csv", {"a/évil.csv": b"x"}), 200, 422),
    _zip("a link", zips.link("a/sources.csv", b"/etc/passwd"), 422),
    _zip("one name twice", zips.renamed(b"a/x.csv", b"a/y.csv", {"a/x.csv": b"1", "a/y.csv": b"2"}), 422),
    _zip("one name in two ways", zips.packed(("a/dataset.toml", zips.SETTINGS), ("a/DATASET.toml", b"x")), 422),
    _zip("what is encrypted", zips.encrypted(), 422),
    _zip("a bomb in one file", zips.tables(sources=bytes(60_000_000)), 422),
    _zip("a bomb in many files", zips.long_total(), 413),
    _zip("a file that is longer than it says", zips.lying(10), 422),
    _zip("a file that is shorter than it says", zips.lying(4_000_000_000), 413),
    _zip("files that share their bytes", zips.overlapping(), 422),
    _zip("a zip in a zip", zips.packed(("a/dataset.toml", zips.SETTINGS), ("a/b.zip", zips.tables())), 422),
    _zip("20,000 files", zips.many_files(20_000), 413),
    _zip("20,000 files that are not counted", zips.uncounted(20_000), 413),
    _zip("what is packed by LZMA", zips.by_method(zipfile.ZIP_LZMA), 422),
    _zip("half a zip", zips.tables()[:100], 422),
    _zip("an end alone", b"PK\x05\x06" + bytes(18), 422),
    _zip("an end that leads nowhere", b"PK\x05\x06" + b"\xff" * 18, 413, 422),
    _zip("what gzip packed", gzip.compress(zips.tables()), 422),
    _zip("half of what gzip packed", gzip.compress(zips.tables())[:50], 422),
    _zip("a zip of no file", zips.packed(), 422),
    _zip("two folders of tables", zips.packed(("a/dataset.toml", b""), ("b/dataset.toml", b"")), 422),
    _zip("settings in one another", zips.tables(b"a = " + b"[" * 50_000), 200, 422),
    _zip("settings that are no UTF-8", zips.tables(b"\xff\xfe"), 200),
    _zip("rules by a path", zips.tables(zips.SETTINGS + b'shapes = ["../../../etc/passwd"]'), 200),
    _zip("a cell of a megabyte", zips.tables(persons=b"slug,name\na," + b"".join(b"%d" % (n * n) for n in range(100_000))), 200),
    _zip("a table of 3,000 columns", zips.tables(persons=b",".join(b"%d" % (n * n) for n in range(3_000)) + b"\n1"), 200),
    _zip("a quote that never ends", zips.tables(persons=b'slug,name\n"a' + b"".join(b"%d\n" % n for n in range(50_000))), 200),
    _zip("NUL in a table", zips.tables(persons=b"slug\0,name\n\0,\0"), 200),
]  # fmt: skip
FORMS = [
    _form("a form of nothing", b"--x--\r\n", 400),
    _form("a form that names no boundary", b"--x--\r\n", 400, boundary=b""),
    _form("a boundary of 5,000 letters", b"x", 400, boundary=b"; boundary=" + b"b" * 5_000),
    _form("a boundary that is no word", b"x", 400, 415, boundary=b'; boundary="\xff\xfe'),
    _form("1,000 files", form(*((file(b"%d.ttl" % n), _UNIT + b".") for n in range(1_000))), 400),
    _form("100,000 boundaries", b"--x\r\n" * 100_000, 400),
    _form("a form that breaks off", form((file(b"a.ttl"), _UNIT + b"."))[:100], 400),
    _form("a field of a megabyte", form((b'Content-Disposition: form-data; name="format"', b"a" * 1_000_000)), 400),
    _form("a field that there is not", form((b'Content-Disposition: form-data; name="evil"', b"1")), 400),
    _form("a file without a name", form((b"Content-Disposition: form-data", b"x")), 400),
    _form("header fields without end", form((b"X-Evil: " + b"a" * 1_000_000, b"x")), 400, 415),
    _form("a file whose name climbs", form((file(b"../../../etc/evil.ttl"), _UNIT + b".")), 200),
    _form("a file whose name ends a field", form((file(b"a%0d%0aSet-Cookie: evil=1.ttl"), _UNIT + b".")), 200),
    _form("a program", form((file(b"evil.py"), b"import os")), 415),
    _form("files of one name", form((file(b"a.ttl"), _UNIT + b"."), (file(b"a.ttl"), _UNIT + b".")), 422),
    _form("a zip beside a file", form((file(b"a.zip"), zips.tables()), (file(b"a.ttl"), _UNIT + b".")), 422),
    _form("a form in a form", form((_TYPE + b"multipart/mixed; boundary=y\r\n" + file(b"a"), form((file(b"b"), b"")))), 415),
]
REQUESTS = [
    _sends("a zip that says it is Turtle", zips.tables(), b"text/turtle", 422),
    _sends("Turtle that says it is a zip", _UNIT + b".", b"application/zip", 422),
    _sends("XML that says it is JSON", _RDF % b"", b"application/ld+json", 422),
    _sends("a page", b"<script>evil()</script>", b"text/html", 415),
    _sends("a shape of another type", b"{}", b"application/json", 415),
    _sends("a type of 8,000 letters", b"x", b"a/" + b"b" * 8_000, 415),
    _sends("no type", _UNIT, b"", 415),
    _sends("nothing to check", b"", b"text/turtle", 400),
    _sends("another charset, of an upload", _UNIT + b".", b"text/turtle; charset=utf-7", 415),
    _sends("a charset of Python, of an upload", _UNIT + b".", b"text/turtle; charset=idna", 415),
    _sends("a coded upload", gzip.compress(_UNIT + b"."), b"text/turtle", 415, fields=(b"Content-Encoding: gzip",)),
    _sends("half of a coded upload", gzip.compress(_UNIT + b".")[:20], b"text/turtle", 415, fields=(b"Content-Encoding: gzip",)),
    _sends("five megabytes", b"#" * 5_000_000, b"text/turtle", 413),
    _sends("a length of many gigabytes, of an upload", b"x", b"text/turtle", 413, fields=(b"Content-Length: 99999999999",)),
    _sends("too much that is expected", b"", b"text/turtle", 413, fields=(b"Content-Length: 9999999", b"Expect: 100-continue")),
    _sends("chunks of an upload", b"6\r\n<a:b> \r\n0\r\n\r\n", b"text/turtle", 422, fields=(b"Transfer-Encoding: chunked",)),
    _sends(
        "chunks without end", b"100000\r\n" + b"#" * 1_048_576 + b"\r\n", b"text/turtle", 400, 0,
        fields=(b"Transfer-Encoding: chunked",), told=False, ends=True,
    ),
    _sends(
        "chunks that are too many", (b"100000\r\n" + b"#" * 1_048_576 + b"\r\n") * 6 + b"0\r\n\r\n", b"text/turtle", 413,
        fields=(b"Transfer-Encoding: chunked",),
    ),
    _sends("chunks of evil", b"evil\r\n", b"text/turtle", 400, 0, fields=(b"Transfer-Encoding: chunked",), told=False, ends=True),
    _sends("an upload that breaks off", b"<a", b"text/turtle", 400, 0, fields=(b"Content-Length: 10",), told=False, ends=True),
    _sends("a format that there is not, of a report", _UNIT + b".", b"text/turtle", 406, target=b"/validate?format=evil"),
    _sends("a room that there is not", _UNIT + b".", b"text/turtle", 400, target=b"/validate?room=../../evil"),
    _sends("a name with a line break", _UNIT + b".", b"text/turtle", 200, target=b"/validate?name=a%0d%0aSet-Cookie:%20evil=1.ttl"),
    _sends("a name that climbs", _UNIT + b".", b"text/turtle", 200, target=b"/validate?name=..%2f..%2fetc%2fpasswd"),
    _sends("a name of 8,000 letters", _UNIT + b".", b"text/turtle", 200, target=b"/validate?name=" + b"a" * 8_000),
    Attack("PUT of an upload", frozenset({405}), b"/validate", (HOST,), b"x", b"PUT"),
    Attack("DELETE of the editions", frozenset({405}), b"/editions", (HOST,), None, b"DELETE"),
]  # fmt: skip
TOKENS = [
    _sends("no token", zips.tables(), b"application/zip", 401, 429, target=b"/editions"),
    _sends("a token that is guessed", zips.tables(), b"application/zip", 401, 429, target=b"/editions", fields=(_TOKEN,)),
    _sends("a password", b"", b"application/zip", 401, 429, target=b"/editions", fields=(b"Authorization: Basic ZXZpbDpldmls",)),
    _sends("a token of 8,000 letters", b"", b"", 401, 429, target=b"/editions", fields=(b"Authorization: Bearer " + b"a" * 8_000,)),
    _sends("a token of bytes", b"", b"", 401, 429, target=b"/editions", fields=(b"Authorization: Bearer \xff\xfe\x80",)),
    _sends("a token with a line of the log", b"", b"", 401, 429, target=b"/editions", fields=(b'Authorization: Bearer "}\\n{"evil":1',)),
    _sends("two tokens", b"", b"", 401, 429, target=b"/editions", fields=(_TOKEN, _TOKEN)),
    _sends("a bomb without a token", zips.long_total(), b"application/zip", 401, 429, target=b"/editions"),
    _sends("a token in the address", b"", b"", 401, 429, target=b"/editions?access_token=og_evil"),
    _sends("too much without a token", b"#" * 5_000_000, b"application/zip", 401, 413, 429, target=b"/editions"),
]
BY_UPLOAD = [*JSON, *XML, *TURTLE, *ZIPS, *FORMS, *REQUESTS, *TOKENS]
