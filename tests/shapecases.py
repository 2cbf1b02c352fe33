"""Reads the cases of rules (shapes/README.md tells how they are written) and finds what the rules say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph

from organograph.conformance.checks import Shapes, counts, examine, load_shapes
from organograph.conformance.rules import FILES, Room, read_rules
from organograph.graphs.vocabulary import ontology_graph
from organograph.names import PREFIXES, RDF, RDFS, SH, SKOS, TYPES, Names
from organograph.statements import Graph, Term, Triple

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "shapes"
CASES = ROOT / "tests" / "shapes"
NAMES = Names("https://example.org/")

_HERE = PREFIXES | {"base": NAMES.base, "edition": NAMES.edition("").value} | {t: NAMES.thing(t, "").value for t in TYPES}
_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _HERE.items())
_ALONE: dict[str, Room] = {file: room for room, files in FILES.items() if room != "edition" for file in files}
_LOOKED_INTO = (RDF.type, RDFS.subClassOf, SKOS.inScheme, SKOS.member, SKOS.broader)
"""What rules for data look into of the ontology; leaving out its words makes each case faster."""


@dataclass(frozen=True)
class Case:
    """One case of a rule: what it adds to the base, what it takes away, and which things must be found at fault."""

    file: Path
    rule: str
    at: frozenset[str]
    without: tuple[tuple[Term | None, ...], ...]
    text: str

    @property
    def sound(self) -> bool:
        """Whether nothing must be found."""
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
    at = frozenset(_named(line) for line in re.findall(r"^# At (.+)$", text, re.M))
    without = tuple(tuple(_term(term) for term in line.split(None, 2)) for line in re.findall(r"^# Without (.+)$", text, re.M))
    return Case(file, first[1], at, without, text)


@dataclass(frozen=True)
class Verdict:
    """What all rules that run together find in a case: the things at fault by rule, and how many things its own rule looks at."""

    found: dict[str, set[str]]
    looked_at: int


def judge(file: Path) -> Verdict:
    """Run all rules that run together over one case."""
    case = read_case(file)
    data, together = graph(case), shapes(_file(case.rule))
    found: dict[str, set[str]] = {}
    for fault in examine(data, together, lambda found: [None]).faults:
        found.setdefault(fault.rule, set()).add(str(fault.thing))
    return Verdict(found, counts(data, together)[case.rule])


def graph(case: Case) -> Graph:
    """The data of a case: its base without what it takes away, and what it adds."""
    data = list(_base(_file(case.rule)))
    for without in case.without:
        left = [triple for triple in data if not _fits(triple, without)]
        assert len(left) < len(data), f"{case}: the base holds no triple that fits “# Without {without}”."
        data = left
    return Graph([*data, *_turtle(case.text)])


def _fits(triple: Triple, pattern: tuple[Term | None, ...]) -> bool:
    return all(wanted in (None, term) for wanted, term in zip(pattern, triple, strict=True))


@cache
def rules() -> dict[str, str]:
    """The name of every rule, and the name of its file."""
    files = sorted(file.stem for file in SHAPES.glob("*.ttl") if file.stem != "prefixes")
    return {name: file for file in files for name in _defined(file)}


def shapes(file: str) -> Shapes:
    """All rules that run together with those of a file."""
    if file in _ALONE:
        return _loaded(_ALONE[file])
    return _loaded("edition", *(() if file in FILES["edition"] else (file,)))


@cache
def _loaded(room: Room, *extra: str) -> Shapes:
    return load_shapes(SHAPES, extra=extra, room=room)


def _defined(file: str) -> list[str]:
    graph = read_rules([SHAPES / f"{file}.ttl"])
    return [rule.name for iri, rule in shapes(file).rules.items() if graph.objects(iri, SH.message)]


def _file(rule: str) -> str:
    assert rule in rules(), f"No file of shapes holds the rule {rule}."
    return rules()[rule]


@cache
def _base(file: str) -> Graph:
    """What the cases of a file start from: the ontology, the small organization unless the file runs alone, and its own base."""
    data = [triple for triple in _ontology() if file == "terms" or triple[1] in _LOOKED_INTO]
    for name in ("_base", f"_{file}")[file in _ALONE :]:
        own = CASES / f"{name}.ttl"
        data += _turtle(own.read_text(encoding="utf-8")) if own.exists() else ()
    return Graph(data)


@cache
def _ontology() -> Graph:
    return ontology_graph(ROOT / "ontology")


def _turtle(text: str) -> Graph:
    quads = pyoxigraph.parse(_HEAD + text, pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True)
    return Graph((quad.subject, quad.predicate, quad.object) for quad in quads)  # type: ignore[misc]


def _named(text: str) -> str:
    term = _term(text)
    assert term is not None, f"{text} is no thing."
    return term.value


def _term(text: str) -> Term | None:
    """The term of a header line, written as in Turtle; `*` is any term."""
    if text == "*":
        return None
    prefix, _, name = text.partition(":")
    if prefix in _HERE:
        return pyoxigraph.NamedNode(_HERE[prefix] + name)
    ((_, _, term),) = _turtle(f"<x:s> <x:p> {text} .")
    return term
