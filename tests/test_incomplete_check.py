"""A check of a store that could not answer all: reports say so for programs and for people, in the language that was asked for."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import NamedNode, RdfFormat

from organograph.cli import afar, main
from organograph.engine import plan
from organograph.messages import Message
from organograph.remote import asking, judging, narrowing
from organograph.remote.asking import Refused
from organograph.report.reasons import reason_in
from organograph.statements import Term
from organograph_server import stores
from serving import small_dataset

EDITION = "2022-06"
_RAISED = {"Refused", "NotFetched", "Unpushed", "NotHere"}
_FRENCH = "l’entrepôt range les textes dans un ordre à lui"


class Turned:
    """A store in this process that holds a publication, and orders texts from last to first where it should from first to last.

    Args:
        dataset: the directory of the publication.
        turns: whether it does so.
    """

    def __init__(self, dataset: Path, turns: bool) -> None:
        self._store, self._turns = pyoxigraph.Store(), turns
        self._store.bulk_load(path=dataset / "dataset.nq", format=RdfFormat.N_QUADS)
        self.requests, self.size = 0, 0
        self.tell = lambda: None

    def rows(self, query: str, graphs: Sequence[str]) -> list[Sequence[Term | None]]:
        """See Store."""
        if self._turns:
            query = query.replace("BY STR(?this)", "BY DESC(STR(?this))")
        found = self._store.query(query, default_graph=[NamedNode(graph) for graph in graphs] or None)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        return [tuple(row) for row in found]  # type: ignore[misc]

    def state(self) -> str:
        """See Store; nobody loads anything."""
        return ""

    def close(self) -> None:
        """See Store."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_dataset(tmp_path_factory.mktemp("small"))


def check(dataset: Path, monkeypatch: pytest.MonkeyPatch, *options: str, turns: bool = True) -> Result:
    monkeypatch.setattr(afar, "_opener", lambda: lambda place, seconds: Turned(dataset, turns))
    return CliRunner().invoke(main, ["check", "--store", "sparql:http://store.example/sparql", "--edition", EDITION, *options])


def sarif(path: Path) -> dict[str, Any]:
    (run,) = json.loads(path.read_text("utf-8"))["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize(("language", "words"), [("en", "the store orders texts in a way of its own"), ("fr", _FRENCH)])
def test_sarif_says_that_the_check_was_not_complete(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """The run was no success, and a notification for each rule that was not checked says why (SARIF 2.1.0, sections 3.20.14, 3.20.21)."""
    report = tmp_path / "report.sarif"
    told = check(dataset, monkeypatch, "--out", str(report), "--language", language)
    assert told.exit_code == 2, told.output
    run = sarif(report)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notifications = invocation["toolExecutionNotifications"]
    lacking = [result for result in run["results"] if result["ruleId"] == "store:unchecked"]
    assert {each["message"]["text"] for each in notifications} == {result["message"]["text"] for result in lacking} != set()
    (described,) = run["tool"]["driver"]["notifications"]
    for each in notifications:
        assert each["level"] == "error"
        assert words in each["message"]["text"]
        assert each["descriptor"] == {"id": described["id"], "index": 0}


def test_sarif_says_that_a_check_was_complete(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store could answer all, the run was a success, with nothing to notify of."""
    told = check(dataset, monkeypatch, "--out", str(tmp_path / "report.sarif"), turns=False)
    assert told.exit_code in (0, 1), told.output
    (invocation,) = sarif(tmp_path / "report.sarif")["invocations"]
    assert invocation["executionSuccessful"] is True
    assert "toolExecutionNotifications" not in invocation


def test_an_earlier_report_hides_no_incomplete_check(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an earlier report knows the rules that were not checked already, the run is no success for that."""
    check(dataset, monkeypatch, "--out", str(tmp_path / "earlier.json"))
    check(dataset, monkeypatch, "--new-since", str(tmp_path / "earlier.json"), "--out", str(tmp_path / "report.sarif"))
    run = sarif(tmp_path / "report.sarif")
    assert not [result for result in run["results"] if result["ruleId"] == "store:unchecked"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_reasons_are_french_where_that_is_asked_for(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not checked, and what was judged here, is told with its reason in French."""
    told = check(dataset, monkeypatch, "--language", "fr", "--verbose")
    assert _FRENCH in told.stderr
    assert "a été jugée ici, car\N{NO-BREAK SPACE}: " in told.stderr
    assert not re.search(r"\b(?:the|it|is|are|by)\b .*\.?$", "\n".join(line for line in told.stderr.splitlines() if ", car" in line))


def raised() -> Iterator[str]:
    """The patterns of all reasons that code gives, however it gives them."""
    folders = [Path(asking.__file__).parent, Path(plan.__file__).parent, Path(stores.__file__).parent]
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {*_RAISED, "Message"}:
                if path.is_relative_to(folders[2]) and node.func.id == "Message":
                    continue
                yield from (given.value for given in node.args if isinstance(given, ast.Constant))
    yield from narrowing._REASONS.values()
    yield from (judging._TOO_MUCH, judging._OF_WHICH, "it cannot be told what it reads", "it asks for itself")
    yield from (f"it uses sh:{word}" for word in plan._BEYOND)


def test_every_reason_has_its_french() -> None:
    """No reason that is raised lacks its French, and each has the same blanks there."""
    found = dict.fromkeys(raised())
    assert len(found) > 25
    for pattern in found:
        names = re.findall(r"%\((\w+)\)s", pattern)
        english = Message(pattern, **dict.fromkeys(names, "§"))
        french = reason_in(english, "fr")
        assert french != english, pattern
        assert french.count("§") == len(names), pattern


def test_a_reason_in_a_reason_is_french_too() -> None:
    """A reason of the store is told within ours; its own words stay as it said them."""
    why = Message("the store does not narrow it: %(reason)s", reason=Refused("the store says: %(reason)s", reason="Syntax error").why)
    assert why == "the store does not narrow it: the store says: Syntax error"
    assert reason_in(why, "fr") == "l’entrepôt ne la restreint pas\N{NO-BREAK SPACE}: l’entrepôt dit\N{NO-BREAK SPACE}: Syntax error"
