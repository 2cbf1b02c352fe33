"""The verdict on RDF files: what they hold, as one graph or graph by graph, against the shipped rules or other people's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import NamedNode

from organograph.conformance.checks import Engine, Shapes, examine, load_shapes, prepare
from organograph.conformance.coverage import looked_at, unseen
from organograph.conformance.finder import Finder
from organograph.conformance.others import read_shapes
from organograph.conformance.rules import Room
from organograph.conformance.verdict import Part
from organograph.errors import DatasetUnreadable
from organograph.faults import Language
from organograph.kept import Kept, Stamp, stamp
from organograph.located import FORMATS, Document, format_of, read_document
from organograph.names import OG, RDF
from organograph.statements import Graph, joined


@dataclass(frozen=True)
class Asked:
    """What is to be checked, and how.

    Args:
        files: RDF files; what plain ones state is taken together.
        format: one of located.FORMATS, or None to go by the suffixes.
        others: files or folders with other people's shapes; none for the shipped ones.
        room: which of the shipped rules run over plain files.
        extra: names of files with one organization's own rules.
        language: of the findings.
        coverage: whether to tell what no rule looked at.
        engine: what runs the rules.
    """

    files: tuple[Path, ...]
    format: str | None = None
    others: tuple[Path, ...] = ()
    room: Room = "edition"
    extra: tuple[str, ...] = ()
    language: Language = "en"
    coverage: bool = False
    engine: Engine = "fast"


def inspect(asked: Asked, ontology: Graph, shapes: Path) -> list[Part]:
    """Check RDF files.

    Args:
        asked: what and how.
        ontology: terms and kinds, which the shipped rules look into.
        shapes: folder of the shipped rules.

    Raises:
        DatasetUnreadable: a file cannot be read.
        CheckFailed: the rules cannot be used.
    """
    inspection = Inspection(asked, ontology, shapes)
    inspection.read()
    return inspection.parts()


class Inspection:
    """The check of RDF files that are being edited: each is read again only once it has changed, and so are the rules.

    Args:
        asked: what and how.
        ontology: terms and kinds, which the shipped rules look into.
        shapes: folder of the shipped rules.

    Attributes:
        documents: the files as they were read.
        ahead: what is checked: a name, what is stated, that with what is around it, and the rules.
    """

    def __init__(self, asked: Asked, ontology: Graph, shapes: Path) -> None:
        self._asked, self._ontology, self._folder = asked, ontology, shapes
        self._kept: Kept[Document] = Kept()
        self.documents: Sequence[Document] = ()
        self._shapes: dict[Room, Shapes] = {}
        self._others: tuple[tuple[Stamp | None, ...], Shapes] | None = None
        self.ahead: list[tuple[str, Graph, Graph, Shapes]] = []

    def read(self) -> None:
        """Read what has changed.

        Raises:
            DatasetUnreadable: a file cannot be read.
            CheckFailed: the rules cannot be used.
        """
        asked = self._asked
        self.documents = [self._kept.of(file, partial(read_document, file, format_of_file(file, asked.format))) for file in asked.files]
        where = ", ".join(document.file for document in self.documents)
        if asked.others:
            graphs = _one_by_one(self.documents, where)
            self.ahead = [(name, graph, graph, self.of_others()) for name, graph in graphs]
            return
        self.ahead = [
            (name, stated, joined((stated, with_it, self._ontology)), self._of_room(room))
            for name, stated, with_it, room in _by_room(self.documents, where, asked.room)
        ]

    def parts(self) -> list[Part]:
        """Check what was read.

        Raises:
            CheckFailed: a rule fails to run.
        """
        return [_part(*ahead, self.documents, self._asked) for ahead in self.ahead]

    def _of_room(self, room: Room) -> Shapes:
        if room not in self._shapes:
            self._shapes[room] = load_shapes(self._folder, self._asked.extra if room == "edition" else (), room)
        return self._shapes[room]

    def forget(self) -> None:
        """Let go of what was read."""
        self._kept, self.documents, self.ahead = Kept(), (), []

    def of_others(self) -> Shapes:
        """Other people's shapes as they are now; the errors are those of `read`."""
        now = tuple(stamp(file) for path in self._asked.others for file in ([path] if path.is_file() else sorted(path.rglob("*"))))
        if self._others is None or self._others[0] != now:
            self._others = (now, other_shapes(self._asked.others))
        return self._others[1]


def other_shapes(paths: Sequence[Path]) -> Shapes:
    """Other people's shapes, from files or folders, ready to run.

    Raises:
        DatasetUnreadable: a file cannot be read.
        CheckFailed: they would not run, or would look at nothing.
    """
    return prepare(read_shapes(paths), own=False)


def format_of_file(file: Path, chosen: str | None) -> str:
    """The format of a file: the one chosen, or that of its suffix.

    Raises:
        DatasetUnreadable: neither tells it.
    """
    found = format_of(file, chosen)
    if found is None:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise DatasetUnreadable(f"The name of {file} does not tell its format.", f"Suffixes known are {known}; or give --format.")
    return found


def _one_by_one(documents: Sequence[Document], where: str) -> Iterator[tuple[str, Graph]]:
    """The named graphs, each with what stands in no graph; or all that is stated, where fewer than two are named."""
    graphs = _merged(documents)
    plain = graphs.pop(None, Graph())
    if len(graphs) < 2:
        yield where, joined((plain, *graphs.values()))
        return
    for name, graph in sorted(graphs.items(), key=lambda each: str(each[0])):
        yield str(name), graph + plain


def _by_room(documents: Sequence[Document], where: str, room: Room) -> Iterator[tuple[str, Graph, Graph, Room]]:
    """What runs together: each edition and each evidence graph with the catalogue, and the catalogue; or all, where it is one graph."""
    graphs = _merged(documents)
    if len([name for name in graphs if name]) < 2:
        yield where, joined(graphs.values()), Graph(), room
        return
    kinds: tuple[tuple[NamedNode, Room], ...] = ((OG.Edition, "edition"), (OG.EvidenceGraph, "evidence"))
    rooms: dict[str, Room] = {
        name.value: known
        for graph in graphs.values()
        for kind, known in kinds
        for name in graph.subjects(RDF.type, kind)
        if name.value in graphs
    }
    shared = joined(graph for name, graph in graphs.items() if name not in rooms)
    for name, known in sorted(rooms.items()):
        yield name, graphs[name], shared, known
    yield ("register", shared, Graph(), "catalogue") if rooms else (where, joined(graphs.values()), Graph(), room)


def _merged(documents: Sequence[Document]) -> dict[str | None, Graph]:
    merged: dict[str | None, Graph] = {}
    for document in documents:
        for name, graph in document.graphs.items():
            merged[name] = merged[name] + graph if name in merged else graph
    return merged


def _part(name: str, stated: Graph, graph: Graph, shapes: Shapes, documents: Sequence[Document], asked: Asked) -> Part:
    finder = Finder(documents, graph, shapes.graph)
    told = examine(graph, shapes, finder, asked.language, asked.engine)
    left = tuple(unseen(stated, looked_at(graph, shapes))) if asked.coverage else ()
    return Part(name, told.faults, told.looked_at, told.handed_over, left)
