"""Rows as the owner wrote them → clean tables, with every row that fell and why."""

from limner.collect.cleaning.sweep import clean

__all__ = ["clean"]
