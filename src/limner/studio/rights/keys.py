"""Keys of a workspace: who may ask the service for what. Only their hashes are kept.

They stand in ``keys.json`` beside the store, so that builds keep them, and belong to this workspace alone.
A key is 256 random bits, so a plain hash is enough: there is nothing to guess faster.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from limner.errors import InputError, UnknownNameError, WorkspaceError, did_you_mean
from limner.ledger.decay import DAY_US
from limner.records import iso
from limner.store.locking import locked
from limner.studio.kept.moments import now_us

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each may what those before it may."""
FILE = "keys.json"
_LOCK = "keys.lock"
_PREFIX = "limner"
_NOBODY = hashlib.sha256(b"").hexdigest()
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key."""

    id: str
    name: str
    scope: Scope
    sha256: str
    created_us: int
    expires_us: int | None = None

    def may(self, scope: str) -> bool:
        """Return whether the key reaches as far as a scope."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def has_expired(self, now_us: int) -> bool:
        """Return whether its time is over."""
        return self.expires_us is not None and now_us >= self.expires_us

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner key list --json``: nothing that opens anything."""
        return {
            "id": self.id,
            "name": self.name or None,
            "scope": self.scope,
            "created": iso(self.created_us),
            "expires": iso(self.expires_us),
            "expired": self.has_expired(now_us()),
        }


class Keyring:
    """The keys of one workspace; reads the file again when it changes, so that a revoked key ends at once."""

    def __init__(self, folder: Path) -> None:
        """Use the file in a workspace's folder, which may not be there."""
        self._path = folder / FILE
        self._lock = Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[str, Key] = {}

    def keys(self) -> dict[str, Key]:
        """Return all keys by id, those that expired, too.

        Raises:
            WorkspaceError: the file cannot be read; nobody is let in then.
        """
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            with self._lock:
                self._keys = {key.id: key for key in read_keys(self._path.parent)}
                self._stamp = stamp
        return self._keys

    def find(self, token: str) -> Key | None:
        """Return the key a caller shows; None where it is none of these. Takes as long either way."""
        prefix, _, rest = token.partition("_")
        key_id, _, _ = rest.partition("_")
        key = self.keys().get(key_id) if prefix == _PREFIX else None
        held = key.sha256 if key is not None else _NOBODY
        shown = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
        return key if hmac.compare_digest(held, shown) and key is not None else None


def create_key(
    folder: Path, *, scope: str, name: str = "", expires_days: float | None = None
) -> tuple[Key, str]:
    """Make a key and return it with its text, which is kept nowhere and cannot be shown again.

    Raises:
        UnknownNameError: no such scope.
        InputError: the name is too long.
        WorkspaceError: there is no such folder, or it cannot be written.
    """
    if scope not in SCOPES:
        hint = did_you_mean(scope, SCOPES) or f" (known: {', '.join(SCOPES)})"
        raise UnknownNameError(f"no scope {scope!r}{hint}")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(f"the name of a key has at most {_LONGEST_NAME} letters in one line")
    key_id, made_us = secrets.token_hex(6), now_us()
    token = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    hashed = hashlib.sha256(token.encode()).hexdigest()
    expires_us = None if expires_days is None else made_us + round(expires_days * DAY_US)
    chosen = SCOPES[SCOPES.index(scope)]
    key = Key(key_id, name, chosen, hashed, made_us, expires_us)
    with _changing(folder) as keys:
        keys.append(key)
    return key, token


def revoke_key(folder: Path, key_id: str) -> Key:
    """Take a key out; services that run refuse it from now on.

    Raises:
        UnknownNameError: there is no key of that id or name.
    """
    with _changing(folder) as keys:
        found = [key for key in keys if key_id in (key.id, key.name)]
        if len(found) != 1:
            named = [key.id for key in keys]
            many = f"{len(found)} keys have" if found else "no key has"
            hint = did_you_mean(key_id, named) or f" (known: {', '.join(named) or 'none'})"
            raise UnknownNameError(f"{many} the id or name {key_id!r}{hint}")
        keys.remove(found[0])
    return found[0]


def read_keys(folder: Path) -> list[Key]:
    """Return the keys of a workspace, oldest first; none where there is no file.

    Raises:
        WorkspaceError: the file cannot be read.
    """
    path = folder / FILE
    try:
        return [Key(**one) for one in json.loads(path.read_text(encoding="utf-8"))["keys"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise WorkspaceError(
            f"{path}: the keys cannot be read ({exc}); mend the file, or remove it and make new keys"
        ) from exc


@contextmanager
def _changing(folder: Path) -> Iterator[list[Key]]:
    """Yield the keys and keep what becomes of them, for the owner's eyes only; others wait."""
    if not folder.is_dir():
        raise WorkspaceError(f"{folder}: no workspace here; make one with: limner build SOURCE -w {folder}")
    path = folder / FILE
    try:
        with locked(folder / _LOCK):
            keys = read_keys(folder)
            yield keys
            _write(path, keys)
    except OSError as exc:
        raise WorkspaceError(f"{path}: cannot be written ({exc}); check the permissions") from exc


def _write(path: Path, keys: Sequence[Key]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    text = json.dumps({"keys": [asdict(key) for key in keys]}, ensure_ascii=False, indent=1)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return 0, 0, 0
    except OSError as exc:
        raise WorkspaceError(f"{path}: the keys cannot be read ({exc})") from exc
    return found.st_ino, found.st_mtime_ns, found.st_size
