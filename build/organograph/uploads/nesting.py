"""Finds what no parser should meet, in a time that grows with the length alone: what is nested too deeply, XML with a document type."""

from __future__ import annotations

import re
from xml.parsers.expat import ExpatError, ParserCreate

from organograph.uploads.sent import UploadRefused

DEEPEST = 100
"""How many objects, lists or elements may stand one in another; parsers of JSON-LD end the process, those of XML take ever longer."""
_SIGNS = re.compile(r'[\[\]{}"]|\\.', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def refuse_deep_json(text: str, name: str) -> None:
    """Refuse JSON that is nested too deeply.

    Args:
        text: of a file.
        name: what messages call it.

    Raises:
        UploadRefused: more than DEEPEST are open at once.
    """
    depth, is_string = 0, False
    for sign in _SIGNS.finditer(text):
        if sign[0] == '"':
            is_string = not is_string
        elif not is_string:
            depth += _STEPS.get(sign[0], 0)
            if depth > DEEPEST:
                line = text.count("\n", 0, sign.start()) + 1
                raise UploadRefused(f"{name}:{line}: more than {DEEPEST} objects and lists stand one in another.", "Nest them less.")


def refuse_wild_xml(content: bytes, name: str) -> None:
    """Refuse XML that is nested too deeply, or that declares a document type, by which entities and files of others come in.

    Args:
        content: of a file; what is no XML is left to who reads it.
        name: what messages call it.

    Raises:
        UploadRefused: it is such.
    """
    parser, depth = ParserCreate("utf-8"), 0

    def begins(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            place = f"{name}:{parser.CurrentLineNumber}"
            raise UploadRefused(f"{place}: more than {DEEPEST} elements stand one in another.", "Nest them less.")

    def ends(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declares(*_: object) -> None:
        place = f"{name}:{parser.CurrentLineNumber}"
        raise UploadRefused(f"{place}: the file declares a document type (DOCTYPE).", "Take it out, and write entities out.")

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begins, ends, declares
    try:
        parser.Parse(content, True)
    except ExpatError:
        return
