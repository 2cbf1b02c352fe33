"""Describes profiles (Profiles Vocabulary, W3C Group Note of 18 December 2019), and all representations of a document."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from organograph.names import DCTERMS, XSD
from organograph_server.content.formats import STORE_FORMATS, Format
from organograph_server.content.telling import Telling, english, word
from organograph_server.profiles.table import PROFILES, Profile, Resource

LIST = "profile"
"""The path of the list of profiles; what is below it is described by each."""

_FUNCTIONAL = "http://www.w3.org/ns/dx/connegp/profile/"


@dataclass(frozen=True)
class Representation:
    """A document in one profile and one format.

    Args:
        path: where it is, from the root of this server, with the query.
        profile: its profile; None for a page or a table, which conforms to none.
        format: its format.
        is_default: whether it is given when nothing is asked for.
    """

    path: str
    profile: Profile | None
    format: Format
    is_default: bool


def representations(path: str, profiles: Sequence[Profile], formats: Sequence[Format]) -> list[Representation]:
    """All representations of a document, those of its default profile first.

    Args:
        path: of the document, from the root of this server.
        profiles: in which it is given, the default first.
        formats: what it is given in by default, the default first.
    """
    default, *others = profiles
    found = [
        Representation(f"{path}.{form.name}", default if form in STORE_FORMATS else None, form, form is formats[0]) for form in formats
    ]
    return found + [
        Representation(f"{path}.{form.name}?_profile={profile.token}", profile, form, False)
        for profile in others
        for form in profile.formats
    ]


def alternates(base: str, path: str, found: Iterable[Representation]) -> Telling:
    """Tell of all representations of a document, in the Alternate Representations Data Model.

    Args:
        base: what the IRIs of the dataset begin with.
        path: of the document, from the root.
        found: its representations.
    """
    telling = Telling()
    for each in found:
        iri = f"{base}{each.path}"
        telling.say(f"{base}{path}", "altr:hasRepresentation", NamedNode(iri))
        if each.is_default:
            telling.say(f"{base}{path}", "altr:hasDefaultRepresentation", NamedNode(iri))
        telling.say(iri, "a", word("altr:Representation"))
        telling.say(iri, "dcterms:format", Literal(each.format.media_type))
        if each.profile is not None:
            telling.say(iri, "dcterms:conformsTo", NamedNode(f"{base}{LIST}/{each.profile.token}"))
    return telling


def listing(base: str, files: Collection[str]) -> Telling:
    """Describe all profiles, and say that the server negotiates by header field and by query.

    Args:
        base: what the IRIs of the dataset begin with.
        files: paths of the files of the dataset.
    """
    telling = Telling()
    telling.say(base, "dcterms:conformsTo", *(NamedNode(_FUNCTIONAL + name) for name in ("http", "qsa")))
    telling.say(f"{base}{LIST}", "dcterms:title", english("Profiles"))
    for profile in PROFILES:
        telling.say(f"{base}{LIST}", "dcterms:hasPart", NamedNode(f"{base}{LIST}/{profile.token}"))
        _describe(telling, base, profile, files)
    return telling


def description(base: str, profile: Profile, files: Collection[str]) -> Telling:
    """Describe one profile with what explains and checks it; the arguments are those of `listing`."""
    telling = Telling()
    _describe(telling, base, profile, files)
    return telling


def artifact(base: str, profile: Profile, resource: Resource) -> str:
    """The address of the file of a resource."""
    return urljoin(base, resource.artifact or f"{LIST}/{profile.token}/{resource.file}")


def _describe(telling: Telling, base: str, profile: Profile, files: Collection[str]) -> None:
    iri = f"{base}{LIST}/{profile.token}"
    telling.say(iri, "a", word("prof:Profile"), DCTERMS.Standard)
    telling.say(iri, "dcterms:title", english(profile.title))
    telling.say(iri, "dcterms:description", english(profile.told))
    telling.say(iri, "prof:hasToken", Literal(profile.token, datatype=XSD.token))
    telling.say(iri, "prof:isProfileOf", *map(NamedNode, profile.standards))
    telling.say(iri, "dcterms:format", *(Literal(form.media_type) for form in profile.formats))
    for number, resource in enumerate(profile.resources_in(files), 1):
        part = f"{iri}#resource-{number}"
        telling.say(iri, "prof:hasResource", NamedNode(part))
        telling.say(part, "a", word("prof:ResourceDescriptor"))
        telling.say(part, "dcterms:title", english(resource.title))
        telling.say(part, "prof:hasRole", word(f"role:{resource.role}"))
        telling.say(part, "prof:hasArtifact", NamedNode(artifact(base, profile, resource)))
        telling.say(part, "dcterms:format", Literal(resource.media_type))
        telling.say(part, "dcterms:conformsTo", NamedNode(resource.standard))
