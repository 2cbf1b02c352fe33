"""The process that forks inspectors; it has read the rules, and everything that a check may need, before it forks the first.

It alone of the server enters the workshop, and the web tier never imports it.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import PurePath

from organograph.errors import DatasetUnreadable
from organograph.report.formats import FORMATS
from organograph.skeleton import Beginning, skeleton
from organograph.uploads.checking import Desk, Wanted
from organograph.uploads.compiling import compile_sent
from organograph.uploads.sent import Part
from organograph_server.steward.inspecting import inspected
from organograph_server.walls import wire
from organograph_server.walls.keeper import keep
from organograph_server.walls.worker import Bounds

_BASE = "https://example.org/"
_UNIT = b"<http://www.w3.org/ns/org#OrganizationalUnit>"
_TRIPLE = b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> " + _UNIT
_TURTLE = _TRIPLE + b' ; <http://www.w3.org/2004/02/skos/core#prefLabel> "", ""@en .'
_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:org="http://www.w3.org/ns/org#">'
    b'<org:OrganizationalUnit rdf:about="urn:a"/></rdf:RDF>'
)
_SMALL: Mapping[str, bytes] = {
    "ttl": _TURTLE,
    "trig": _TURTLE,
    "nt": _TRIPLE + b" .",
    "nq": _TRIPLE + b" <urn:g> .",
    "jsonld": b'{"@id": "urn:a", "@type": "http://www.w3.org/ns/org#OrganizationalUnit"}',
    "rdf": _XML,
}


def main() -> None:
    """Keep inspectors for the server at the other end of the socket that standard input is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = socket.socket(fileno=os.dup(0))
    head, _ = wire.receive(server.fileno())
    desk = Desk()
    _rehearse(desk)
    gc.collect()
    # The pages of what is there now are shared with all inspectors as long as nobody writes to them.
    gc.freeze()
    keep(server, lambda: partial(inspected, desk), Bounds(**head["bounds"]))


def _rehearse(desk: Desk) -> None:
    """Do once all that an inspector may be asked for, so that every module is loaded while there still are files."""
    files = {str(PurePath(path)): content for path, content in skeleton(Beginning("A", _BASE, "", "Head", "2024-05")).items()}
    zipped = Part("a.zip", "zip", _zipped(files))
    reports = [desk.check([zipped], Wanted(_BASE))]
    reports += [desk.check([Part(f"a.{kind}", kind, content)], Wanted(_BASE, "fr")) for kind, content in _SMALL.items()]
    for report in reports[:2]:
        for form in FORMATS.values():
            form.render(report)
    with suppress(DatasetUnreadable):  # a report is a workbook, and none of tables
        desk.check([zipped, Part("a.xlsx", "xlsx", FORMATS["xlsx"].render(reports[0]))], Wanted(_BASE))
    compile_sent(desk, [zipped], Wanted(_BASE))
    posted = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n' + _TURTLE + b"\r\n--x--\r\n"
    order = {"ask": "check", "type": "multipart/form-data", "boundary": "x", "name": "", "language": "en", "room": "edition"}
    inspected(desk, {**order, "format": "json", "base": _BASE, "most": 1_000_000}, posted)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return written.getvalue()


if __name__ == "__main__":
    with suppress(ConnectionError, EOFError):  # the server may end at any moment
        main()
    sys.exit(0)
