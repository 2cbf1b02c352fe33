"""A store of others for commands, which ask one query after the other: within a time each and together, up to a size, and nobody else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence

from organograph.errors import OrganographError, StoreUnusable
from organograph.remote.asking import Refused, TooMuch
from organograph.statements import Term
from organograph_server.errors import SettingsInvalid
from organograph_server.query.foreign import TABLES, rows
from organograph_server.query.place import SPARQL
from organograph_server.query.store import Dataset
from organograph_server.settings import Settings
from organograph_server.stores.client import Client, TooLarge
from organograph_server.stores.credentials import Credentials
from organograph_server.stores.endpoint import Endpoint, Late, Trouble, Unanswered

_MOST = 16_777_216
_SECONDS = 60.0
_LOOK = "SELECT (1 AS ?one) WHERE {}"
_CURE = "See that it runs and that the address is that of its queries, and check again."


def opened(place: str, seconds: float) -> AskedStore:
    """The store of `sparql:URL`; who asks comes from the environment, as for `organograph load`.

    Args:
        place: as the setting `store` has it.
        seconds: until all must be done.

    Raises:
        OrganographError: it is no such place, or a setting cannot be used.
    """
    settings = Settings.from_environment(os.environ, store=place)
    if settings.place.kind != SPARQL:
        raise SettingsInvalid("Only a store of others is checked where it is.", "Name one with --store sparql:URL, or check the files.")
    return AskedStore(settings, seconds)


class AskedStore:
    """A store of others.

    Args:
        settings: say where it is, and who asks.
        seconds: until all must be done.
        most: bytes of one answer.
        each: seconds for one answer.

    Attributes:
        requests: how many queries it was asked.
        size: how many bytes it answered.
        tell: is called after each.
    """

    def __init__(self, settings: Settings, seconds: float, most: int = _MOST, each: float = _SECONDS) -> None:
        place = settings.place
        self._where, self._limit, self._most, self._each = place.where, seconds, most, each
        self._end = time.monotonic() + seconds
        self._runner = asyncio.Runner()
        self._endpoint = Endpoint(
            Client(place.where, Credentials(place.user, place.password, settings.store_token)), settings.store_timeout
        )
        self.requests, self.size = 0, 0
        self.tell: Callable[[], None] = lambda: None

    def rows(self, query: str, graphs: Sequence[str]) -> list[Sequence[Term | None]]:
        """The rows of a SELECT query; see organograph.remote.asking.Store."""
        self.requests += 1
        content = self._answer(query, Dataset(tuple(graphs)))
        self.size += len(content[0])
        self.tell()
        try:
            return rows(*content)
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise self._lost("it gives an answer that cannot be read") from error

    def state(self) -> str:
        """What the store says whose its published graphs are; "" where nobody has loaded any.

        Raises:
            StoreUnusable: the store does not answer, or a publication is just being loaded.
        """
        try:
            marker = self._runner.run(self._endpoint.marker(self._left(), again=True))
        except Trouble as trouble:
            raise self._lost(trouble.reason) from trouble
        if marker.whole and not marker.named:
            raise StoreUnusable("A publication is just being loaded into the store, or its loading was cut off.", "Check after its end.")
        return marker.named

    def close(self) -> None:
        """Let go of it."""
        self._runner.run(self._endpoint.close())
        self._runner.close()

    def _answer(self, query: str, dataset: Dataset) -> tuple[bytes, str]:
        seconds = self._left()
        try:
            reply = self._runner.run(self._endpoint.ask(query, dataset, tuple(TABLES), self._most, seconds))
        except Trouble as trouble:
            if not trouble.is_sure:
                pattern = "it answers with status %(status)s" if trouble.status else trouble.reason
                raise Refused(pattern, status=trouble.status) from trouble
            raise self._lost(trouble.reason) from trouble
        except TooLarge as error:
            raise TooMuch from error
        except Unanswered as error:
            raise Refused("the store says: %(reason)s", reason=error.reason) from error
        except Late as error:
            raise Refused("the store says that it takes too long") from error
        except TimeoutError as error:
            if query == _LOOK:
                raise self._lost(f"it does not answer within {seconds:.0f} seconds") from error
            self.rows(_LOOK, ())  # a store that answers this is not lost
            raise Refused("it takes longer than %(seconds)s seconds", seconds=f"{seconds:.0f}") from error
        return reply.content, reply.media_type

    def _left(self) -> float:
        """Seconds that the next answer may take.

        Raises:
            StoreUnusable: the time of all is over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise StoreUnusable(f"The check did not come to its end within {self._limit:.0f} seconds.", "Give it more with --time-limit.")
        return min(left, self._each)

    def _lost(self, reason: str) -> OrganographError:
        return StoreUnusable(f"The store at {self._where} cannot be used: {reason}.", _CURE)
