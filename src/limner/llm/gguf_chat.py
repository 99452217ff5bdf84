"""A local GGUF file: a llama.cpp server inside this process, bound to this machine, and a chat with it."""

import gc
import secrets
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from limner.errors import SettingsError
from limner.extras import need
from limner.llm.chat import Prompt, Reply
from limner.llm.openai_chat import OpenAIChat


class GgufServer:
    """An OpenAI-compatible server on a free port of 127.0.0.1; nobody without its key may ask it."""

    def __init__(
        self, path: Path, *, context_tokens: int = 4096, threads: int = 1, parallel: int = 1, port: int = 0
    ) -> None:
        """Load the file and listen.

        Raises:
            SettingsError: the file does not exist, or is no model.
            MissingExtraError: llama.cpp is not installed.
        """
        if not path.is_file():
            raise SettingsError(f"{path}: no such file; [llm] model names a GGUF file or a model at base_url")
        llama = need("xllamacpp", "llm")
        self.key = secrets.token_urlsafe(16)
        params = llama.CommonParams()
        params.model.path = str(path)
        params.n_ctx, params.n_parallel = context_tokens * parallel, parallel
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.hostnames, params.port = ["127.0.0.1"], port
        params.api_keys, params.cors_origins = [self.key], ""
        params.verbosity, params.ui = 0, False
        try:
            self._server: Any = llama.Server(params)
        except (RuntimeError, ValueError) as error:
            raise SettingsError(f"{path}: {error}; is it a GGUF file?") from error
        self.base_url = f"{self._server.listening_address}/v1"

    def close(self) -> None:
        """Stop listening and free the model."""
        self._server = None
        gc.collect()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.close()


class GgufChat:
    """A chat with a local file; named after it."""

    def __init__(
        self,
        path: Path,
        *,
        context_tokens: int = 4096,
        threads: int = 1,
        parallel: int = 1,
        timeout_s: float = 60.0,
    ) -> None:
        """Start the server.

        Raises:
            SettingsError: the file does not exist, or is no model.
            MissingExtraError: llama.cpp or the client is not installed.
        """
        need("openai", "llm")
        self.model = path.stem
        self.server = GgufServer(path, context_tokens=context_tokens, threads=threads, parallel=parallel)
        self._chat = OpenAIChat(self.model, self.server.base_url, self.server.key, timeout_s)

    def ask(self, prompt: Prompt) -> Reply:
        """Return the answer.

        Raises:
            ChatError: none came; its class says why.
        """
        return self._chat.ask(prompt)

    def close(self) -> None:
        """Stop the server."""
        self._chat.close()
        self.server.close()
