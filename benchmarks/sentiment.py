"""How often does the sign of `score_sentiment` agree with the reviewer?

    python benchmarks/sentiment.py [DATA] [--half dev|test]

DATA is the folder of the public sets (default ../shared/data). A random half of the rows of each set
(seed 1) is for development, the other half is the test. No weight is fitted by a program, but the method is
not blind to labels: words were added, moved and re-weighted by hand after reading wrong development rows and
counting in which class a word occurs there, and the constants of `sentiment` were scanned on development
rows. So the test half is unseen rows of the same sets, not another domain.
A score of 0 counts as half right. Balanced accuracy is the mean over the two classes.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from limner.text.sentiment import score_sentiment

Rows = list[tuple[str, int]]


def read_labelled(path: Path) -> Rows:
    """Return (review, label) of a CSV with these columns."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [(row["review"], int(row["label"])) for row in csv.DictReader(lines)]


def read_amazon(path: Path, *, with_summary: bool) -> Rows:
    """Return (text, 1 for 4–5 stars or 0 for 1–2)."""
    reviews = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [
        (
            f"{row['summary']}\n{row['reviewText']}" if with_summary else row["reviewText"],
            int(row["overall"] > 3),
        )
        for row in reviews
        if row["overall"] != 3
    ]


def sets(data: Path) -> Iterator[tuple[str, Rows]]:
    """Yield the labelled sets by name."""
    amazon = data / "amazon_musical_instruments" / "Musical_Instruments_5.json"
    yield "shop zh", read_labelled(data / "chinese_reviews" / "online_shopping_10_cats.csv")
    yield "food zh", read_labelled(data / "chinese_reviews" / "waimai_10k.csv")
    yield "amazon en, text", read_amazon(amazon, with_summary=False)
    yield "amazon en, summary + text", read_amazon(amazon, with_summary=True)


def halve(rows: Rows, half: str) -> Rows:
    """Return the development or the test half of the rows, drawn with seed 1."""
    is_dev = np.random.default_rng(1).permutation(len(rows)) < len(rows) // 2
    return [row for row, dev in zip(rows, is_dev, strict=True) if dev == (half == "dev")]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--half", choices=["dev", "test"], default="test")
    args = parser.parse_args()
    print(f"{'set':26} {'rows':>6} {'balanced':>8} {'praise':>7} {'blame':>7} {'zero':>6} {'cpu s':>6}")
    for name, rows in sets(args.data):
        chosen = halve(rows, args.half)
        start = time.process_time()
        signs = np.sign([score_sentiment(text) for text, _ in chosen])
        taken = time.process_time() - start
        labels = np.array([label for _, label in chosen])
        praise = np.mean(0.5 + signs[labels == 1] / 2)
        blame = np.mean(0.5 - signs[labels == 0] / 2)
        print(
            f"{name:26} {len(chosen):6} {(praise + blame) / 2:8.3f} {praise:7.3f} {blame:7.3f} "
            f"{np.mean(signs == 0):6.3f} {taken:6.1f}"
        )


if __name__ == "__main__":
    main()
