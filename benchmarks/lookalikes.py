"""Are the other members of a group found from half of it? Limner beside cosines, PCA, and the most active.

    python benchmarks/lookalikes.py WORKSPACE [--attribute occupation] [--seed 7] [--draws 5]

Groups are the users who declared one value, and the tenth of users who turn most to one category. Half of a
group are the seeds; recall@k is the share of the other half among the first k, as many as the other half is.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from running import stamp, table

Reals = NDArray[np.float64]
_LEAST = 30


def main(workspace: str, attribute: str, seed: int, draws: int) -> None:
    """Print one Markdown table, the mean over groups of a kind and draws, by contender."""
    import limner

    print(stamp(seed), "\n")
    studio = limner.open(workspace)
    _, vectors = studio.vectors()
    history = studio.painter.everyone()
    forms = {
        "P": np.asarray(vectors, dtype=np.float64),
        "PCA": reduce_items(history.matrix(), vectors.shape[1]),
    }
    active = np.asarray(history.matrix().sum(axis=1), dtype=np.float64).reshape(-1)
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for kind, members in list_groups(studio, attribute):
        for draw in range(draws):
            found[kind].append(measure(forms, active, members, np.random.default_rng([seed, draw])))
    names = list(next(iter(found.values()))[0])
    rows = [
        [kind, str(len(runs) // draws), *(f"{np.mean([run[name] for run in runs]):.3f}" for name in names)]
        for kind, runs in found.items()
    ]
    print(table(["groups", "how many", *names], rows))


def measure(
    forms: dict[str, Reals], active: Reals, members: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, float]:
    """Return recall@k of each contender for one half of the members as seeds."""
    from limner.studio.people.lookalikes import score_likeness

    seeds = np.sort(rng.permutation(members)[: len(members) // 2])
    hidden = np.setdiff1d(members, seeds)
    scores = {
        "Limner": score_likeness(forms["P"].astype(np.float32), seeds, seed=7),
        "the same model on PCA": score_likeness(forms["PCA"].astype(np.float32), seeds, seed=7),
        "cosine of P": forms["P"] @ forms["P"][seeds].mean(axis=0),
        "cosine of PCA": forms["PCA"] @ forms["PCA"][seeds].mean(axis=0),
        "most active": active,
    }
    recalls = {name: recall(one, seeds, hidden) for name, one in scores.items()}
    return {**recalls, "by chance": len(hidden) / (len(active) - len(seeds))}


def recall(scores: Reals, seeds: NDArray[np.int64], hidden: NDArray[np.int64]) -> float:
    """Return the share of the hidden among as many users of the highest scores, the seeds left out."""
    ranked = np.array(scores, dtype=np.float64)
    ranked[seeds] = -np.inf
    return float(np.isin(np.argsort(-ranked, kind="stable")[: len(hidden)], hidden).mean())


def list_groups(studio: Any, attribute: str) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the kind and the user numbers of each group of enough users."""
    from limner.studio.kept.declared import read_declared
    from limner.studio.people.groups import read_shares

    declared = read_declared(studio.store, (attribute,)).get(attribute, {})
    for value in sorted(set(declared.values())):
        members = np.array(sorted(user for user, own in declared.items() if own == value), dtype=np.int64)
        if len(members) >= _LEAST:
            yield f"users of one {attribute}", members
    keys, shares = read_shares(studio).shares["category"]
    size = max(_LEAST, shares.shape[0] // 10)
    for column in range(len(keys)):
        own = shares[:, column].toarray().reshape(-1)
        if (own > 0).sum() >= 2 * size:
            yield "fans of one category", np.sort(np.argsort(-own, kind="stable")[:size])


def reduce_items(matrix: Any, width: int) -> Reals:
    """Return the strongest components of what users met, float64 (n_users, width), rows of length 1."""
    seen = matrix.toarray().astype(np.float64)
    seen -= seen.mean(axis=0)
    values, vectors = np.linalg.eigh(seen @ seen.T)
    rows = vectors[:, -width:] * np.sqrt(np.maximum(values[-width:], 0))
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace")
    parser.add_argument("--attribute", default="occupation")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--draws", type=int, default=5)
    chosen = parser.parse_args()
    main(chosen.workspace, chosen.attribute, chosen.seed, chosen.draws)
