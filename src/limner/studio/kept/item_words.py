"""What people write about an item: its keywords over all its texts."""

from typing import TYPE_CHECKING

from limner.errors import UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from limner.store.store import Store

_SAID = (
    "SELECT w.word, SUM(w.weight) AS total, COUNT(*) FROM items i JOIN texts t ON t.item_no = i.item_no "
    "JOIN words w ON w.user_no = t.user_no AND w.ts = t.ts AND w.ref = t.ref "
    "WHERE i.item_id = ? GROUP BY w.word ORDER BY total DESC, w.word LIMIT ?"
)


def find_item_keywords(store: "Store", item_id: str | int, k: int = 10) -> list[tuple[str, float, int]]:
    """Return (word, weight, texts) of the k keywords of an item, heaviest first; none where nobody wrote.

    The weight is the sum of the word's TF-IDF over the texts about the item that are kept.

    Raises:
        UnknownNameError: no such item; the text suggests near ids.
    """
    wanted = str(item_id)
    if store.one("SELECT 1 FROM items WHERE item_id = ?", wanted) is None:
        known = [row[0] for row in store.rows("SELECT item_id FROM items LIMIT 50000")]
        raise UnknownNameError(f"no item {wanted!r} in {store.path.parent}{did_you_mean(wanted, known)}")
    return [(str(word), float(total), int(n)) for word, total, n in store.rows(_SAID, wanted, k)]
