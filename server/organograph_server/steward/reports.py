"""The formats in which a check is told, and what each is called by the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from organograph.messages import Message
from organograph_server.content.formats import CSV_RESULTS, HTML, JSON, JSON_LD, TURTLE, WORKBOOK, Choice, Format, named, not_acceptable
from organograph_server.errors import RequestMalformed

TEXT = Format("txt", "text/plain", Message("text"), names=("text",))
SARIF = Format("sarif", "application/sarif+json", "SARIF")
GITHUB = Format("github", "text/plain", Message("annotations of GitHub"))
SHACL = replace(TURTLE, label=Message("SHACL report in Turtle"), names=("turtle", "shacl"))
SHACL_JSON_LD = replace(JSON_LD, label=Message("SHACL report in JSON-LD"), asked_as=(), names=("json-ld", "shacl-jsonld"))
REPORT_FORMATS = (JSON, TEXT, HTML, CSV_RESULTS, WORKBOOK, SARIF, SHACL, SHACL_JSON_LD, GITHUB)
CALLED: Mapping[str, str] = {form.name: form.name for form in REPORT_FORMATS} | {
    TEXT.name: "text",
    SHACL.name: "shacl",
    SHACL_JSON_LD.name: "shacl-jsonld",
}
"""By the name of a format, what `organograph check --output-format` calls it."""
LANGUAGES = ("en", "fr")
ROOMS = ("edition", "evidence", "catalogue", "ontology")
_FILES = frozenset({CSV_RESULTS, WORKBOOK, SARIF})


def report_format(name: str) -> Choice:
    """The format of a name.

    Raises:
        NotAcceptable: there is none.
    """
    choice = named(REPORT_FORMATS, name)
    if choice is None:
        raise not_acceptable(REPORT_FORMATS, Message("There is no format %(name)r of reports.", name=name[:60]))
    return choice


def one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    """A parameter, which is the first of its values where it is left out.

    Raises:
        RequestMalformed: it is none of them.
    """
    if value and value not in known:
        message = Message("The parameter %(name)s is %(value)r.", name=name, value=value[:60])
        raise RequestMalformed(message, Message("It is one of %(names)s.", names=", ".join(known)))
    return value or known[0]


def disposition(choice: Choice) -> str:
    """What a browser does with a report: shows it, or keeps it as a file."""
    return f'attachment; filename="report.{choice.format.name}"' if choice.format in _FILES else "inline"


__all__ = ["CALLED", "HTML", "LANGUAGES", "REPORT_FORMATS", "ROOMS", "disposition", "one_of", "report_format"]
