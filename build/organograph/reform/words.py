"""What became of a thing, in words that follow its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from organograph.reform.lineage import Event
from organograph.reform.states import State, Thing


def listed(names: Iterable[str]) -> str:
    """Names in quotation marks, as a sentence lists them."""
    quoted = [f"“{name}”" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _place(names: Sequence[str]) -> str:
    return listed(names) or "nothing"


def _headed(names: Sequence[str]) -> str:
    return listed(names) or "nothing that is named"


def _class(before: Sequence[str], after: Sequence[str]) -> str:
    said = [f"became {_article(name)}" for name in after] + [f"is no longer {_article(name)}" for name in before]
    return f"{' and '.join(said)}."


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _people(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody who is named"


def _kind(before: Sequence[str], after: Sequence[str]) -> str:
    old, new = (", ".join(kind for kind in kinds if kind != "unspecified") for kinds in (before, after))
    if old and new:
        return f"was of kind {old} and is of kind {new}."
    return f"was of kind {old} and is now named without one." if old else f"was named without a kind and is of kind {new}."


def _reports(before: Sequence[str], after: Sequence[str]) -> str:
    if before and after:
        return f"reported to {listed(before)} and reports to {listed(after)}."
    return f"reports to {listed(after)} too." if after else f"no longer reports to {listed(before)}."


def silent_line(before: Sequence[str], after: Sequence[str]) -> str:
    """That only one edition names a reporting line."""
    if before:
        return f"reported to {listed(before)}, and no reporting line is named now."
    return f"reports to {listed(after)}, and no reporting line was named before."


TOLD: Mapping[str, Callable[[Sequence[str], Sequence[str]], str]] = {
    "renamed": lambda before, after: f"was renamed from {listed(before)}.",
    "moved": lambda before, after: f"moved from {_place(before)} to {_place(after)}.",
    "kind": _kind,
    "class": _class,
    "reports": _reports,
    "heads": lambda before, after: f"headed {_headed(before)} and heads {_headed(after)}.",
    "holder": lambda before, after: f"was held by {_people(before)} and is held by {_people(after)}.",
}
"""How a change of each class is told, from the names before and after that are not the same."""


def of_event(event: Event, thing: str, names: Mapping[str, str], stays: bool, then: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What a change event did to a thing.

    Args:
        event: the event.
        thing: IRI of one of its originals or results.
        names: of all of these, and of what follows.
        stays: whether both editions have the thing.
        then: results that did not last, each with its successors.
    """
    if thing in event.originals:
        told = _ended(event, thing, names) + "".join(
            f"; {listed([names[result]])} was {f'succeeded by {listed(names[iri] for iri in ends)}' if ends else 'closed'}"
            for result, ends in then
        )
        again = any(thing in ends for _, ends in then)
        return f"{told}, and stays." if stays and not again else f"{told}."
    return f"{_began(event, thing, names)}."


def _ended(event: Event, thing: str, names: Mapping[str, str]) -> str:
    others = listed(names[iri] for iri in event.originals if iri != thing)
    results = listed(names[iri] for iri in event.results if iri != thing)
    if event.sort == "merged":
        return f"was merged{f' with {others}' if others else ''}{f' into {results}' if results else ''}"
    if event.sort == "split":
        return f"was split into {results}"
    return f"was succeeded by {results}" if results else "was closed"


def _began(event: Event, thing: str, names: Mapping[str, str]) -> str:
    originals = listed(names[iri] for iri in event.originals)
    if event.sort == "merged":
        return f"was formed by the merger of {originals}"
    if event.sort == "split":
        return f"came out of the division of {originals}"
    return f"succeeded {originals}" if originals else "was created"


def outside(reason: str, absent: State, sort: str) -> str:
    """That the scope of an edition leaves a thing out."""
    verb = "is" if sort == "outside-after" else "was"
    return f"{verb} outside the scope of {absent.identifier}. {reason}".rstrip()


def unexplained(thing: Thing, there: State, absent: State, gone: bool) -> tuple[str, str]:
    """That nothing tells why a thing comes or goes, and what a steward is to record."""
    reference = reference_of(thing.iri)
    told = f"{'disappeared' if gone else 'appeared'}, and nothing tells why {absent.identifier} does not have it."
    record = (
        f"what became of it (originals {reference}, from_edition {there.identifier})"
        if gone
        else f"what it came from (results {reference}, to_edition {there.identifier})"
    )
    cure = (
        f"Record in changes.csv {record}, declare in scope.csv that {absent.identifier} leaves it out, "
        f"or add it to the tables of {absent.identifier}."
    )
    return told, cure


def said_ended(state: State, is_there: bool) -> str:
    """That what is said to have ended still is there, or never was."""
    return f"is said to have ended, yet {state.identifier} {'describes it' if is_there else 'does not describe it'}."


def said_begun(state: State, is_there: bool) -> str:
    """That what is said to have begun was there already, or is not there."""
    return f"is said to have begun, yet {state.identifier} {'describes it already' if is_there else 'does not describe it'}."


def reference_of(iri: str) -> str:
    """A thing as tables name it: `unit:legal-affairs`."""
    return ":".join(iri.rsplit("/", 2)[-2:])
