"""Optional libraries: imported where they are used, one extra per job."""

from importlib import import_module
from types import ModuleType

from limner.errors import MissingExtraError


def need(module: str, extra: str) -> ModuleType:
    """Return an optional module.

    Raises:
        MissingExtraError: it is not installed; the text names the extra.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as exc:
        if exc.name != module.partition(".")[0]:
            raise  # installed, but something it needs is broken
        raise MissingExtraError(f"{module} is not installed; run: pip install 'limner[{extra}]'") from exc
