"""What an inspector does: it reads what was sent, checks it, compiles it where that is asked, and tells what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from organograph.conformance.rules import Room
from organograph.errors import OrganographError
from organograph.faults import Language
from organograph.messages import Message
from organograph.report.formats import FORMATS
from organograph.report.model import Report
from organograph.uploads.checking import Desk, Wanted
from organograph.uploads.compiling import compile_sent
from organograph.uploads.sent import FORM, Part, TypeUnknown, UploadRefused, UploadTooLarge, fit_name, kind_of
from organograph_server import errors
from organograph_server.steward.multipart import read_form
from organograph_server.steward.reports import CALLED, LANGUAGES, ROOMS, one_of, report_format
from organograph_server.walls import wire

_OF_FORM = frozenset({"format", "language", "room"})
_DEEP = Message("Something in what was sent is nested too deeply to be checked.")


def inspected(desk: Desk, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
    """The answer to an order.

    Args:
        desk: what checks.
        head: of the order: `ask` ("check" or "publish"), `type`, `boundary`, `name`, `format`, `language`, `room`, `base`, and
            `most`, the bytes that a report may have.
        body: what was sent.
    """
    try:
        return _inspected(desk, head, body)
    except errors.RequestRefused as error:
        return wire.refusal(error), b""
    except OrganographError as error:
        return wire.refusal(_refusal(error)), b""
    except RecursionError:
        return wire.refusal(errors.UploadUnusable(_DEEP, "Nest it less.")), b""


def _refusal(error: OrganographError) -> errors.RequestRefused:
    """What the workshop refuses, as the shop tells it."""
    if isinstance(error, UploadTooLarge):
        return errors.UploadTooLarge(error.message, error.cure, limit=error.limit)
    if isinstance(error, TypeUnknown):
        return errors.BodyUnsupported(error.message, error.cure)
    return errors.UploadUnusable(error.message, error.cure)


def _inspected(desk: Desk, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
    sent, asked = _sent(head, body)
    room, language = one_of("room", asked["room"], ROOMS), one_of("language", asked["language"], LANGUAGES)
    wanted = Wanted(head["base"], cast(Language, language), cast(Room, room))
    # A form says in a field of its own what is wanted, and only here is it read.
    form = report_format(asked["format"]).format.name
    if head["ask"] == "publish":
        made = compile_sent(desk, sent, wanted)
        if made.files:
            pieces = [[path, len(content)] for path, content in made.files.items()]
            told = {"files": pieces, "editions": [each["id"] for each in made.manifest["editions"]], "triples": made.manifest["triples"]}
            return {**told, "sha256": made.manifest["dataset_sha256"]}, b"".join(made.files.values())
        return _told(made.report, form, head["most"])
    return _told(desk.check(sent, wanted), form, head["most"])


def _told(report: Report, form: str, most: int) -> tuple[wire.Head, bytes]:
    """A report as an answer.

    Raises:
        AnswerTooLarge: it has more bytes than an answer may have.
    """
    written = FORMATS[CALLED[form]].render(report)
    if len(written) > most:
        message = Message(
            "The report of %(number)s findings has %(size)s bytes; an answer may have %(limit)s.",
            number=len(report.findings),
            size=len(written),
            limit=most,
        )
        raise errors.AnswerTooLarge(message, "Mend what many findings have in common first, or ask for CSV.", limit=most)
    return {"format": form, "conforms": not report.findings, "findings": len(report.findings)}, written


def _sent(head: wire.Head, body: bytes) -> tuple[Sequence[Part], dict[str, str]]:
    """What was sent, and what is asked beside it.

    Raises:
        RequestMalformed: it is a form that cannot be read, or one without a file.
        UploadRefused: it is of no type that is read here.
    """
    asked = {name: str(head[name]) for name in _OF_FORM}
    if head["type"] != FORM:
        kind = kind_of(head["type"])
        return [Part(fit_name(head["name"], kind), kind, body)], asked
    form = read_form(head["boundary"], body)
    if unknown := form.fields.keys() - _OF_FORM:
        message = Message("The form has a field %(name)r.", name=min(unknown)[:60])
        raise errors.RequestMalformed(message, Message("Known are %(names)s.", names=", ".join(("file", *sorted(_OF_FORM)))))
    if not form.files:
        raise errors.RequestMalformed("The form has no file.", "Choose one, or several RDF files.")
    if not all(part.content for part in form.files):
        raise UploadRefused("A file is empty.", "Choose one that is not.")
    return form.files, asked | {name: value for name, value in form.fields.items() if value}
