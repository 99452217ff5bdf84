"""Limner paints a portrait (用户画像) of every user of a recommender.

rows → collect → tables → text → ledger of decayed sums → dimensions → facts
→ fusion     → vector → recommendations

import limner
studio = limner.build(events=events, items=items, workspace="ws")
studio.profile("u42").facts
studio.recommend(["u42"], k=10)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.errors import LimnerError
    from limner.records import Evidence, Fact, Profile
    from limner.settings import Settings, load_settings
    from limner.studio.making import build, build_files
    from limner.studio.studio import Studio
    from limner.studio.studio import open_studio as open

__version__ = "0.1.0"
__all__ = [
    "Evidence",
    "Fact",
    "LimnerError",
    "Profile",
    "Settings",
    "Studio",
    "build",
    "build_files",
    "load_settings",
    "open",
]

_HOMES = {
    "Evidence": ("limner.records", "Evidence"),
    "Fact": ("limner.records", "Fact"),
    "LimnerError": ("limner.errors", "LimnerError"),
    "Profile": ("limner.records", "Profile"),
    "Settings": ("limner.settings", "Settings"),
    "Studio": ("limner.studio.studio", "Studio"),
    "build": ("limner.studio.making", "build"),
    "build_files": ("limner.studio.making", "build_files"),
    "load_settings": ("limner.settings", "load_settings"),
    "open": ("limner.studio.studio", "open_studio"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import limner` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
