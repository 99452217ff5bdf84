"""Instants and spans that expressions are written with."""

RECENT, LASTING = 770_000_000_000_000_001, 770_000_000_000_000_002
"""Stand for the landmarks until an expression is run: instants in the year 26370, which no log holds."""
UNTIMED_AS_US = 631_152_000_000_000
"""1990-01-01, before every log: a row without a time counts as older than all that have one.

A constant, so that such a row weighs the same whenever it comes.
"""
SESSION_GAP_US = 30 * 60 * 1_000_000
"""A longer gap between two events of a user starts a new session."""
