"""Content negotiation by profile: which profile a request gets, how each is described, and where all of them are listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import DCTERMS, RDF, XSD, Graph, Literal, Namespace, URIRef

from httpclient import HTML, Answer, Client
from organograph_server.profiles.asking import in_field, in_parameter
from organograph_server.profiles.table import PROFILES
from serving import BASE, Running, listening, small_app

ALTR = Namespace("http://www.w3.org/ns/dx/connegp/altr#")
PROF = Namespace("http://www.w3.org/ns/dx/prof/")
UNIT = "/doc/unit/legal-affairs"
NO_RDF = ("text/html", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
NAMES = {"org": ("urn:org", "urn:standard"), "cpov": ("urn:cpov",), "skos": ("http://x.example/a,b",)}


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of a server with the structure of IOM."""
    return Client(iom.address.rstrip("/"))


def conforms_to(answer: Answer) -> list[str]:
    """The profiles that an answer says it conforms to."""
    return re.findall(r'<([^>]*)>; rel="profile"', answer.fields["Link"])


def asked(client: Client, path: str, profile: str, accept: str = "text/turtle") -> Answer:
    """An answer to a request with an Accept-Profile field."""
    return client.ask("GET", path, {"Accept": accept, "Accept-Profile": profile})


@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        ("cpov", ["cpov"]),
        ("<urn:cpov>", ["cpov"]),
        ("CPOV", ["cpov"]),
        ("<urn:standard>", ["org"]),
        ("cpov;q=0.4, org;q=0.9", ["org", "cpov"]),
        ("<urn:nobody>, cpov;q=0.1", ["cpov"]),
        ("cpov, *;q=0.5", ["cpov", "org", "skos"]),
        ("org;q=0, *", ["cpov", "skos"]),
        ("skos;q=0", []),
        ("<http://x.example/a,b> ; q=0.3", ["skos"]),
        ("*", ["org", "cpov", "skos"]),
        ("urn:nobody", []),
        ("cpov;q=2, <", []),
        ("", []),
        ("<" * 4000 + "a" * 4000, []),
    ],
)
def test_accept_profile_is_read(field: str, chosen: list[str]) -> None:
    """Tokens, IRIs, standards, weights and `*` are understood; what cannot be read asks for nothing."""
    assert in_field(field, NAMES) == chosen


@given(st.text(alphabet='<>,;q=0.91* orgcpv:\\"', max_size=60))
def test_any_field_is_read(field: str) -> None:
    """Whatever a field holds, some of the profiles are chosen, each once."""
    found = in_field(field, NAMES)
    assert len(found) == len(set(found))
    assert set(found) <= set(NAMES)


@pytest.mark.parametrize(
    ("value", "chosen"),
    [
        ("cpov", "cpov"),
        ("<urn:cpov>", "cpov"),
        ("urn:cpov", "cpov"),
        ("x,<urn:org>,cpov", "org"),
        ("<http://x.example/a,b>", "skos"),
        ("x", None),
    ],
)
def test_the_parameter_is_a_list(value: str, chosen: str | None) -> None:
    """The first profile of a list that there is is chosen."""
    assert in_parameter(value, NAMES) == chosen


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.token)
@pytest.mark.parametrize("path", [UNIT, "/edition/2022-06", "/edition/2021-09/doc/unit/legal-affairs", "/doc/organization/iom"])
def test_all_ways_of_asking_give_the_same(client: Client, iom: Running, path: str, profile: object) -> None:
    """Token, IRI and standard give the same in header field and parameter, and the answer says which profile it has."""
    found = next(each for each in PROFILES if each is profile)
    iri = f"{iom.base}profile/{found.token}"
    accept = found.formats[0].media_type
    wanted = client.get(f"{path}?_profile={found.token}", accept)
    assert wanted.status == 200
    assert conforms_to(wanted) == [*found.standards, iri]
    for name in (found.token, f"<{iri}>", f"x, {found.token};q=0.5"):
        answer = asked(client, path, name, accept)
        assert (answer.status, answer.body, answer.fields["ETag"]) == (200, wanted.body, wanted.fields["ETag"])
        assert "Accept-Profile" in answer.fields["Vary"]
        assert answer.fields["Content-Location"] == wanted.fields["Content-Location"]
    for name in (f"%3C{iri}%3E", iri, f"nothing,{found.token}"):
        assert client.get(f"{path}?_profile={name}", accept).body == wanted.body
    assert client.get(wanted.fields["Content-Location"]).body == wanted.body


def test_a_standard_gets_a_profile_of_it(client: Client, iom: Running) -> None:
    """Who asks for what a profile is a profile of gets that profile, and the answer names both ("Get Resource by Profile")."""
    answer = asked(client, UNIT, "<https://schema.org/>")
    assert answer.body == client.get(f"{UNIT}.ttl?_profile=schema").body
    assert {"https://schema.org/", f"{iom.base}profile/schema"} <= set(conforms_to(answer))


def test_profiles_are_told_apart(client: Client) -> None:
    """Answers to the same address in several profiles differ in bytes and tags, and none is given for another, however often asked."""
    for _ in range(3):
        answers = [asked(client, UNIT, profile.token, "application/ld+json") for profile in PROFILES]
        assert len({answer.body for answer in answers}) == len({answer.fields["ETag"] for answer in answers}) == len(PROFILES)
    assert client.get(UNIT, "application/ld+json").body == answers[0].body


def test_weights_decide(client: Client) -> None:
    """The profile of the greatest weight wins, whatever its place."""
    assert asked(client, UNIT, "skos;q=0.2, cpov;q=0.9, <urn:x>").body == client.get(f"{UNIT}.ttl?_profile=cpov").body


def test_a_profile_counts_more_than_a_format(client: Client) -> None:
    """A profile that is asked for wins in a format that is liked less; one that has no acceptable format is passed over."""
    answer = asked(client, UNIT, "chart", "text/html, application/ld+json;q=0.1")
    assert (answer.media_type, answer.body) == ("application/ld+json", client.get(f"{UNIT}.jsonld?_profile=chart").body)
    assert asked(client, UNIT, "chart", "text/html").media_type == "text/html"


def test_an_unknown_profile_gives_the_default_or_is_refused(client: Client) -> None:
    """In Accept-Profile what is unknown gives the default; in `_profile` it is refused with those that exist."""
    answer = asked(client, UNIT, "<http://nobody.example/>")
    assert (answer.status, answer.body) == (200, client.get(f"{UNIT}.ttl").body)
    refused = client.get(f"{UNIT}?_profile=nobody")
    assert refused.status == 406
    for profile in PROFILES:
        assert f'"{profile.token}"' in refused.text
    refused = client.get(f"{UNIT}?_profile=")
    assert refused.status == 406


def test_a_media_type_may_name_its_profile(client: Client, iom: Running) -> None:
    """The parameter `profile` of an accepted media type chooses; one that belongs to JSON-LD itself changes nothing."""
    chart = client.get(f"{UNIT}.jsonld?_profile=chart")
    accept = f'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted {iom.base}profile/chart", text/turtle;q=0.5'
    assert client.get(UNIT, accept).body == chart.body
    plain = client.get(f"{UNIT}.jsonld")
    assert client.get(UNIT, 'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"').body == plain.body
    assert client.get(UNIT, 'application/ld+json, application/ld+json;q=0.4;profile="chart"').body == plain.body
    assert client.get(UNIT, 'application/n-quads;profile="chart"').media_type == "application/n-quads"
    by_name = client.get(f"{UNIT}?format=jsonld", 'application/ld+json;profile="chart"')
    assert (by_name.body, by_name.fields["Vary"]) == (plain.body, "Accept-Encoding, Accept-Profile")


def test_pages_and_tables_conform_to_no_profile(client: Client) -> None:
    """Who asks for a profile is not given a page where RDF is acceptable; by parameter never."""
    assert asked(client, UNIT, "org", "text/html, text/turtle;q=0.1").media_type == "text/turtle"
    assert asked(client, UNIT, "org", "text/html").media_type == "text/html"
    for form in ("html", "csv", "xlsx"):
        assert client.get(f"/edition/2022-06.{form}?_profile=org").status == 406


def test_head_and_conditions_know_profiles(client: Client) -> None:
    """HEAD tells what GET tells, and a tag of one profile is no tag of another."""
    asking = {"Accept": "text/turtle", "Accept-Profile": "cpov"}
    got, head = client.ask("GET", UNIT, asking), client.ask("HEAD", UNIT, asking)
    same = ("ETag", "Link", "Vary", "Content-Location", "Content-Length", "Content-Type")
    assert [head.fields[name] for name in same] == [got.fields[name] for name in same]
    assert head.body == b""
    assert client.ask("GET", UNIT, asking | {"If-None-Match": got.fields["ETag"]}).status == 304
    assert client.ask("GET", UNIT, asking | {"Accept-Profile": "skos", "If-None-Match": got.fields["ETag"]}).status == 200


def test_endings_and_profiles_go_together(client: Client) -> None:
    """An ending names the format of any profile; where the profile has it not, the field is passed over and the parameter refused."""
    by_field = client.ask("GET", f"{UNIT}.nt", {"Accept-Profile": "skos"})
    assert (by_field.media_type, by_field.body) == ("application/n-triples", client.get(f"{UNIT}.nt?_profile=skos").body)
    assert client.ask("GET", f"{UNIT}.nq", {"Accept-Profile": "skos"}).body == client.get(f"{UNIT}.nq").body
    assert client.get(f"{UNIT}.nq?_profile=skos").status == 406
    assert client.get(f"{UNIT}?_profile=skos&_mediatype=application/n-triples").body == by_field.body


def test_dated_states_have_profiles(client: Client) -> None:
    """A memento in a profile says what its edition says, and is a memento."""
    answer = client.get("/edition/2021-09/doc/unit/legal-affairs?_profile=cpov")
    assert answer.fields["Memento-Datetime"] == "Wed, 01 Sep 2021 00:00:00 GMT"
    states = {edition: client.get(f"/edition/{edition}/doc/unit/donor-relations.ttl?_profile=schema") for edition in ("2022-06", "2023-10")}
    assert [state.status for state in states.values()] == [200, 404]
    assert client.get("/doc/unit/donor-relations.ttl?_profile=schema").body == states["2022-06"].body


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/id/unit/legal-affairs", 303, UNIT),
        ("/id/unit/legal-affairs.jsonld", 303, f"{UNIT}.jsonld"),
        ("/edition/latest", 307, "/edition/2023-10"),
        ("/edition/latest.ttl", 307, "/edition/2023-10.ttl"),
        ("/edition/latest/doc/unit/legal-affairs", 307, "/edition/2023-10/doc/unit/legal-affairs"),
        ("/timegate/doc/unit/legal-affairs", 302, "/edition/2023-10/doc/unit/legal-affairs"),
        ("/timegate/edition/latest", 302, "/edition/2023-10"),
    ],
)
def test_what_leads_on_keeps_the_profile(client: Client, iom: Running, path: str, status: int, location: str) -> None:
    """A redirect leads to the document in the profile asked for, and names it ("Get Resource by Profile")."""
    for answer in (client.get(f"{path}?_profile=chart"), client.ask("GET", path, {"Accept-Profile": "chart"})):
        assert (answer.status, answer.fields["Location"]) == (status, f"{location}?_profile=chart")
        assert conforms_to(answer) == [f"{iom.base}profile/chart"]
    assert client.get(path).fields["Location"] == location
    assert "Accept-Profile" in client.get(path).fields["Vary"]
    assert client.get(f"{path}?_profile=alt").fields["Location"] == f"{location}?_profile=alt"
    assert client.get(f"{path}?_profile=nobody").status == 406


@pytest.mark.parametrize("path", ["/edition/latest.html", "/edition/latest.csv", "/edition/latest?format=csv"])
def test_what_leads_on_names_no_profile_that_the_format_has_not(client: Client, path: str) -> None:
    """Pages and tables are in no profile: who wishes one, and asks for these, is led to what is there."""
    answer = client.ask("GET", path, {"Accept-Profile": "skos"})
    assert (answer.status, "_profile" in (answer.fields["Location"] or "")) == (307, False)
    assert client.ask("GET", answer.fields["Location"] or "", {"Accept-Profile": "skos"}).status == 200


def test_the_timegate_of_a_thing_keeps_the_parameter(client: Client) -> None:
    """A thing's TimeGate leads to that of its document with the profile that the address names."""
    assert client.get("/timegate/id/unit/legal-affairs?_profile=skos").fields["Location"] == f"/timegate{UNIT}?_profile=skos"


@pytest.mark.parametrize(
    ("path", "tokens"),
    [
        (UNIT, {"org", "cpov", "schema", "skos", "chart"}),
        ("/edition/2022-06", {"org", "cpov", "schema", "skos", "chart"}),
        ("/edition/2022-06/doc/post/director-general", {"org", "schema", "chart"}),
        ("/doc/body/council", {"org", "cpov", "schema"}),
        ("/doc/person/amy-pope", {"org", "schema"}),
        ("/doc/source/structure-2022", {"org"}),
    ],
)
def test_all_that_is_listed_is_given(client: Client, iom: Running, path: str, tokens: set[str]) -> None:
    """The list of representations names each profile of the document, and each address in it gives what it says."""
    graph = Graph().parse(data=client.get(f"{path}?_profile=alt", "text/turtle").text, format="turtle")
    document = URIRef(iom.base.rstrip("/") + path)
    assert [str(each) for each in graph.objects(document, ALTR.hasDefaultRepresentation)] == [f"{document}.ttl"]
    found = set(graph.objects(document, ALTR.hasRepresentation))
    assert found == set(graph.subjects(RDF.type, ALTR.Representation))
    assert {str(each).rpartition("/")[2] for each in graph.objects(None, DCTERMS.conformsTo)} == tokens
    for each in sorted(found):
        answer = client.get(str(each).removeprefix(iom.base.rstrip("/")))
        assert (answer.status, answer.media_type) == (200, str(graph.value(each, DCTERMS["format"])))
        profile = graph.value(each, DCTERMS.conformsTo)
        assert (profile is None) == (answer.media_type in NO_RDF)
        assert profile is None or str(profile) in conforms_to(answer)


def test_the_list_is_a_page_too(client: Client) -> None:
    """A browser sees the list as a table of links, and finds it from the page of the document."""
    page = client.get(f"{UNIT}?_profile=alt", HTML)
    assert page.media_type == "text/html"
    assert 'href="../../doc/unit/legal-affairs.jsonld?_profile=chart"' in page.text
    for path in (UNIT, "/edition/2022-06"):
        shown = client.get(path, HTML).text
        assert f'{path[1:]}?_profile=cpov">CPOV</a>' in shown
        assert f'{path[1:]}?_profile=alt">all</a>' in shown
    assert "_profile=cpov" not in client.get("/doc/person/amy-pope", HTML).text


def test_the_link_field_lists_profiles(client: Client, iom: Running) -> None:
    """Each answer says what is the default, where the other profiles are, and what each is called or where that is told."""
    link = client.ask("HEAD", UNIT, {"Accept": "text/turtle", "Accept-Profile": "*"}).fields["Link"]
    profile = f"{iom.base}profile"
    assert f'<{iom.base}doc/unit/legal-affairs>; rel="canonical"; type="text/turtle"; formats="{profile}/org"' in link
    assert f'<{UNIT}.jsonld>; rel="alternate"; type="application/ld+json"; formats="{profile}/org"' in link
    assert f'<{UNIT}?_profile=chart>; rel="alternate"; formats="{profile}/chart"' in link
    for token in ("org", "cpov", "schema", "skos", "chart"):
        assert f'<{PROF.Profile}>; rel="type"; anchor="{profile}/{token}"; token="{token}"' in link
    everybody = client.ask("HEAD", UNIT, {"Accept": "text/turtle"}).fields["Link"]
    assert "token=" not in everybody
    assert f'<{UNIT}?_profile=alt>; rel="alternate"; formats="http://www.w3.org/ns/dx/connegp/altr"' in everybody
    assert "http://www.w3.org/ns/dx/connegp/profile/qsa" in conforms_to(client.get(f"{UNIT}?_profile=alt"))
    assert conforms_to(client.get(UNIT, HTML)) == conforms_to(client.get("/edition/2022-06.csv")) == []


@pytest.mark.parametrize("path", [UNIT, "/edition/2022-06", "/edition/2022-06/doc/unit/legal-affairs"])
def test_link_fields_are_not_too_long(client: Client, path: str) -> None:
    """With all the profiles in it, the Link field leaves room in the 4 KiB that proxies give to all header fields."""
    plain = client.get(path)
    assert len(plain.fields["Link"]) < 3_000
    # Some twenty IRIs begin with the base, which may be longer than the one here.
    assert sum(len(name) + len(value) + 4 for name, value in plain.fields.items()) < 3_600
    for profile in PROFILES:
        answer = asked(client, path, profile.token)
        assert sum(len(name) + len(value) + 4 for name, value in answer.fields.items()) < 4_000


def test_profiles_describe_themselves(client: Client, iom: Running) -> None:
    """The list of profiles and the address of each give their token, standard and resources; what is here of these is given."""
    listed = Graph().parse(data=client.get("/profile.ttl").text, format="turtle")
    iris = {str(iri) for iri in listed.subjects(RDF.type, PROF.Profile)}
    assert iris == {f"{iom.base}profile/{profile.token}" for profile in PROFILES}
    single = Graph()
    for iri in sorted(iris):
        single.parse(data=client.get(iri.removeprefix(iom.base.rstrip("/")), "text/turtle").text, format="turtle")
        assert single.value(URIRef(iri), PROF.isProfileOf)
        assert single.value(URIRef(iri), PROF.hasToken) == Literal(iri.rpartition("/")[2], datatype=XSD.token)
    assert set(single) <= set(listed)
    own = [str(found) for found in listed.objects(None, PROF.hasArtifact) if str(found).startswith(iom.base)]
    assert len(own) == 4
    for artifact in own:
        answer = client.get(artifact.removeprefix(iom.base.rstrip("/")))
        resource = listed.value(None, PROF.hasArtifact, URIRef(artifact))
        assert (answer.status, answer.media_type) == (200, str(listed.value(resource, DCTERMS["format"])))
    page = client.get("/profile", HTML)
    assert all(f'href="./profile/{profile.token}"' in page.text for profile in PROFILES)
    assert client.get("/profile/skos", HTML).media_type == "text/html"
    for path in ("/profile/nobody", "/profile/skos/nothing", "/profile.exe", "/profile/cpov/"):
        assert client.get(path).status == 404


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of an organization that is no public one, under another base."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def test_only_public_organizations_have_cpov(private: Client) -> None:
    """An organization that is no public one is not given as one: its documents and editions have no CPOV."""
    for path in (UNIT, "/edition/2022-06"):
        assert private.get(f"{path}?_profile=cpov").status == 406
        assert asked(private, path, "cpov").body == private.get(f"{path}.ttl").body
        assert "profile/cpov" not in private.get(f"{path}?_profile=alt").text
        assert "_profile=cpov" not in private.get(path, HTML).text


def test_only_files_that_are_there_are_named(private: Client, client: Client) -> None:
    """A dataset without a file of shapes has no link to it."""
    for path in ("/profile.ttl", "/profile/org.ttl", "/profile.html"):
        assert "data/shapes/edition.ttl" in client.get(path).text
        assert "data/shapes/edition.ttl" not in private.get(path).text


def test_other_bases_have_profiles(tmp_path: Path) -> None:
    """Profiles have IRIs under the base of the dataset, and links work wherever the server stands."""
    base = "https://structure.example/iom/"
    client = small_app(tmp_path, base).test_client()
    link = client.get("/doc/unit/legal-affairs?_profile=skos").headers["Link"]
    assert f'<{base}profile/skos>; rel="profile"' in link
    assert '</doc/unit/legal-affairs?_profile=chart>; rel="alternate"' in link
    assert BASE not in link
    assert f"<{base}profile/chart>" in client.get("/profile.nt").get_data(as_text=True)
