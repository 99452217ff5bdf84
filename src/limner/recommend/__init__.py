"""P → items: models of one shape, `fit(dataset)` then `score(history)`; `recommend` ranks for any of them."""
