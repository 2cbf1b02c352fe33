"""What the addresses of this server take and give, told beside each view; openapi.py makes the description of all from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from organograph_server.content.formats import HTML, Format
from organograph_server.service import Service

Json = dict[str, Any]
View = TypeVar("View", bound=Callable[..., Any])
_KEY = "organograph_operation"


@dataclass(frozen=True)
class Values:
    """The values that a parameter can have.

    Args:
        schema: in JSON Schema.
        example: one that works in this dataset; None where there is none.
        examples: several by their names, instead of one.
    """

    schema: Json
    example: object = None
    examples: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a request.

    Args:
        name: as requests write it.
        place: `path`, `query` or `header`.
        description: what it means.
        values: tells what it can be in a dataset.
        required: whether it must be given.
        is_flag: whether its name alone is enough.
        is_posted: whether it may also stand in the address of a POST.
    """

    name: str
    place: str
    description: str
    values: Callable[[Service], Values]
    required: bool = False
    is_flag: bool = False
    is_posted: bool = False


@dataclass(frozen=True)
class Variant:
    """One of several things that the same view gives: an address of its own, with parameters of its own.

    Args:
        path: the values of the parameters in the path.
        summary: what it gives.
        description: more of it.
        parameters: beside those of the view.
        formats: what it is given in; a media type alone where no request can choose.
    """

    path: Mapping[str, str]
    summary: str
    description: str
    parameters: Sequence[Parameter]
    formats: Sequence[Format | str]


@dataclass(frozen=True)
class Operation:
    """What a view takes and gives.

    Args:
        formats: what it answers in; a media type alone where no request can choose.
        computed: tells the media types that it answers in, where they hang on the dataset.
        chosen: the formats that `?format=` chooses from.
        status: of the answer to a request that is right.
        also: further status codes.
        parameters: what it takes, beside those that choose the format and the conditions.
        is_kept: whether its answer has a tag and heeds conditions.
        schema: of an answer in JSON, by the name of a schema that all share.
        body: of a POST, by media type: its schema and an example.
        variants: the addresses that stand for the one of the view.
        given: whether a dataset has what the view gives.
    """

    formats: Sequence[Format | str]
    computed: Callable[[Service], Sequence[str]] | None = None
    chosen: Sequence[Format] = ()
    status: HTTPStatus = HTTPStatus.OK
    also: Sequence[HTTPStatus] = ()
    parameters: Sequence[Parameter] = ()
    is_kept: bool = True
    schema: str = ""
    body: Callable[[Service], Json] | None = None
    variants: Callable[[Service], Iterable[Variant]] | None = None
    given: Callable[[Service], bool] = lambda _: True


def answers(*formats: Format | str, **told: Any) -> Callable[[View], View]:
    """Tell of a view what it takes and gives; a test compares what it then really gives.

    Args:
        formats: what it answers in.
        told: further fields of its Operation.
    """
    told.setdefault("chosen", formats if len(formats) > 1 and all(isinstance(form, Format) for form in formats) else ())

    def tell(view: View) -> View:
        setattr(view, _KEY, Operation(formats, **told))
        return view

    return tell


def leads(status: HTTPStatus, **told: Any) -> Callable[[View], View]:
    """Tell of a view that it leads to another address.

    Args:
        status: SEE_OTHER, FOUND or TEMPORARY_REDIRECT.
        told: further fields of its Operation.
    """
    return answers("text/plain", status=status, is_kept=False, **told)


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """What was told of a view."""
    return getattr(view, _KEY, None)


def media_types(formats: Iterable[Format | str]) -> list[str]:
    """All media types that an answer in some formats can come as."""
    found = [[form] if isinstance(form, str) else [form.media_type, *(() if form is HTML else form.asked_as)] for form in formats]
    return list(dict.fromkeys(name for names in found for name in names))
