"""Fixtures that several files of tests share: the structure of IOM, built and served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from organograph import publish
from organograph.names import DEFAULT_BASE, Names
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import ONTOLOGY, SHAPES, bundled
from serving import Running, listening


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
