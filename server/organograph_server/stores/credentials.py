"""Who asks a store: by a bearer token, or by Basic or Digest (RFC 7617, RFC 7616), whichever the store wants."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES: Mapping[str, Callable[[bytes], Any]] = {
    "MD5": lambda text: hashlib.md5(text, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_BASIC = "basic"


class Credentials:
    """Who asks one server. A password is sent only to who asks for it.

    Args:
        user: "" for nobody.
        password: of the user.
        token: a bearer token instead; "" for none.
    """

    def __init__(self, user: str = "", password: str = "", token: str = "") -> None:
        self._user, self._password, self._token = user, password, token
        # What the server wants: "", _BASIC, or its challenge to Digest with how often that was answered.
        self._wanted, self._times = "", 0

    def told(self, method: str, target: str) -> Mapping[str, str]:
        """The field that says who asks; none as long as nobody wants to know.

        Args:
            method: of the request.
            target: of the request.
        """
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        if self._wanted == _BASIC:
            return {"Authorization": f"Basic {base64.b64encode(f'{self._user}:{self._password}'.encode()).decode()}"}
        if self._wanted:
            self._times += 1
            return {"Authorization": digest_of(self._wanted, self._user, self._password, method, target, self._times)}
        return {}

    def learns(self, status: int, challenge: str, told: Mapping[str, str]) -> bool:
        """Whether an answer teaches what the server wants, so that asking again may help.

        Args:
            status: of the answer.
            challenge: its field WWW-Authenticate; "" where there is none.
            told: what the server was told before.
        """
        if status not in (_UNAUTHORIZED, _FORBIDDEN) or not self._user or self._token:
            return False
        if challenge.lower().startswith("digest "):
            # A challenge may have grown old; who was just answering a fresh one is not known there.
            is_new = not told or self._times > 1
            self._wanted, self._times = challenge, 0
            return is_new and bool(digest_of(challenge, "", "", "", "", 1))
        if told:
            return False
        self._wanted = _BASIC
        return True


def digest_of(challenge: str, user: str, password: str, method: str, target: str, times: int) -> str:
    """The field that answers a challenge to Digest; "" where that asks for what is not known here.

    Args:
        challenge: the value of WWW-Authenticate.
        user: who asks.
        password: of the user.
        method: of the request.
        target: of the request.
        times: how often the challenge is answered with this.
    """
    asked = {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(challenge.partition(" ")[2])}
    algorithm = asked.get("algorithm", "MD5").upper()
    if algorithm not in _HASHES or not {"realm", "nonce"} <= asked.keys():
        return ""

    def hashed(*parts: str) -> str:
        return str(_HASHES[algorithm](":".join(parts).encode()).hexdigest())

    count, own = f"{times:08x}", secrets.token_hex(8)
    who, what = hashed(user, asked["realm"], password), hashed(method, target)
    quoted = {"username": user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": target}
    bare = {"algorithm": algorithm}
    if "auth" in re.split(r"\s*,\s*", asked.get("qop", "")):
        quoted |= {"cnonce": own, "response": hashed(who, asked["nonce"], count, own, "auth", what)}
        bare |= {"qop": "auth", "nc": count}
    else:
        quoted["response"] = hashed(who, asked["nonce"], what)
    if "opaque" in asked:
        quoted["opaque"] = asked["opaque"]
    pairs = [*(f'{name}="{value}"' for name, value in quoted.items()), *(f"{name}={value}" for name, value in bare.items())]
    return f"Digest {', '.join(pairs)}"
