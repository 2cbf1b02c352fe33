"""Which queries of shapes one run answers for all nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from organograph.engine.queries import Word, closing, projected


def joinable(query: list[Word]) -> bool:
    """Whether a query asked once, for all nodes, answers as if it were asked of each node by itself.

    It does where each row must bind $this in a pattern of the outermost group, and nothing looks at $this where it is not
    yet bound; SPARQL evaluates groups from the inside (SPARQL 1.1 section 18.2), while SHACL fills $this in everywhere.
    """
    said = [word for word in query if word.kind != "gap"]
    start = next((place for place, word in enumerate(said) if word.upper == "SELECT"), None)
    if start is None or any(word.upper == "GRAPH" for word in said) or _asks_whether(said):
        return False
    return _rows_bind(said[start:])


def _asks_whether(said: list[Word]) -> bool:
    """Whether a query stands where it is asked only whether it has a row; what it then sees SPARQL leaves open (section 18.6)."""
    groups = (said[place : closing(said, place + 1)] for place, word in enumerate(said) if word.upper == "EXISTS")
    return any(word.upper == "SELECT" for group in groups for word in group)


def _rows_bind(query: list[Word]) -> bool:
    """Whether each row of a query, from its SELECT on, binds $this, and nothing in it looks at $this where it is not bound."""
    chosen = list(projected(query, 0))
    opening = next(place for place, word in enumerate(query) if word.upper == "{")
    end = closing(query, opening)
    after = query[end + 1 :]
    plain = not after and not any(word.upper == "(" for word in chosen)
    grouped = [word.upper for word in after[:2]] == ["GROUP", "BY"] and any(word.names("this") for word in _group_keys(after[2:]))
    if any(word.upper in ("LIMIT", "OFFSET") for word in after) or not (plain or grouped):
        return False
    return any(word.names("this") for word in chosen) and _binds(query[opening + 1 : end])


def _group_keys(after: list[Word]) -> Iterator[Word]:
    for word in after:
        if word.kind != "variable":
            return
        yield word


def _looks(said: Iterable[Word]) -> bool:
    """Whether something looks at $this; a query within that only tells it, as SHACL wants of each, does not."""
    choosing = False
    for word in said:
        choosing = word.upper == "SELECT" or (choosing and word.upper not in ("WHERE", "{", "("))
        if word.names("this") and not choosing:
            return True
    return False


def _binds(group: list[Word]) -> bool:
    """Whether a group binds $this in each of its rows, and nothing in it looks at $this where it is not bound."""
    if group and group[0].upper == "SELECT":
        return _rows_bind(group)
    bound, place, branches = False, 0, list[bool]()
    while place < len(group):
        word = group[place].upper
        if word == "FILTER":
            place = _after_filter(group, place + 1)
        elif word in ("OPTIONAL", "BIND"):
            end = closing(group, place + 1)
            inner = group[place + 2 : end]
            if _looks(inner) and not (bound if word == "BIND" else _flat(inner) or _binds(inner)):
                return False
            place = end + 1
        elif word == "{":
            end = closing(group, place)
            inner = group[place + 1 : end]
            branches.append(_binds(inner))
            if _looks(inner) and not branches[-1]:
                return False
            place = end + 1
            if place < len(group) and group[place].upper == "UNION":
                place += 1
                continue
            bound, branches = bound or all(branches), []
        else:
            bound = bound or group[place].names("this")
            place += 1
    return bound


def _after_filter(group: list[Word], place: int) -> int:
    """The place after a FILTER; whatever it asks, it asks of whole rows."""
    while group[place].upper not in ("(", "{"):
        place += 1
    return closing(group, place) + 1


def _flat(group: list[Word]) -> bool:
    """Whether an optional group is a pattern with filters only, which see the row it is joined to."""
    place = 0
    while place < len(group):
        word = group[place].upper
        if word == "FILTER":
            place = _after_filter(group, place + 1)
        elif word in ("{", "OPTIONAL", "BIND"):
            return False
        else:
            place += 1
    return True
