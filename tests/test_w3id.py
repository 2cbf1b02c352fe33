"""The redirects of w3id.org: run by a real Apache, each leads to what a running server answers in the format that was asked for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import OWL

from httpclient import Answer, Client
from places import REPOSITORY
from rewriting import read_rules, redirected
from serving import Running

FILE = REPOSITORY / "docs/w3id/organograph/.htaccess"
MARK = "https://organograph.example.org"
HTML, TURTLE = "text/html", "text/turtle"
JSON_LD, RDF_XML, N_TRIPLES = "application/ld+json", "application/rdf+xml", "application/n-triples"
CLIENTS = {
    "Firefox": ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", HTML),
    "Chrome": ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,v=b3;q=0.7", HTML),
    "curl": ("*/*", TURTLE),
    "a client without Accept": (None, TURTLE),
    "rdflib, Turtle": ("text/turtle, application/x-turtle, */*;q=0.1", TURTLE),
    "rdflib, RDF/XML": ("application/rdf+xml, */*;q=0.1", RDF_XML),
    "rdflib, JSON-LD": ("application/ld+json, application/json;q=0.9, */*;q=0.1", JSON_LD),
    "rdflib, N-Triples": ("text/plain, */*;q=0.1", "text/plain"),
    "Protégé (OWL API)": ("application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09", RDF_XML),
    "Jena": (
        "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/ld+json;q=0.6,*/*;q=0.5",
        TURTLE,
    ),
    "Jena, N-Triples": ("application/n-triples", N_TRIPLES),
    "Comunica": (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6,"
        "application/rdf+xml;q=0.5,text/n3;q=0.35,text/html;q=0.2",
        JSON_LD,
    ),
    "one that likes pages least": ("text/html;q=0.1, text/turtle", TURTLE),
}
DOCUMENTS = ["ns", "shapes", "shapes/edition"]
ENDINGS = {
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "rdf": RDF_XML,
    "nt": N_TRIPLES,
    "html": HTML,
    "trig": "application/trig",
    "nq": "application/n-quads",
}
THINGS = ["kind/office", "kind/", "kind/bodies", "shape/Unit-parent", "shape/Unit"]
TABLE_RULE = "rule/table/empty-cell"
LED = [TABLE_RULE, *DOCUMENTS, *(f"{path}.{ending}" for path in DOCUMENTS for ending in ENDINGS), *THINGS, "context", "context.jsonld", ""]
UNLED = ["nothing", "ns/", "ns.zip", "kind/a/b", "kind/x%20y", "nsx", "shapes/Edition"]
MODULES = ("mpm_event", "mpm_prefork", "unixd", "authz_core", "headers", "rewrite")
# Debian keeps Apache where only the administrator's shell looks.
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
FOLDERS = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules", "/usr/libexec/apache2")


@pytest.fixture(scope="module")
def apache(iom: Running) -> Iterator[Client]:
    """An Apache of its own, whose folder organograph/ has the redirects, with the running server as their target."""
    program = next(filter(None, (shutil.which(name, path=PATH) for name in ("apache2", "httpd"))), None)
    modules = next((Path(folder) for folder in FOLDERS if (Path(folder) / "mod_rewrite.so").exists()), None)
    if program is None or modules is None:
        pytest.skip("Apache is not installed (Debian: apache2), so the redirects are tried by their interpreter alone")
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), _free_port()
        folder.chmod(0o755)  # whom Apache runs as must read it
        (folder / "www/organograph").mkdir(parents=True)
        text = FILE.read_text("utf-8")
        assert text.count(MARK) == 1
        (folder / "www/organograph/.htaccess").write_text(text.replace(MARK, iom.address.rstrip("/")), "utf-8")
        (folder / "httpd.conf").write_text(_configuration(folder, modules, port), "utf-8")
        with subprocess.Popen(
            [program, "-f", str(folder / "httpd.conf"), "-D", "FOREGROUND"], stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                _wait(port, process)
                yield Client(f"http://127.0.0.1:{port}/")
            finally:
                process.terminate()
                process.wait(timeout=20)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


def _configuration(folder: Path, modules: Path, port: int) -> str:
    there = [name for name in MODULES if (modules / f"mod_{name}.so").exists()]
    loaded = [name for name in there if name != "mpm_prefork" or "mpm_event" not in there]
    lines = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in loaded]
    lines += [f"Listen 127.0.0.1:{port}", "ServerName localhost", f"DocumentRoot {folder}/www", f"PidFile {folder}/pid"]
    lines += [f"ServerRoot {folder}", f"ErrorLog {folder}/error.log", f"DefaultRuntimeDir {folder}", "StartServers 1"]
    if os.geteuid() == 0:
        lines += ["User nobody", "Group nogroup" if Path("/etc/debian_version").exists() else "Group nobody"]
    lines += [f"<Directory {folder}/www>", "AllowOverride All", "Require all granted", "</Directory>", ""]
    return "\n".join(lines)


def _wait(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(200):
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Apache did not begin to listen")


def followed(apache: Client, path: str, accept: str | None) -> tuple[list[int], Answer]:
    """The statuses of all redirects, the first by Apache, and the answer at their end; no redirect leaves this machine."""
    address, statuses = urljoin(apache.address, path), list[int]()
    for _ in range(5):
        where = urlsplit(address)
        assert where.hostname == "127.0.0.1"
        answer = Client(f"http://{where.netloc}").get(where.path, accept)
        if answer.status not in (301, 302, 303, 307):
            return statuses, answer
        statuses.append(answer.status)
        address = urljoin(address, answer.fields["Location"])
    raise AssertionError(f"{path} is led round and round")


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("name", CLIENTS)
def test_each_client_gets_what_it_reads(apache: Client, name: str, path: str) -> None:
    """Browsers get the documentation, each program the format that it likes best, by one redirect for a document."""
    accept, expected = CLIENTS[name]
    statuses, answer = followed(apache, f"/organograph/{path}", accept)
    assert (statuses, answer.status, answer.media_type) == ([302], 200, expected)
    assert answer.body


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_endings_name_formats(apache: Client, path: str, ending: str) -> None:
    """An address with an ending leads to that format, whatever the client likes."""
    statuses, answer = followed(apache, f"/organograph/{path}.{ending}", "text/csv")
    assert (statuses, answer.status, answer.media_type) == ([302], 200, ENDINGS[ending])


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize("name", ["Firefox", "curl", "Protégé (OWL API)", "Comunica"])
def test_things_lead_to_what_describes_them(apache: Client, name: str, path: str) -> None:
    """A kind or a rule, which is no document, is led on by 303 to the document that describes it."""
    accept, expected = CLIENTS[name]
    statuses, answer = followed(apache, f"/organograph/{path}", accept)
    assert (statuses[0], answer.status, answer.media_type) == (303, 200, expected)


def test_faults_of_tables_are_led_to_their_page(apache: Client) -> None:
    """A fault of tables, by the address that findings give it, is led to the documentation, which alone tells of it."""
    statuses, answer = followed(apache, f"/organograph/{TABLE_RULE}", "text/html")
    assert (statuses[0], answer.status, answer.media_type) == (303, 200, HTML)


def test_the_context_is_led_to(apache: Client) -> None:
    """The JSON-LD context is found with and without ending, by who asks for JSON-LD and by who asks for anything."""
    for path in ("context", "context.jsonld"):
        for accept in ("application/ld+json", None):
            statuses, answer = followed(apache, f"/organograph/{path}", accept)
            assert (statuses, answer.status, answer.media_type) == ([302], 200, JSON_LD)


@pytest.mark.parametrize("path", UNLED)
def test_nothing_else_is_led_anywhere(apache: Client, path: str) -> None:
    """What the vocabulary has not is not found at w3id.org itself."""
    assert apache.get(f"/organograph/{path}").status == 404


def test_rdflib_reads_the_ontology_by_its_address(apache: Client) -> None:
    """The real rdflib, told nothing but the address, follows it to the ontology."""
    graph = Graph().parse(f"{apache.address}organograph/ns")
    assert (URIRef("https://w3id.org/organograph/ns"), RDF.type, OWL.Ontology) in graph


def test_redirects_may_be_read_by_scripts_and_caches(apache: Client) -> None:
    """A redirect says to scripts of other sites that they may read it, and to caches that it depends on Accept."""
    answer = apache.get("/organograph/ns", "text/html")
    assert answer.fields["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.fields["Vary"]
    assert "Accept" in apache.get("/organograph/ns").fields["Vary"]


def test_the_interpreter_does_what_apache_does(apache: Client, iom: Running) -> None:
    """For every path and every client the interpreter of the tests leads where Apache leads, with the same status."""
    rules = read_rules(FILE)
    for path in [*LED, *UNLED]:
        for accept, _ in CLIENTS.values():
            answer = apache.get(f"/organograph/{path}", accept)
            found = (answer.status, answer.fields["Location"]) if answer.status < 400 else None
            told = redirected(rules, path.replace("%20", " "), accept)
            assert found == (told and (told[0], told[1].replace(MARK, iom.address.rstrip("/")))), (path, accept)


@pytest.mark.parametrize("path", LED)
def test_every_redirect_ends_at_an_answer(iom: Running, path: str) -> None:
    """By the interpreter, so that it is tried without Apache too: each address leads to what the server answers."""
    rules = read_rules(FILE)
    for name, (accept, expected) in CLIENTS.items():
        told = redirected(rules, path, accept)
        assert told is not None
        target = told[1].removeprefix(MARK)
        answer = Client(iom.address).get(target, accept)
        if answer.status == 303:
            answer = Client(iom.address).get(urlsplit(answer.fields["Location"]).path, accept)
        assert answer.status == 200, (path, name)
        if path in (*DOCUMENTS, *THINGS):
            assert answer.media_type == expected, (path, name)
