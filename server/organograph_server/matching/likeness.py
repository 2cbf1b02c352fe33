"""How alike two words are: edits between them, counted only as far as they matter."""

from __future__ import annotations


def edits_allowed(word: str) -> int:
    """How many slips a word may have and still be meant: none up to 3 letters, one up to 7, two beyond."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def edits(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and exchanges of neighbours that make one word the other (optimal string alignment).

    Args:
        one: a word.
        other: another.
        most: the count beyond which nobody asks.

    Returns:
        The count; `most` + 1 where it is greater.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, beside in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != beside))
            if before and column > 1 and sign == other[column - 2] and one[row - 2] == beside:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


def likeness(asked: str, word: str) -> float:
    """How surely a word is meant by another, from 0 to 1: whole, misspelt, or only begun.

    Args:
        asked: the word as it was asked for.
        word: a word that there is.
    """
    if asked == word:
        return 1.0
    allowed = edits_allowed(asked)
    count = edits(asked, word, allowed) if allowed else 1
    slip = 1 - count / max(len(asked), len(word)) if 0 < count <= allowed else 0.0
    begun = 0.6 + 0.35 * len(asked) / len(word) if word.startswith(asked) else 0.0
    return max(slip, begun)
