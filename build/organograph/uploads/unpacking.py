"""Unpacks a zip in memory within limits: what it says of itself is tried before anything is unpacked, and what comes out is counted."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from organograph.located import FORMATS
from organograph.uploads.sent import UploadRefused, UploadTooLarge

_ANEW = "Make the zip anew, of the folder of tables alone."
_END, _END_SIZE = b"PK\x05\x06", 22  # of the directory of a zip (APPNOTE.TXT 6.3.10, section 4.3.16)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What packers of some systems add.
_LEFT_OUT = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.DOTALL)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")
_DRIVE = re.compile(r"[A-Za-z]:")
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".tar", ".rar", ".jar"})
_READ = frozenset({".csv", ".toml", *(f".{ending}" for ending in FORMATS)})
_PIECE = 1 << 16


@dataclass(frozen=True)
class Bounds:
    """What a zip may have.

    Args:
        entries: files and folders.
        bytes: unpacked, all together.
        ratio: how many times as long its files may be as they are packed; of small files nobody counts that.
        directory: bytes of what it says of its files.
    """

    entries: int = 1_000
    bytes: int = 67_108_864
    ratio: int = 200
    directory: int = 1_048_576


_BOUNDS = Bounds()


def unpacked(content: bytes, name: str, bounds: Bounds = _BOUNDS) -> Mapping[str, bytes]:
    """The files of a zip that are read here, by their paths; what others there are is left in it.

    Args:
        content: the zip.
        name: what messages call it.
        bounds: what it may have.

    Raises:
        UploadTooLarge: it has more than that.
        UploadRefused: it is no zip, is torn, or holds what no folder of tables does: paths that lead out, links, archives, secrets.
    """
    _refuse_long_directory(content, name, bounds)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _refuse_many(packed.infolist(), name, bounds)
            for entry in packed.infolist():
                _refuse_entry(entry, name, bounds)
            _refuse_alike(packed.infolist(), name)
            _refuse_overlap(entries, packed.start_dir, name)
            return dict(_read(packed, [entry for entry in entries if _is_read(entry.filename)], bounds))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, IndexError) as error:
        raise UploadRefused(f"{name} is no zip that can be read: {str(error).rstrip('.') or 'it is torn'}.", _ANEW) from error


def _refuse_long_directory(content: bytes, name: str, bounds: Bounds) -> None:
    """So that not even the list of its files is made where that alone would be long."""
    at = content.rfind(_END)
    if at < 0 or len(content) < at + _END_SIZE:
        raise UploadRefused(f"{name} is no zip, or is torn.", _ANEW)
    number, size = int.from_bytes(content[at + 10 : at + 12], "little"), int.from_bytes(content[at + 12 : at + 16], "little")
    if number > bounds.entries or size > bounds.directory:
        raise _too_many(name, bounds)


def _too_many(name: str, bounds: Bounds) -> UploadTooLarge:
    return UploadTooLarge(f"{name} holds more than {bounds.entries} files and folders.", _ANEW, bounds.entries)


def _refuse_many(entries: Sequence[zipfile.ZipInfo], name: str, bounds: Bounds) -> None:
    if len(entries) > bounds.entries:
        raise _too_many(name, bounds)
    if sum(entry.file_size for entry in entries) > bounds.bytes:
        raise _too_long(name, bounds)


def _too_long(name: str, bounds: Bounds) -> UploadTooLarge:
    return UploadTooLarge(f"{name} unpacks to more than {bounds.bytes} bytes.", "Send less at a time.", bounds.bytes)


def _refuse_entry(entry: zipfile.ZipInfo, name: str, bounds: Bounds) -> None:
    why = _unsafe_path(entry.orig_filename) or _unsafe_content(entry, bounds)
    if why:
        raise UploadRefused(f"{name} holds {_shown(entry.orig_filename)}, {why}.", _ANEW)


def _unsafe_path(path: str) -> str:
    """Why a path is none of a folder of tables; "" where it is one."""
    steps = path.removesuffix("/").split("/")
    if path.startswith("/") or _DRIVE.match(path):
        return "which is a whole path"
    if ".." in steps:
        return "whose path leads out of the folder"
    if _UNFIT.search(path) or "" in steps or "." in steps or len(path) > 255:
        return "whose path is none of a folder of tables"
    return ""


def _unsafe_content(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    """Why an entry is none of a folder of tables; "" where it is one."""
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "which is a link or a device"
    if entry.flag_bits & 0x1:
        return "which is encrypted"
    if entry.compress_type not in _METHODS:
        return "which is packed otherwise than by deflate"
    if PurePosixPath(entry.filename).suffix.lower() in _ARCHIVES:
        return "which is an archive itself"
    if entry.file_size > _PIECE and entry.file_size > bounds.ratio * max(entry.compress_size, 1):
        return f"which unpacks to more than {bounds.ratio} times its length"
    return ""


def _refuse_alike(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    known: dict[str, str] = {}
    for entry in entries:
        path = entry.filename.removesuffix("/")
        if path.casefold() in known:
            raise UploadRefused(f"{name} holds {_shown(path)} twice, or in two ways of writing it.", _ANEW)
        known[path.casefold()] = path


def _refuse_overlap(entries: Sequence[zipfile.ZipInfo], end: int, name: str) -> None:
    """Files that share their bytes, by which a small zip unpacks to a huge one."""
    begins = sorted(entry.header_offset for entry in entries)
    following = dict(zip(begins, [*begins[1:], end], strict=True))
    for entry in entries:
        # A local header has 30 bytes and the name again (APPNOTE.TXT 6.3.10, section 4.3.7).
        least = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
        if least > following[entry.header_offset] or begins.count(entry.header_offset) > 1:
            raise UploadRefused(f"{name} holds files that share their bytes.", _ANEW)


def _is_read(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _READ and not _LEFT_OUT.fullmatch(path)


def _read(packed: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    """What comes out, counted while it does, whatever the zip says of its lengths."""
    left = bounds.bytes
    for entry in entries:
        with packed.open(entry) as file:
            pieces: list[bytes] = []
            while piece := file.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise _too_long("The zip", bounds)
                pieces.append(piece)
        yield entry.filename, b"".join(pieces)


def _shown(path: str) -> str:
    return repr(path if len(path) <= 80 else f"{path[:80]}…")
