"""Gives a document in the profile that a request asks for (W3C, Content Negotiation by Profile), and tells of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Response, request

from organograph.messages import Message
from organograph_server.answers.responses import Document, accepted, accepted_profile, by_parameter, give, here, page, wanted
from organograph_server.content.formats import (
    DOCUMENT_FORMATS,
    EDITION_FORMATS,
    HTML,
    RDF_FORMATS,
    STORE_FORMATS,
    Choice,
    Format,
    not_acceptable,
)
from organograph_server.content.negotiate import profiles_of
from organograph_server.content.weblinks import WebLink
from organograph_server.dataset.description import Described
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.errors import NotAcceptable
from organograph_server.profiles.asking import Names, in_field, in_media_type, in_parameter
from organograph_server.profiles.prof import LIST, alternates, representations
from organograph_server.profiles.state import State
from organograph_server.profiles.table import ALTERNATES, DEFAULT, EDITION, Profile, offered
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import alternates_node

PROFILE = "http://www.w3.org/ns/dx/prof/Profile"
REPRESENTATIONS = "http://www.w3.org/ns/dx/connegp/altr"
BY_QUERY = "http://www.w3.org/ns/dx/connegp/profile/qsa"
_ALTERNATES_FORMATS = (*RDF_FORMATS, HTML)


@dataclass(frozen=True)
class Profiled:
    """A document that is given in several profiles.

    Args:
        publication: what is published.
        kind: of the thing that it describes, or EDITION.
        state: the edition that is projected; None where no edition describes the thing.
        formats: what the document is given in by itself.
        thing: IRI of the thing; "" for a whole edition.
    """

    publication: Publication
    kind: str
    state: State | None
    formats: Sequence[Format]
    thing: str = ""

    @classmethod
    def of_thing(cls, publication: Publication, described: Described) -> Profiled:
        """The document of a thing, as it is now or in one edition."""
        published, shown = publication.published, described.shown
        kind = (published.names.read(described.iri) or ("",))[0]
        state = State(publication.quads, published, shown) if shown else None
        return cls(publication, kind, state, DOCUMENT_FORMATS, described.iri)

    @classmethod
    def of_edition(cls, publication: Publication, edition: Edition) -> Profiled:
        """A whole edition."""
        return cls(publication, EDITION, State(publication.quads, publication.published, edition), EDITION_FORMATS)

    @property
    def profiles(self) -> Sequence[Profile]:
        """The profiles in which it is given, the default first."""
        return offered(self.kind, self.state)

    @property
    def others(self) -> Sequence[Profile]:
        """All but the default."""
        return [profile for profile in self.profiles if profile is not DEFAULT]

    @property
    def names(self) -> Names:
        """What each of them is called by."""
        return {profile.token: (iri_of(profile, self.publication), *profile.standards) for profile in self.profiles}

    def made(self, profile: Profile, form: Format) -> bytes:
        """The bytes of another profile than the default."""
        if profile.make is None or self.state is None:
            raise ValueError(f"The profile {profile.token} is the document itself.")
        return profile.make(self.state, [self.thing] if self.thing else self.state.things(profile.kinds), form)

    def formats_of(self, profile: Profile) -> Sequence[Format]:
        """What it is given in, in one profile; pages and tables conform to none."""
        return [form for form in self.formats if form in STORE_FORMATS] if profile is DEFAULT else profile.formats


def iri_of(profile: Profile, publication: Publication) -> str:
    """The IRI of a profile, which leads to its description."""
    return publication.iri(f"{LIST}/{profile.token}")


def asked(profiled: Profiled, suffix: Choice | None) -> tuple[Profile | None, Choice]:
    """The profile and the format that the request asks for; None instead of a profile for the list of all.

    `_profile` beats Accept-Profile, and this the parameter of a media type. Of the profiles that Accept-Profile names the
    first that can be given in an acceptable format wins; where there is none, the document itself is given ("Get Resource by Profile").

    Raises:
        NotAcceptable: `_profile` names no profile of this document, or no format is acceptable.
    """
    if (token := named_profile(profiled)) == ALTERNATES:
        return None, _wanted(_ALTERNATES_FORMATS, suffix)
    known = {profile.token: profile for profile in profiled.profiles}
    if token is not None:
        return known[token], _wanted(profiled.formats_of(known[token]), suffix)
    field = accepted_profile()
    for acceptable in in_field(field, profiled.names) if field is not None else ():
        try:
            return known[acceptable], _wanted(profiled.formats_of(known[acceptable]), suffix)
        except NotAcceptable:
            continue
    choice = wanted(profiled.formats, suffix)
    is_negotiated = field is None and suffix is None and by_parameter(profiled.formats) is None
    listed = profiles_of(accepted(), choice.media_type) if is_negotiated else []
    profile = known.get(in_media_type(listed, profiled.names) or "", DEFAULT)
    return (profile, choice) if choice.format in profiled.formats_of(profile) else (DEFAULT, choice)


def named_profile(profiled: Profiled) -> str | None:
    """The token of the profile that `_profile` names, ALTERNATES too; None where there is no such parameter.

    Raises:
        NotAcceptable: it names none in which the document is given.
    """
    value = request.args.get("_profile")
    if value is None:
        return None
    token = in_parameter(value, {**profiled.names, ALTERNATES: ()})
    if token is None:
        tokens = [*profiled.names, ALTERNATES]
        raise NotAcceptable(
            Message("There is no profile %(profile)r here.", profile=value),
            Message("Ask for one of %(tokens)s; the last lists the others with their formats.", tokens=", ".join(tokens)),
            available=tokens,
        )
    return token


def led(profiled: Profiled, suffix: Choice | None) -> tuple[str, list[WebLink]]:
    """The query with which to lead to a document in the profile that the request asks for, and the link that names it.

    Raises:
        NotAcceptable: `_profile` names no profile of the document.
    """
    token = named_profile(profiled)
    known = {profile.token: profile for profile in profiled.profiles}
    if token is None and accepted_profile() is not None:
        try:
            found, _ = asked(profiled, suffix)
        except NotAcceptable:
            return "", []
        token = found.token if found and found is not DEFAULT else None
    links = [WebLink(iri_of(known[token], profiled.publication), "profile")] if token in known else []
    return (f"?_profile={token}" if token else ""), links


def _wanted(formats: Sequence[Format], suffix: Choice | None) -> Choice:
    if suffix is not None and suffix.format not in formats:
        raise not_acceptable(formats, Message("There is no format %(name)r in this profile.", name=suffix.format.name))
    return wanted(formats, suffix)


def give_profiled(profiled: Profiled, document: Document, profile: Profile | None, choice: Choice) -> Response:
    """Answer with a document in a profile, or with the list of all its representations.

    Args:
        profiled: the profiles of the document.
        document: the document as it is given by default.
        profile: what was asked for; None for the list.
        choice: the format.
    """
    publication = profiled.publication
    default = (document.formats[0].media_type, iri_of(DEFAULT, publication))
    links = [*document.links, *_links(profiled, document, profile, choice.format)]
    if profile is DEFAULT:
        return give(replace(document, links=links, conforms=default[1], default=default), choice)
    shared = replace(document, page=1, links=links, default=default)
    if profile is None:
        return give(replace(shared, formats=_ALTERNATES_FORMATS, make=_list(profiled, document), profile=ALTERNATES), choice)
    return give(in_profile(profiled, shared, profile), choice)


def in_profile(profiled: Profiled, document: Document, profile: Profile) -> Document:
    """A document in another profile than the default.

    Args:
        profiled: the profiles of the document.
        document: the document as it is given by default.
        profile: the other one.
    """
    made, conforms = partial(profiled.made, profile), iri_of(profile, profiled.publication)
    return replace(document, formats=profile.formats, make=made, profile=profile.token, conforms=conforms)


def _list(profiled: Profiled, document: Document) -> Callable[[Format], bytes]:
    """What makes the list of all representations of a document."""
    found = representations(document.path, profiled.profiles, profiled.formats)
    base = profiled.publication.published.names.base

    def make(form: Format) -> bytes:
        if form is not HTML:
            return alternates(base, document.path, found).written(form)
        linked = embedded(alternates_node(profiled.publication, document.path))
        return page("alternates.html", path=document.path, found=found, iri=f"{base}{document.path}", profiles=LIST, linked=linked)

    return make


def _links(profiled: Profiled, document: Document, given: Profile | None, form: Format) -> Iterator[WebLink]:
    """What an answer conforms to besides, and one link to the document in each other profile ("List Profiles").

    Which token means which profile ("Token mappings") is told to who asks by profile. All others are led to the list that tells it,
    since nginx takes no more than 4 KiB of header fields from a server unless it is told to.
    """
    if given is None:
        yield WebLink(BY_QUERY, "profile")
    for standard in given.standards if given and form in STORE_FORMATS else ():
        yield WebLink(standard, "profile")
    by_profile = "_profile" in request.args or "Accept-Profile" in request.headers
    for profile in profiled.profiles:
        iri = iri_of(profile, profiled.publication)
        if profile is not given and profile is not DEFAULT:
            # No type: all formats are negotiated there, and RDFLib takes any typed alternate for the document itself.
            yield WebLink(f"{here(document.path)}?_profile={profile.token}", "alternate", formats=iri)
        if by_profile:
            yield WebLink(PROFILE, "type", anchor=iri, token=profile.token)
    if not by_profile:
        yield WebLink(f"{here(document.path)}?_profile={ALTERNATES}", "alternate", formats=REPRESENTATIONS)
