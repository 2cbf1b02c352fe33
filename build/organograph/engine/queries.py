"""Queries of shapes as words: what SHACL forbids in them, what they name, and filling terms in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode

from organograph.engine.description import Unusable
from organograph.engine.terms import TYPE, Term

_WORD = re.compile(
    r"""(?P<gap>\s+|\#[^\n]*)
    | (?P<iri><[^<>"{}|^`\\\s]*>)
    | (?P<text>\"\"\"(?:[^"\\]|\\.|"{1,2}(?!"))*\"\"\"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%.-]|\\.)*)
    | (?P<word>@?[^\W\d]\w*)
    | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = {"MINUS": "a MINUS clause", "VALUES": "a VALUES clause", "SERVICE": "a federated query (SERVICE)", "FROM": "a FROM clause"}
_PAIRS = {"{": "}", "(": ")", "[": "]"}


class NotHere(Exception):
    """The engine cannot do this, though the reference may; says what."""


@dataclass(frozen=True)
class Word:
    """A word of a query.

    Args:
        kind: gap, iri, text, variable, name, word or sign.
        text: as it stands there.
    """

    kind: str
    text: str

    @property
    def upper(self) -> str:
        """A keyword in capitals; a sign as it is; "" for anything else."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "sign" else ""

    def names(self, variable: str) -> bool:
        """Whether this is a variable of that name."""
        return self.kind == "variable" and self.text[1:] == variable


def words(query: str) -> list[Word]:
    """A query as words, with all gaps."""
    return [Word(str(match.lastgroup), match[0]) for match in _WORD.finditer(query)]


def refuse_forbidden(query: list[Word], bound: Iterable[str]) -> None:
    """Refuse what SHACL forbids in queries (section 5.2.1 and Appendix A).

    Args:
        query: its words.
        bound: variables that have their value before the query runs.

    Raises:
        Unusable: it holds such a thing.
    """
    said, kept = [word for word in query if word.kind != "gap"], frozenset(bound)
    for place, word in enumerate(said):
        if word.upper in _FORBIDDEN:
            raise Unusable(f"must not contain {_FORBIDDEN[word.upper]}")
        after = said[place + 1] if place + 1 < len(said) else None
        if word.upper == "AS" and after is not None and after.kind == "variable" and after.text[1:] in kept:
            raise Unusable(f"must not give {after.text} another value")
        if word.upper == "SELECT" and place and any(before.upper == "{" for before in said[:place]):
            chosen = list(projected(said, place))
            missing = [name for name in sorted(kept & {"this", "value"}) if not any(word.names(name) for word in chosen)]
            if missing:
                raise Unusable(f"must select ${missing[0]} in the query within it")


def refuse_blind(query: list[Word]) -> None:
    """Refuse a query that does not tell $this (SHACL section 5.3.1), since nothing would be known of what it finds.

    Raises:
        Unusable: it does not.
    """
    said = [word for word in query if word.kind != "gap"]
    start = next((place for place, word in enumerate(said) if word.upper == "SELECT"), None)
    if start is None:
        raise Unusable("is no SELECT query")
    if not any(word.names("this") or word.upper == "*" for word in projected(said, start)):
        raise Unusable("must select $this")


def projected(said: list[Word], select: int) -> Iterator[Word]:
    """What a query tells, by the place of its SELECT."""
    for word in said[select + 1 :]:
        if word.upper in ("WHERE", "{"):
            return
        yield word


def closing(said: list[Word], opening: int) -> int:
    """The place of the bracket that closes the one at a place."""
    depth, (opens, closes) = 0, (said[opening].upper, _PAIRS[said[opening].upper])
    for place in range(opening, len(said)):
        depth += (said[place].upper == opens) - (said[place].upper == closes)
        if not depth:
            return place
    raise NotHere("a query whose brackets do not close")


def named(query: list[Word], prefixes: Mapping[str, str]) -> set[str] | None:
    """All IRIs that a query names, where a statement of any other property cannot change its answer; None where one could.

    Args:
        query: its words.
        prefixes: those that it may use.
    """
    said, found = [word for word in query if word.kind != "gap"], set[str]()
    for place, word in enumerate(said):
        before, after = (said[at] if 0 <= at < len(said) else Word("gap", "") for at in (place - 1, place + 1))
        prefix, _, local = word.text.partition(":")
        if word.upper in ("PREFIX", "GRAPH") or (word.kind == "variable" and _is_end(before, ";])") and _is_end(after, "[(")):
            return None
        if word.upper == "!" and (after.kind in ("iri", "name") or after.upper in ("(", "^", "A")):
            return None
        if word.kind == "name" and (prefix not in prefixes or "\\" in local):
            return None
        if word.upper == "A":
            found.add(TYPE.value)
        elif word.kind == "name":
            found.add(prefixes[prefix] + local)
        elif word.kind == "iri":  # or a path that was filled in
            found.update(re.findall(r"<([^<>]*)>", word.text))
    return found


def _is_end(word: Word, signs: str) -> bool:
    """Whether a word can stand before or after a property."""
    is_sign = word.kind == "sign" and (word.text in signs or word.text.isdecimal() or word.text in "+-")
    return is_sign or word.kind in ("variable", "iri", "name", "text") or word.upper in ("TRUE", "FALSE")


def filled(query: list[Word], terms: Mapping[str, Term]) -> str:
    """A query with terms in the place of variables, wherever these stand (SHACL section 5.3.1).

    Raises:
        NotHere: a term is a blank node, which a query cannot name.
    """
    parts, place, choosing, depth, chosen = list[str](), 0, False, 0, 0
    while place < len(query):
        word = query[place]
        if word.upper == "SELECT":
            choosing, depth, chosen = True, 0, 0
        elif choosing and word.upper in ("WHERE", "{") and not depth:
            parts.append("" if chosen else f"(1 AS ?prebound{place}) ")
            choosing = False
        if choosing:
            depth += (word.upper == "(") - (word.upper == ")")
        if word.kind == "variable" and word.text[1:] in terms:
            parts.append("" if choosing and not depth else _as_text(terms[word.text[1:]]))
        elif word.upper == "BOUND" and (end := _asks_bound(query, place, terms)):
            parts.append("(true)")
            place = end
        else:
            chosen = chosen + (word.kind == "variable" or word.upper == "*") if choosing else 0
            parts.append(word.text)
        place += 1
    return "".join(parts)


def _asks_bound(query: list[Word], place: int, terms: Mapping[str, Term]) -> int:
    """The place where BOUND($this) ends, or 0 where something else is asked."""
    rest = [at for at in range(place + 1, min(place + 8, len(query))) if query[at].kind != "gap"][:3]
    asks = len(rest) == 3 and query[rest[0]].text == "(" and query[rest[1]].text[1:] in terms and query[rest[1]].kind == "variable"
    return rest[2] if asks else 0


def _as_text(term: Term) -> str:
    if isinstance(term, BlankNode):
        raise NotHere("a query asked of a blank node")
    return str(term)
