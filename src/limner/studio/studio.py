"""The Python API: build a workspace, open it, ask it, feed it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import InputError
from limner.phrases import choose_language
from limner.recommend.interactions import Reals
from limner.recommend.wishes import Wishes
from limner.records import Correction, Language, Profile, Vector
from limner.settings import Settings
from limner.store.sqlite import Store
from limner.studio.migration import open_workspace
from limner.studio.moments import read_moment
from limner.studio.painting import Painter
from limner.studio.recommending import Adviser, Alike, Recommendations

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.collect.raw import RawTable
    from limner.studio.build import BuildReport
    from limner.studio.explanation import Explanation
    from limner.studio.inferring import Inference
    from limner.studio.ingestion import IngestReport
    from limner.studio.lookalikes import Lookalikes
    from limner.studio.probing import Probe
    from limner.studio.receiving import Receiver
    from limner.studio.segments import Segment
    from limner.studio.upkeep import CompactReport
    from limner.studio.verification import Verification

Watch = Callable[[str], None]


class Studio:
    """An open workspace: profiles, vectors, recommendations, and new rows at any time."""

    def __init__(self, folder: str | Path, *, lang: str = "") -> None:
        """Open the workspace in a folder; see `limner.open`."""
        self.folder = Path(folder)
        self._adviser = Adviser(Painter(open_workspace(self.folder)))
        self.lang: Language = choose_language(lang or self.painter.settings.lang)
        self.built: BuildReport | None = None

    @property
    def painter(self) -> Painter:
        """The painter of the open store, for the studio's own rooms."""
        return self._adviser.painter

    def reopen(self) -> None:
        """Turn to the store that is current: a build took over."""
        self._adviser = Adviser(Painter(open_workspace(self.folder)))

    @cached_property
    def _receiver(self) -> "Receiver":
        from limner.studio.receiving import Receiver

        return Receiver(self)

    @property
    def store(self) -> Store:
        """The open store, for the studio's own rooms."""
        return self.painter.store

    @property
    def rating_scale(self) -> tuple[float, float] | None:
        """Lowest and highest rating; None where there are no ratings."""
        scale = self.painter.meta["rating_scale"]
        return (float(scale[0]), float(scale[1])) if scale else None

    @property
    def caps(self) -> dict[str, float]:
        """The highest value per event type, as the build found it; new values above are cut to it."""
        return dict(self.painter.meta.get("caps") or {})

    @property
    def settings(self) -> Settings:
        """The settings the workspace was built with."""
        return self.painter.settings

    def user_ids(self) -> list[str | int]:
        """Return every user id, sorted as text."""
        rows = self.store.rows(
            "SELECT user_id FROM users WHERE user_no NOT IN (SELECT user_no FROM merged) ORDER BY user_id"
        )
        return [self.painter.outside_id("user_id", row[0]) for row in rows]

    def profile(
        self,
        user_id: str | int,
        as_of: str | int | date | datetime | None = None,
        *,
        lang: str = "",
    ) -> Profile:
        """Return the profile of a user, now or as of an instant in the past.

        Args:
            user_id: the owner's id.
            as_of: a date (its end), a time, or microseconds UTC; None: the newest moment in the log.
            lang: zh or en for the statements; empty: the studio's.

        Raises:
            UnknownUserError: no such user; the text suggests near ids.
        """
        moment = read_moment(as_of, timezone=self.settings.timezone)
        return self.painter.paint(user_id, lang=choose_language(lang or self.lang), as_of=moment)

    def recommend(
        self,
        user_ids: Sequence[str | int],
        k: int = 10,
        *,
        exclude_seen: bool = True,
        reasons: bool = True,
        lang: str = "",
        wishes: Wishes | None = None,
        model: str = "",
    ) -> "pa.Table":
        """Return the best k items of each user; see `recommend_one` for what may be wished for.

        Returns:
            A table of user_id, item_id, score (float64), rank (from 1), and reasons (list of text, left
            out when ``reasons=False``); users in the order given, fewer than k rows where fewer are left.

        Raises:
            UnknownUserError: one of the users is not in the workspace.
        """
        import pyarrow as pa

        found = [
            row
            for user_id in user_ids
            for row in self.recommend_one(
                user_id, k, exclude_seen=exclude_seen, reasons=reasons, lang=lang, wishes=wishes, model=model
            )
        ]
        kinds = {name: self._id_type(name) for name in ("user_id", "item_id")}
        columns = {
            name: pa.array([getattr(row, name) for row in found], kind) for name, kind in kinds.items()
        }
        columns["score"] = pa.array([row.score for row in found], pa.float64())
        columns["rank"] = pa.array([row.rank for row in found], pa.int64())
        if reasons:
            columns["reasons"] = pa.array([list(row.reasons) for row in found], pa.list_(pa.string()))
        return pa.table(columns)

    def recommend_one(
        self,
        user_id: str | int,
        k: int = 10,
        *,
        exclude_seen: bool = True,
        reasons: bool = True,
        lang: str = "",
        wishes: Wishes | None = None,
        model: str = "",
    ) -> Recommendations:
        """Return the best k items of one user, with titles; its ``note`` says why it is empty, if it is.

        Args:
            user_id: the owner's id.
            k: how many; above the catalogue, all there is.
            exclude_seen: whether what the user has met is left out.
            reasons: whether they are wanted; only Limner's own scores have any.
            lang: zh or en for the reasons; empty: the studio's.
            wishes: filters, diversity, calibration, boosts; None: those of the settings.
            model: another model by name, fitted on the log at the first call; empty: Limner.

        Raises:
            UnknownUserError: no such user; the text suggests near ids.
            UnknownNameError: no such model, category, brand or item.
            InputError: k is below 1, or a wish or model needs what the items do not say.
        """
        if k < 1:
            raise InputError(f"k must be at least 1, got {k}")
        return self._adviser.recommend(
            self.painter.find_person(user_id),
            k=k,
            lang=choose_language(lang or self.lang),
            exclude_seen=exclude_seen,
            reasons=reasons,
            wishes=wishes,
            model=model,
        )

    def explain(self, user_id: str | int, item_id: str | int, *, lang: str = "") -> "Explanation":
        """Return why an item has its score for a user: parts that sum to it, and what would change it.

        Raises:
            UnknownUserError: no such user.
            UnknownNameError: no such item.
        """
        from limner.studio.explaining import explain

        person = self.painter.find_person(user_id)
        return explain(self._adviser, person, item_id, choose_language(lang or self.lang))

    def similar(self, user_id: str | int, k: int = 10, *, lang: str = "") -> list[Alike]:
        """Return the k users nearest in the space, and what they share."""
        person = self.painter.find_person(user_id)
        return self._adviser.similar(person, k=k, lang=choose_language(lang or self.lang))

    def infer(self, attribute: str, *, seed: int = 7, lang: str = "") -> "Inference":
        """Return how well behaviour tells an attribute, and what it says of users; see `limner infer`."""
        from limner.studio.inferring import infer

        return infer(self, attribute, seed=seed, lang=choose_language(lang or self.lang))

    def probe(self, *, seed: int = 7) -> "list[Probe]":
        """Return what the frozen vector tells of users, beside its parts, plain counts and PCA."""
        from limner.studio.probing import probe

        return probe(self, seed=seed)

    def lookalike(self, seeds: Sequence[str | int], k: int = 100, *, lang: str = "") -> "Lookalikes":
        """Return the k users most like some given ones, and what they share."""
        from limner.studio.lookalikes import find_lookalikes

        return find_lookalikes(self, seeds, k, lang=choose_language(lang or self.lang))

    def segments(self, k: int = 0, *, seed: int = 7, lang: str = "") -> "list[Segment]":
        """Return all users in k named segments; 0 chooses how many."""
        from limner.studio.segments import find_segments

        return find_segments(self, k, lang=choose_language(lang or self.lang), seed=seed)

    def vectors(self) -> tuple[list[str | int], Vector]:
        """Return all user ids and float32 (n_users, dim), rows L2-normalised, zeros for who did nothing."""
        return self._adviser.vectors()

    def gates(self) -> tuple[Reals, Reals]:
        """Return α and β of every user, float64 (n_users,), in the order of `vectors`."""
        return self._adviser.gates()

    def features(
        self,
        labels: Any,
        *,
        keys: int = 20,
        vector: bool = True,
        engine: str = "",
        settings: Settings | None = None,
    ) -> "pa.Table":
        """Return labels with what was known of their users just before their times: nothing of later.

        Args:
            labels: a frame with ``user_id``, ``timestamp`` and what else there is, or a Parquet or CSV file.
            keys: how many keys of a signal of many keys have columns of their own.
            vector: whether ``vector``, ``alpha`` and ``beta`` are wanted.
            engine: duckdb or spark; empty: the settings'.
            settings: what limner.toml would say of the engine; None: the defaults.

        Returns the rows in their order, with the columns of docs/features.md.

        Raises:
            InputError: a column is missing or named like a feature, or a time cannot be read.
            EngineError: Spark cannot be started, or stopped halfway.
        """
        from limner.engines import choose_intervals
        from limner.studio.features import table_features
        from limner.studio.making import choose_settings

        chosen = choose_intervals(choose_settings(settings, engine).engine, self.folder)
        return table_features(self.store, labels, most_keys=keys, vector=vector, engine=chosen)

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
        from limner.studio.amending import ask, make_correction

        asked = ask(fact, forbid=forbid, pin=pin, settings=set)._replace(note=note, by=by)
        moment = now_us()
        return self._receiver.write(lambda painter: make_correction(painter, user_id, asked, moment))

    def corrections(self, user_id: str | int | None = None) -> list[Correction]:
        """Return what was corrected of a user, oldest first, or of everyone."""
        from limner.studio.correcting import read_corrections

        number = None if user_id is None else self.painter.find_person(user_id).user_no
        return read_corrections(self.store, number)

    def undo_correction(self, user_id: str | int, fact: str) -> Correction:
        """Take back what was decided of a fact and return it.

        Raises:
            InputError: nothing was decided of that fact.
        """
        from limner.studio.amending import undo_correction

        return self._receiver.write(lambda painter: undo_correction(painter, user_id, fact))

    def merge_users(self, user_id: str | int, known_id: str | int) -> None:
        """Give everything a user did, and will do, to another one who is the same person.

        Raises:
            UnknownUserError: one of them is not in the workspace.
            InputError: they are one already, or others were merged into the first.
        """
        from limner.studio.identities import merge_users

        self._receiver.write(lambda painter: merge_users(painter, user_id, known_id))

    def unmerge_user(self, user_id: str | int) -> str:
        """Undo `merge_users` and return whose rows the user's had become.

        Raises:
            InputError: the user was not merged into another.
        """
        from limner.studio.identities import unmerge_user

        return self._receiver.write(lambda painter: unmerge_user(painter, user_id))

    def absorb(self, workspace: str | Path) -> "Iterator[IngestReport]":
        """Take in the log of another workspace, part by part; what both hold is counted once.

        Raises:
            WorkspaceError: there is no such workspace.
            InputError: some of its rows are no longer kept, or users of it were merged.
        """
        from limner.studio.absorbing import absorb_store

        yield from absorb_store(self, open_workspace(Path(workspace)))

    def compact(self, *, keep_days: float | None = None) -> "CompactReport":
        """Let rows older than so many days go and keep what they taught; move landmarks; write the file anew.

        Raises:
            WorkspaceError: the store cannot be written, or the disk is full.
        """
        from limner.studio.upkeep import compact_store

        return self._receiver.write(lambda painter: compact_store(painter, keep_days=keep_days))

    def verify(self) -> "Verification":
        """Sum the stored log anew and compare it with the live ledger, cell by cell."""
        from limner.studio.verification import verify_store

        return verify_store(self.store, self.settings)

    def close(self) -> None:
        """Close the store."""
        self.painter.store.close()

    def _id_type(self, name: str) -> Any:
        import pyarrow as pa

        return pa.int64() if name in self.painter.meta["integer_ids"] else pa.string()


def open_studio(workspace: str | Path = ".limner", *, lang: str = "") -> Studio:
    """Return the studio of an existing workspace.

    Raises:
        WorkspaceError: there is none, or another version of Limner wrote it.
    """
    return Studio(workspace, lang=lang)


def now_us() -> int:
    """Return this instant in microseconds UTC."""
    return time.time_ns() // 1000
