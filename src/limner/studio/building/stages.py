"""The stages of a build: what runs now, for a progress bar, and how long each took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STAGES = ("collect", "text", "ledger", "facts", "vector", "store")


class Stages:
    """Times the stages of one run and tells a watcher when one begins."""

    def __init__(self, watch: Callable[[str], None] | None = None) -> None:
        """Tell `watch` the name of each stage as it begins."""
        self.seconds: dict[str, float] = {}
        self._watch = watch
        self._running = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run a stage; the time of a stage entered twice adds up."""
        self._running = name
        self._tell(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    def count(self, done: int, total: int) -> None:
        """Tell the watcher how far the stage that runs is: ``vector 512/2,000``."""
        self._tell(f"{self._running} {done:,}/{total:,}")

    def _tell(self, words: str) -> None:
        if self._watch is not None:
            self._watch(words)
