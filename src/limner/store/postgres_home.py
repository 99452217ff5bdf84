"""The stores of one workspace in a PostgreSQL database.

Schema ``limner_NAME`` holds the pointer; every build is a schema of its own, ``limner_NAME__GENERATION``, and
takes over by one statement. The build before the current one stays until the next: who reads it, reads on.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from limner.errors import WorkspaceError
from limner.extras import need
from limner.store.places import connect_to, hide_password
from limner.store.store import Store

_KEPT = 2
"""Generations that stay: the current one and the one before."""


class PostgresHome:
    """The schemas of one workspace."""

    def __init__(self, folder: Path, url: str) -> None:
        """Look in the database of a URL, as `places.read_url` gives it; ``folder`` stands for it.

        Raises:
            MissingExtraError: psycopg is not installed.
        """
        need("psycopg", "postgres")
        self.folder = folder
        self.url = url
        self.schema = f"limner_{connect_to(url)[1]}"

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the place of builds: there is one at a time, on whatever machine.

        Raises:
            WorkspaceError: the database cannot be reached or written, or another build is running in it.
        """
        with self._asking() as ask:
            (held,) = ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [self.schema]).fetchone()
            if not held:
                raise WorkspaceError(
                    f"{hide_password(self.url)}: another build is running here; wait for it, or name another "
                    "workspace"
                )
            ask(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
            ask(
                f'CREATE TABLE IF NOT EXISTS "{self.schema}".workspace (one BOOLEAN PRIMARY KEY DEFAULT true '
                "CHECK (one), version BIGINT NOT NULL, generation BIGINT NOT NULL, store TEXT NOT NULL)"
            )
            yield

    def read_pointer(self) -> dict[str, Any] | None:
        """Return what is current: ``version``, ``generation``, ``store``; None where there is nothing."""
        with self._asking() as ask:
            (there,) = ask("SELECT to_regclass(%s)", [f'"{self.schema}".workspace']).fetchone()
            if there is None:
                return None
            row = ask(f'SELECT version, generation, store FROM "{self.schema}".workspace').fetchone()
        return None if row is None else dict(zip(("version", "generation", "store"), row, strict=True))

    def point(self, pointer: Mapping[str, Any]) -> None:
        """Make another store the current one, at once for everybody."""
        with self._asking() as ask:
            ask(
                f'INSERT INTO "{self.schema}".workspace (version, generation, store) VALUES (%s, %s, %s) '
                "ON CONFLICT (one) DO UPDATE SET version = excluded.version, "
                "generation = excluded.generation, store = excluded.store",
                [pointer["version"], pointer["generation"], pointer["store"]],
            )

    def name(self, generation: int) -> str:
        """Return the name of a generation of the store."""
        return f"{self.schema}__{generation}"

    def open(self, name: str) -> Store:
        """Return a store by its name."""
        from limner.store.postgres import PostgresStore

        return PostgresStore(self.folder / name, self.url)

    def create(self, name: str) -> Store:
        """Return an empty store of that name; what a build that was killed left of it goes."""
        from limner.store.postgres import PostgresStore

        with self._asking() as ask:
            ask(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
            ask(f'CREATE SCHEMA "{name}"')
        store = PostgresStore(self.folder / name, self.url)
        store.create()
        return store

    @contextmanager
    def undisturbed(self, name: str) -> Iterator[Store | None]:
        """Keep writers of a store waiting: they find the new one afterwards."""
        with closing(self.open(name)) as current, current.transaction():
            yield current

    def remove(self, name: str) -> None:
        """Take away a store that never became current."""
        with self._asking() as ask:
            ask(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')

    def clear(self, name: str) -> None:
        """Take away the stores before the one that a store has replaced."""
        newest = int(name.rpartition("__")[2])
        with self._asking() as ask:
            rows = ask(
                "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [f"{self.schema}__"]
            )
            for (found,) in rows.fetchall():
                number = found.removeprefix(f"{self.schema}__")
                if number.isdigit() and int(number) <= newest - _KEPT:
                    ask(f'DROP SCHEMA "{found}" CASCADE')

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        from limner.store.postgres import connect, explained

        with explained(self.url), closing(connect(self.url)) as connection:
            yield connection.execute
