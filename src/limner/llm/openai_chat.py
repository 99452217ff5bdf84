"""Any OpenAI-compatible endpoint, through the official client.

The form of the answer is asked for as strictly as the endpoint allows: by JSON Schema, else as a JSON object,
else in words alone. What an endpoint once refused is not tried again while it is open.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from limner.errors import (
    ChatRefusedError,
    ChatServerError,
    ChatTimeoutError,
    ChatUnauthorisedError,
    ChatUnreachableError,
)
from limner.extras import need
from limner.llm.chat import Prompt, Reply
from limner.llm.tokens import PER_CALL, count_tokens

FORMS = ("json_schema", "json_object", "")
"""Ways to ask for JSON, the strictest first."""
_TOO_LONG = re.compile(r"context|too (?:long|large|many tokens)|maximum .{0,20}tokens", re.IGNORECASE)
_ABOUT_FORM = re.compile(r"response_format|schema|grammar|json", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class OpenAIChat:
    """A model at an endpoint; `close` it when done."""

    model: str
    base_url: str = ""
    """Address of a /v1; empty: the client's own default."""
    key: str = field(default="", repr=False)
    """Empty: the endpoint asks for none."""
    timeout_s: float = 60.0
    temperature: float | None = 0.0
    form: str = FORMS[0]
    """The strictest way of asking for JSON that was not refused."""
    _limit: str = "max_tokens"
    _client: Any = field(default=None, repr=False)

    def ask(self, prompt: Prompt) -> Reply:
        """Return the answer.

        Raises:
            ChatError: none came; its class says why.
            MissingExtraError: the client is not installed.
        """
        openai = need("openai", "llm")
        client = self._client or self._open(openai)
        while True:
            try:
                answer = client.chat.completions.create(**self._write(prompt))
                return self._read(answer, prompt)
            except openai.APIStatusError as error:
                if not self._give_in(error):
                    self._explain(error)
            except openai.APITimeoutError as error:
                raise ChatTimeoutError(f"{self._where}: no answer within {self.timeout_s:g} s") from error
            except openai.APIConnectionError as error:
                raise ChatUnreachableError(
                    f"{self._where}: {error.__cause__ or error}; check [llm] base_url, and whether it runs"
                ) from error
            except (openai.OpenAIError, ValueError) as error:
                raise ChatServerError(f"{self._where}: no answer of the expected form: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def _where(self) -> str:
        return f"{self.model} at {self.base_url or 'the default address'}"

    def _open(self, openai: ModuleType) -> Any:
        """Return the client: without retries of its own, and without a proxy to this machine."""
        near = urlsplit(self.base_url).hostname in _LOOPBACK
        self._client = openai.OpenAI(
            api_key=self.key or "none",
            base_url=self.base_url or None,
            timeout=self.timeout_s,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(trust_env=False) if near else None,
        )
        return self._client

    def _write(self, prompt: Prompt) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            self._limit: prompt.max_tokens,
        }
        if self.temperature is not None:
            asked["temperature"] = self.temperature
        if self.form == "json_schema":
            schema = {"name": "answer", "strict": True, "schema": dict(prompt.schema)}
            asked["response_format"] = {"type": self.form, "json_schema": schema}
        elif self.form:
            asked["response_format"] = {"type": self.form}
        return asked

    def _read(self, answer: Any, prompt: Prompt) -> Reply:
        """Return the reply; what a server does not count is estimated."""
        choices = getattr(answer, "choices", None)
        if not choices:
            raise ChatServerError(f"{self._where}: it answered {str(answer)[:80]!r} instead of a completion")
        text = choices[0].message.content or ""
        usage = getattr(answer, "usage", None)
        details = getattr(usage, "prompt_tokens_details", None)
        estimated = count_tokens(prompt.system) + count_tokens(prompt.user) + PER_CALL
        return Reply(
            text,
            getattr(usage, "prompt_tokens", None) or estimated,
            getattr(usage, "completion_tokens", None) or count_tokens(text),
            getattr(details, "cached_tokens", None) or 0,
            getattr(answer, "model", None) or self.model,
        )

    def _give_in(self, error: Any) -> bool:
        """Drop what an endpoint does not know; return whether the call is worth another try."""
        said, status = str(error), error.status_code
        unread = status in (400, 404, 415, 422, 501)
        if unread and self._limit == "max_tokens" and "max_completion_tokens" in said:
            self._limit = "max_completion_tokens"
        elif unread and self.temperature is not None and "temperature" in said:
            self.temperature = None
        elif self.form and (unread or status >= 500) and _ABOUT_FORM.search(said):
            self.form = FORMS[FORMS.index(self.form) + 1]
        else:
            return False
        return True

    def _explain(self, error: Any) -> NoReturn:
        """Raise what a status means.

        Raises:
            ChatError: always.
        """
        status, said = error.status_code, f"{self._where}: {str(error)[:300]}"
        if status in (401, 403):
            raise ChatUnauthorisedError(
                f"{said}; put the key into the environment variable that [llm] key_variable names"
            ) from error
        if status == 429:
            raise ChatRefusedError(said, wait_s=_read_wait(error.response.headers.get)) from error
        if _TOO_LONG.search(said) and status < 500:
            said += "; lower [llm] context_tokens to what it holds"
        raise ChatServerError(said, lasting=status < 500) from error


def _read_wait(header: Callable[[str], str | None]) -> float:
    """Return the seconds that a server asks to wait; 0 where it asks for none, or for a date."""
    try:
        return max(0.0, float(cast(str, header("retry-after"))))
    except (TypeError, ValueError):
        return 0.0
