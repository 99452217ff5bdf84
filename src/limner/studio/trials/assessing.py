"""The ladder on a workspace's own log, and how well texts are read where the owner rated them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from limner.errors import InputError
from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.ground import Lore, Terms
from limner.evaluate.ladder import run_ladder
from limner.evaluate.report import Report
from limner.settings import Settings
from limner.store.store import Store
from limner.studio.kept.catalogue import read_catalogue
from limner.studio.kept.contents import learn_items
from limner.studio.kept.sides import read_all_sides
from limner.tables import empty

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_MIN_RATED = 50


def assess(
    studio: "Studio",
    *,
    terms: Terms | None = None,
    seed: int = 7,
    progress: Callable[[str, float], None] | None = None,
) -> Report:
    """Return the ladder of the events in a workspace, with a note on the texts that carry ratings.

    Raises:
        InputError: the log has no ground for an evaluation, and no rated texts either; the text says why.
        UnknownNameError: no such protocol, model or column.
    """
    store = studio.store
    settings = replace(studio.settings, vector=replace(studio.settings.vector, seed=seed))
    asked = terms or Terms()
    lore = _read_lore(store, settings)
    notes = _judge_texts(store, studio.rating_scale, seed=seed)
    items = pa.table({"item_id": pa.array(list(lore.words), pa.string())})
    try:
        report = run_ladder(read_events(store), items, settings, terms=asked, lore=lore, progress=progress)
    except InputError as exc:
        if not notes or asked != Terms():
            raise
        return Report.empty(len(lore.words), seed, (f"no ranking: {exc}", *notes))
    return replace(report, notes=(*report.notes, *notes))


def _read_lore(store: Store, settings: Settings) -> Lore:
    """Return what the items say of themselves, their categories, and the languages users write in."""
    catalogue = read_catalogue(store)

    known = {item.item_id: item for item in catalogue}

    def encode(learn_from: Sequence[str], item_ids: Sequence[str]) -> Any:
        described = [known[item_id] for item_id in learn_from]
        encoder, _ = learn_items(described, settings.text, seed=settings.vector.seed)
        return encoder.encode([known[item_id] for item_id in item_ids])

    return Lore(
        {item.item_id: item.words() for item in catalogue},
        {item.item_id: item.categories for item in catalogue},
        _read_languages(store),
        encode,
        read_all_sides(store),
    )


def _read_languages(store: Store) -> dict[str, str]:
    """Return the language most texts of each user are in, the first by name of equals."""
    rows = store.rows(
        "SELECT u.user_id, t.language, count(*) FROM texts t JOIN users u USING (user_no) "
        "WHERE t.language IS NOT NULL AND t.language <> '' GROUP BY 1, 2 ORDER BY 1, 3, 2 DESC"
    )
    return {user_id: language for user_id, language, _ in rows}


def read_events(store: Store) -> pa.Table:
    """Return the stored events as a table, oldest first."""
    rows = store.rows(
        "SELECT u.user_id, i.item_id, e.ts, e.event, e.event_id, e.value, e.dwell_s FROM events e "
        "JOIN users u USING (user_no) JOIN items i USING (item_no) ORDER BY e.ts, e.user_no, e.ref"
    )
    schema = empty("events").schema
    given = ("user_id", "item_id", "timestamp", "event", "event_id", "value", "dwell_s")
    columns = zip(*rows, strict=True) if rows else ((),) * len(given)
    known = {
        name: pa.array(column, schema.field(name).type) for name, column in zip(given, columns, strict=True)
    }
    nulls = {name: pa.nulls(len(rows), schema.field(name).type) for name in schema.names if name not in given}
    return pa.table({name: known.get(name, nulls.get(name)) for name in schema.names})


def _judge_texts(store: Store, scale: tuple[float, float] | None, *, seed: int) -> tuple[str, ...]:
    """Return a sentence on how often the sentiment agrees with the rating; none without ratings."""
    if scale is None:
        return ()
    middle = sum(scale) / 2
    rows = store.rows("SELECT rating, polarity FROM texts WHERE rating IS NOT NULL AND polarity IS NOT NULL")
    judged = np.array(
        [(rating > middle, said) for rating, said in rows if rating != middle], dtype=np.float64
    )
    if len(judged) < _MIN_RATED or len(set(judged[:, 0].tolist())) < 2:
        return ()
    liked = judged[:, 0] == 1
    right = np.where(judged[:, 1] == 0, 0.5, (judged[:, 1] > 0) == liked)
    balanced = right * np.where(liked, 0.5 / liked.mean(), 0.5 / (~liked).mean())
    mean, low, high = bound_mean(balanced, seed=seed)
    return (
        f"texts: the sentiment read has the side of the rating given in {mean:.1%} "
        f"[{max(0.0, low):.1%}, {min(1.0, high):.1%}] of {len(judged):,} rated texts "
        "(balanced, no labels used)",
    )
