"""Instants and spans that expressions are written with."""

RECENT, LASTING, ORIGIN = 770_000_000_000_000_001, 770_000_000_000_000_002, 770_000_000_000_000_003
"""Stand for the landmarks until an expression is run: instants in the year 26370, which no log holds."""
SESSION_GAP_US = 30 * 60 * 1_000_000
"""A longer gap between two events of a user starts a new session."""
