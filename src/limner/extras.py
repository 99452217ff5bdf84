"""Optional libraries, each asked for by the extra that brings it."""

from importlib import import_module
from types import ModuleType

from limner.errors import MissingExtraError


def need(module: str, extra: str) -> ModuleType:
    """Return an optional module.

    Raises:
        MissingExtraError: it is not installed; the text says which extra brings it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as exc:
        if exc.name != module.partition(".")[0]:  # installed, and broken: that is not the user's mistake
            raise
        raise MissingExtraError(f"{module} is not installed; run: pip install 'limner[{extra}]'") from exc
