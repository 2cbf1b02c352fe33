"""What a portal of data is told of this dataset: its publisher, and each dataset in it with titles, coverage and downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal

from organograph.messages import Message
from organograph.names import OG, ORG, PREFIXES, VCARD
from organograph_server.content.telling import english
from organograph_server.dataset.facts import NAME, Facts
from organograph_server.dataset.mementos import LATEST
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words
from organograph_server.portals.authorities import Code, availability, country, language, publisher_type
from organograph_server.portals.downloads import (
    Download,
    feed_download,
    file_download,
    graph_downloads,
    latest_downloads,
    profile_downloads,
)
from organograph_server.routes.void import WHOLE
from organograph_server.service import Service
from organograph_server.views.schemadata import Catalogue

PATH = "dcat"
_DCTERMS, _FOAF = PREFIXES["dcterms"], PREFIXES["foaf"]
_COUNTED = {"Units": ORG.OrganizationalUnit.value, "Posts": ORG.Post.value, "Bodies": OG.Body.value}


@dataclass(frozen=True)
class Period:
    """A time: its name in addresses, and its first and last month; "" where no evidence bounds it."""

    name: str
    first: str
    last: str = ""


@dataclass(frozen=True)
class Entry:
    """One dataset of the catalogue.

    Args:
        iri: its IRI.
        titles: in the languages that there are.
        descriptions: likewise.
        page: IRI of the page that shows it.
        covered: the graphs that its languages and places are read from.
        downloads: the files that it can be had as.
        period: the time that it covers, where it covers any.
        edition: what it is a state of, where it is one.
        documents: IRIs of the documents that it rests on.
        parts: IRIs of the datasets in it.
        is_ours: whether the publisher of the catalogue answers for it; the ontology has others.
    """

    iri: str
    titles: Sequence[Literal]
    descriptions: Sequence[Literal]
    page: str
    covered: Sequence[str]
    downloads: Sequence[Download]
    period: Period | None = None
    edition: Edition | None = None
    documents: Sequence[str] = ()
    parts: Sequence[str] = ()
    is_ours: bool = True

    @property
    def title(self) -> Words:
        """What it is called, which knows its language."""
        return Words(self.titles[0].value, self.titles[0].language or "")

    @property
    def description(self) -> Words:
        """What it is, which knows its language."""
        return Words(self.descriptions[0].value, self.descriptions[0].language or "")


@dataclass(frozen=True)
class Publisher:
    """Who answers for the data: `names` in the languages that there are, `kind` by ADMS; "" and None where it is not known."""

    iri: str
    names: Sequence[Literal]
    kind: Code | None
    homepage: str
    contact: str
    availability: Code | None


class Portal:
    """All that is told, read out of the data.

    Args:
        serving: a service that has a publication.
        publication: that publication.
    """

    def __init__(self, serving: Service, publication: Publication) -> None:
        self.serving, self.publication, self.published = serving, publication, publication.published
        newest = [edition.iri for edition in reversed(self.published.editions)]
        self.facts = Facts(publication.quads, [*newest, self.published.catalogue, self.published.ontology])
        self.organization = self.published.organization
        self.name = self.facts.label(self.organization)
        # What search engines are told and what portals are told is called the same.
        self.words_of_search = Catalogue(publication)

    @property
    def title(self) -> str:
        """What the data are called."""
        return self.words_of_search.title

    @property
    def catalogue_title(self) -> str:
        """What the catalogue is called."""
        return f"{self.name}: data on its structure"

    @property
    def catalogue_description(self) -> str:
        """What is in the catalogue."""
        return Message(
            "%(title)s as data: editions, what each document states, the register of all things, the terms and the rules, "
            "with the files and services by which each can be had.",
            title=self.title,
        )

    @property
    def series_description(self) -> str:
        """What the series of editions is."""
        count = len(self.published.editions)
        return f"{self.title} over time. Editions: {count}, each whole on its own, ordered by when it began to hold."

    @cached_property
    def publisher(self) -> Publisher:
        """The organization itself, where its settings name no other."""
        told = self.published.publisher
        kind, stays = publisher_type(told.type), availability(told.availability)
        if told.name:
            iri = self.publication.iri(f"{PATH}#publisher")
            return Publisher(iri, [Literal(told.name)], kind, told.homepage, told.contact, stays)
        names = self.words(self.organization, NAME) or [Literal(self.name)]
        homepage = told.homepage or next(iter(self.facts.iris(self.organization, f"{_FOAF}homepage")), "")
        return Publisher(self.organization, names, kind, homepage, told.contact, stays)

    def path_of(self, iri: str) -> str:
        """The path of a page of this server."""
        return iri.removeprefix(self.published.names.base)

    @cached_property
    def keywords(self) -> list[Literal]:
        """What people look for: the names of the organization, and what the data are about."""
        names = self.words(self.organization, NAME) + self.words(self.organization, f"{PREFIXES['skos']}altLabel")
        return [*dict.fromkeys(names), english("organizational structure")]

    def words(self, subject: str, predicate: str, graphs: Sequence[str] = ()) -> list[Literal]:
        """The texts of a property with their languages, in some graphs or in all of the latest state."""
        where = graphs or (self.published.latest.iri, self.published.catalogue)
        found = self.publication.quads.match(where, subject, predicate)
        return sorted((triple.object for triple in found if isinstance(triple.object, Literal)), key=str)

    @property
    def whole_period(self) -> Period | None:
        """From the beginning of the first edition on; open, since the latest state lasts."""
        known = [edition.not_before for edition in self.published.editions if edition.not_before]
        return Period("editions", min(known)) if known else None

    def languages(self, graphs: Sequence[str]) -> list[Code]:
        """The languages of the texts in some graphs."""
        found = {tag.partition("-")[0] for graph in graphs for tag in self._tags.get(graph, ())}
        return [code for tag in sorted(found) if (code := language(tag))]

    def countries(self, graphs: Sequence[str]) -> list[Code]:
        """The countries in which the sites stand that some graphs describe."""
        found: dict[str, Code] = {}
        for graph in graphs:
            facts = Facts(self.publication.quads, [graph])
            for site, value in facts.having(OG.countryCode.value):
                address = next(iter(facts.iris(site, ORG.siteAddress.value)), "")
                label = facts.text(address, VCARD["country-name"].value) if address else ""
                if (code := country(value.text, label or value.text)) is not None:
                    found[code.iri] = code
        return [found[iri] for iri in sorted(found)]

    @cached_property
    def _tags(self) -> Mapping[str, set[str]]:
        quads = self.publication.quads
        return {graph: quads.languages(graph) for graph in quads.graphs}

    @cached_property
    def entries(self) -> list[Entry]:
        """The datasets: the whole, the latest edition, each edition with its evidence, the register, the terms, the rules."""
        editions = [entry for edition in reversed(self.published.editions) for entry in self._edition_and_evidence(edition)]
        return [self._whole(), self._latest(), *editions, self._register(), self._ontology(), *self._files()]

    def _whole(self) -> Entry:
        published, parts = self.published, self.publication.quads.graphs
        dumps = [file_download(self.publication, file) for path, file in published.files.items() if path.startswith("dataset.")]
        told = (
            f"All graphs of the data: {len(published.editions)} editions, what each document states of them, the register and the ontology."
        )
        titles, page = [english(f"{self.title}: everything")], published.names.base
        return Entry(self.publication.iri(WHOLE), titles, [english(told)], page, parts, dumps, self.whole_period, parts=parts)

    def _latest(self) -> Entry:
        latest, iri = self.published.latest, self.publication.iri(LATEST)
        told = f"The structure as the latest edition has it, now {latest.identifier}; this address leads to the next one once there is one."
        titles, downloads = [english(f"{self.title}: latest edition")], list(latest_downloads(self.publication))
        documents = self.facts.iris(latest.iri, f"{_DCTERMS}source")
        return Entry(iri, titles, [english(told)], f"{iri}.html", [latest.iri], downloads, _period(latest), documents=documents)

    def _edition_and_evidence(self, edition: Edition) -> Iterator[Entry]:
        classes = self.serving.counted(self.serving.doors[""]).named[edition.iri].classes
        documents = self.facts.iris(edition.iri, f"{_DCTERMS}source")
        numbers = {name: classes.get(iri, 0) for name, iri in _COUNTED.items()} | {"Documents": len(documents)}
        counted = " ".join(f"{name}: {number}." for name, number in numbers.items())
        since = f" as of {edition.not_before}" if edition.not_before else ""
        told = f"{self.name}{since}: who stands under whom, and who heads what. {counted}"
        titles = [english(f"{self.title}, {edition.identifier}: {edition.title}")]
        downloads = [*graph_downloads(self.publication, edition.iri), *profile_downloads(self.publication, edition)]
        period, evidence = _period(edition), edition.evidence
        page = f"{edition.iri}.html"
        yield Entry(edition.iri, titles, [english(told)], page, [edition.iri], downloads, period, edition, documents, evidence)
        yield from (self._evidence(edition, graph) for graph in edition.evidence)

    def _evidence(self, edition: Edition, graph: str) -> Entry:
        documents = self.facts.iris(graph, f"{_DCTERMS}source")
        names = "; ".join(self.facts.label(document) for document in documents)
        told = f"What this document states for edition {edition.identifier}, with the characters where each name is printed: {names}."
        downloads = list(graph_downloads(self.publication, graph))
        titles = [english(f"{names}, as evidence for edition {edition.identifier}")]
        return Entry(graph, titles, [english(told)], f"{graph}.html", [graph], downloads, _period(edition), documents=documents)

    def _register(self) -> Entry:
        iri = self.published.catalogue
        told = "Every thing ever described and the editions that describe it; the documents, the changes, and where documents disagree."
        downloads = [*graph_downloads(self.publication, iri), *feed_download(self.publication)]
        graphs = [edition.iri for edition in self.published.editions]
        titles = [english(f"{self.title}: register, documents and changes")]
        return Entry(iri, titles, [english(told)], f"{iri}.html", [iri, *graphs], downloads, self.whole_period)

    def _ontology(self) -> Entry:
        iri, downloads = self.published.ontology, list(graph_downloads(self.publication, self.published.ontology))
        titles, told = (self.words(iri, f"{_DCTERMS}{term}", [iri]) for term in ("title", "description"))
        told = told or [english("The terms that the data use beside the W3C Organization Ontology, and the kinds of units and bodies.")]
        page = self.publication.iri("ns.html")
        return Entry(iri, titles or [english(self.facts.label(iri))], told, page, [iri], downloads, is_ours=False)

    def _files(self) -> Iterator[Entry]:
        """What is published beside the graphs: the rules, and the context of JSON-LD."""
        known = {file.path for files in self.published.graphs.values() for file in files.values()}
        others = [file for path, file in self.published.files.items() if path not in known and not path.startswith("dataset.")]
        if others:
            told = "The rules that the data are checked with (SHACL), what these found, and the context of their JSON-LD."
            downloads = [file_download(self.publication, file) for file in others]
            titles, iri = [english(f"{self.title}: rules and context")], self.publication.iri("dcat#rules")
            page = self.publication.iri("shapes.html") if self.publication.ruleset.graphs else f"{self.published.catalogue}.html"
            yield Entry(iri, titles, [english(told)], page, [], downloads)


def _period(edition: Edition) -> Period | None:
    bounded = edition.not_before or edition.not_after
    return Period(edition.identifier, edition.not_before, edition.not_after) if bounded else None
