"""From what was measured to the rows of the report: means per user first, then intervals and differences."""

from collections.abc import Sequence

import numpy as np

from limner.evaluate.bootstrap import Interval, bound_means
from limner.evaluate.examination import AGES, MEASURES
from limner.evaluate.metrics import Scores
from limner.evaluate.panel import Panel
from limner.evaluate.report import Row, Slice
from limner.evaluate.sitting import Sitting

MAIN = "ndcg@10"


def make_rows(sittings: Sequence[Sitting], panel: Panel, *, seed: int) -> tuple[Row, ...]:
    """Return one row per sitting; every interval is read off the same resamples of users."""
    columns: dict[tuple[str, str, str], Scores] = {}
    main = {one.name: panel.mean_by_user(one.values[MAIN]) for one in sittings}
    others = _name_others(sittings, panel)
    for one in sittings:
        for measure in MEASURES:
            columns[one.name, "metric", measure] = panel.mean_by_user(one.values[measure])
        for role, other in others.items():
            columns[one.name, "against", role] = main[one.name] - main[other]
        for (kind, name), rows in panel.slices().items():
            columns[one.name, kind, name] = panel.mean_by_user(one.values[MAIN], rows)
        for age in AGES:
            if age in one.values:
                columns[one.name, "item_age", age] = panel.mean_by_user(one.values[age])
    intervals = bound_means(np.column_stack(list(columns.values())), seed=seed)
    bounded = dict(zip(columns, intervals, strict=True))
    return tuple(_make_row(one, columns, bounded, others, panel) for one in sittings)


def name_best(sittings: Sequence[Sitting], panel: Panel) -> str:
    """Return the baseline with the highest NDCG@10 on the test itself, which favours it; "" without one."""
    means = {
        one.name: float(np.mean(panel.mean_by_user(one.values[MAIN])))
        for one in sittings
        if one.kind == "baseline"
    }
    return max(means, key=lambda name: means[name]) if means else ""


def _name_others(sittings: Sequence[Sitting], panel: Panel) -> dict[str, str]:
    """Return whom everyone is compared with, by role."""
    there = {one.name for one in sittings}
    roles = {"ease": "EASE", "best": name_best(sittings, panel), "limner": "Limner"}
    return {role: name for role, name in roles.items() if name in there}


def _make_row(
    one: Sitting,
    columns: dict[tuple[str, str, str], Scores],
    bounded: dict[tuple[str, str, str], Interval],
    others: dict[str, str],
    panel: Panel,
) -> Row:
    mine = {(kind, name): interval for (owner, kind, name), interval in bounded.items() if owner == one.name}
    slices = tuple(
        Slice(kind, name, int((~np.isnan(columns[one.name, kind, name])).sum()), interval)
        for (kind, name), interval in mine.items()
        if kind not in ("metric", "against") and not np.isnan(columns[one.name, kind, name]).all()
    )
    windows = [
        float(np.mean(one.values[MAIN][panel.windows == window]))
        for window in range(int(panel.windows.max()) + 1)
    ]
    return Row(
        one.name,
        one.kind,
        {measure: mine["metric", measure] for measure in MEASURES},
        one.coverage,
        one.tuned,
        one.trials,
        one.fit_s,
        {role: mine["against", role] for role, other in others.items() if other != one.name},
        slices,
        tuple(windows),
        one.note,
    )
