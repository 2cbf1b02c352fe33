"""Checks an upload as `organograph check` checks files, with the shipped rules alone, and without a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from organograph.conformance.coverage import refuse_idle
from organograph.conformance.inspection import Asked, inspect
from organograph.conformance.rules import Room
from organograph.conformance.verdict import Part, Verdicts, total_looks
from organograph.errors import CheckFailed, Faulty
from organograph.faults import Language
from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.held import HeldPath, held
from organograph.located import FORMATS
from organograph.names import Names
from organograph.report.making import reported, with_waivers
from organograph.report.model import Report
from organograph.resources import ontology_folder, shapes_folder
from organograph.tabular.assemble import Assembly, assemble
from organograph.uploads.nesting import refuse_deep_json, refuse_wild_xml
from organograph.uploads.sent import BOOK, UploadRefused, fit_name
from organograph.uploads.sent import Part as Sent
from organograph.uploads.unpacking import unpacked
from organograph.uploads.workbooks import laid_over

_SETTINGS = "dataset.toml"
_WHOLE = "Zip the whole folder that holds dataset.toml, with its tables and its folder editions."


@dataclass(frozen=True)
class Wanted:
    """How an upload is to be checked.

    Args:
        base: of the addresses of things in tables.
        language: of the findings.
        room: which of the shipped rules run over RDF that names no editions.
    """

    base: str
    language: Language = "en"
    room: Room = "edition"


class Desk:
    """What checks uploads; all that it needs is read when it is made, and no file after that."""

    def __init__(self) -> None:
        self.shapes = _read(shapes_folder(), "*.ttl")
        self.folder = _read(ontology_folder(), "*.*")
        self.ontology = ontology_graph(self.folder)
        self._kinds = kind_notations(self.ontology)

    def check(self, sent: Sequence[Sent], wanted: Wanted) -> Report:
        """Check what was sent: a folder of tables in a zip, with workbooks read over it, or RDF files, which are taken together.

        Raises:
            UploadRefused: it cannot be checked as it is.
            DatasetUnreadable: a file is not what it says it is.
            CheckFailed: no rule looked at anything.
        """
        books = [part for part in sent if part.kind == BOOK]
        tables, files = opened([part for part in sent if part.kind != BOOK])
        if tables is None and books:
            raise UploadRefused("A workbook was sent without the tables that it is read over.", "Send the zip of those in the same form.")
        if tables is None:
            return self._of_files(files, wanted)
        try:
            for book in books:
                tables = laid_over(tables, book, self._kinds)
        except Faulty as error:
            return reported(tables.name, [Part("workbook", error.faults, {})], self._explaining, wanted.language, tables.parent)
        return self.of_tables(tables, self.assembled(tables), wanted)

    def assembled(self, tables: HeldPath) -> Assembly:
        """Tables as they are read and joined."""
        return assemble(tables, self._kinds)

    def of_tables(self, tables: HeldPath, assembly: Assembly, wanted: Wanted) -> Report:
        """The report on tables."""
        told = (self._explaining, wanted.language, tables.parent)
        if assembly.dataset is None:
            return reported(tables.name, [Part("tables", assembly.faults, {})], *told)
        names = Names(wanted.base)
        parts = list(Verdicts(names, self.ontology, self.shapes, language=wanted.language).of(assembly))
        refuse_idle(total_looks(parts), (), False, tables.name)
        return with_waivers(reported(tables.name, parts, *told), assembly.folder, names)

    def _of_files(self, files: Mapping[str, bytes], wanted: Wanted) -> Report:
        root = held(files)
        paths = tuple(type(root)(name) for name in files)
        for path in paths:
            _refuse_wild(path)
        try:
            parts = inspect(Asked(paths, room=wanted.room, language=wanted.language), self.ontology, self.shapes)
        except ImportError as error:
            message = "A rule would need the reference engine, which is given no upload."
            raise CheckFailed(message, "Check it with `organograph check`.") from error
        refuse_idle(total_looks(parts), (), False, ", ".join(files))
        return reported(", ".join(files), parts, self._explaining, wanted.language, root)

    @property
    def _explaining(self) -> list[Path]:
        return list(self.shapes.glob("*.ttl"))


def opened(sent: Sequence[Sent]) -> tuple[HeldPath | None, Mapping[str, bytes]]:
    """What was sent as a folder of tables, or as RDF files by their names.

    Raises:
        UploadRefused: it is both, several zips, or nothing of either.
    """
    zips = [part for part in sent if part.kind == "zip"]
    if len(zips) > 1 or (zips and len(sent) > 1):
        raise UploadRefused("A zip was sent with other files.", "Send one zip of tables alone, or RDF files alone.")
    if not zips:
        return None, _named({fit_name(part.name, part.kind): part for part in sent}, sent)
    name = fit_name(zips[0].name, "zip")
    files = unpacked(zips[0].content, name)
    folders = sorted(path.rpartition("/")[0] for path in files if PurePosixPath(path).name == _SETTINGS)
    if folders:
        return _tables(files, folders, name), {}
    graphs = {path: content for path, content in files.items() if PurePosixPath(path).suffix.removeprefix(".").lower() in FORMATS}
    if not graphs:
        raise UploadRefused(f"{name} holds no dataset.toml and no RDF file.", _WHOLE)
    return None, graphs


def _named(files: Mapping[str, Sent], sent: Sequence[Sent]) -> Mapping[str, bytes]:
    """RDF files by their names, each with the ending of what it was sent as."""
    if len(files) < len(sent):
        raise UploadRefused("Two files have one name.", "Give each a name of its own.")
    return {name if name.lower().endswith(f".{part.kind}") else f"{name}.{part.kind}": part.content for name, part in files.items()}


def _tables(files: Mapping[str, bytes], folders: Sequence[str], name: str) -> HeldPath:
    """The folder of tables in a zip; one that stands at its root has the name of the zip."""
    if len(folders) > 1:
        raise UploadRefused(f"{name} holds {len(folders)} folders of tables.", "Send one at a time.")
    folder = folders[0]
    if folder:
        return held(files) / folder
    name = PurePosixPath(name).stem
    return held({f"{name}/{path}": content for path, content in files.items()}) / name


def _refuse_wild(path: HeldPath) -> None:
    ending = path.suffix.lower()
    if ending == ".jsonld":
        refuse_deep_json(path.read_text("utf-8-sig", "replace"), str(path))
    elif ending == ".rdf":
        refuse_wild_xml(path.read_bytes(), str(path))


def _read(folder: Path, pattern: str) -> HeldPath:
    """A folder of our own files, held."""
    return held({f"{folder.name}/{path.name}": path.read_bytes() for path in folder.glob(pattern) if path.is_file()}) / folder.name
