"""Reads the cases of rules (shapes/README.md tells how they are written) and finds what the rules say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from organograph.checks import FILES, Room, Shapes, check, counts, load_shapes
from organograph.names import PREFIXES, TYPES, Names

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "shapes"
CASES = ROOT / "tests" / "shapes"
NAMES = Names("https://example.org/")

_HERE = PREFIXES | {"base": NAMES.base, "edition": str(NAMES.edition(""))} | {t: str(NAMES.thing(t, "")) for t in TYPES}
_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _HERE.items())
_ALONE: dict[str, Room] = {file: room for room, files in FILES.items() if room != "edition" for file in files}


@dataclass(frozen=True)
class Case:
    """One case of a rule: what it adds to the base, what it takes away, and which things must be found at fault."""

    file: Path
    rule: str
    at: frozenset[str]
    without: tuple[tuple[Node | None, ...], ...]
    added: Graph

    @property
    def sound(self) -> bool:
        return self.file.stem == "sound"

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}"


def cases() -> list[Case]:
    """Every case of every rule, in order."""
    return [read_case(file) for file in sorted(CASES.glob("*/*.ttl"))]


def read_case(file: Path) -> Case:
    """Read a case; an ill-written header is an AssertionError that says what is missing."""
    text = file.read_text(encoding="utf-8")
    verb = "Keeps" if file.stem == "sound" else "Breaks"
    first = re.match(rf"# {verb} (shape:\S+): \S.*\n", text)
    assert first, f"{file}: the first line must read “# {verb} shape:{file.parent.name}: …”."
    at = frozenset(str(_terms(line)[0]) for line in re.findall(r"^# At (.+)$", text, re.M))
    without = tuple(_terms(line) for line in re.findall(r"^# Without (.+)$", text, re.M))
    return Case(file, first[1], at, without, _turtle(text))


def findings(case: Case) -> dict[str, set[str]]:
    """What all rules that run together find in a case: the things at fault, by rule."""
    found: dict[str, set[str]] = {}
    for fault in check(graph(case), shapes(_file(case.rule)), lambda this, path, value: None):
        found.setdefault(fault.rule, set()).add(str(fault.thing))
    return found


def looked_at(case: Case) -> int:
    """How many things of a case its rule looks at."""
    return counts(graph(case), shapes(_file(case.rule)))[case.rule]


def graph(case: Case) -> Graph:
    """The data of a case: its base without what it takes away, and what it adds."""
    data = Graph(store="SimpleMemory")
    data += _base(_file(case.rule))
    for s, p, o in case.without:
        assert (s, p, o) in data, f"{case}: the base holds no triple that fits “# Without {s} {p} {o}”."
        data.remove((s, p, o))
    data += case.added
    return data


def rules() -> dict[str, str]:
    """The name of every rule, and the name of its file."""
    return {rule.name: name for name in _files() for rule in shapes(name).rules.values() if _written(rule.name, name)}


@cache
def shapes(file: str) -> Shapes:
    """All rules that run together with those of a file."""
    if file in _ALONE:
        return load_shapes(SHAPES, room=_ALONE[file])
    return load_shapes(SHAPES, extra=() if file in FILES["edition"] else (file,))


def _files() -> Iterator[str]:
    yield from (file.stem for file in sorted(SHAPES.glob("*.ttl")) if file.stem != "prefixes")


def _written(rule: str, file: str) -> bool:
    return (URIRef(rule.replace("shape:", PREFIXES["shape"])), SH.message, None) in _shapes_of(file)


@cache
def _shapes_of(file: str) -> Graph:
    return Graph().parse(SHAPES / f"{file}.ttl")


@cache
def _file(rule: str) -> str:
    file = rules().get(rule)
    assert file, f"No file of shapes holds the rule {rule}."
    return file


@cache
def _base(file: str) -> Graph:
    own = (f"_{file}",) if file in _ALONE else ("_base", f"_{file}")
    data = Graph()
    for ontology in ("organograph", "kinds"):
        data += Graph().parse(ROOT / "ontology" / f"{ontology}.ttl") if _there(ontology) else Graph()
    for name in own:
        if (CASES / f"{name}.ttl").exists():
            data += _turtle((CASES / f"{name}.ttl").read_text(encoding="utf-8"))
    return data


def _there(ontology: str) -> bool:
    return (ROOT / "ontology" / f"{ontology}.ttl").exists()


def _turtle(text: str) -> Graph:
    return Graph().parse(data=_HEAD + text, format="turtle")


def _terms(text: str) -> tuple[Node | None, ...]:
    """The terms of a header line, written as in Turtle; `*` is any term."""
    subject, predicate, item = (*text.replace("*", "base:any").split(None, 2), "base:any", "base:any")[:3]
    predicate = "base:any" if predicate == "base:any" else predicate
    (triple,) = _turtle(f"{subject} {predicate} {item} .")
    return tuple(None if term == URIRef(f"{NAMES.base}any") else term for term in triple)
