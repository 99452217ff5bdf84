"""Who does the heavy part of a build and of features: DuckDB in this process, or Spark; both say the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from limner.errors import UnknownNameError, did_you_mean
from limner.settings import EngineSettings

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.ledger.batch import Prior
    from limner.ledger.decay import Landmarks
    from limner.ledger.intervals import IntervalPlan
    from limner.ledger.plan import Dialect
    from limner.ledger.rows import Reading
    from limner.ledger.signals import Signal
    from limner.text.keywords import WordTable
    from limner.text.reading import Readings
    from limner.text.wording import Wording

ENGINES = ("duckdb", "spark")
Stage = Callable[[str], AbstractContextManager[None]]


class Engine(Protocol):
    """Turns texts into readings and staged tables into cells."""

    def started(self, stage: Stage) -> AbstractContextManager[None]:
        """Hold whatever the engine needs while it works; starting one that takes long is a stage."""

    def read_texts(
        self, texts: "pa.Table", *, idf: "WordTable | None" = None, wording: "Wording" = ...
    ) -> "Readings":
        """Return what `limner.text.read_texts` does."""

    def sum_ledger(
        self, reading: "Reading", tables: "Mapping[str, pa.Table]", landmarks: "Landmarks"
    ) -> "Iterator[tuple[Signal, Iterable[pa.Table], list[Prior]]]":
        """Yield each signal with its cells in the order of user and key, and what is usual for its keys.

        The cells of a signal must be used up before the next signal is asked for.
        """


class IntervalEngine(Protocol):
    """Gives each row its next label and sums what falls between two labels: see `ledger.intervals`."""

    dialect: "Dialect"
    chunk_events: int
    """Rows of the log that are staged at once, about."""

    def opened(self) -> AbstractContextManager[Any]:
        """Hold what the engine needs; yield a DuckDB connection, in which the log stages its rows."""

    def assign(self, plan: "IntervalPlan", tables: "Mapping[str, pa.Table]") -> None:
        """Give the staged rows to the labels of ``tables``: `intervals.LABELS` and `intervals.PLACES`."""

    def fetch(self, sql: str) -> "pa.Table":
        """Return what a query of the plan gives for the rows that were assigned last."""


def choose_engine(settings: EngineSettings, workspace: Path) -> Engine:
    """Return the engine of this name, once everything it needs is known to be there.

    Raises:
        UnknownNameError: there is no such engine.
        MissingExtraError: its library is not installed.
        EngineError: Spark has no Java.
        SettingsError: a property of Spark is not one.
    """
    _check_name(settings.name)
    if settings.name == "spark":
        from limner.engines.spark import SparkEngine

        return SparkEngine(settings, workspace)
    from limner.engines.local import LocalEngine

    return LocalEngine(workspace)


def choose_intervals(settings: EngineSettings, workspace: Path) -> IntervalEngine:
    """Return the engine of this name for features; see `choose_engine`."""
    _check_name(settings.name)
    if settings.name == "spark":
        from limner.engines.spark_intervals import SparkIntervals

        return SparkIntervals(settings, workspace)
    from limner.engines.local_intervals import LocalIntervals

    return LocalIntervals()


def _check_name(name: str) -> None:
    if name not in ENGINES:
        hint = did_you_mean(name, ENGINES) or f" (known: {', '.join(ENGINES)})"
        raise UnknownNameError(f"no engine {name!r}{hint}")
