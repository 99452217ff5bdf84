"""A call tried again where waiting helps: each time after twice as long, or as long as the server asks."""

from collections.abc import Callable

from limner.errors import ChatError
from limner.llm.chat import Chat, Prompt, Reply

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
Pause = Callable[[float], None]


def ask_patiently(
    chat: Chat,
    prompt: Prompt,
    *,
    retries: int,
    pause: Pause,
    failed: Callable[[str], None] = lambda kind: None,
) -> Reply:
    """Return the answer; `failed` hears the kind of every failure.

    Raises:
        ChatError: none came after so many retries, or a retry cannot help.
    """
    wait_s = FIRST_WAIT_S
    for left in range(max(0, retries), -1, -1):
        try:
            return chat.ask(prompt)
        except ChatError as error:
            failed(error.kind)
            if not left or error.lasting:
                raise
            pause(min(LONGEST_WAIT_S, max(wait_s, error.wait_s)))
            wait_s *= 2
    raise AssertionError("the last try returns or raises")
