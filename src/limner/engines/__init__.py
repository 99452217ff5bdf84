"""Who does the heavy part of a build: DuckDB in this process, or Spark. The portraits are the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from limner.errors import UnknownNameError, did_you_mean
from limner.settings import EngineSettings

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.ledger.batch import Prior
    from limner.ledger.decay import Landmarks
    from limner.ledger.rows import Reading
    from limner.ledger.signals import Signal
    from limner.text.keywords import WordTable
    from limner.text.reading import Readings

ENGINES = ("duckdb", "spark")
Stage = Callable[[str], AbstractContextManager[None]]


class Engine(Protocol):
    """Turns texts into readings and staged tables into cells."""

    def started(self, stage: Stage) -> AbstractContextManager[None]:
        """Hold whatever the engine needs while it works; starting one that takes long is a stage."""

    def read_texts(self, texts: "pa.Table", *, idf: "WordTable | None" = None) -> "Readings":
        """Return what `limner.text.read_texts` does."""

    def sum_ledger(
        self, reading: "Reading", tables: "Mapping[str, pa.Table]", landmarks: "Landmarks"
    ) -> "Iterator[tuple[Signal, Iterable[pa.Table], list[Prior]]]":
        """Yield each signal with its cells in the order of user and key, and what is usual for its keys.

        The cells of a signal must be used up before the next signal is asked for.
        """


def choose_engine(settings: EngineSettings, workspace: Path) -> Engine:
    """Return the engine of this name, once everything it needs is known to be there.

    Raises:
        UnknownNameError: there is no such engine.
        MissingExtraError: its library is not installed.
        EngineError: Spark has no Java.
        SettingsError: a property of Spark is not one.
    """
    if settings.name == "duckdb":
        from limner.engines.local import LocalEngine

        return LocalEngine(workspace)
    if settings.name == "spark":
        from limner.engines.spark import SparkEngine

        return SparkEngine(settings, workspace)
    hint = did_you_mean(settings.name, ENGINES) or f" (known: {', '.join(ENGINES)})"
    raise UnknownNameError(f"no engine {settings.name!r}{hint}")
