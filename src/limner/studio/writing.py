"""What changes a workspace: rows that come in, corrections, people who are one, upkeep."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError
from limner.records import Correction
from limner.studio.kept.migration import open_workspace
from limner.studio.kept.moments import now_us
from limner.studio.opened import Opened

if TYPE_CHECKING:
    from limner.collect.raw import RawTable
    from limner.studio.intake.ingestion import IngestReport
    from limner.studio.intake.receiving import Receiver
    from limner.studio.intake.submission import Submission
    from limner.studio.kept.erasures import Erasure
    from limner.studio.people.audiences import KeptAudience
    from limner.studio.rights.erasing import Receipt
    from limner.studio.upkeep.compacting import CompactReport


class Writing(Opened):
    """An open workspace that takes in rows and corrections."""

    @cached_property
    def _receiver(self) -> "Receiver":
        from limner.studio.intake.receiving import Receiver

        return Receiver(self)

    def offsets(self) -> dict[str, str]:
        """Return how far streams have been read, by their names: see `ingest_raw`."""
        return dict(self.store.rows("SELECT source, position FROM offsets ORDER BY source"))

    def ingest(self, **frames: Any) -> "IngestReport":
        """Add new rows: ``events=``, ``items=``, ``users=``, ``texts=``, ``relations=``; visible at once.

        Repeats are harmless, order does not matter, rows that cannot be used go to the quarantine.

        Raises:
            SchemaError: a frame lacks a required column.
            WorkspaceError: the workspace cannot be written; it then is as it was.
        """
        from limner.collect.frames import check_names, to_raw

        columns = {
            name: self.settings.tables[name].columns for name in frames if name in self.settings.tables
        }
        given = check_names(frames)
        events = given.get("events")
        if given.keys() == {"events"} and isinstance(events, list) and not columns.get("events"):
            report = self.ingest_events(events)
            if report is not None:
                return report
        return self.ingest_raw(
            [to_raw(frame, name, columns=columns.get(name)) for name, frame in given.items()]
        )

    def ingest_raw(
        self, raws: "Sequence[RawTable]", *, offsets: Mapping[str, str] | None = None
    ) -> "IngestReport":
        """Add rows as a reader hands them over, and remember how far a stream was read; see `ingest`."""
        return self._receiver.take(raws, now_us=now_us(), offsets=offsets)

    def ingest_events(
        self, rows: Sequence[Mapping[str, Any]], *, offsets: Mapping[str, str] | None = None
    ) -> "IngestReport | None":
        """Add events that need no cleaning, in microseconds; None, and nothing done, when one may need it."""
        return self._receiver.take_events(rows, now_us=now_us(), offsets=offsets)

    def submit(self, table: str, rows: Sequence[Any]) -> "Submission":
        """Add rows that a program hands in and wants an answer to, row by row; nothing goes to quarantine.

        Args:
            table: events or texts.
            rows: dictionaries in our column names.
        """
        return self._prepare(table, rows)()

    def _prepare(self, table: str, rows: Sequence[Any]) -> "Callable[[], Submission]":
        from limner.studio.intake.submission import prepare_rows

        return prepare_rows(self._receiver, table, rows, now_us=now_us())

    def submit_together(
        self, submitted: Sequence[tuple[str, Sequence[Any]]]
    ) -> "list[Submission | LimnerError]":
        """Add what several programs hand in, each a table and rows, in one transaction; see `submit`.

        What came of each is returned at its place: one that fails leaves the others in.

        Raises:
            WorkspaceError: the workspace cannot be written; it then is as it was.
        """
        return self._receiver.write_together([partial(self._prepare, *one) for one in submitted])

    def erase(self, user_id: str | int) -> "Receipt":
        """Remove everything held of a user, for good, and return a receipt; see `erasing`.

        Rows of theirs are left out from now on, by builds, too, until `allow` lets them in.

        Raises:
            UnknownUserError: no such user.
        """
        from limner.studio.rights.erasing import erase_user

        return erase_user(self._receiver, self.folder, user_id, now_us=now_us())

    def allow(self, user_id: str | int) -> None:
        """Let rows of an erased user in again, from now on; what was erased does not come back.

        Raises:
            InputError: nobody of that id was erased.
        """
        from limner.studio.rights.erasing import allow_again

        allow_again(self._receiver, user_id)

    def erasures(self) -> "list[Erasure]":
        """Return what is remembered of users who were erased: no names, the oldest first."""
        from limner.studio.kept.erasures import list_erasures

        return list_erasures(self.store)

    def enforce_erasures(self) -> "list[Receipt]":
        """Erase whoever was erased and came back by another way than new rows; see `erasing`."""
        from limner.studio.rights.erasing import enforce_erasures

        return enforce_erasures(self._receiver, self.folder, now_us=now_us())

    def correct(
        self,
        user_id: str | int,
        fact: str,
        *,
        forbid: bool = False,
        pin: bool = False,
        set: Mapping[str, Any] | None = None,
        note: str = "",
        by: str = "",
    ) -> Correction:
        """Decide about a fact, over what the rows say: portraits, vector and ranking follow at once.

        Args:
            user_id: the owner's id.
            fact: its path, as ``Fact.path``: ``interest/category=camping``.
            forbid: it is never stated, and what it names never recommended.
            pin: it is stated whatever the rows say.
            set: ``{"liking": -1.0}``, or ``{"value": "F"}`` of what a user has one of.
            note: why; kept with it.
            by: who decides; kept with it.

        Raises:
            UnknownUserError: no such user.
            UnknownNameError: the fact is none of the user's, and nothing of that name is known.
            InputError: not one of forbid, pin and set, or what is set cannot be.
        """
        from limner.studio.rights.amending import ask, make_correction

        asked = ask(fact, forbid=forbid, pin=pin, settings=set)._replace(note=note, by=by)
        moment = now_us()
        return self._receiver.write(lambda painter: make_correction(painter, user_id, asked, moment))

    def corrections(self, user_id: str | int | None = None) -> list[Correction]:
        """Return what was corrected of a user, oldest first, or of everyone."""
        from limner.studio.kept.correcting import read_corrections

        number = None if user_id is None else self.painter.find_person(user_id).user_no
        return read_corrections(self.store, number)

    def undo_correction(self, user_id: str | int, fact: str) -> Correction:
        """Take back what was decided of a fact and return it.

        Raises:
            InputError: nothing was decided of that fact.
        """
        from limner.studio.rights.amending import undo_correction

        return self._receiver.write(lambda painter: undo_correction(painter, user_id, fact))

    def keep_audience(self, expression: str, *, name: str = "") -> "KeptAudience":
        """Keep an expression under an id, through every build; the same expression has the same id.

        Raises:
            ExpressionError: it cannot be read, or names what nobody's facts are; the text says where.
            InputError: the name is too long, or too many are kept.
        """
        from limner.studio.people.audiences import keep_audience

        return self._receiver.write(lambda painter: keep_audience(painter, expression, name=name))

    def drop_audience(self, audience_id: str) -> "KeptAudience":
        """Keep an audience no longer, and return what it was.

        Raises:
            UnknownAudienceError: none has that id.
        """
        from limner.studio.people.audiences import drop_audience

        return self._receiver.write(lambda painter: drop_audience(painter, audience_id))

    def merge_users(self, user_id: str | int, known_id: str | int) -> None:
        """Give everything a user did, and will do, to another one who is the same person.

        Raises:
            UnknownUserError: one of them is not in the workspace.
            InputError: they are one already, or others were merged into the first.
        """
        from limner.studio.rights.identities import merge_users

        self._receiver.write(lambda painter: merge_users(painter, user_id, known_id))

    def unmerge_user(self, user_id: str | int) -> str:
        """Undo `merge_users` and return whose rows the user's had become.

        Raises:
            InputError: the user was not merged into another.
        """
        from limner.studio.rights.identities import unmerge_user

        return self._receiver.write(lambda painter: unmerge_user(painter, user_id))

    def absorb(self, workspace: str | Path) -> "Iterator[IngestReport]":
        """Take in the log of another workspace, part by part; what both hold is counted once.

        Raises:
            WorkspaceError: there is no such workspace.
            InputError: some of its rows are no longer kept, or users of it were merged.
        """
        from limner.studio.intake.absorbing import absorb_store

        yield from absorb_store(self, open_workspace(Path(workspace)))

    def compact(self, *, keep_days: float | None = None) -> "CompactReport":
        """Let rows older than so many days go and keep what they taught; move landmarks; write the file anew.

        Raises:
            WorkspaceError: the store cannot be written, or the disk is full.
        """
        from limner.studio.upkeep.compacting import compact_store

        return self._receiver.write(lambda painter: compact_store(painter, keep_days=keep_days))
