"""Asks one address over and over on several connections, by wrk or else in Python, and tells how fast it was answered."""

from __future__ import annotations

import re
import selectors
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 16
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
# 7,919 is a prime, so that it meets every number before it comes to one again.
_VARIED = """
local n = {start}
function request()
  local unit = {first} + (n * 7919) % {size}
  local path = string.gsub(string.gsub("{template}", "{{n}}", n), "{{unit}}", unit)
  n = n + 1
  return wrk.format("GET", path)
end
"""


@dataclass(frozen=True)
class Load:
    """How requests were answered.

    Args:
        rate: answers in a second.
        middle: milliseconds in which half of them came.
        slow: milliseconds in which 99 of 100 came.
    """

    rate: float
    middle: float
    slow: float


class LoadFailed(Exception):
    """Some answers were errors."""


def loader() -> str:
    """What asks."""
    return "wrk" if shutil.which("wrk") else "a loop in Python (wrk is not installed; on Debian it is the package wrk)"


def load(address: str, fields: Mapping[str, str], seconds: int) -> Load:
    """Ask for an address on sixteen connections, each as soon as it was answered.

    Args:
        address: what is asked for.
        fields: of each request.
        seconds: how long.
    """
    return _by_wrk(address, fields, seconds) if shutil.which("wrk") else _by_python(address, fields, seconds)


def load_varied(address: str, template: str, start: int, fields: Mapping[str, str], seconds: float, numbers: range) -> Load:
    """Ask on sixteen connections, each time for something else, by wrk alone.

    Args:
        address: of the server, without a path.
        template: a path in which `{n}` stands for the number of the request, and `{unit}` for one of the numbers.
        start: the number of the first request.
        fields: of each request.
        seconds: how long.
        numbers: what `{unit}` may be; they come in an order that jumps.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_VARIED.format(start=start, template=template, first=numbers.start, size=len(numbers)))
        script.flush()
        return _by_wrk(address, fields, seconds, ("-s", script.name))


def _by_wrk(address: str, fields: Mapping[str, str], seconds: float, also: Sequence[str] = ()) -> Load:
    told = [part for name, value in fields.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "120s", "--latency", *told, *also, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx.*", said):
        raise LoadFailed(wrong[0])
    times = {int(part): float(number) * _UNITS[unit] for part, number, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s|m)", said)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate, said
    return Load(float(rate[1]), times[50], times[99])


def _by_python(address: str, fields: Mapping[str, str], seconds: int) -> Load:
    where = urlsplit(address)
    target = f"{where.path}?{where.query}" if where.query else where.path
    lines = [f"GET {target} HTTP/1.1", f"Host: {where.netloc}", *(f"{name}: {value}" for name, value in fields.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    taken: list[float] = []
    end = time.perf_counter() + seconds
    with selectors.DefaultSelector() as waiting:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection((where.hostname, where.port))
            connection.sendall(request)
            waiting.register(connection, selectors.EVENT_READ, [time.perf_counter(), b""])
        while time.perf_counter() < end:
            for key, _ in waiting.select():
                assert isinstance(key.fileobj, socket.socket)
                key.data[1] += key.fileobj.recv(262_144)
                if _is_whole(key.data[1]):
                    taken.append(time.perf_counter() - key.data[0])
                    key.data[:] = [time.perf_counter(), b""]
                    key.fileobj.sendall(request)
        for key in list(waiting.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
    parts = statistics.quantiles(taken, n=100)
    return Load(len(taken) / seconds, parts[49] * 1000, parts[98] * 1000)


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    assert re.match(rb"HTTP/1\.[01] 200", head), head
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return len(body) == int(length[1]) if length else body.endswith(b"0\r\n\r\n")
