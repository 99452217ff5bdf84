"""Public data sets, where they lie beside the repository: what is in them is known."""

from collections import Counter

import pytest

from limner.collect.readers import make_plan
from limner.settings import Settings

COUNTS_BY_SET = {
    "ml-100k": (
        "recbole",
        {"events": 100_000, "users": 943, "items": 1_682, "triples": 91_631 + 1_598},
    ),
    "ml-latest-small": ("movielens", {"events": 100_004, "items": 9_125, "texts": 1_296}),
    "amazon_musical_instruments": ("amazon", {"events": 10_261, "texts": 10_261}),
    "chinese_reviews": ("reviews", {"events": 62_774, "texts": 62_773 + 11_987, "items": 10}),
    "lastfm_2k": (
        "hetrec",
        {"events": 92_834, "relations": 25_434, "triples": 15_518 + 3_846, "items": 12_133},
    ),
    "filmtrust": ("librec", {"events": 35_497, "relations": 1_853}),
    "beibei": ("tables", {"events": 304_576}),
    "diginetica_sample": ("tables", {"events": 12_391}),
    "amazon_cross_domain/sport_phone": ("tables", {"events": 50_558 + 3_698 + 4_998}),
}


@pytest.mark.parametrize(("name", "expected"), COUNTS_BY_SET.items(), ids=COUNTS_BY_SET)
def test_a_public_data_set_reads_whole(shared_data, name, expected):
    plan = make_plan([shared_data / name], Settings(), base=shared_data)

    raws = [raw for part in plan.parts for raw in part.tables()]
    counts = Counter()
    for raw in raws:
        counts[raw.table] += len(raw.rows)
    assert (plan.reader.name, dict(counts)) == expected
    assert sum(len(raw.rejected) for raw in raws) == 0
