"""Two classes told apart by a line: L2-regularised logistic regression, both classes weighing the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
_MOST_STEPS = 60


def fit_logistic(rows: Any, labels: NDArray[np.bool_], *, pull: float) -> Reals:
    """Return weights and, last, the intercept: float64 (n_features + 1,).

    ``rows`` is dense or sparse (n, n_features); ``pull`` is what the labels weigh against the penalty.
    Each class has half of the weight, so an even score means that nothing is known.
    """
    from scipy.optimize import minimize

    shares = np.where(labels, 0.5 / max(1, labels.sum()), 0.5 / max(1, (~labels).sum())) * len(labels) * pull
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: Reals) -> tuple[float, Reals]:
        margins = signs * (rows @ weights[:-1] + weights[-1])
        lost = float(shares @ np.logaddexp(0.0, -margins)) + 0.5 * float(weights[:-1] @ weights[:-1])
        slope = -shares * signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        return lost, np.append(rows.T @ slope + weights[:-1], slope.sum())

    start = np.zeros(rows.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS, "ftol": 1e-6})
    return np.asarray(found.x, np.float64)


def score_rows(rows: Any, weights: Reals) -> Reals:
    """Return the log odds of each row, float64 (n,): above 0 for the labelled class."""
    return np.asarray(rows @ weights[:-1] + weights[-1], np.float64).ravel()
