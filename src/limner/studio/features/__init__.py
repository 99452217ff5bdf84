"""The table of features for the owner's own ranker."""
