"""Measures how fast a small document is given, against a file from nginx and what others make of the same data, in interleaved rounds."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import click
from loading import CONNECTIONS, Load, load, loader

PEER = ("rdflib-endpoint==0.6.3", "rdflib==7.6.0", "fastapi==0.165.0", "uvicorn==0.54.0")
_EDITION, _THING = "2023-10", "unit/legal-affairs"
_ACCEPT = {"Accept": "text/turtle;q=0.9, application/ld+json;q=0.5, */*;q=0.1"}
_ROW = "{:<34} {:>10} {:>9} {:>9}   {}"
_NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 512; }}
http {{
    access_log off; types {{ text/turtle ttl; }}
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""
# The document of one thing as tutorials make it: a graph, what is said of the thing, written anew for each request.
_TEXTBOOK = """
import sys
from flask import Flask, Response
from rdflib import Graph, URIRef

app, graph, thing = Flask("textbook"), Graph().parse(sys.argv[1]), URIRef(sys.argv[2])

@app.get("/document")
def document():
    described = Graph()
    described += graph.triples((thing, None, None))
    return Response(described.serialize(format="turtle"), content_type="text/turtle")

app.run(port=int(sys.argv[3]), threaded=True)
"""


@dataclass(frozen=True)
class Server:
    """What is measured.

    Args:
        name: for the table.
        address: of the document.
        ready: seconds from start to the first answer.
        process: its id.
    """

    name: str
    address: str
    ready: float
    process: int


@click.command()
@click.option("--rounds", default=5, show_default=True, help="How often each server is measured, one after the other.")
@click.option("--seconds", default=4, show_default=True, help="How long each time.")
def main(rounds: int, seconds: int) -> None:
    """Print answers in a second, times and ratios: medians over the rounds; ratios are made in each round."""
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        servers = list(_servers(Path(name), running))
        click.echo(f"{CONNECTIONS} connections, {rounds} rounds of {seconds} s, by {loader()}; {_versions()}")
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for _ in range(rounds):
            for server in servers:
                loads[server.name].append(load(server.address, _ACCEPT, seconds))
        ours = loads["organograph"]
        click.echo(_ROW.format("", "answers/s", "p50 ms", "p99 ms", "ready s, MB; ours against it: answers, p99"))
        for server in servers:
            click.echo(_told(server, loads[server.name], ours))


def _servers(folder: Path, running: ExitStack) -> Iterator[Server]:
    """Start each server that can be had; say which cannot."""
    out = folder / "published"
    subprocess.run([_program("organograph"), "build", "--out", str(out)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ours = [_program("organograph"), "serve", str(out), "--port"]
    server = running.enter_context(serving("organograph", f"/doc/{_THING}", lambda port: [*ours, str(port)]))
    yield server
    with urllib.request.urlopen(urllib.request.Request(server.address, headers=_ACCEPT)) as answer:
        document = answer.read()
    click.echo(f"The document: {len(document)} bytes of Turtle.")
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        yield running.enter_context(serving("nginx, a file", "/document.ttl", lambda port: _nginx(folder, port, document)))
    else:
        click.echo("nginx is not installed (on Debian it is the package nginx), so it is not measured.")
    edition = out / f"editions/{_EDITION}.ttl"
    thing = f"http://127.0.0.1:8000/id/{_THING}"
    try:
        peer = [str(_peer()), "serve", str(edition), "--host", "127.0.0.1", "--port"]
    except subprocess.CalledProcessError as error:
        click.echo(f"rdflib-endpoint cannot be installed, so it is not measured: {error.stderr.strip()[-200:]}")
    else:
        describe = f"/?query={quote(f'DESCRIBE <{thing}>')}"
        yield running.enter_context(serving("rdflib-endpoint, DESCRIBE", describe, lambda port: [*peer, str(port)]))
    textbook = [sys.executable, "-c", _TEXTBOOK, str(edition), thing]
    yield running.enter_context(serving("Flask and RDFLib by the textbook", "/document", lambda port: [*textbook, str(port)]))


@contextmanager
def serving(name: str, path: str, command: Callable[[int], list[str]]) -> Iterator[Server]:
    """A server on a free port, from its first answer on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}{path}"
    words = command(port)
    begun = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not _answers(address):
                assert process.poll() is None, f"{name} does not start: {words}"
                time.sleep(0.005)
            yield Server(name, address, time.perf_counter() - begun, process.pid)
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=_ACCEPT), timeout=20) as answer:
            return bool(answer.read())
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def _nginx(folder: Path, port: int, document: bytes) -> list[str]:
    (folder / "files").mkdir()
    (folder / "files/document.ttl").write_bytes(document)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port), encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program
    return [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "errors")]


def _peer() -> Path:
    """The program of rdflib-endpoint, installed once into a cache outside the repository."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "organograph-bench" / PEER[0].replace("==", "-")
    if not (cache / "complete").exists():
        venv.create(cache, with_pip=True, clear=True)
        install = [str(cache / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER]
        subprocess.run(install, check=True, capture_output=True, text=True)
        (cache / "complete").touch()
    return cache / "bin/rdflib-endpoint"


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _versions() -> str:
    ours = [f"{name} {version(name)}" for name in ("uvloop", "Flask", "rdflib")]
    return ", ".join([f"Python {platform.python_version()}", *ours, PEER[0].replace("==", " ")])


def _told(server: Server, loads: list[Load], ours: list[Load]) -> str:
    rate, middle, slow = (statistics.median(values) for values in zip(*((one.rate, one.middle, one.slow) for one in loads), strict=True))
    faster = statistics.median(mine.rate / its.rate for mine, its in zip(ours, loads, strict=True))
    slower = statistics.median(mine.slow / its.slow for mine, its in zip(ours, loads, strict=True))
    told = "" if server.name == "organograph" else f"; {faster:.2f}, {slower:.2f}"
    return _ROW.format(server.name, f"{rate:,.0f}", f"{middle:.2f}", f"{slow:.2f}", f"{server.ready:.2f}, {_memory(server.process)}{told}")


def _memory(process: int) -> int:
    """Megabytes that a process holds (Linux)."""
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(told.partition("VmRSS:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
