"""What a dataset can be had as: each file's address, media type and format, for pages, search engines and portals of data alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from organograph_server.content.formats import HTML, Format
from organograph_server.dataset.published import PublishedFile


@dataclass(frozen=True)
class Offer:
    """One file that is offered.

    Args:
        path: where it is, from the root of this server.
        label: what people call its format.
        media_type: without parameters.
        size: in bytes; None where that is known only once it is made.
        form: the format that it is made in; None for a file of the dataset.
    """

    path: str
    label: str
    media_type: str
    size: int | None = None
    form: Format | None = None


def offers(path: str, formats: Iterable[Format]) -> Iterator[Offer]:
    """A document in each of its formats but HTML, which is a page."""
    return (Offer(f"{path}.{form.name}", form.label, form.media_type, form=form) for form in formats if form is not HTML)


def file_offer(file: PublishedFile) -> Offer:
    """A file of the dataset."""
    return Offer(f"data/{file.path}", PurePosixPath(file.path).name, file.media_type, file.size)
