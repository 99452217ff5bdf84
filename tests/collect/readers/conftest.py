"""Write files, read them back as rows per table."""

from pathlib import Path

import pytest

from limner.collect.readers import read
from limner.settings import parse_settings


class Folder:
    """A folder of small files."""

    def __init__(self, path):
        self.path = path

    def put(self, name, content):
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def read(self, toml="", *, sources=None):
        """Return the raw tables of the folder."""
        settings = parse_settings(toml)
        return list(read([self.path] if sources is None else sources, settings, base=self.path))

    def rows(self, toml="", *, sources=None):
        """Return table → rows as dictionaries."""
        tables = {}
        for raw in self.read(toml, sources=sources):
            tables.setdefault(raw.table, []).extend(raw.rows.to_pylist())
        return tables


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def shared_data():
    data = Path(__file__).parents[4] / "shared" / "data"
    if not data.is_dir():
        pytest.skip("the public data sets are not beside the repository")
    return data
