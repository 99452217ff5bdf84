"""What a model read in texts joins the log and the ledger, user by user."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.ledger.numbering import find_ref
from limner.records import Fact, Language
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.studio.intake.ingestion import sum_anew, writing
from limner.studio.kept.echoes import keep_sentences
from limner.studio.kept.ledgers import landmarks_of
from limner.studio.kept.personas import mark_fact

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What one reader found in one text; nothing is an answer, too."""

    text_ref: int
    claims: tuple["Found", ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One claim in a text: ``text[start:end]`` says it."""

    dimension: str
    key: str
    value: str
    polarity: float
    start: int
    end: int


def add_claims(painter: "Painter", user_no: int, source: str, read: Sequence[Read]) -> int:
    """Put what a reader found in a user's texts into the log and the ledger; return the rows it has there.

    What the same reader found in these texts before gives way. A text that has gone meanwhile is passed over.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
        BuiltAnewError: another store is current now.
    """
    with writing(painter) as meta:
        painter.touch([user_no])
        store, ledger, landmarks = painter.store, painter.ledger, landmarks_of(meta)
        rows = {row[2]: row for one in read for row in _log_rows(store, user_no, source, one)}
        held = _find_held(store, user_no, source, [one.text_ref for one in read])
        store.insert("read_by", [(one.text_ref, source) for one in read])
        if held - rows.keys():
            _take_out(store, user_no, held)
            store.insert("claims", rows.values())
            sum_anew(ledger, [user_no], landmarks)
            return len(rows)
        fresh = [row for ref, row in rows.items() if ref not in held]
        if fresh:
            ledger.clear()
            ledger.stage_log("claims", fresh)
            store.insert("claims", fresh)
            ledger.derive(landmarks, ("claims",))
            ledger.add(signal for signal in ledger.signals if signal.log_table == "claims")
            ledger.clear()
    return len(rows)


def keep_persona(
    painter: "Painter",
    user_no: int,
    lang: Language,
    source: str,
    sentences: Sequence[tuple[str, Sequence[Fact]]],
) -> None:
    """Keep a persona in place of the one before: sentences, each with the facts it rests on.

    Without sentences, what is kept is that it was tried; the composed one is shown.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
        BuiltAnewError: another store is current now.
    """
    told = [[text, [mark_fact(fact) for fact in facts]] for text, facts in sentences]
    with writing(painter):
        painter.touch([user_no])
        row = (user_no, lang, source, json.dumps(told, ensure_ascii=False))
        painter.store.insert("personas", [row], replace=True)
        if sentences:
            keep_sentences(painter.store, [" ".join(text for text, _ in sentences)])


def _log_rows(store: Store, user_no: int, source: str, read: Read) -> Iterable[Row]:
    asked = "SELECT ts, text_id, text FROM texts WHERE user_no = ? AND ref = ?"
    found = store.one(asked, user_no, read.text_ref)
    if found is None:
        return
    ts, text_id, text = found
    for one in read.claims:
        if not 0 <= one.start < one.end <= len(text):
            continue
        key = one.key.replace("|", "/")  # the mark that parts of a ledger's key are joined by
        named = (text_id, source, one.dimension, key, one.value, str(one.start))
        given = {
            "user_no": user_no,
            "ts": ts,
            "ref": find_ref("\x1f".join(named)),
            "text_ref": read.text_ref,
            "dimension": one.dimension,
            "key": key,
            "value": one.value,
            "polarity": one.polarity,
            "start": one.start,
            "stop": one.end,
            "source": source,
        }
        yield tuple(given[name] for name in columns_of("claims"))


def _find_held(store: Store, user_no: int, source: str, text_refs: Iterable[int]) -> set[int]:
    asked = "SELECT ref FROM claims WHERE user_no = ? AND text_ref = ? AND source = ?"
    return {ref for text_ref in text_refs for (ref,) in store.rows(asked, user_no, text_ref, source)}


def _take_out(store: Store, user_no: int, refs: Iterable[int]) -> None:
    pairs = [(user_no, ref) for ref in refs]
    store.executemany("DELETE FROM claims WHERE user_no = ? AND ref = ?", pairs)
