"""Counts and times for Prometheus, by route as declared: no id ever becomes a label.

With several workers each process keeps its numbers in a folder (``PROMETHEUS_MULTIPROC_DIR``, which
`limner serve` sets), and whichever is asked sums them.
"""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "limner_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "limner_request_seconds",
            "Time until the last byte was handed over.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._rows = Counter("limner_rows", "Rows sent in.", ("table", "outcome"), registry=self._registry)
        self._in_hand = Gauge(
            "limner_requests_in_hand",
            "Requests being answered.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def begin(self) -> None:
        """Note that a request came."""
        self._in_hand.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note that it was answered."""
        self._in_hand.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_rows(self, table: str, accepted: int, duplicates: int, refused: int) -> None:
        """Note what became of rows."""
        for outcome, n in (("accepted", accepted), ("duplicate", duplicates), ("refused", refused)):
            if n:
                self._rows.labels(table, outcome).inc(n)

    def write(self) -> tuple[bytes, str]:
        """Return all numbers as text, and the type of that text."""
        registry = self._registry
        if os.environ.get(FOLDER):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        text: bytes = generate_latest(registry)
        return text, CONTENT_TYPE_LATEST
