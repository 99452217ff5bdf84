"""What the whole graph says about each user: community, influence, place, and the friend most alike.

Source: Barber, Clark, "Detecting network communities by propagating labels under constraints",
Physical Review E 80, 2009 (label propagation that climbs modularity, so no label swallows the graph).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.interest import weigh_interest

Numbers = NDArray[np.int64]
_ROUNDS = 40
_MOST_THEMES = 3
PLACE_COLUMNS = ("city", "location", "province", "region", "country", "城市")


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Directed edges between user numbers below ``n_users``; a friendship is there both ways."""

    n_users: int
    sources: Numbers
    targets: Numbers

    def both_ways(self) -> tuple[Numbers, Numbers]:
        """Return the distinct undirected edges, each in both directions."""
        pairs = np.stack(
            [
                np.concatenate([self.sources, self.targets]),
                np.concatenate([self.targets, self.sources]),
            ],
            axis=1,
        )
        distinct = np.unique(pairs, axis=0)
        return distinct[:, 0], distinct[:, 1]


def find_communities(graph: Graph, *, rng: np.random.Generator) -> Numbers:
    """Return a community label for every user, int64 (n_users,); users without edges keep their own.

    In each round a random half of the users takes the label that most raises modularity: many
    neighbours have it, and few others (the smallest label on a tie). Whole rounds could swing forever.
    """
    sources, targets = graph.both_ways()
    labels = np.arange(graph.n_users, dtype=np.int64)
    degrees = np.bincount(sources, minlength=graph.n_users)
    for _ in range(_ROUNDS):
        turn = rng.random(graph.n_users) < 0.5
        labels = np.where(turn, _best_labels(sources, targets, labels, degrees), labels)
    return labels


def _best_labels(sources: Numbers, targets: Numbers, labels: Numbers, degrees: Numbers) -> Numbers:
    """Return each user's best label among the neighbours' and their own; without neighbours their own."""
    if not len(sources):
        return labels
    seen = np.stack([sources, labels[targets]], axis=1)
    own = np.stack([np.arange(len(labels)), labels], axis=1)
    pairs, counts = np.unique(np.concatenate([seen, own]), axis=0, return_counts=True)
    nodes, candidates = pairs[:, 0], pairs[:, 1]
    stays = labels[nodes] == candidates
    held = np.bincount(labels, degrees, minlength=len(labels))[candidates] - stays * degrees[nodes]
    gains = (counts - stays) - degrees[nodes] * held / len(sources)
    order = np.lexsort((candidates, -gains, nodes))
    first = np.concatenate([[True], nodes[order][1:] != nodes[order][:-1]])
    best = labels.copy()
    best[nodes[order][first]] = candidates[order][first]
    return best


def describe_circles(
    graph: Graph,
    shares: Any,
    names: Sequence[str],
    *,
    user_ids: Sequence[str],
    places: Mapping[int, str],
    rng: np.random.Generator,
) -> dict[int, dict[str, Any]]:
    """Return what is known of each user's circle, by user number, for users with an edge.

    ``shares`` is a scipy CSR matrix (n_users, n_categories) of each user's shares, ``names`` its columns.
    """
    labels = find_communities(graph, rng=rng)
    sources, targets = graph.both_ways()
    connected = np.unique(sources)
    sizes = Counter(labels[connected].tolist())
    themes = _find_themes(labels, connected, shares, names, sizes)
    inside = _mean_by(sources, (labels[sources] == labels[targets]).astype(float), graph.n_users)
    followed, influence = _influence(graph)
    alike = _most_alike(graph, shares, user_ids)
    placed = _find_places(graph, places)
    return {
        user: {
            "community": f"c{labels[user]}",
            "size": sizes[int(labels[user])],
            "themes": themes.get(int(labels[user]), []),
            "inside": round(float(inside[user]), 4),
            "followed_by": int(followed[user]),
            "influence": round(float(influence[user]), 4),
            **({"alike": alike[user]} if user in alike else {}),
            **({"place": placed[user]} if user in placed else {}),
        }
        for user in connected.tolist()
    }


def _find_themes(
    labels: Numbers, connected: Numbers, shares: Any, names: Sequence[str], sizes: Counter[int]
) -> dict[int, list[str]]:
    """Return the categories that most set a community apart."""
    if not shares.shape[1]:
        return {}
    usual = np.asarray(shares.mean(axis=0)).ravel()
    themes = {}
    for label, size in sizes.items():
        if size < 2:
            continue
        members = connected[labels[connected] == label]
        mean = np.asarray(shares[members].mean(axis=0)).ravel()
        weights = [weigh_interest(float(mean[k]), float(usual[k])) for k in np.flatnonzero(mean)]
        best = np.flatnonzero(mean)[np.argsort(-np.array(weights), kind="stable")[:_MOST_THEMES]]
        themes[label] = [names[k] for k in best]
    return themes


def _mean_by(keys: Numbers, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    counts = np.bincount(keys, minlength=size)
    return np.asarray(np.bincount(keys, values, minlength=size) / np.maximum(counts, 1))


def _influence(graph: Graph) -> tuple[Numbers, NDArray[np.float64]]:
    """Return how many users point at each user, and the share of users with fewer."""
    pairs = np.unique(np.stack([graph.sources, graph.targets], axis=1), axis=0)
    followed = np.bincount(pairs[:, 1], minlength=graph.n_users).astype(np.int64)
    fewer = np.searchsorted(np.sort(followed), followed, side="left") / max(graph.n_users, 1)
    return followed, fewer


def _most_alike(graph: Graph, shares: Any, user_ids: Sequence[str]) -> dict[int, tuple[str, float]]:
    """Return each user's friend with the most similar category shares (cosine)."""
    if not shares.shape[1] or not len(graph.sources):
        return {}
    norms = np.sqrt(np.asarray(shares.multiply(shares).sum(axis=1)).ravel())
    dots = np.asarray(shares[graph.sources].multiply(shares[graph.targets]).sum(axis=1)).ravel()
    cosines = dots / np.maximum(norms[graph.sources] * norms[graph.targets], 1e-12)
    best: dict[int, tuple[str, float]] = {}
    for place in np.lexsort((graph.targets, -cosines)):
        user = int(graph.sources[place])
        if user not in best and cosines[place] > 0:
            best[user] = (user_ids[int(graph.targets[place])], round(float(cosines[place]), 4))
    return best


def _find_places(graph: Graph, places: Mapping[int, str]) -> dict[int, tuple[str, int, int]]:
    """Return the most common place among each user's friends, how many are there, and how many say."""
    seen: dict[int, Counter[str]] = defaultdict(Counter)
    for user, other in zip(graph.sources.tolist(), graph.targets.tolist(), strict=True):
        if other in places:
            seen[user][places[other]] += 1
    return {
        user: (*min(counts.items(), key=lambda pair: (-pair[1], pair[0])), counts.total())
        for user, counts in seen.items()
    }
