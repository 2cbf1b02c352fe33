"""The verdict on RDF files that are being edited: only statements that an edit changed are read, and only what they reach is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from organograph.conformance.checks import Shapes
from organograph.conformance.finder import Finder
from organograph.conformance.inspection import Asked, Inspection, format_of_file
from organograph.conformance.verdict import Part
from organograph.kept import Stamp, freed, stamp
from organograph.located import Document, read_text
from organograph.statements import Graph, Triple
from organograph.watched.ongoing import NotKept, Ongoing


@dataclass
class _Known:
    """The files as they were last checked, and the check that goes on."""

    stamps: list[Stamp | None]
    documents: list[Document]
    shapes: Shapes
    name: str
    ongoing: Ongoing


class Reinspection:
    """The check of RDF files, as often as it is asked for.

    Args:
        asked: what is checked, and how.
        ontology: terms and kinds, which the shipped rules look into.
        shapes: folder of the shipped rules.
    """

    def __init__(self, asked: Asked, ontology: Graph, shapes: Path) -> None:
        self._asked, self._ontology = asked, ontology
        self._inspection = Inspection(asked, ontology, shapes)
        self._known: _Known | None = None

    def parts(self) -> list[Part]:
        """Check the files as they are now; as a whole where the place of an edit does not tell what it changed.

        Raises:
            DatasetUnreadable: a file cannot be read.
            CheckFailed: the rules cannot be used, or one fails to run.
        """
        if not self._follow():
            self._inspection.read()
            self._known = None
            self._known = self._begun()
        if self._known is None:
            return self._inspection.parts()
        known = self._known
        told = known.ongoing.examination(Finder(known.documents, known.ongoing.graph, known.shapes.graph))
        return [Part(known.name, told.faults, told.looked_at)]

    @property
    def goes_on(self) -> bool:
        """Whether the next edit is followed by itself."""
        return self._known is not None

    def _begun(self) -> _Known | None:
        """A check that can go on: of Turtle by itself, by the fast engine."""
        asked, ahead, documents = self._asked, self._inspection.ahead, [*self._inspection.documents]
        if asked.engine != "fast" or asked.coverage or len(ahead) != 1 or not all(document.can_be_edited for document in documents):
            return None
        name, _, _, shapes = ahead[0]
        around: Sequence[Graph] = () if asked.others else (self._ontology,)
        try:
            ongoing = Ongoing(shapes, chain(*(document.stated() for document in documents), *around), asked.language)
        except NotKept:
            return None
        self._inspection.forget()
        freed()
        return _Known([stamp(file) for file in asked.files], documents, shapes, name, ongoing)

    def _follow(self) -> bool:
        """Bring the check up to date with edited files; tell whether that could be done."""
        known, files = self._known, self._asked.files
        if known is None or (self._asked.others and self._inspection.of_others() is not known.shapes):
            return False
        come, gone = list[Triple](), list[Triple]()
        stamps, documents = [stamp(file) for file in files], [*known.documents]
        for place, file in enumerate(files):
            if stamps[place] is None or stamps[place] != known.stamps[place]:
                edit = documents[place].edited(read_text(file, format_of_file(file, self._asked.format), documents[place].file))
                if edit is None:
                    return False
                documents[place] = edit[0]
                come, gone = come + edit[1], gone + edit[2]
        self._known = None  # until all went well
        try:
            known.ongoing.change(come, gone)
        except NotKept:
            return False
        known.stamps, known.documents = stamps, documents
        self._known = known
        return True
