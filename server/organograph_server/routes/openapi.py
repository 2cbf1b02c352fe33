"""The description of all addresses for programs (OpenAPI 3.1), computed from the routes that there are and from what views tell."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from organograph_server.answers.asked import is_spoken
from organograph_server.answers.responses import here, page, page_response, represent
from organograph_server.api.apiparts import OF_ANSWERS, conditions, content, headers, refusals, shared
from organograph_server.api.operations import Json, Operation, Parameter, Variant, answers, media_types, operation_of
from organograph_server.content.formats import HTML, Format
from organograph_server.content.weblinks import WebLink, link_field
from organograph_server.languages.links import PARAMETER
from organograph_server.languages.speaking import LANGUAGES
from organograph_server.service import Service, service
from organograph_server.views.manual import manual_of
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import interface_node

blueprint = Blueprint("openapi", __name__)

PATH = "openapi.json"
PAGE = "openapi.html"
TYPE = "application/json"
_PLACE = re.compile(r"<(?:[^:<>]+:)?([^:<>]+)>")
_SECTIONS = re.compile(r"\n\s*(?:Args|Raises|Returns):\n.*", re.DOTALL)
_TOLD = """Addresses that answer in several formats choose by the Accept field, else by `format` or `_mediatype`; some by the ending of
the path, which wins. Every address that answers GET answers HEAD, with the same fields and no content, and OPTIONS, which tells
scripts of other sites what they may send. Nothing can be changed here. Errors come as problems (RFC 9457), negotiated like all else."""


@blueprint.get(f"/{PATH}")
@answers(TYPE, schema="Description")
def openapi() -> Response:
    """Describe every address of this server for programs (OpenAPI 3.1)."""
    serving, root = service(), here("")
    response = represent(TYPE, lambda: written(serving, current_app, root), (PATH, root), dated=False)
    response.headers["Link"] = link_field([WebLink(here(PAGE), "service-doc", HTML.media_type)])
    return response


@blueprint.get(f"/{PAGE}")
@answers(HTML)
def manual() -> Response:
    """Describe every address of this server for people."""
    serving, app = service(), current_app
    response = page_response(
        lambda: page("openapi.html", linked=embedded(interface_node(serving)), **manual_of(description(serving, app, here(""))))
    )
    response.headers["Link"] = link_field([WebLink(here(PATH), "service-desc", TYPE)])
    return response


def service_links() -> list[WebLink]:
    """Where programs and people learn what all addresses take and give (RFC 8631)."""
    return [WebLink(here(PATH), "service-desc", TYPE), WebLink(here(PAGE), "service-doc", HTML.media_type)]


def written(serving: Service, app: Flask, root: str) -> bytes:
    """The description as JSON.

    Args:
        serving: the dataset, whose editions, things and graphs are values and examples.
        app: what answers, with its routes.
        root: the path that its addresses begin with.
    """
    return (json.dumps(description(serving, app, root), ensure_ascii=False, indent=1) + "\n").encode()


def description(serving: Service, app: Flask, root: str) -> Json:
    """The description (OpenAPI Specification 3.1, section 4.8).

    Args:
        serving: the dataset.
        app: what answers.
        root: the path that its addresses begin with.
    """
    from importlib.metadata import version

    paths: Json = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for path, method, told in _operations(serving, app.view_functions[rule.endpoint], rule, app):
            paths.setdefault(path, {})[method] = told
    # In the order in which the application is put together, what people look for first before what serves all.
    modules = dict.fromkeys(view.__module__ for view in app.view_functions.values())
    return {
        "openapi": "3.1.0",
        "info": {"title": serving.title, "version": version("organograph"), "description": _TOLD, **_licence(serving)},
        "servers": [
            {"url": root.rstrip("/") or "/", "description": "this server"},
            {"url": serving.base.rstrip("/"), "description": "where its IRIs lead"},
        ],
        "tags": [{"name": _tag(module), "description": _first_sentence(module)} for module in modules],
        "paths": paths,
        "components": shared(),
    }


def _licence(serving: Service) -> Json:
    found = serving.publication.licences if serving.publication else []
    return {"license": {"name": "Licence of the data", "url": found[0]}} if found else {}


def _tag(module: str) -> str:
    return module.rpartition(".")[2]


def _first_sentence(module: str) -> str:
    return " ".join((sys.modules[module].__doc__ or "").partition("\n\n")[0].split())


def _operations(serving: Service, view: Callable[..., Any], rule: Rule, app: Flask) -> Iterator[tuple[str, str, Json]]:
    """The path, method and description of each operation that a route has; none where no value leads to it."""
    operation = operation_of(view) or Operation(())
    path = _PLACE.sub(r"{\1}", rule.rule)
    for variant in operation.variants(serving) if operation.variants else (None,):
        own = path.format(**variant.path) if variant else path
        taken = [*operation.parameters, *(variant.parameters if variant else ())]
        taken = [each for each in taken if each.place != "path" or f"{{{each.name}}}" in own]
        if not operation.given(serving) or any(each.place == "path" and each.values(serving).example is None for each in taken):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            name = _operation_id(rule, method, variant, app)
            yield own, method.lower(), {"operationId": name, **_operation(serving, view, operation, method, taken, variant)}


def _operation_id(rule: Rule, method: str, variant: Variant | None, app: Flask) -> str:
    """A name that programs can give a function: of the view, and what tells this address from others of the view."""
    parts = [rule.endpoint, *(variant.path.values() if variant else ())]
    if len(list(app.url_map.iter_rules(rule.endpoint))) > 1 and "<" in rule.rule:
        parts += ["of", *_PLACE.findall(rule.rule)]
    return re.sub(r"\W", "_", "_".join([*parts, *(["by_post"] if method == "POST" else [])]))


def _operation(
    serving: Service, view: Callable[..., Any], operation: Operation, method: str, taken: Iterable[Parameter], variant: Variant | None
) -> Json:
    summary, _, more = _SECTIONS.sub("", getdoc(view) or "").partition("\n\n")
    formats = variant.formats if variant else operation.computed(serving) if operation.computed else operation.formats
    own = [each for each in taken if method == "GET" or each.place == "path" or each.is_posted]
    told: Json = {
        "tags": [_tag(view.__module__)],
        "summary": variant.summary if variant else " ".join(summary.split()),
        "description": variant.description if variant else " ".join(more.split()),
        "parameters": [*(_parameter(serving, each) for each in own), *_choosing(variant.formats if variant else operation.chosen, method)],
        "responses": _responses(operation, formats, method, any(each.place == "path" for each in own)),
    }
    told["parameters"] += _speaking(formats, method)
    if operation.is_kept:
        told["parameters"] += conditions()
    if method == "POST" and operation.body:
        told["requestBody"] = {"required": True, "content": operation.body(serving)}
    return {name: value for name, value in told.items() if value}


def _parameter(serving: Service, taken: Parameter) -> Json:
    values = taken.values(serving)
    told: Json = {"name": taken.name, "in": taken.place, "description": taken.description}
    told |= {"required": True} if taken.required or taken.place == "path" else {}
    told |= {"allowEmptyValue": True} if taken.is_flag else {}
    told["schema"] = values.schema
    if values.examples:
        told["examples"] = {name: {"value": value} for name, value in values.examples.items()}
    elif values.example is not None:
        told["example"] = values.example
    return told


def _choosing(formats: Iterable[Format | str], method: str) -> list[Json]:
    """The parameters that choose the format."""
    chosen = [form for form in formats if isinstance(form, Format)]
    names, types = (list(dict.fromkeys(getattr(form, field) for form in chosen)) for field in ("name", "media_type"))
    if not names or method == "POST":
        return []
    return [
        {"name": "format", "in": "query", "description": "The format, by its name.", "schema": {"type": "string", "enum": names}},
        {"name": "_mediatype", "in": "query", "description": "The format, by its media type.", "schema": {"type": "string", "enum": types}},
    ]


def _speaking(formats: Iterable[Format | str], method: str) -> list[Json]:
    """The parameter that chooses the language of a page."""
    if method == "POST" or not any(is_spoken(form if isinstance(form, str) else form.media_type) for form in formats):
        return []
    told = "The language of a page, before that of the Accept-Language field; data is the same in each."
    return [{"name": PARAMETER, "in": "query", "description": told, "schema": {"type": "string", "enum": list(LANGUAGES)}}]


def _responses(operation: Operation, formats: Iterable[Format | str], method: str, has_place: bool) -> Json:
    also = {HTTPStatus.BAD_REQUEST, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, *operation.also}
    also |= {HTTPStatus.NOT_FOUND} if has_place else set()
    also |= {HTTPStatus.NOT_ACCEPTABLE} if operation.is_kept or operation.chosen else set()
    also |= {HTTPStatus.PRECONDITION_FAILED} if operation.is_kept else set()
    also -= {HTTPStatus.REQUEST_URI_TOO_LONG if method == "POST" else HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    also -= {HTTPStatus.UNSUPPORTED_MEDIA_TYPE} if method != "POST" else set()
    given = {"description": operation.status.phrase, "content": content(media_types(formats), operation.schema)}
    if operation.is_kept:
        given["headers"] = headers(OF_ANSWERS)
    told: Json = {str(operation.status.value): given}
    for status in sorted(also):
        if status < HTTPStatus.BAD_REQUEST:
            told[str(status.value)] = {"description": status.phrase, "headers": headers(["Location"])}
            also = also - {status}
    if operation.status.value // 100 == 3:
        given["headers"] = headers(["Location", "Link"])
    if operation.is_kept and method != "POST":
        told["304"] = {"description": "The client has it already.", "headers": headers(["ETag"])}
    return told | refusals(also)
