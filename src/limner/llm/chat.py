"""The one call a model has to offer, what is put to it and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent: the constant part first, so that servers can keep it."""

    system: str
    """The constant part."""
    user: str
    """What changes from call to call."""
    schema: Mapping[str, Any]
    """JSON Schema of the answer."""
    max_tokens: int
    """Most tokens the answer may take."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, with the usage as the server counted it."""

    text: str
    prompt_tokens: int
    answer_tokens: int
    cached_tokens: int
    """Of the prompt, those the server still had."""
    model: str
    """As the server names it."""


@runtime_checkable
class Chat(Protocol):
    """A language model behind one call."""

    model: str
    """Name that claims carry as their source."""

    def ask(self, prompt: Prompt) -> Reply:
        """Return the answer.

        Raises:
            ChatError: none came; its class says why.
        """
        ...
