"""Stores of others as processes of their own on loopback, each with its own configuration and its own data, ended by their number."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from organograph_server.query.place import Place
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.client import Client
from organograph_server.stores.contract import Marker
from organograph_server.stores.credentials import Credentials
from organograph_server.stores.disk import Disk
from organograph_server.stores.endpoint import Endpoint
from organograph_server.stores.loading import Loading
from webservers import free_port

# A machine that is busy starts Virtuoso in half a minute.
_PATIENCE = 120
_TRIES = 5
_VIRTUOSO = """[Database]
DatabaseFile = {0}/virtuoso.db
ErrorLogFile = {0}/virtuoso.log
LockFile = {0}/virtuoso.lck
TransactionFile = {0}/virtuoso.trx
xa_persistent_file = {0}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {0}/virtuoso-temp.db
TransactionFile = {0}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{1}
DisableUnixSocket = 1
MaxClientConnections = 20
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {0}
AllowOSCalls = 0
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{2}
ServerRoot = {0}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 10
[SPARQL]
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Store:
    """A store that runs.

    Args:
        name: of the program.
        place: as the setting `store` has it.
        settings: what else a server of it needs.
        loads: what else who loads into it needs.
    """

    name: str
    place: str
    settings: Mapping[str, str] = field(default_factory=dict)
    loads: Mapping[str, str] = field(default_factory=dict)

    def load(self, serving: Service, keep: int = 2) -> Marker:
        """Load a dataset into it."""
        if self.name == "disk":
            holdings = serving.holdings
            Disk(Path(Place.read(self.place).where)).build(holdings.key, holdings.quads, holdings.doors, keep)
            return Marker()
        return loaded(Settings(store=self.place, **self.settings, **self.loads), serving, keep)  # type: ignore[arg-type]


def loaded(settings: Settings, serving: Service, keep: int = 2) -> Marker:
    """Load a dataset into the store of some settings."""
    place = settings.place
    who = Credentials(place.user, place.password, settings.store_token)
    graphs = Client(place.graphs(settings.store_graphs), who)
    return asyncio.run(Loading(serving.holdings, Endpoint(Client(place.where, who)), graphs, keep, seconds=_PATIENCE).run())


@contextmanager
def oxigraph(folder: Path) -> Iterator[Store]:
    """An Oxigraph server over a folder, until the block ends."""
    program = shutil.which("oxigraph") or shutil.which("oxigraph", path=Path(sys.executable).resolve().parent)
    program = program or _beside_packages()
    if program is None:
        pytest.skip("the Oxigraph server is not installed (PyPI: oxigraph), so nothing is tried on it")

    def command(port: int) -> list[str]:
        return [program, "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]

    with _running(command, "/query", folder) as port:
        yield Store("oxigraph", f"sparql:http://127.0.0.1:{port}/query")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Store]:
    """A Virtuoso over a folder, until the block ends."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin), so nothing is tried on it")

    def command(port: int) -> list[str]:
        configuration = folder / "virtuoso.ini"
        configuration.write_text(_VIRTUOSO.format(folder, free_port(), port), "utf-8")
        return [program, "+foreground", "+configfile", str(configuration)]

    with _running(command, "/sparql", folder) as port:
        who = {"store_user": "dba", "store_password": "dba"}
        yield Store("virtuoso", f"sparql:http://127.0.0.1:{port}/sparql", loads=who)


@contextmanager
def disk(folder: Path) -> Iterator[Store]:
    """A place for stores on disk."""
    yield Store("disk", f"disk:{folder}/stores")


STORES = {"oxigraph": oxigraph, "virtuoso": virtuoso}
"""What starts each store of others, by name."""
PLACES = {"disk": disk, **STORES}
"""What makes each place where data may be asked, but memory."""


def _beside_packages() -> str | None:
    """The program among those of the environment that this package was installed into."""
    folders = (Path(path).parents[2] / "bin" for path in sys.path if path.endswith("site-packages"))
    return next((found for folder in folders if (found := shutil.which("oxigraph", path=str(folder)))), None)


@contextmanager
def _running(command: Callable[[int], list[str]], path: str, folder: Path) -> Iterator[int]:
    """The port at which a program answers; where somebody else took that meanwhile, another."""
    with ExitStack() as until_the_end:
        for _ in range(_TRIES):
            port = free_port()
            log = until_the_end.enter_context((folder / "output").open("ab"))
            process = subprocess.Popen(command(port), stdout=log, stderr=log, cwd=folder)
            until_the_end.callback(_end, process)
            if _answers(process, port, path):
                yield port
                return
        pytest.fail(f"{command(0)[0]} does not answer: {(folder / 'output').read_text('utf-8', 'replace')[-2_000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(process: subprocess.Popen[bytes], port: int, path: str) -> bool:
    """Whether a program answers; not so once it has ended."""
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(f"GET {path}?query=ASK%7B%7D HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return process.poll() is None
        except OSError:
            pass
        time.sleep(0.1)
    return False
