"""Where Organograph's own files are: beside the package when installed, in the repository when developed."""

from __future__ import annotations

from pathlib import Path

from organograph.errors import DatasetUnreadable

_PACKAGE = Path(__file__).parent
_REPOSITORY = _PACKAGE.parents[1]


def ontology_folder() -> Path:
    """The folder of the ontology, its kinds and its context."""
    return _folder("ontology", "organograph.ttl")


def queries_folder() -> Path:
    """The folder of the saved queries."""
    return ontology_folder() / "queries"


def shapes_folder() -> Path:
    """The folder of the shapes."""
    return _folder("shapes", "unit.ttl")


def cases_folder() -> Path:
    """The folder of the rules' sound and faulty examples: the tests' own, packed beside the shapes when installed."""
    for folder in (_PACKAGE / "shapes" / "cases", _REPOSITORY / "tests" / "shapes"):
        if (folder / "_base.ttl").is_file():
            return folder
    raise DatasetUnreadable("The examples of the rules are not where they were installed.", "Install Organograph again.")


def bundled_tables() -> Path:
    """The folder of the bundled dataset, the structure of IOM."""
    return ontology_folder() / "iom"


def _folder(name: str, witness: str) -> Path:
    for root in (_PACKAGE, _REPOSITORY):
        if (root / name / witness).is_file():
            return root / name
    raise DatasetUnreadable(f"Organograph's folder {name} is not where it was installed.", "Install Organograph again.")
