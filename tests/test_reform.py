"""What changed between two editions: the differ, its patch and its tables, on the structure of IOM."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Dataset as Quads
from rdflib import RDF, Graph, URIRef
from rdflib import Dataset as RdflibDataset

from organograph.bridge import graph_of
from organograph.difference import difference
from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_graphs
from organograph.graphs.graph import edition_graph
from organograph.model import Thing
from organograph.names import DEFAULT_BASE, Names
from organograph.reform.differ import compare
from organograph.reform.graph import reform_triples
from organograph.reform.lineage import Lineage
from organograph.reform.model import OF_EVENTS, OF_SCOPE, Reform, Row
from organograph.reform.patch import apply_patch
from organograph.reform.states import State, read_state
from places import bundled
from test_cli import run

# RDFLib 7.6 warns of classes and properties that it uses itself.
pytestmark = [pytest.mark.filterwarnings(f"ignore:{name}:DeprecationWarning") for name in ("ConjunctiveGraph", r"Dataset\.default_context")]

NAMES = Names(DEFAULT_BASE)
EDITIONS = ("2021-09", "2022-06", "2023-10")
PAIRS = [*combinations(EDITIONS, 2)]


@pytest.fixture(scope="module")
def reforms() -> dict[tuple[str, str], Reform]:
    """Each pair of editions of the bundled tables, compared."""
    dataset = bundled().dataset
    assert dataset is not None
    editions = {edition.id: edition for edition in dataset.editions}
    return {pair: difference(dataset, editions[pair[0]], editions[pair[1]], NAMES) for pair in PAIRS}


def test_only_what_is_told_is_read_of_the_evidence(reforms: dict[tuple[str, str], Reform]) -> None:
    """Each passage is the one that the whole graphs of what documents state give, though of these little is written."""
    dataset = bundled().dataset
    assert dataset is not None
    lineage, states = Lineage(catalogue_graph(dataset, NAMES)), dict[str, State]()
    for each in dataset.editions:
        evidence = {NAMES.evidence(each.id, source).value: graph for source, graph in evidence_graphs(dataset, each, NAMES).items()}
        iri, graph = NAMES.edition(each.id).value, edition_graph(dataset, each, NAMES)
        states[each.id] = read_state(each.id, iri, each.order, each.title, graph, evidence)
    for (one, other), reform in reforms.items():
        whole = compare(states[one], states[other], lineage)
        assert reform.rows == whole.rows
        assert sum(len(row.passages) for row in whole.rows) > len(whole.rows) / 2


def of(reform: Reform, reference: str) -> list[Row]:
    """The rows of a thing."""
    return [row for row in reform.rows if row.thing == NAMES.reference(reference).value]


def cited(row: Row) -> set[tuple[str, str, int, int]]:
    """The passages of a row: edition, last part of the document, characters."""
    return {(each.edition, each.document.rpartition("/")[2], each.start, each.end) for each in row.passages}


def test_what_became_of_the_inspector_general(reforms: dict[tuple[str, str], Reform]) -> None:
    """The reform of 2023 let Internal Oversight Services succeed the Inspector General: that is our reading, of a passage of each side."""
    (row,) = of(reforms["2022-06", "2023-10"], "unit:inspector-general")
    assert (row.sort, row.basis) == ("succeeded", "inferred")
    assert row.sentence == "“Office of the Inspector General” was succeeded by “Office of Internal Oversight Services”."
    assert ("2022-06", "structure-2022", 2008, 2039) in cited(row) or ("2022-06", "office-2022", 2008, 2039) in cited(row)
    assert ("", "director-general-2023", 710, 747) in cited(row)


def test_what_became_of_legal_affairs(reforms: dict[tuple[str, str], Reform]) -> None:
    """Legal Affairs was renamed, moved to the Director General, and became an independent office."""
    rows = {row.sort: row for row in of(reforms["2022-06", "2023-10"], "unit:legal-affairs")}
    assert rows.keys() == {"renamed", "moved", "kind", "class"}
    assert rows["renamed"].sentence == "“Office of Legal Affairs” was renamed from “Department of Legal Affairs”."
    assert rows["moved"].told == "moved from “Deputy Director General for Management and Reform” to “Director General”."
    assert rows["kind"].told == "was of kind department and is of kind office."
    assert rows["class"].told == "became an independent office."
    assert ("2023-10", "director-general-2023", 657, 680) in cited(rows["moved"])
    assert ("2023-10", "director-general-2023", 852, 875) in cited(rows["class"])


def test_where_staff_security_moved(reforms: dict[tuple[str, str], Reform]) -> None:
    """Staff Security moved from the one deputy to the other, and is told in the branch that it left too."""
    reform = reforms["2022-06", "2023-10"]
    (moved,) = (row for row in of(reform, "unit:staff-security") if row.sort == "moved")
    places = [value.label for value in (*moved.before, *moved.after)]
    assert places == ["Deputy Director General for Management and Reform", "Deputy Director General for Operations"]
    assert ("2023-10", "director-general-2023", 1522, 1536) in cited(moved)
    branches = {branch.name: branch for branch in reform.branches}
    assert moved in branches["Deputy Director General for Operations"].rows
    assert moved in branches["Deputy Director General for Management and Reform"].left


@pytest.mark.parametrize("pair", PAIRS)
def test_no_change_event_is_missing_and_none_is_contradicted(reforms: dict[tuple[str, str], Reform], pair: tuple[str, str]) -> None:
    """What comes and goes between two editions is explained, and what the events say the editions bear out."""
    reform = reforms[pair]
    assert [row.sentence for row in reform.missing] == []
    told = {row.event for row in reform.rows if row.sort in OF_EVENTS}
    known = {event.iri for event in reform.events}
    assert told <= known
    lasting = {thing for state in (reform.before, reform.after) for thing in state.things}
    assert {event.iri for event in reform.events if lasting & {*event.originals, *event.results}} == told


@pytest.mark.parametrize("pair", [*pairwise(EDITIONS)])
def test_without_change_events_head_and_parts_name_only_true_heirs(reforms: dict[tuple[str, str], Reform], pair: tuple[str, str]) -> None:
    """Where no event is recorded, what is told to be looked at first is what the recorded events say."""
    dataset = bundled().dataset
    assert dataset is not None
    before, after = (next(edition for edition in dataset.editions if edition.id == identifier) for identifier in pair)
    bare = difference(replace(dataset, changes=()), before, after, NAMES)
    hints = {row.thing: found[1] for row in bare.missing if (found := re.search(r"(unit:[a-z-]+) now, which may", row.missing))}
    results = {thing: event.results for event in reforms[pair].events for thing in event.originals}
    assert hints
    assert {thing: heir for thing, heir in hints.items() if NAMES.reference(heir).value not in results[thing]} == {}


@pytest.mark.parametrize(
    ("sort", "originals", "results", "words"),
    [
        ("closure", ("unit:staff-security",), (), "“Staff Security” is said to have ended, yet 2023-10 describes it."),
        (
            "succession",
            ("unit:legal-affairs",),
            ("unit:law",),
            "“Office of Legal Affairs” is said to have ended, yet 2023-10 describes it.",
        ),
        ("succession", ("unit:legal-affairs",), ("unit:law",), "“law” is said to have begun, yet 2023-10 does not describe it."),
        ("foundation", (), ("unit:protection",), "“Protection” is said to have begun, yet 2022-06 describes it already."),
        ("closure", ("unit:never",), (), "“never” is said to have ended, yet 2022-06 does not describe it."),
    ],
)
def test_an_event_that_the_editions_do_not_bear_out_is_told(
    sort: str, originals: tuple[str, ...], results: tuple[str, ...], words: str
) -> None:
    """What is said to have ended and is there, or to have begun and was there or is not, is contradicted, and how to mend it is told."""
    dataset = bundled().dataset
    assert dataset is not None
    wrong = replace(dataset.changes[-1], slug="wrong", type=sort, label="Wrong", originals=originals, results=results)
    dataset = replace(dataset, changes=(*dataset.changes, wrong))
    reform = difference(dataset, dataset.editions[1], dataset.editions[2], NAMES)
    told = {row.sentence: row.missing for row in reform.by_sort("contradicted")}
    assert "Correct the row wrong of changes.csv" in told[f"{words} The change event is “Wrong”."]
    assert {row.event for row in reform.by_sort("contradicted")} == {NAMES.thing("change", "wrong").value}


@pytest.mark.parametrize("pair", PAIRS)
def test_absence_for_scope_is_no_end(reforms: dict[tuple[str, str], Reform], pair: tuple[str, str]) -> None:
    """Each thing of one edition alone is told by an event or by scope, never by both, and scope gives its reason."""
    reform = reforms[pair]
    before, after = reform.before.things.keys(), reform.after.things.keys()
    of_scope = {row.thing for row in reform.rows if row.sort in OF_SCOPE}
    of_events = {row.thing for row in reform.rows if row.sort in OF_EVENTS}
    assert before ^ after == (of_scope | of_events) - (before & after)
    assert of_scope & of_events == set()
    assert all(row.note and row.limit and row.passages for row in reform.rows if row.sort in OF_SCOPE)


def test_silence_is_no_change(reforms: dict[tuple[str, str], Reform]) -> None:
    """What only one edition names is told as such: who holds a post, what it heads, a reporting line and a kind."""
    reform = reforms["2022-06", "2023-10"]
    told = {(row.thing.rpartition("/")[2], row.told) for row in reform.by_sort("silent")}
    operations = "deputy-director-general-operations"
    assert {
        (operations, "was held by Ugochi Daniels and is held by nobody who is named."),
        (operations, "headed “Office of the Deputy Director General for Operations” and heads nothing that is named."),
        ("regional-offices", "reported to “Director General”, and no reporting line is named now."),
        ("staff-security", "was of kind office and is now named without one."),
    } <= told
    assert operations not in {row.thing.rpartition("/")[2] for row in reform.by_sort("holder", "heads")}


@pytest.mark.parametrize("pair", PAIRS)
def test_every_row_has_evidence_and_a_name(reforms: dict[tuple[str, str], Reform], pair: tuple[str, str]) -> None:
    """Each row cites a passage, and its anchor is its own."""
    reform = reforms[pair]
    assert [row.sentence for row in reform.rows if not row.passages] == []
    anchors = [row.anchor for row in reform.rows]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_patch_makes_one_edition_out_of_the_other(published: Path, pair: tuple[str, str]) -> None:
    """The patch applied to A gives B, by RDFC-1.0; so does another reader of RDF patches."""
    done = run("diff", *pair, "--format", "patch")
    assert done.exit_code == 0
    before, after = ((published / f"editions/{edition}.nt").read_text("utf-8") for edition in pair)
    graph = {tuple(quad.triple) for quad in parse(before, format=RdfFormat.N_TRIPLES)}
    assert canonical(Quad(*triple) for triple in apply_patch(done.stdout.encode(), graph)) == canonical(
        parse(after, format=RdfFormat.N_TRIPLES)
    )
    theirs = RdflibDataset()
    theirs.default_graph.parse(data=before, format="nt")
    theirs.parse(data=done.stdout, format="patch")
    expected = Graph().parse(data=after, format="nt")
    assert set(theirs.default_graph) == set(expected)


def canonical(quads: object) -> str:
    """The canonical N-Quads of a graph (RDFC-1.0)."""
    dataset = Quads(quads)  # type: ignore[arg-type]
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def test_all_formats_tell_the_same(reforms: dict[tuple[str, str], Reform]) -> None:
    """The table, Turtle and JSON-LD have each change with its class, its thing and its words."""
    rows = reforms["2022-06", "2023-10"].rows
    expected = sorted((row.sort, row.thing, row.told) for row in rows)
    table = csv.DictReader(io.StringIO(run("diff", "2022-06", "2023-10", "--format", "csv").stdout))
    assert sorted((each["change"], each["iri"], each["told"]) for each in table) == expected
    cs = "http://purl.org/vocab/changeset/schema#"
    for form in ("ttl", "json"):
        data = run("diff", "2022-06", "2023-10", "--format", form, "--base", DEFAULT_BASE).stdout
        graph = Graph().parse(data=data, format="turtle" if form == "ttl" else "json-ld")
        sets = {
            (str(graph.value(row, URIRef("http://purl.org/dc/terms/type"))).partition("#")[2], str(thing), str(reason))
            for row, thing in graph.subject_objects(URIRef(f"{cs}subjectOfChange"))
            for reason in graph.objects(row, URIRef(f"{cs}changeReason"))
        }
        assert sets == {(row.sort, row.thing, row.sentence) for row in rows}


def test_rdf_says_what_each_edition_states(published: Path) -> None:
    """Each statement removed stands in the graph of A and not in that of B, each added in B and not in A; of a dataset in French too."""
    before, after = (Graph().parse(published / f"editions/{edition}.nt", format="nt") for edition in ("2022-06", "2023-10"))
    data = run("diff", "2022-06", "2023-10", "--format", "ttl", "--base", DEFAULT_BASE).stdout
    assert_stated(Graph().parse(data=data, format="turtle"), before, after)
    dataset = bundled().dataset
    assert dataset is not None
    french = replace(dataset, language="fr")
    reform, graphs = difference(french, *dataset.editions[1:], NAMES), [edition_graph(french, each, NAMES) for each in dataset.editions[1:]]
    assert_stated(*(graph_of(triples) for triples in (reform_triples(reform, DEFAULT_BASE), *graphs)))


def assert_stated(told: Graph, before: Graph, after: Graph) -> None:
    """Removals stand in the one graph alone, additions in the other."""
    for name, there, absent in (("removal", before, after), ("addition", after, before)):
        found = {
            tuple(told.value(statement, RDF[role]) for role in ("subject", "predicate", "object"))
            for statement in told.objects(None, URIRef(f"http://purl.org/vocab/changeset/schema#{name}"))
        }
        assert len(found) > 10
        assert {triple for triple in found if triple not in there or triple in absent} == set()


def test_a_body_that_moved_is_told_by_the_term_of_its_graph() -> None:
    """Bodies stand beside the tree: what one is part of is told by ORG's term, and silence on it is no move."""
    dataset = bundled().dataset
    assert dataset is not None
    old = dataset.editions[1]
    bodies = [thing.reference for thing in old.things if thing.type == "body"][:4]

    def with_bodies(parents: dict[str, str]) -> tuple[Thing, ...]:
        return tuple(replace(each, parent=parents.get(each.reference)) if each.type == "body" else each for each in old.things)

    new = replace(old, id="2022-07", order=9, things=with_bodies({bodies[0]: bodies[2]}))
    old = replace(old, things=with_bodies({bodies[0]: bodies[1], bodies[3]: bodies[1]}))
    dataset = replace(dataset, editions=(old, new))
    reform = difference(replace(dataset, changes=(), scope=()), old, new, NAMES)
    before, after = (edition_graph(dataset, edition, NAMES) for edition in (old, new))
    rows = {row.thing: row for row in reform.rows}
    assert {NAMES.reference(each).value: sort for each, sort in ((bodies[0], "moved"), (bodies[3], "silent"))} == {
        thing: row.sort for thing, row in rows.items()
    }
    told = rows[NAMES.reference(bodies[0]).value]
    assert (NAMES.reference(bodies[0]), NamedNode(told.predicate), NAMES.reference(bodies[1])) in before
    assert (NAMES.reference(bodies[0]), NamedNode(told.predicate), NAMES.reference(bodies[2])) in after


def test_the_terminal_tells_it_branch_by_branch() -> None:
    """Words have counts, branches and, where asked for, passages; the earlier name of the command does the same."""
    done = run("diff", "2022-06", "2023-10", "--evidence")
    assert (done.exit_code, "0 of them not explained" in done.stderr) == (0, True)
    assert "   12 moved\n" in done.stdout
    told = "“Staff Security” (unit:staff-security) moved from “Deputy Director General for Management and Reform” to"
    assert told in done.stdout
    assert f"  out of here: {told}" in done.stdout
    assert "2023-10: " in done.stdout
    assert "characters 1522–1536" in done.stdout
    assert run("compare", "2022-06", "2023-10").stdout == run("diff", "2022-06", "2023-10").stdout
    assert run("diff", "2022-06", "2022-06").stdout == ""
