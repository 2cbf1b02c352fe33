"""The README: its example queries, asked over HTTP, give the answers printed beneath them."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from organograph.cli import main
from places import REPOSITORY, copied, edited
from serving import Running

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PREFIXES = "".join(re.findall(r"^PREFIX .*\n", README, re.MULTILINE))
EXAMPLES = re.findall(r"\*\*([^*]+)\*\*\n\n```sparql\n(.+?)```\n\n(\|.+?)\n\n", README, re.DOTALL)


def test_there_are_five_examples() -> None:
    """The README asks five questions."""
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(("question", "query", "answer"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_example_gives_its_answer(iom: Running, question: str, query: str, answer: str) -> None:
    """Each example gives just the table printed beneath it."""
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in answer.splitlines()]
    body = urllib.parse.urlencode({"query": (PREFIXES + query).replace("http://127.0.0.1:8000/", iom.base)}).encode()
    request = urllib.request.Request(f"{iom.address}sparql", data=body, headers={"Accept": "text/tab-separated-values"})
    with urllib.request.urlopen(request, timeout=10) as response:
        told = [line.split("\t") for line in response.read().decode().splitlines()]
    assert [name.lstrip("?") for name in told[0]] == head
    assert [[_plain(cell) for cell in line] for line in told[1:]] == rows


def test_finding_is_what_check_prints(tmp_path: Path) -> None:
    """The finding that the README shows is what a steward is told for that mistake."""
    folder = copied(tmp_path)
    edited(
        folder / "editions/2023-10/units.csv",
        "Office of Legal Affairs,office,post:director-general,",
        "Office of Legal Affairs,office,post:deputy-director-general-operations,",
    )
    done = CliRunner().invoke(main, ["check", str(folder), "--edition", "2023-10"])
    shown = next(line.strip() for line in README.splitlines() if line.strip().startswith("iom/editions/"))
    assert done.stdout == shown + "\n"


def _plain(cell: str) -> str:
    return re.sub(r'^"(.*)"(@\w+|\^\^.*)?$', r"\1", cell)
