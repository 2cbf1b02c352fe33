"""What the server does, in numbers for Prometheus (text exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app

from organograph_server.answers.representations import Representations
from organograph_server.api.operations import answers
from organograph_server.gate.traffic import BOUNDS, TRAFFIC, Traffic
from organograph_server.service import service

if TYPE_CHECKING:
    from prometheus_client.core import Metric

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@answers("text/plain", is_kept=False)
def metrics() -> Response:
    """Give the counts of answers and their times, and what the workers for queries are at, since the server started."""
    # Only who asks for numbers needs the library; the server starts faster without.
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(_Collector())
    response = Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


class _Collector:
    """Tells the numbers as they are now."""

    def collect(self) -> Iterator[Metric]:
        """Each number, with what it means."""
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        serving, kept = service(), Representations.of(current_app)
        yield InfoMetricFamily("organograph_dataset", "What is served.", {"version": kept.version, "sha256": serving.sha256})
        yield GaugeMetricFamily("organograph_triples", "Triples that are served.", value=len(serving.quads))
        yield GaugeMetricFamily("organograph_kept_bytes", "Size of the representations that are kept.", value=kept.size)
        workers = GaugeMetricFamily("organograph_queries", "Queries by what they are at, and workers that are free.", labels=["state"])
        for state, number in serving.engine.load().items():
            workers.add_metric([state], number)
        yield workers
        if (traffic := current_app.extensions.get(TRAFFIC)) is not None:
            yield from _passed(traffic)


def _passed(traffic: Traffic) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    answered = CounterMetricFamily("organograph_answers", "Answers by how they were made and by status.", labels=["kind", "status"])
    for (kind, status), number in sorted(traffic.answers.items()):
        answered.add_metric([kind, str(status)], number)
    yield answered
    yield CounterMetricFamily("organograph_answered_bytes", "Bytes of all bodies.", value=traffic.bytes)
    times = HistogramMetricFamily("organograph_answer_seconds", "Time from request to answer.", labels=["kind"])
    for kind, found in traffic.times.items():
        bounds = [*map(str, BOUNDS), "+Inf"]
        times.add_metric([kind], list(zip(bounds, accumulate(found.within), strict=True)), found.total)
    yield times
