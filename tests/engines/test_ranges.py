"""A log too large for memory is summed from files, some users at a time: to the same cells."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from limner.engines import local
from limner.engines.ranges import cut_users
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger


@pytest.fixture
def from_files(monkeypatch):
    """Take every log for a large one, and many ranges for it."""
    monkeypatch.setattr(local, "MANY_EVENTS", 0)
    monkeypatch.setattr(local, "_ROWS_PER_GROUP", 2048)
    monkeypatch.setattr("limner.engines.ranges._RANGE_ROWS", 2048)


def test_sums_from_files_are_the_sums_in_memory(world, studio, tmp_path, from_files):
    large = build(**world.tables, workspace=tmp_path / "ws", lang="en")
    newest = studio.painter.as_of
    cells = [read_ledger(one.store, at_us=newest) for one in (studio, large)]
    usual = [one.store.rows("SELECT signal, key, users FROM priors") for one in (studio, large)]
    assert find_differences(*cells) == []
    assert usual[0] == usual[1]
    assert large.verify().clean
    assert [path.name for path in (tmp_path / "ws").glob("limner-*")] == []
    large.close()


def test_ranges_begin_with_a_user_and_cover_everyone(tmp_path, from_files):
    path = tmp_path / "events.parquet"
    users = pa.array([number // 1000 for number in range(10_000)], pa.int64())
    pq.write_table(pa.table({"user_no": users}), path, row_group_size=1500)
    firsts = cut_users({"events": path})
    assert firsts[0] == 0
    assert firsts[-1] == 10
    assert firsts == sorted(set(firsts))
