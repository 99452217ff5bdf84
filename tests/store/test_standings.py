"""Vectors at rest: the same on every store, right after every change, gone with their user."""

import numpy as np
import pytest

from limner.store.standings import Drawn, Mark, Standing
from limner.store.workspace import building

NEW = [
    {
        "user_id": f"u{n % 4}",
        "item_id": ("tea", "pot", "mug")[n % 3],
        "timestamp": f"2026-03-1{n}T0{n}:00:00Z",
        "event": "view",
    }
    for n in range(9)
]


def neighbours(studio):
    return {
        user: {one.user_id: round(one.similarity, 5) for one in studio.similar(user, k=50)}
        for user in studio.user_ids()
    }


def assert_fresh(studio):
    """What is at rest is what is drawn from the rows."""
    ids, vectors = studio.standing()
    wanted_ids, wanted = studio.vectors()
    assert ids == wanted_ids
    np.testing.assert_allclose(vectors, wanted, atol=1e-6)


@pytest.fixture
def standings(place):
    with building(place) as store:
        store.insert("users", [(number, f"u{number}", "{}", None) for number in range(3)])
        yield store.standings()


def stand(*numbers):
    return Standing(np.array(numbers), np.eye(4, dtype=np.float32)[list(numbers)])


def test_who_is_alike_is_the_same_on_both_after_every_change(shop, shop_in_file):
    for studio in (shop, shop_in_file):
        assert_fresh(studio)
    assert neighbours(shop) == neighbours(shop_in_file)
    for change in (
        lambda studio: studio.ingest(events=NEW),
        lambda studio: studio.correct("ann", "interest/category=Drinks", forbid=True),
        lambda studio: studio.merge_users("u1", "ann"),
        lambda studio: studio.erase("u2"),
    ):
        for studio in (shop, shop_in_file):
            change(studio)
            assert_fresh(studio)
        found = neighbours(shop)
        assert found == neighbours(shop_in_file)
    assert not {"u1", "u2"} & {other for near in found.values() for other in near}


def test_an_erased_user_takes_the_vector_along_before_anybody_asks(shop):
    (number,) = shop.store.one("SELECT user_no FROM users WHERE user_id = 'bob'")
    held = shop.store.standings().read([number])
    shop.erase("bob")
    assert (len(held.user_nos), len(shop.store.standings().read([number]).user_nos)) == (1, 0)


def test_a_build_leaves_the_vectors_at_rest(shop):
    assert len(shop.store.standings().read().user_nos) == 3


def test_what_another_process_wrote_first_stays(standings):
    before = standings.read_mark()
    assert standings.write(before, Drawn(Mark(0, 5, 7), stand(0, 1, 2), is_whole=True))
    assert not standings.write(before, Drawn(Mark(0, 6, 7), stand(0), is_whole=True))
    assert standings.read_mark()[1:] == (5, 7)
    np.testing.assert_array_equal(standings.read().vectors, stand(0, 1, 2).vectors)


def test_what_is_being_drawn_while_a_user_is_erased_is_not_written(standings):
    standings.write(standings.read_mark(), Drawn(Mark(0, 5, 7), stand(0, 1, 2), is_whole=True))
    seen = standings.read_mark()
    standings.forget([1])
    assert not standings.write(seen, Drawn(Mark(0, 6, 7), stand(1)))
    assert standings.read().user_nos.tolist() == [0, 2]


def test_some_are_renewed_and_some_go(standings):
    standings.write(standings.read_mark(), Drawn(Mark(0, 5, 7), stand(0, 1, 2), is_whole=True))
    moved = Standing(np.array([2]), np.full((1, 4), 0.5, np.float32))
    assert standings.write(standings.read_mark(), Drawn(Mark(0, 6, 7), moved, gone=[0]))
    found = standings.read()
    assert found.user_nos.tolist() == [1, 2]
    np.testing.assert_array_equal(found.vectors, [[0, 1, 0, 0], [0.5, 0.5, 0.5, 0.5]])


def test_a_database_without_pgvector_compares_in_memory_and_says_so(in_database, shop_in_file, monkeypatch):
    from limner.store.postgres_standings import PostgresStandings

    for name in ("_find_extension", "_add_extension"):
        monkeypatch.setattr(PostgresStandings, name, lambda *_given: None)
    studio = in_database()
    studio.ingest(events=NEW)
    shop_in_file.ingest(events=NEW)
    assert "the database has no pgvector" in studio.store.standings().note
    assert neighbours(studio) == neighbours(shop_in_file)
    monkeypatch.undo()
    studio.reopen()
    assert neighbours(studio) == neighbours(shop_in_file)
    assert studio.store.one("SELECT kind FROM standings_mark") == ("vector",)
    studio.close()


def test_many_users_are_found_by_an_index_that_follows_them(in_database, shop_in_file, monkeypatch):
    monkeypatch.setattr("limner.store.postgres_standings.INDEX_FROM", 1)
    studio = in_database()
    studio.store.execute("SET enable_seqscan = off")  # else so few are compared one by one
    studio.ingest(events=NEW)
    shop_in_file.ingest(events=NEW)
    assert neighbours(studio) == neighbours(shop_in_file)
    assert studio.store.one("SELECT kind FROM standings_mark") == ("indexed",)
    studio.close()


def test_only_what_depends_on_time_is_drawn_again_as_it_goes_by():
    from limner.settings import Recipe
    from limner.studio.advice.crowd import depends_on_time

    assert [depends_on_time(one) for one in (Recipe(), Recipe(memory=0.5), Recipe(friends=0.1))] == [
        *(False, True, True)
    ]
