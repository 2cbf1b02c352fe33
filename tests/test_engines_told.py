"""What docs/engines.md tells is so: settings, commands, tests and numbers."""

from __future__ import annotations

import re
import tomllib

from organograph_server.loadcli import load
from organograph_server.settings import Settings
from places import REPOSITORY
from stores import PLACES
from test_sparql_suite import KNOWN

DOCUMENT = (REPOSITORY / "docs/engines.md").read_text("utf-8")
EXCEPTIONS = {place: tomllib.loads((REPOSITORY / f"tests/exceptions/{place}.toml").read_text("utf-8")) for place in PLACES}


def test_what_is_named_is_there() -> None:
    """Every setting, option, file and test that it names is there."""
    settings = {f"ORGANOGRAPH_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert set(re.findall(r"ORGANOGRAPH_[A-Z_]+", DOCUMENT)) <= settings
    assert {"--keep", "--store"} <= {option for parameter in load.params for option in parameter.opts}
    for link in re.findall(r"\]\(([^)]+)\)", DOCUMENT):
        page, _, heading = link.partition("#")
        assert (REPOSITORY / "docs" / page).exists(), link
        headings = re.findall(r"^#+ (.+)$", (REPOSITORY / "docs" / page).read_text("utf-8"), re.MULTILINE) if heading else [""]
        assert heading in [re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings], link
    held = DOCUMENT.partition("## Held by")[2]
    for file in re.findall(r"(test_\w+\.py)", held):
        assert (REPOSITORY / "tests" / file).is_file(), file
    for row in held.splitlines():
        file = re.search(r"(test_\w+\.py)", row)
        for name in re.findall(r"`(test_\w+)`", row):
            assert file is not None
            assert f"def {name}(" in (REPOSITORY / "tests" / file[1]).read_text("utf-8"), name


def test_exceptions_are_counted() -> None:
    """The numbers of cases that engines answer otherwise are those of the lists, and the engine is the same in memory and on disk."""
    assert EXCEPTIONS["disk"] == EXCEPTIONS["oxigraph"] == KNOWN
    assert f"{len(KNOWN)} are not by memory, disk and" in DOCUMENT
    assert f"and {len(EXCEPTIONS['virtuoso'])} not by Virtuoso" in DOCUMENT
