"""How well and how fast are texts read, beside readers that people use? Print Markdown tables.

    python benchmarks/text.py [DATA] [--rows 2000]

DATA is the folder of the public sets (default ../shared/data). Rows are drawn (seed 3) from the test half of
`sentiment.halve`; what is tuned or taught comes from the development half. Balanced accuracy is the mean over
the two classes, a score of 0 counting as half right. The word lists were revised while reading development
rows of these sets (see `sentiment`), so "no labels used" means that no label reaches a reading; it does not
mean that nobody ever saw such reviews. Needs the extra text; peers that are not installed are left out:
snownlp, cnsenti, vaderSentiment, textblob.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from limner.text.languages import detect_language
from limner.text.sentiment import score_sentiment
from limner.text.teaching import Written, teach
from limner.text.tone import ToneModel
from limner.text.topic_heads import TopicHeads
from limner.text.topics import score_topics
from running import stamp, table
from sentiment import Rows, halve, read_amazon, read_labelled

SEED = 3
OWN_LABELS = 2_000
TOPIC_LABELS = 500
Reals = np.ndarray[Any, Any]


class Counted:
    """An encoder that counts the texts it is asked about."""

    def __init__(self, inner: Any) -> None:
        """Count from nothing."""
        self.inner, self.n = inner, 0
        self.name, self.dim = inner.name, inner.dim

    def encode(self, texts: Sequence[str]) -> Reals:
        """Return what the encoder returns."""
        self.n += len(texts)
        return self.inner.encode(texts)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--rows", type=int, default=2_000, help="test rows of each set")
    args = parser.parse_args()
    from limner.encoders.e5.opening import open_e5

    encoder = Counted(open_e5())  # no cache: every text is encoded
    print(stamp(SEED), f"encoder {encoder.name}\n")
    measured = [measure_sentiment(*given, encoder, args.rows) for given in sets(args.data)]
    header = ["set", "rows", "word lists", "+ encoder", "2,000 labels", "2,000 labels, no encoder", "peers"]
    print(table(header, [accuracy for accuracy, _ in measured]), "\n")
    header = ["set", "texts per CPU s: word lists", "+ encoder", "asked", "build, text to ledger", "SnowNLP"]
    print(table(header, [speed for _, speed in measured]), "\n")
    print(
        table(["topics", "rows", "names only", "500 labels"], measure_topics(args.data, encoder, args.rows))
    )


def sets(data: Path) -> Iterator[tuple[str, Rows]]:
    """Yield the labelled sets by name."""
    yield "shop zh", read_labelled(data / "chinese_reviews" / "online_shopping_10_cats.csv")
    yield "food zh", read_labelled(data / "chinese_reviews" / "waimai_10k.csv")
    reviews = data / "amazon_musical_instruments" / "Musical_Instruments_5.json"
    yield "amazon en", read_amazon(reviews, with_summary=False)


def measure_sentiment(name: str, rows: Rows, encoder: Counted, n_rows: int) -> tuple[list[str], list[str]]:
    """Return one row of the table of accuracies and one of the table of speeds."""
    test = draw(halve(rows, "test"), n_rows, both=True)
    began = time.process_time()
    asked = gather(test)
    words_s = time.process_time() - began
    untaught = ToneModel.untaught(encoder)
    encoder.n = 0
    began = time.process_time()
    tones = read(untaught, asked, encoder)
    encoder_s, n_asked = time.process_time() - began, encoder.n
    own = gather(draw(halve(rows, "dev"), OWN_LABELS, both=False))
    taught = ToneModel(untaught.prototypes, teach(own, untaught, encoder, seed=SEED))
    bare = ToneModel(None, teach(own, ToneModel(), None, seed=SEED))
    peers = {peer: time_peer(score, asked.texts) for peer, score in list_peers(name[-2:])}
    told = ", ".join(f"{peer} {balance(scores, asked.stars):.3f}" for peer, (scores, _) in peers.items())
    accuracy = [
        name,
        f"{len(test):,}",
        *(
            f"{balance(scores, asked.stars):.3f} ± {error(scores, asked.stars):.3f}"
            for scores in (asked.words, tones, read(taught, asked, encoder), read(bare, asked, None))
        ),
        told,
    ]
    snow = f"{len(test) / peers['SnowNLP'][1]:.0f}" if "SnowNLP" in peers else ""
    speed = [
        name,
        f"{len(test) / words_s:,.0f}",
        f"{len(test) / (words_s + encoder_s):,.0f}",
        f"{n_asked / len(test):.0%}",
        f"{len(test) / time_build(test):,.0f}",
        snow,
    ]
    return accuracy, speed


def gather(rows: Rows) -> Written:
    """Return labelled rows as texts to be read, with what the word lists say."""
    texts = [text for text, _ in rows]
    words = np.array([score_sentiment(text) for text in texts])
    stars = np.array([2.0 * label - 1 for _, label in rows])
    languages = [detect_language(text) for text in texts]
    return Written(texts, words, languages, stars, np.zeros(len(rows), np.int64))


def read(model: ToneModel, written: Written, encoder: Counted | None) -> Reals:
    """Return the tones that a model gives."""
    return model.score(written.texts, written.words.tolist(), written.languages, encoder)


def balance(scores: Reals, stars: Reals) -> float:
    """Return the balanced accuracy of signs."""
    right = 0.5 + np.sign(scores) * stars / 2
    return float((right[stars > 0].mean() + right[stars < 0].mean()) / 2)


def error(scores: Reals, stars: Reals) -> float:
    """Return the standard error of `balance`."""
    right = 0.5 + np.sign(scores) * stars / 2
    sides = [right[stars > 0], right[stars < 0]]
    return float(np.sqrt(sum(side.var() / len(side) for side in sides)) / 2)


def list_peers(language: str) -> Iterator[tuple[str, Callable[[str], float]]]:
    """Yield the readers of a language that are installed: text → a number, above 0 for praise."""
    with suppress(ImportError):
        if language == "zh":
            snow = import_module("snownlp").SnowNLP
            yield "SnowNLP", lambda text: snow(text).sentiments - 0.5
    with suppress(ImportError):
        if language == "zh":
            counter = import_module("cnsenti").Sentiment()
            yield "cnsenti", lambda text: _difference(counter.sentiment_count(text))
    with suppress(ImportError):
        if language == "en":
            vader = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
            yield "VADER", lambda text: vader.polarity_scores(text)["compound"]
    with suppress(ImportError):
        if language == "en":
            blob = import_module("textblob").TextBlob
            yield "TextBlob", lambda text: blob(text).sentiment.polarity


def _difference(counts: dict[str, int]) -> float:
    return counts["pos"] - counts["neg"]


def time_peer(score: Callable[[str], float], texts: Sequence[str]) -> tuple[Reals, float]:
    """Return the scores of a peer, and its CPU seconds after a first text."""
    score(texts[0])
    began = time.process_time()
    scores = np.array([score(text) if text.strip() else 0.0 for text in texts])
    return scores, time.process_time() - began


def time_build(rows: Rows) -> float:
    """Return the CPU seconds from a table of texts to a workspace, encoder, facts and vector included."""
    import tempfile

    import limner
    from limner.settings import TextSettings

    texts = [
        {"user_id": f"u{row % 500}", "text": text, "text_id": str(row)} for row, (text, _) in enumerate(rows)
    ]
    settings = limner.Settings(text=TextSettings(encoder="bundled"))
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        limner.build(texts=texts, workspace=folder, settings=settings)
        return time.process_time() - began


def measure_topics(data: Path, encoder: Counted, n_rows: int) -> list[list[str]]:
    """Return one row: ten shop categories, as many test rows of each."""
    path = data / "chinese_reviews" / "online_shopping_10_cats.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [(row["review"], row["cat"]) for row in csv.DictReader(lines)]
    names = sorted({label for _, label in rows})
    test, dev = (halve(rows, half) for half in ("test", "dev"))  # type: ignore[arg-type]
    asked, own = (draw_evenly(part, names, n) for part, n in ((test, n_rows), (dev, TOPIC_LABELS)))
    texts, truth = [text for text, _ in asked], np.array([names.index(label) for _, label in asked])
    by_name = score_topics(texts, names, encoder).argmax(axis=1)
    apart = score_topics(texts, names, encoder, together=False).argmax(axis=1)
    without = score_topics(texts, names, None).argmax(axis=1)
    heads = TopicHeads.fit([text for text, _ in own], [label for _, label in own], names, encoder)
    taught = heads.score(texts, encoder).argmax(axis=1)
    said = (
        f"{np.mean(by_name == truth):.3f} (no encoder {np.mean(without == truth):.3f}, "
        f"each text apart {np.mean(apart == truth):.3f})"
    )
    return [["10 shop categories", f"{len(texts):,}", said, f"{np.mean(taught == truth):.3f}"]]


def draw_evenly(rows: Any, names: Sequence[str], n_rows: int) -> Any:
    """Return as many rows of each label, shuffled."""
    rng = np.random.default_rng(SEED)
    chosen = [
        rng.permutation([row for row, (_, label) in enumerate(rows) if label == name])[: n_rows // len(names)]
        for name in names
    ]
    return [rows[row] for row in rng.permutation(np.concatenate(chosen))]


def draw(rows: Rows, n_rows: int, *, both: bool) -> Rows:
    """Return some rows; with ``both``, the rarer class whole where it is under a quarter."""
    rng = np.random.default_rng(SEED)
    labels = np.array([label for _, label in rows])
    rare = np.flatnonzero(labels == (labels.mean() < 0.5))
    if both and len(rare) < n_rows / 4:
        rest = np.flatnonzero(labels != (labels.mean() < 0.5))
        chosen = np.concatenate([rare, rng.permutation(rest)[: n_rows - len(rare)]])
    else:
        chosen = rng.permutation(len(rows))[:n_rows]
    return [rows[row] for row in chosen]


if __name__ == "__main__":
    main()
