"""A small dataset directory as `organograph build` writes it, and a server that really listens, for tests."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import uvloop
from flask import Flask
from pyoxigraph import CanonicalizationAlgorithm, NamedNode, Quad, RdfFormat, parse, serialize
from pyoxigraph import Dataset as Quads

from organograph_server.app import create_app
from organograph_server.gate.gateway import Gateway, gateway_of
from organograph_server.gate.listening import Front, address_of, listen
from organograph_server.gate.shifts import Shift
from organograph_server.gate.traffic import Traffic
from organograph_server.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BASE = "http://127.0.0.1:8000/"
_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "nt": RdfFormat.N_TRIPLES,
}
_PREFIXES = {
    "og": "https://w3id.org/organograph/ns#",
    "kind": "https://w3id.org/organograph/kind/",
    "org": "http://www.w3.org/ns/org#",
    "oa": "http://www.w3.org/ns/oa#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_UNIT = "a org:OrganizationalUnit, org:Organization ; org:unitOf <id/organization/iom>"
_ORGANIZATION = """
<id/organization/iom> a org:FormalOrganization, org:Organization ;
    skos:prefLabel "International Organization for Migration"@en ; skos:altLabel "IOM"@en ;
    foaf:homepage <https://www.iom.int/> .
<id/post/director-general> a org:Post ; skos:prefLabel "Director General"@en ; og:parent <id/organization/iom> ;
    og:basis og:stated ; org:postIn <id/organization/iom> ; og:heads <id/organization/iom> ;
    org:heldBy <id/person/ada-holder> .
<id/person/ada-holder> a foaf:Person ; foaf:name "Ada Holder" ; skos:prefLabel "Ada Holder"@en .
<id/membership/ada-holder-dg> a org:Membership ; org:member <id/person/ada-holder> ;
    org:organization <id/organization/iom> ; og:post <id/post/director-general> ;
    org:memberDuring <id/membership/ada-holder-dg#interval> .
<id/membership/ada-holder-dg#interval> a time:Interval ;
    time:hasBeginning <id/membership/ada-holder-dg#beginning> .
<id/membership/ada-holder-dg#beginning> a time:Instant ; time:inXSDDate "2018-10-01"^^xsd:date .
"""
EARLY = f"""{_ORGANIZATION}
<id/unit/legal-affairs> {_UNIT} ; skos:prefLabel "Legal Affairs"@en ; org:classification kind:office ;
    og:parent <id/post/director-general> ; og:basis og:stated ; org:reportsTo <id/post/director-general> ;
    org:subOrganizationOf <id/organization/iom> .
<id/unit/emergencies> {_UNIT} ; skos:prefLabel "Emergencies"@en ; org:classification kind:division ;
    og:parent <id/post/director-general> ; og:basis og:layout ; org:subOrganizationOf <id/organization/iom> .
"""
LATE = f"""{_ORGANIZATION}
<id/post/deputy-operations> a org:Post ; skos:prefLabel "Deputy Director General for Operations"@en ;
    og:parent <id/post/director-general> ; og:basis og:stated ; org:postIn <id/organization/iom> ;
    org:reportsTo <id/post/director-general> .
<id/unit/legal-affairs> {_UNIT} ; skos:prefLabel "Office of Legal Affairs"@en ; skos:altLabel "LEG"@en ;
    org:classification kind:department ; og:parent <id/post/director-general> ; og:basis og:stated ;
    org:purpose "Advises the organization on law."@en ; org:subOrganizationOf <id/organization/iom> ;
    org:reportsTo <id/post/director-general> ; og:coordinatesWith <id/unit/crisis-response> .
<id/unit/crisis-response> {_UNIT} ; skos:prefLabel "Crisis <Response> & Recovery"@en ; org:classification kind:department ;
    og:parent <id/post/deputy-operations> ; og:basis og:inferred ; org:subOrganizationOf <id/organization/iom> .
<id/unit/bangkok> {_UNIT}, og:RegionalOffice ; a og:RegionalOffice ; skos:prefLabel "Regional Office Bangkok"@en ;
    org:classification kind:regional-office ; og:parent <id/unit/crisis-response> ; og:basis og:stated ;
    org:subOrganizationOf <id/unit/crisis-response> ; org:hasPrimarySite <id/site/bangkok> ; org:hasSite <id/site/bangkok> .
<id/site/bangkok> a org:Site ; skos:prefLabel "Bangkok, Thailand"@en ; og:countryCode "TH" ;
    org:siteAddress <id/site/bangkok#address> .
<id/site/bangkok#address> a vcard:Address ; vcard:locality "Bangkok" ; vcard:country-name "Thailand" .
<id/body/council> a og:Body, org:Organization ; skos:prefLabel "Council"@en ; org:classification kind:governing-body ;
    og:seat <id/post/director-general> ; og:basis og:stated .
""".replace(", og:RegionalOffice ; a", " ; a")
_EVIDENCE_EARLY = """
<id/unit/legal-affairs> a org:OrganizationalUnit ; skos:prefLabel "Legal Affairs"@en ;
    og:mention <id/source/office-2021#at-10-23> .
<id/source/office-2021#at-10-23> a oa:SpecificResource ; oa:hasSource <id/source/office-2021> ;
    oa:hasSelector <id/source/office-2021#selector-10-23> .
<id/source/office-2021#selector-10-23> a oa:TextPositionSelector ; oa:start "10"^^xsd:nonNegativeInteger ;
    oa:end "23"^^xsd:nonNegativeInteger .
"""
_EVIDENCE_LATE = """
<id/unit/legal-affairs> a org:OrganizationalUnit ; skos:prefLabel "Office of Legal Affairs"@en ;
    og:parent <id/post/director-general> ; og:basis og:stated ; og:mention <id/source/structure-2022#at-100-123> .
<id/unit/bangkok> a org:OrganizationalUnit ; skos:prefLabel "Regional Office Bangkok"@en ;
    og:mention <id/source/structure-2022#at-200-223> .
<id/source/structure-2022#at-100-123> a oa:SpecificResource ; oa:hasSource <id/source/structure-2022> ;
    oa:hasSelector <id/source/structure-2022#selector-100-123> .
<id/source/structure-2022#selector-100-123> a oa:TextPositionSelector ; oa:start "100"^^xsd:nonNegativeInteger ;
    oa:end "123"^^xsd:nonNegativeInteger .
<id/source/structure-2022#at-200-223> a oa:SpecificResource ; oa:hasSource <id/source/structure-2022> ;
    oa:hasSelector <id/source/structure-2022#selector-200-223> .
<id/source/structure-2022#selector-200-223> a oa:TextPositionSelector ; oa:start "200"^^xsd:nonNegativeInteger ;
    oa:end "223"^^xsd:nonNegativeInteger .
"""
_CATALOGUE = """
<catalogue> a dcat:Catalog ; dcterms:hasPart <id/unit/legal-affairs>, <id/unit/emergencies>, <id/unit/bangkok> .
<edition/2021-09> a og:Edition, dcat:Dataset ; dcterms:identifier "2021-09" ; dcterms:title "September 2021"@en ;
    og:order 1 ; og:notBefore "2021-09"^^xsd:gYearMonth ; dcterms:source <id/source/office-2021> ;
    og:evidenceGraph <edition/2021-09/source/office-2021> ; og:scopeLimit <edition/2021-09#scope-1> .
<edition/2021-09#scope-1> a og:ScopeLimit ; og:inEdition <edition/2021-09> ; og:branch <id/organization/iom> ; og:depth 1 ;
    og:things "units" ; rdfs:comment "The document describes the office of the Director General alone."@en .
<edition/2022-06> a og:Edition, dcat:Dataset ; dcterms:identifier "2022-06" ; dcterms:title "June 2022"@en ; og:order 2 ;
    og:notBefore "2022-06"^^xsd:gYearMonth ; dcterms:source <id/source/structure-2022> ;
    og:evidenceGraph <edition/2022-06/source/structure-2022> ; prov:wasRevisionOf <edition/2021-09> .
<edition/2021-09/source/office-2021> a og:EvidenceGraph ; dcterms:source <id/source/office-2021> ;
    og:inEdition <edition/2021-09> .
<edition/2022-06/source/structure-2022> a og:EvidenceGraph ; dcterms:source <id/source/structure-2022> ;
    og:inEdition <edition/2022-06> .
<id/source/office-2021> a og:SourceDocument ; dcterms:identifier "003" ; dcterms:title "The office"@en ;
    dcterms:source <https://www.iom.int/office> ; og:characters 2299 .
<id/source/structure-2022> a og:SourceDocument ; dcterms:identifier "002" ; dcterms:title "The structure"@en ;
    dcterms:source <https://www.iom.int/structure> ; spdx:checksum <id/source/structure-2022#checksum> .
<id/source/structure-2022#checksum> a spdx:Checksum ; spdx:checksumValue "00ff"^^xsd:hexBinary .
<id/change/crisis-response> a org:ChangeEvent, og:Succession ; skos:prefLabel "Emergencies becomes Crisis Response"@en ;
    org:originalOrganization <id/unit/emergencies> ; org:resultingOrganization <id/unit/crisis-response> ;
    og:fromEdition <edition/2021-09> ; og:toEdition <edition/2022-06> ; dcterms:source <id/source/structure-2022> .
<id/conflict/legal-name> a og:Conflict ; og:about <id/unit/legal-affairs> ; og:inEdition <edition/2022-06> ;
    og:aspect "name" ; og:chosen <edition/2022-06/source/structure-2022> ;
    skos:editorialNote "The longer name is chosen."@en .
<id/organization/iom> dcterms:type org:FormalOrganization ; rdfs:label "International Organization for Migration"@en ;
    og:describedIn <edition/2021-09>, <edition/2022-06> .
<id/post/director-general> dcterms:type org:Post ; rdfs:label "Director General"@en ; og:describedIn <edition/2021-09>, <edition/2022-06> .
<id/unit/legal-affairs> dcterms:type org:OrganizationalUnit ; rdfs:label "Office of Legal Affairs"@en ;
    og:describedIn <edition/2021-09>, <edition/2022-06> .
<id/unit/emergencies> dcterms:type org:OrganizationalUnit ; rdfs:label "Emergencies"@en ; og:describedIn <edition/2021-09> .
<id/unit/bangkok> dcterms:type org:OrganizationalUnit ; rdfs:label "Regional Office Bangkok"@en ; og:describedIn <edition/2022-06> ;
    og:notDescribedIn <edition/2021-09> ; og:outsideScope <edition/2021-09#scope-1> .
<id/unit/crisis-response> dcterms:type org:OrganizationalUnit ; rdfs:label "Crisis <Response> & Recovery"@en ;
    og:describedIn <edition/2022-06> .
"""
_ONTOLOGY = """
<https://w3id.org/organograph/ns> a owl:Ontology ; dcterms:title "Organograph"@en .
og:parent a owl:ObjectProperty ; skos:prefLabel "parent"@en ; skos:definition "What stands directly above a thing."@en ;
    rdfs:isDefinedBy <https://w3id.org/organograph/ns> .
og:stated a og:Basis ; skos:prefLabel "stated"@en .
kind: a skos:ConceptScheme ; skos:prefLabel "kinds"@en .
kind:department a skos:Concept ; skos:prefLabel "department"@en ; skos:inScheme <https://w3id.org/organograph/kind/> .
kind:office a skos:Concept ; skos:prefLabel "office"@en ; skos:inScheme <https://w3id.org/organograph/kind/> .
kind:regional-office a skos:Concept ; skos:prefLabel "regional office"@en ;
    skos:inScheme <https://w3id.org/organograph/kind/> .
"""
_AS_IT_IS: Mapping[str, str] = {}
_ONTOLOGY_IRI = "https://w3id.org/organograph/ns"

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
"""A query that takes longer than anybody waits."""


@dataclass(frozen=True)
class Running:
    """A server that listens at `address`, with data whose IRIs are under `base`; both end in a slash."""

    address: str
    base: str


def small_dataset(tmp_path: Path, base: str = BASE, corrections: Mapping[str, str] = _AS_IT_IS) -> Path:
    """A dataset directory of two editions, as the building side writes it, with some texts put in the place of others."""
    out = tmp_path / "dataset"
    graphs = {
        f"{base}edition/2021-09": ("editions/2021-09", EARLY),
        f"{base}edition/2021-09/source/office-2021": ("editions/2021-09/source/office-2021", _EVIDENCE_EARLY),
        f"{base}edition/2022-06": ("editions/2022-06", LATE),
        f"{base}edition/2022-06/source/structure-2022": ("editions/2022-06/source/structure-2022", _EVIDENCE_LATE),
        f"{base}catalogue": ("catalogue", _CATALOGUE),
        _ONTOLOGY_IRI: ("ontology", _ONTOLOGY),
    }
    quads: list[Quad] = []
    listed: list[dict[str, object]] = []
    for iri, (path, written) in graphs.items():
        turtle = reduce(lambda text, change: text.replace(*change), corrections.items(), written)
        header = "".join(f"PREFIX {name}: <{space}> " for name, space in _PREFIXES.items())
        triples = [quad.triple for quad in parse(header + turtle, format=RdfFormat.TURTLE, base_iri=base)]
        quads += [Quad(t.subject, t.predicate, t.object, NamedNode(iri)) for t in triples]
        for suffix, form in _FORMATS.items():
            file = out / f"{path}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(serialize(triples, format=form, prefixes=_PREFIXES) or b"")
        dataset = Quads(Quad(*triple) for triple in triples)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        digest = hashlib.sha256("".join(sorted(f"{quad.triple} .\n" for quad in dataset)).encode()).hexdigest()
        files = {suffix: f"{path}.{suffix}" for suffix in _FORMATS}
        listed.append({"iri": iri, "triples": len(dataset), "rdfc10_sha256": digest, "files": files})
    (out / "dataset.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    (out / "manifest.json").write_text(json.dumps(_manifest(base, listed, out)), "utf-8")
    return out


def _manifest(base: str, graphs: list[dict[str, object]], out: Path) -> dict[str, object]:
    def edition(identifier: str, order: int, title: str, source: str) -> dict[str, object]:
        iri = f"{base}edition/{identifier}"
        dates = {"not_before": identifier, "not_after": None}
        return {"id": identifier, "iri": iri, "order": order, "title": title, **dates, "evidence": [f"{iri}/source/{source}"]}

    media_types = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
    return {
        "base": base,
        "organization": f"{base}id/organization/iom",
        "dataset_sha256": hashlib.sha256((out / "dataset.nq").read_bytes()).hexdigest(),
        "latest": "2022-06",
        "editions": [
            edition("2021-09", 1, "September 2021", "office-2021"),
            edition("2022-06", 2, "June 2022", "structure-2022"),
        ],
        "graphs": graphs,
        "files": [
            {
                "path": path.relative_to(out).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "media_type": media_types.get(path.suffix[1:], "application/n-triples"),
            }
            for path in sorted(out.rglob("*"))
            if path.is_file()
        ],
        "catalogue": f"{base}catalogue",
        "ontology": _ONTOLOGY_IRI,
    }


def small_app(tmp_path: Path, base: str = BASE) -> Flask:
    """The application over the small dataset."""
    return create_app(Settings(dataset=small_dataset(tmp_path, base)))


@contextmanager
def served(*arguments: str | Path) -> Iterator[str]:
    """The address of `organograph serve` with these arguments, a process of its own, until the block ends."""
    with serving_process(*arguments) as (address, _):
        yield address


@contextmanager
def serving_process(*arguments: str | Path, **settings: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The same with the process, and with settings of its environment."""
    command = [str(Path(sys.executable).parent / "organograph"), "serve", *map(str, arguments), "--port", "0"]
    environ = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
    environ |= {f"ORGANOGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout
        greeting = process.stdout.readline()
        try:
            found = re.search(r" at (http://\S+)/ \(Ctrl-C stops\)", greeting)
            assert found, greeting
            yield found[1], process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def listening(app: WSGIApplication, port: int = 0, settings: Settings | None = None) -> Iterator[str]:
    """The address of a server that really listens, at any free port or at a given one, until the block ends."""
    gateway = gateway_of(app) if isinstance(app, Flask) else Gateway(Shift(app, lambda environ: None), settings or Settings(), Traffic())
    sockets = listen(Settings(port=port))
    started: Queue[Callable[[], object]] = Queue()

    async def run() -> None:
        front = Front(gateway, sockets)
        started.put(partial(asyncio.get_running_loop().call_soon_threadsafe, front.stop))
        assert await front.run(), "Something is still being answered."

    thread = threading.Thread(target=lambda: uvloop.run(run()))
    thread.start()
    stop = started.get(timeout=60)
    try:
        yield address_of(sockets[0]).rstrip("/")
    finally:
        stop()
        thread.join(timeout=60)
