"""What became of a thing, in words that follow its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from organograph import messages
from organograph.messages import Joined, Message, Told, quoted
from organograph.reform.lineage import Event
from organograph.reform.states import State, Thing


def listed(names: Iterable[str]) -> Told:
    """Names in quotation marks, as a sentence lists them."""
    return messages.listed(map(quoted, names))


def _place(names: Sequence[str]) -> Told:
    return listed(names) or Message("nothing")


def _headed(names: Sequence[str]) -> Told:
    return listed(names) or Message("nothing that is named")


def _class(before: Sequence[str], after: Sequence[str]) -> Told:
    said = [Message("became %(class)s", **{"class": _article(name)}) for name in after]
    said += [Message("is no longer %(class)s", **{"class": _article(name)}) for name in before]
    return Message("%(parts)s.", parts=messages.listed(said))


def _article(noun: str) -> Message:
    return Message("an %(noun)s", noun=noun) if noun[:1] in "aeiou" else Message("a %(noun)s", noun=noun)


def _people(names: Sequence[str]) -> Told:
    return Joined(", ", names) if names else Message("nobody who is named")


def _kind(before: Sequence[str], after: Sequence[str]) -> Told:
    old, new = (Joined(", ", (kind for kind in kinds if kind != "unspecified")) for kinds in (before, after))
    if old and new:
        return Message("was of kind %(old)s and is of kind %(new)s.", old=old, new=new)
    if old:
        return Message("was of kind %(old)s and is now named without one.", old=old)
    return Message("was named without a kind and is of kind %(new)s.", new=new)


def _reports(before: Sequence[str], after: Sequence[str]) -> Told:
    if before and after:
        return Message("reported to %(before)s and reports to %(after)s.", before=listed(before), after=listed(after))
    if after:
        return Message("reports to %(after)s too.", after=listed(after))
    return Message("no longer reports to %(before)s.", before=listed(before))


def silent_line(before: Sequence[str], after: Sequence[str]) -> Told:
    """That only one edition names a reporting line."""
    if before:
        return Message("reported to %(before)s, and no reporting line is named now.", before=listed(before))
    return Message("reports to %(after)s, and no reporting line was named before.", after=listed(after))


TOLD: Mapping[str, Callable[[Sequence[str], Sequence[str]], Told]] = {
    "renamed": lambda before, after: Message("was renamed from %(before)s.", before=listed(before)),
    "moved": lambda before, after: Message("moved from %(before)s to %(after)s.", before=_place(before), after=_place(after)),
    "kind": _kind,
    "class": _class,
    "reports": _reports,
    "heads": lambda before, after: Message("headed %(before)s and heads %(after)s.", before=_headed(before), after=_headed(after)),
    "holder": lambda before, after: Message(
        "was held by %(before)s and is held by %(after)s.", before=_people(before), after=_people(after)
    ),
}
"""How a change of each class is told, from the names before and after that are not the same."""


def of_event(event: Event, thing: str, names: Mapping[str, str], stays: bool, then: Sequence[tuple[str, Sequence[str]]]) -> Told:
    """What a change event did to a thing.

    Args:
        event: the event.
        thing: IRI of one of its originals or results.
        names: of all of these, and of what follows.
        stays: whether both editions have the thing.
        then: results that did not last, each with its successors.
    """
    if thing in event.originals:
        told = Joined("; ", [_ended(event, thing, names), *(_after(names[result], [names[iri] for iri in ends]) for result, ends in then)])
        again = any(thing in ends for _, ends in then)
        return Message("%(told)s, and stays.", told=told) if stays and not again else Message("%(told)s.", told=told)
    return Message("%(told)s.", told=_began(event, thing, names))


def _after(name: str, successors: Sequence[str]) -> Message:
    """What became of a result that did not last."""
    if not successors:
        return Message("%(name)s was closed", name=quoted(name))
    return Message("%(name)s was succeeded by %(successors)s", name=quoted(name), successors=listed(successors))


def _ended(event: Event, thing: str, names: Mapping[str, str]) -> Told:
    others = listed(names[iri] for iri in event.originals if iri != thing)
    results = listed(names[iri] for iri in event.results if iri != thing)
    if event.sort == "merged":
        return _merged(others, results)
    if event.sort == "split":
        return Message("was split into %(results)s", results=results)
    return Message("was succeeded by %(results)s", results=results) if results else Message("was closed")


def _merged(others: Told, results: Told) -> Told:
    if others and results:
        return Message("was merged with %(others)s into %(results)s", others=others, results=results)
    if results:
        return Message("was merged into %(results)s", results=results)
    return Message("was merged with %(others)s", others=others) if others else Message("was merged")


def _began(event: Event, thing: str, names: Mapping[str, str]) -> Told:
    originals = listed(names[iri] for iri in event.originals)
    if event.sort == "merged":
        return Message("was formed by the merger of %(originals)s", originals=originals)
    if event.sort == "split":
        return Message("came out of the division of %(originals)s", originals=originals)
    return Message("succeeded %(originals)s", originals=originals) if originals else Message("was created")


def outside(reason: str, absent: State, sort: str) -> Told:
    """That the scope of an edition leaves a thing out."""
    is_now = sort == "outside-after"
    edition = absent.identifier
    told = (
        Message("is outside the scope of %(edition)s.", edition=edition)
        if is_now
        else Message("was outside the scope of %(edition)s.", edition=edition)
    )
    return Joined(" ", [told, reason]) if reason else told


def unexplained(thing: Thing, there: State, absent: State, gone: bool) -> tuple[Told, Told]:
    """That nothing tells why a thing comes or goes, and what a steward is to record."""
    values = {"thing": reference_of(thing.iri), "there": there.identifier, "absent": absent.identifier}
    if gone:
        told = Message("disappeared, and nothing tells why %(absent)s does not have it.", absent=absent.identifier)
        record = Message("what became of it (originals %(thing)s, from_edition %(there)s)", **values)
    else:
        told = Message("appeared, and nothing tells why %(absent)s does not have it.", absent=absent.identifier)
        record = Message("what it came from (results %(thing)s, to_edition %(there)s)", **values)
    cure = Message(
        "Record in changes.csv %(record)s, declare in scope.csv that %(absent)s leaves it out, or add it to the tables of %(absent)s.",
        record=record,
        absent=absent.identifier,
    )
    return told, cure


def said_ended(state: State, is_there: bool) -> Told:
    """That what is said to have ended still is there, or never was."""
    if is_there:
        return Message("is said to have ended, yet %(edition)s describes it.", edition=state.identifier)
    return Message("is said to have ended, yet %(edition)s does not describe it.", edition=state.identifier)


def said_begun(state: State, is_there: bool) -> Told:
    """That what is said to have begun was there already, or is not there."""
    if is_there:
        return Message("is said to have begun, yet %(edition)s describes it already.", edition=state.identifier)
    return Message("is said to have begun, yet %(edition)s does not describe it.", edition=state.identifier)


def reference_of(iri: str) -> str:
    """A thing as tables name it: `unit:legal-affairs`."""
    return ":".join(iri.rsplit("/", 2)[-2:])
