"""Several servers of one directory of releases behind nginx, as docs/deploy/ tells, on free ports of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from httpclient import Client
from places import REPOSITORY
from webservers import free_port, nginx_with

DEPLOY = REPOSITORY / "docs/deploy"
_PROGRAM = str(Path(sys.executable).parent / "organograph")


@dataclass
class Reader:
    """One of the servers.

    Args:
        root: the directory of the releases.
        port: that it listens at.
        log: where it writes what it says.
        environ: its settings.
    """

    root: Path
    port: int
    log: Path
    environ: dict[str, str]
    process: subprocess.Popen[str] = field(init=False)

    @property
    def client(self) -> Client:
        """A client of this server alone."""
        return Client(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Start it, and wait until queries can be answered."""
        command = [_PROGRAM, "serve", "--dataset", str(self.root), "--port", str(self.port)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, text=True, env=self.environ)
        for _ in range(1_200):
            assert self.process.poll() is None, self.log.read_text()
            with suppress(OSError):
                if self.client.get("/readyz").status == 200:
                    return
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def stop(self) -> None:
        """Tell it to stop, and wait until it has."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0


@dataclass(frozen=True)
class Readers:
    """Servers, and what stands before them."""

    root: Path
    servers: tuple[Reader, ...]
    client: Client

    def roll(self, *readers: Reader) -> subprocess.CompletedProcess[str]:
        """Let servers, by default all, take up the current release one after the other."""
        pairs = [word for reader in readers or self.servers for word in (reader.client.address, f"kill -HUP {reader.process.pid}")]
        return subprocess.run([str(DEPLOY / "roll"), str(self.root), *pairs], capture_output=True, text=True, check=False)


@contextmanager
def behind_nginx(root: Path, work: Path, *, is_limited: bool = False, **settings: int | str) -> Iterator[Readers]:
    """Two servers of a directory of releases behind nginx, until the block ends.

    Args:
        root: the directory.
        work: a folder for nginx.
        is_limited: whether clients are limited as they are in docs/deploy; else a test, which is one client, may ask freely.
        settings: of the servers.
    """
    environ = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
    environ |= {f"ORGANOGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    servers = tuple(Reader(root, free_port(), work / f"server-{number}.log", environ) for number in (1, 2))
    started: list[Reader] = []
    work.mkdir()
    try:
        for reader in servers:
            reader.start()
            started.append(reader)
        port = free_port()
        with nginx_with(_configuration(work, port, servers, is_limited), work, port) as address:
            yield Readers(root, servers, Client(address))
    finally:
        for reader in started:
            reader.process.kill()
            reader.process.wait(timeout=20)


def _configuration(work: Path, port: int, servers: tuple[Reader, ...], is_limited: bool) -> str:
    """The files of docs/deploy/nginx, with other ports and folders."""
    upstream = (DEPLOY / "nginx/upstream.conf").read_text("utf-8")
    text = (DEPLOY / "nginx/organograph.conf").read_text("utf-8")
    for number, reader in enumerate(servers, 1):
        upstream = _replaced(upstream, f"127.0.0.1:800{number} ", f"127.0.0.1:{reader.port} ")
    text = _replaced(text, "listen 80;", f"listen 127.0.0.1:{port};")
    text = _replaced(text, "/var/cache/nginx/organograph", f"{work}/kept")
    if not is_limited:
        text, found = re.subn(r"rate=\d+r/s", "rate=100000r/s", text)
        assert found == 2
        text, found = re.subn(r"burst=\d+ ", "burst=10000 ", text)
        assert found == 3
    return upstream + text


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)
