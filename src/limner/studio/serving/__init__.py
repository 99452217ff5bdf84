"""A workspace that many ask at once."""
