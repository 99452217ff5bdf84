"""The report as one HTML file that asks for nothing else: no script, no request, readable on a phone."""

from collections.abc import Iterator, Sequence
from html import escape

from limner.evaluate.bootstrap import Interval
from limner.evaluate.examination import MEASURES
from limner.evaluate.page.plots import Mark, plot_dots, plot_lines
from limner.evaluate.page.style import STYLE
from limner.evaluate.page.wording import WORDS, word
from limner.evaluate.report import Report, Row
from limner.records import Language

PLOTTED = (("ndcg@10", "NDCG@10"), ("recall@20", "Recall@20"), ("debiased_ndcg@10", "debiased NDCG@10"))
MADE = ("part", "control", "ablation")
TRACKED = ("baseline", "limner")


def write_page(report: Report, lang: Language) -> str:
    """Return the report as one HTML document."""
    body = "\n".join(part for part in _write_parts(report, lang) if part)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(word('title', lang))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body><main>\n{body}\n</main></body>\n</html>\n"
    )


def _write_parts(report: Report, lang: Language) -> Iterator[str]:
    yield f"<h1>{escape(word('title', lang))}</h1>"
    if report.rows:
        yield from _introduce(report, lang)
        yield _write_ladder(report, lang)
        yield _write_against(report, lang)
        yield _write_windows(report, lang)
        yield _write_slices(report, lang)
        yield _write_made(report, lang)
        yield _write_numbers(report, lang)
        yield _write_tuned(report, lang)
        yield _section(word("reading", lang), f"<p>{escape(word('reading.text', lang))}</p>")
    else:
        yield f"<p>{escape(word('nothing', lang))}</p>"
    yield from (f'<p class="soft">{escape(note)}</p>' for note in report.notes)


def _introduce(report: Report, lang: Language) -> Iterator[str]:
    said = [word(f"protocol.{report.protocol}", lang)]
    said.append(
        word(
            "asked",
            lang,
            n=report.n_users,
            ranked=report.n_ranked,
            items=report.n_items,
            v=report.n_validation_users,
            seed=report.seed,
        )
    )
    said += [word("known", lang, n=report.known)] if report.known else []
    said += [word("relevant", lang, what=report.relevant)] if report.relevant else []
    yield f"<p>{escape(' '.join(said))}</p>"
    cut = " · ".join(f"{name}: {what}" for name, what in report.cutoffs.items())
    yield f'<p class="soft">{escape(cut)}</p>'


def _write_ladder(report: Report, lang: Language) -> str:
    rows = report.of_kind(*TRACKED)
    cards = [
        _card(name, plot_dots([_mark(row, row.metrics[key]) for row in rows], title=name))
        for key, name in PLOTTED
    ]
    return _section(word("ladder", lang), _cards(cards))


def _write_against(report: Report, lang: Language) -> str:
    title = word("against", lang, best=report.best_baseline)
    marks = [_mark(row, row.against["best"]) for row in report.rows if "best" in row.against]
    if not marks:
        return ""
    lead = f'<p class="soft">{escape(word("against.lead", lang))}</p>'
    return _section(title, lead + _cards([_card("ΔNDCG@10", plot_dots(marks, title=title, zero=True))]))


def _write_windows(report: Report, lang: Language) -> str:
    title = word("windows", lang)
    labels = [(window.starts or "")[5:10] for window in report.windows]
    rows = report.of_kind(*TRACKED)
    drawn = plot_lines([(row.name, row.kind, row.windows) for row in rows], labels, title=title)
    asked = " · ".join(word("users", lang, n=window.n_users) for window in report.windows)
    return _section(title, _cards([_card(asked, drawn)])) if drawn else ""


def _write_slices(report: Report, lang: Language) -> str:
    cards = []
    rows = report.of_kind(*TRACKED)
    for place, one in enumerate(rows[0].slices if rows else ()):
        named = word(one.name, lang) if one.name in WORDS else one.name
        said = word(one.kind, lang, name=named)
        title = f"{said} — {word('users', lang, n=one.n_users)}"
        marks = [_mark(row, row.slices[place].ndcg) for row in rows]
        cards.append(_card(title, plot_dots(marks, title=title)))
    return _section(word("slices", lang), _cards(cards)) if cards else ""


def _write_made(report: Report, lang: Language) -> str:
    rows = report.of_kind("limner", *MADE)
    if not report.of_kind(*MADE):
        return ""
    cards = [_card("NDCG@10", plot_dots([_mark(row, row.ndcg) for row in rows], title="NDCG@10"))]
    marks = [_mark(row, row.against["limner"]) for row in rows if "limner" in row.against]
    if marks:
        cards.append(_card("ΔNDCG@10 (Limner)", plot_dots(marks, title="ΔNDCG@10", zero=True)))
    lead = f'<p class="soft">{escape(word("parts.lead", lang))}</p>'
    return _section(word("parts", lang), lead + _cards(cards))


def _write_numbers(report: Report, lang: Language) -> str:
    head = [word("model", lang), *MEASURES, "coverage", "fit s"]
    rows = [
        [
            f"<td>{escape(row.name)}</td>",
            *(_cell(row.metrics[measure]) for measure in MEASURES),
            f"<td>{row.coverage:.3f}</td>",
            f"<td>{row.fit_s:.2f}</td>",
        ]
        for row in report.rows
    ]
    kinds = [row.kind for row in report.rows]
    return _section(word("numbers", lang), _table(head, rows, kinds))


def _write_tuned(report: Report, lang: Language) -> str:
    head = [word("model", lang), word("trials", lang), word("tuned", lang)]
    rows = report.of_kind(*TRACKED)
    cells = [
        [
            f"<td>{escape(row.name)}</td>",
            f"<td>{row.trials}</td>",
            f'<td class="text">{escape(_flatten(row.tuned))}</td>',
        ]
        for row in rows
    ]
    return _section(word("tuned", lang), _table(head, cells, [row.kind for row in rows]))


def _flatten(tuned: dict[str, object]) -> str:
    parts = [
        _flatten(value) if isinstance(value, dict) else f"{name} {value}" for name, value in tuned.items()
    ]
    return ", ".join(parts) or "—"


def _mark(row: Row, interval: Interval) -> Mark:
    return Mark(row.name, row.kind, interval)


def _cell(interval: Interval) -> str:
    mean, low, high = interval
    return f"<td>{mean:.4f}<small>{low:.4f} … {high:.4f}</small></td>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[str]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f'<tr class="{kind}">{"".join(cells)}</tr>' for cells, kind in zip(rows, kinds, strict=True)
    )
    return f'<div class="card wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _card(title: str, inner: str) -> str:
    return f'<div class="card"><h3>{escape(title)}</h3>{inner}</div>' if inner else ""


def _cards(cards: Sequence[str]) -> str:
    return f'<div class="cards">{"".join(cards)}</div>'


def _section(title: str, inner: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{inner}\n</section>"
