"""From ``[llm]`` of the settings to a chat: a file on this machine, or an endpoint."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from limner.errors import ChatUnauthorisedError, SettingsError
from limner.llm.chat import Chat
from limner.llm.gguf_chat import GgufChat
from limner.llm.openai_chat import OpenAIChat
from limner.settings import LlmSettings


class OpenChat(Chat, Protocol):
    """A chat that holds something open."""

    def close(self) -> None:
        """Let it go."""
        ...


def name_model(settings: LlmSettings) -> str:
    """Return the name that claims of this model carry; what a plan needs instead of a chat.

    Raises:
        SettingsError: no model is named.
    """
    if not settings.model:
        raise SettingsError('no model is named; set [llm] model = "NAME" with base_url, or a .gguf file')
    return Path(settings.model).stem if is_file(settings) else settings.model


def is_file(settings: LlmSettings) -> bool:
    """Return whether the model is a file of this machine."""
    return settings.model.lower().endswith(".gguf")


def open_chat(
    settings: LlmSettings, environ: Mapping[str, str] = os.environ, folder: Path = Path()
) -> OpenChat:
    """Return the chat that the settings name; files are relative to `folder`.

    Raises:
        SettingsError: no model is named, or its file does not exist.
        ChatUnauthorisedError: the endpoint is the client's default, and the environment holds no key.
        MissingExtraError: the extra llm is not installed.
    """
    name = name_model(settings)
    if is_file(settings):
        return GgufChat(
            folder / settings.model,
            context_tokens=settings.context_tokens,
            parallel=settings.parallel,
            timeout_s=settings.timeout_s,
        )
    key = environ.get(settings.key_variable, "")
    if not key and not settings.base_url:
        raise ChatUnauthorisedError(
            f"the environment variable {settings.key_variable} holds no key; set it, or name an endpoint "
            "that needs none in [llm] base_url"
        )
    return OpenAIChat(name, settings.base_url, key, settings.timeout_s)
