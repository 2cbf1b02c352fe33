"""What passes the server: numbered, counted for Prometheus, written down, and within a budget for each client."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from httpclient import Client
from organograph_server.app import create_app
from organograph_server.errors import BudgetSpent
from organograph_server.languages.speaking import Speech, speaking, tell
from organograph_server.query.budget import Budget
from organograph_server.settings import Settings
from serving import ENDLESS, listening, serving_process, small_app, small_dataset

UNIT = "/doc/unit/legal-affairs.ttl"


def numbers(client: Client) -> dict[tuple[str, str], float]:
    """Each sample of /metrics by its name and its labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, " ".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_answers_are_counted(tmp_path: Path) -> None:
    """Prometheus reads how many answers there were, how they were made, how long they took, and what the workers are at."""
    with listening(small_app(tmp_path)) as address:
        client = Client(address)
        for path in (UNIT, UNIT, UNIT, "/doc/unit/nobody"):
            client.get(path)
        client.sparql("ASK {}")
        found = numbers(client)
        assert found["organograph_answers_total", "kind=document status=200"] == 1
        assert found["organograph_answers_total", "kind=kept status=200"] == 2
        assert found["organograph_answers_total", "kind=document status=404"] == 1
        assert found["organograph_answers_total", "kind=query status=200"] == 1
        assert found["organograph_answer_seconds_count", "kind=kept"] == 2
        assert found["organograph_answer_seconds_bucket", "kind=query le=+Inf"] == 1
        assert found["organograph_queries", "state=free"] == 1
        assert numbers(client)["organograph_answers_total", "kind=document status=200"] == 2  # /metrics itself


def test_each_request_has_a_number_of_its_own(tmp_path: Path) -> None:
    """Answers that are kept, made and refused all tell the number of their request, and never one that a client sends."""
    with listening(small_app(tmp_path)) as address:
        client = Client(address)
        names = [
            client.get(path, **{"X-Request-Id": "mine"}).fields["X-Request-Id"] for path in (UNIT, UNIT, "/nowhere", "/sparql?query=x")
        ]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[0-9a-f]{8}-[0-9a-f]+", name) for name in names)


def test_requests_are_written_down(tmp_path: Path) -> None:
    """--access-log writes a line of JSON for each request, whatever it has in it, and goes on in a new file after SIGHUP."""
    log = tmp_path / "access.log"
    with serving_process("--dataset", small_dataset(tmp_path), "--access-log", log) as (address, process):
        client = Client(address)
        name = client.get(UNIT, **{"User-Agent": 'a "b" \u2028'.encode().decode("latin-1")}).fields["X-Request-Id"]
        client.get("/doc/unit/%0a%22x?a=%0d")
        moved = tmp_path / "access.log.1"
        log.rename(moved)
        os.kill(process.pid, signal.SIGHUP)
        for _ in range(100):
            if log.exists():
                break
            time.sleep(0.05)
        client.get("/healthz")
    lines = [json.loads(line) for line in moved.read_text("utf-8").splitlines()]
    assert [(line["path"], line["status"], line["kind"]) for line in lines[:2]] == [
        (UNIT, 200, "document"),
        ('/doc/unit/\n"x', 404, "document"),
    ]
    assert (lines[0]["id"], lines[0]["client"], lines[0]["method"], lines[0]["type"]) == (
        name,
        "127.0.0.1",
        "GET",
        "text/turtle; charset=utf-8",
    )
    assert lines[0]["bytes"] > 0 <= lines[0]["seconds"]
    assert [json.loads(line)["path"] for line in log.read_text("utf-8").splitlines()][-1] == "/healthz"


def test_a_client_has_a_budget(tmp_path: Path) -> None:
    """Who has used up its seconds is answered 429 with the time to wait; documents, and answers that are kept, are free."""
    settings = Settings(dataset=small_dataset(tmp_path), query_seconds=1, client_seconds=1)
    with listening(create_app(settings)) as address:
        client = Client(address)
        assert client.sparql(ENDLESS).status == 504
        refused = client.sparql("ASK { ?s ?p ?o }")
        assert refused.status == 429
        assert int(refused.fields["Retry-After"]) > 0
        assert "in a minute" in json.loads(refused.body)["detail"]
        assert client.get(UNIT).status == 200


def test_a_budget_fills_up_again() -> None:
    """Seconds come back as time passes, never more than there were; each client has its own."""
    now = [0.0]
    budget = Budget(6, lambda: now[0])
    budget.spend("greedy", 7)
    budget.check("modest")
    with pytest.raises(BudgetSpent) as refusal:
        budget.check("greedy")
    assert refusal.value.details["retry_after"] == 11
    now[0] = 11
    budget.check("greedy")
    now[0] = 1_000
    budget.spend("greedy", 6)
    with pytest.raises(BudgetSpent):
        budget.check("greedy")


@pytest.mark.parametrize(
    ("most", "spent", "told", "french"),
    [
        (60, 60, "Ask again in 1 second, or ask for less.", "Redemandez dans 1 seconde, ou demandez moins."),
        (6, 7, "Ask again in 11 seconds, or ask for less.", "Redemandez dans 11 secondes, ou demandez moins."),
        (1, 1, "Your queries have taken the 1 second that they may take in a minute.", "Vos requêtes ont pris la 1 seconde"),
        (6, 7, "Your queries have taken the 6 seconds that they may take in a minute.", "Vos requêtes ont pris les 6 secondes"),
    ],
)
def test_one_second_is_a_second(most: int, spent: int, told: str, french: str) -> None:
    """Of one second the refusal speaks in the singular, of several in the plural, in French too."""
    budget = Budget(most, lambda: 0.0)
    budget.spend("greedy", spent)
    with pytest.raises(BudgetSpent) as refusal:
        budget.check("greedy")
    assert told in str(refusal.value)
    with speaking(Speech("fr")):
        assert french in f"{tell(refusal.value.message)} {tell(refusal.value.cure)}"


def test_no_budget_is_no_limit() -> None:
    """Without the setting nobody is refused."""
    budget = Budget(0)
    budget.spend("anyone", 1e9)
    budget.check("anyone")
