"""What a workspace has written of its users, so that it is known again when it comes in."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.dimensions.own_words import OwnWords, hash_sentences
from limner.store.store import Store
from limner.store.workspace import open_current

_CHUNK = 500
_FIRST = 3
"""The version of a workspace that first kept sentences."""


def know_words(store: Store) -> OwnWords:
    """Return what recognises the sentences of the catalogue and those of the personas in a store."""
    if store.one("SELECT 1 FROM own_sentences") is None:
        return OwnWords()

    def knows(hashes: Collection[int]) -> bool:
        marks = ", ".join("?" * len(hashes))
        return store.one(f"SELECT 1 FROM own_sentences WHERE hash IN ({marks})", *hashes) is not None

    return OwnWords(lambda hashes: any(map(knows, _cut(list(hashes)))))


@contextmanager
def known_words(folder: Path) -> Iterator[OwnWords]:
    """Yield what recognises the words of the workspace in a folder, where there is one that keeps them."""
    store = open_current(folder, since=_FIRST)
    if store is None:
        yield OwnWords()
        return
    try:
        yield know_words(store)
    finally:
        store.close()


def keep_sentences(store: Store, texts: Iterable[str]) -> None:
    """Remember what was written, sentence by sentence, for good."""
    store.insert("own_sentences", [(hashed,) for text in texts for hashed in hash_sentences(text)])


def carry_words(folder: Path, store: Store) -> None:
    """Take over what the current store of a workspace remembers of models: sentences, personas, their names.

    A persona goes to the user of the same id, and is shown there while its facts hold.
    """
    old = open_current(folder, since=_FIRST)
    if old is None:
        return
    try:
        store.insert("own_sentences", old.execute("SELECT hash FROM own_sentences"))
        written = (
            "SELECT u.user_id, p.lang, p.source, p.sentences FROM personas p JOIN users u USING (user_no)"
        )
        for user_id, *persona in old.execute(written):
            row = store.one("SELECT user_no FROM users WHERE user_id = ?", user_id)
            if row is not None:
                store.insert("personas", [(row[0], *persona)])
        sources = [source for (source,) in old.rows("SELECT DISTINCT source FROM read_by ORDER BY source")]
        known = old.meta(("read_by",)).get("read_by") or []
        store.set_meta(read_by=sorted({*sources, *known}))
    finally:
        old.close()


def _cut(hashes: list[int]) -> Iterator[list[int]]:
    return (hashes[start : start + _CHUNK] for start in range(0, len(hashes), _CHUNK))
