"""How good it is on a log: the ladder, the search, its picture."""
