"""Everything Limner raises on purpose, drawn as one tree.

LimnerError
├── SettingsError     limner.toml, or an option, says something that cannot be
├── InputError        the owner's rows
│   ├── FormatError   no reader recognises a source
│   ├── ExpressionError  an expression of an audience cannot be read; its `place` says where
│   └── SchemaError   a table lacks a column, or a column holds the wrong thing
├── StreamError       a broker that cannot be reached, or a stream that cannot be followed
├── WorkspaceError    a workspace that is missing, of another version, locked, read-only or full
├── UnknownUserError  a user id that the workspace does not hold
├── UnknownNameError  a dimension, model, signal or format that does not exist
│   └── UnknownAudienceError  an audience that nobody keeps
├── FactError         a fact that breaks its own contract: a bug in Limner
├── MissingExtraError an optional library is not installed
├── ChatError         no answer came from a language model
│   ├── ChatTimeoutError       none within the time allowed
│   ├── ChatRefusedError       too many calls (429), or a quota is used up
│   ├── ChatServerError        it failed (5xx), or could not read the call
│   ├── ChatUnauthorisedError  no key, or one that is not accepted
│   └── ChatUnreachableError   nobody listens at the address
├── EncoderError      an encoder of texts that cannot be made, opened or reached
└── EngineError       an engine outside this process cannot be started, or stopped halfway
"""

import difflib
from collections.abc import Iterable


class LimnerError(Exception):
    """Base of every error a user can mend; its text says what, where, and what to do."""


class SettingsError(LimnerError):
    """A setting is unknown, of the wrong type, or out of range."""


class InputError(LimnerError):
    """The owner's rows cannot be used as they are."""


class FormatError(InputError):
    """A source is of no known format."""


class SchemaError(InputError):
    """A table lacks a required column, or a column holds the wrong kind of value."""


class ExpressionError(InputError):
    """An expression of an audience cannot be read, or names what does not exist."""

    def __init__(self, message: str, place: int) -> None:
        """Keep the place of the character, from 1, at which something else was expected."""
        super().__init__(f"character {place} of the expression: {message}")
        self.place = place


class StreamError(LimnerError):
    """A broker cannot be reached, or what its address names cannot be followed."""


class WorkspaceError(LimnerError):
    """A workspace is missing, of another version, locked, read-only, or the disk is full."""


class UnknownUserError(LimnerError):
    """A user id that the workspace does not hold."""


class UnknownNameError(LimnerError):
    """A name that is not among the choices."""


class UnknownItemError(UnknownNameError):
    """An item id that the workspace does not hold."""


class UnknownCorrectionError(UnknownNameError):
    """A fact of which nothing was corrected."""


class UnknownRowError(UnknownNameError):
    """An event or text that is not, or no longer, among a user's rows."""


class UnknownAudienceError(UnknownNameError):
    """An audience that nobody keeps."""


class FactError(LimnerError):
    """A fact breaks its contract, for instance cites nothing."""


class MissingExtraError(LimnerError):
    """An optional library is not installed."""


class ChatError(LimnerError):
    """No answer came from a language model."""

    kind = "failed"
    """Name under which it is counted."""
    lasting = False
    """Whether the same call would fail again, however long one waits."""

    def __init__(self, message: str, *, wait_s: float = 0.0, lasting: bool | None = None) -> None:
        """Keep how many seconds the server asks to wait, and whether waiting helps."""
        super().__init__(message)
        self.wait_s = wait_s
        self.lasting = self.lasting if lasting is None else lasting


class ChatTimeoutError(ChatError):
    """No answer within the time allowed."""

    kind = "timeout"


class ChatRefusedError(ChatError):
    """Too many calls (429), or a quota is used up."""

    kind = "refused"


class ChatServerError(ChatError):
    """The server failed (5xx), or could not read the call (another 4xx)."""

    kind = "server"


class ChatUnauthorisedError(ChatError):
    """No key, or one that is not accepted."""

    kind = "unauthorised"
    lasting = True


class ChatUnreachableError(ChatError):
    """Nobody listens at the address."""

    kind = "unreachable"


class EncoderError(LimnerError):
    """An encoder of texts cannot be made, opened or reached."""


class EngineError(LimnerError):
    """An engine outside this process cannot be started, or stopped halfway."""


def did_you_mean(name: str, choices: Iterable[str], *, limit: int = 3) -> str:
    """Return ``" (did you mean: a, b?)"`` for the nearest choices, or an empty string.

    >>> did_you_mean("catgory", ["category", "brand"])
    ' (did you mean: category?)'
    """
    near = difflib.get_close_matches(name, list(choices), n=limit, cutoff=0.6)
    return f" (did you mean: {', '.join(near)}?)" if near else ""
