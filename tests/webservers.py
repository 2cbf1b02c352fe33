"""nginx and Apache as processes of their own on a free loopback port, with a configuration that serves one static twin."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_MODULES = Path("/usr/lib/apache2/modules")
_WANTED = (
    *("mpm_event", "authz_core", "authz_host", "alias", "mime", "dir", "negotiation", "headers", "rewrite", "asis", "cern_meta"),
    *("reqtimeout", "filter", "deflate", "setenvif", "env"),
)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def nginx(twin: Path, work: Path, mount: str) -> Iterator[str]:
    """The address of an nginx that serves a twin, until the block ends; it knows below which path."""
    del mount
    port = free_port()
    text = f"""include {twin}/nginx/maps.conf;
server {{ listen 127.0.0.1:{port}; root {twin}/site; include {twin}/nginx/site.conf; }}"""
    with nginx_with(text, work, port) as address:
        yield address


@contextmanager
def nginx_with(text: str, work: Path, port: int) -> Iterator[str]:
    """The address of an nginx with a configuration of the level of http that listens at a port, until the block ends.

    Args:
        text: the configuration.
        work: a folder for what it writes.
        port: of this machine.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (Debian: nginx-light), so nothing is tried on it")
    # Its workers must enter the folders of a test, which belong to who runs it.
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "".join(f"{name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    frame = f"""daemon off; {user} pid {work}/pid; error_log {work}/error.log warn; worker_processes 1;
events {{ }}
http {{ access_log off; {folders}
{text} }}
"""
    (work / "nginx.conf").write_text(frame, "utf-8")
    with _running([program, "-e", f"{work}/error.log", "-c", f"{work}/nginx.conf"], port, work / "error.log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def apache(twin: Path, work: Path, mount: str) -> Iterator[str]:
    """The address of an Apache that serves a twin below a path by its .htaccess, until the block ends."""
    with _apache(twin, work, mount, "AllowOverride All") as address:
        yield address


@contextmanager
def apache_included(twin: Path, work: Path, mount: str) -> Iterator[str]:
    """The same, with the rules in its configuration, which it reads once."""
    with _apache(twin, work, mount, f"AllowOverride None\nInclude {twin}/apache/site.conf") as address:
        yield address


@contextmanager
def _apache(twin: Path, work: Path, mount: str, rules: str) -> Iterator[str]:
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if program is None or not (_MODULES / "mod_cern_meta.so").exists():
        pytest.skip("Apache is not installed (Debian: apache2), so the twin is not tried on it")
    port = free_port()
    loads = "".join(f"LoadModule {name}_module {_MODULES}/mod_{name}.so\n" for name in _WANTED)
    place = f"Alias {mount} {twin}/site" if mount else f"DocumentRoot {twin}/site"
    text = f"""{loads}ServerRoot {work}
PidFile {work}/pid
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
ErrorLog {work}/error.log
DefaultRuntimeDir {work}
TypesConfig /etc/mime.types
User www-data
Group www-data
{place}
AllowEncodedSlashes On
<Directory {twin}/site>
{rules}
Require all granted
</Directory>
"""
    (work / "apache.conf").write_text(text, "utf-8")
    with _running([program, "-DFOREGROUND", "-f", f"{work}/apache.conf"], port, work / "error.log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for _ in range(200):
                if process.poll() is not None:
                    break
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            told = log.read_text("utf-8", "replace") if log.exists() else ""
            assert process.poll() is None, f"{' '.join(command)} ended: {process.stdout.read() if process.stdout else ''} {told}"
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)
