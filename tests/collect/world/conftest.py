import pytest

from limner.collect.world import make_world


@pytest.fixture(scope="session")
def world():
    return make_world(users=600, seed=7)
