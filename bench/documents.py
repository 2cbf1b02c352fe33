"""Measures how fast a small document is given, against a file from nginx and what others make of the same data, in interleaved rounds."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import click
from hosting import Server, hosted, settled
from loading import CONNECTIONS, Load, load, loader
from peers import Installed, Missing, installed, title
from processes import proportional_megabytes
from pyoxigraph import RdfFormat, parse
from records import OURS, RATE, Record, summed, tell

TOPIC = "documents"
_EDITION, _THING = "2023-10", "unit/legal-affairs"
_IRI = f"http://127.0.0.1:8000/id/{_THING}"
_ACCEPT = {"Accept": "text/turtle;q=0.9, application/ld+json;q=0.5, */*;q=0.1"}
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


@dataclass(frozen=True)
class Setting:
    """What the servers are given.

    Args:
        folder: a place for what a server keeps.
        edition: the file of the edition.
        document: the bytes that ours gives.
    """

    folder: Path
    edition: Path
    document: bytes


@click.command()
@click.option("--rounds", default=5, show_default=True, help="How often each server is measured, one after the other.")
@click.option("--seconds", default=4, show_default=True, help="How long each time.")
def main(rounds: int, seconds: int) -> None:
    """Print answers in a second, times and memory: medians over the rounds; ratios are made in each round."""
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        servers = list(_servers(Path(name), running))
        click.echo(f"{CONNECTIONS} connections, {rounds} rounds of {seconds} s, by {loader()}")
        loads: dict[str, list[Load]] = {server.name: [] for server in servers}
        for turn in range(rounds):
            click.echo(f"round {turn + 1} of {rounds}")
            for server in servers:
                loads[server.name].append(load(server.address, _ACCEPT, seconds))
                settled(server)
        size = len(_given(servers[0]))
        tell(_told(servers, loads, f"a document of {size:,} bytes"))


def _servers(folder: Path, running: ExitStack) -> Iterator[Server]:
    """Start each server that can be had; say which cannot, and which gives another document."""
    out, program = folder / "published", str(Path(sys.executable).parent / "organograph")
    subprocess.run([program, "build", "--out", str(out)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ours = [program, "serve", str(out), "--port"]
    yield (server := running.enter_context(hosted(OURS, f"/doc/{_THING}", lambda port: [*ours, str(port)], _ACCEPT)))
    setting = Setting(folder, out / f"editions/{_EDITION}.ttl", _given(server))
    said = _of_the_thing(setting.document)
    for key, start in _STARTS.items():
        record = Record(TOPIC, "answers in a second", "a document", title(key), RATE)
        try:
            peer = running.enter_context(start(installed(key), setting))
        except Missing as missing:
            tell([replace(record, remark=str(missing))])
            continue
        if not said & _of_the_thing(_given(peer)):
            tell([replace(record, agrees=False, remark="it says nothing of the thing that ours says")])
        else:
            yield peer


def _given(server: Server) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(server.address, headers=_ACCEPT)) as answer:
        content: bytes = answer.read()
    return content


def _of_the_thing(document: bytes) -> set[tuple[str, str]]:
    """What a document says of the thing: ours says more, of the document itself and of what hangs on the thing."""
    form = RdfFormat.RDF_XML if document.startswith(b"<?xml") else RdfFormat.TURTLE
    return {(str(quad.predicate), str(quad.object)) for quad in parse(document, format=form) if str(quad.subject) == f"<{_IRI}>"}


def _nginx(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    """The same bytes as a file."""
    folder = setting.folder
    (folder / "files").mkdir()
    (folder / "files/document.ttl").write_bytes(setting.document)
    folder.chmod(0o755)

    def command(port: int) -> list[str]:
        (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port), encoding="utf-8")
        return [*peer.command, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "errors")]

    return hosted(peer.who, "/document.ttl", command, _ACCEPT)


def _rdflib_endpoint(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    """A description of the same thing over one edition."""
    command = [*peer.command, "serve", str(setting.edition), "--host", "127.0.0.1", "--port"]
    return hosted(peer.who, f"/?query={quote(f'DESCRIBE <{_IRI}>')}", lambda port: [*command, str(port)], _ACCEPT)


def _textbook(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    """What one edition says of the same thing."""
    command = [*peer.runs("textbook.py"), str(setting.edition)]
    return hosted(peer.who, f"/document?about={quote(_IRI)}", lambda port: [*command, str(port)], _ACCEPT)


_STARTS: Mapping[str, Callable[[Installed, Setting], AbstractContextManager[Server]]] = {
    "nginx": _nginx,
    "rdflib-endpoint": _rdflib_endpoint,
    "textbook": _textbook,
}


def _told(servers: list[Server], loads: Mapping[str, list[Load]], what: str) -> Iterator[Record]:
    rates = {name: [one.rate for one in every] for name, every in loads.items()}
    slow = {name: [one.slow for one in every] for name, every in loads.items()}
    for measure, unit, values in (
        ("answers in a second", RATE, rates),
        ("time in which half came", "ms", {name: [one.middle for one in every] for name, every in loads.items()}),
        ("time in which 99 of 100 came", "ms", slow),
        ("time from start to the first answer", "s", {server.name: [server.ready] for server in servers}),
        ("memory of all its processes", "MB", {server.name: [proportional_megabytes(server.process)] for server in servers}),
    ):
        for server in servers:
            yield _compared(Record(TOPIC, measure, what, server.name, unit), values[server.name], values[OURS])


def _compared(record: Record, values: list[float], ours: list[float]) -> Record:
    if not all(values):
        return replace(record, remark="it gave no answer in the time of a round")
    pairs = [(mine, its) for mine, its in zip(ours, values, strict=True) if mine and record.who != OURS]
    ratios = [mine / its if record.unit == RATE else its / mine for mine, its in pairs]
    return replace(summed(record, values), ratio=statistics.median(ratios) if ratios else None)


if __name__ == "__main__":
    main()
