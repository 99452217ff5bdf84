"""MIND, news with impressions: `behaviors.tsv` and `news.tsv`, both without a header."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from limner.collect.readers.delimited import Delimited
from limner.collect.readers.part import LINE, Chunk, Part, Reader, View, set_column
from limner.collect.readers.source import Source

_BEHAVIOURS = Delimited("\t", ("impression", "user", "time", "history", "shown"), quoted=False)
_NEWS = Delimited(
    "\t",
    ("news", "category", "subcategory", "title", "abstract", "url", "title entities", "abstract entities"),
    quoted=False,
)
_SHOWN = re.compile(r"\S+-[01]( \S+-[01])*")


@dataclass(frozen=True, slots=True)
class Clicks:
    """Rows of shown news, one row for each that was clicked; the undated history is left out."""

    def names(self, source: Source) -> list[str]:
        """Return the columns that come out."""
        return ["user", "time", "news"]

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the clicks with the line of their impression."""
        for chunk in _BEHAVIOURS.chunks(source):
            columns = [chunk.rows.column(name).to_pylist() for name in ("user", "time", "shown", LINE)]
            clicks = [
                (user, time, news.removesuffix("-1"), line)
                for user, time, shown, line in zip(*columns, strict=True)
                for news in shown.split()
                if news.endswith("-1")
            ]
            users, times, news, lines = zip(*clicks, strict=True) if clicks else ((), (), (), ())
            arrays = [pa.array(column, pa.string()) for column in (users, times, news)]
            names = [*self.names(source), LINE]
            yield Chunk(pa.table([*arrays, pa.array(lines, pa.int64())], names=names), chunk.rejected)


def _pair_categories(rows: pa.Table) -> pa.Table:
    """Return news in their category and in its part."""
    pairs = zip(*(rows.column(name).to_pylist() for name in ("categories", "#part")), strict=True)
    return set_column(rows, "categories", pa.array([list(pair) for pair in pairs], pa.list_(pa.string())))


def _behaviours(source: Source) -> Part | None:
    fields = next(iter(source.head()), "").split("\t")
    if len(fields) != len(_BEHAVIOURS.header) or not _SHOWN.fullmatch(fields[-1].strip()):
        return None
    columns = {"user_id": "user", "item_id": "news", "timestamp": "time", "event": "=click"}
    return Part(source, Clicks(), [View("events", columns)])


def _news(source: Source) -> Part | None:
    if len(next(iter(source.head()), "").split("\t")) != len(_NEWS.header):
        return None
    columns = {"item_id": "news", "title": "title", "description": "abstract", "categories": "category"}
    view = View("items", {**columns, "#part": "subcategory"}, _pair_categories, distinct="item_id")
    return Part(source, _NEWS, [view])


def _parts(sources: Sequence[Source], given: object) -> list[Part]:
    behaviours = [part for one in sources if one.stem == "behaviors" and (part := _behaviours(one))]
    news = [part for one in sources if one.stem == "news" and (part := _news(one))]
    return [*behaviours, *news] if behaviours else []


MIND = Reader("mind", "MIND: behaviors.tsv (clicked news of impressions), with news.tsv", _parts)
