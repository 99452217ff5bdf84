import pytest

from limner.collect import collect_frames
from limner.collect.cleaning import clean
from limner.collect.frames import to_raw
from limner.settings import Settings

NOW_US = 1_700_000_000_000_000  # 2023-11-14


@pytest.fixture
def now_us():
    return NOW_US


@pytest.fixture
def wash():
    """Clean the rows of one table; nothing is raised when all of them fall."""

    def run(rows, table="events", settings=None, **options):
        return clean([to_raw(rows, table)], settings or Settings(), now_us=NOW_US, **options)

    return run


@pytest.fixture
def wash_all():
    """Clean several tables together."""

    def run(settings=None, **frames):
        return collect_frames(frames, settings or Settings(), now_us=NOW_US)

    return run


@pytest.fixture
def reasons(wash):
    """The reasons for which rows of one table fall, in order."""

    def run(rows, table="events", settings=None, **options):
        return wash(rows, table, settings, **options).rejected["reason"].to_pylist()

    return run
