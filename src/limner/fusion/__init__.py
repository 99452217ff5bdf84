"""S and B in one space, P = αS + βB: `fit_space` makes it, `Space` answers from it."""
