"""A build and its model: answers that are kept are read again, and new texts are asked about.

Nothing of it can fail a build: what went wrong is a reason in the report.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import ChatError, LimnerError
from limner.records import MODEL
from limner.settings import LlmSettings

if TYPE_CHECKING:
    from limner.llm.chat import Prompt, Reply
    from limner.studio.studio import Studio

BOOK = "llm.sqlite"
"""The file of a workspace that keeps what models answered."""


class KeptChat:
    """A model that is not there: only what it answered before is to be had."""

    def __init__(self, model: str) -> None:
        """Stand for a model by name."""
        self.model = model

    def ask(self, prompt: "Prompt") -> "Reply":
        """Say that nobody answers."""
        raise ChatError(f"{self.model} is not asked: only answers that are kept are read")


def answer_build(
    studio: "Studio", settings: LlmSettings, base: Path, watch: Callable[[str], None] | None = None
) -> dict[str, Any] | None:
    """Return what the models of a workspace said of a build, in the form of `asking.Asked.to_dict`.

    None where no model is set and none was asked before. Models that were asked once and are not set any
    more are read from what they answered; the one that is set is asked about what is new.
    """
    kept = [source.removeprefix(MODEL) for source in studio.painter.meta.get("read_by") or ()]
    if not settings.model and not (kept and (studio.folder / BOOK).is_file()):
        return None
    if watch is not None:
        watch("model")
    found: dict[str, Any] = {}
    asked = _name(settings)
    for model in kept:
        if model != asked:
            found[model] = _note(partial(_replay, studio, settings, model))
    if asked:
        found[asked] = _note(partial(_ask, studio, settings, base))
    return found


def _name(settings: LlmSettings) -> str:
    """Return what claims call the model that is set; an empty string where none is."""
    from limner.llm.connecting import name_model

    return name_model(settings) if settings.model else ""


def _note(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except LimnerError as exc:
        return {"stopped": str(exc)}


def _replay(studio: "Studio", settings: LlmSettings, model: str) -> dict[str, Any]:
    """Read what a model answered before; where it did not, nobody is asked."""
    from limner.studio.texts.asking import run_asking

    only_kept = replace(settings, max_tokens=1, persona=False, retries=0)
    asked = run_asking(studio, only_kept, KeptChat(model))
    asked.stopped = ""
    return asked.to_dict()


def _ask(studio: "Studio", settings: LlmSettings, base: Path) -> dict[str, Any]:
    from limner.llm.connecting import open_chat
    from limner.studio.texts.asking import run_asking

    chat = open_chat(settings, folder=base)
    try:
        return run_asking(studio, settings, chat).to_dict()
    finally:
        chat.close()
