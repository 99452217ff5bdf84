"""The honest ladder: every model tuned on the same validation, asked the same test questions once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.evaluate.contenders import Contender, make_contenders, name_missing
from limner.evaluate.examination import Yardstick
from limner.evaluate.ground import Ground, Lore, Terms
from limner.evaluate.panel import collect_panel
from limner.evaluate.picking import pick_rows
from limner.evaluate.question import Question
from limner.evaluate.relevance import find_relevant
from limner.evaluate.report import Report, Window
from limner.evaluate.rows import make_rows, name_best
from limner.evaluate.sitting import Sitting, sit
from limner.evaluate.splits import Splits, make_splits
from limner.evaluate.tuning import choose
from limner.evaluate.variants import Variant, make_variants
from limner.recommend.interactions import Interactions, read_interactions
from limner.records import UNTIMED, iso
from limner.settings import Settings

Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0..1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """The questions of a ladder, and who is told how far it is."""

    validation: list[Question]
    tests: list[Question]
    yardstick: Yardstick
    progress: Progress | None


def run_ladder(
    events: pa.Table,
    items: pa.Table,
    settings: Settings,
    *,
    terms: Terms | None = None,
    lore: Lore | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the ladder of a log; ``settings.vector.seed`` fixes every draw.

    All items of both tables are ranked.

    Raises:
        InputError: the log has no ground for an evaluation, or the terms cannot be read; the text says why.
        UnknownNameError: no such protocol, model or column.
    """
    import pyarrow.compute as pc

    asked = terms or Terms()
    listed = items["item_id"].to_pylist() if "item_id" in items.column_names else []
    wanted = None
    if asked.relevant:
        named = events.filter(pc.and_(pc.is_valid(events["user_id"]), pc.is_valid(events["item_id"])))
        wanted = find_relevant(asked.relevant, named)
    interactions = read_interactions(events, settings.events, item_ids=listed)
    return climb(Ground(interactions, lore or Lore(), settings, wanted), asked, progress=progress)


def climb(ground: Ground, terms: Terms, *, progress: Progress | None = None) -> Report:
    """Return the ladder of a ground."""
    settings, seed = ground.settings, ground.settings.vector.seed
    categories = [ground.lore.categories.get(one, ()) for one in ground.interactions.item_ids]
    contenders = make_contenders(
        settings,
        timed=ground.interactions.timed,
        content=ground.has_content,
        categories=categories if terms.protocol == "items" and any(categories) else None,
        cold=terms.protocol == "items",
    )
    variants = make_variants(settings, content=ground.has_content, ablate=terms.ablate)
    picked = pick_rows(terms, contenders, variants)
    splits = make_splits(
        ground.interactions,
        protocol=terms.protocol,
        seed=seed,
        wanted=ground.wanted,
        worded=ground.worded,
        rolling=terms.rolling,
        known=terms.known,
    )
    stage = _Stage(
        [ground.put(split) for split in splits.validation],
        [ground.put(split) for split in splits.tests],
        _take_yardstick(ground.interactions, splits.protocol),
        progress,
    )
    sittings = _seat(picked.contenders, picked.variants, stage)
    return _report(ground, terms, splits, stage, [one for one in sittings if one.name in picked.names])


def _take_yardstick(rows: Interactions, protocol: str) -> Yardstick:
    """Return what lists are held against; unseen items are as popular as they are to be."""
    if protocol == "items":
        items = np.unique(rows.users.astype(np.int64) * len(rows.item_ids) + rows.items) % len(rows.item_ids)
        return Yardstick(met=np.bincount(items, minlength=len(rows.item_ids)).astype(np.float64))
    return Yardstick(find_births(rows) if protocol == "time" else None)


def find_births(interactions: Interactions) -> NDArray[np.int64]:
    """Return when each item was first met, microseconds UTC (n_items,); the end of time for one never met."""
    born = np.full(len(interactions.item_ids), np.iinfo(np.int64).max)
    np.minimum.at(born, interactions.items, np.maximum(interactions.timestamps, UNTIMED))
    return born


def _seat(contenders: Sequence[Contender], variants: Sequence[Variant], stage: _Stage) -> list[Sitting]:
    """Return the sittings of all contenders, then of what is made of the tuned Limner."""
    n_all = len(contenders) + len(variants)
    found: list[Sitting] = []
    limner: Any = None
    for contender in contenders:
        _tell(stage, contender.name, len(found) / n_all)
        model, trials = choose(contender, stage.validation)
        limner = model if contender.name == "Limner" else limner
        kind = "limner" if contender.name == "Limner" else "baseline"
        plain = Variant(contender.name, kind)
        found.append(sit(plain, model, stage.tests, trials=trials, yardstick=stage.yardstick))
    for variant in variants:
        _tell(stage, variant.name, len(found) / n_all)
        found.append(sit(variant, limner, stage.tests, trials=0, yardstick=stage.yardstick))
    return found


def _tell(stage: _Stage, name: str, share: float) -> None:
    if stage.progress is not None:
        stage.progress(name, share)


def _report(
    ground: Ground, terms: Terms, splits: Splits, stage: _Stage, sittings: Sequence[Sitting]
) -> Report:
    seed = ground.settings.vector.seed
    panel = collect_panel(stage.tests, ground.lore.languages)
    timed = splits.protocol == "time"
    windows = tuple(
        Window(str(iso(split.at_us)) if timed else None, len(split.relevant)) for split in splits.tests
    )
    return Report(
        splits.protocol,
        splits.cutoffs,
        n_users=panel.n_users,
        n_items=len(ground.interactions.item_ids),
        n_ranked=stage.tests[-1].n_ranked,
        n_events=len(ground.interactions),
        n_validation_users=sum(len(split.relevant) for split in splits.validation),
        seed=seed,
        rows=make_rows(sittings, panel, seed=seed),
        windows=windows,
        best_baseline=name_best(sittings, panel),
        relevant=terms.relevant,
        known=terms.known,
        notes=(*splits.notes, *(name_missing() if not terms.models else ())),
    )
