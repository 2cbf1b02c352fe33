"""The register: every absence of a thing from an edition is accounted for."""

from __future__ import annotations

from dataclasses import replace

from organograph.graphs.register import Entry, Register
from organograph.model import Dataset
from places import bundled


def dataset() -> Dataset:
    found = bundled().dataset
    assert found is not None
    return found


def entry(reference: str, of: Dataset | None = None) -> Entry:
    return next(each for each in Register(of or dataset()).entries if each.reference == reference)


def test_every_absence_is_accounted_for() -> None:
    """No unit, post or body is missing from an edition without a change or a limit of scope."""
    assert {each.reference: each.unaccounted for each in Register(dataset()).entries if each.unaccounted} == {}


def test_scope_explains_an_absence() -> None:
    """A team is outside the scope of the editions whose documents do not go down so far."""
    found = entry("unit:platforms-and-operations")
    assert found.described == ("2022-06",)
    assert [edition for edition, _ in found.outside] == ["2021-09", "2023-10"]


def test_change_explains_an_absence() -> None:
    """A unit that a merger ended is accounted for by that event and not by scope."""
    found = entry("unit:pseah")
    assert "2023-10" not in {edition for edition, _ in found.outside}
    assert found.unaccounted == ()


def test_absence_without_reason_is_seen() -> None:
    """Without the change event the absence is unaccounted for."""
    whole = dataset()
    without = replace(whole, changes=tuple(change for change in whole.changes if change.slug != "policy-coordination"))
    assert entry("unit:policy-hub", without).unaccounted == ("2022-06", "2023-10")


def test_name_is_the_latest() -> None:
    """The register knows a thing by its latest name."""
    assert entry("unit:evaluation").name == "Central Evaluation Unit"
