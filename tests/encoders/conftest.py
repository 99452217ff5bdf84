"""The bundled encoder, made once for all tests that read it."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before an engine loads: its threads would spin

from pathlib import Path

import pytest

from limner.encoders.e5.encoder import E5Encoder
from limner.encoders.e5.engine import E5Engine
from limner.encoders.e5.opening import open_e5


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


@pytest.fixture(scope="session")
def bundled(graphs: Path) -> E5Encoder:
    return open_e5(cache=graphs)


@pytest.fixture(scope="session")
def engine() -> E5Engine:
    return E5Engine(name="engine")
