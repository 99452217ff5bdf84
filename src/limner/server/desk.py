"""The one place that opens the studio: routes ask here and get what they send.

A build that takes over is noticed at the next question. Nothing else of the service touches a store.
"""

from asyncio import wrap_future
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from limner.errors import UnknownCorrectionError, UnknownItemError, UnknownUserError, WorkspaceError
from limner.phrases import choose_language
from limner.recommend.wishes import change_wishes, read_wishes
from limner.records import UserVector
from limner.server.encoding import write_json
from limner.server.portraits import Wanted, shape_profile
from limner.settings import ServeSettings
from limner.store.changes import last_change
from limner.store.gallery import Kept
from limner.studio.serving.gallery import read_body
from limner.studio.serving.joining import Joining
from limner.studio.serving.serving import Serving
from limner.studio.studio import Studio


class Desk:
    """Answers questions about one workspace; safe to be asked from many threads."""

    def __init__(
        self,
        workspace: Path,
        settings: ServeSettings | None = None,
        *,
        lang: str = "",
        beside: bool = False,
    ) -> None:
        """Open the workspace; ``beside``: rows are written by a process of their own.

        Raises:
            WorkspaceError: there is none, or another version of Limner wrote it.
        """
        self.workspace = workspace
        self._serving = Serving(workspace, settings, lang=lang, beside=beside)
        self._joining = Joining(self._serving)
        self._written = 0
        self._overview: tuple[Any, dict[str, Any]] | None = None
        self._segments: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def studio(self) -> AbstractContextManager[Studio]:
        """Give a studio to read from, which waits for no writer."""
        return self._serving.reader()

    def find_portrait(self, user_id: str, wanted: Wanted) -> Kept | None:
        """Return a whole portrait that hangs ready; None where it has to be asked for with `profile_json`.

        Quick enough to be called where nothing may wait.
        """
        if not wanted.is_whole:
            return None
        return self._serving.gallery.find(user_id, choose_language(wanted.lang or self._serving.lang))

    def portrait(self, user_id: str, wanted: Wanted) -> Kept:
        """Return a whole portrait, hanging or painted now."""
        kept = self.find_portrait(user_id, wanted)
        if kept is not None:
            return kept
        with self._person(user_id) as studio:
            lang = choose_language(wanted.lang or studio.lang)
            return self._serving.gallery.paint(studio, user_id, lang)

    def profile_json(self, user_id: str, wanted: Wanted) -> bytes:
        """Return the body of ``GET /users/{id}``."""
        return write_json(self._profile(user_id, wanted))

    def profiles_json(self, user_ids: Sequence[str], wanted: Wanted) -> bytes:
        """Return the body of ``GET /users?ids=``: portraits in the order asked, and unknown ids."""
        found, unknown = [], []
        for user_id in dict.fromkeys(user_ids):
            try:
                whole = wanted.is_whole
                found.append(
                    read_body(self.portrait(user_id, wanted)) if whole else self.profile_json(user_id, wanted)
                )
            except UnknownUserError:
                unknown.append(user_id)
        return b'{"users":[' + b",".join(found) + b'],"unknown":' + write_json(unknown) + b"}"

    def vector(self, user_id: str) -> tuple[str | int, UserVector]:
        """Return the id as the owner keeps it, and the vector."""
        with self._person(user_id) as studio:
            return studio.vector(user_id)

    def find_vectors(self, user_ids: Sequence[str]) -> dict[str, UserVector]:
        """Return the vectors of those users of whom one hangs ready.

        Those of a hundred are found quickly enough to be asked for where nothing may wait.
        """
        return self._serving.gallery.find_vectors(user_ids)

    def vectors(self, user_ids: Sequence[str]) -> list[UserVector | None]:
        """Return the vector of each user, hanging or drawn now; None for ids that nobody has."""
        found: dict[str, UserVector | None] = dict(self.find_vectors(user_ids))
        missing = [one for one in dict.fromkeys(user_ids) if one not in found]
        if missing:
            with self.studio() as studio:
                found |= dict(zip(missing, studio.vectors_of(missing), strict=True))
        return [found[one] for one in user_ids]

    def dim(self) -> int:
        """Return how many numbers a vector has."""
        with self.studio() as studio:
            return studio.settings.vector.dim

    def recommend(
        self, user_id: str, k: int, *, seen: bool, wishes: dict[str, Any], model: str, lang: str
    ) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/recommendations``."""
        with self._person(user_id) as studio:
            wanted = change_wishes(read_wishes(studio.settings.recommend), wishes)
            found = studio.recommend_one(
                user_id, k, exclude_seen=not seen, wishes=wanted, model=model, lang=lang
            )
            return {
                "user_id": _outside(studio, user_id),
                "model": model or "limner",
                "items": [item.to_dict() for item in found],
                "note": found.note or None,
            }

    def explain(self, user_id: str, item_id: str, *, lang: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/explanations/{item}``."""
        with self._person(user_id) as studio:
            if not studio.knows_item(item_id):
                raise UnknownItemError(f"no item {item_id!r}; name one of the catalogue")
            return studio.explain(user_id, item_id, lang=lang).to_dict()

    def similar(self, user_id: str, k: int, *, lang: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/similar``."""
        with self._person(user_id) as studio:
            found = studio.similar(user_id, k, lang=lang)
            return {
                "user_id": _outside(studio, user_id),
                "users": [other.to_dict() for other in found],
            }

    def lookalikes(self, user_ids: Sequence[str], k: int, *, lang: str) -> dict[str, Any]:
        """Return the body of ``POST /lookalikes``."""
        with self.studio() as studio:
            return studio.lookalike(user_ids, k, lang=lang).to_dict()

    def context(self, user_id: str, query: str, *, max_tokens: int, lang: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/context``."""
        with self._person(user_id) as studio:
            return studio.context(user_id, query, max_tokens=max_tokens, lang=lang).to_dict()

    def keep_audience(self, expression: str, name: str) -> dict[str, Any]:
        """Return the body of ``POST /audiences``: the audience is kept by then, and counted."""
        with self._serving.writer() as studio:
            kept = studio.keep_audience(expression, name=name)
            return studio.kept_audience(kept.id).to_dict()

    def audiences(self) -> dict[str, Any]:
        """Return the body of ``GET /audiences``."""
        with self.studio() as studio:
            return {"audiences": [one.to_dict() for one in studio.audiences()]}

    def audience(self, audience_id: str) -> dict[str, Any]:
        """Return the body of ``GET /audiences/{id}/size``."""
        with self.studio() as studio:
            return studio.kept_audience(audience_id).to_dict()

    def audience_users(self, audience_id: str, limit: int, after: str) -> dict[str, Any]:
        """Return the body of ``GET /audiences/{id}/users``."""
        with self.studio() as studio:
            return studio.kept_audience(audience_id).page(limit, after)

    def drop_audience(self, audience_id: str) -> dict[str, Any]:
        """Return what an audience was that is kept no longer."""
        with self._serving.writer() as studio:
            return studio.drop_audience(audience_id).to_dict()

    async def ingest(self, table: str, rows: Sequence[Any]) -> dict[str, Any]:
        """Add rows and return the body of ``POST /events`` or ``/texts``; they are on disk by then."""
        found = await wrap_future(self._joining.submit(table, rows))
        self._written += found.accepted
        return found.to_dict()

    def correct(self, user_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Correct a fact and return what was decided."""
        with self._person(user_id, writing=True) as studio:
            return studio.correct(user_id, **asked).to_dict()

    def corrections(self, user_id: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/corrections``."""
        with self._person(user_id) as studio:
            return {"corrections": [one.to_dict() for one in studio.corrections(user_id)]}

    def undo_correction(self, user_id: str, fact: str) -> dict[str, Any]:
        """Take a correction back and return it."""
        with self._person(user_id, writing=True) as studio:
            if all(one.path != fact for one in studio.corrections(user_id)):
                raise UnknownCorrectionError(
                    f"nothing was corrected of {fact!r}; see GET /users/{{id}}/corrections"
                )
            return studio.undo_correction(user_id, fact).to_dict()

    def erase(self, user_id: str) -> dict[str, Any]:
        """Erase a user and return the receipt."""
        with self._person(user_id, writing=True) as studio:
            return studio.erase(user_id).to_dict()

    def export_json(self, user_id: str, *, lang: str) -> bytes:
        """Return everything held of a user."""
        from limner.studio.rights.dossier import gather_dossier

        with self._person(user_id) as studio:
            return write_json(gather_dossier(studio, user_id, lang=lang))

    def search(self, text: str, limit: int) -> dict[str, Any]:
        """Return the body of ``GET /search``."""
        from limner.studio.people.looking_up import find_users

        with self.studio() as studio:
            return {"users": find_users(studio, text, limit)}

    def overview(self) -> dict[str, Any]:
        """Return the body of ``GET /overview``."""
        from limner.studio.people.population import describe_population

        with self.studio() as studio:
            key = (studio.store.path.name, last_change(studio.store))
            if self._overview is None or self._overview[0] != key:
                self._overview = key, describe_population(studio)
            return self._overview[1] | {"accepted_rows": self._written}

    def segments(self, *, lang: str) -> dict[str, Any]:
        """Return the body of ``GET /segments``; those of one build are found once."""
        with self.studio() as studio:
            key = (studio.store.path.name, lang or studio.lang)
            if key not in self._segments:
                found = studio.segments(lang=lang)
                self._segments = {name: kept for name, kept in self._segments.items() if name[0] == key[0]}
                self._segments[key] = [_shape_segment(one.to_dict()) for one in found]
            return {"segments": self._segments[key]}

    def compare(self, one: str, other: str, *, lang: str) -> dict[str, Any]:
        """Return the body of ``GET /compare``."""
        from limner.studio.portraits.comparing import compare_users

        with self._person(one), self._person(other) as studio:
            return compare_users(studio, one, other, lang=lang)

    def charts(self, user_id: str, as_of: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/charts``."""
        from limner.studio.portraits.charts import draw_charts

        with self._person(user_id) as studio:
            return draw_charts(studio, user_id, as_of or None).to_dict()

    def row(self, user_id: str, row_id: str) -> dict[str, Any]:
        """Return the body of ``GET /users/{id}/rows/{row}``."""
        from limner.studio.portraits.quotations import read_row

        with self._person(user_id) as studio:
            return read_row(studio, user_id, row_id)

    def check(self) -> dict[str, Any]:
        """Return what ``GET /readyz`` says.

        Raises:
            WorkspaceError: the store cannot be read.
        """
        with self.studio() as studio:
            row = studio.store.one("SELECT count(*) FROM meta")
            if row is None or not row[0]:
                raise WorkspaceError(f"{self.workspace}: the store is empty; build it again: limner build")
            return {"status": "ready", "store": studio.store.path.name}

    def close(self) -> None:
        """Finish what is being written, and close the store."""
        self._joining.close()
        self._serving.close()

    @contextmanager
    def _person(self, user_id: str, *, writing: bool = False) -> Iterator[Studio]:
        """Yield a studio, where it knows a user.

        Raises:
            UnknownUserError: it does not; near names are looked for by ``GET /search``, not here: that
                takes as long as there are users.
        """
        with self._serving.writer() if writing else self.studio() as studio:
            if not studio.knows(user_id):
                raise UnknownUserError(f"no user {user_id!r}; look for near ids with GET /search?q=")
            yield studio

    def _profile(self, user_id: str, wanted: Wanted) -> dict[str, Any]:
        with self._person(user_id) as studio:
            return shape_profile(studio, user_id, wanted)


def _outside(studio: Studio, user_id: str) -> str | int:
    """Return who a user is, as the owner writes it: one who was merged is somebody else now."""
    return studio.painter.outside_id("user_id", studio.painter.find_person(user_id).user_id)


def _shape_segment(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if name != "users"}
