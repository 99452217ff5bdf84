"""The door for texts: users in order of what is to be learnt, a text once, nothing over budget."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from time import sleep

from limner.errors import ChatError, ChatUnauthorisedError
from limner.llm.answers import Answer, Item, read_answer
from limner.llm.book import Book, Portion, Spent
from limner.llm.budget import Budget, Purse, Usage
from limner.llm.calls import SMALL_TEXT, Call, Sizes, make_calls, order_users
from limner.llm.chat import Chat, Reply
from limner.llm.claims import Heard, Rejected, Reviewed
from limner.llm.evidence import Judge, Tone
from limner.llm.exchange import MALFORMED, Exchange, Outcome
from limner.llm.patience import Pause
from limner.llm.taxonomy import Taxonomy
from limner.llm.units import Unit, prepare
from limner.text.sentiment import score_sentiment

ORDER = "order"
"""Why a clause was not sent: it gives the model orders, or comes behind one that does."""
MOST_FAILURES = 3
"""Calls in a row without any reply after which nobody is asked any more."""
Progress = Callable[[int, int], None]


def ask_about(
    reviewed: Iterable[Reviewed],
    *,
    chat: Chat,
    book: Book,
    budget: Budget,
    now: Callable[[], int],
    taxonomy: Iterable[str] = (),
    tone: Tone = score_sentiment,
    context_tokens: int = 4096,
    finance: bool = False,
    retries: int = 3,
    parallel: int = 1,
    pause: Pause = sleep,
    progress: Progress = lambda done, of: None,
) -> "Asking":
    """Return what a model says of texts; iterate over it to have it asked.

    `now` returns microseconds UTC; `progress` hears how many of how many texts are done. What was asked
    before, under the same evidence, costs nothing. No failure of a model raises anything: it is counted.

    Raises:
        WorkspaceError: while it is asked, when the book cannot be written.
    """
    return Asking(
        tuple(reviewed),
        book,
        Exchange(chat, Purse(budget), retries, pause),
        Taxonomy.of(taxonomy),
        tone,
        Sizes.of(context_tokens),
        now=now,
        finance=finance,
        parallel=max(1, parallel),
        progress=progress,
    )


@dataclass(slots=True)
class Asking:
    """One run: yields a `Heard` for each text, those that need no call first."""

    reviewed: Sequence[Reviewed]
    book: Book
    exchange: Exchange
    taxonomy: Taxonomy
    tone: Tone
    sizes: Sizes
    now: Callable[[], int]
    finance: bool
    parallel: int
    progress: Progress
    stopped: str = ""
    """Why not all was asked: max_tokens, max_cost, or the kind of failure; empty when nothing stopped it."""
    left_out: int = 0
    """Texts not asked about: over the budget, or over what their user may cost."""
    withheld: int = 0
    """Clauses not sent because they, or one before them, give the model orders."""
    _failed: int = field(default=0, init=False)

    @property
    def usage(self) -> Usage:
        """What was spent so far."""
        return self.exchange.purse.usage

    def __iter__(self) -> Iterator[Heard]:
        """Yield what came of each text, exactly once, and ask as it goes."""
        units = [self._prepare(one) for one in self.reviewed]
        self.withheld = sum(len(unit.withheld) for unit in units)
        self.book.meet_texts((*_name(unit), unit.raw_tokens) for unit in units)
        for done, heard in enumerate(self._hear(units), 1):
            yield heard
            self.progress(done, len(units))

    def _prepare(self, reviewed: Reviewed) -> Unit:
        model = self.exchange.chat.model
        return prepare(reviewed, model=model, most_clauses=self.sizes.clauses, finance=self.finance)

    def _hear(self, units: Sequence[Unit]) -> Iterator[Heard]:
        new: dict[str, list[Unit]] = {}
        for unit in units:
            items = self._recall(unit)
            if items is None:
                new.setdefault(unit.evidence, []).append(unit)
            else:
                yield self._close(unit, items, cached=True)
        for unit, heard in self._ask([alike[0] for alike in new.values()]):
            yield heard
            new[unit.evidence].remove(unit)
        for unit in (unit for alike in new.values() for unit in alike):
            yield self._close_later(unit)

    def _close_later(self, unit: Unit) -> Heard:
        """Return what a text gives that was not asked about: the answer to the same words, or nothing."""
        items = self._recall(unit)
        if items is not None:
            return self._close(unit, items, cached=True)
        self.left_out += 1
        return Heard(*_name(unit), (), (), answered=False)

    def _recall(self, unit: Unit) -> Sequence[Item] | None:
        """Return what is known without a call, or None."""
        return self.book.find_answer(unit.evidence) if unit.chosen else ()

    def _ask(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, Heard]]:
        share, by_user = self.exchange.purse.budget.share, order_users(units)
        allowed = {user_id: self.book.allowed(user_id, share, SMALL_TEXT) for user_id in by_user}
        calls = make_calls(by_user, allowed, self.sizes, finance=self.finance)
        with ThreadPoolExecutor(self.parallel) as pool:
            while not self.stopped and (batch := self._take(calls)):
                replies = list(pool.map(self._send, batch))
                self.exchange.purse.release()
                for call, reply in zip(batch, replies, strict=True):
                    yield from self._read(call, reply)

    def _take(self, calls: Iterator[Call]) -> list[Call]:
        """Return the next calls that the budget allows."""
        batch: list[Call] = []
        for call in islice(calls, self.parallel):
            self.stopped = self.exchange.purse.hold(call.prompt_tokens, call.answer_tokens)
            if self.stopped:
                break
            batch.append(call)
        return batch

    def _send(self, call: Call) -> Reply | ChatError:
        return self.exchange.send(call.prompt())

    def _read(self, call: Call, reply: Reply | ChatError) -> Iterator[tuple[Unit, Heard]]:
        """Yield what came of the texts of a call, once it is booked."""
        again = call.prompt(again=True) if self._may_repeat(call) else None
        outcome = self.exchange.settle(call.prompt(), again, reply, read_answer)
        self._watch(reply, outcome)
        parts = part_items(outcome.answer, call.units)
        if outcome.replies:
            answers = [(unit.evidence, own) for unit, own in zip(call.units, parts, strict=True)]
            self.book.keep_answers(answers, self.exchange.chat.model, self.now())
        heard = [
            self._close(unit, own, reason=outcome.reason) for unit, own in zip(call.units, parts, strict=True)
        ]
        self._spend(call, heard, outcome)
        yield from zip(call.units, heard, strict=True)

    def _may_repeat(self, call: Call) -> bool:
        """Return whether each user of a call may cost it twice."""
        share, worst = self.exchange.purse.budget.share, 2 * (call.prompt_tokens + call.answer_tokens)
        users = {unit.reviewed.user_id for unit in call.units}
        return all(self.book.allowed(user_id, share, SMALL_TEXT) >= worst / len(users) for user_id in users)

    def _watch(self, reply: Reply | ChatError, outcome: Outcome[Answer]) -> None:
        """Stop when the next call cannot be hoped to fare better."""
        self._failed = 0 if outcome.replies else self._failed + 1
        if self._failed >= MOST_FAILURES or isinstance(reply, ChatUnauthorisedError):
            self.stopped = outcome.reason

    def _spend(self, call: Call, heard: Sequence[Heard], outcome: Outcome[Answer]) -> None:
        """Put every reply that was paid for into the ledger; the facts came of the last."""
        model, budget = self.exchange.chat.model, self.exchange.purse.budget
        for place, (reply, estimated) in enumerate(outcome.replies, 1):
            last = place == len(outcome.replies)
            cost = budget.price(reply.prompt_tokens, reply.answer_tokens)
            kind = (outcome.reason or "answered") if last else MALFORMED
            portions = [
                Portion(one.user_id, name_facts(one) if last else (), unit.prompt_tokens + unit.answer_tokens)
                for unit, one in zip(call.units, heard, strict=True)
            ]
            self.book.spend(Spent.of(model, reply, cost, estimated, kind), portions, self.now())

    def _close(
        self, unit: Unit, items: Sequence[Item] | None, *, cached: bool = False, reason: str = ""
    ) -> Heard:
        """Return what a text gives, and note it."""
        judge = Judge(unit.reviewed, unit.language, self.exchange.chat.model, self.taxonomy, self.tone)
        claims, rejected = judge.decide(items or (), unit.chosen)
        rejected += tuple(
            Rejected(*_name(unit), ORDER, start=one.start, stop=one.stop) for one in unit.withheld
        )
        if items is None:
            rejected += (Rejected(*_name(unit), reason),)
        self.book.close_text(*_name(unit), unit.evidence, (claims, rejected), self.now())
        return Heard(*_name(unit), claims, rejected, items is not None, cached)


def part_items(answer: Answer | None, units: Sequence[Unit]) -> list[list[Item] | None]:
    """Return the items of each unit, numbered from 1 within it; None for all where there is no answer.

    A number of no clause stays with the first unit, to be rejected there.
    """
    if answer is None:
        return [None for _ in units]
    parts: list[list[Item] | None] = []
    begun = 0
    for unit in units:
        ended = begun + len(unit.chosen)
        own = [
            item._replace(number=item.number - begun) for item in answer.items if begun < item.number <= ended
        ]
        parts.append(own)
        begun = ended
    strays = [item._replace(number=0) for item in answer.items if not 0 < item.number <= begun]
    return [[*(parts[0] or ()), *strays], *parts[1:]]


def name_facts(heard: Heard) -> tuple[str, ...]:
    """Return dimension/key of each claim."""
    return tuple(f"{claim.dimension}/{claim.key}" for claim in heard.claims)


def _name(unit: Unit) -> tuple[str, str]:
    return unit.reviewed.user_id, unit.reviewed.text_id
