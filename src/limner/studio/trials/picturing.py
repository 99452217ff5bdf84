"""A picture of a search: its trials, what moved their values, and what each part is worth. One PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limner.errors import SettingsError
from limner.evaluate.tuned import Tuned
from limner.extras import need

INK, MUTED, ACCENT, WARM = "#22313f", "#9aa5b1", "#1f77b4", "#c0562f"
BAR_INCHES = 0.3
MOST_BARS = 16


def draw_search(tuned: Tuned, path: Path) -> None:
    """Write the picture of a search to a PNG file.

    Names that the picture's font cannot show are written in ASCII escapes.

    Raises:
        MissingExtraError: matplotlib is not installed.
        SettingsError: the file cannot be written.
    """
    need("matplotlib", "tune")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    n_bars = max(len(tuned.parts), min(len(tuned.influences), MOST_BARS), 4)
    figure = Figure(figsize=(11, 4.2 + 1.2 + BAR_INCHES * n_bars), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, height_ratios=[4.2, 1.2 + BAR_INCHES * n_bars])
    _draw_trials(figure.add_subplot(grid[0, :]), tuned)
    _draw_influences(figure.add_subplot(grid[1, 0]), tuned)
    _draw_parts(figure.add_subplot(grid[1, 1]), tuned)
    try:
        figure.savefig(path, dpi=130, format="png")
    except OSError as exc:
        raise SettingsError(f"{path}: the picture cannot be written ({exc}); pass --picture OTHER") from exc


def _draw_trials(axes: Any, tuned: Tuned) -> None:
    done = [(trial.number, trial.value) for trial in tuned.trials if trial.value is not None]
    cut = [trial.number for trial in tuned.trials if trial.value is None]
    numbers, values = zip(*done, strict=True)
    best = [max(values[: count + 1]) for count in range(len(values))]
    # One hopeless trial must not flatten all others: the axis holds those near the start and above.
    ordered = sorted(values)
    floor = min(ordered[len(ordered) // 4], tuned.value_before.mean)
    top = max(*values, tuned.value_after.mean)
    margin = max((top - floor) * 0.12, 1e-4)
    axes.scatter(numbers, [max(value, floor - margin / 2) for value in values], s=16, color=ACCENT, zorder=3)
    axes.step(numbers, best, where="post", color=INK, linewidth=1.4, label="best so far")
    axes.axhline(tuned.value_before.mean, color=WARM, linewidth=1, linestyle="--", label="present settings")
    axes.axhline(tuned.value_after.mean, color=ACCENT, linewidth=1, linestyle=":", label="winner")
    if cut:
        axes.scatter(cut, [floor - margin / 2] * len(cut), s=18, marker="x", color=MUTED, label="cut short")
    axes.set_ylim(floor - margin, top + margin)
    axes.set_xlabel("trial (what fell far below stands at the lower edge)")
    axes.set_ylabel("NDCG@10 + Recall@20 on validation")
    mean, low, high = tuned.gain
    axes.set_title(
        f"{len(tuned.trials)} trials, {tuned.n_users:,} users of {tuned.n_questions} question(s): "
        f"gain {mean:+.4f} [{low:+.4f}, {high:+.4f}]",
        loc="left",
        fontsize=10,
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    _clear(axes)


def _draw_influences(axes: Any, tuned: Tuned) -> None:
    shown = tuned.influences[:MOST_BARS]
    labels = {knob.name: knob.label for knob in tuned.knobs}
    bars = [(_ascii(labels[one.name]), one.share, one.low, one.high, ACCENT) for one in shown]
    _draw_bars(axes, bars, empty="too few finished trials")
    axes.set_title("What moved the value (share of variance)", loc="left", fontsize=10)


def _draw_parts(axes: Any, tuned: Tuned) -> None:
    bars = [
        (
            _ascii(one.part) + (" (dropped)" if one.dropped else ""),
            *one.gain,
            MUTED if one.dropped else ACCENT,
        )
        for one in sorted(tuned.parts, key=lambda one: -one.gain.mean)
    ]
    _draw_bars(axes, bars, empty="no part can be left out")
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_title("What each part adds (with minus without)", loc="left", fontsize=10)


def _draw_bars(axes: Any, bars: Sequence[tuple[str, float, float, float, str]], *, empty: str) -> None:
    """Draw horizontal bars with intervals, the first on top."""
    _clear(axes)
    if not bars:
        axes.text(0.5, 0.5, empty, ha="center", va="center", transform=axes.transAxes, color=MUTED)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    for place, (_, mean, low, high, colour) in enumerate(bars):
        axes.barh(place, mean, height=0.62, color=colour)
        axes.plot([low, high], [place, place], color=INK, linewidth=1.2)
    axes.set_yticks(range(len(bars)), [name for name, *_ in bars], fontsize=8)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.tick_params(axis="x", labelsize=8)
    axes.locator_params(axis="x", nbins=6)


def _clear(axes: Any) -> None:
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _ascii(name: str) -> str:
    """Return a name in letters that the font has."""
    return name.encode("ascii", "backslashreplace").decode()
