"""An open workspace: its store, its settings, its people."""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from limner.phrases import choose_language
from limner.records import Language
from limner.settings import Settings
from limner.store.store import Store
from limner.studio.advice.recommending import Adviser
from limner.studio.kept.migration import open_workspace
from limner.studio.portraits.painting import Painter

if TYPE_CHECKING:
    from limner.studio.building.build import BuildReport


class Opened:
    """A workspace that is open, and who is in it."""

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

    def beside(self) -> Self:
        """Return a studio of the same store with a connection of its own, to read from in another thread.

        Both hold the space and the models once. What one writes the other sees.
        """
        other = copy(self)
        other.__dict__.pop("_receiver", None)
        other._adviser = self._adviser.beside()
        return other

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

    def knows(self, user_id: str | int) -> bool:
        """Return whether there is such a user; one who was merged into another counts."""
        return self.store.one("SELECT 1 FROM users WHERE user_id = ?", str(user_id)) is not None

    def knows_item(self, item_id: str | int) -> bool:
        """Return whether there is such an item."""
        return self.store.one("SELECT 1 FROM items WHERE item_id = ?", str(item_id)) is not None

    def count_pending(self, user_id: str | int, as_of_us: int | None) -> int:
        """Return how many events of a user lie after a moment: a portrait of then does not have them."""
        number = self.painter.find_person(user_id).user_no
        row = self.store.one(
            "SELECT count(*) FROM events WHERE user_no = ? AND ts > ?", number, as_of_us or 0
        )
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the store."""
        self.painter.store.close()

    def _id_type(self, name: str) -> Any:
        import pyarrow as pa

        return pa.int64() if name in self.painter.meta["integer_ids"] else pa.string()
