"""How right and how complete are the opinions that are read, with aspect, polarity and quotation?

    python benchmarks/aspects.py [DATA] [--rows test|dev] [--worlds 7 11 23]

Two truths: the texts of sample worlds, whose opinions are planted, and reviews annotated by hand
(`annotations/guidelines.md`), looked up by their hash in DATA (default ../shared/data).

**Matching.** An opinion that was read *meets* a true one when their stretches of text overlap in at least
half of the shorter one. It *matches* when the aspect agrees too: the names are equal, share a line of
`annotations/names.txt`, or the true name is a word that the word lists map to the aspect. For a sample world
the true names are all the world's spellings of the aspect. It is *right* when the polarity agrees as well.
- precision: right / all that were read. recall: true opinions met by a right one / true opinions.
- polarity: among those that match some true opinion, the share that is right.
- loose: precision and recall with meeting and polarity alone, whatever the aspect.
- Opinions on a thing as a whole are scored apart. A true one is never counted in recall here, and what was
  read is left out when its aspect names the whole (整体, overall, or the noun in the stretch itself, as in
  "great tuner") and it meets a true one on the whole with the same polarity; any other aspect is wrong.
- A fact without an evaluating word (`factual`) is not counted in recall; finding it is right.
  `recall, facts too` counts it.
Intervals are 95 % by 2,000 bootstrap draws of reviews. A quotation that is not ``text[start:end]`` is a
violation.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from limner.collect.world import make_world
from limner.collect.world.aspects import ALIASES
from limner.text import find_opinions
from limner.text.aspects import Opinion
from limner.text.lexicons import load_lexicon
from limner.text.segmentation import lemmatise
from running import stamp, table
from sentiment import sets

HERE = Path(__file__).parent / "annotations"
OVERLAP = 0.5
DRAWS = 2000
WORLD_USERS = 600


class Truth(NamedTuple):
    """One true opinion."""

    names: frozenset[str]
    polarity: int
    start: int
    end: int
    whole: bool = False
    factual: bool = False


class Review(NamedTuple):
    """A text with its true opinions."""

    text: str
    language: str
    opinions: tuple[Truth, ...]


def read_groups() -> dict[str, set[int]]:
    """Return name → the groups it stands in."""
    groups: dict[str, set[int]] = {}
    lines = (HERE / "names.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in lines if line and line[0] != "#"):
        for name in line.split():
            groups.setdefault(plain(name), set()).add(number)
    return groups


def plain(name: str) -> str:
    """Return a name in lower case with spaces, each word in base form."""
    return " ".join(lemmatise(word) for word in name.lower().replace("_", " ").split())


GROUPS = read_groups()


def agrees(aspect: str, names: Iterable[str], language: str) -> bool:
    """Return whether an aspect that was read is one of the true names, under the stated mapping."""
    read = plain(aspect)
    for name in map(plain, names):
        entry = load_lexicon(language).entries.get(name)
        known = {plain(entry.aspect), plain(entry.implies)} if entry else set()
        if read == name or read in known or GROUPS.get(read, set()) & GROUPS.get(name, set()):
            return True
    return False


def meets(found: Opinion, true: Truth) -> bool:
    """Return whether two stretches overlap in at least half of the shorter one."""
    shared = min(found.end, true.end) - max(found.start, true.start)
    return shared >= OVERLAP * min(found.end - found.start, true.end - true.start) and shared > 0


def names_the_whole(found: Opinion, true: Truth, review: Review) -> bool:
    """Return whether the aspect is the whole: so called, or the noun by which the stretch calls the thing."""
    if found.aspect in ("整体", "overall"):
        return True
    stretch = review.text[min(found.start, true.start) : max(found.end, true.end)].lower()
    return plain(found.aspect) in " ".join(lemmatise(word) for word in words_of(stretch))


def words_of(stretch: str) -> list[str]:
    """Return the words of a stretch; Chinese stays in one piece."""
    return "".join(mark if mark.isalnum() else " " for mark in stretch).split()


class Tally(NamedTuple):
    """What is counted of one review."""

    found: int
    right: int
    right_loose: int
    matched: int
    true: int
    met: int
    met_loose: int
    true_facts: int
    met_facts: int
    whole: int
    violations: int


def tally(review: Review, found: list[Opinion]) -> Tally:
    """Return the counts of one review."""
    language = review.language

    def same(one: Opinion, true: Truth) -> bool:
        return meets(one, true) and one.polarity * true.polarity > 0

    def right(one: Opinion, true: Truth) -> bool:
        return same(one, true) and matches(one, true)

    def matches(one: Opinion, true: Truth) -> bool:
        return meets(one, true) and not true.whole and agrees(one.aspect, true.names, language)

    def on_whole(one: Opinion) -> bool:
        wholes = [true for true in review.opinions if true.whole and same(one, true)]
        return any(names_the_whole(one, true, review) for true in wholes)

    is_right = {one: any(right(one, true) for true in review.opinions) for one in found}
    scored = [one for one in found if is_right[one] or not on_whole(one)]
    sides = [true for true in review.opinions if not true.whole]
    said = [true for true in sides if not true.factual]
    return Tally(
        len(scored),
        sum(is_right[one] for one in scored),
        sum(any(same(one, true) for true in review.opinions) for one in scored),
        sum(any(matches(one, true) for true in sides) for one in scored),
        len(said),
        sum(any(right(one, true) for one in found) for true in said),
        sum(any(same(one, true) for one in found) for true in said),
        len(sides),
        sum(any(right(one, true) for one in found) for true in sides),
        len(found) - len(scored),
        sum(one.quote != review.text[one.start : one.end] or not one.quote for one in found),
    )


def read_annotated(data: Path, rows: str) -> list[Review]:
    """Return the annotated reviews whose text is in the data folder."""
    lines = (HERE / ("aspects.jsonl" if rows == "test" else "aspects_dev.jsonl")).read_text(encoding="utf-8")
    notes = [json.loads(line) for line in lines.splitlines()]
    texts = {hashlib.sha256(text.encode()).hexdigest(): text for text in _texts(data)}
    return [
        Review(texts[note["sha256"]], note["language"], tuple(_truths(note["opinions"])))
        for note in notes
        if note["sha256"] in texts
    ]


def _texts(data: Path) -> Iterator[str]:
    if not data.is_dir():
        return
    for name, rows in sets(data):
        if "summary" not in name:
            yield from (text for text, _ in rows)


def _truths(opinions: list[dict[str, object]]) -> Iterator[Truth]:
    for said in opinions:
        yield Truth(
            frozenset([str(said["aspect"])]),
            1 if said["polarity"] == "+" else -1,
            int(str(said["start"])),
            int(str(said["end"])),
            bool(said.get("overall")),
            bool(said.get("factual")),
        )


def read_world(seed: int, users: int = WORLD_USERS) -> list[Review]:
    """Return the texts of a sample world with what they say."""
    world = make_world(users=users, seed=seed)
    columns = (world.tables["texts"][name].to_pylist() for name in ("text_id", "text"))
    reviews = []
    for text_id, text in zip(*columns, strict=True):
        truth = world.truth.texts[text_id]
        language = world.truth.users[truth.user_id].language
        said = tuple(Truth(ALIASES[one.aspect], one.polarity, one.start, one.end) for one in truth.mentions)
        reviews.append(Review(text, language, said))
    return reviews


def share(part: str, whole: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from sums of tallies to one ratio."""
    place = Tally._fields.index
    return lambda sums: sums[..., place(part)] / np.maximum(sums[..., place(whole)], 1)


MEASURES = {
    "precision": share("right", "found"),
    "recall": share("met", "true"),
    "polarity": share("right", "matched"),
    "precision, loose": share("right_loose", "found"),
    "recall, loose": share("met_loose", "true"),
    "recall, facts too": share("met_facts", "true_facts"),
}


def measure(name: str, reviews: list[Review]) -> list[str]:
    """Return one row of the table."""
    began = time.process_time()
    found = [find_opinions(review.text) for review in reviews]
    taken = time.process_time() - began
    counts = np.array([tally(*pair) for pair in zip(reviews, found, strict=True)])
    rng = np.random.default_rng(0)
    draws = np.array([counts[rng.integers(len(counts), size=len(counts))].sum(axis=0) for _ in range(DRAWS)])
    cells = []
    for ratio in MEASURES.values():
        low, high = np.percentile(ratio(draws), [2.5, 97.5])
        cells.append(f"{ratio(counts.sum(axis=0)):.3f} ({low:.2f}–{high:.2f})")
    total = Tally(*counts.sum(axis=0))
    sizes = [f"{len(reviews)}", f"{total.found}", f"{total.whole}", f"{total.true}", f"{total.violations}"]
    return [name, *sizes, *cells, f"{1000 * taken / len(reviews):.2f}"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--rows", choices=["dev", "test"], default="test")
    parser.add_argument("--worlds", nargs="*", type=int, default=[7, 11, 23])
    args = parser.parse_args()
    reviews = read_annotated(args.data, args.rows)
    groups = {f"annotated {one}": [r for r in reviews if r.language == one] for one in ("zh", "en")}
    for seed in args.worlds:
        world = read_world(seed)
        groups |= {f"world {seed} {one}": [r for r in world if r.language == one] for one in ("zh", "en")}
    print(stamp(0), "\n")
    if not reviews:
        print(f"{args.data}: none of the annotated reviews is there: skipped\n")
    header = ["texts", "n", "read", "on the whole", "true", "violations", *MEASURES, "CPU s / 1,000"]
    print(table(header, [measure(name, group) for name, group in groups.items() if group]))


if __name__ == "__main__":
    main()
