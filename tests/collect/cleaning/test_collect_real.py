from pathlib import Path

import pytest

from limner.collect import collect
from limner.settings import Settings

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the research data sets are not beside the repository"
)


@needs_data
@pytest.mark.parametrize(
    ("folder", "rejected"),
    [
        ("ml-100k", {}),
        ("filmtrust", {"duplicate": 1}),
        ("diginetica_sample", {"no user_id": 7_681}),
    ],
)
def test_every_row_of_a_real_data_set_is_accounted_for(folder, rejected, now_us, tmp_path):
    collected = collect([DATA / folder], Settings(), now_us=now_us, base=DATA, quarantine=tmp_path)
    fallen = {rule: n for intake in collected.intakes for rule, n in intake.rejected.items()}
    assert fallen | rejected == fallen
    assert all(intake.read == intake.kept + sum(intake.rejected.values()) for intake in collected.intakes)
    assert collected.tables.events.num_rows == sum(i.kept for i in collected.intakes if i.table == "events")
