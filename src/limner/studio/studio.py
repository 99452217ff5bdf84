"""The Python API: open a workspace, ask it, feed it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import InputError
from limner.phrases import choose_language
from limner.recommend.interactions import Reals
from limner.recommend.wishes import Wishes
from limner.records import Profile, UserVector, Vector
from limner.settings import Settings
from limner.store.places import find_folder
from limner.studio.advice.recommending import Alike, Recommendations
from limner.studio.kept.moments import read_moment
from limner.studio.writing import Writing

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.studio.advice.explanation import Explanation
    from limner.studio.inference.inferring import Inference
    from limner.studio.inference.probing import Probe
    from limner.studio.people.audiences import Audience, KeptAudience
    from limner.studio.people.lookalikes import Lookalikes
    from limner.studio.people.segments import Segment
    from limner.studio.portraits.context import Context
    from limner.studio.upkeep.verification import Verification


class Studio(Writing):
    """An open workspace: profiles, vectors, recommendations, and new rows at any time."""

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

    def context(
        self, user_id: str | int, query: str = "", *, max_tokens: int = 300, lang: str = ""
    ) -> "Context":
        """Return the few facts of a user that matter for a question, as text that keeps to a budget.

        Args:
            user_id: the owner's id.
            query: what is asked, in Chinese or English; empty: what tells most of the user.
            max_tokens: how many tokens the text may take; too few for a fact: it is empty.
            lang: zh or en for the statements; empty: the studio's.

        Raises:
            UnknownUserError: no such user.
            InputError: the budget is below 1, or the question is too long.
        """
        from limner.studio.portraits.context import write_context

        lang = choose_language(lang or self.lang)
        return write_context(self.painter, user_id, query, max_tokens=max_tokens, lang=lang)

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
        if k < 1 or not float(k).is_integer():
            raise InputError(f"k must be a whole number of at least 1, got {k}")
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
        from limner.studio.advice.explaining import explain

        person = self.painter.find_person(user_id)
        return explain(self._adviser, person, item_id, choose_language(lang or self.lang))

    def similar(self, user_id: str | int, k: int = 10, *, lang: str = "") -> list[Alike]:
        """Return the k users nearest in the space, and what they share."""
        person = self.painter.find_person(user_id)
        return self._adviser.similar(person, k=k, lang=choose_language(lang or self.lang))

    def infer(
        self,
        attribute: str,
        *,
        seed: int = 7,
        lang: str = "",
        progress: Callable[[str, float], None] | None = None,
    ) -> "Inference":
        """Return how well behaviour tells an attribute, and what it says of users; see `limner infer`."""
        from limner.studio.inference.inferring import infer

        chosen = choose_language(lang or self.lang)
        return infer(self, attribute, seed=seed, lang=chosen, progress=progress)

    def probe(self, *, seed: int = 7, progress: Callable[[str, float], None] | None = None) -> "list[Probe]":
        """Return what the frozen vector tells of users, beside its parts, plain counts and PCA."""
        from limner.studio.inference.probing import probe

        return probe(self, seed=seed, progress=progress)

    def lookalike(self, seeds: Sequence[str | int], k: int = 100, *, lang: str = "") -> "Lookalikes":
        """Return the k users most like some given ones, and what they share."""
        from limner.studio.people.lookalikes import find_lookalikes

        return find_lookalikes(self, seeds, k, lang=choose_language(lang or self.lang))

    def audience(self, expression: str) -> "Audience":
        """Return the users whose portraits fulfil an expression; see docs/audiences.md.

        Raises:
            ExpressionError: it cannot be read, or names what nobody's facts are; the text says where.
        """
        from limner.studio.people.audiences import find_audience

        return find_audience(self.painter, expression)

    def kept_audience(self, audience_id: str) -> "Audience":
        """Return the users of an audience that `keep_audience` kept, as portraits are now.

        Raises:
            UnknownAudienceError: none has that id.
            ExpressionError: the expression names what is no longer known.
        """
        from limner.studio.people.audiences import find_audience, read_audience

        kept = read_audience(self.painter, audience_id)
        return find_audience(self.painter, kept.expression, name=kept.name)

    def audiences(self) -> "list[KeptAudience]":
        """Return the audiences that are kept, oldest first."""
        from limner.studio.people.audiences import list_audiences

        return list_audiences(self.painter)

    def segments(self, k: int = 0, *, seed: int = 7, lang: str = "") -> "list[Segment]":
        """Return all users in k named segments; 0 chooses how many."""
        from limner.studio.people.segments import find_segments

        return find_segments(self, k, lang=choose_language(lang or self.lang), seed=seed)

    def vectors(self) -> tuple[list[str | int], Vector]:
        """Return all user ids and float32 (n_users, dim), rows L2-normalised, zeros for who did nothing."""
        return self._adviser.vectors()

    def standing(self) -> tuple[list[str | int], Vector]:
        """Return `vectors` as they are at rest: those that changed since are drawn anew.

        Equal to `vectors` within 1e-6; at a hundred thousand users it takes a second and not twelve.
        """
        return self._adviser.standing()

    def keep_standing(self) -> str:
        """Bring the vectors at rest up to now; return what the database lacks to find who is alike itself."""
        self._adviser.crowd.follow(self._adviser)
        return self.store.standings().note

    def vector(self, user_id: str | int) -> tuple[str | int, UserVector]:
        """Return a user's id as the owner keeps it, and P = αS + βB of now.

        Raises:
            UnknownUserError: no such user.
        """
        return self.painter.locate(user_id)

    def vectors_of(self, user_ids: Sequence[str | int]) -> list[UserVector | None]:
        """Return the vectors of some users now, as `vector` has each, drawn together; None: no such user."""
        return self._adviser.vectors_of([str(one) for one in user_ids])

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
        from limner.studio.features.table import table_features
        from limner.studio.making import choose_settings

        chosen = choose_intervals(choose_settings(settings, engine).engine, self.folder)
        return table_features(self.store, labels, most_keys=keys, vector=vector, engine=chosen)

    def verify(self) -> "Verification":
        """Sum the stored log anew and compare it with the live ledger, cell by cell."""
        from limner.studio.upkeep.verification import verify_store

        return verify_store(self.store, self.settings)


def open_studio(workspace: str | Path = ".limner", *, lang: str = "") -> Studio:
    """Return the studio of an existing workspace: of a folder, or of a database by its URL, as -w takes it.

    Of a database ./.limner holds what is a file, and stands for it from then on.

    Raises:
        WorkspaceError: there is none, or another version of Limner wrote it.
    """
    return Studio(find_folder(workspace), lang=lang)
