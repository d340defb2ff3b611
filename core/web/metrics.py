"""The service's counts in the OpenMetrics format, for Prometheus and compatible scrapers."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from ..service.service import Service

OPEN_METRICS = CONTENT_TYPE_LATEST
GAUGES = {
    "workers": "Worker processes.",
    "workers_ready": "Worker processes that have loaded TensorFlow.",
    "runs": "Runs whose events are in memory.",
    "runs_training": "Runs that have a place.",
    "queue": "Runs that wait for a place.",
    "log_bytes": "Memory of the runs' events.",
}


class ServiceCollector(Collector):
    """Reads the service's counts at each scrape.

    Args:
        service: Returns the service.
    """

    def __init__(self, service: Callable[[], Service]):
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """Yields every metric."""
        service = self._service()
        health = service.health()
        for name, help_text in GAUGES.items():
            yield GaugeMetricFamily(f"uphill_{name}", help_text, value=health[name])
        help_text = "Whether the database of runs can be reached."
        yield GaugeMetricFamily("uphill_store_up", help_text, value=health["store"] == "ok")
        deaths = health["worker_deaths"]
        yield CounterMetricFamily("uphill_worker_deaths", "Workers that died.", value=deaths)
        ended = CounterMetricFamily(
            "uphill_runs_ended", "Runs by their outcome.", labels=["outcome"]
        )
        for outcome, count in sorted(service.outcomes.items()):
            ended.add_metric([outcome], count)
        yield ended


def exposition(service: Callable[[], Service]) -> bytes:
    """All metrics as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ServiceCollector(service))
    return generate_latest(registry)
