"""Any organization survives its way: from tables to every file that is published, and back by another reader of RDF."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from organograph import publish
from organograph.bridge import graph_of
from organograph.names import Names
from organograph.skeleton import Beginning, skeleton
from organograph.tabular.assemble import assemble
from organograph.tabular.written import is_printable
from places import ONTOLOGY, SHAPES, kinds
from second_organization import add_row

# RDFLib 7.6 warns of what it uses itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://any.example/"
EDITION, WHOLE, HEAD = "2030-01", "organization:any", "post:head"
_SPAN = {"source": "first-note", "start": "0", "end": "3", "basis": "stated"}
_READERS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}


def _one_line(text: str) -> str:
    return " ".join(text.split())


# Any signs that a cell may hold: of every script and direction, of markup, of formulas, of the syntaxes of RDF.
_SIGNS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\"'\\<>&{}%|^`@#_:;,.=+-\t\u2028\u200f\u0301"))
TEXT = st.text(_SIGNS, min_size=1, max_size=30).map(_one_line).filter(lambda text: text != "" and is_printable(text))
# Of a list of names ';' is what parts them.
NAMES = st.lists(TEXT.map(lambda text: _one_line(text.replace(";", ","))), max_size=2, unique=True)


@dataclass(frozen=True)
class Invented:
    """An organization that nobody has seen.

    Args:
        language: of its names.
        tables: rows, by the path of their table.
        names: what its units are called.
    """

    language: str
    tables: Mapping[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    names: set[str] = field(default_factory=set)


@st.composite
def organizations(draw: st.DrawFn) -> Invented:
    """Units that stand below each other in any way, posts that head some of them, persons, sites and bodies."""
    found, places = Invented(draw(st.sampled_from(["en", "fr", "de-CH", "zh-Hant-TW"]))), [HEAD]
    of_edition = f"editions/{EDITION}"
    for number in range(draw(st.integers(1, 8))):
        slug, name = f"unit-{number}", draw(TEXT)
        row = {"slug": slug, "name": name, "kind": draw(st.sampled_from(["department", "division", "unit", "office"]))}
        told = {"alt_names": "; ".join(draw(NAMES)), "purpose": draw(TEXT | st.just("")), "note": draw(TEXT | st.just(""))}
        found.tables[f"{of_edition}/units.csv"].append(row | told | {"parent": draw(st.sampled_from(places)), **_SPAN})
        found.names.add(name)
        places.append(f"unit:{slug}")
        if draw(st.booleans()):
            _staffed(draw, found, slug)
    return found


def _staffed(draw: st.DrawFn, found: Invented, unit: str) -> None:
    """Let a unit have a chief, whom it may have for some time, and a place."""
    of_edition, post, person = f"editions/{EDITION}", f"chief-of-{unit}", f"person-{unit}"
    chief = {"slug": post, "name": draw(TEXT), "parent": f"unit:{unit}", "heads": f"unit:{unit}", **_SPAN}
    found.tables[f"{of_edition}/posts.csv"].append(chief)
    name, begins = draw(TEXT), draw(st.sampled_from(["", "2029", "2029-02", "2029-02-28"]))
    found.tables["persons.csv"].append({"slug": person, "name": name} | _SPAN)
    tenure = {"slug": f"{person}-tenure", "person": person, "post": post, "begins": begins, "printed": name, **_SPAN}
    found.tables[f"{of_edition}/tenures.csv"].append(tenure)
    site = {"slug": f"site-{unit}", "unit": unit, "primary": "yes", "city": draw(TEXT), "country": draw(TEXT), "country_code": "NO"}
    found.tables[f"{of_edition}/sites.csv"].append(site | _SPAN)


def written(invented: Invented, folder: Path) -> None:
    """Write the tables of an organization."""
    for path, content in skeleton(Beginning("Any", BASE, "", "Head", EDITION, invented.language)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for path, rows in invented.tables.items():
        for row in rows:
            add_row(folder / path, {name: value for name, value in row.items() if value})


# Each example is a whole publication, so none is looked for that fails as well and is smaller.
@settings(max_examples=15, phases=(Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(organizations())
def test_any_organization_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, invented: Invented) -> None:
    """Whatever its names hold, its tables are read without a fault, and RDFLib reads the same graph from each file of it."""
    folder = tmp_path_factory.mktemp("any")
    written(invented, folder / "tables")
    assembled = assemble(folder / "tables", kinds())
    assert (list(assembled.faults), assembled.dataset is None) == ([], False)
    assert assembled.dataset is not None
    assert {thing.name for thing in assembled.dataset.editions[0].things if thing.reference.startswith("unit:")} == invented.names
    manifest = publish.build(assembled.dataset, Names(BASE), ONTOLOGY, SHAPES, folder / "out")
    stored = ox.Dataset(ox.parse(path=folder / "out/dataset.nq"))
    assert set(stored.quads_for_graph_name(ox.NamedNode(f"{BASE}edition/{EDITION}")))
    assert json.loads((folder / "out/manifest.json").read_bytes()) == manifest
    with pytest.MonkeyPatch.context() as patched:
        # Else what is read is not what is written.
        patched.setattr(rdflib, "NORMALIZE_LITERALS", False)
        for told in manifest["graphs"]:
            expected = graph_of(quad.triple for quad in stored.quads_for_graph_name(ox.NamedNode(told["iri"])))
            for ending, path in told["files"].items():
                found = Graph().parse(data=(folder / "out" / path).read_bytes(), format=_READERS[ending])
                assert set(found) == set(expected) or (told["iri"] == manifest["ontology"] and isomorphic(found, expected)), path
