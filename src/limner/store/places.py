"""Where the stores of a workspace stand: in its folder, or in a database that ``store.json`` in it names.

A URL is written down without its password. Who opens the workspace gives it: by `LIMNER_STORE_URL`, by the
``url`` of limner.toml in the same process, or the way libpq knows (``PGPASSWORD``, ``~/.pgpass``).
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from limner.errors import WorkspaceError
from limner.store.files import FileHome
from limner.store.store import Store

ENVIRONMENT = "LIMNER_STORE_URL"
FOLDER = ".limner"
"""The workspace folder where none is named."""
NAMED = "store.json"
"""In a workspace folder: the database its stores stand in."""
WORKSPACE = "limner"
"""The name of the workspace in a database whose URL says none."""
_SCHEMES = ("postgresql", "postgres")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40
_known: dict[str, str] = {}
"""URLs with their passwords, by the same without, as this process was given them."""


class Home(Protocol):
    """The stores of one workspace: see `files.FileHome`."""

    def building(self) -> AbstractContextManager[None]:
        """Hold the place of builds: there is one at a time."""

    def read_pointer(self) -> dict[str, Any] | None:
        """Return what is current: ``version``, ``generation``, ``store``."""

    def point(self, pointer: Mapping[str, Any]) -> None:
        """Make another store the current one, at once for everybody."""

    def name(self, generation: int) -> str:
        """Return the name of a generation of the store."""

    def open(self, name: str) -> Store:
        """Return a store by its name."""

    def create(self, name: str) -> Store:
        """Return an empty store of that name."""

    def undisturbed(self, name: str) -> AbstractContextManager[Store | None]:
        """Keep writers of a store waiting: they find the new one afterwards."""

    def remove(self, name: str) -> None:
        """Take away a store that never became current."""

    def clear(self, name: str) -> None:
        """Take away the stores that one has replaced."""


def find_home(folder: Path) -> Home:
    """Return where the stores of a workspace stand.

    Raises:
        WorkspaceError: ``store.json`` cannot be read.
    """
    url = read_url(folder)
    if url is None:
        return FileHome(folder)
    from limner.store.postgres_home import PostgresHome

    return PostgresHome(folder, url)


def read_url(folder: Path) -> str | None:
    """Return the URL of the database that a workspace stands in, without its password; None: it has none."""
    try:
        said = (folder / NAMED).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise WorkspaceError(f"{folder / NAMED}: cannot be read ({exc})") from exc
    try:
        return hide_password(str(json.loads(said)["url"]))
    except (ValueError, KeyError, TypeError) as exc:
        raise WorkspaceError(f'{folder / NAMED}: names no store; write {{"url": "postgresql://…"}}') from exc


def is_url(place: str | Path) -> bool:
    """Return whether a place is a database and no folder."""
    return str(place).startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def restore_url(place: Path | str | None) -> str:
    """Return a place as the url it was given as, of which a path keeps one slash; empty: it is a folder.

    What then names one thing alone is a database on this machine: a host alone would say of none.

    >>> restore_url(Path("postgresql://ann@db/shop")), restore_url(Path("postgresql:///shop"))
    ('postgresql://ann@db/shop', 'postgresql:///shop')
    """
    if isinstance(place, str) and is_url(place):
        return place
    scheme, sign, rest = str(place or "").partition(":/")
    rest = rest.lstrip("/")
    url = f"{scheme}://{rest if '/' in rest.partition('?')[0] else f'/{rest}'}" if sign else ""
    return url if is_url(url) else ""


def find_folder(place: str | Path) -> Path:
    """Return the folder of a workspace that was named; for a database that is ./.limner, which stands for it.

    Raises:
        WorkspaceError: the URL is none, or that folder holds a store of its own or stands for another.
    """
    url = restore_url(place)
    if not url:
        return Path(place)
    settle(Path(FOLDER), url)
    return Path(FOLDER)


def settle(folder: Path, url: str) -> None:
    """Let a workspace folder stand for a database: its ``store.json`` names it, without a password.

    Raises:
        WorkspaceError: the URL is none of PostgreSQL, the folder cannot be written, or it stands for another
            database, or holds a store of its own.
    """
    hidden = hide_password(url)
    _known[hidden] = url
    held = read_url(folder)
    if held == hidden:
        return
    if held is not None:
        raise WorkspaceError(
            f"{folder}: stands for {held} and not for {hidden}; name another workspace folder"
        )
    if FileHome(folder).read_pointer() is not None:
        raise WorkspaceError(
            f"{folder}: holds a store of its own; copy it with: limner store copy {folder} {hidden}  "
            "(or name another workspace folder)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAMED).write_text(json.dumps({"url": hidden}, indent=1) + "\n", encoding="utf-8")
    except OSError as exc:
        raise WorkspaceError(f"{folder}: cannot be written ({exc}); pass another -w WORKSPACE") from exc


def hide_password(url: str) -> str:
    """Return a URL without its password, with the name of its workspace.

    Raises:
        WorkspaceError: it is no URL of PostgreSQL, or the workspace's name cannot be one.

    >>> hide_password("postgresql://ann:secret@db/shop")
    'postgresql://ann@db/shop?workspace=limner'
    """
    parts, options, name = _split(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = {key: value for key, value in options.items() if key != "password"} | {"workspace": name}
    return _join(parts, f"{user.partition(':')[0]}{at}{host}", kept)


def connect_to(url: str) -> tuple[str, str]:
    """Return the URL for libpq, with its password if this process knows it, and the workspace's name."""
    hidden = hide_password(url)
    given = os.environ.get(ENVIRONMENT, "")
    if is_url(given) and hide_password(given) == hidden:
        _known.setdefault(hidden, given)
    parts, options, name = _split(_known.get(hidden, url))
    options.pop("workspace", None)
    return _join(parts, parts.netloc, options), name


def _join(parts: SplitResult, netloc: str, options: Mapping[str, str]) -> str:
    # by hand: urlunsplit would leave the slashes of a URL without a host out
    path, query = parts.path or "/", urlencode(options)
    return f"postgresql://{netloc}{path}{'?' if query else ''}{query}"


def _split(url: str) -> tuple[SplitResult, dict[str, str], str]:
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        shown = f"{parts.scheme}://…" if parts.scheme else "no scheme"
        raise WorkspaceError(f"a store's url begins with postgresql://, got {shown}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = options.get("workspace", WORKSPACE)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise WorkspaceError(
            f"workspace={name}: a workspace of a database is named by small letters, digits and single "
            f"underscores, at most {_LONGEST}"
        )
    return parts, options, name
