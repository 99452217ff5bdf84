"""New rows at the door of an open workspace: plain events go a short way, all others through cleaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from limner.errors import LimnerError, WorkspaceError
from limner.settings import Settings
from limner.store.workspace import BuiltAnewError, is_current
from limner.studio.intake.ingestion import IngestReport, hear_rows, ingest_plain, ingest_rows
from limner.studio.kept.echoes import know_words
from limner.studio.kept.erasures import ErasedMeanwhileError, find_erased

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.collect import Collected
    from limner.collect.cleaning.plain import PlainRules
    from limner.collect.raw import RawTable
    from limner.studio.portraits.painting import Painter
    from limner.studio.writing import Writing

Done = TypeVar("Done")
Offsets = Mapping[str, str] | None


class Receiver:
    """Takes rows into the workspace of a studio."""

    def __init__(self, studio: "Writing") -> None:
        """Serve one studio."""
        self._studio = studio
        self._painter = studio.painter
        self._rules: PlainRules | None = None

    def take_events(
        self, rows: Sequence[Mapping[str, Any]], *, now_us: int, offsets: Offsets = None, keep: bool = True
    ) -> IngestReport | None:
        """Add events given as dictionaries, when each of them is plainly clean; None when one may not be."""
        add = self.prepare_events(rows, now_us=now_us, offsets=offsets, keep=keep)
        try:
            return None if add is None else add()
        except ErasedMeanwhileError:  # cleaning says which rows
            return None

    def prepare_events(
        self, rows: Sequence[Mapping[str, Any]], *, now_us: int, offsets: Offsets = None, keep: bool = True
    ) -> Callable[[], IngestReport] | None:
        """Read plainly clean events, and return what adds them; None when one of them may not be clean.

        What is returned raises ErasedMeanwhileError where rows of an erased user are among them.
        """
        from limner.collect.cleaning.plain import PlainRules, read_plain_events

        studio = self._studio
        if self._rules is None or self._painter is not studio.painter:
            self._painter = studio.painter
            self._rules = PlainRules.of(studio.settings, rating_scale=studio.rating_scale, caps=studio.caps)
        events = read_plain_events(rows, self._rules, now_us=now_us)
        if events is None:
            return None

        def add() -> IngestReport:
            report = self.write(lambda painter: ingest_plain(painter, events, offsets=offsets))
            if report.withheld and keep:
                self._keep(_describe(report), now_us)
            return report

        return add

    def take(
        self, raws: "Sequence[RawTable]", *, now_us: int, offsets: Offsets = None, keep: bool = True
    ) -> IngestReport:
        """Add rows as a reader hands them over; ``keep``: those refused are written to the quarantine."""
        return self.prepare(raws, now_us=now_us, offsets=offsets, keep=keep)()

    def prepare(
        self, raws: "Sequence[RawTable]", *, now_us: int, offsets: Offsets = None, keep: bool = True
    ) -> Callable[[], IngestReport]:
        """Clean rows and read their texts, and return what adds them: only that keeps others from writing."""
        import pyarrow as pa

        collected, reader = self._clean(raws, now_us), self._studio.painter
        heard = hear_rows(reader, collected)

        def write(painter: "Painter") -> IngestReport:
            own = heard if painter is reader else hear_rows(painter, collected)  # of a build that took over
            return ingest_rows(painter, collected, own, offsets=offsets)

        def add() -> IngestReport:
            try:
                report = self.write(write)
            except ErasedMeanwhileError:  # once more, without those rows
                return self.take(raws, now_us=now_us, offsets=offsets, keep=keep)
            rejected = pa.concat_tables([collected.rejected, _describe(report)])
            if keep and rejected.num_rows:
                self._keep(rejected, now_us)
            return report

        return add

    def _clean(self, raws: "Sequence[RawTable]", now_us: int) -> "Collected":
        from limner.collect.cleaning import clean

        studio = self._studio
        return clean(
            raws,
            _leave_bots(studio.settings),
            now_us=now_us,
            rating_scale=studio.rating_scale,
            caps=studio.caps,
            timed=studio.painter.meta.get("timed_tables") or (),
            own=know_words(studio.store),
            erased=partial(find_erased, studio.store),
        )

    def write(self, work: "Callable[[Painter], Done]") -> Done:
        """Write to the store that is current; where a build takes over, to the new one."""
        while True:
            painter = self._studio.painter
            try:
                return work(painter)
            except BuiltAnewError:
                self._studio.reopen()
            finally:
                painter.refresh(own=True)

    def write_together(
        self, prepared: "Sequence[Callable[[], Callable[[], Done]]]"
    ) -> "list[Done | LimnerError]":
        """Do several writes in one transaction, each of which may fail alone; return what came of each.

        Each is prepared before it, while others may write, and returns what writes.

        Raises:
            WorkspaceError: the store cannot be read or written; it then is as it was.
        """
        works = [_try(prepare) for prepare in prepared]
        return self.write(lambda painter: _do_together(painter, works))

    def _keep(self, rejected: "pa.Table", now_us: int) -> None:
        from limner.collect.quarantine import write

        write(rejected, self._studio.folder / "quarantine" / f"ingest-{now_us}")


def _do_together(
    painter: "Painter", works: "Sequence[Callable[[], Done] | LimnerError]"
) -> "list[Done | LimnerError]":
    with painter.store.transaction():
        if not is_current(painter.store):
            raise BuiltAnewError
        return [work if isinstance(work, LimnerError) else _try(work) for work in works]


def _try(work: "Callable[[], Done]") -> "Done | LimnerError":
    try:
        return work()
    except WorkspaceError:  # of the store, not of this work: nothing is kept
        raise
    except LimnerError as exc:
        return exc


def _leave_bots(settings: Settings) -> Settings:
    """Return settings by which cleaning finds no bots: the whole log decides, not what comes together."""
    return replace(settings, clean=replace(settings.clean, max_events_per_minute=2**31))


def _describe(report: IngestReport) -> "pa.Table":
    """Return the rows that were clean and were kept out all the same, as rejected ones."""
    import pyarrow as pa

    from limner.collect.intake import REJECTED

    rows = [
        {
            "table": row.partition(" ")[0],
            "source": "ingest",
            "line": None,
            "reason": reason,
            "row": row,
            "rule": reason,
        }
        for row, reason in report.withheld
    ]
    return pa.Table.from_pylist(rows, schema=REJECTED)
