"""Tells the system's manager of services what the server is at (sd_notify(3)), where one has started it and wants to know."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

READY, STOPPING = "READY=1", "STOPPING=1"


def tell(*states: str) -> None:
    """Send states to the socket that the environment names; who is not listened to says nothing.

    Args:
        states: assignments, such as READY.
    """
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        # A name that begins with @ is in no directory (unix(7)).
        sending.sendto("\n".join(states).encode(), place.replace("@", "\0", 1) if place.startswith("@") else place)


def reloading() -> tuple[str, str]:
    """That it reads its data anew, and when it began to."""
    return "RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000}"
