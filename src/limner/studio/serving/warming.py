"""Portraits painted before anybody asks: all that are missing at rest, or lag too far."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.errors import UnknownUserError
from limner.records import Language
from limner.settings import ServeSettings
from limner.store.changes import last_change
from limner.studio.serving.gallery import Gallery, paint_kept
from limner.studio.studio import Studio

_CHUNK = 64
_FRESH_SHARE = 0.5
"""What lags by more than this share of what is allowed is painted again, before a request has to."""
_NICE = 10
Watch = Callable[[int, int], None]
Wanted = tuple[str, Language]


@dataclass(frozen=True, slots=True)
class WarmReport:
    """What `warm` did."""

    users: int
    painted: int
    seconds: float
    note: str = ""
    """What the database lacks; empty: nothing."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner warm --json``."""
        shape = {"users": self.users, "painted": self.painted, "seconds": round(self.seconds, 1)}
        return shape | ({"note": self.note} if self.note else {})


def warm(
    folder: Path,
    *,
    settings: ServeSettings | None = None,
    lang: str = "",
    jobs: int = 1,
    watch: Watch | None = None,
) -> WarmReport:
    """Paint every portrait that is not at rest, by so many processes; a run that is cut off goes on later.

    Raises:
        WorkspaceError: there is no workspace, or another version of Limner wrote it.
    """
    started = time.monotonic()
    lag_us = round((settings or ServeSettings()).lag_s * 1e6 * _FRESH_SHARE)
    studio = Studio(folder, lang=lang)
    gallery = Gallery(studio.store.beside(), memory_bytes=0, lag_us=lag_us)
    try:
        note = studio.keep_standing()
        stale = gallery.list_stale((studio.lang,))
        for done in _paint_all(folder, stale, (studio, gallery), jobs):
            if watch is not None:
                watch(done, len(stale))
        (users,) = studio.store.one("SELECT count(*) FROM users") or (0,)
        return WarmReport(users, len(stale), time.monotonic() - started, note)
    finally:
        gallery.close()
        studio.close()


def keep_warm(folder: Path, settings: ServeSettings, lang: str, pause_s: float = 5.0) -> None:
    """Warm again whenever something was written, at a low rank, while the process lives that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which then ends this
    os.nice(_NICE)
    parent = os.getppid()
    last: tuple[str, int] | None = None
    while os.getppid() == parent:
        studio = Studio(folder, lang=lang)
        now = (studio.store.path.name, last_change(studio.store))
        studio.close()
        if now != last:
            last = now
            warm(folder, settings=settings, lang=lang)
        time.sleep(pause_s)


def _paint_all(
    folder: Path, stale: Sequence[Wanted], opened: tuple[Studio, Gallery], jobs: int
) -> Iterator[int]:
    """Yield how many are done."""
    chunks = [stale[start : start + _CHUNK] for start in range(0, len(stale), _CHUNK)]
    if jobs == 1 or len(chunks) == 1:
        for place, chunk in enumerate(chunks):
            _paint_chunk(opened, chunk)
            yield min((place + 1) * _CHUNK, len(stale))
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_open, initargs=(folder,)
    ) as pool:
        for place, _ in enumerate(pool.map(_paint_there, chunks)):
            yield min((place + 1) * _CHUNK, len(stale))


def _paint_chunk(opened: tuple[Studio, Gallery], chunk: Sequence[Wanted]) -> None:
    studio, gallery = opened
    painted = []
    for user_id, lang in chunk:
        try:
            painted.append(paint_kept(studio, user_id, lang))
        except UnknownUserError:  # erased since the list was made
            continue
    gallery.keep(painted)


_THERE: list[tuple[Studio, Gallery]] = []
"""What a process of the pool has open."""


def _open(folder: Path) -> None:
    studio = Studio(folder)
    _THERE.append((studio, Gallery(studio.store.beside(), memory_bytes=0, lag_us=0)))


def _paint_there(chunk: Sequence[Wanted]) -> None:
    _paint_chunk(_THERE[0], chunk)
