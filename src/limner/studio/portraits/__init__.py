"""One user: the profile, its evidence and its past, and what is drawn or told of it."""
