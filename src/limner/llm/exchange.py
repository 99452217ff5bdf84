"""One prompt brought to an answer that can be read: sent with patience, asked once more when it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from limner.errors import ChatError
from limner.llm.budget import Purse
from limner.llm.chat import Chat, Prompt, Reply
from limner.llm.patience import Pause, ask_patiently
from limner.llm.prompts import estimate_prompt

MALFORMED = "malformed"
"""Why there is no answer although a reply came: nothing in it could be read."""
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Read]):
    """What came of a prompt."""

    answer: Read | None
    replies: tuple[tuple[Reply, int], ...]
    """All that were paid for, with the estimated tokens of their prompts."""
    reason: str
    """Why there is no answer; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A chat, the purse it is paid from, and how patiently it is asked."""

    chat: Chat
    purse: Purse
    retries: int
    pause: Pause

    def send(self, prompt: Prompt) -> Reply | ChatError:
        """Return the reply, or why none came; can run beside others."""
        try:
            return ask_patiently(
                self.chat, prompt, retries=self.retries, pause=self.pause, failed=self.purse.usage.fail
            )
        except ChatError as error:
            return error

    def settle(
        self,
        prompt: Prompt,
        again: Prompt | None,
        reply: Reply | ChatError,
        read: Callable[[str], Read | None],
    ) -> Outcome[Read]:
        """Return what came of a prompt; where nothing can be read, `again` is sent, if it can be paid."""
        if isinstance(reply, ChatError):
            return Outcome(None, (), reply.kind)
        answer, replies = self._read(prompt, reply, read), [(reply, estimate_prompt(prompt))]
        if answer is None and again and not self.purse.hold(estimate_prompt(again), again.max_tokens):
            second = self.send(again)
            self.purse.release()
            if isinstance(second, Reply):
                replies.append((second, estimate_prompt(again)))
                answer = self._read(again, second, read)
        return Outcome(answer, tuple(replies), "" if answer is not None else MALFORMED)

    def _read(self, prompt: Prompt, reply: Reply, read: Callable[[str], Read | None]) -> Read | None:
        self.purse.pay(reply, estimate_prompt(prompt))
        answer = read(reply.text)
        if answer is None:
            self.purse.usage.fail(MALFORMED)
        return answer
