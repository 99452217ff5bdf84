"""Sums read into facts: one module per dimension, all pure."""
