"""Zips that no honest packer makes, and uploads that grow in who reads them."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
from collections.abc import Mapping

SETTINGS = b'[organization]\nslug = "a"\nname = "A"\n[dataset]\ntitle = "A"\nhead_post = "head"\n'


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip of files in their order, with names and kinds as they are given."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def named(name: str) -> bytes:
    """A folder of tables beside which a file has a name."""
    return packed(("a/dataset.toml", SETTINGS), (name, b"x"))


def renamed(before: bytes, after: bytes, files: Mapping[str, bytes] | None = None) -> bytes:
    """A zip in which a name is another of the same length, which no packer would write."""
    assert len(before) == len(after)
    return packed(("a/dataset.toml", SETTINGS), *(files or {before.decode(): b"x"}).items()).replace(before, after)


def link(name: str, target: bytes) -> bytes:
    """A zip with a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return packed(("a/dataset.toml", SETTINGS), (entry, target))


def encrypted() -> bytes:
    """A zip whose file says that it is encrypted."""
    content = bytearray(packed(("a/dataset.toml", SETTINGS)))
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    content[local + 6] |= 1
    content[central + 8] |= 1
    return bytes(content)


def lying(size: int) -> bytes:
    """A zip whose file is longer than it says."""
    content = bytearray(packed(("a/dataset.toml", SETTINGS), ("a/sources.csv", b"a" * 50_000)))
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<L", size)
    return bytes(content)


def overlapping() -> bytes:
    """A zip of two files that are the same bytes."""
    content = bytearray(packed(("a/dataset.toml", SETTINGS), ("a/sources.csv", SETTINGS)))
    central = content.rindex(b"PK\x01\x02")
    content[central + 42 : central + 46] = struct.pack("<L", 0)
    return bytes(content)


def long_total() -> bytes:
    """A zip of a few hundred kilobytes that unpacks to more than is allowed, in files that each look honest."""
    piece = b"".join(bytes(1_000) + hashlib.sha256(b"%d" % number).digest()[:8] for number in range(3_000))
    return packed(("a/dataset.toml", SETTINGS), *((f"a/{number}.csv", piece) for number in range(25)))


def many_files(number: int) -> bytes:
    """A zip of very many empty files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for each in range(number):
            archive.writestr(zipfile.ZipInfo(f"{each}"), b"")
    return written.getvalue()


def uncounted(number: int) -> bytes:
    """The same, with an end that says that there is one."""
    content = bytearray(many_files(number))
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    return bytes(content)


def by_method(method: int) -> bytes:
    """A zip packed by a method that needs much memory."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        archive.writestr("a/dataset.toml", SETTINGS)
    return written.getvalue()


def tables(settings: bytes = SETTINGS, **files: bytes) -> bytes:
    """A folder of tables with some files."""
    return packed(("a/dataset.toml", settings), *((f"a/{name}.csv", content) for name, content in files.items()))


def form(*parts: tuple[bytes, bytes], boundary: bytes = b"x") -> bytes:
    """A form of parts: the header fields and the content of each."""
    return b"".join(b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + body + b"\r\n" for head, body in parts) + b"--" + boundary + b"--\r\n"


def file(name: bytes) -> bytes:
    """The header field of a file in a form."""
    return b'Content-Disposition: form-data; name="file"; filename="' + name + b'"'
