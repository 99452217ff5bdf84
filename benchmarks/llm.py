"""What does a language model add, what is refused of it, and what does it cost, over 24 users?

    python benchmarks/llm.py (--gguf FILE | --base-url URL --model NAME) [--data DATA] [--half test|dev] …

Twelve users write Chinese, twelve English. The Chinese rows have no user ids, so rows of one category in the
order of a seeded shuffle are taken for one user (the ten shop categories, and two of food delivery); the
English ones are the reviewers of musical instruments who wrote most, each with their newest texts. `--half
dev` takes other rows and other reviewers: prompts and rules were tuned on those alone.

`polarity` is held against the review: a claim about an aspect agrees when its sign is that of the label or
of the stars (4–5 against 1–2). A review that praises one thing and blames another lowers it, so it is no
measure of clauses. Tokens of the raw texts are those of the estimate (`limner.llm.tokens`), and with --gguf
also those of the model's own tokenizer.
"""

import argparse
import csv
import json
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import numpy as np

from limner.llm.answers import read_answer
from limner.llm.asking import ask_about
from limner.llm.book import Book
from limner.llm.budget import Budget
from limner.llm.chat import Prompt, Reply
from limner.llm.claims import Claim, Rejected, Reviewed
from limner.llm.gguf_chat import GgufChat
from limner.llm.openai_chat import OpenAIChat
from limner.llm.plan import make_plan
from limner.llm.prompts import write_constant
from limner.llm.report import make_report
from limner.llm.tokens import count_tokens
from running import stamp, table
from sentiment import halve

SEED = 1
USERS = 12
LARGE_USER = 500
"""Raw tokens from which a user must not cost more than their text."""


class Row(NamedTuple):
    """A text with what its writer thought of the whole."""

    text: Reviewed
    label: int
    """1, −1, or 0 where it is undecided."""


class Watched:
    """A chat whose answers are kept, to be counted."""

    def __init__(self, chat: Any) -> None:
        """Watch a chat."""
        self.chat, self.model, self.answers = chat, chat.model, list[str]()

    def ask(self, prompt: Prompt) -> Reply:
        """Pass a prompt on."""
        reply: Reply = self.chat.ask(prompt)
        self.answers.append(reply.text)
        return reply


def read_chinese(data: Path, half: str, n_texts: int) -> Iterator[Row]:
    """Yield the rows of twelve pseudo-users."""
    folder = data / "chinese_reviews"
    shop = [
        (row["cat"], row["review"], int(row["label"]))
        for row in _rows(folder / "online_shopping_10_cats.csv")
    ]
    food = [("外卖", row["review"], int(row["label"])) for row in _rows(folder / "waimai_10k.csv")]
    groups: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for category, review, label in [*halve(shop, half), *halve(food, half)]:
        groups[category].append((review, label))
    drawn = np.random.default_rng(SEED)
    for category, rows in groups.items():
        order = drawn.permutation(len(rows))
        for part in range(2 if category == "外卖" else 1):
            chosen = order[part * n_texts : (part + 1) * n_texts]
            for n, place in enumerate(chosen):
                text, label = rows[place]
                user_id = f"{category}{part or ''}"
                yield Row(Reviewed(user_id, f"{user_id}-{n}", n + 1, text, "zh"), 1 if label else -1)


def read_english(data: Path, half: str, n_texts: int) -> Iterator[Row]:
    """Yield the newest texts of the reviewers who wrote most; for development, of those behind them."""
    path = data / "amazon_musical_instruments" / "Musical_Instruments_5.json"
    by_user: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        by_user[row["reviewerID"]].append(row)
    ranked = sorted(by_user, key=lambda name: (-sum(len(row["reviewText"]) for row in by_user[name]), name))
    for user_id in ranked[:USERS] if half == "test" else ranked[USERS : 2 * USERS]:
        newest = sorted(by_user[user_id], key=lambda row: (-row["unixReviewTime"], row["asin"]))[:n_texts]
        for row in newest:
            stars, when = row["overall"], int(row["unixReviewTime"]) * 1_000_000
            text = Reviewed(user_id, f"{user_id}-{row['asin']}", when, row["reviewText"], "en")
            yield Row(text, 1 if stars > 3 else -1 if stars < 3 else 0)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def judge(rows: list[Row], claims: list[Claim]) -> dict[str, float]:
    """Return how many quotations are exact, and how often the polarity of aspects is that of the review."""
    by_id = {row.text.text_id: row for row in rows}
    opinions = [one for one in claims if one.key == "aspect" and by_id[one.text_id].label]
    agree = [np.sign(one.polarity) == by_id[one.text_id].label for one in opinions]
    exact = [0 <= one.start < one.stop <= len(by_id[one.text_id].text.text) for one in claims]
    return {
        "exact": float(np.mean(exact)) if exact else 1.0,
        "agree": float(np.mean(agree)) if agree else float("nan"),
        "judged": len(opinions),
    }


def count_real(chat: Any, texts: list[str]) -> int | None:
    """Return the tokens of texts by the model's own tokenizer, where it runs here."""
    if not isinstance(chat, GgufChat):
        return None
    address = chat.server.base_url.removesuffix("/v1") + "/tokenize"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {chat.server.key}"}
    total = 0
    for text in texts:
        with urlopen(Request(address, json.dumps({"content": text}).encode(), headers)) as answer:
            total += len(json.load(answer)["tokens"])
    return total


def run_language(name: str, rows: list[Row], chat: Any, args: argparse.Namespace) -> list[str]:
    """Ask about the rows of one language; print details, and return a line of the table."""
    watched, texts = Watched(chat), [row.text for row in rows]
    budget = Budget(args.max_tokens, 0.0, args.price_prompt, args.price_answer)
    with tempfile.TemporaryDirectory() as folder, Book(Path(folder) / "llm.sqlite") as book:
        given = {"book": book, "budget": budget, "context_tokens": args.context_tokens}
        plan = make_plan(texts, model=chat.model, **given)
        began, cpu = time.perf_counter(), time.process_time()
        asking = ask_about(
            texts, chat=watched, now=lambda: int(datetime.now(UTC).timestamp() * 1e6), retries=1, **given
        )
        heard = list(asking)
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        report = make_report(book)
        spent = dict(book.rows("SELECT user_id, sum(prompt_tokens + answer_tokens) FROM usage GROUP BY 1"))
    claims = [claim for one in heard for claim in one.claims]
    found = judge(rows, claims)
    raw = Counter[str]()
    for text in texts:
        raw[text.user_id] += count_tokens(text.text)
    ratios = [spent.get(user, 0) / tokens for user, tokens in raw.items() if tokens >= LARGE_USER]
    real = count_real(chat, [text.text for text in texts])
    valid = [read_answer(answer) is not None for answer in watched.answers]
    strict = [_is_json(answer) for answer in watched.answers]
    usage, per_user = asking.usage, Counter(f"{claim.dimension}/{claim.key}" for claim in claims)
    print(f"\n{name}: {wall_s:.0f} s, {cpu_s:.0f} CPU s; stopped: {asking.stopped or 'no'}")
    print(f"  planned: {plan.calls} calls, {plan.prompt_tokens} + {plan.answer_tokens} tokens at most")
    print(f"  spent: {usage.to_dict()}; raw tokens {sum(raw.values())} (own tokenizer: {real})")
    print(f"  accepted {report.accepted} {dict(per_user)}; rejected {report.rejected}")
    if args.show:
        show(rows, [*claims, *(bad for one in heard for bad in one.rejected)])
    return [
        name,
        str(len(raw)),
        str(len(texts)),
        str(usage.calls),
        f"{np.mean(strict):.2f} / {np.mean(valid):.2f}",
        str(report.accepted),
        f"{found['exact']:.2f}",
        f"{found['agree']:.2f} ({found['judged']:.0f})",
        f"{report.rejected_share:.2f}",
        f"{np.mean(ratios):.2f}, {max(ratios):.2f} ({len(ratios)})" if ratios else "–",
        f"{usage.tokens / (real or sum(raw.values())):.2f}",
        f"{1000 * usage.calls / len(raw):.0f}",
        f"{1000 * usage.cost / len(raw):.2f}",
        f"{usage.cached_tokens / max(1, usage.prompt_tokens):.2f}",
    ]


def show(rows: list[Row], told: list[Claim | Rejected]) -> None:
    """Print what was believed and what was not, with the words it was said of."""
    texts = {row.text.text_id: row.text.text for row in rows}
    for one in told:
        believed = isinstance(one, Claim)
        said = f"{one.key}={one.value} {one.polarity}" if believed else f"– {one.reason} {one.kind}"
        value = "" if believed else f"={one.value}"
        print(f"    {said}{value} | {' '.join(texts[one.text_id][one.start : one.stop].split())}")


def _is_json(answer: str) -> bool:
    try:
        return isinstance(json.loads(answer), dict)
    except json.JSONDecodeError:
        return False


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--key-variable", default="OPENAI_API_KEY")
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--half", choices=["dev", "test"], default="test")
    parser.add_argument("--texts", type=int, default=8, help="texts of each user")
    parser.add_argument("--users", type=int, default=USERS, help="of each language")
    parser.add_argument("--languages", nargs="+", default=["zh", "en"])
    parser.add_argument("--context-tokens", type=int, default=4096)
    parser.add_argument("--max-tokens", type=int, default=0, help="of each language; 0: no limit")
    parser.add_argument("--timeout", type=float, default=300.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--price-prompt", type=float, default=0.15, help="per million tokens")
    parser.add_argument("--price-answer", type=float, default=0.60, help="per million tokens")
    parser.add_argument("--show", action="store_true", help="print every claim")
    args = parser.parse_args()
    if args.gguf:
        size = {"context_tokens": args.context_tokens, "threads": args.threads}
        chat: Any = GgufChat(args.gguf, timeout_s=args.timeout, **size)
    else:
        chat = OpenAIChat(args.model, args.base_url, os.environ.get(args.key_variable, ""), args.timeout)
    print(stamp(SEED), f"model {chat.model}, context {args.context_tokens}, half {args.half}")
    constant = {language: count_tokens(write_constant(language)) for language in ("zh", "en")}
    print(f"constant part of the prompt, estimated tokens: {constant}")
    readers = {"zh": read_chinese, "en": read_english}
    with closing(chat):
        lines = []
        for language in args.languages:
            rows = list(readers[language](args.data, args.half, args.texts))
            users = list(dict.fromkeys(row.text.user_id for row in rows))[: args.users]
            lines.append(
                run_language(language, [row for row in rows if row.text.user_id in users], chat, args)
            )
    header = ["texts", "users", "n", "calls", "JSON as sent / read", "claims", "quotes exact", "polarity (n)"]
    header += ["rejected", "tokens per raw token: mean, most (users ≥ 500)", "all, own tokenizer"]
    header += ["calls per 1,000 users", "cost per 1,000 users", "cached"]
    print()
    print(table(header, lines))


if __name__ == "__main__":
    main()
