"""The directory of names: what it keeps in few bytes is what look-ups say, whether the data are in memory or in their file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from organograph.names import FOAF, SKOS
from organograph_server.dataset.facts import NAME, PARENT, Facts
from organograph_server.dataset.filed import Filed
from organograph_server.dataset.largefile import LargeFile
from organograph_server.dataset.positions import find_positions
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Speech, speaking
from organograph_server.lookup.directory import Directory, naming_of
from organograph_server.lookup.naming import FORMER, NOW, OTHER, PRINTED, STANDING, Naming
from organograph_server.matching.words import squeezed
from organograph_server.settings import Settings
from serving import BASE, small_dataset

_OTHER, _PERSON = SKOS.altLabel.value, FOAF.name.value
_THINGS = [BASE + path for path in ("id/unit/a", "id/unit/a1", "id/unit/a-b", "id/post/a", "id/person/p", "id/unit/a#x", "id/kind/k")]
_texts = st.builds(
    lambda text, language: Literal(text, language=language) if language else Literal(text),
    st.sampled_from(["Mines", "MINES", "Mínes", 'Office "of" \\ Roads\n', "Roads", "", "—", "…"]),
    st.sampled_from(["", "en", "fr", "pt-BR"]),
)


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    """A dataset of two editions, each with a document."""
    return Publication.open(Settings(dataset=small_dataset(tmp_path)))


def _quads(publication: Publication) -> st.SearchStrategy[list[Quad]]:
    """Names in editions and documents, and for some things what they stand below, which may be in a circle or have no name."""
    editions = publication.published.editions
    graphs = st.sampled_from([NamedNode(iri) for edition in editions for iri in (edition.iri, *edition.evidence)])
    things = st.sampled_from([NamedNode(iri) for iri in _THINGS])
    names = st.builds(Quad, things, st.sampled_from([NamedNode(each) for each in (NAME, NAME, _OTHER, _PERSON)]), _texts, graphs)
    above = st.sampled_from([*_THINGS, "urn:elsewhere"])
    places = st.dictionaries(st.tuples(st.sampled_from([*_THINGS, "urn:elsewhere"]), graphs), above, max_size=12)
    placed = places.map(
        lambda found: [Quad(NamedNode(iri), NamedNode(PARENT), NamedNode(parent), graph) for (iri, graph), parent in found.items()]
    )
    return st.builds(lambda named, placed: [*named, *placed], st.lists(names, max_size=30), placed)


def _kept(folder: str, quads: Iterable[Quad]) -> Iterator[Quads]:
    """The same quads in memory and in a file."""
    ordered = sorted(set(quads), key=lambda quad: (str(quad.graph_name)[::-1], str(quad.subject).encode(), hash(quad)))
    yield Quads(ordered)
    (Path(folder) / "dataset.nq").write_bytes(serialize(ordered, format=RdfFormat.N_QUADS) or b"")
    file = LargeFile(Path(folder) / "dataset.nq")
    positions = find_positions(file)
    assert positions is not None
    yield Filed(file, positions)


class _Plain:
    """The same as a directory, looked up each time as it is defined."""

    def __init__(self, quads: Quads, editions: tuple[Edition, ...]) -> None:
        self.quads, self.editions = quads, editions

    def described(self, iri: str) -> list[Edition]:
        return [edition for edition in self.editions if Facts(self.quads, [edition.iri]).texts(iri, NAME)]

    def names(self, iri: str) -> list[Naming]:
        latest = self.described(iri)[-1]
        alike: dict[str, list[Naming]] = defaultdict(list)
        for role, stated in self._stated(iri):
            for text, editions in stated.items():
                said = role if role == PRINTED or latest.identifier in editions else FORMER
                alike[squeezed(text)].append(Naming(text, said, tuple(editions)))
        best = [(min(same, key=_rank), {edition for each in same for edition in each.editions}) for same in alike.values()]
        return sorted((Naming(first.text, first.role, tuple(sorted(editions))) for first, editions in best), key=_rank)

    def _stated(self, iri: str) -> Iterator[tuple[str, Mapping[str, set[str]]]]:
        for role, predicates in ((NOW, (NAME,)), (OTHER, (_OTHER,)), (NOW, (_PERSON,)), (PRINTED, (NAME, _OTHER, _PERSON))):
            stated: dict[str, set[str]] = defaultdict(set)
            for edition in self.editions:
                facts = Facts(self.quads, edition.evidence if role == PRINTED else [edition.iri])
                for text in (str(text) for predicate in predicates for text in facts.texts(iri, predicate)):
                    stated[text].add(edition.identifier)
            yield role, stated

    def above(self, iri: str, edition: Edition) -> list[str]:
        chain: list[str] = []
        while parents := Facts(self.quads, [edition.iri]).iris(chain[-1] if chain else iri, PARENT):
            if parents[0] in (iri, *chain):
                break
            chain.append(parents[0])
        return chain[::-1]


def _rank(naming: Naming) -> tuple[float, str]:
    return -STANDING[naming.role], naming.text


def test_what_is_kept_is_what_look_ups_say(publication: Publication) -> None:
    """Things, labels in each language, names and places are those that look-ups give, from memory and from a file."""
    editions = publication.published.editions

    @settings(max_examples=150, deadline=None)
    @given(_quads(publication))
    def compare(quads: list[Quad]) -> None:
        with TemporaryDirectory() as folder:
            for kept in _kept(folder, quads):
                _assert_as_defined(Directory(replace(publication, quads=kept)), _Plain(kept, editions))

    compare()


def _assert_as_defined(directory: Directory, plain: _Plain) -> None:
    assert list(directory.things) == [iri for iri in sorted(_THINGS[:5]) if plain.described(iri)]
    for iri, thing in directory.things.items():
        assert (thing.iri, thing.type) == (iri, iri.removeprefix(f"{BASE}id/").partition("/")[0])
        assert list(thing.editions) == plain.described(iri)
        assert directory.names(iri) == plain.names(iri)
        for edition in plain.editions:
            assert directory.above(thing, edition) == plain.above(iri, edition)
        for language in ("en", "fr"):
            with speaking(Speech(language)):
                label, looked_up = directory.things[iri].label, Facts(plain.quads, [thing.shown.iri]).label(iri)
            assert (label, getattr(label, "language", None)) == (looked_up, getattr(looked_up, "language", None))
        assert directory.find(iri, 5)[0].entry.thing == iri
    assert {thing.iri for thing in directory.things.all()} == set(directory.things)
    for iri in ("urn:elsewhere", BASE, "unit/a", _THINGS[5]):
        assert iri not in directory.things


@pytest.mark.parametrize(
    ("names", "label", "label_in_french"),
    [
        ([Literal("Mines", language="en"), Literal("Mines publiques", language="fr")], "Mines", "Mines publiques"),
        ([Literal("Mines", language="en"), Literal("MINES", language="fr")], "Mines", "MINES"),
        ([Literal("Mines"), Literal("Minas", language="es")], "Mines", "Mines"),
        ([Literal("")], "a", "a"),
    ],
)
def test_labels_are_in_the_language_of_the_reader(names: list[Literal], label: str, label_in_french: str, publication: Publication) -> None:
    """Whoever asked first, each reader sees a label in the own language, also where names differ by case alone."""
    graph = NamedNode(publication.published.latest.iri)
    quads = Quads(Quad(NamedNode(_THINGS[0]), NamedNode(NAME), name, graph) for name in names)
    directory = Directory(replace(publication, quads=quads))
    for language, expected in (("en", label), ("fr", label_in_french), ("en", label)):
        with speaking(Speech(language)):
            assert directory.things[_THINGS[0]].label == expected


def test_only_names_that_are_wanted_are_found(publication: Publication) -> None:
    """Where a type or an edition is asked for, all hits are of it, and none is lost."""
    directory = Directory(publication)
    for text in ("office", "affairs", "legal", "o"):
        hits = directory.find(text, 100, is_begun=True)
        for types in ((), ("unit",), ("post", "unit"), ("site",)):
            for edition in ("", *(each.identifier for each in publication.published.editions)):
                found = directory.find(text, 100, types, edition, is_begun=True)
                assert all(not types or directory.things[hit.entry.thing].type in types for hit in found)
                assert all(not edition or edition in naming_of(hit).editions for hit in found)
                fit = {h.entry.thing for h in hits if (not edition or edition in naming_of(h).editions)}
                assert {thing for thing in fit if not types or directory.things[thing].type in types} <= {h.entry.thing for h in found}
