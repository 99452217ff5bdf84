"""A chat that repeats what it was told to say, and fails on anything it was not told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from limner.errors import ChatError
from limner.llm.chat import Prompt, Reply
from limner.llm.tokens import count_tokens

Said = str | ChatError


class UnknownPromptError(AssertionError):
    """A prompt that no reply was given for."""


@dataclass
class ReplayingChat:
    """Replies by a part of the prompt's changing text; the first part that is in it counts.

    Several replies are given in turn, the last one from then on. A `ChatError` is raised.
    """

    replies: Mapping[str, Said | Sequence[Said]]
    model: str = "replay"
    cached_tokens: int = 0
    prompts: list[Prompt] = field(default_factory=list)
    """All that were put to it."""
    _turns: dict[str, int] = field(default_factory=dict)

    def ask(self, prompt: Prompt) -> Reply:
        """Return the reply that belongs to a prompt; tokens are estimated.

        Raises:
            UnknownPromptError: there is none.
            ChatError: it is one.
        """
        self.prompts.append(prompt)
        part = next((part for part in self.replies if part in prompt.user), None)
        if part is None:
            raise UnknownPromptError(f"no reply to: {prompt.user!r}")
        said = self._next(part)
        if isinstance(said, ChatError):
            raise said
        counted = count_tokens(prompt.system) + count_tokens(prompt.user), count_tokens(said)
        return Reply(said, *counted, self.cached_tokens, self.model)

    def _next(self, part: str) -> Said:
        given = self.replies[part]
        turns = [given] if isinstance(given, str | ChatError) else list(given)
        turn = self._turns.get(part, 0)
        self._turns[part] = turn + 1
        return turns[min(turn, len(turns) - 1)]
