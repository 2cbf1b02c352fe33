"""Who answers for a dataset is told as its settings say; a fault in them is told in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import DCAT, RDF, Graph

from httpclient import Client
from organograph import publish
from organograph.names import Names
from organograph.tabular.assemble import assemble
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import ONTOLOGY, SHAPES, copied, edited, kinds
from portals import PREFIXES, findings
from serving import listening

OTHER = """[publisher]
name = "Institute for Public Structures"
type = "Academia-ScientificOrganisation"
homepage = "https://institute.example.org/"
contact = "mailto:data@institute.example.org"
availability = "stable"
"""
BASE = "https://structure.example.org/"


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """What portals are told of a dataset that another organization publishes, which has promised and dated it."""
    folder = tmp_path_factory.mktemp("other")
    edited(copied(folder) / "dataset.toml", '[publisher]\ntype = "SupraNationalAuthority"\n', OTHER)
    dataset = assemble(folder / "iom", kinds()).dataset
    assert dataset is not None
    publish.build(dataset, Names(BASE), ONTOLOGY, SHAPES, folder / "out", datetime(2025, 1, 2, tzinfo=UTC))
    with listening(create_app(Settings(dataset=folder / "out"))) as address:
        return Graph().parse(data=Client(address).get("/dcat.ttl").text, format="turtle")


def test_another_publisher_is_told(description: Graph) -> None:
    """The publisher of all that the organization does not publish itself is the one that the settings name, with its contact."""
    asked = f"""{PREFIXES.replace("http://127.0.0.1:8000/", BASE)}
    ASK {{ <dcat> dcterms:publisher <dcat#publisher> ; dcat:contactPoint/vcard:hasEmail <mailto:data@institute.example.org> ;
        dcterms:modified "2025-01-02T00:00:00Z"^^xsd:dateTime .
      <dcat#publisher> foaf:name "Institute for Public Structures" ; foaf:homepage <https://institute.example.org/> ;
        dcterms:type <http://purl.org/adms/publishertype/Academia-ScientificOrganisation> .
      <edition/2022-06> dcterms:publisher <dcat#publisher> }}"""
    store = Store()
    store.load(description.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    assert store.query(asked)


def test_what_is_promised_is_told_of_each_file(description: Graph) -> None:
    """With availability and date nothing of what is recommended is missing of files and catalogue."""
    found = findings(description)
    assert [finding for finding in found if finding.severity == "Violation"] == []
    missing = {finding.shape for finding in found if "ns" not in finding.focus.rpartition("/")[2]}
    assert missing <= {"recommended-spatial", "recommended-temporal", "recommended-availability"}
    # The terms are not the publisher's to promise.
    lacking = {finding.focus for finding in found if finding.shape == "recommended-availability"}
    assert lacking == {focus for focus in lacking if f"{BASE}dcat#ns." in focus}
    assert len(list(description.subjects(RDF.type, DCAT.Distribution))) > 10 * len(lacking)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("type", "Kingdom"), ("availability", "forever"), ("contact", "me"), ("contact", "mailto:me"), ("homepage", "mailto:a@b.example")],
)
def test_a_faulty_setting_is_told(tmp_path: Path, setting: str, value: str) -> None:
    """A value that portals would not understand is a fault at its setting, which says how to write it."""
    folder = copied(tmp_path)
    edited(folder / "dataset.toml", 'type = "SupraNationalAuthority"', f'{setting} = "{value}"')
    (fault,) = assemble(folder, kinds()).faults
    assert (fault.rule, fault.where and fault.where.column) == ("settings:bad-value", f"publisher.{setting}")
    assert value in fault.message
