"""docs/deploy/: what its files name is there, what they run works, and the programs that read them find no fault."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from httpclient import Client
from organograph.cli import main
from organograph_server.settings import Settings
from places import REPOSITORY
from readers import DEPLOY
from serving import serving_process, small_dataset
from webservers import free_port, nginx_with

DOCUMENT = (REPOSITORY / "docs/deploying.md").read_text("utf-8")
CONTAINERFILE = (DEPLOY / "container/Containerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text("utf-8"))
UNIT = DEPLOY / "systemd/organograph@.service"
# What Dockerfiles are made of (https://docs.docker.com/reference/dockerfile/).
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, with what follows each."""
    joined = re.sub(r"\\\n\s*", "", CONTAINERFILE)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def healthcheck() -> list[str]:
    """The command by which the image proves that it serves."""
    (told,) = (rest for name, rest in instructions() if name == "HEALTHCHECK")
    return list(yaml.safe_load(told.partition(" CMD ")[2]))


def copied() -> list[str]:
    """What the Containerfile copies from the repository."""
    lines = [rest.split() for name, rest in instructions() if name == "COPY" and "--from=" not in rest]
    return [source for *sources, _ in lines for source in sources]


def assert_can_run(words: list[str]) -> None:
    """Whether the command line takes these words."""
    done = CliRunner().invoke(main, [words[0], "--help"])
    assert done.exit_code == 0, done.output
    options = {word for word in words if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", done.output))


def test_the_image_is_made_of_what_there_is(tmp_path: Path) -> None:
    """From the files that the image copies, and no others, a whole wheel can be built."""
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    for name in copied():
        source, target = REPOSITORY / name, tmp_path / "made" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path / "made", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"organograph_server/gate/gateway.py", "organograph/cli/releasing.py", "organograph/ontology/iom/dataset.toml"} <= names
    assert "organograph/shapes/unit.ttl" in names


def test_the_image_runs_what_there_is(tmp_path: Path) -> None:
    """Its command, its settings and its user are right, and its health check says whether a server is ready."""
    told = dict(instructions())
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", told["USER"])
    assert yaml.safe_load(told["ENTRYPOINT"]) == ["organograph"]
    assert_can_run(yaml.safe_load(told["CMD"]))
    given = dict(pair.split("=", 1) for name, rest in instructions() if name == "ENV" for pair in shlex.split(rest))
    assert Settings.from_environment(given).host == "0.0.0.0"  # noqa: S104 - within the container
    assert {name for name in given if name.startswith("ORGANOGRAPH_")} <= {
        f"ORGANOGRAPH_{name.upper()}" for name in Settings.__dataclass_fields__
    }
    program, *words = healthcheck()
    assert program == "python"

    def is_healthy(port: str) -> bool:
        here = [word.replace(":8000/", f":{port}/") for word in words]
        return subprocess.run([sys.executable, *here], stderr=subprocess.DEVNULL, check=False).returncode == 0

    with serving_process(small_dataset(tmp_path), "--require-isolation") as (address, _):
        assert is_healthy(address.rpartition(":")[2])
    assert not is_healthy(str(free_port()))


def test_the_composition_is_sound() -> None:
    """Every service has neither root nor a root that can be written, and all that the file names is there."""
    services = COMPOSE["services"]
    for name, service in services.items():
        assert (name, service["read_only"], service["cap_drop"]) == (name, True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        for mounted in service["volumes"]:
            source, target, *mode = mounted.split(":")
            assert source in COMPOSE["volumes"] or (DEPLOY / "container" / source).is_file()
            # Only who publishes writes releases.
            assert mode == ["ro"] or (target, name) in {("/srv/organograph", "publish"), ("/var/cache/nginx", "nginx")}
        if "build" in service:
            context = (DEPLOY / "container" / service["build"]["context"]).resolve()
            assert context == REPOSITORY
            assert (context / service["build"]["dockerfile"]).is_file()
            assert_can_run(service["command"])
        for other in service.get("depends_on", {}):
            assert "healthcheck" in services[other]
    servers = [service for name, service in services.items() if name.startswith("server-")]
    assert [service["healthcheck"]["test"][1:] for service in servers] == [healthcheck()] * 2
    upstream = (DEPLOY / "container/upstream.conf").read_text("utf-8")
    assert re.findall(r"server ([\d.]+):8000 ", upstream) == [service["networks"]["inside"]["ipv4_address"] for service in servers]
    assert services["nginx"]["user"] != "0:0"


def test_both_lists_of_servers_say_the_same() -> None:
    """The servers of a machine and those of containers are asked on the same terms."""
    texts = [(DEPLOY / place / "upstream.conf").read_text("utf-8").partition("\n")[2] for place in ("nginx", "container")]
    plain = [re.sub(r"server [\d.]+:\d+", "server", text) for text in texts]
    assert (
        plain[0]
        .replace("    # What one of the workers of nginx learns of a server, all know.\n", "")
        .replace("    # A server ends a connection on which nothing comes for 20 seconds; before that it is not used any more.\n", "")
        == plain[1]
    )


def test_nginx_reads_the_files_for_containers(tmp_path: Path) -> None:
    """Within the frame of the container nginx finds no fault, and listens."""
    frame = (DEPLOY / "container/nginx.conf").read_text("utf-8")
    inner = frame.partition("http {")[2].rpartition("}")[0]
    port = free_port()
    for name in ("upstream.conf", "organograph.conf"):
        place = DEPLOY / ("container" if name == "upstream.conf" else "nginx") / name
        text = place.read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
        inner = inner.replace(f"include /etc/nginx/conf.d/{name};", text)
    inner = re.sub(r"^ *(\w+_temp_path|access_log|include) .*\n", "", inner, flags=re.MULTILINE).replace("/var/cache/nginx", str(tmp_path))
    with nginx_with(inner, tmp_path, port) as address:
        assert address


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed, so its unit is not checked by it")
def test_systemd_finds_the_unit_sound(tmp_path: Path) -> None:
    """Systemd reads the unit without a word, and counts it among the least exposed."""
    text = UNIT.read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    program, *words = shlex.split(command.replace("%i", "8001"))
    assert_can_run(words)
    unit = tmp_path / "organograph@8001.service"
    unit.write_text(text.replace(program, sys.executable), "utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    # Of 100, in which 0 is not exposed at all.
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stdout[-200:]


def test_systemd_is_told_what_the_server_is_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manager of services is told when queries can be answered, when another state is taken up, and that the server goes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with serving_process(small_dataset(tmp_path)) as (_, process):
            assert listening.recv(1_000) == b"READY=1"
            process.send_signal(1)
            assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", listening.recv(1_000))
            assert listening.recv(1_000) == b"READY=1"
        assert listening.recv(1_000) == b"STOPPING=1"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can deny a process memory that is written and run")
def test_a_server_needs_no_memory_that_is_written_and_run(tmp_path: Path) -> None:
    """It serves documents and queries where the system denies what the unit denies: new privileges, and memory both written and run."""
    denied_by = "c = ctypes.CDLL(None).prctl; print(c(38, 1, 0, 0, 0), c(65, 1, 0, 0, 0), flush=True)"
    start = f"import ctypes, os, sys; {denied_by}; os.execv(sys.argv[1], sys.argv[1:])"
    program, port = str(Path(sys.executable).parent / "organograph"), free_port()
    command = [sys.executable, "-c", start, program, "serve", str(small_dataset(tmp_path)), "--port", str(port), "--require-isolation"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        denied = process.stdout.readline().split()
        try:
            assert denied[0] == "0"
            if denied[1] != "0":
                pytest.skip("this kernel cannot deny memory that is written and run (Linux 6.3)")
            assert "Serving" in process.stdout.readline()
            client = Client(f"http://127.0.0.1:{port}")
            assert client.get("/doc/unit/legal-affairs.ttl").status == 200
            assert client.sparql("ASK { ?s ?p ?o }", "text/csv").status == 200
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_roll_tells_how_it_is_used() -> None:
    """Without its words the script tells what they are, and changes nothing."""
    done = subprocess.run([str(DEPLOY / "roll"), "/nowhere"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "roll DIR ADDRESS COMMAND" in done.stderr


def test_the_minute_that_the_document_promises(tmp_path: Path) -> None:
    """The commands of docs/deploying.md let two servers take up a release by turns."""
    (commands,) = re.findall(r"```sh\n(.+?)```", DOCUMENT, re.DOTALL)
    ports = {port: str(free_port()) for port in ("8001", "8002")}
    for port, free in ports.items():
        commands = commands.replace(port, free)
    commands = commands.replace("docs/deploy/roll", str(DEPLOY / "roll"))
    # The servers are children of the shell, which ends them, whatever happens.
    script = f"set -e\ntrap 'kill $(jobs -p); wait' EXIT\n{commands}"
    environ = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"serves release [0-9a-f]{16}$", done.stdout, re.MULTILINE)) == 2


def test_the_document_names_what_there_is() -> None:
    """Every file, setting, command and test that docs/deploying.md names is there."""
    for link in re.findall(r"\]\(([^)]+)\)", DOCUMENT):
        assert (REPOSITORY / "docs" / link).exists(), link
    assert {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file()} == {
        link.removeprefix("deploy/") for link in re.findall(r"\]\((deploy/[^)]+[^/])\)", DOCUMENT)
    }
    settings = {f"ORGANOGRAPH_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert set(re.findall(r"ORGANOGRAPH_[A-Z_]+", DOCUMENT)) <= settings
    for words in re.findall(r"`organograph ([a-z]+[^`]*)`", DOCUMENT):
        assert_can_run([word for word in words.split() if word not in ("TABLES", "/srv/organograph")])
    for file, name in re.findall(r"\| (test_\w+\.py) `(\w+)` \|", DOCUMENT):
        assert f"def {name}(" in (REPOSITORY / "tests" / file).read_text("utf-8")
