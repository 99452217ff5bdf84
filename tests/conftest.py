"""Worlds and workspaces that many tests read; none of them writes to these."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: threads that spin cost tenfold
os.environ["LIMNER_ENCODER"] = "hashing"  # what encoder = "auto" means here: tests that want another say so

from pathlib import Path

import hypothesis
import pytest

from limner.collect.world import World, make_world
from limner.studio.making import build
from limner.studio.studio import Studio

hypothesis.settings.register_profile("limner", deadline=None)  # a busy machine is not a failing property
hypothesis.settings.load_profile("limner")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(users=300, seed=3)


@pytest.fixture(scope="session")
def studio(world: World, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A built sample world; do not ingest into it."""
    return build(**world.tables, workspace=tmp_path_factory.mktemp("world") / "ws", lang="en")


@pytest.fixture
def real_data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"no real data beside the checkout ({DATA.name}/ is absent)")
    return DATA
