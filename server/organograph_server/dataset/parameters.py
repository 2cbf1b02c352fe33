"""The parameters of saved queries: each value checked by its kind and made a term; what does not fit is refused with an example."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from pyoxigraph import Literal, NamedNode

from organograph.messages import Message
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.saved import Parameter, SavedQuery
from organograph_server.errors import RequestMalformed

# These choose the format and the language of the answer, and are no parameters of a query.
OF_FORMAT = ("format", "_mediatype", "lang")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_KINDS = {"unit": Message("unit"), "post": Message("post"), "edition": Message("edition")}
_MOST = 50
_SHOWN = 60


def given(query_string: bytes) -> list[tuple[str, str]]:
    """The parameters of an address that are not empty, without those that choose the format.

    Raises:
        RequestMalformed: they are not UTF-8, or more than 50.
    """
    try:
        pairs = parse_qsl(query_string.decode(), errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise RequestMalformed(
            "The parameters of the request cannot be read.", Message("Encode up to %(most)s in UTF-8.", most=_MOST)
        ) from error
    return [(name, value) for name, value in pairs if name not in OF_FORMAT]


def bound(query: SavedQuery, pairs: Sequence[tuple[str, str]], publication: Publication) -> dict[str, NamedNode | Literal]:
    """The term of each parameter of a saved query.

    Args:
        query: the query.
        pairs: names and values, as the request gives them.
        publication: what it is asked of; units, posts and editions must be there.

    Raises:
        RequestMalformed: a parameter is unknown, missing, given twice or no value of its kind.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            told = ", ".join(known) or Message("none")
            raise RequestMalformed(
                Message("The query %(name)s has no parameter %(parameter)r.", name=query.name, parameter=name[:_SHOWN]),
                Message("It has %(told)s; see /query/%(name)s.", told=told, name=query.name),
            )
        if name in values:
            raise RequestMalformed(Message("The parameter %(name)s is given more than once.", name=name), _cure(known[name], publication))
        values[name] = value
    return {name: _term(parameter, values, publication) for name, parameter in known.items()}


def example(parameter: Parameter, publication: Publication) -> str:
    """A value that a parameter can have in this dataset."""
    if parameter.kind == "edition":
        found = [edition.identifier for edition in publication.published.editions]
        return parameter.example if parameter.example in found else found[-1]
    if not parameter.types or _thing(parameter, parameter.example, publication):
        return parameter.example
    owners = publication.quads.owners(publication.iri(f"id/{parameter.types[0]}/"))
    return owners[0].rpartition("/")[2] if owners else parameter.example


def _term(parameter: Parameter, values: Mapping[str, str], publication: Publication) -> NamedNode | Literal:
    value = values.get(parameter.name)
    if value is None and parameter.optional:
        return NamedNode(publication.published.latest.iri)
    if value is None:
        raise RequestMalformed(Message("The parameter %(name)s is missing.", name=parameter.name), _cure(parameter, publication))
    made = _made(parameter, value, publication)
    if made is None:
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        raise RequestMalformed(
            Message("The parameter %(name)s is %(shown)r, %(wrong)s.", name=parameter.name, shown=shown, wrong=_wrong(parameter)),
            _cure(parameter, publication),
        )
    return made


def _made(parameter: Parameter, value: str, publication: Publication) -> NamedNode | Literal | None:
    """The term of a value, or None where it is no value of that kind."""
    if parameter.kind == "text":
        return Literal(value) if value.strip() and len(value) <= parameter.most and not _CONTROL.search(value) else None
    if parameter.kind == "number":
        return Literal(int(value)) if _NUMBER.fullmatch(value) and parameter.least <= int(value) <= parameter.most else None
    if parameter.kind == "edition":
        editions = publication.published.editions
        return next((NamedNode(edition.iri) for edition in editions if value in (edition.identifier, edition.iri)), None)
    return _thing(parameter, value, publication)


def _thing(parameter: Parameter, value: str, publication: Publication) -> NamedNode | None:
    """The thing with that slug or whole address, where the dataset knows it."""
    for kind in parameter.types:
        beginning = publication.iri(f"id/{kind}/")
        slug = value.removeprefix(beginning)
        if _SLUG.fullmatch(slug) and publication.quads.knows(beginning + slug):
            return NamedNode(beginning + slug)
    return None


def _wrong(parameter: Parameter) -> str:
    if parameter.kind == "text":
        return Message("which is no text of 1 to %(most)s characters in one line", most=parameter.most)
    if parameter.kind == "number":
        return Message("which is no whole number from %(least)s to %(most)s", least=parameter.least, most=parameter.most)
    return Message("and this dataset has no such %(kind)s", kind=_KINDS[parameter.kind])


def _cure(parameter: Parameter, publication: Publication) -> str:
    return Message("Write it like %(name)s=%(example)s.", name=parameter.name, example=example(parameter, publication))
