"""What texts claim of their writers, and topics, go the way of every signal: a stream ends as a batch."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import limner.text.reading as reading
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger
from limner.testing.strategies import START_US, moments

DRAWN = [Phase.explicit, Phase.reuse, Phase.generate]
CLAIMED = {
    "我对花生过敏": ("demographic", "allergy", "花生", 1.0),
    "花生已经不过敏了": ("demographic", "allergy", "花生", -1.0),
    "I have a daughter": ("demographic", "child", "daughter", 1.0),
}
SAID = (*CLAIMED, "我对花生过敏。I have a daughter", "Great tent.")
ABOUT = {"tent": "camping", "daughter": "family"}
FIRST = {"user_id": "u1", "timestamp": START_US, "text": "Great tent.", "text_id": "first"}


@pytest.fixture(autouse=True, scope="module")
def readers():
    """Readers that know a few sentences and two topics."""
    with pytest.MonkeyPatch.context() as patched:
        gather = reading.gather_readings

        def find(text, language):
            return [
                (*claim, text.index(said), text.index(said) + len(said), "rule")
                for said, claim in CLAIMED.items()
                if said in text
            ]

        def gather_with_topics(rows, words, idf):
            said = zip(rows["row"].to_pylist(), rows["words"].to_pylist(), strict=True)
            topics = [(row, ABOUT[word], 0.5) for row, words in said for word in words if word in ABOUT]
            columns = zip(*topics, strict=True) if topics else [()] * 3
            return replace(gather(rows, words, idf), topics=pa.table(list(columns), schema=reading.TOPICS))

        patched.setattr(reading, "find_claims", find)
        patched.setattr(reading, "gather_readings", gather_with_topics)
        yield


def texts(users=("u1", "u2", "anon")):
    fields = {
        "user_id": st.sampled_from(users),
        "timestamp": moments(),
        "text": st.sampled_from(SAID),
    }
    rows = st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=10)
    return rows.map(lambda found: [row | {"text_id": f"t{n}"} for n, row in enumerate(found)])


@contextmanager
def workspaces():
    studios = []
    with TemporaryDirectory() as folder:

        def make(rows):
            studios.append(build(texts=rows, workspace=Path(folder) / f"{len(studios)}", lang="en"))
            return studios[-1]

        yield make
        for studio in studios:
            studio.close()


def read(studio, rows):
    """Return the cells of claims and topics, read at the newest moment of the rows."""
    ledger = read_ledger(studio.store, at_us=max(row["timestamp"] for row in [FIRST, *rows]))
    return {name: cell for name, cell in ledger.items() if name[1] in ("claim", "topic")}


@settings(max_examples=8, deadline=None, phases=DRAWN)
@given(said=texts(), seed=st.integers(0, 2**16), pieces=st.integers(1, 4))
def test_claims_and_topics_in_any_order_pieces_and_repeats_are_those_of_one_build(said, seed, pieces):
    with workspaces() as make:
        whole, grown = make([FIRST, *said]), make([FIRST])
        shuffled = [said[k] for k in np.random.default_rng(seed).permutation(len(said))]
        for piece in np.array_split(np.arange(len(said)), pieces):
            if len(piece):
                grown.ingest(texts=[shuffled[k] for k in piece])
        grown.ingest(texts=shuffled[::2])
        ledgers, verified = [read(one, said) for one in (whole, grown)], grown.verify()
    assert find_differences(*ledgers) == []
    assert verified.clean


@settings(max_examples=8, deadline=None, phases=DRAWN)
@given(said=texts(), cut=st.integers(0, 10))
def test_workspaces_and_users_that_become_one_claim_what_one_build_claims(said, cut):
    anon = FIRST | {"user_id": "anon", "text_id": "anon"}
    with workspaces() as make:
        whole = make([FIRST, anon | {"user_id": "u1"}, *({**row, "user_id": "u1"} for row in said)])
        one, two = make([FIRST, *said[:cut]]), make([anon, *said[cut:]])
        for _ in range(2):
            list(one.absorb(two.folder))
        before = read(one, said)
        absorbed = make([FIRST, anon, *said])
        for user_id in ("anon", "u2"):
            if user_id in one.user_ids():
                one.merge_users(user_id, "u1")
        merged, verified = read(one, said), [one.verify()]
        for user_id in ("u2", "anon"):
            if user_id not in one.user_ids() and user_id in absorbed.user_ids():
                one.unmerge_user(user_id)
        verified.append(one.verify())
        together, apart = [read(whole, said), merged], [read(absorbed, said), before]
        undone = read(one, said)
    assert find_differences(*together) == []
    assert find_differences(*apart) == []
    assert find_differences(before, undone) == []
    assert [one.clean for one in verified] == [True, True]


@settings(max_examples=8, deadline=None, phases=DRAWN)
@given(said=texts(), keep_days=st.sampled_from([5.0, 60.5]))
def test_old_texts_that_go_leave_what_they_claimed(said, keep_days):
    with workspaces() as make:
        studio = make([FIRST, *said])
        before = read(studio, said)
        studio.compact(keep_days=keep_days)
        after, verified = read(studio, said), studio.verify()
        orphans = studio.store.rows(
            "SELECT c.ref FROM claims c LEFT JOIN texts t ON t.user_no = c.user_no AND t.ref = c.text_ref "
            "WHERE t.ref IS NULL UNION SELECT c.ref FROM topics c LEFT JOIN texts t "
            "ON t.user_no = c.user_no AND t.ref = c.ref WHERE t.ref IS NULL"
        )
    assert find_differences(before, after) == []
    assert verified.clean
    assert orphans == []
