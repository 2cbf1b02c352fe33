"""The parameters that several addresses take, with the values that they can have in the dataset that is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from flask import current_app

from organograph.names import TYPES
from organograph_server.answers.representations import Representations
from organograph_server.api.operations import Parameter, Values
from organograph_server.content.formats import DOCUMENT_FORMATS, Format
from organograph_server.dataset.description import Described
from organograph_server.dataset.mementos import LATEST, history
from organograph_server.dataset.publication import Publication
from organograph_server.profiles.state import State
from organograph_server.profiles.table import ALTERNATES, offered
from organograph_server.profiles.table import EDITION as OF_EDITION
from organograph_server.service import Service

_SLUG = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_ENDINGS = "|".join(form.name for form in DOCUMENT_FORMATS)
_MOST_GRAPHS = 200


def one_of(found: Sequence[str], example: str | None = None) -> Values:
    """Values that can be listed, of which the first is the example where no other is given."""
    return Values({"type": "string", "enum": list(found)}, example if example is not None else next(iter(found), None))


def text(description: str, name: str, place: str = "query") -> Parameter:
    """A parameter that is any text."""
    return Parameter(name, place, description, lambda _: Values({"type": "string"}))


def listed(name: str, description: str, found: Callable[[Service], Sequence[str]]) -> Parameter:
    """A part of the path whose values are known."""
    return Parameter(name, "path", description, lambda serving: one_of(found(serving)), required=True)


def example_thing(publication: Publication) -> tuple[str, str]:
    """A thing that the latest edition describes, as kind and slug: a unit where there is one, else the organization; looked for once."""
    return publication.once(("example of a thing",), lambda: _example_thing(publication))


def _example_thing(publication: Publication) -> tuple[str, str]:
    published, units = publication.published, publication.quads.owners(publication.iri("id/unit/"))
    found = (iri for iri in units if published.latest in Described(publication.quads, published, iri).editions)
    kind, _, slug = next(found, published.organization).removeprefix(publication.iri("id/")).partition("/")
    return kind, slug


def _of(serving: Service) -> Publication:
    # Only a published dataset has the views that take these.
    return cast(Publication, serving.publication)


def _kinds(serving: Service) -> Values:
    publication = _of(serving)
    found = publication.once(
        ("kinds of things",), lambda: [kind for kind in TYPES if publication.quads.owners(publication.iri(f"id/{kind}/"))]
    )
    return one_of(found, example_thing(publication)[0])


def _names(serving: Service) -> Values:
    return Values({"type": "string", "pattern": rf"^{_SLUG}(\.({_ENDINGS}))?$"}, example_thing(_of(serving))[1])


def _editions(serving: Service) -> Values:
    found = [edition for edition in serving.doors if edition]
    return one_of(found, found[-1] if found else None)


def _originals(serving: Service) -> Values:
    publication, pattern = _of(serving), f"^((id|doc)/[a-z]+/{_SLUG}|{LATEST})$"
    path = "doc/{}/{}".format(*example_thing(publication))
    dated = history(publication.quads, publication.published, path)
    return Values({"type": "string", "pattern": pattern}, path if dated else None)


def _evidence(serving: Service) -> tuple[str, list[str]]:
    """The last edition that has graphs of evidence, and the slugs of all graphs of evidence, those of that edition first."""
    editions = [edition for edition in reversed(_of(serving).published.editions) if edition.evidence]
    slugs = [graph.rpartition("/")[2] for edition in editions for graph in edition.evidence]
    return (editions[0].identifier if editions else "", list(dict.fromkeys(slugs)))


def _profiles(serving: Service) -> Values:
    """The profiles that both the example thing and its edition are given in."""
    publication = _of(serving)
    state = State(publication.quads, publication.published, publication.published.latest)
    of_edition, of_thing = offered(OF_EDITION, state), offered(example_thing(publication)[0], state)
    tokens = [profile.token for profile in of_edition if profile in of_thing]
    return Values({"type": "string"}, examples={token: token for token in [*tokens, ALTERNATES]})


def _graphs(serving: Service) -> Values:
    found = list(serving.quads.graphs)
    listing = {"enum": found} if 0 < len(found) <= _MOST_GRAPHS else {"format": "iri"}
    return Values({"type": "string", **listing}, next(iter(found), None))


def _default(serving: Service) -> Values:
    # The example is a named graph, where there is one.
    return Values({"type": "string"}, None if serving.quads.graphs else "")


def endings(formats: Sequence[Format]) -> Parameter:
    """The ending of a path that chooses a format."""
    return listed("ending", "The format.", lambda _: [form.name for form in formats])


def with_endings(name: str, description: str, formats: Sequence[Format], found: Callable[[Service], Sequence[str]]) -> Parameter:
    """The last part of a path, which may have the ending of a format."""

    def every(serving: Service) -> list[str]:
        plain = found(serving)
        return [*plain, *(f"{value}.{form.name}" for value in plain for form in formats)]

    return listed(name, description, every)


def newest_first(serving: Service) -> list[str]:
    """The editions, the latest first."""
    return [edition for edition in reversed(list(serving.doors)) if edition]


def slugs_of_evidence(serving: Service) -> list[str]:
    """The last parts of the addresses of graphs of evidence."""
    return _evidence(serving)[1]


def types_of_files(serving: Service) -> list[str]:
    """The media types of the files of the dataset."""
    return sorted({file.media_type for file in _of(serving).published.files.values()})


KIND = Parameter("kind", "path", "The type of the thing.", _kinds, required=True)
NAME = Parameter(
    "name", "path", "The last part of the address of the thing, with or without the ending of a format.", _names, required=True
)
IDENTIFIER = Parameter("identifier", "path", "The edition.", _editions, required=True)
EDITION = Parameter("edition", "path", "The edition.", _editions, required=True)
OF_EVIDENCE = Parameter("identifier", "path", "The edition.", lambda s: one_of(newest_first(s), _evidence(s)[0]), required=True)
ORIGINAL = Parameter(
    "original", "path", "The path of what has dated states, with %2F for each slash where a client encodes it.", _originals, required=True
)
FILE = listed("name", "The file, with %2F for each slash.", lambda serving: sorted(_of(serving).published.files))
VERSION = listed(
    "version", "Dataset, software and settings; /healthz tells the present one.", lambda _: [Representations.of(current_app).version]
)
PAGE = Parameter("page", "query", "Which page of a long description.", lambda _: Values({"type": "integer", "minimum": 1, "default": 1}))
GRAPH = Parameter("graph", "query", "The IRI of a named graph. Give it or `default`, not both.", _graphs)
DEFAULT = Parameter("default", "query", "The default graph; its name alone is enough.", _default, is_flag=True)
PROFILE = Parameter(
    "_profile",
    "query",
    "The profile, by token or IRI, or several, the best first; `alt` lists all with their formats. They are described at /profile.",
    _profiles,
)
ACCEPT_PROFILE = Parameter(
    "Accept-Profile",
    "header",
    "The profiles that the client reads, by token or `<IRI>`, with weights; where none of them is given, the default is.",
    lambda _: Values({"type": "string"}),
)
ACCEPT_DATETIME = Parameter(
    "Accept-Datetime",
    "header",
    "The time whose state is wanted (RFC 7089, section 2.1.1); without it the last.",
    lambda _: Values({"type": "string"}, "Thu, 01 Sep 2022 00:00:00 GMT"),
)
