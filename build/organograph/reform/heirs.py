"""What may have become of a unit that went without a word: judged by its head and its parts, never by its name."""

from __future__ import annotations

from collections import Counter

from organograph.messages import Message
from organograph.reform.states import HEADS, State
from organograph.reform.words import reference_of


def hint(gone: str, before: State, after: State) -> str:
    """What a steward may look at first, in a sentence; "" where head and parts tell nothing.

    Names are no sign: units of a reform share words with many others. The post that headed a unit, and the greater part of
    what stood below it, seldom go anywhere but to its heir.

    Args:
        gone: IRI of a thing that the later edition does not have.
        before: the earlier edition.
        after: the later one.
    """
    heads = [post for post in before.heads_of.get(gone, ()) if post in after.things]
    for headed in (headed for head in heads for headed in after.things[head].values(HEADS)):
        if _is_new(headed, before, after):
            return Message("The post that headed it heads %(thing)s now, which may have come of it.", thing=reference_of(headed))
    parts = [iri for iri in before.below.get(gone, ()) if iri in after.things and iri not in heads]
    heirs = Counter(parent for iri in parts if _is_new(parent := after.things[iri].parent, before, after))
    for heir, number in heirs.most_common(1):
        if 2 * number > len(parts):
            return Message(
                "What remains of what stood below it (%(share)s) is below %(thing)s now, which may have come of it.",
                share=_share(number, len(parts)),
                thing=reference_of(heir),
            )
    return ""


def _share(number: int, whole: int) -> str:
    if number < whole:
        return Message("%(number)s of %(all)s", number=number, all=whole)
    return Message("all %(number)s", number=number) if number > 1 else "1"


def _is_new(iri: str, before: State, after: State) -> bool:
    return iri in after.things and iri not in before.things
