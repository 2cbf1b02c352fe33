"""Starts servers that answer queries over HTTP, ours and its peers, each with the same file of Turtle."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from hosting import Server, free_port, hosted
from peers import RUNNERS, Installed, Missing, found, installed
from records import OURS

_ASK = f"?query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}"
_FIELDS = {"Accept": "application/sparql-results+json"}
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}, {data}
NumberOfBuffers = 85000
MaxDirtyBuffers = 60000
MaxClientConnections = 40
ThreadsPerQuery = {workers}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 40
MaxClientConnections = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
DefaultGraph = urn:bench
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 0
"""
"""As Debian ships it, but with memory for the whole of the data, and no limit on rows, which others have not either."""


@dataclass(frozen=True)
class Setting:
    """What every server is given.

    Args:
        file: of Turtle.
        folder: a place for what a server keeps.
        workers: processes or threads that answer, where a server lets them be chosen.
        limit: seconds that the answer to one client may take; to several at once ten times as many, where a server has a limit.
    """

    file: Path
    folder: Path
    workers: int
    limit: int


def started(key: str, setting: Setting) -> AbstractContextManager[Server]:
    """A server with the data, ready to be asked.

    Args:
        key: ours, or the key of a peer.
        setting: what it is given.

    Raises:
        Missing: it cannot be had here, or does not start.
    """
    return _STARTS[key](installed(key), setting) if key != OURS else _ours(setting)


def _ours(setting: Setting) -> AbstractContextManager[Server]:
    program = str(Path(sys.executable).parent / "organograph")
    # By `env`, so that the number of workers is of this server alone.
    command = ["/usr/bin/env", f"ORGANOGRAPH_QUERY_WORKERS={setting.workers}", program, "serve", str(setting.file), "--require-isolation"]
    return hosted(OURS, f"/sparql{_ASK}", lambda port: [*command, "--port", str(port)], _FIELDS)


def _oxigraph(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    def fill(server: Server) -> None:
        """Send the file; the server holds it in memory, as ours does."""
        store = f"http://{urlsplit(server.address).netloc}/store?default"
        request = urllib.request.Request(store, setting.file.read_bytes(), {"Content-Type": "text/turtle"})
        with urllib.request.urlopen(request):
            pass

    return _filled(hosted(peer.who, f"/query{_ASK}", lambda port: [*peer.command, "serve", "--bind", f"127.0.0.1:{port}"], _FIELDS), fill)


def _rdflib_endpoint(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    command = [*peer.command, "serve", str(setting.file), "--host", "127.0.0.1", "--port"]
    return hosted(peer.who, f"/{_ASK}", lambda port: [*command, str(port)], _FIELDS)


def _textbook(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    return hosted(peer.who, f"/sparql{_ASK}", lambda port: [*peer.runs("textbook.py"), str(setting.file), str(port)], _FIELDS)


def _comunica(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    node, program = peer.command
    command = [
        node,
        "--require",
        str(RUNNERS / "loopback.cjs"),
        program,
        "-w",
        str(setting.workers),
        "-t",
        str(10 * setting.limit),
        str(setting.file),
        "-p",
    ]
    return _warmed(hosted(peer.who, f"/sparql{_ASK}", lambda port: [*command, str(port)], _FIELDS), 25 * setting.workers)


def _virtuoso(peer: Installed, setting: Setting) -> AbstractContextManager[Server]:
    shell = found("isql-vt") or found("isql-v")
    if shell is None:
        raise Missing("Virtuoso is here, but not its program isql-vt, which loads data (on Debian: virtuoso-opensource-7-bin).")
    folder, sql = Path(tempfile.mkdtemp(prefix="virtuoso-", dir=setting.folder)), free_port()

    def command(port: int) -> list[str]:
        fields = {"folder": folder, "sql": sql, "port": port, "data": setting.file.parent, "workers": setting.workers}
        (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(**fields), encoding="utf-8")
        return [*peer.command, "+foreground", "+configfile", str(folder / "virtuoso.ini")]

    def fill(_: Server) -> None:
        load = f"EXEC=DB.DBA.TTLP_MT(file_to_string_output('{setting.file}'), '', 'urn:bench'); checkpoint;"
        done = subprocess.run([shell, f"127.0.0.1:{sql}", "dba", "dba", load], capture_output=True, text=True, check=False, timeout=600)
        if done.returncode or "Error" in done.stdout + done.stderr:
            raise Missing(f"Virtuoso does not load the data: {(done.stderr or done.stdout).strip()[-200:]}")

    return _filled(hosted(peer.who, f"/sparql{_ASK}", command, _FIELDS), fill)


@contextmanager
def _filled(hosting: AbstractContextManager[Server], fill: Callable[[Server], None]) -> Iterator[Server]:
    """A server that is sent its data once it has started, and is ready when it has them."""
    with hosting as server:
        begun = time.perf_counter()
        fill(server)
        yield replace(server, ready=server.ready + time.perf_counter() - begun)


@contextmanager
def _warmed(hosting: AbstractContextManager[Server], times: int) -> Iterator[Server]:
    """A server of which each worker reads the file when it is first asked, and is compiled as it is asked; they take turns."""
    with hosting as server:
        for _ in range(times):
            with urllib.request.urlopen(urllib.request.Request(server.address, headers=_FIELDS), timeout=600):
                pass
        yield server


_STARTS: Mapping[str, Callable[[Installed, Setting], AbstractContextManager[Server]]] = {
    "oxigraph": _oxigraph,
    "virtuoso": _virtuoso,
    "comunica": _comunica,
    "rdflib-endpoint": _rdflib_endpoint,
    "textbook": _textbook,
}
KEYS = (OURS, *_STARTS)
"""Every server, in the order of the tables."""
