"""Reads queries of the common forms (SPARQL 1.1 section 19.8): prologue, what is asked, and in which order it is told.

It takes nothing that the engine would refuse; whatever it does not take is left to the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from organograph_server.query.prepared.algebra import Beyond, Count, Given, Group, Named, Order, Query, names_of
from organograph_server.query.prepared.groups import Groups, is_made
from organograph_server.query.prepared.wording import Wording, Words

_NOTHING = Group((), (), ())


@dataclass(frozen=True)
class Read:
    """A form that was read.

    Args:
        query: what it asks.
        fixed: the places of constants that stay the same as long as the tree holds: prefixes and properties.
    """

    query: Query
    fixed: tuple[int, ...]


def read(wording: Wording) -> Read:
    """Read a query.

    Args:
        wording: its form, and constants with which it came.

    Raises:
        Beyond: it is not among the common forms.
    """
    words = Words(wording)
    reader = _Reader(words, Groups(words))
    query = reader.query()
    if words.ahead().kind != "end":
        raise Beyond(f"{words.ahead().text!r} after the query")
    return Read(query, tuple(reader.fixed))


class _Reader:
    def __init__(self, words: Words, groups: Groups) -> None:
        self._words, self._groups = words, groups

    @property
    def fixed(self) -> list[int]:
        return self._groups.fixed

    def query(self) -> Query:
        words = self._words
        while words.takes("PREFIX"):
            name = words.next()
            if name.kind != "name" or not name.text.endswith(":") or name.text.count(":") > 1:
                raise Beyond("a prefix of another form")
            self._groups.declare(name.text[:-1], words.constant("<"))
        form = words.takes("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        if form == "SELECT":
            return self._select()
        if form == "DESCRIBE":
            return Query(form, _NOTHING, described=tuple(self._described()))
        if form == "CONSTRUCT":
            template = self._groups.template()
            query = self._sliced(Query(form, self._where(), template=template))
            if not {each.name for each in query.order} <= query.group.names:
                raise Beyond("an order by what is not there")
            return query
        if form == "ASK":
            return Query(form, self._where())
        raise Beyond("another form of query")

    def _described(self) -> Iterator[Given | Named]:
        yield self._groups.thing()
        while self._words.ahead().kind in ("constant", "name"):
            yield self._groups.thing()

    def _where(self) -> Group:
        self._words.takes("WHERE")
        return self._groups.group()

    def _select(self) -> Query:
        words = self._words
        distinct = words.takes("DISTINCT") != ""
        everything = words.takes("*") != ""
        chosen = () if everything else tuple(self._chosen())
        group = self._where()
        keys = tuple(self._keys()) if words.takes("GROUP") else ()
        if everything:
            chosen = tuple(sorted(name for name in group.names if not is_made(name)))
        query = self._sliced(Query("SELECT", group, chosen, distinct, keys))
        _refuse_unsound(query)
        return query

    def _chosen(self) -> Iterator[str | Count]:
        words = self._words
        while True:
            if words.ahead().kind == "variable":
                yield words.variable()
            elif words.takes("("):
                yield self._count()
            else:
                return

    def _count(self) -> Count:
        words = self._words
        words.expect("COUNT", "(")
        distinct = words.takes("DISTINCT") != ""
        of = None if not distinct and words.takes("*") else words.variable()
        words.expect(")", "AS")
        name = words.variable()
        words.expect(")")
        return Count(name, of, distinct)

    def _keys(self) -> Iterator[str]:
        self._words.expect("BY")
        yield self._words.variable()
        while self._words.ahead().kind == "variable":
            yield self._words.variable()

    def _sliced(self, query: Query) -> Query:
        """A query with its order, and which part of the rows it tells (section 15)."""
        words, order, limit, offset = self._words, tuple[Order, ...](), None, None
        if words.takes("ORDER"):
            words.expect("BY")
            order = tuple(self._order())
        while said := words.takes("LIMIT", "OFFSET"):
            if (limit if said == "LIMIT" else offset) is not None:
                raise Beyond("a limit after a limit")
            if said == "LIMIT":
                limit = words.number()
            else:
                offset = words.number()
        return Query(query.form, query.group, query.chosen, query.distinct, query.keys, order, limit, offset or 0, query.template)

    def _order(self) -> Iterator[Order]:
        words, count = self._words, 0
        while words.ahead().kind == "variable" or words.comes("ASC", "DESC"):
            said = words.takes("ASC", "DESC")
            if said:
                words.expect("(")
            yield Order(words.variable(), said == "DESC")
            if said:
                words.expect(")")
            count += 1
        if not count:
            raise Beyond("an order by nothing, or by more than a variable")


def _refuse_unsound(query: Query) -> None:
    """Refuse what the engine refuses, too, or what is not worked out here (SPARQL 1.1 sections 11.4, 15.1 and 18.2.4)."""
    names, counts = query.group.names, query.counts
    plain = [each for each in query.chosen if isinstance(each, str)]
    told = [*plain, *(count.name for count in counts)]
    if not told or len({*told}) < len(told) or any(count.name in names or count.of not in (None, *names) for count in counts):
        raise Beyond("a variable that is told twice, or counted and not there")
    if query.is_grouped and (not {*plain} <= {*query.keys} or not {*query.keys} <= names_of(query.group.patterns)):
        raise Beyond("a variable that is not the same in a group")
    known = {*query.keys, *told} if query.is_grouped else names.intersection(plain) if query.distinct else names
    if not {each.name for each in query.order} <= known:
        raise Beyond("an order by what is not told")
