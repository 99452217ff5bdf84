"""Everything that is held of one user, for that user to read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.records import iso
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.studio.kept.correcting import read_corrections
from limner.studio.texts.answering import BOOK

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_ROWS = ("events", "texts", "opinions", "claims", "words", "topics", "relations")
_HIDDEN = ("user_no", "ref", "text_ref", "origin_no", "origin_other", "item_no")


def gather_dossier(studio: "Studio", user_id: str | int, *, lang: str = "") -> dict[str, Any]:
    """Return all rows, sums, corrections and answers of a user, the portrait and vector, as JSON holds it.

    Raises:
        UnknownUserError: no such user.
    """
    store, painter = studio.store, studio.painter
    with store.reading():
        profile = studio.profile(user_id, lang=lang)
        person = painter.find_person(user_id)
        ids = [person.user_id, *_merged_ids(store, person.user_no)]
        return {
            "user_id": profile.user_id,
            "as_of": iso(profile.as_of),
            "merged_ids": ids[1:],
            "attributes": person.attributes,
            "circle": person.circle,
            **{name: _read_rows(store, name, person.user_no) for name in _ROWS},
            "relations_of_others": _read_others(store, ids),
            "ledger": _read_ledger(store, person.user_no),
            "corrections": [one.to_dict() for one in read_corrections(store, person.user_no)],
            "personas": _read_personas(store, person.user_no),
            "model_answers": _read_answers(studio.folder / BOOK, ids),
            "portrait": profile.to_dict(),
            "vector": [round(float(value), 6) for value in profile.vector.values],
        }


def _merged_ids(store: Store, user_no: int) -> list[str]:
    rows = store.rows(
        "SELECT u.user_id FROM merged m JOIN users u USING (user_no) WHERE m.known_no = ?", user_no
    )
    return [row[0] for row in rows]


def _read_rows(store: Store, table: str, user_no: int) -> list[dict[str, Any]]:
    """Return rows of the log in the owner's terms: ids for our numbers, times that people read."""
    names = columns_of(table)
    columns = [f"t.{name}" for name in names if name not in _HIDDEN]
    if "item_no" in names:
        columns.append("(SELECT item_id FROM items i WHERE i.item_no = t.item_no) AS item_id")
    if "text_ref" in names:
        columns.append(
            "(SELECT text_id FROM texts x WHERE x.user_no = t.user_no AND x.ref = t.text_ref) AS text_id"
        )
    if table in ("words", "topics"):
        columns.append(
            "(SELECT text_id FROM texts x WHERE x.user_no = t.user_no AND x.ref = t.ref) AS text_id"
        )
    shown = [column.rpartition(" AS ")[2].removeprefix("t.") for column in columns]
    rows = store.rows(
        f"SELECT {', '.join(columns)} FROM {table} t WHERE t.user_no = ? ORDER BY t.ts", user_no
    )
    found = [dict(zip(shown, row, strict=True)) for row in rows]
    return [{"timestamp": iso(one.pop("ts"))} | one for one in found]


def _read_others(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    rows = [
        row
        for one in ids
        for row in store.rows(
            "SELECT u.user_id, r.kind, r.weight, r.ts FROM relations r JOIN users u USING (user_no) "
            "WHERE r.other_id = ? ORDER BY u.user_id",
            one,
        )
    ]
    return [
        {"user_id": user_id, "kind": kind, "weight": weight, "timestamp": iso(ts)}
        for user_id, kind, weight, ts in rows
    ]


def _read_ledger(store: Store, user_no: int) -> dict[str, dict[str, Any]]:
    cells = store.cells_of(user_no)
    return {
        signal: {key: _write_cell(cell._asdict()) for key, cell in sorted(keys.items())}
        for signal, keys in sorted(cells.items())
    }


def _write_cell(cell: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in cell.items() if name not in ("key", "signal")}
    return plain | {name: iso(plain[name]) for name in ("first_seen", "last_seen") if name in plain}


def _read_personas(store: Store, user_no: int) -> list[dict[str, Any]]:
    rows = store.rows("SELECT lang, source, sentences FROM personas WHERE user_no = ?", user_no)
    return [{"lang": lang, "source": source, "sentences": json.loads(told)} for lang, source, told in rows]


def _read_answers(book: Path, ids: list[str]) -> list[dict[str, Any]]:
    """Return what models answered about the user's texts, and what of it was not taken over."""
    if not book.is_file():
        return []
    from limner.llm.book import Book

    answered = (
        "SELECT t.text_id, a.model, a.items FROM texts t JOIN answers a USING (evidence) WHERE t.user_id = ?"
    )
    with Book(book) as opened:
        return [
            {"text_id": text_id, "model": model, "answer": json.loads(items or "null")}
            for one in ids
            for text_id, model, items in opened.rows(answered, one)
        ]
