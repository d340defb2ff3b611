"""The service's counts in the OpenMetrics format, for Prometheus and compatible scrapers."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Receive, Scope, Send

from ..service.service import Service
from ..settings import settings
from .origin import route_path
from .responses import error_response

METRICS_OFF = "Metrics are off. An operator turns them on by UPHILL_METRICS=1."
STREAMLIT_METRICS = "/_stcore/metrics"
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


class StreamlitMetrics:
    """Answers 404 to Streamlit's own metrics, unless the settings turn metrics on.

    Args:
        app: The ASGI app that it wraps.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and route_path(scope).rstrip("/") == STREAMLIT_METRICS
        if asked and not settings().metrics:
            await error_response(404, METRICS_OFF)(scope, receive, send)
            return
        await self._app(scope, receive, send)
