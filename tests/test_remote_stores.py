"""Stores of others are checked where they are: planted faults are found, and a store that is down, slow or wrong is told in a sentence."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from faultystore import MODES, FaultyStore, faulty_store
from organograph.cli import main
from organograph.conformance.checks import examine, load_shapes
from organograph.conformance.findings import Together
from organograph.conformance.rules import Room
from organograph.faults import Fault
from organograph.names import ONTOLOGY, ORG, RDF, SKOS, Names
from organograph.remote.asking import Source
from organograph.remote.judging import Judge
from organograph.statements import Graph
from organograph.statements import Triple as Stated
from organograph_server.dataset.publication import Publication
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.asked import AskedStore
from organograph_server.stores.client import Client
from organograph_server.stores.credentials import Credentials
from serving import small_dataset
from shapecases import CASES, SHAPES, Case, cases, graph, read_case, rules, shapes
from stores import STORES, Store
from test_remote_check import one_rule  # noqa: F401  # a fixture
from webservers import free_port

SECONDS = 120.0
PLANTED = (
    "AdministrativeCentre-kind/kind-another", "Body-basis/basis-unknown", "Body-cycle/circle", "Body-kind/kinds-two",
    "Body-kind-of-bodies/kind-unknown", "Body-label/labels-in-one-language", "Body-seat-in-edition/seat-of-person",
    "Body-superior/reports-to-unit", "Body-within-only-one/within-two", "Change-lineage/several-out-of-several",
    "Conflict-aspect/aspect-as-sentence", "Edition-chain/previous-missing", "Edition-identifier/identifier-with-space",
    "Edition-not-after/day-invented", "Edition-order/order-nought", "Evidence-basis/basis-missing", "Evidence-span/backwards",
    "IndependentOffice-reports/second-line", "Iom-elected-term/term-of-four-years", "Membership-begins/date-twice",
    "Membership-order/ends-a-year-before", "Post-holder-only-one/both-at-once", "Post-reports-agrees/head-of-organization-passed-over",
    "Post-term-of-post/of-unit", "Register-contradiction/described-and-left-out", "Source-bounds/months-crossed",
    "Unit-parent-cycle/cycle-of-three", "Unit-siblings/same-name", "Unit-suborganization-agrees/organization-besides-unit",
)  # fmt: skip
"""Faulty examples, by which each kind of constraint that the shipped rules have is broken."""
if os.environ.get("EVERY_EXAMPLE"):  # which takes some minutes
    PLANTED = tuple(str(case) for case in cases() if not case.sound and not case.rule.startswith(("shape:Term", "shape:Kind")))
EDITION = "2022-06"


class Running:
    """A store that runs, with a publication.

    Args:
        store: it.
        dataset: the publication.
    """

    def __init__(self, store: Store, dataset: Path) -> None:
        self.store, self.settings = store, Settings(dataset=dataset, store=store.place, **store.loads)  # type: ignore[arg-type]
        publication = Publication.open(self.settings)
        self.serving, self.names = Service.of_publication(publication), Names(publication.iri(""))
        store.load(self.serving)

    def put(self, name: str, triples: list[Stated], method: str = "PUT") -> None:
        """Put a graph into the store, or add to one."""
        place = self.settings.place
        body = serialize([Triple(*triple) for triple in triples], format=RdfFormat.N_TRIPLES) or b""  # type: ignore[arg-type]

        async def send() -> int:
            client = Client(place.graphs(), Credentials(place.user, place.password))
            reply = await client.ask(method, body, {"Content-Type": "text/turtle"}, 1_000_000, SECONDS, f"graph={quote(name, safe='')}")
            await client.close()
            return reply.status

        assert asyncio.run(send()) in (200, 201, 204)

    def graph(self, name: str) -> Graph:
        """A published graph."""
        return Graph((quad.subject, quad.predicate, quad.object) for quad in self.serving.holdings.graph(name))


@pytest.fixture(scope="module", params=STORES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each store of others, with a small publication."""
    with STORES[request.param](tmp_path_factory.mktemp(request.param)) as store:
        yield Running(store, small_dataset(tmp_path_factory.mktemp("data")))


def check(place: str, *options: str, user: str = "", word: str = "") -> Result:
    environ = {"ORGANOGRAPH_STORE_USER": user or None, "ORGANOGRAPH_STORE_PASSWORD": word or None}
    return CliRunner().invoke(main, ["check", "--store", place, *options], env=environ)


def local(data: Graph, case: Case) -> set[Fault]:
    found = examine(data, shapes(rules()[case.rule]), lambda told: [None]).faults
    return {fault for fault in found if fault.rule == case.rule}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_faults_are_found_in_a_store(running: Running, name: str, one_rule: set[str]) -> None:  # noqa: F811
    """A fault of each kind of constraint is found there with the words, value and severity of here, or its rule is refused by name."""
    case = read_case(CASES / f"{name}.ttl")
    one_rule.add(case.rule.removeprefix("shape:"))
    data, planted = graph(case), "urn:test:planted"
    running.put(planted, list(data))
    store = AskedStore(running.settings, SECONDS)
    found = Judge(Source(store, (planted,)), shapes(rules()[case.rule])).judgement()
    store.close()
    if found.refused:
        assert running.store.name == "virtuoso"
        assert found.refused.keys() == {case.rule}
        assert re.search("values of xsd:(boolean|duration), which this store changes", found.refused[case.rule])
    else:
        assert set(found.faults) == local(data, case) != set()


def test_an_edition_is_checked_where_it_is(running: Running, tmp_path: Path) -> None:
    """The command finds, in edition and evidence, what is found of the same graphs here, planted faults among it, and ends with 1."""
    unit = running.names.thing("unit", "planted")
    edition = running.names.edition(EDITION).value
    running.put(edition, _planted(unit), "POST")
    told = check(running.store.place, "--edition", EDITION, "--out", str(tmp_path / "report.json"))
    assert told.exit_code == 1, told.output
    assert "0 not checked" in told.stderr
    findings = json.loads((tmp_path / "report.json").read_text())["findings"]
    around = Together(*map(running.graph, (running.names.catalogue.value, ONTOLOGY.value)))
    planted = Graph([*running.graph(edition), *_planted(unit)])
    evidence = [running.graph(name) for name in running.serving.holdings.graphs if name.startswith(f"{edition}/source/")]
    rooms: list[tuple[Room, Graph]] = [("edition", planted), *(("evidence", stated) for stated in evidence)]
    here = [examine(Together(stated, common=around), load_shapes(SHAPES, (), room), lambda found: [None]) for room, stated in rooms]
    wanted = {(fault.rule, fault.thing, fault.message, fault.severity) for each in here for fault in each.faults}
    assert {(each["rule"], each["thing"], each["message"], each["level"]) for each in findings} == wanted
    assert ("shape:Unit-parent", unit.value) in {(rule, thing) for rule, thing, *_ in wanted}
    running.store.load(running.serving)


def _planted(unit: NamedNode) -> list[Stated]:
    return [(unit, RDF.type, ORG.OrganizationalUnit), (unit, SKOS.prefLabel, Literal(" Planted ", language="en"))]


def test_what_a_store_does_not_hold_is_told(running: Running) -> None:
    """An unknown edition, or an unknown base, is told with what there is, and the check ends with 2."""
    place = running.store.place
    unknown = check(place, "--edition", "1999-01")
    assert (unknown.exit_code, unknown.stderr) == (
        2, "organograph: There is no edition '1999-01' in the store. The editions are: 2021-09, 2022-06.\n",
    )  # fmt: skip
    elsewhere = check(place, "--edition", EDITION, "--base", "https://nowhere.example/")
    assert elsewhere.exit_code == 2
    assert "has no editions under https://nowhere.example/" in elsewhere.stderr


@pytest.fixture(scope="module")
def wrong() -> Iterator[FaultyStore]:
    """A store that misbehaves."""
    with faulty_store("some key") as store:
        yield store


@pytest.mark.parametrize("mode", [*(mode for mode in MODES if mode not in ("sound", "busy once", "silent", "slow"))])
def test_a_store_that_is_wrong_is_told_in_a_sentence(wrong: FaultyStore, mode: str) -> None:
    """Whatever a store does, the check ends with 2 and a sentence that says what is wrong, and repeats no password."""
    wrong.mode = mode
    told = check(f"sparql:{wrong.address}", "--edition", EDITION, user="somebody", word="very-secret-word")
    assert told.exit_code == 2
    assert told.stderr.startswith("organograph: The store ")
    assert told.stderr.count("\n") == 1
    assert "very-secret-word" not in told.output


@pytest.mark.parametrize("mode", ["silent", "slow"])
def test_a_slow_store_is_given_up_in_time(wrong: FaultyStore, mode: str) -> None:
    """A store that is silent, or drips, is given up when the time of the check is over."""
    wrong.mode = mode
    told = check(f"sparql:{wrong.address}", "--edition", EDITION, "--time-limit", "1")
    assert told.exit_code == 2
    assert "within 1 second" in told.stderr


def test_nobody_there_is_told() -> None:
    """An address where nobody answers is told, without the password that stands in it."""
    told = check(f"sparql:http://somebody:very-secret-word@127.0.0.1:{free_port()}/query", "--edition", EDITION)
    assert told.exit_code == 2
    assert "cannot be used" in told.stderr
    assert "very-secret-word" not in told.output


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "Name one with --edition."),
        (["--edition", EDITION, "unit.ttl"], "Name one of both."),
        (["--edition", EDITION, "--watch"], "--watch is for data that is here"),
        (["--edition", EDITION, "--coverage"], "--coverage is for data that is here"),
        (["--edition", EDITION, "--room", "evidence"], "--room is for data that is here"),
        (["--edition", EDITION, "--format", "ttl"], "--format is for data that is here"),
        (["--edition", EDITION, "--engine", "reference"], "pySHACL asks no store"),
    ],
)
def test_options_for_what_is_here_are_refused(options: list[str], why: str) -> None:
    """What only files can be checked with is refused before anything is asked."""
    told = check("sparql:http://127.0.0.1:9/query", *options)
    assert told.exit_code == 2
    assert why in told.stderr


def test_a_place_that_is_no_store_of_others_is_refused() -> None:
    """A store on disk is checked by its files, and the options for stores need one."""
    assert "sparql:URL" in check("disk:somewhere", "--edition", EDITION).stderr
    assert "are for a store" in CliRunner().invoke(main, ["check", "--fetch"]).stderr
