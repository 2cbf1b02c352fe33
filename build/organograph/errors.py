"""The tree of everything Organograph raises; each error says the fault and its cure.

OrganographError
 ├─ Faulty              the tables hold faults; carries all of them
 ├─ DatasetUnreadable   a dataset directory, table folder or file could not be read
 ├─ BuildFailed         a dataset could not be written; the last good one is untouched
 ├─ Locked              another process writes there
 ├─ CheckFailed         validation could not run
 ├─ StoreUnusable       a store that is to be checked does not answer
 ├─ ReasonerFailed      the reasoner could not run
 └─ SourceMissing       a source document is not where it was looked for
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from organograph.faults import Fault


class OrganographError(Exception):
    """A failure told in a sentence, with its cure.

    Args:
        message: what is wrong and where.
        cure: what to do about it.
    """

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class Faulty(OrganographError):
    """The tables hold faults that must be mended before they can be compiled.

    Args:
        faults: every fault found, in the order of files and lines.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        number = len(faults)
        super().__init__(f"The tables hold {number} fault{'s' if number != 1 else ''}.", "Mend them and run again.")
        self.faults = tuple(faults)


class DatasetUnreadable(OrganographError):
    """A dataset directory, a folder of tables or one of its files could not be read."""


class BuildFailed(OrganographError):
    """A dataset could not be written whole; what stood there before is untouched."""


class Locked(OrganographError):
    """Another process writes there; the message says which."""


class CheckFailed(OrganographError):
    """Validation could not run; this says nothing about the data."""


class StoreUnusable(OrganographError):
    """A store of others that is to be checked cannot be reached, or does not answer as stores do; this says nothing about the data."""


class ReasonerFailed(OrganographError):
    """The reasoner could not run; this says nothing about the data."""


class SourceMissing(OrganographError):
    """A source document is not where it was looked for, or is not the one that was read."""
