"""What a query takes beside its work: the hop to a worker, and answers that are kept."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import uvloop
from hosting import hosted
from loading import load
from records import OURS, RATE, Record, summed

from organograph_server.app import create_app
from organograph_server.content.formats import JSON_RESULTS
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Question
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls import wire
from organograph_server.walls.walled import WalledEngine, content_of

_FIELDS = {"Accept": "text/turtle"}


def hops(topic: str, file: Path, workers: int, times: int = 5_000) -> Record:
    """Microseconds from a question to the answer of a worker, for a query that asks nothing of the data."""
    engine = Service.of(create_app(Settings(files=(file,), query_workers=workers))).engine
    assert isinstance(engine, WalledEngine)
    engine.start()
    taken = list[float]()

    async def hop() -> None:
        engine.attach(asyncio.get_running_loop())
        for number in range(times):
            question, begun = Question("", f"ASK {{}} #{number}", JSON_RESULTS), time.perf_counter()
            answer: asyncio.Future[wire.Message] = asyncio.get_running_loop().create_future()
            engine.ask_here(question, Asker(), answer)
            content_of(await answer)
            taken.append((time.perf_counter() - begun) * 1e6)

    uvloop.run(hop())
    engine.close()
    return summed(Record(topic, "hop to a worker", "from a question to its answer", OURS, "µs"), taken)


def again(topic: str, rounds: int, seconds: int) -> Iterator[Record]:
    """Answers in a second to a query that is repeated, and to a document, both of the bundled dataset."""
    with tempfile.TemporaryDirectory() as name:
        program = str(Path(sys.executable).parent / "organograph")
        subprocess.run([program, "build", "--out", name], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with hosted(OURS, "/doc/unit/legal-affairs", lambda port: [program, "serve", name, "--port", str(port)], _FIELDS) as server:
            place = f"http://{urlsplit(server.address).netloc}"
            query = f"{place}/sparql?query={quote(f'DESCRIBE <{place}/id/unit/legal-affairs>')}"
            urllib.request.urlopen(query).close()  # from now on the engine is there
            load(query, _FIELDS, 1)
            for what, asked in (("a query repeated", query), ("a document", server.address)):
                rates = [load(asked, _FIELDS, seconds).rate for _ in range(rounds)]
                yield summed(Record(topic, "kept answers", what, OURS, RATE), rates)
