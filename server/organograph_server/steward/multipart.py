"""Reads the files and fields of a form (RFC 7578), in an inspector and never in the web tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from organograph.messages import Message
from organograph.uploads.sent import Part, fit_name, kind_of
from organograph_server.errors import RequestMalformed

_MOST_PARTS = 50
_LONGEST_FIELD = 1_000
_CURE = Message("Send it as browsers and `curl -F file=@FILE` do.")


@dataclass
class Form:
    """What a form holds.

    Args:
        files: those that are not empty.
        fields: the others, by name.
    """

    files: list[Part] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


def read_form(boundary: str, body: bytes) -> Form:
    """Read a form whole.

    Args:
        boundary: that its Content-Type tells.
        body: of the request.

    Raises:
        RequestMalformed: it is torn, or has too many parts.
        TypeUnknown: a file of it is nothing that is read here.
    """
    form = Form()
    try:
        for part, content in _parts(boundary.encode("latin-1", "replace"), body):
            _add(form, part, content)
    except (ValueError, RequestEntityTooLarge) as error:
        too_many = Message("it has more than %(most)s parts", most=_MOST_PARTS)
        why = too_many if isinstance(error, RequestEntityTooLarge) else str(error).rstrip(".").lower()
        raise RequestMalformed(Message("The form cannot be read: %(why)s.", why=why), _CURE) from error
    return form


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[Field | File, bytes]]:
    if not boundary:
        raise ValueError("its type names no boundary")
    decoder = MultipartDecoder(boundary, max_parts=_MOST_PARTS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    part: Field | File | None = None
    pieces: list[bytes] = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, NeedData):
            raise ValueError("it breaks off")
        if isinstance(event, Field | File):
            part, pieces = event, []
        elif isinstance(event, Data):
            pieces.append(bytes(event.data))
            if part is not None and not event.more_data:
                yield part, b"".join(pieces)


def _add(form: Form, part: Field | File, content: bytes) -> None:
    if not part.name:
        raise ValueError("a part of it has no name")
    if isinstance(part, File):
        # A browser sends a field without a file as an empty one.
        if content or part.filename:
            kind = kind_of((part.headers.get("Content-Type") or "").partition(";")[0], part.filename or "")
            form.files.append(Part(fit_name(part.filename or "", kind), kind, content))
        return
    if len(content) > _LONGEST_FIELD or part.name in form.fields:
        raise ValueError(f"its field {part.name[:60]!r} is too long or there twice")
    form.fields[part.name] = content.decode("utf-8")
