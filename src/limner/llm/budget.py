"""What a run may spend, and what it has spent: a call that might exceed either limit is not made."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from limner.llm.chat import Reply
from limner.settings import LlmSettings

MARGIN = 1.25
"""What a prompt is held to cost against its estimate, until a server has counted more."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits and prices."""

    max_tokens: int = 200_000
    """Of one run, prompts and answers together; 0: no limit."""
    max_cost: float = 0.0
    """In the unit of the prices; 0: no limit."""
    price_prompt: float = 0.0
    """Per million prompt tokens."""
    price_answer: float = 0.0
    """Per million answer tokens."""
    share: float = 1.0
    """Most tokens that may ever be spent on a user, for each token of their texts."""

    @classmethod
    def of(cls, settings: LlmSettings) -> Self:
        """Return the limits and prices that ``[llm]`` states."""
        return cls(settings.max_tokens, settings.max_cost, settings.price_prompt, settings.price_answer)

    def price(self, prompt_tokens: float, answer_tokens: float) -> float:
        """Return what so many tokens cost."""
        return (prompt_tokens * self.price_prompt + answer_tokens * self.price_answer) / 1e6

    def breaks(self, prompt_tokens: float, answer_tokens: float) -> str:
        """Return the limit that a total of so many tokens breaks, or an empty string."""
        if self.max_tokens and prompt_tokens + answer_tokens > self.max_tokens:
            return "max_tokens"
        if self.max_cost and self.price(prompt_tokens, answer_tokens) > self.max_cost:
            return "max_cost"
        return ""


@dataclass(slots=True)
class Usage:
    """What was spent."""

    calls: int = 0
    """Answers that came, readable or not."""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompts, those the server still had."""
    cost: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)
    """Calls without a usable answer, by kind."""

    def fail(self, kind: str) -> None:
        """Count a call without a usable answer."""
        self.failures[kind] += 1

    @property
    def tokens(self) -> int:
        """Prompts and answers together."""
        return self.prompt_tokens + self.answer_tokens

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "calls": self.calls,
            "prompt_tokens": self.prompt_tokens,
            "answer_tokens": self.answer_tokens,
            "cached_tokens": self.cached_tokens,
            "cost": round(self.cost, 6),
            "failures": dict(self.failures),
        }


@dataclass(slots=True)
class Purse:
    """A budget as it is used up."""

    budget: Budget
    usage: Usage = field(default_factory=Usage)
    ratio: float = MARGIN
    """Of counted to estimated prompt tokens, at most seen."""
    _held: list[tuple[float, float]] = field(default_factory=list)

    def hold(self, prompt_tokens: float, answer_tokens: float) -> str:
        """Set the worst case of a call aside; return the limit that it might break, and hold nothing then."""
        worst = prompt_tokens * self.ratio, float(answer_tokens)
        prompts = self.usage.prompt_tokens + worst[0] + sum(prompt for prompt, _ in self._held)
        answers = self.usage.answer_tokens + worst[1] + sum(answer for _, answer in self._held)
        broken = self.budget.breaks(prompts, answers)
        if not broken:
            self._held.append(worst)
        return broken

    def release(self) -> None:
        """Give back what is set aside: the calls have ended."""
        self._held.clear()

    def pay(self, reply: Reply, estimated: float) -> float:
        """Count an answer; return what it cost."""
        cost = self.budget.price(reply.prompt_tokens, reply.answer_tokens)
        self.usage.calls += 1
        self.usage.prompt_tokens += reply.prompt_tokens
        self.usage.answer_tokens += reply.answer_tokens
        self.usage.cached_tokens += reply.cached_tokens
        self.usage.cost += cost
        self.ratio = max(self.ratio, reply.prompt_tokens / max(estimated, 1.0))
        return cost
