"""The fast engine against the W3C SHACL test suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from places import SHARED
from shaclsuite import SuiteCase, suite

HERE = SHARED / "suites/shacl-tests"
CASES = list(suite(HERE)) if HERE.exists() else []


def cases(part: str) -> list[SuiteCase]:
    return [case for case in CASES if Path(case.file).resolve().is_relative_to((HERE / part).resolve())]


@pytest.fixture(autouse=True)
def _at_hand() -> None:
    if not CASES:
        pytest.skip("outside material is not at hand: ../shared/suites/shacl-tests")


def test_the_suite_is_whole() -> None:
    """The suite has 98 cases of SHACL Core and 22 of SHACL-SPARQL."""
    assert (len(cases("core")), len(cases("sparql"))) == (98, 22)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_must_be_found_is_found_and_nothing_else(case: SuiteCase) -> None:
    """The engine finds what the suite expects, refuses what it must refuse, and hands nothing over."""
    expected, (found, report) = case.expected(), case.found()
    assert report.handed_over == {}
    assert found is None if expected is None else found is not None and set(found) == set(expected)
    assert expected is None or case.conforms() == (not found)
