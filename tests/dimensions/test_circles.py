"""Circles: communities, influence and places, read from the graph of who knows whom."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from limner.dimensions.circles import Graph, describe_circles, find_communities

NAMES = [f"u{number}" for number in range(12)]


def make_graph(edges, n_users):
    sources, targets = (np.array(ends, dtype=np.int64) for ends in zip(*edges, strict=True))
    return Graph(n_users, sources, targets)


def clique(members):
    return list(combinations(members, 2))


TWO_CLIQUES = make_graph([*clique(range(5)), *clique(range(5, 10)), (4, 5)], 12)
"""Users 0..4 and 5..9 know each other, one edge joins them, 10 and 11 know nobody."""
SHARES = csr_matrix(np.array([[0.8, 0.0]] * 5 + [[0.0, 0.6]] * 5 + [[0.1, 0.1]] * 2))


@pytest.mark.parametrize("seed", range(5))
def test_two_cliques_joined_by_one_edge_are_two_communities(seed):
    labels = find_communities(TWO_CLIQUES, rng=np.random.default_rng(seed))

    assert len(set(labels[:5])) == len(set(labels[5:10])) == 1
    assert labels[0] != labels[5]


def test_users_without_edges_keep_their_own_label():
    labels = find_communities(TWO_CLIQUES, rng=np.random.default_rng(1))

    assert labels[10:].tolist() == [10, 11]


def test_the_same_seed_finds_the_same_communities():
    first, second = (find_communities(TWO_CLIQUES, rng=np.random.default_rng(4)) for _ in range(2))

    assert first.tolist() == second.tolist()


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=30), st.integers(0, 99))
def test_a_community_never_joins_what_no_edge_joins(edges, seed):
    moved = [(one + 10, other + 10) for one, other in edges]

    labels = find_communities(make_graph([*edges, *moved], 20), rng=np.random.default_rng(seed))

    assert not set(labels[:10].tolist()) & set(labels[10:].tolist())


@pytest.fixture(scope="module")
def circles():
    return describe_circles(
        TWO_CLIQUES,
        SHARES,
        ["Jazz", "Noir"],
        user_ids=NAMES,
        places={1: "Leeds", 2: "Leeds", 3: "York", 6: "York"},
        rng=np.random.default_rng(1),
    )


def test_only_connected_users_have_a_circle(circles):
    assert sorted(circles) == list(range(10))


def test_a_community_has_its_size_and_what_sets_it_apart(circles):
    assert [(circles[user]["size"], circles[user]["themes"]) for user in (0, 9)] == [
        (5, ["Jazz"]),
        (5, ["Noir"]),
    ]


def test_the_bridge_is_less_inside_its_community_than_the_rest(circles):
    assert circles[0]["inside"] == 1.0
    assert circles[4]["inside"] == circles[5]["inside"] == 0.8


def test_influence_counts_who_points_at_a_user():
    graph = make_graph([(1, 0), (2, 0), (3, 0), (3, 1), (3, 0)], 4)

    found = describe_circles(
        graph, csr_matrix((4, 0)), [], user_ids=NAMES, places={}, rng=np.random.default_rng(1)
    )

    assert [found[user]["followed_by"] for user in range(4)] == [3, 1, 0, 0]
    assert found[0]["influence"] == 0.75
    assert found[3]["influence"] == 0.0


def test_the_place_is_where_most_friends_are(circles):
    assert circles[0]["place"] == ("Leeds", 2, 3)
    assert "place" not in circles[9]


def test_the_most_alike_is_a_friend_with_the_same_shares(circles):
    assert circles[0]["alike"] == ("u1", 1.0)
    assert circles[5]["alike"] == ("u6", 1.0)


def test_friends_with_nothing_in_common_are_not_alike():
    graph = make_graph([(0, 9)], 12)

    found = describe_circles(
        graph, SHARES, ["Jazz", "Noir"], user_ids=NAMES, places={}, rng=np.random.default_rng(1)
    )

    assert "alike" not in found[0]
