"""Whatever becomes of their files, streams and names, commands end with 0, 1 or 2 and say why in a sentence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from places import TABLES

POST = '<http://e.example/x> a <http://www.w3.org/ns/org#Post> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "é"@en .\n'
FORMATS = ("text", "json", "csv", "xlsx", "html", "sarif", "github", "shacl", "shacl-jsonld")
LINUX = pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")


def ended(command: str, where: Path) -> tuple[int, str, str]:
    """The exit status of a line of the shell, in which `organograph` is the command, and what it said; no traceback is ever among it."""
    line = command.replace("organograph ", f"{sys.executable} -m organograph ")
    done = subprocess.run(["/bin/sh", "-c", line], cwd=where, capture_output=True, text=True, errors="replace", check=False, timeout=300)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a post that breaks rules."""
    (tmp_path / "post.ttl").write_text(POST, encoding="utf-8")
    return tmp_path


@LINUX
@pytest.mark.parametrize("command", ["--help", "--version", "check --help", "rules", "check post.ttl", "check post.ttl -f json"])
def test_a_full_disk_behind_the_output_is_told(folder: Path, command: str) -> None:
    """What cannot be written to standard output ends with 2 and a sentence, not with the status of a report that nobody has."""
    status, _, said = ended(f"organograph {command} > /dev/full", folder)
    assert (status, said.splitlines()[-1]) == (
        2,
        "organograph: The system refused to go on: No space left on device. See to that and run again.",
    )


@pytest.mark.parametrize(("command", "status"), [("--help", 0), ("rules", 0), ("check post.ttl", 1), ("check post.ttl -f csv", 1)])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_status(folder: Path, command: str, status: int, closed: str) -> None:
    """Who closes standard streams gets the exit status all the same."""
    assert ended(f"organograph {command} {closed}", folder)[0] == status


def test_who_reads_only_the_beginning_is_told_nothing(folder: Path) -> None:
    """A reader that goes away after a line gets that line, and no complaint."""
    (folder / "many.ttl").write_text("".join(f"<http://e.example/{n}> a <http://www.w3.org/ns/org#Post> .\n" for n in range(2000)), "utf-8")
    status, told, said = ended("organograph check many.ttl | head -n 1", folder)
    assert (status, told.count("\n"), "rror" in said) == (0, 1, False)


@pytest.mark.parametrize("locale", ["LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "PYTHONIOENCODING=ascii", "PYTHONIOENCODING=latin-1"])
@pytest.mark.parametrize("command", ["check post.ttl --language fr", "rules Unit-parent --language fr", "check nöwhere.ttl"])
def test_any_locale_will_do(folder: Path, locale: str, command: str) -> None:
    """Words that a terminal cannot show end no command."""
    assert ended(f"{locale} organograph {command}", folder)[0] in {0, 1, 2}


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text here")
@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_whose_name_is_no_text_is_checked(folder: Path, format_: str) -> None:
    """A name that is not UTF-8 is told with the sign for what cannot be read, in every format."""
    os.rename(os.fsencode(folder / "post.ttl"), os.fsencode(folder) + b"/post\xff.ttl")
    status, _, _ = ended(f"organograph check post*.ttl -f {format_} --out report", folder)
    assert status == 1
    if format_ not in {"xlsx", "shacl"}:
        report = (folder / "report").read_text("utf-8")
        assert "post\ufffd.ttl" in report or "post%EF%BF%BD.ttl" in report
    if format_ == "shacl":
        assert list(parse((folder / "report").read_bytes(), format=RdfFormat.TURTLE))


def test_tables_under_a_name_that_is_no_text_are_formed_and_checked(folder: Path) -> None:
    """A folder of tables may have any name."""
    strange = os.fsencode(folder) + b"/t\xe9"
    shutil.copytree(os.fsencode(TABLES), strange)
    assert ended("organograph fmt --check t*", folder)[0] == 0
    with open(strange + b"/persons.csv", "ab") as table:
        table.write(b"x\n")
    status, told, _ = ended("organograph check t*", folder)
    assert (status, told.partition(",")[0]) == (1, "t\ufffd/persons.csv")


@pytest.mark.parametrize("device", ["fifo", "/dev/zero"])
def test_a_table_that_never_ends_is_not_begun(folder: Path, device: str) -> None:
    """A pipe or a device in the place of a table is told as a finding, by every command that reads tables."""
    shutil.copytree(TABLES, folder / "iom")
    units = folder / "iom/editions/2023-10/units.csv"
    units.unlink()
    if device == "fifo":
        os.mkfifo(units)
    else:
        units.symlink_to(device)
    for command in ("check iom", "check iom -f sarif", "check iom --out r.xlsx", "fmt --check iom", "export iom --xlsx x.xlsx"):
        status, told, said = ended(f"organograph {command}", folder)
        assert status == 1, said
        assert command.endswith("xlsx") or "it is no plain file" in told
    assert "it is no plain file" in ended("organograph check iom", folder)[1]


@LINUX
@pytest.mark.parametrize("command", ["check post.ttl -f json --out", "rules --out", "export --force --xlsx"])
def test_no_device_is_replaced_by_a_file(folder: Path, command: str) -> None:
    """--out writes into a pipe or a device, which stays what it is; and says so where it is full."""
    os.mknod(folder / "full", 0o20666, os.makedev(1, 7)) if os.geteuid() == 0 else (folder / "full").symlink_to("/dev/full")
    status, _, said = ended(f"organograph {command} full", folder)
    assert (status, "could not be written" in said) == (2, True)
    assert (folder / "full").is_char_device()


def test_out_goes_through_links(folder: Path) -> None:
    """A report that is written to a link stands where it leads, and the link stays; standard output can be named."""
    (folder / "here.json").symlink_to("there.json")
    assert ended("organograph check post.ttl --out here.json", folder)[0] == 1
    assert (folder / "here.json").is_symlink()
    assert (folder / "there.json").stat().st_size > 1000
    assert ended("organograph check post.ttl -f json --out /dev/stdout | cat", folder)[1].startswith('{\n "format"')


def test_ctrl_c_could_not_run(folder: Path) -> None:
    """A check that is stopped by Ctrl-C ends with 2 and says so, and nothing of it is left."""
    os.mkfifo(folder / "never.ttl")
    command = [sys.executable, "-m", "organograph", "check", "never.ttl"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        pipe = os.open(folder / "never.ttl", os.O_WRONLY)  # goes on once the child reads
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=300)
        os.close(pipe)
    assert (running.returncode, said.strip()) == (2, "organograph: stopped before the end.")


def test_what_the_system_refuses_is_told(folder: Path) -> None:
    """Too few files, or a folder that is gone, end with 2 and the reason."""
    status, _, said = ended("ulimit -n 8; organograph check post.ttl", folder)
    assert (status, "Too many open files" in said) == (2, True)
    status, _, said = ended("mkdir gone; cd gone; rmdir ../gone; organograph check .", folder)
    assert (status, said.startswith("organograph: ")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check nowhere", "There is no folder "),
        ("check --edition 2023-10 post.ttl", "--edition is for tables"),
        ("check --format ttl", "--format is for RDF files"),
        ("check editions/2023-10/units.csv", "is a table, which is checked with the others"),
        ("check editions/2023-10 --edition 2021-09", "is the edition 2023-10, not 2021-09"),
        ("check --time-limit 99999999999999999999 post.ttl", "is not in the range"),
    ],
)
def test_what_does_not_go_together_is_refused(folder: Path, arguments: str, says: str) -> None:
    """No option is passed over in silence."""
    shutil.copytree(TABLES, folder, dirs_exist_ok=True)
    status, _, said = ended(f"organograph {arguments}", folder)
    assert (status, says in said) == (2, True), said


def test_the_folder_of_an_edition_is_checked_alone(folder: Path) -> None:
    """The folder of one edition, named as it is, stands for that edition."""
    by_folder = ended(f"organograph check {TABLES / 'editions/2023-10'}", folder)
    assert by_folder == ended(f"organograph check --edition 2023-10 {TABLES}", folder)
    assert ended("organograph check .", TABLES / "editions/2023-10") == by_folder


def test_rdf_comes_through_a_pipe(folder: Path) -> None:
    """With --format, RDF may come from what has no suffix."""
    status, told, _ = ended("cat post.ttl | organograph check --format ttl /dev/stdin", folder)
    assert (status, told.startswith("/dev/stdin:1:1: ")) == (1, True)
