"""Reads what stands between the braces of a query: triples, what may add to them, and what must hold (SPARQL 1.1 section 19.8)."""

from __future__ import annotations

from collections.abc import Iterator

from organograph_server.query.prepared.algebra import (
    Beyond,
    Bound,
    Exists,
    Filter,
    Given,
    Group,
    Named,
    Node,
    Optional,
    Pattern,
    Reading,
    Same,
    Test,
    Variable,
    names_of,
)
from organograph_server.query.prepared.wording import Words

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_TEXTS = ("CONTAINS", "STRSTARTS", "STRENDS")
_STRINGS = "\"'"
# Begins the names of variables between steps of a path; no query can give one.
_MADE = "."


def is_made(name: str) -> bool:
    """Whether a variable is none of the query, but stands between two steps of a path."""
    return name.startswith(_MADE)


class Groups:
    """Reads groups.

    Args:
        words: of the form that is being read.

    Attributes:
        fixed: the places of the constants that what was read depends on.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._prefixes: dict[str, str] = {}
        self._made = 0
        self._may_path = True
        self.fixed: list[int] = []

    def declare(self, prefix: str, place: int) -> None:
        """Take a prefix, whose IRI is one of the constants."""
        self._prefixes[prefix] = self._fixed(place)[1:-1]

    def group(self) -> Group:
        """A group from its opening brace to its closing one.

        Raises:
            Beyond: it is not among what is read here.
        """
        words, patterns, optionals, filters = self._words, list[Pattern](), list[Optional](), list[Filter]()
        words.expect("{")
        while not words.takes("}"):
            if words.takes("FILTER"):
                filters += self._filter()
                words.takes(".")
            elif words.takes("OPTIONAL"):
                inner = self.group()
                if inner.optionals or not inner.patterns:
                    raise Beyond("options within options")
                optionals.append(Optional(inner.patterns, inner.filters))
                words.takes(".")
            else:
                patterns += self._triples()
                if not words.takes(".") and not words.comes("}", "FILTER", "OPTIONAL"):
                    raise Beyond("triples without a stop")
        found = Group(tuple(patterns), tuple(optionals), tuple(filters))
        _refuse_unsound(found)
        return found

    def template(self) -> tuple[Pattern, ...]:
        """The triples that are made of each row (section 16.2)."""
        self._may_path = False
        found = self.group()
        self._may_path = True
        if found.filters or found.optionals:
            raise Beyond("more than triples in a template")
        return found.patterns

    def thing(self) -> Given | Named:
        """An IRI, or a name of one.

        Raises:
            Beyond: something else comes.
        """
        if self._words.ahead().kind == "name":
            return Named(self._name())
        return Given(self._words.constant("<"))

    def _triples(self) -> Iterator[Pattern]:
        words = self._words
        subject = Variable(words.variable()) if words.ahead().kind == "variable" else self.thing()
        while True:
            steps = self._path()
            yield from self._along(subject, steps, self._object())
            while words.takes(","):
                yield from self._along(subject, steps, self._object())
            if not words.takes(";"):
                return
            while words.takes(";"):
                pass
            if words.comes(".", "}"):
                return

    def _object(self) -> Node:
        words = self._words
        if words.ahead().kind == "variable":
            return Variable(words.variable())
        if words.ahead().kind == "name" or words.is_iri():
            return self.thing()
        return self._string()

    def _string(self) -> Given:
        words = self._words
        place, language = words.constant(_STRINGS), ""
        if words.ahead().kind == "language":
            language = words.next().text[1:].lower()
        elif words.comes("^"):
            raise Beyond("a literal with a datatype")
        return Given(place, language)

    def _path(self) -> list[tuple[str, bool, str]]:
        """A property, or several in a row (section 9): the IRI of each, whether it is turned, and how it is repeated."""
        steps = [self._step()]
        while self._words.takes("/"):
            steps.append(self._step())
        return steps

    def _step(self) -> tuple[str, bool, str]:
        words = self._words
        turned = words.takes("^") != ""
        if words.ahead() == ("word", "a"):
            words.next()
            iri = TYPE
        elif words.ahead().kind == "name":
            iri = self._name()
        else:
            iri = self._fixed(words.constant("<"))
        repeated = words.takes("+", "*")
        if (turned or repeated or words.comes("/")) and not self._may_path:
            raise Beyond("a path in a template")
        return iri, turned, repeated

    def _along(self, start: Node, steps: list[tuple[str, bool, str]], end: Node) -> Iterator[Pattern]:
        for place, (iri, turned, repeated) in enumerate(steps):
            there = end
            if place + 1 < len(steps):
                self._made += 1
                there = Variable(f"{_MADE}{self._made}")
            if isinstance(start, Variable) and start == there:
                raise Beyond("a triple that leads back")
            if turned and isinstance(there, Given) and self._words.is_string(there.place):
                raise Beyond("a text in the place of a thing")
            yield Pattern(there, iri, start, repeated) if turned else Pattern(start, iri, there, repeated)
            start = there

    def _filter(self) -> Iterator[Filter]:
        words = self._words
        if words.comes("NOT", "EXISTS"):
            yield self._exists()
        elif words.takes("("):
            yield self._condition()
            while words.takes("&&"):
                yield self._condition()
            words.expect(")")
        else:
            yield self._call()

    def _exists(self) -> Exists:
        negated = self._words.takes("NOT") != ""
        self._words.expect("EXISTS")
        found = self.group()
        if found.filters or found.optionals or not found.patterns:
            raise Beyond("more than triples in a group that is asked for")
        return Exists(found.patterns, negated)

    def _condition(self) -> Filter:
        words = self._words
        if words.comes("NOT", "EXISTS"):
            return self._exists()
        if words.takes("!"):
            words.expect("BOUND", "(")
            name = words.variable()
            words.expect(")")
            return Bound(name, True)
        if words.ahead().kind == "variable":
            name = words.variable()
            negated = self._sign() == "!="
            return Same(name, self.thing(), negated)
        if words.comes(*_TEXTS, "LANGMATCHES", "BOUND"):
            return self._call()
        reading = self._reading()
        if not reading.function:
            raise Beyond("a comparison of what need not be a text")
        return Test(self._sign(), reading, self._plain())

    def _sign(self) -> str:
        sign = self._words.takes("=", "!=")
        if not sign:
            raise Beyond("a comparison of another form")
        return sign

    def _call(self) -> Filter:
        words = self._words
        name = words.takes(*_TEXTS, "LANGMATCHES", "BOUND")
        words.expect("(")
        if name == "BOUND":
            found: Filter = Bound(words.variable(), False)
        else:
            reading = self._reading()
            words.expect(",")
            found = Test(name, reading, self._plain())
            if (name == "LANGMATCHES") != (reading.function == "LANG") or (name == "LANGMATCHES" and reading.case):
                raise Beyond("a test of another form")
        words.expect(")")
        return found

    def _reading(self) -> Reading:
        words, calls = self._words, list[str]()
        while said := words.takes("LCASE", "UCASE", "STR", "LANG"):
            words.expect("(")
            calls.append(said)
        name = words.variable()
        words.expect(*[")"] * len(calls))
        case = calls.pop(0) if calls and calls[0] in ("LCASE", "UCASE") else ""
        function = calls.pop(0) if calls else ""
        if calls or function in ("LCASE", "UCASE"):
            raise Beyond("a text of another form")
        return Reading(name, function, case)

    def _plain(self) -> Given:
        """A string without language."""
        found = self._string()
        if found.language:
            raise Beyond("a test with a language")
        return found

    def _name(self) -> str:
        prefix, _, local = self._words.next().text.partition(":")
        if prefix not in self._prefixes:
            raise Beyond(f"a prefix that is not declared: {prefix!r}")
        return f"<{self._prefixes[prefix]}{local}>"

    def _fixed(self, place: int) -> str:
        """A constant that the tree depends on."""
        self.fixed.append(place)
        return self._words.written(place)


def _refuse_unsound(group: Group) -> None:
    """Refuse groups whose parts look at what need not have a value, or at each other's (section 18.2.2)."""
    certain, optional = names_of(group.patterns), frozenset[str]()
    for each in group.optionals:
        names = names_of(each.patterns)
        if names & optional or any(not test.names <= names | certain for test in each.filters):
            raise Beyond("options that look at one another")
        optional |= names - certain
    for test in group.filters:
        looks_at = test.names & (certain | optional)
        if isinstance(test, Exists):
            if looks_at & optional:
                raise Beyond("a group that looks at what need not have a value")
        elif not test.names <= certain | optional:
            raise Beyond("a test of what is not there")
