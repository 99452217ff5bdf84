"""A stream ends where a batch does: any order, pieces, repeats and delays of a log; merged users, too."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from limner.settings import HorizonSettings, RatingSettings, Settings
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger
from limner.testing.strategies import ITEMS, START_US, event_table, events, relations, texts

DRAWN = [Phase.explicit, Phase.reuse, Phase.generate]
STARS = Settings(ratings=RatingSettings(scale=(1.0, 5.0)))
FIRST = {
    "user_id": "u1",
    "item_id": "i1",
    "timestamp": START_US + 7,
    "event": "rating",
    "value": 4.0,
    "event_id": "first",
}
"""In every log, so that a workspace can begin with it."""


@contextmanager
def workspaces(*names):
    """Yield a function that builds in folders of these names, which are gone afterwards."""
    studios = []
    with TemporaryDirectory() as folder:

        def make(name, rows, settings=STARS, **frames):
            assert name in names
            studio = build(
                events=event_table(rows),
                items=ITEMS,
                workspace=Path(folder) / name,
                settings=settings,
                lang="en",
                **frames,
            )
            studios.append(studio)
            return studio

        yield make
        for studio in studios:
            studio.close()


def read(studio, rows):
    newest = max(row["timestamp"] for row in [FIRST, *rows])
    return read_ledger(studio.store, at_us=newest)


def read_facts(studio):
    """Return what is said of everybody; what is usual for others waits for the next build."""
    told = {}
    for user_id in studio.user_ids():
        profile = studio.profile(user_id)
        said = {
            (fact.path, round(fact.strength, 9), fact.liking and round(fact.liking, 9), fact.trend)
            for fact in profile.facts
            if fact.dimension != "persona"
        }
        turns = {fact.path: fact.history for fact in profile.facts}
        cited = {fact.path: [one.id for one in fact.evidence] for fact in profile.facts}
        told[user_id] = said, turns, cited
    return told


def strip(found):
    """Return facts without the turns of a liking, which only rows can tell."""
    return {fact[:-1] for fact in found[0]}


def feed(studio, rows, seed, pieces, **frames):
    """Ingest rows shuffled, in pieces, with every second one repeated at the end."""
    rng = np.random.default_rng(seed)
    late = [rows[k] for k in rng.permutation(len(rows))]
    for piece in np.array_split(np.arange(len(late)), pieces):
        studio.ingest(events=[late[k] for k in piece])
    studio.ingest(events=event_table(late[::2]), **frames)


@settings(max_examples=15, deadline=None, phases=DRAWN)
@given(log=events(), seed=st.integers(0, 2**16), pieces=st.integers(1, 6))
def test_any_order_pieces_and_repeats_of_events_give_the_ledger_of_one_build(log, seed, pieces):
    with workspaces("whole", "grown") as make:
        whole, grown = make("whole", [FIRST, *log]), make("grown", [FIRST])
        feed(grown, log, seed, pieces)
        differences = find_differences(read(whole, log), read(grown, log))
        verified = grown.verify()
    assert differences == []
    assert verified.clean


@settings(max_examples=7, deadline=None, phases=DRAWN)
@given(log=events(), said=texts(), known=relations(), seed=st.integers(0, 2**16))
def test_texts_and_relations_that_come_later_give_the_ledger_of_one_build(log, said, known, seed):
    frames = {"texts": said or None, "relations": known or None}
    with workspaces("whole", "grown") as make:
        whole, grown = make("whole", [FIRST, *log], **frames), make("grown", [FIRST])
        feed(grown, log, seed, 2, **{name: rows for name, rows in frames.items() if rows})
        verified = grown.verify()
        one, other = read(whole, [*log, *said]), read(grown, [*log, *said])
        # a word is weighed by the texts of the build, so its weight waits for the next one
        differences = find_differences(
            *({key: cell for key, cell in ledger.items() if key[1] != "word"} for ledger in (one, other))
        )
    assert differences == []
    assert verified.clean


@settings(max_examples=5, deadline=None, phases=DRAWN)
@given(log=events(), seed=st.integers(0, 2**16), pieces=st.integers(1, 4))
def test_facts_and_evidence_are_identical_and_vectors_equal(log, seed, pieces):
    with workspaces("whole", "grown") as make:
        whole = make("whole", [FIRST, *log])
        grown = make("grown", [FIRST])
        feed(grown, log, seed, pieces)
        for table in (
            "priors",
            "arrays",
        ):  # what is learnt from everyone waits for a build
            grown.store.rows(f"DELETE FROM {table}")
            rows = whole.store.rows(f"SELECT * FROM {table}")
            grown.store.insert(table, rows)
        grown.reopen()
        numbers = [dict(one.store.rows("SELECT item_id, item_no FROM items")) for one in (whole, grown)]
        facts = [read_facts(one) for one in (whole, grown)]
        vectors = [dict(zip(*one.vectors(), strict=True)) for one in (whole, grown)]
    assert numbers[0] == numbers[1]
    assert facts[0] == facts[1]
    for user_id in vectors[0]:
        np.testing.assert_allclose(vectors[0][user_id], vectors[1][user_id], atol=1e-6)


@settings(max_examples=7, deadline=None, phases=DRAWN)
@given(log=events(users=("u1", "u2", "anon")), known=relations(users=("u1", "u2", "anon")))
def test_merging_two_users_is_building_with_the_ids_replaced_and_is_undone_by_unmerging(log, known):
    anon = {**FIRST, "user_id": "anon", "event_id": "anon-first"}
    rows, frames = [FIRST, anon, *log], {"relations": known or None}

    def renamed(found):
        return [{name: "u1" if value == "anon" else value for name, value in row.items()} for row in found]

    with workspaces("apart", "together") as make:
        apart = make("apart", rows, **frames)
        before = read(apart, log)
        together = make("together", renamed(rows), relations=renamed(known) or None)
        apart.merge_users("anon", "u1")
        merged, verified = read(apart, log), [apart.verify()]
        one_of = apart.profile("anon").user_id
        assert apart.unmerge_user("anon") == "u1"
        verified.append(apart.verify())
        differences = [
            find_differences(read(together, log), merged),
            find_differences(before, read(apart, log)),
        ]
    assert one_of == "u1"
    assert differences == [[], []]
    assert [one.clean for one in verified] == [True, True]


@settings(max_examples=5, deadline=None, phases=DRAWN)
@given(log=events(users=("u1", "u2", "anon")), seed=st.integers(0, 2**16))
def test_rows_of_a_merged_user_that_come_later_are_those_of_who_it_is(log, seed):
    rows = [row | {"user_id": "u1"} if row["user_id"] == "anon" else row for row in log]
    anon = {**FIRST, "user_id": "anon", "event_id": "anon-first"}
    with workspaces("whole", "grown") as make:
        whole = make("whole", [FIRST, anon | {"user_id": "u1"}, *rows])
        grown = make("grown", [FIRST, anon])
        grown.merge_users("anon", "u1")
        feed(grown, log, seed, 2)
        differences = find_differences(read(whole, log), read(grown, log))
        verified = grown.verify()
    assert differences == []
    assert verified.clean


@settings(max_examples=5, deadline=None, phases=DRAWN)
@given(log=events(), said=texts(), cut=st.integers(0, 40))
def test_a_workspace_that_takes_in_another_is_one_build_of_both(log, said, cut):
    other = {**FIRST, "user_id": "u2", "event_id": "other"}
    with workspaces("whole", "one", "two") as make:
        whole = make("whole", [FIRST, other, *log], texts=said or None)
        one = make("one", [FIRST, *log[:cut]])
        make("two", [other, *log[cut:]], texts=said or None)
        for _ in range(2):  # again: what both hold is counted once
            list(one.absorb(one.folder.parent / "two"))
        found = [read(studio, [*log, *said]) for studio in (whole, one)]
        verified = one.verify()
        differences = find_differences(
            *({key: cell for key, cell in ledger.items() if key[1] != "word"} for ledger in found)
        )
    assert differences == []
    assert verified.clean


@settings(max_examples=10, deadline=None, phases=DRAWN)
@given(
    log=events(span_days=3650),
    recent_days=st.sampled_from([1 / 24, 1.0, 7.0]),
    lasting_days=st.sampled_from([1 / 24, 180.0, 3650.0]),
    seed=st.integers(0, 2**16),
)
def test_ten_years_and_half_lives_from_an_hour_to_ten_years_neither_overflow_nor_differ(
    log, recent_days, lasting_days, seed
):
    given = Settings(ratings=STARS.ratings, horizons=HorizonSettings(recent_days, lasting_days))
    with workspaces("whole", "grown") as make:
        whole = make("whole", [FIRST, *log], given)
        grown = make("grown", [FIRST], given)
        feed(grown, sorted(log, key=lambda row: row["timestamp"]), seed, 3)
        ledgers = [read(one, log) for one in (whole, grown)]
        verified = grown.verify()
        profiles = [grown.profile(user_id) for user_id in grown.user_ids()]
        past = [grown.profile(user_id, as_of=START_US + 1) for user_id in grown.user_ids()]
    numbers = [number for ledger in ledgers for cell in ledger.values() for number in cell[:7]]
    assert np.isfinite(numbers).all()
    assert find_differences(*ledgers) == []
    assert verified.clean
    assert all(np.isfinite(profile.vector.values).all() for profile in [*profiles, *past])


@pytest.mark.parametrize("keep_days", [20.0, 60.5, 200.0])
@settings(max_examples=4, deadline=None, phases=DRAWN)
@given(log=events(), said=texts(), later=events(), seed=st.integers(0, 2**16))
def test_old_rows_that_go_leave_what_they_taught(keep_days, log, said, later, seed):
    later = [row | {"event_id": f"later-{row['event_id']}"} for row in later]
    with workspaces("kept", "retired") as make:
        kept, retired = (make(name, [FIRST, *log], texts=said or None) for name in ("kept", "retired"))
        facts = read_facts(kept)
        report = retired.compact(keep_days=keep_days)
        told = read_facts(retired)
        before = retired.painter.meta.get("retired_before_us") or 0
        young = [row for row in later if row["timestamp"] >= before]
        for studio in (kept, retired):
            feed(studio, young, seed, 2)
        ingested = retired.ingest(events=event_table([FIRST, *log]))
        differences = find_differences(
            read(kept, [*log, *said, *young]), read(retired, [*log, *said, *young])
        )
        verified = retired.verify()
    assert differences == []
    assert verified.clean
    assert verified.retired_rows == report.retired_events
    assert ingested.accepted["events"] == 0
    assert {user: said for user, (said, *_) in told.items()} == {
        user: said for user, (said, *_) in facts.items()
    }
