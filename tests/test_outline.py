"""The outline of an edition tells the same, in few bytes, that a look-up for each thing would, from memory as from a file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize

from organograph.names import OG, ORG, PREFIXES
from organograph_server.app import create_app
from organograph_server.dataset import outline, reforms
from organograph_server.dataset.facts import CLASSIFICATION, LABEL, NAME, PARENT, TYPE
from organograph_server.dataset.filed import Filed
from organograph_server.dataset.largefile import LargeFile
from organograph_server.dataset.outline import Outline, outline_of
from organograph_server.dataset.positions import find_positions
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Speech, speaking
from organograph_server.routes import structures
from organograph_server.settings import Settings
from organograph_server.views.structure import Branch, Structure

_GRAPH, _ROOT = NamedNode("urn:g"), "urn:t/0"
_THINGS = [NamedNode(f"urn:t/{number}") for number in range(7)]
_POST = ORG.Post.value
_ALT = f"{PREFIXES['skos']}altLabel"
_things = st.sampled_from(_THINGS)
_names = st.builds(lambda text, language: Literal(text, language=language), st.sampled_from("abc"), st.sampled_from(["en", "fr"]))
_said = st.one_of(
    st.tuples(_things, st.just(PARENT), st.sampled_from([*_THINGS, BlankNode("b"), Literal("x")])),
    st.tuples(_things, st.just(PARENT), _things),
    st.tuples(_things, st.sampled_from([NAME, LABEL, _ALT]), _names),
    st.tuples(_things, st.sampled_from([NAME, _ALT]), st.sampled_from([Literal("b"), NamedNode("urn:b")])),
    st.tuples(_things, st.just(TYPE), st.sampled_from([ORG.Post, ORG.OrganizationalUnit, OG.IndependentOffice])),
    st.tuples(_things, st.just(CLASSIFICATION), st.sampled_from([NamedNode("urn:kind/office"), NamedNode("urn:kind/post")])),
    st.tuples(_things, st.sampled_from([OG.heads.value, ORG.heldBy.value, ORG.reportsTo.value]), _things),
    st.tuples(st.just(BlankNode("b")), st.just(PARENT), _things),
)
_quads = st.lists(_said, max_size=50).map(
    lambda said: {Quad(subject, NamedNode(predicate), _term(value), _GRAPH) for subject, predicate, value in said}
)
_Told = tuple[str, str, tuple[str, ...], list[str], list[list[str]], tuple[int, int], list["_Told"]]


def _term(value: object) -> NamedNode | Literal | BlankNode:
    return value if isinstance(value, NamedNode | Literal | BlankNode) else NamedNode(str(value))


class _Looked:
    """What is told of things by going through all quads for each."""

    def __init__(self, quads: set[Quad], language: str) -> None:
        self.quads, self.language = quads, language
        self.seen: set[str] = set()

    def iris(self, subject: str, predicate: str) -> list[str]:
        found = (quad.object for quad in self.quads if quad.subject == NamedNode(subject) and quad.predicate.value == predicate)
        return sorted(value.value for value in found if isinstance(value, NamedNode))

    def texts(self, subject: str, predicate: str) -> list[Literal]:
        found = (quad.object for quad in self.quads if quad.subject == NamedNode(subject) and quad.predicate.value == predicate)
        return [value for value in found if isinstance(value, Literal)]

    def pointing(self, predicate: str, value: str) -> list[str]:
        found = (quad.subject for quad in self.quads if quad.predicate.value == predicate and quad.object == NamedNode(value))
        return sorted(subject.value for subject in found if isinstance(subject, NamedNode))

    def name(self, iri: str) -> str:
        order = {"en": 2, None: 1, self.language: 0}
        for predicate in (NAME, LABEL):
            if found := self.texts(iri, predicate):
                return min((order.get(text.language, 3), text.value) for text in found)[1]
        return iri.rpartition("/")[2]

    def told(self, iri: str) -> _Told:
        self.seen.add(iri)
        types, kinds = self.iris(iri, TYPE), self.iris(iri, CLASSIFICATION)
        sorts = ["post"] * (_POST in types) + ["independent-office"] * (OG.IndependentOffice.value in types)
        links = [self.pointing(OG.heads.value, iri), self.iris(iri, ORG.heldBy.value)]
        links.append(self.iris(iri, ORG.reportsTo.value) if OG.IndependentOffice.value in types else [])
        children: list[_Told] = []
        order = sorted(self.pointing(PARENT, iri), key=lambda child: (_POST not in self.iris(child, TYPE), self.name(child), child))
        for child in order:
            if child not in self.seen:
                children.append(self.told(child))
        posts = sum(child[5][1] + ("post" in child[2]) for child in children)
        units = sum(child[5][0] + ("post" not in child[2]) for child in children)
        shown = tuple(sorts + [kind.rpartition("/")[2] for kind in kinds])
        others = sorted(text.value for text in self.texts(iri, _ALT))
        return iri, self.name(iri), shown, others, links, (units, posts), children


def _outlined(quads: Quads) -> _Told:
    """The same of the outline."""
    found = Outline(quads.graph(_GRAPH.value), _ROOT)
    tree = found.tree(_ROOT)
    iris = found.iris

    def told(number: int) -> _Told:
        links = [[iris[each] for each in some(number)] for some in (found.headed_by, found.holders, found.superiors)]
        children = [told(child) for child in tree.below(number)]
        amounts = tree.units(number), tree.posts(number)
        return iris[number], str(found.name(number)), found.sorts(number), [*found.other_names(number)], links, amounts, children

    assert len(tree.numbers) == 1 + tree.units(0) + tree.posts(0)
    return told(tree.start)


@settings(max_examples=150, deadline=None)
@given(_quads, st.sampled_from(["en", "fr"]))
def test_an_outline_tells_what_look_ups_tell(quads: set[Quad], language: str) -> None:
    """Names, sorts, heads, order and amounts are those of the quads, also where things have several places or stand in a circle."""
    ordered = sorted(quads, key=lambda quad: (str(quad.subject).encode(), str(quad)))
    with TemporaryDirectory() as folder, speaking(Speech(language)):
        expected = _Looked(quads, language).told(_ROOT)
        assert _outlined(Quads(quads)) == expected
        (Path(folder) / "dataset.nq").write_bytes(serialize(ordered, format=RdfFormat.N_QUADS) or b"")
        file = LargeFile(Path(folder) / "dataset.nq")
        positions = find_positions(file)
        assert positions is not None
        assert _outlined(Filed(file, positions)) == expected


def test_a_tree_has_fifty_levels() -> None:
    """What stands deeper is counted where it begins, and no more; from there on it is followed when it is asked for."""
    places = [Quad(NamedNode(f"urn:t/{number + 1}"), NamedNode(PARENT), NamedNode(f"urn:t/{number}"), _GRAPH) for number in range(60)]
    found = Outline(places, _ROOT)
    whole, deep = found.tree(_ROOT), found.tree("urn:t/50")
    assert (len(whole.numbers), whole.left_out) == (51, {found.number("urn:t/50"): 1})
    assert (len(deep.numbers), deep.left_out) == (11, {})


@pytest.fixture
def publication(published: Path) -> Publication:
    """The dataset of IOM."""
    return Publication.open(Settings(dataset=published))


def test_one_large_outline_is_kept(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of small editions all outlines are kept, of large ones the last that was asked for."""
    first, second, *_ = publication.published.editions
    assert outline_of(publication, first) is outline_of(publication, first)
    publication.read.clear()
    monkeypatch.setattr(outline, "_LARGE", 1)
    kept = outline_of(publication, first)
    assert outline_of(publication, first) is kept
    other = outline_of(publication, second)
    assert outline_of(publication, second) is other
    assert outline_of(publication, first) is not kept


def test_one_large_comparison_is_kept(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of small editions several comparisons are kept, of large ones the last that was asked for."""
    first, second, third = publication.published.editions
    found = reforms.Reforms(publication)
    kept = found.divided(first, second)
    found.divided(second, third)
    assert found.divided(first, second) is kept
    monkeypatch.setattr(reforms, "_LARGE", 1)
    other = found.divided(first, third)
    assert found.divided(first, third) is other
    assert found.divided(first, second) is not kept
    assert found.divided(first, third) is not other


def test_what_is_not_shown_is_not_made(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the upper levels makes no branch of those below, which are counted only."""
    made: list[str] = []
    branch = Structure._branch

    def noted(self: Structure, number: int) -> Branch:
        found = branch(self, number)
        made.append(found.path)
        return found

    monkeypatch.setattr(structures, "_MOST", 20)
    monkeypatch.setattr(Structure, "_branch", noted)
    client = create_app(Settings(dataset=published)).test_client()
    html = client.get("/edition/2022-06", headers={"Accept": "text/html"}).text
    tree = html[html.index('<ul class="tree">') : html.index("</section>", html.index('<ul class="tree">'))]
    independent = html.count("is independent and reports to")
    assert 2 < len(set(made)) <= tree.count("<li ") + independent
    assert "post/director-general" in made
