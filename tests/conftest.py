"""Fixtures that several files of tests share: the structure of IOM, built and served, and clients of npm."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from organograph import publish
from organograph.names import DEFAULT_BASE, Names
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import CHROMIUM_FLAGS, ONTOLOGY, SHAPES, bundled
from serving import Running, listening

# The last that Node.js 20 runs; it hands texts on without language with the reader of JSON that it would choose itself.
COMUNICA = {"dependencies": {"@comunica/query-sparql": "4.5.0"}, "overrides": {"sparqljson-parse": "2.2.0"}, "private": True}
AXE = {"dependencies": {"axe-core": "4.14.1"}, "private": True}
LDES_CLIENT = {"dependencies": {"ldes-client": "0.3.0"}, "private": True}

# How long an example takes says more of what else runs than of the code.
hypothesis.settings.register_profile("organograph", deadline=None)
hypothesis.settings.load_profile("organograph")

# These take longest, and so begin first: else one of the processes is still at them when the others have long ended.
LONG = ("test_twin", "test_twin_languages", "test_sparql_places", "test_readers", "test_edited", "test_swapping", "test_attacks")

# Where tests run in the background of a shell they begin with Ctrl-C ignored, and so would every command that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: of its time a test of a server waits about a third."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, in the order that is told."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset directory of the bundled tables."""
    dataset = bundled().dataset
    assert dataset is not None
    out = tmp_path_factory.mktemp("iom") / "published"
    publish.build(dataset, Names(DEFAULT_BASE), ONTOLOGY, SHAPES, out)
    return out


@pytest.fixture(scope="session")
def iom(published: Path) -> Iterator[Running]:
    """A server that really listens, with the structure of IOM."""
    with listening(create_app(Settings(dataset=published))) as address:
        yield Running(address + "/", DEFAULT_BASE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which finds what keeps people from using a page, installed likewise."""
    return Path(os.path.normpath(installed("axe-core", AXE, "../axe-core/axe.min.js"))).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def comunica() -> str:
    """The command of Comunica, installed once into a cache outside the repository."""
    return installed("comunica", COMUNICA, "comunica-sparql")


@pytest.fixture(scope="session")
def ldes_client() -> str:
    """The command of the event stream client of RDF-Connect, installed likewise."""
    return installed("ldes-client", LDES_CLIENT, "ldes-client")


def installed(name: str, package: Mapping[str, object], program: str) -> str:
    """The command of a package of npm, installed once into a cache outside the repository; skips the test where that cannot be.

    Args:
        name: what the folder in the cache begins with.
        package: what stands in package.json.
        program: the name of the command.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"node and npm are not installed (Debian: nodejs, npm), so {name} is not tried")
    wanted = json.dumps(package, sort_keys=True)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = caches / "organograph-tests" / f"{name}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    if not (cache / "complete").exists():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text(wanted, "utf-8")
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, cwd=cache)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot install {name}, so it is not tried: {str(error.stderr or error).strip()[-200:]}")
        (cache / "complete").touch()
    return str(cache / "node_modules/.bin" / program)
